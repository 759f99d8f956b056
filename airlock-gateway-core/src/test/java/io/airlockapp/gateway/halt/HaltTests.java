/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.halt;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalHaltedException;
import io.airlockapp.gateway.ApprovalResult;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.VirtualTicker;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link Halt}.
 */
class HaltTests {

	private final VirtualTicker ticker = new VirtualTicker();

	private final SharedHaltStore store = new SharedHaltStore();

	private volatile Instant now = Instant.parse("2026-01-01T12:00:00Z");

	private final Halt halt = instance();

	private final Halt other = instance();

	private final List<ApprovalHaltEvent> events = new ArrayList<>();

	private Halt instance() {
		Halt instance = new Halt(this.store, () -> this.now, this.ticker, new CallerThreadPoller());
		instance.poll();
		return instance;
	}

	private void pass(Duration time) {
		this.ticker.advance(time);
		this.now = this.now.plus(time);
	}

	private static void assertHalted(Halt halt) {
		assertThat(halt.isHalted()).isTrue();
		assertThatExceptionOfType(ApprovalHaltedException.class).isThrownBy(() -> halt.require("A.a", "req-1"))
			.satisfies((ex) -> {
				assertThat(ex.getRequestId()).isEqualTo("req-1");
				assertThat(ex.getRetryAfter()).isNull();
				assertThat(ApprovalResult.of(ex)).isEqualTo(ApprovalResult.HALTED);
			});
	}

	private static void assertRunning(Halt halt) {
		assertThat(halt.isHalted()).isFalse();
		assertThatNoException().isThrownBy(() -> halt.require("A.a", null));
	}

	private static void assertUnknown(Halt halt) {
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(halt::isHalted);
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> halt.require("A.a", null))
			.isNotInstanceOf(ApprovalHaltedException.class);
	}

	@Test
	void haltInMemoryIsImmediateAndThatOfThisInstance() {
		Halt single = Halt.inMemory();
		assertRunning(single);
		single.halt("fraud", "ann");
		assertHalted(single);
		assertThat(single.isShared()).isFalse();
		assertRunning(Halt.inMemory());
		assertThat(single.resume("bob")).isTrue();
		assertRunning(single);
		assertThat(single.resume("bob")).isFalse();
	}

	@Test
	void reasonIsForOperatorsOnlyAndContainsNoSecret() {
		Halt single = Halt.inMemory();
		single.halt("fraud\nairpat_0123456789 " + "long ".repeat(100), "a\u202en\nn " + "x".repeat(500));
		assertThatExceptionOfType(ApprovalHaltedException.class).isThrownBy(() -> single.require("A.a", null))
			.satisfies((ex) -> {
				assertThat(ex.getReason()).startsWith("fraud ***").hasSizeLessThan(210).doesNotContain("\n");
				assertThat(ex.getMessage()).startsWith("A.a").doesNotContain("fraud");
			});
		assertThat(single.find().operator()).startsWith("a\\u202en n x").hasSizeLessThan(210);
	}

	@Test
	void haltInASharedStoreWaitsUntilNoInstanceUsesAnOlderState() {
		assertRunning(this.other);
		this.halt.halt("fraud", null);
		assertThat(this.ticker.sleeps()).containsExactly(Halt.LEASE);
		assertHalted(this.halt);
		assertUnknown(this.other);
		this.other.poll();
		assertHalted(this.other);
		assertHalted(instance());
		assertThat(this.other.resume(null)).isTrue();
		assertRunning(this.other);
		this.halt.poll();
		assertRunning(this.halt);
	}

	@Test
	void stateIsUsedForThreeSecondsFromBeforeItWasRead() {
		this.store.duringRead = () -> pass(Duration.ofSeconds(1));
		this.halt.poll();
		this.store.failing = true;
		pass(Duration.ofMillis(1999));
		this.halt.poll();
		assertRunning(this.halt);
		pass(Duration.ofMillis(1));
		assertUnknown(this.halt);
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> this.halt.require("A.a", null))
			.withMessageContaining("IllegalStateException");
	}

	@Test
	void stateIsNotUsedAfterTheMachineWasSuspended() {
		this.now = this.now.plus(Halt.LEASE);
		assertUnknown(this.halt);
		this.halt.poll();
		assertRunning(this.halt);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void approvedCallWaitsForAReadingAfterTheMachineWasSuspended(boolean halted) throws Exception {
		this.now = this.now.plus(Halt.LEASE);
		FutureTask<Boolean> call = new FutureTask<>(() -> this.halt.requireAtStart("A.a", "req-1"), true);
		Thread thread = new Thread(call);
		thread.start();
		await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
		for (ThrowingCallable refused : List.<ThrowingCallable>of(() -> this.halt.requireAtStart("A.a", null),
				() -> this.halt.require("A.a", "req-1"))) {
			assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(refused);
		}
		if (halted) {
			this.store.write(new HaltState("fraud", null, this.now));
		}
		this.halt.poll();
		if (halted) {
			assertThat(call).failsWithin(Duration.ofSeconds(10))
				.withThrowableThat()
				.withCauseInstanceOf(ApprovalHaltedException.class);
		}
		else {
			assertThat(call).succeedsWithin(Duration.ofSeconds(10));
		}
	}

	@Test
	void approvedCallWaitsForAnotherReadingIfTheProcessWasPausedDuringOne() throws Exception {
		this.now = this.now.plus(Halt.LEASE);
		FutureTask<Boolean> call = new FutureTask<>(() -> this.halt.requireAtStart("A.a", "req-1"), true);
		Thread thread = new Thread(call);
		thread.start();
		await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
		this.store.duringRead = () -> pass(Halt.LEASE);
		this.halt.poll();
		assertThat(call).isNotDone();
		this.store.duringRead = () -> {
		};
		this.halt.poll();
		assertThat(call).succeedsWithin(Duration.ofSeconds(10));
	}

	/**
	 * The approval was used although the wait for it was interrupted.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void interruptedCallWaitsForAReading(boolean before) throws Exception {
		this.now = this.now.plus(Halt.LEASE);
		FutureTask<Boolean> call = new FutureTask<>(() -> {
			if (before) {
				Thread.currentThread().interrupt();
			}
			this.halt.requireAtStart("A.a", "req-1");
			return Thread.interrupted();
		});
		Thread thread = new Thread(call);
		thread.start();
		await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
		if (!before) {
			thread.interrupt();
			await().until(() -> !thread.isInterrupted() && thread.getState() == Thread.State.TIMED_WAITING);
		}
		this.halt.poll();
		assertThat(call).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(true);
	}

	@Test
	void nothingIsPermittedBeforeTheFirstReading() {
		assertUnknown(new Halt(this.store, () -> this.now, this.ticker));
	}

	@Test
	void readingWhoseFailureCannotBeReportedIsNotTheLastOne() {
		List<Runnable> readings = new ArrayList<>();
		new Halt(this.store, () -> this.now, this.ticker, new CallerThreadPoller() {

			@Override
			public ScheduledFuture<?> scheduleWithFixedDelay(Runnable access, long initialDelay, long delay,
					TimeUnit unit) {
				readings.add(access);
				return mock();
			}

		}).start();
		this.store.duringRead = () -> {
			throw new AirlockGatewayException("", null, null) {

				@Override
				public String getMessage() {
					throw new OutOfMemoryError();
				}

			};
		};
		assertThat(readings).singleElement().satisfies((reading) -> assertThatNoException().isThrownBy(reading::run));
	}

	@Test
	void stateIsReadAgainAfterTheThreadHasEnded() {
		ScheduledThreadPoolExecutor executor = HaltStoreThread.createExecutor("airlock-halt");
		ThreadFactory threads = executor.getThreadFactory();
		Halt starved = new Halt(this.store, () -> this.now, this.ticker, executor);
		executor.setThreadFactory((task) -> {
			throw new OutOfMemoryError();
		});
		assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(starved::start);
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(starved::isHalted);
		executor.setThreadFactory(threads);
		await().ignoreExceptions().untilAsserted(() -> assertRunning(starved));
		executor.shutdownNow();
	}

	@Test
	void haltOfThisInstanceIsImmediateAlthoughTheStoreFails() {
		this.store.failing = true;
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> this.halt.halt("fraud", null))
			.withMessageStartingWith("Only this instance is certainly halted");
		assertHalted(this.halt);
		this.halt.poll();
		assertHalted(this.halt);
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> this.halt.resume(null));
		assertHalted(this.halt);
		this.store.failing = false;
		assertRunning(this.other);
		this.halt.poll();
		this.other.poll();
		assertHalted(this.other);
	}

	@Test
	void haltDuringAReadIsNotOverwritten() {
		this.store.duringRead = () -> {
			this.store.duringRead = () -> {
			};
			this.other.halt("fraud", null);
		};
		this.halt.poll();
		assertHalted(this.other);
		assertUnknown(this.halt);
		this.halt.poll();
		assertHalted(this.halt);
	}

	@Test
	void hungReadDelaysNeitherCallsNorTheShutdown() throws Exception {
		Halt hanging = new Halt(this.store, () -> this.now, Ticker.system());
		CountDownLatch reading = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		hanging.start();
		assertRunning(hanging);
		this.store.duringRead = () -> {
			reading.countDown();
			awaitUninterruptibly(end);
		};
		try {
			assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();
			this.now = this.now.plus(Halt.LEASE);
			assertThat(CompletableFuture.runAsync(() -> hanging.require("A.a", null)))
				.failsWithin(Duration.ofSeconds(30))
				.withThrowableThat()
				.withCauseInstanceOf(ApprovalUnavailableException.class);
			assertThat(CompletableFuture.runAsync(hanging::stop)).succeedsWithin(Duration.ofSeconds(30));
		}
		finally {
			end.countDown();
		}
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			awaitUninterruptibly(latch);
		}
	}

	@Test
	void haltDuringAResumeIsNotDiscarded() {
		Halt slow = new Halt(this.store, () -> this.now, this.ticker);
		slow.halt("fraud", "ann");
		List<CompletableFuture<Void>> halts = new ArrayList<>();
		this.store.duringWrite = () -> {
			this.store.duringWrite = () -> {
			};
			this.now = this.now.plusSeconds(1);
			halts.add(CompletableFuture.runAsync(() -> slow.halt("stolen phone", "bob")));
			await().until(() -> "stolen phone".equals(slow.find().reason()));
		};
		assertThat(slow.resume("ann")).isTrue();
		assertThat(halts).singleElement().satisfies((halt) -> assertThat(halt).succeedsWithin(Duration.ofSeconds(10)));
		assertHalted(slow);
		this.other.poll();
		assertHalted(this.other);
	}

	@Test
	void resumeDoesNotEndAHaltThatBeganMeanwhile() {
		this.other.halt("drill", "ann");
		this.store.duringRead = () -> {
			this.store.duringRead = () -> {
			};
			this.now = this.now.plusSeconds(1);
			this.other.halt("stolen phone", "bob");
		};
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> this.halt.resume("ann"))
			.withMessageContaining("halted again meanwhile");
		assertThat(this.store.state.reason()).isEqualTo("stolen phone");
		assertHalted(this.halt);
		assertHalted(this.other);
		assertThat(this.halt.resume("ann")).isTrue();
		assertRunning(this.halt);
	}

	@Test
	void haltThatIsResumedMeanwhileFails() {
		this.ticker.whenSleeping(() -> this.other.resume("ann"));
		assertThatExceptionOfType(ApprovalUnavailableException.class)
			.isThrownBy(() -> this.halt.halt("stolen phone", "bob"))
			.withMessageContaining("resumed them meanwhile");
		assertRunning(this.halt);
	}

	@Test
	void interruptedHaltSaysThatOtherInstancesMayStillStart() {
		Thread.currentThread().interrupt();
		try {
			assertThatExceptionOfType(ApprovalUnavailableException.class)
				.isThrownBy(() -> this.halt.halt("fraud", null))
				.withMessageContaining("interrupted");
		}
		finally {
			assertThat(Thread.interrupted()).isTrue();
		}
		assertHalted(this.halt);
	}

	@Test
	void accessWhoseWaitIsInterruptedDoesNotBeginLater() throws Exception {
		ScheduledThreadPoolExecutor executor = HaltStoreThread.createExecutor("test");
		HaltStoreThread thread = new HaltStoreThread(executor);
		CountDownLatch end = new CountDownLatch(1);
		executor.execute(() -> awaitUninterruptibly(end));
		AtomicBoolean begun = new AtomicBoolean();
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> thread.call("resumed", () -> {
			begun.set(true);
			return true;
		}));
		end.countDown();
		assertThat(thread.call("started", begun::get)).isFalse();
	}

	@Test
	void lastEventIsThatOfTheLastChange() {
		HaltEventPublisher publisher = new HaltEventPublisher();
		publisher.addListener(this.events::add, Runnable::run);
		HaltState halted = new HaltState("fraud", "ann", this.now);
		Thread later = new Thread(() -> publisher.publish(() -> null, "bob"));
		publisher.publish(() -> {
			later.start();
			await().until(() -> later.getState() == Thread.State.BLOCKED);
			return halted;
		}, null);
		await().until(() -> !later.isAlive());
		assertThat(this.events).extracting(ApprovalHaltEvent::halted).containsExactly(halted, null);
	}

	@Test
	void eachChangeIsPublishedOnceByEachInstance() {
		this.halt.addListener((event) -> {
			throw new IllegalStateException("listener");
		});
		this.halt.addListener(this.events::add);
		this.halt.poll();
		assertThat(this.events).isEmpty();
		this.other.halt("fraud", "ann");
		this.halt.poll();
		this.halt.poll();
		assertThat(this.events).singleElement().satisfies((event) -> {
			assertThat(event.halted().reason()).isEqualTo("fraud");
			assertThat(event.operator()).isEqualTo("ann");
		});
		this.halt.resume("bob");
		assertThat(this.events).hasSize(2).last().isEqualTo(new ApprovalHaltEvent(null, "bob"));
		this.halt.poll();
		assertThat(this.events).hasSize(2);
	}

	@Test
	void listenersAreNotifiedBeforeTheHaltReturnsAlsoIfTheStoreFails() {
		this.halt.addListener(this.events::add);
		this.store.failing = true;
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> this.halt.halt("fraud", null));
		assertThat(this.events).hasSize(1);
	}

	@Test
	void onlyThePollerAccessesTheStoreWhileTheApplicationRuns() {
		InheritableThreadLocal<String> tenant = new InheritableThreadLocal<>();
		Set<String> accesses = ConcurrentHashMap.newKeySet();
		this.store.duringRead = () -> accesses.add(Thread.currentThread().getName() + " " + tenant.get());
		this.store.duringWrite = this.store.duringRead;
		Halt shared = new Halt(this.store, () -> this.now, this.ticker);
		assertThat(shared.isRunning()).isFalse();
		tenant.set("north");
		shared.start();
		assertThat(shared.isRunning()).isTrue();
		assertRunning(shared);
		shared.halt("fraud", null);
		assertThat(shared.resume(null)).isTrue();
		shared.stop();
		assertThat(shared.isRunning()).isFalse();
		shared.start();
		assertRunning(shared);
		shared.stop();
		assertThat(accesses).isNotEmpty().allMatch((access) -> access.matches("airlock-halt-\\d+ null"));
		Halt single = Halt.inMemory();
		single.start();
		assertThat(single.isRunning()).isFalse();
	}

}

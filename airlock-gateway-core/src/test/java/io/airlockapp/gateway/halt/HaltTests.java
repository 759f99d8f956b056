/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.halt;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.airlockapp.gateway.ApprovalHaltedException;
import io.airlockapp.gateway.ApprovalResult;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.VirtualTicker;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link Halt}.
 */
class HaltTests {

	private final VirtualTicker ticker = new VirtualTicker();

	private final SharedHaltStore store = new SharedHaltStore();

	private Instant now = Instant.parse("2026-01-01T12:00:00Z");

	private final Halt halt = instance();

	private final Halt other = instance();

	private final List<ApprovalHaltEvent> events = new ArrayList<>();

	private Halt instance() {
		return new Halt(this.store, () -> this.now, this.ticker);
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
		assertRunning(this.halt);
		this.store.duringRead = () -> {
		};
		this.store.failing = true;
		pass(Duration.ofMillis(1999));
		assertRunning(this.halt);
		pass(Duration.ofMillis(1));
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> this.halt.require("A.a", null))
			.isNotInstanceOf(ApprovalHaltedException.class)
			.withMessageContaining("IllegalStateException");
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(this.halt::isHalted);
	}

	@Test
	void stateIsReadAgainAfterTheMachineWasSuspended() {
		assertRunning(this.other);
		this.halt.halt("fraud", null);
		Halt suspended = instance();
		this.halt.resume(null);
		assertRunning(suspended);
		this.store.write(new HaltState("fraud", null, this.now));
		this.now = this.now.plus(Halt.LEASE);
		assertHalted(suspended);
	}

	@Test
	void haltOfThisInstanceIsImmediateAlthoughTheStoreFails() {
		this.store.failing = true;
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> this.halt.halt("fraud", null))
			.withMessageStartingWith("Only this instance is halted");
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
		pass(Duration.ofMillis(1));
		assertHalted(this.other);
		assertHalted(this.halt);
	}

	@Test
	void interruptedHaltSaysThatOtherInstancesMayStillStart() {
		Thread.currentThread().interrupt();
		try {
			assertThatExceptionOfType(ApprovalUnavailableException.class)
				.isThrownBy(() -> new Halt(this.store, () -> this.now, Ticker.system()).halt("fraud", null))
				.withMessageContaining("within 3 s");
		}
		finally {
			assertThat(Thread.interrupted()).isTrue();
		}
		assertHalted(this.other);
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
	void sharedStateIsPolledWhileTheApplicationRuns() {
		assertThat(this.halt.isRunning()).isFalse();
		Halt single = Halt.inMemory();
		single.start();
		assertThat(single.isRunning()).isFalse();
		this.halt.start();
		assertThat(this.halt.isRunning()).isTrue();
		this.halt.stop();
		assertThat(this.halt.isRunning()).isFalse();
	}

}

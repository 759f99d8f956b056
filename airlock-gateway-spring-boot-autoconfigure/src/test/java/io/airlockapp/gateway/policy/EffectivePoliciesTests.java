/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.policy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.client.DndPolicies;
import io.airlockapp.gateway.client.DndPolicy;
import io.airlockapp.gateway.support.VirtualTicker;
import io.airlockapp.gateway.store.PairingStoreException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mockito.AdditionalAnswers;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.clearInvocations;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;

/**
 * Tests for {@link EffectivePolicies} and {@link DoNotDisturb}: when the gateway is
 * asked, and when it is not waited for.
 */
@ExtendWith(OutputCaptureExtension.class)
class EffectivePoliciesTests {

	private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

	private static final Enforcer ENFORCER = new Enforcer("refunds", "Refunds", "dev-1", "payments", "", "shop");

	private final VirtualTicker ticker = new VirtualTicker();

	private final AtomicInteger calls = new AtomicInteger();

	private Supplier<@Nullable DndPolicies> gateway = () -> new DndPolicies(List.of(policy("approve_all")));

	private boolean paired = true;

	private Instant now = NOW;

	@Test
	void policiesAreRequestedOnceInFifteenSeconds() {
		EffectivePolicies policies = policies(Runnable::run);
		assertThat(policies.get()).hasSize(1);
		this.ticker.advance(Duration.ofMillis(14_999));
		assertThat(policies.get()).hasSize(1);
		assertThat(this.calls).hasValue(1);
		this.ticker.advance(Duration.ofMillis(1));
		this.gateway = () -> new DndPolicies(List.of());
		assertThat(policies.get()).isEmpty();
		assertThat(this.calls).hasValue(2);
	}

	@Test
	void policiesWithoutPairingAreNotRequested() {
		this.paired = false;
		assertThat(policies(Runnable::run).get()).isEmpty();
		assertThat(this.calls).hasValue(0);
	}

	@Test
	void policiesWhenPairingCannotBeReadAreRequested() {
		assertAsksAfter(new PairingStoreException("The store cannot be read", null));
		assertAsksAfter(new IllegalStateException("As of a store of the application"));
	}

	private void assertAsksAfter(RuntimeException failure) {
		EffectivePolicies policies = new EffectivePolicies(this.gateway, () -> {
			throw failure;
		}, Runnable::run, this.ticker);
		assertThat(policies.get()).hasSize(1);
	}

	@Test
	void failureIsRememberedForFifteenSecondsAndLoggedOnce(CapturedOutput output) {
		EffectivePolicies policies = policies(Runnable::run);
		assertThat(policies.get()).hasSize(1);
		this.gateway = () -> {
			throw new AirlockGatewayException("The gateway responded with 503", null, null);
		};
		for (int i = 0; i < 3; i++) {
			this.ticker.advance(Duration.ofSeconds(15));
			assertThat(policies.get()).isEmpty();
			assertThat(policies.get()).isEmpty();
		}
		assertThat(this.calls).hasValue(4);
		assertThat(output).containsOnlyOnce("so none is applied: The gateway responded with 503");
		this.gateway = () -> new DndPolicies(List.of());
		this.ticker.advance(Duration.ofSeconds(15));
		policies.get();
		assertThat(output).containsOnlyOnce("provides do-not-disturb policies again");
	}

	@Test
	void policiesWhenResponseIsEmptyAreEmpty(CapturedOutput output) {
		this.gateway = () -> null;
		assertThat(policies(Runnable::run).get()).isEmpty();
		assertThat(output).contains("the response is empty");
	}

	@Test
	void messageOfUnexpectedExceptionIsNotLogged(CapturedOutput output) {
		this.gateway = () -> {
			throw new IllegalStateException("s3cr3t");
		};
		assertThat(policies(Runnable::run).get()).isEmpty();
		assertThat(output).contains("IllegalStateException").doesNotContain("s3cr3t");
	}

	@Test
	void callsWhenReadingPoliciesFailsWithErrorAreDenied(CapturedOutput output) {
		NoSuchMethodError error = new NoSuchMethodError("treeToValue");
		for (RuntimeException wrapped : Arrays.asList(null,
				new AirlockGatewayException("The request to the gateway failed", null, error),
				new AirlockGatewayException("The gateway cannot be reached", null, new IOException(error)))) {
			this.gateway = () -> {
				if (wrapped != null) {
					throw wrapped;
				}
				throw error;
			};
			EffectivePolicies policies = policies(Runnable::run);
			for (int i = 0; i < 2; i++) {
				assertUnreadable(policies, error);
				assertUnreadable(policies, error);
				this.ticker.advance(Duration.ofSeconds(15));
			}
			this.gateway = () -> new DndPolicies(List.of(policy("deny_all")));
			assertThat(policies.get()).hasSize(1);
		}
		assertThat(this.calls).hasValue(9);
		assertThat(output.getOut().lines().filter((line) -> line.contains("WARN"))).hasSize(3)
			.allMatch(
					(line) -> line.contains("so guarded methods are denied: java.lang.NoSuchMethodError: treeToValue"));
	}

	@Test
	void callsWhenThreadCannotBeCreatedAreDeniedAndPoliciesRequestedAgainLater() {
		OutOfMemoryError error = new OutOfMemoryError("unable to create native thread");
		AtomicBoolean failing = new AtomicBoolean(true);
		EffectivePolicies policies = policies((task) -> {
			if (failing.get()) {
				throw error;
			}
			task.run();
		});
		assertUnreadable(policies, error);
		failing.set(false);
		this.ticker.advance(Duration.ofSeconds(15));
		assertThat(policies.get()).hasSize(1);
	}

	private static void assertUnreadable(EffectivePolicies policies, Error error) {
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(policies::get)
			.withMessageContainingAll("a do-not-disturb policy may deny the call", "airlock.gateway.dnd.mode=off")
			.withCause(error);
	}

	@Test
	void policiesWhenTaskIsRejectedAreEmpty() {
		EffectivePolicies policies = policies((task) -> {
			throw new RejectedExecutionException();
		});
		assertThat(policies.get()).isEmpty();
		assertThat(policies.get()).isEmpty();
	}

	@Test
	void concurrentCallsShareOneRequest() throws Exception {
		BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
		EffectivePolicies policies = policies(tasks::add);
		CountDownLatch started = new CountDownLatch(8);
		List<CompletableFuture<List<DndPolicy>>> results = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			CompletableFuture<List<DndPolicy>> result = new CompletableFuture<>();
			results.add(result);
			new Thread(() -> {
				started.countDown();
				result.complete(policies.get());
			}).start();
		}
		started.await();
		tasks.take().run();
		assertThat(results).allSatisfy((result) -> assertThat(result.join()).hasSize(1));
		assertThat(this.calls).hasValue(1);
		assertThat(tasks).isEmpty();
	}

	@Test
	void callAfterTimeoutDoesNotWaitForRequestInProgress() {
		Queue<Runnable> tasks = new ArrayDeque<>();
		EffectivePolicies policies = policies((task) -> {
			tasks.add(task);
			this.ticker.advance(Duration.ofSeconds(2));
		});
		assertThat(policies.get()).isEmpty();
		assertThat(policies.get()).isEmpty();
		assertThat(tasks).hasSize(1);
		tasks.remove().run();
		assertThat(policies.get()).hasSize(1);
		assertThat(this.calls).hasValue(1);
	}

	@Test
	void policiesAfterCheckedExceptionAreRequestedAgain() {
		EffectivePolicies policies = policies(Runnable::run);
		this.gateway = () -> EffectivePoliciesTests.<RuntimeException, DndPolicies>fail(new IOException("s3cr3t"));
		assertThat(policies.get()).isEmpty();
		this.gateway = () -> new DndPolicies(List.of(policy("deny_all")));
		this.ticker.advance(Duration.ofSeconds(15));
		assertThat(policies.get()).hasSize(1);
	}

	@Test
	void policiesWhenRequestDoesNotReturnAreRequestedAgain() {
		Queue<Runnable> tasks = new ArrayDeque<>();
		EffectivePolicies policies = policies((task) -> {
			tasks.add(task);
			this.ticker.advance(Duration.ofSeconds(2));
		});
		assertThat(policies.get()).isEmpty();
		this.ticker.advance(Duration.ofSeconds(57));
		assertThat(policies.get()).isEmpty();
		assertThat(tasks).hasSize(1);
		this.ticker.advance(Duration.ofSeconds(1));
		assertThat(policies.get()).isEmpty();
		assertThat(tasks).hasSize(2);
	}

	@SuppressWarnings("unchecked")
	private static <X extends Exception, T> T fail(Exception failure) throws X {
		throw (X) failure;
	}

	@Test
	void policiesWhenInterruptedAreEmptyAndInterruptIsKept() {
		EffectivePolicies policies = policies((task) -> {
		});
		Thread.currentThread().interrupt();
		assertThat(policies.get()).isEmpty();
		assertThat(Thread.interrupted()).isTrue();
	}

	@ParameterizedTest
	@EnumSource(names = "FULL", mode = EnumSource.Mode.EXCLUDE)
	void approvalIsReturnedInModeFullOnly(DndMode mode) {
		DoNotDisturb doNotDisturb = doNotDisturb(mode);
		assertThat(doNotDisturb.getRules().isEmpty()).isTrue();
		assertThat(doNotDisturb(DndMode.FULL).getRules().isEmpty()).isFalse();
	}

	@Test
	void policiesWhenModeIsOffAreNotRequested() {
		this.gateway = () -> new DndPolicies(List.of(policy("deny_all")));
		assertThat(doNotDisturb(DndMode.OFF).getRules().isEmpty()).isTrue();
		assertThat(this.calls).hasValue(0);
		assertThat(doNotDisturb(DndMode.DENY_ONLY).getRules().isEmpty()).isFalse();
	}

	/**
	 * The gateway determines how long that takes, and not every call waits for it.
	 */
	@Test
	void responseIsReadOnce() {
		DndPolicy policy = mock(DndPolicy.class, AdditionalAnswers.delegatesTo(policy("deny_all")));
		this.gateway = () -> new DndPolicies(List.of(policy));
		DoNotDisturb doNotDisturb = doNotDisturb(DndMode.DENY_ONLY);
		assertThat(doNotDisturb.getRules().isEmpty()).isFalse();
		clearInvocations(policy);
		assertThat(doNotDisturb.getRules().isEmpty()).isFalse();
		verifyNoInteractions(policy);
	}

	@Test
	void policyExpiresAlthoughItsResponseIsCached() {
		this.gateway = () -> new DndPolicies(List.of(policy("deny_all")));
		DoNotDisturb doNotDisturb = doNotDisturb(DndMode.DENY_ONLY);
		assertThat(doNotDisturb.getRules().isEmpty()).isFalse();
		this.now = NOW.plusSeconds(60);
		assertThat(doNotDisturb.getRules().isEmpty()).isTrue();
	}

	@Test
	void lastPoliciesAreReturnedWithoutRequest() {
		DndPolicy expired = new DndPolicy("req-2", "airlock.dnd.workspace", "payments", null, "refunds", "deny_all",
				null, null, null, null, NOW);
		this.gateway = () -> new DndPolicies(List.of(policy("approve_all"), expired));
		DoNotDisturb doNotDisturb = doNotDisturb(DndMode.DENY_ONLY);
		assertThat(doNotDisturb.getLastPolicies()).isEmpty();
		assertThat(this.calls).hasValue(0);
		doNotDisturb.getRules();
		assertThat(doNotDisturb.getLastPolicies()).containsExactly(policy("approve_all"));
		assertThat(this.calls).hasValue(1);
	}

	private DoNotDisturb doNotDisturb(DndMode mode) {
		return new DoNotDisturb(mode, policies(Runnable::run), ENFORCER, () -> this.now);
	}

	private EffectivePolicies policies(Executor executor) {
		return new EffectivePolicies(() -> {
			this.calls.incrementAndGet();
			return this.gateway.get();
		}, () -> this.paired, executor, this.ticker);
	}

	private static DndPolicy policy(String mode) {
		return new DndPolicy("req-1", "airlock.dnd.workspace", "payments", null, "refunds", mode, null, null, null,
				null, NOW.plusSeconds(60));
	}

}

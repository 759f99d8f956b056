/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDeniedByPolicyException;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalOutcome;
import io.airlockapp.gateway.ApprovalPendingException;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.GuardedCall;
import io.airlockapp.gateway.approval.guard.RestingApprovalGate.Pause;
import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import io.airlockapp.gateway.approval.snapshot.SnapshotWriter;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.support.VirtualTicker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RestingApprovalGate} and {@link DuplicateApprovalGate}.
 */
class RestingApprovalGateTests {

	private static final Instant NOW = Instant.parse("2026-11-24T14:37:10.9Z");

	private static final String STOLEN_PHONE = "faNZHuVE0rWOA9nlwnRCUH9k8d7qZUUDzWNxa83lqRU=";

	private static final String NEW_PHONE = "bssqPn/iye8PY+o2bg8oO9txYnkJBm/3RyMx8i5Wt4w=";

	private final VirtualTicker ticker = new VirtualTicker();

	private final List<ApprovalOutcome> outcomes = new ArrayList<>();

	private final DenialPublisher publisher = new DenialPublisher(
			ApprovalListener.of(List.of((request, artifactType) -> this.outcomes::add)), "command.review");

	private final List<Object> asked = new ArrayList<>();

	private @Nullable AirlockGatewayException failure;

	private Runnable meanwhile = () -> {
	};

	private final ApprovalGate person = (call) -> {
		this.asked.add(call);
		this.meanwhile.run();
		if (this.failure != null) {
			throw this.failure;
		}
	};

	private final Map<String, Pairing> paired = new HashMap<>();

	private final PairingSource pairings = this.paired::get;

	private final ApproverGroups groups = new ApproverGroups(
			List.of(new ApproverGroup("refunds", List.of("finance", "default"), 2, null, false, false, List.of())),
			Persons.unknown());

	private final ApprovalGate gate = new RestingApprovalGate(this.person, null,
			new Pause(5, Duration.ofMinutes(5), Duration.ofMinutes(10)), this.pairings, this.groups, () -> NOW,
			this.ticker, this.publisher);

	private final ApprovalGate cooling = new RestingApprovalGate(this.person, Duration.ofMinutes(1), null,
			this.pairings, this.groups, () -> NOW, this.ticker, this.publisher);

	private final ApprovalGate refusing = new DuplicateApprovalGate(this.person, 1, this.pairings, this.groups,
			this.publisher);

	@Test
	void methodWhenDeniedAndTimedOutTooOftenIsPaused() {
		for (int i = 0; i < 5; i++) {
			this.failure = (i % 2 == 0) ? denied() : new ApprovalTimeoutException("silence", "req-1");
			fail("pay", null, i);
		}
		assertThat(this.asked).hasSize(5);
		this.failure = null;
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> pass("pay", null, 6))
			.withMessage(
					"Service.pay is paused until 14:47:10Z: 5 requests were denied, timed out or were cancelled within 5m "
							+ "('airlock.gateway.approval.pause')")
			.satisfies((ex) -> assertThat(ex.getRetryAfter()).isEqualTo(Duration.ofSeconds(601)));
		assertThat(this.asked).hasSize(5);
		assertThat(this.outcomes).singleElement()
			.satisfies((outcome) -> assertThat(outcome.failure()).isInstanceOf(ApprovalUnavailableException.class));
		pass("other", null, 1);
		this.ticker.advance(Duration.ofMinutes(10));
		pass("pay", null, 7);
		assertThat(this.asked).hasSize(7);
	}

	@Test
	void methodWhenCancelledTooOftenIsPaused() {
		this.failure = new ApprovalUnavailableException("interrupted", "req-1", null);
		this.meanwhile = () -> Thread.currentThread().interrupt();
		for (int i = 0; i < 5; i++) {
			fail("pay", null, i);
			assertThat(Thread.interrupted()).isTrue();
		}
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> pass("pay", null, 6))
			.withMessageContaining("is paused until");
		assertThat(this.asked).hasSize(5);
	}

	@Test
	void methodWhenRequestsFailIsNotPaused() {
		this.failure = new ApprovalUnavailableException("no gateway", "req-1", null);
		for (int i = 0; i < 6; i++) {
			fail("pay", null, i);
		}
		assertThat(this.asked).hasSize(6);
	}

	@Test
	void methodWhenOneRequesterIsPausedAcceptsOthers() {
		this.failure = denied();
		for (int i = 0; i < 5; i++) {
			fail("pay", "mallory", i);
		}
		this.failure = null;
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> pass("pay", "mallory", 1));
		pass("pay", "alice", 1);
		pass("pay", null, 1);
	}

	@Test
	void methodWhenOtherClassWithSameNameIsPausedIsNotPaused() {
		this.failure = denied();
		for (int i = 0; i < 5; i++) {
			fail("pay", null, i);
		}
		this.failure = null;
		GuardedCall other = call(Elsewhere.Service.class, "pay", new Caller(false, null), 1, "default", null);
		assertThat(other).hasToString("Service.pay");
		this.gate.authorize(other);
		assertThat(this.asked).hasSize(6);
	}

	@Test
	void denialAppliesToTheSameCallOfTheSameRequesterForTheSameApprovers() {
		this.failure = denied();
		assertThatExceptionOfType(ApprovalDeniedException.class)
			.isThrownBy(() -> this.cooling.authorize(call("pay", "alice", 1)))
			.isSameAs(this.failure);
		this.failure = null;
		assertThatExceptionOfType(ApprovalDeniedException.class)
			.isThrownBy(() -> this.cooling.authorize(call("pay", "alice", 1)))
			.withMessage("Service.pay was denied a moment ago (request req-1), so approval is not requested again for "
					+ "61 s")
			.satisfies((ex) -> assertThat(ex.getRequestId()).isEqualTo("req-1"));
		assertThat(this.asked).hasSize(1);
		this.cooling.authorize(call("pay", "alice", 2));
		this.cooling.authorize(call("pay", "bob", 1));
		this.cooling.authorize(call("pay", null, 1));
		this.cooling.authorize(call("other", "alice", 1));
		this.cooling.authorize(call(Service.class, "pay", new Caller(false, "alice"), 1, "finance", null));
		assertThat(this.asked).hasSize(6);
		this.ticker.advance(Duration.ofMinutes(1));
		this.cooling.authorize(call("pay", "alice", 1));
	}

	@Test
	void denialAppliesToRequesterIgnoringCase() {
		this.failure = denied();
		assertThatExceptionOfType(ApprovalDeniedException.class)
			.isThrownBy(() -> this.cooling.authorize(call("pay", "alice", 1)));
		this.failure = null;
		assertThatExceptionOfType(ApprovalDeniedException.class)
			.isThrownBy(() -> this.cooling.authorize(call("pay", "Alice", 1)))
			.withMessageContaining("denied a moment ago");
		assertThat(this.asked).hasSize(1);
	}

	@Test
	void approvalWhenPairingChangesAfterDenialIsRequested() {
		this.paired.put("default", pairing(STOLEN_PHONE));
		this.failure = denied();
		assertThatExceptionOfType(ApprovalDeniedException.class)
			.isThrownBy(() -> this.cooling.authorize(call("pay", "alice", 1)));
		this.failure = null;
		this.paired.put("default", pairing(NEW_PHONE));
		this.cooling.authorize(call("pay", "alice", 1));
		this.paired.put("default", pairing(STOLEN_PHONE));
		assertThatExceptionOfType(ApprovalDeniedException.class)
			.isThrownBy(() -> this.cooling.authorize(call("pay", "alice", 1)));
		assertThat(this.asked).hasSize(2);
	}

	@Test
	void approvalWhenGroupMemberChangesAfterDenialIsRequested() {
		this.paired.put("default", pairing(STOLEN_PHONE));
		this.failure = denied();
		assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(() -> this.cooling.authorize(ofGroup(1)));
		assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(() -> this.cooling.authorize(ofGroup(1)));
		assertThat(this.asked).hasSize(1);
		this.failure = null;
		this.paired.put("default", pairing(NEW_PHONE));
		this.cooling.authorize(ofGroup(1));
		assertThat(this.asked).hasSize(2);
	}

	@Test
	void reasonIsRepeatedToItsRequesterOnly() {
		for (String requester : new String[] { "mallory", null }) {
			this.failure = new ApprovalDeniedException("no", "req-1", "suspected of fraud");
			assertThatExceptionOfType(ApprovalDeniedException.class)
				.isThrownBy(() -> this.cooling.authorize(call("pay", requester, 1)));
			this.failure = null;
			assertThatExceptionOfType(ApprovalDeniedException.class)
				.isThrownBy(() -> this.cooling.authorize(call("pay", requester, 1)))
				.satisfies((ex) -> assertThat(ex.getReason())
					.isEqualTo((requester != null) ? "suspected of fraud" : null));
		}
	}

	@Test
	void cooldownWhenFailureIsNoDenialDoesNotStart() {
		for (AirlockGatewayException each : List.of(new ApprovalTimeoutException("silence", "req-1"),
				new ApprovalUnavailableException("no", "req-1", null),
				new ApprovalDeniedByPolicyException("policy", "p-1", NOW))) {
			this.failure = each;
			assertThatExceptionOfType(each.getClass()).isThrownBy(() -> this.cooling.authorize(call("pay", "alice", 1)))
				.isSameAs(each);
		}
		this.failure = null;
		this.cooling.authorize(call("pay", "alice", 1));
		this.cooling.authorize(call("pay", "alice", 1));
		assertThat(this.asked).hasSize(5);
	}

	@Test
	void denialsBeforeConfiguredPeriodAreNotCounted() {
		this.failure = denied();
		for (int i = 0; i < 20; i++) {
			fail("pay", null, i);
			this.ticker.advance(Duration.ofSeconds(75));
		}
		assertThat(this.asked).hasSize(20);
	}

	@Test
	void approvalsAndFailuresWithoutDecisionAreNotCounted() {
		List<AirlockGatewayException> failures = List.of(new ApprovalVerificationException("forged", "req-1", null),
				new ApprovalUnavailableException("no", null, null),
				new ApprovalDeniedByPolicyException("policy", "p-1", NOW));
		for (int i = 0; i < 5; i++) {
			this.failure = null;
			pass("pay", null, i);
			for (AirlockGatewayException each : failures) {
				this.failure = each;
				fail("pay", null, i);
			}
		}
		assertThat(this.asked).hasSize(20);
	}

	@Test
	void equalCallIsRefusedWhileOthersWait() {
		this.meanwhile = () -> {
			this.meanwhile = () -> {
			};
			assertThatExceptionOfType(ApprovalPendingException.class)
				.isThrownBy(() -> this.refusing.authorize(call("pay", "alice", 1)))
				.withMessageContainingAll("with the same arguments already",
						"'airlock.gateway.approval.limits.duplicates");
			this.refusing.authorize(call("pay", "alice", 2));
			this.refusing.authorize(call("pay", "bob", 1));
			this.refusing.authorize(call("pay", null, 1));
			this.refusing.authorize(call("other", "alice", 1));
		};
		this.refusing.authorize(call("pay", "alice", 1));
		assertThat(this.asked).hasSize(5);
		assertThat(this.outcomes).hasSize(1);
		this.refusing.authorize(call("pay", "alice", 1));
		assertThat(this.asked).hasSize(6);
	}

	@Test
	void approvalWhenPairingChangesDuringEqualCallIsRequested() {
		this.paired.put("default", pairing(STOLEN_PHONE));
		this.meanwhile = () -> {
			this.meanwhile = () -> {
			};
			this.paired.put("default", pairing(NEW_PHONE));
			this.refusing.authorize(call("pay", "alice", 1));
		};
		this.refusing.authorize(call("pay", "alice", 1));
		assertThat(this.asked).hasSize(2);
	}

	@Test
	void equalCallAfterFailureOfFirstIsAccepted() {
		for (RuntimeException each : List.of(denied(), new ApprovalUnavailableException("no", null, null))) {
			this.failure = (AirlockGatewayException) each;
			assertThatExceptionOfType(each.getClass()).isThrownBy(() -> this.refusing.authorize(call("pay", null, 1)));
			this.failure = null;
			this.refusing.authorize(call("pay", null, 1));
		}
	}

	@Test
	void twoEqualCallsMayWaitByDefault() {
		ApprovalGate refusing = new DuplicateApprovalGate(this.person, 2, this.pairings, this.groups, this.publisher);
		this.meanwhile = () -> {
			this.meanwhile = () -> {
				this.meanwhile = () -> {
				};
				assertThatExceptionOfType(ApprovalUnavailableException.class)
					.isThrownBy(() -> refusing.authorize(call("pay", null, 1)))
					.withMessageContaining("waits for 2 decisions");
			};
			refusing.authorize(call("pay", null, 1));
		};
		refusing.authorize(call("pay", null, 1));
		assertThat(this.asked).hasSize(2);
	}

	@Test
	void failingRequesterSourceKeepsTheCallFromPassing() {
		GuardedCall call = call(Service.class, "pay", Caller.failed(false, new IllegalStateException("s3cr3t")), 1,
				"default", null);
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> this.gate.authorize(call))
			.withMessageContaining("RequesterSource")
			.satisfies((ex) -> assertThat(ex).message().doesNotContain("s3cr3t"));
		assertThat(this.asked).isEmpty();
	}

	private void pass(String method, @Nullable String requester, int amount) {
		this.gate.authorize(call(method, requester, amount));
	}

	private void fail(String method, @Nullable String requester, int amount) {
		assertThatExceptionOfType(this.failure.getClass()).isThrownBy(() -> pass(method, requester, amount))
			.isSameAs(this.failure);
	}

	private static Pairing pairing(String signerKey) {
		return new Pairing("rt-1", EncryptionKey.of(new byte[32]), List.of(SignerKey.of("key-1", signerKey)));
	}

	private static ApprovalDeniedException denied() {
		return new ApprovalDeniedException("no", "req-1", null);
	}

	private static GuardedCall call(String name, @Nullable String requester, int amount) {
		return call(Service.class, name, new Caller(false, requester), amount, "default", null);
	}

	private static GuardedCall ofGroup(int amount) {
		return call(Service.class, "pay", new Caller(false, "alice"), amount, "default", "refunds");
	}

	private static GuardedCall call(Class<?> type, String name, Caller caller, int amount, String pairing,
			@Nullable String approvers) {
		Method method = ReflectionUtils.findMethod(type, name, int.class);
		SnapshotWriter writer = new SnapshotWriter(new JsonMapper());
		return new MethodGuardedCall(
				new ApprovalAttribute(Declaration.of(method, type), "Pay", null, null, null, null, pairing, approvers,
						false, false, false),
				new MethodArguments(type, method, new Object[] { amount }), "service", new DefaultListableBeanFactory(),
				() -> writer, caller);
	}

	static class Service {

		void pay(int amount) {
		}

		void other(int amount) {
		}

	}

	static class Elsewhere {

		static class Service {

			void pay(int amount) {
			}

		}

	}

}

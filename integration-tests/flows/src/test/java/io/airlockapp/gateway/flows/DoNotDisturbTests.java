/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import io.airlockapp.gateway.ApprovalDeniedByPolicyException;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.autoconfigure.AirlockDndAutoConfiguration;
import io.airlockapp.gateway.flows.PairableApplication.Vault;
import io.airlockapp.gateway.flows.PayoutApplication.Payouts;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.pairing.PairingInfo.State;
import io.airlockapp.gateway.simulator.HandledRequest;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatedFault;
import io.airlockapp.gateway.simulator.SimulatedPolicy;
import io.airlockapp.gateway.simulator.SimulatorCall;
import io.airlockapp.gateway.store.InMemoryPairingStore;
import io.airlockapp.gateway.store.PairingStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

/**
 * Do-not-disturb policies, from the gateway to the guarded method.
 */
@Tag("slow")
@ExtendWith(OutputCaptureExtension.class)
class DoNotDisturbTests extends FaultTests {

	private static final String FULL = "airlock.gateway.dnd.mode=full";

	private static final String WORKSPACE = "payments";

	@Test
	void denialByPolicySendsNoRequest() {
		this.simulator.addPolicy(SimulatedPolicy.forWorkspace(WORKSPACE, Verdict.REJECT));
		startInWorkspace();
		assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalDeniedByPolicyException.class)
			.hasMessageContainingAll("Payouts.payOut was denied without a request", "deny_all for this workspace");
		assertThat(asked()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "Payouts.payOut", "Payouts.payOut(order=order-1)", "payouts.payout order" })
	void denialOfAnActionIsForThatActionOnly(String prefix) {
		addPolicy(SimulatedPolicy.forAction(WORKSPACE, Verdict.REJECT, prefix));
		startInWorkspace();
		rejectAll();
		Payouts payouts = this.application.payouts();
		assertThatExceptionOfType(ApprovalDeniedByPolicyException.class).isThrownBy(() -> payouts.payOut("order-1"))
			.withMessageContaining("for this action");
		assertThat(asked()).isZero();
		assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(() -> payouts.payOutAll(List.of()))
			.isNotInstanceOf(ApprovalDeniedByPolicyException.class);
		assertThat(asked()).isOne();
	}

	@Test
	void approvalIsNoApprovalByDefault() {
		addPolicy(SimulatedPolicy.forWorkspace(WORKSPACE, Verdict.APPROVE));
		addPolicy(SimulatedPolicy.forAction(WORKSPACE, Verdict.APPROVE, "Payouts.payOut"));
		startInWorkspace();
		rejectAll();
		assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalDeniedException.class)
			.isNotInstanceOf(ApprovalDeniedByPolicyException.class);
		assertThat(asked()).isOne();
	}

	@Test
	void policyThatExpiresStopsToCount() {
		this.simulator.addPolicy(policyJson("deny_all", Instant.now().minusSeconds(1).toString()));
		startInWorkspace();
		approveAll();
		this.application.callAndAssertRun();
	}

	@Test
	void approvalByPolicyRunsMethodAndIsReportedToApprover() {
		addPolicy(SimulatedPolicy.forAction(WORKSPACE, Verdict.APPROVE, "Payouts.payOut(order=order-1)"));
		startInWorkspace(FULL);
		this.application.callAndAssertRun();
		await().until(() -> !this.simulator.history().isEmpty());
		HandledRequest handled = this.simulator.history().get(0);
		assertThat(handled.outcome()).isEqualTo(HandledRequest.Outcome.AUDITED);
		PendingRequest audit = handled.request();
		assertThat(audit.problem()).isNull();
		assertThat(audit.metadata()).containsEntry("dndAudit", "true")
			.containsEntry("dndDecision", "approve")
			.containsEntry("requestLabel", "Pay out")
			.containsEntry("workspaceName", WORKSPACE);
		assertThat(audit.commandText()).isEqualTo("Payouts.payOut(order=order-1)");
		assertThat(audit.description()).isEqualTo("Pay out order order-1");
		assertThat(audit.arguments().get("order").stringValue()).isEqualTo("order-1");
		assertThat(Instant.parse(audit.plaintext().path("expiresAt").stringValue()))
			.isEqualTo(Instant.parse(audit.plaintext().path("createdAt").stringValue()).plusSeconds(60));
		assertThat(this.simulator.requests(SimulatorCall.WAIT_FOR_DECISION)).isEmpty();
	}

	@Test
	void approvalByPolicyDoesNotApplyToUnavailableApprovers() {
		addPolicy(SimulatedPolicy.forWorkspace(WORKSPACE, Verdict.APPROVE));
		UnreliableStore store = new UnreliableStore();
		try (PairableApplication application = startWithTwoPairings(store)) {
			Vault vault = application.vault();
			store.unreadable = "pairing.finance";
			assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(vault::pay)
				.withMessageContaining("The pairing 'finance' cannot be read");
			store.unreadable = null;
			application.manager().revoke("finance");
			assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(vault::pay)
				.withMessageContaining("'finance'");
			assertThat(vault.open()).isEqualTo("open");
			application.manager().revoke("default");
			assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(vault::open)
				.withMessageContaining("default");
		}
		assertThat(this.simulator.requests(SimulatorCall.WAIT_FOR_DECISION)).isEmpty();
	}

	@Test
	void approvalByPolicyDoesNotApplyToAnotherPairing() {
		addPolicy(SimulatedPolicy.forWorkspace(WORKSPACE, Verdict.APPROVE));
		rejectAll();
		try (PairableApplication application = startWithTwoPairings(new UnreliableStore())) {
			assertThat(application.vault().open()).isEqualTo("open");
			assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(application.vault()::pay);
		}
	}

	private PairableApplication startWithTwoPairings(PairingStore store) {
		PairableApplication application = PairableApplication.start(this.simulator.baseUrl(), this.simulator.pat(),
				store, (context) -> context.register(Policies.class), FULL, "airlock.gateway.enforcer.id=shop",
				"airlock.gateway.workspace.name=" + WORKSPACE,
				"airlock.gateway.pairing.code=" + this.simulator.preGeneratePairingCode(),
				"airlock.gateway.pairings.finance.code=" + this.simulator.preGeneratePairingCode());
		application.awaitPaired();
		await().until(() -> application.manager().getStatus("finance").state() == State.PAIRED);
		return application;
	}

	@Test
	void argumentCannotPassForAnApprovedOne() {
		addPolicy(SimulatedPolicy.forAction(WORKSPACE, Verdict.APPROVE, "Payouts.payOut", "order=order-1"));
		addPolicy(SimulatedPolicy.forAction(WORKSPACE, Verdict.APPROVE, "Payouts.payOut(order=order-1)"));
		startInWorkspace(FULL);
		rejectAll();
		List<String> orders = List.of("order-1 ", "order-11", "order-1, amount=1", "order-1)", "\"order-1\"",
				"ORDER-1");
		assertThat(orders).allSatisfy((order) -> assertThatExceptionOfType(ApprovalDeniedException.class)
			.isThrownBy(() -> this.application.payouts().payOut(order)));
		assertThat(this.application.payouts().orders()).isEmpty();
		assertThat(asked()).isEqualTo(orders.size());
	}

	@Test
	void sensitiveArgumentIsNeverApprovedByItsMask() {
		addPolicy(SimulatedPolicy.forAction(WORKSPACE, Verdict.APPROVE, "Payouts.transfer", "order=1", "pin=•••"));
		startInWorkspace(FULL);
		rejectAll();
		assertThatExceptionOfType(ApprovalDeniedException.class)
			.isThrownBy(() -> this.application.payouts().transfer("1", "1234"));
		assertThat(asked()).isOne();
	}

	@Test
	void approvalByPolicyForOtherCallsDoesNotApply() {
		Stream.of("shop-2", "SHOP", "*", "").forEach((enforcer) -> addApproval("approve_all", "enforcerId", enforcer));
		addApproval("approve_all", "sessionId", "session-1");
		addApproval("approve_all", "targetArtifactType", "plan.review");
		Stream.of("APPROVE_ALL", "approve", "approve_all ", "allow")
			.forEach((mode) -> addApproval(mode, "enforcerId", "shop"));
		assertThePersonIsAsked();
	}

	private void addApproval(String mode, String member, String value) {
		this.simulator.addPolicy(policyJson(mode, "9999-01-01T00:00:00Z").put(member, value));
	}

	@ParameterizedTest
	@ValueSource(strings = { "null", "1", "\"approve_all\"", "[]", "{}", "{\"policyMode\":\"approve_all\"}",
			"{\"objectType\":\"airlock.dnd.workspace\",\"policyMode\":[\"approve_all\"]}" })
	void malformedApprovalByPolicyDoesNotApply(String policy) {
		this.simulator.addPolicy(HarpJson.mapper().readTree(policy));
		assertThePersonIsAsked();
	}

	@ParameterizedTest
	@EnumSource(Trouble.class)
	void approvalIsRequestedWhenPoliciesCannotBeRead(Trouble trouble) {
		addPolicy(SimulatedPolicy.forWorkspace(WORKSPACE, Verdict.APPROVE));
		trouble.happen(this, GatewayOperation.POLICIES);
		trouble.happen(this, GatewayOperation.POLICIES);
		startInWorkspace(FULL, "airlock.gateway.read-timeout=400ms", "airlock.gateway.approval.poll-timeout=1s");
		approveAll();
		this.application.callAndAssertRun();
		// A slow submission may be sent again
		assertThat(this.simulator.asked()).hasSize(1);
		assertThat(this.simulator.requests(SimulatorCall.WAIT_FOR_DECISION)).isNotEmpty();
	}

	@Test
	void approvalIsRequestedWhenPoliciesAreDelayed() {
		addPolicy(SimulatedPolicy.forWorkspace(WORKSPACE, Verdict.APPROVE));
		this.simulator.failNext(SimulatorCall.DND_POLICIES, SimulatedFault.delay(Duration.ofMinutes(1)));
		startInWorkspace(FULL, "airlock.gateway.read-timeout=30s");
		approveAll();
		Payouts payouts = this.application.payouts();
		payouts.payOut("order-1");
		payouts.payOut("order-2");
		assertThat(asked()).isEqualTo(2);
		assertThat(this.simulator.requests(SimulatorCall.DND_POLICIES)).hasSize(1);
	}

	@Test
	void interruptedCallRequestsNoApproval() {
		addPolicy(SimulatedPolicy.forWorkspace(WORKSPACE, Verdict.APPROVE));
		this.simulator.failNext(SimulatorCall.DND_POLICIES, SimulatedFault.delay(Duration.ofMinutes(1)));
		startInWorkspace(FULL);
		InterruptibleCall call = startCall();
		await().until(() -> !this.simulator.requests(SimulatorCall.DND_POLICIES).isEmpty());
		call.interrupt();
		assertThat(call.failure()).isInstanceOf(ApprovalUnavailableException.class);
		assertThat(call.isInterrupted()).isTrue();
		assertThat(this.application.payouts().orders()).isEmpty();
		assertThat(this.simulator.pending()).isEmpty();
	}

	@Test
	void methodRunsWhenApproverCannotBeNotified(CapturedOutput output) {
		addPolicy(SimulatedPolicy.forWorkspace(WORKSPACE, Verdict.APPROVE));
		startInWorkspace(FULL);
		this.simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT, 3, SimulatedFault.status(500));
		this.application.callAndAssertRun();
		await().until(() -> output.toString().contains("The approver is not notified"));
		assertThat(asked()).isEqualTo(3);
		assertThat(this.simulator.history()).isEmpty();
	}

	@Test
	void denialByPolicyStartsNoCooldown() {
		addPolicy(SimulatedPolicy.forWorkspace(WORKSPACE, Verdict.REJECT));
		startInWorkspace("airlock.gateway.approval.denial-cooldown=1h");
		assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalDeniedByPolicyException.class);
		assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalDeniedByPolicyException.class)
			.hasMessageNotContaining("a moment ago");
	}

	@Test
	void policiesAreRequestedOnceForManyCalls() {
		startInWorkspace();
		approveAll();
		for (int i = 0; i < 5; i++) {
			String order = "order-" + i;
			assertThatNoException().isThrownBy(() -> this.application.payouts().payOut(order));
		}
		assertThat(this.simulator.requests(SimulatorCall.DND_POLICIES)).hasSize(1);
	}

	private void assertThePersonIsAsked() {
		startInWorkspace(FULL);
		rejectAll();
		assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalDeniedException.class)
			.isNotInstanceOf(ApprovalDeniedByPolicyException.class);
		assertThat(asked()).isOne();
	}

	private void addPolicy(SimulatedPolicy policy) {
		Instant now = Instant.now();
		this.simulator.addPolicy(policy.valid(now, now.plusSeconds(3600)));
	}

	private static ObjectNode policyJson(String mode, String expiresAt) {
		return HarpJson.mapper()
			.createObjectNode()
			.put("requestId", "req-7")
			.put("objectType", "airlock.dnd.workspace")
			.put("workspaceId", WORKSPACE)
			.put("enforcerId", "shop")
			.put("policyMode", mode)
			.put("expiresAt", expiresAt);
	}

	private int asked() {
		return this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT).size();
	}

	private void startInWorkspace(String... properties) {
		start(Stream
			.concat(Stream.of("airlock.gateway.enforcer.id=shop", "airlock.gateway.workspace.name=" + WORKSPACE),
					Stream.of(properties))
			.toArray(String[]::new));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(AirlockDndAutoConfiguration.class)
	static class Policies {

	}

	private static final class UnreliableStore implements PairingStore {

		private final PairingStore delegate = new InMemoryPairingStore();

		private volatile @Nullable String unreadable;

		@Override
		public @Nullable Entry read(String name) {
			if (name.equals(this.unreadable)) {
				throw new IllegalStateException("Not now");
			}
			return this.delegate.read(name);
		}

		@Override
		public boolean write(String name, @Nullable Entry expected, @Nullable String text) {
			return this.delegate.write(name, expected, text);
		}

	}

}

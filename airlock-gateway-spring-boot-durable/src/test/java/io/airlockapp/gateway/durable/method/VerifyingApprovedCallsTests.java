/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.method;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.approval.guard.DurableMethod;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.CallTerms;
import io.airlockapp.gateway.approvers.EscalationStep;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.durable.DurableCall;
import io.airlockapp.gateway.durable.argument.RebuiltArguments;
import io.airlockapp.gateway.durable.exchange.ApprovalSteps;
import io.airlockapp.gateway.durable.exchange.ExcludedRequester;
import io.airlockapp.gateway.durable.exchange.OtherPairingException;
import io.airlockapp.gateway.durable.exchange.SealedArtifact;
import io.airlockapp.gateway.durable.method.ApprovedCall.Vote;
import io.airlockapp.gateway.durable.method.ApprovedCalls.Claim;
import io.airlockapp.gateway.durable.method.ApprovedCalls.Result;
import io.airlockapp.gateway.durable.method.DurableTargets.Target;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.Ciphertext;
import io.airlockapp.gateway.harp.DecisionEvidence;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.harp.TestSigner;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.Answers;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.Assert;

import static io.airlockapp.gateway.harp.TestSigner.signer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willReturn;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

/**
 * Tests for {@link VerifyingApprovedCalls}: a call starts only if each part of it follows
 * from a plaintext that was approved.
 */
class VerifyingApprovedCallsTests {

	private static final String TARGET = "payouts#pay()";

	private static final String ARGUMENTS = "{}";

	private static final Instant START_BY = Instant.parse("2026-01-01T00:00:00Z");

	private final DurableTargets targets = mock(Answers.RETURNS_DEEP_STUBS);

	private final ApprovalSteps steps = mock();

	private final DurableMethod method = mock();

	private final RebuiltArguments rebuilt = mock(Answers.RETURNS_DEEP_STUBS);

	private final List<String> order = new ArrayList<>();

	private final ObjectNode plaintext = HarpJson.mapper()
		.createObjectNode()
		.put("requestId", "req-1")
		.put("target", TARGET)
		.put("pairing", "default")
		.put("argumentsHash", hash(ARGUMENTS))
		.put("startBy", "2026-01-01T00:00:00Z")
		.put("workspace", "shop")
		.put("repoName", "repo")
		.put("source", "orders")
		.put("arguments", "shown");

	private final TestSigner pair = signer();

	private Instant now = START_BY.minusMillis(1);

	private boolean claimed = true;

	private boolean restartable;

	private UnaryOperator<String> texts = UnaryOperator.identity();

	private Runnable inside = () -> {
	};

	private final WarnOnceLog warnings = new WarnOnceLog(LogFactory.getLog(VerifyingApprovedCalls.class));

	@BeforeEach
	void permitEverything() throws Exception {
		given(this.steps.keysFor("default", artifact(this.pair))).willReturn(List.of(this.pair.key("key-1")));
		given(this.steps.shows(any(), any())).willReturn(true);
		given(this.rebuilt.areThoseOf(any())).willReturn(true);
		given(this.targets.find(TARGET)).willAnswer((invocation) -> new Target(TARGET, this.method, this.restartable));
		given(this.targets.recorder().rebuild(any(), any(), any())).willReturn(this.rebuilt);
		given(this.method.pairing()).willReturn("default");
		given(this.method.toRequests(any(), any())).willAnswer((invocation) -> Stream.of("pay", "pay[bean]")
			.map((text) -> ApprovalRequest.builder("Pay", this.texts.apply(text)).build()));
		given(this.method.start(any(), any(), any())).willAnswer((invocation) -> {
			if (!invocation.getArgument(1, BooleanSupplier.class).getAsBoolean()) {
				return false;
			}
			this.inside.run();
			invocation.getArgument(2, Runnable.class).run();
			this.order.add("started");
			return true;
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void approvedCallStartsAfterItsClaim(boolean restartable) throws Exception {
		this.restartable = restartable;
		assertThat(run(call())).isEqualTo(Result.DONE);
		assertThat(this.order).containsExactly("prepared " + restartable, "claimed", "started");
	}

	@Test
	void plaintextThatWasNotApprovedIsNotRead() throws Exception {
		DecisionEvidence evidence = evidence("approve", this.pair);
		this.plaintext.put("commandText", "other");
		assertRefused(call(TARGET, "default", ARGUMENTS, evidence), Result.NOT_VERIFIED);
	}

	@Test
	void rejectionIsNoApproval() throws Exception {
		assertRefused(call(TARGET, "default", ARGUMENTS, evidence("reject", this.pair)), Result.NOT_VERIFIED);
	}

	@Test
	void signatureByAnotherKeyIsNoApproval() throws Exception {
		assertRefused(call(TARGET, "default", ARGUMENTS, evidence("approve", signer())), Result.OTHER_PAIRING);
	}

	@ParameterizedTest
	@CsvSource({ "requestId", "target", "pairing", "argumentsHash" })
	void partThatIsNotThatOfThePlaintextIsNotUsed(String member) throws Exception {
		this.plaintext.put(member, "other");
		assertRefused(call(), Result.NOT_VERIFIED);
		this.plaintext.remove(member);
		assertRefused(call(), Result.NOT_VERIFIED);
	}

	@ParameterizedTest
	@CsvSource({ "workspace", "repoName", "source" })
	void callOfAnotherApplicationIsLeftToIt(String member) throws Exception {
		this.plaintext.put(member, "other");
		assertRefused(call(), Result.TARGET_MISSING);
	}

	@Test
	void callWithMembersOfALaterReleaseIsLeftToIt() throws Exception {
		this.plaintext.put("notBefore", "2027-01-01T00:00:00Z");
		assertRefused(call(), Result.TARGET_MISSING);
		this.plaintext.remove("notBefore");
		this.shared.put("everyDepartment", true);
		assertRefused(groupCall(vote("ann", signer()), vote("bob", signer())), Result.TARGET_MISSING);
		this.shared.remove("everyDepartment");
		// Signed by one of them only
		Vote ann = vote("ann", signer());
		this.plaintext.put("department", "sales");
		assertRefused(groupCall(ann, vote("bob", signer())), Result.TARGET_MISSING);
	}

	@Test
	void membersOfALaterReleaseAreNotCompared() throws Exception {
		assertRefused(groupCall(vote("ann", signer(), (shown) -> shown.put("askedAt", "a")),
				vote("bob", signer(), (shown) -> shown.put("askedAt", "b"))), Result.TARGET_MISSING);
		assertRefused(groupCall(vote("ann", signer()), vote("bob", signer(), (shown) -> shown.put("reminder", 1))),
				Result.TARGET_MISSING);
	}

	@Test
	void pairingIsReadBeforeTheCallIs() throws Exception {
		given(this.steps.keysFor(any(), any())).willReturn(List.of());
		assertRefused(call(), Result.PAIRING_REVOKED);
		willThrow(OtherPairingException.class).given(this.steps).keysFor(any(), any());
		assertRefused(call(), Result.OTHER_PAIRING);
		willThrow(new ApprovalUnavailableException("no", null, null)).given(this.steps).keysFor(any(), any());
		assertRefused(call(), Result.UNAVAILABLE);
	}

	@Test
	void oneOfSeveralKeysInForceSuffices() throws Exception {
		given(this.steps.keysFor(any(), any())).willReturn(List.of(signer().key("key-1"), this.pair.key("key-1")));
		assertThat(run(call())).isEqualTo(Result.DONE);
	}

	/**
	 * Keys are added to instances one after the other.
	 */
	@Test
	void approvalByAKeyThatThisInstanceLacksIsLeftToOthers() throws Exception {
		given(this.steps.keysFor(any(), any())).willReturn(List.of(signer().key("key-1")));
		assertRefused(call(), Result.OTHER_PAIRING);
	}

	@Test
	void hiddenContextsAreNoArguments() throws Exception {
		String stored = "{\"session\":{\"token\":\"a\"}}\n" + ARGUMENTS;
		this.plaintext.put("argumentsHash", hash(stored)).putObject("hiddenContext").putObject("session");
		DecisionEvidence evidence = evidence("approve", this.pair);
		assertRefused(call(TARGET, "default", stored.replace("\"a\"", "\"b\""), evidence), Result.NOT_VERIFIED);
		assertThat(run(call(TARGET, "default", stored, evidence))).isEqualTo(Result.DONE);
		verify(this.targets.recorder()).rebuild(eq(ARGUMENTS), any(), any());
	}

	@Test
	void missingTargetIsReported() throws Exception {
		given(this.targets.find(TARGET)).willReturn(null);
		assertThat(run(call())).isEqualTo(Result.TARGET_MISSING);
		assertThat(this.order).isEmpty();
	}

	@Test
	void methodOfAnotherPairingDoesNotStart() throws Exception {
		given(this.method.pairing()).willReturn("managers");
		assertThat(run(call())).isEqualTo(Result.TARGET_MISSING);
		assertThat(this.order).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", "soon", "" })
	void callDoesNotStartAfterTheSignedTime(String startBy) throws Exception {
		this.now = START_BY;
		this.plaintext.put("startBy", startBy);
		assertThat(run(call())).isEqualTo(Result.TOO_LATE);
		assertThat(this.order).containsExactly("prepared false");
	}

	@Test
	void callWhoseTimeEndsAfterItsClaimIsNotEntered() {
		this.inside = () -> this.now = START_BY;
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> run(call()))
			.withMessageContaining("the time in which request");
		assertThat(this.order).containsExactly("prepared false", "claimed");
	}

	@Test
	void runWhenArgumentsCannotBeReadAtSignedTimeReportsThem() throws Exception {
		this.now = START_BY;
		given(this.targets.recorder().rebuild(any(), any(), any())).willThrow(new IllegalStateException("no"));
		assertThat(run(call())).isEqualTo(Result.ARGUMENTS_UNREADABLE);
	}

	@Test
	void textShownWithoutBeanNameIsNotTooLongWithIt() throws Exception {
		this.texts = (text) -> {
			Assert.isTrue(text.equals("pay"), "too long");
			return text;
		};
		assertThat(run(call())).isEqualTo(Result.DONE);
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void textsThatTheApproverDidNotSeeAreNotClaimed(CapturedOutput output) throws Exception {
		given(this.steps.shows(any(), any())).willReturn(false);
		assertThat(run(call())).isEqualTo(Result.ARGUMENTS_CHANGED);
		assertThat(output).contains("The label, command or description of approval");
		assertThat(this.order).containsExactly("prepared false");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void argumentsThatTheApproverDidNotSeeAreNotClaimed(CapturedOutput output) throws Exception {
		given(this.rebuilt.areThoseOf(any())).willReturn(false);
		assertThat(run(call())).isEqualTo(Result.ARGUMENTS_CHANGED);
		assertThat(output).contains("The arguments of approval");
		assertThat(this.order).containsExactly("prepared false");
	}

	@Test
	void argumentsThatAFormatterOfTheTextsChangesAreNotClaimed() throws Exception {
		given(this.steps.shows(any(), any())).willAnswer((invocation) -> {
			given(this.rebuilt.areThoseOf(any())).willReturn(false);
			return true;
		});
		assertThat(run(call())).isEqualTo(Result.ARGUMENTS_CHANGED);
		assertThat(this.order).containsExactly("prepared false");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void reasonAfterACallThatRanIsLogged(CapturedOutput output) throws Exception {
		given(this.steps.shows(any(), any())).willReturn(false);
		assertThat(run(call())).isEqualTo(Result.ARGUMENTS_CHANGED);
		given(this.steps.shows(any(), any())).willReturn(true);
		assertThat(run(call())).isEqualTo(Result.DONE);
		given(this.targets.recorder().rebuild(any(), any(), any())).willThrow(new IllegalStateException("no"));
		assertThat(run(call())).isEqualTo(Result.ARGUMENTS_UNREADABLE);
		assertThat(output).contains("cannot be read; trying again");
	}

	@Test
	void callWhoseArgumentsCannotBeReadIsNotClaimed() throws Exception {
		given(this.targets.recorder().rebuild(any(), any(), any())).willThrow(new IllegalStateException("no"));
		assertThat(run(call())).isEqualTo(Result.ARGUMENTS_UNREADABLE);
		assertThat(this.order).containsExactly("prepared false");
	}

	@Test
	void argumentsThatAnInterceptorInsideTheGuardChangesDoNotStart() {
		this.inside = () -> given(this.rebuilt.areThoseOf(any())).willReturn(false);
		assertThatExceptionOfType(ApprovalVerificationException.class).isThrownBy(() -> run(call()))
			.withMessageContaining("interceptor inside the guard");
		assertThat(this.order).containsExactly("prepared false", "claimed");
	}

	@Test
	void callThatIsNotClaimedDoesNotStart() throws Exception {
		this.claimed = false;
		assertThat(run(call())).isEqualTo(Result.NOT_STARTED);
		assertThat(this.order).doesNotContain("started");
	}

	@Test
	void callOfAGroupStartsWithItsQuorum() throws Exception {
		assertThat(run(groupCall(vote("ann", signer()), vote("bob", signer())))).isEqualTo(Result.DONE);
		assertThat(run(groupCall(vote("ann", signer()), vote("bob", signer()), vote("cleo", signer()))))
			.isEqualTo(Result.DONE);
	}

	@Test
	void callOfAGroupDoesNotStartWithFewerVotes() throws Exception {
		TestSigner key = signer();
		assertRefused(groupCall(vote("ann", signer())), Result.NOT_VERIFIED);
		assertRefused(groupCall(vote("ann", key), vote("bob", key)), Result.NOT_VERIFIED);
		assertRefused(groupCall(vote("ann", key), vote("ann", key)), Result.NOT_VERIFIED);
		assertRefused(groupCall(vote("cleo", signer()), vote("cleo-2", signer())), Result.NOT_VERIFIED);
		assertRefused(groupCall(vote("ann", signer()), vote("eve", signer())), Result.NOT_VERIFIED);
	}

	@Test
	void voteOfARevokedPairingIsMissing() throws Exception {
		Vote bob = vote("bob", signer());
		given(this.steps.keysFor("bob", bob.artifact())).willReturn(List.of());
		assertRefused(groupCall(vote("ann", signer()), bob), Result.PAIRING_REVOKED);
		assertThat(run(groupCall(vote("ann", signer()), bob, vote("cleo", signer())))).isEqualTo(Result.DONE);
	}

	@ParameterizedTest
	@CsvSource({ "id, call-2", "approvers, others", "quorum, 1" })
	void votesForAnotherCallDoNotCount(String member, String value) throws Exception {
		Vote ann = vote("ann", signer());
		this.shared.put(member, value);
		assertRefused(groupCall(ann, vote("bob", signer())), Result.NOT_VERIFIED);
		assertRefused(groupCall(vote("ann", signer()), vote("bob", signer())), Result.NOT_VERIFIED);
	}

	@Test
	void votesOnDifferentTextsDoNotCount() throws Exception {
		Vote ann = vote("ann", signer());
		this.plaintext.put("commandText", "other");
		assertRefused(groupCall(ann, vote("bob", signer())), Result.NOT_VERIFIED);
	}

	@Test
	void voteWithoutTheRuleOfTheGroupDoesNotCount() throws Exception {
		this.plaintext.remove("pairing");
		assertRefused(groupCall(vote("ann", signer()), vote("bob", signer())), Result.NOT_VERIFIED);
	}

	@Test
	void methodWithoutTheGroupDoesNotStart() throws Exception {
		ApprovedCall call = groupCall(vote("ann", signer()), vote("bob", signer()));
		given(this.method.approvers()).willReturn("others");
		assertThat(run(call)).isEqualTo(Result.TARGET_MISSING);
		given(this.method.approvers()).willReturn(null);
		given(this.method.pairing()).willReturn("board");
		assertThat(run(call)).isEqualTo(Result.TARGET_MISSING);
		assertThat(this.order).isEmpty();
	}

	@Test
	void methodThatNeedsAGroupDoesNotStartWithOnePairing() throws Exception {
		given(this.method.approvers()).willReturn("board");
		assertThat(run(call())).isEqualTo(Result.TARGET_MISSING);
		assertThat(this.order).isEmpty();
	}

	@Test
	void voteWithAKeyOfTheRequesterDoesNotCount() throws Exception {
		TestSigner key = signer();
		this.plaintext.putArray("requesterPairings").add("eve");
		given(this.steps.keysOf(new ExcludedRequester(Set.of("eve"), Set.of())))
			.willReturn(Set.of(key.key("key-1").encode()));
		assertRefused(groupCall(vote("ann", signer()), vote("bob", key)), Result.KEY_OF_REQUESTER);
		assertRefused(groupCall(vote("ann", signer())), Result.NOT_VERIFIED);
		assertThat(run(groupCall(vote("ann", signer()), vote("bob", key), vote("cleo", signer()))))
			.isEqualTo(Result.DONE);
	}

	@Test
	void callDoesNotStartWhileTheKeysOfTheRequesterCannotBeRead() throws Exception {
		this.plaintext.putArray("requesterPairings").add("eve");
		given(this.steps.keysOf(any())).willThrow(new IllegalStateException("no"));
		assertRefused(groupCall(vote("ann", signer()), vote("bob", signer())), Result.UNAVAILABLE);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void votesOfDifferentStepsCountTogether(boolean unavailable) throws Exception {
		this.plaintext.put("description", "2 of the 3 approvers of 'board' must approve\nPay 1 of 2");
		Vote cleo = vote("cleo", signer(), (shown) -> CallTerms.addStep(shown, 1, STEP, unavailable));
		assertThat(run(groupCall(vote("ann", signer()), cleo))).isEqualTo(Result.DONE);
		assertThat(run(groupCall(cleo, vote("ann", signer())))).isEqualTo(Result.DONE);
	}

	@Test
	void votesWithAnotherNoteThanThatOfTheirStepDoNotCountTogether() throws Exception {
		this.plaintext.put("description", "2 of the 3 approvers of 'board' must approve\nPay 1 of 2");
		EscalationStep later = new EscalationStep(Duration.ofMinutes(3), List.of("cleo"), true);
		List<Consumer<ObjectNode>> changes = List.of((shown) -> CallTerms.addStep(shown, 1, later, false),
				(shown) -> CallTerms.addStep(shown, 2, STEP, false), (shown) -> shown.withObject("call").put("step", 1),
				(shown) -> {
					CallTerms.addStep(shown, 1, STEP, false);
					shown.withObject("call").put("step", 0);
				}, (shown) -> shown.put("description", "2 of the 3 approvers of 'board' must approve\nPay 2 of 2"));
		for (Consumer<ObjectNode> change : changes) {
			assertRefused(groupCall(vote("ann", signer()), vote("cleo", signer(), change)), Result.NOT_VERIFIED);
		}
	}

	private static final EscalationStep STEP = new EscalationStep(Duration.ofMinutes(2), List.of("cleo", "cleo-2"),
			true);

	private ApprovedCall groupCall(Vote... votes) {
		given(this.method.approvers()).willReturn("board");
		return new ApprovedCall("call-1", TARGET,
				new ApproverGroup("board", List.of("ann", "bob"), 2, null, false, false, List.of(STEP)), ARGUMENTS,
				List.of(votes));
	}

	private final ObjectNode shared = HarpJson.mapper()
		.createObjectNode()
		.put("id", "call-1")
		.put("approvers", "board")
		.put("quorum", 2)
		.put("of", 3)
		.put("step", 0);

	private Vote vote(String pairing, TestSigner pair) {
		return vote(pairing, pair, (shown) -> {
		});
	}

	private Vote vote(String pairing, TestSigner pair, Consumer<ObjectNode> change) {
		ObjectNode shown = this.plaintext.deepCopy().put("requestId", "req-" + pairing).put("pairing", pairing);
		if (this.plaintext.has("pairing")) {
			shown.set("call", this.shared.deepCopy());
		}
		change.accept(shown);
		DecisionEvidence evidence = evidence("req-" + pairing, shown.toString(), "approve", pair);
		given(this.steps.keysFor(pairing, artifact(pair))).willReturn(List.of(pair.key("key-1")));
		return new Vote(shown.toString(), pairing, evidence, artifact(pair));
	}

	private static SealedArtifact artifact(TestSigner pair) {
		return new SealedArtifact(new Ciphertext("AES-256-GCM", "data", "nonce", "tag"), "pairing-1",
				List.of(pair.key("key-1")));
	}

	private void assertRefused(ApprovedCall call, Result result) throws Exception {
		assertThat(run(call)).isEqualTo(result);
		assertThat(this.order).isEmpty();
		verify(this.targets, never()).find(any());
	}

	@Test
	void voteOfAnotherPairingPreventsNoQuorumOfOthers() throws Exception {
		Vote ann = vote("ann", signer());
		Vote bob = vote("bob", signer());
		Vote cleo = vote("cleo-2", signer());
		for (Class<? extends Throwable> unknown : List.of(OtherPairingException.class, IllegalStateException.class)) {
			willThrow(unknown).given(this.steps).keysFor("cleo-2", cleo.artifact());
			assertRefused(groupCall(cleo, ann),
					(unknown == OtherPairingException.class) ? Result.OTHER_PAIRING : Result.UNAVAILABLE);
		}
		assertThat(run(groupCall(cleo, ann, bob))).isEqualTo(Result.DONE);
		willReturn(List.of()).given(this.steps).keysFor("ann", ann.artifact());
		assertThat(run(groupCall(cleo, ann))).isEqualTo(Result.PAIRING_REVOKED);
	}

	@Test
	void callWhoseKeyIsRevokedWhileItIsClaimedDoesNotStart() {
		this.inside = () -> given(this.steps.keysFor(any(), any())).willReturn(List.of());
		assertThatExceptionOfType(ApprovalVerificationException.class).isThrownBy(() -> run(call()))
			.withMessageContaining("no longer in force");
		assertThat(this.order).containsExactly("prepared false", "claimed");
	}

	private Result run(ApprovedCall call) throws Exception {
		VerifyingApprovedCalls calls = new VerifyingApprovedCalls(this.targets,
				new Enforcer("app", "App", "device", "shop", "repo", "orders"), this.steps,
				new Persons(Map.of("cleo", List.of("Cleo"), "cleo-2", List.of("cleo"))), Halt.inMemory(),
				() -> this.now, this.warnings);
		return calls.run(call, new Claim() {

			@Override
			public void prepare(boolean restartable) {
				VerifyingApprovedCallsTests.this.order.add("prepared " + restartable);
			}

			@Override
			public boolean getAsBoolean() {
				VerifyingApprovedCallsTests.this.order.add("claimed");
				return VerifyingApprovedCallsTests.this.claimed;
			}

		});
	}

	private ApprovedCall call() {
		return call(TARGET, "default", ARGUMENTS, evidence("approve", this.pair));
	}

	private ApprovedCall call(String target, String pairing, String arguments, DecisionEvidence evidence) {
		return new ApprovedCall("req-1", target, DurableCall.onePairing(pairing), arguments,
				List.of(new Vote(this.plaintext.toString(), pairing, evidence, artifact(this.pair))));
	}

	private DecisionEvidence evidence(String decision, TestSigner signer) {
		return evidence("req-1", this.plaintext.toString(), decision, signer);
	}

	private static DecisionEvidence evidence(String id, String plaintext, String decision, TestSigner signer) {
		String hash = hash(plaintext);
		String text = hash + "|" + decision + "|nonce";
		return new DecisionEvidence(id, hash, decision, SignatureForm.TEXT, text, signer.sign(text), "key-1",
				signer.key("key-1").encode());
	}

	private static String hash(String text) {
		return ArtifactHash.of(text.getBytes(StandardCharsets.UTF_8));
	}

}

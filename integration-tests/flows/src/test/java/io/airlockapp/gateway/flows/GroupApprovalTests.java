/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalConsentException;
import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalHaltedException;
import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalOutcome;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalResult;
import io.airlockapp.gateway.ApprovalSettings;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.ApprovalWithdrawnException;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.GatewayRequestExecutor;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.PendingApproval;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.approvers.EscalationStep;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.exchange.Admission;
import io.airlockapp.gateway.exchange.ApprovalDependencies;
import io.airlockapp.gateway.exchange.ApprovalService;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.exchange.PendingLimits;
import io.airlockapp.gateway.flows.VirtualPhones.Exchange;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.harp.DecisionEvidence;
import io.airlockapp.gateway.harp.DecisionVerifier;
import io.airlockapp.gateway.harp.InMemoryReplayJournal;
import io.airlockapp.gateway.harp.QuorumEvidence;
import io.airlockapp.gateway.harp.ReplayJournal;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.jdbc.JdbcApprovalJournal;
import io.airlockapp.gateway.jdbc.TableInitializer;
import io.airlockapp.gateway.support.WaitScope;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.core.task.support.TaskExecutorAdapter;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Approvals by a group in virtual time, with phones whose decisions are signed. The names
 * of the tests are those of the rows of the table of cases in the documentation.
 */
class GroupApprovalTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final Duration TIMEOUT = Duration.ofMinutes(5);

	private final VirtualTime time = new VirtualTime();

	private final VirtualPhones phones = new VirtualPhones(this.time);

	private final Halt halt = Halt.inMemory();

	private PendingApprovals pending = new PendingApprovals(PendingLimits.of(20), SECOND, this.halt);

	private final Recorder recorder = new Recorder();

	private ApprovalJournal journal = this.recorder;

	private ReplayJournal nonces = new InMemoryReplayJournal();

	private final Map<String, List<String>> principals = new LinkedHashMap<>();

	private ApproverGroup group = group(2);

	private @Nullable String requester;

	private @Nullable String source;

	private @Nullable Duration timeout;

	/**
	 * The pairing that is asked without a group, if any.
	 */
	private @Nullable String pairing;

	private Runnable before = () -> {
	};

	private Runnable onThread = () -> {
	};

	/**
	 * The failure of the application's beans.
	 */
	private RuntimeException down = new IllegalStateException("Down");

	private @Nullable Instant endedAt;

	private @Nullable ApprovalDecision decision;

	private @Nullable AirlockGatewayException failure;

	@Test
	void quorumRow01AllPairingsReceiveRequestsAtOnce() {
		approveAfter(30, 40);
		request();
		assertApproved("a", "b");
		assertThat(this.phones.exchanges()).extracting(Exchange::pairing).containsExactlyInAnyOrder("a", "b", "c");
		assertThat(this.phones.exchanges()).extracting(Exchange::submittedAt).containsOnly(exchange("a").submittedAt());
		assertThat(elapsed()).isBetween(seconds(40), seconds(41));
	}

	@Test
	void quorumRow02ApprovalByKeyOfAnotherPairingDoesNotCount() {
		phone("a").approvesAfter(seconds(1));
		phone("b").approvesAfter(seconds(2)).signsWith(phone("a").key());
		phone("c").approvesAfter(seconds(30));
		request();
		assertApproved("a", "c");
		assertThat(this.recorder.tampered).hasSize(1);
	}

	@Test
	void quorumRow03SecondApprovalBySameKeyDoesNotCount() {
		phone("a").approvesAfter(seconds(1));
		phone("b").sharesKeyOf(phone("a")).approvesAfter(seconds(2));
		phone("c").approvesAfter(seconds(30));
		request();
		assertApproved("a", "c");
		assertThat(votes()).containsExactly("a APPROVE true", "b APPROVE false", "c APPROVE true");
		assertThat(this.recorder.votes).containsExactly("a APPROVE true", "b APPROVE false", "c APPROVE true");
	}

	@Test
	void quorumRow05FirstVoteOfAPersonWithdrawsTheOtherRequest() {
		this.principals.put("a", List.of("ann"));
		this.principals.put("b", List.of("Ann"));
		approveAfter(1, 20, 30);
		request();
		assertApproved("a", "c");
		assertThat(exchange("b").isWithdrawn()).isTrue();
		assertThat(votes()).containsExactly("a APPROVE true", "c APPROVE true");
	}

	@Test
	void quorumRow06DenialEndsCallAtOnce() {
		phone("a").approvesAfter(seconds(1));
		phone("b").rejectsAfter(seconds(2));
		phone("c").approvesAfter(seconds(3));
		request();
		assertThat(this.decision.isApproved()).isFalse();
		assertThat(this.decision.signerKeyId()).isEqualTo("key-b");
		assertThat(this.recorder.outcome.result()).isEqualTo(ApprovalResult.DENIED);
		assertThat(votes()).containsExactly("a APPROVE true", "b REJECT true");
		assertThat(elapsed()).isLessThan(seconds(3));
		assertThat(exchange("c").isWithdrawn()).isTrue();
	}

	@Test
	void quorumRow06DenialThatArrivesWithLastApprovalEndsCall() {
		phone("a").approvesAfter(seconds(1));
		phone("b").approvesAfter(Duration.ofMillis(2_010));
		phone("c").rejectsAfter(Duration.ofMillis(2_020));
		request();
		assertThat(this.decision.isApproved()).isFalse();
		assertThat(votes()).containsExactly("a APPROVE true", "b APPROVE true", "c REJECT true");
		assertThat(new QuorumEvidence(1, this.decision.requestId(), "refunds", 2,
				this.decision.votes().stream().map(ApprovalVote::evidence).toList())
			.isApprovedBy(Map.of("a", List.of(phone("a").key().signerKey()), "b", List.of(phone("b").key().signerKey()),
					"c", List.of(phone("c").key().signerKey()))))
			.isFalse();
	}

	@Test
	void quorumRow07ApprovalWhoseKeyWasRevokedIsStruck() {
		approveAfter(1, 20, 30);
		at(seconds(10), () -> phone("a").replaceKey());
		request();
		assertApproved("b", "c");
		assertThat(votes()).containsExactly("a APPROVE false", "b APPROVE true", "c APPROVE true");
	}

	@Test
	void quorumRow07DoesNotOpenIfTooManyKeysWereRevoked() {
		approveAfter(1, 20);
		phone("c").refusedWith(422, null);
		at(seconds(10), () -> phone("a").replaceKey());
		request();
		assertThat(this.failure).isInstanceOf(ApprovalUnavailableException.class)
			.hasMessageContainingAll("cannot give 2 approvals", "its key was revoked");
		assertThat(elapsed()).isLessThan(seconds(22));
	}

	@Test
	void quorumRow08LateDenialIsReportedAndHasNoEffect() {
		approveAfter(1, 2);
		phone("c").rejectsAfter(TIMEOUT).decidesDuringWithdrawal();
		request();
		assertApproved("a", "b");
		assertThat(this.recorder.votes).containsExactly("a APPROVE true", "b APPROVE true", "c REJECT false");
		assertThat(this.phones.acknowledged()).contains(exchange("c").requestId());
	}

	@Test
	void quorumRow08LateVoteThatHasExpiredIsNotReportedAsTampering() {
		approveAfter(1, 2);
		phone("c").rejectsAfter(TIMEOUT).decidesDuringWithdrawal().decisionExpiresAt(Instant.EPOCH);
		request();
		assertApproved("a", "b");
		assertThat(this.recorder.votes).contains("c REJECT false");
		assertThat(this.recorder.tampered).isEmpty();
	}

	@Test
	void quorumRow09MethodDoesNotWaitForWithdrawals() {
		approveAfter(1, 2);
		phone("c").withdrawalTakes(seconds(20));
		request();
		assertApproved("a", "b");
		assertThat(elapsed()).isLessThan(seconds(3));
		assertThat(exchange("c").isWithdrawn()).isTrue();
	}

	@Test
	void quorumRow10LostRequestDoesNotEndTheCallWhileTheQuorumIsWithinReach() {
		phone("a").refusedWith(422, null);
		phone("b").approvesAfter(seconds(2));
		phone("c").approvesAfter(seconds(20));
		request();
		assertApproved("b", "c");
	}

	@Test
	void quorumRow10EndsAtOnceWithTheReasonsIfTheQuorumIsOutOfReach() {
		phone("a").refusedWith(422, null);
		phone("b").approvesAfter(seconds(2));
		phone("c").refusedWith(403, "pairing_revoked");
		request();
		assertThat(this.failure).isInstanceOf(ApprovalUnavailableException.class)
			.hasMessageContainingAll("The approvers 'refunds' cannot give 2 approvals", "'a': ", "'c': ");
		assertThat(this.failure.getRequestId()).startsWith("call-");
		assertThat(elapsed()).isLessThan(SECOND);
		assertThat(exchange("b").isWithdrawn()).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "0, The gateway cannot be reached", "503, 503" })
	void quorumRow10GatewayThatCannotBeReachedIsNoTimeout(int status, String message) {
		for (String name : List.of("a", "b", "c")) {
			if (status == 0) {
				phone(name).unreachable();
			}
			else {
				phone(name).refusedWith(status, null);
			}
		}
		request();
		assertThat(this.failure).isInstanceOf(ApprovalUnavailableException.class)
			.hasMessageContainingAll("The approvers 'refunds' cannot give 2 approvals", "'a': ", message);
		assertThat(this.recorder.outcome.result()).isEqualTo(ApprovalResult.UNAVAILABLE);
	}

	@Test
	void quorumRow10MissingConsentIsThatOfTheCall() {
		List.of("a", "b", "c").forEach((name) -> phone(name).refusedWith(403, "app_consent_required"));
		request();
		assertThat(this.failure).isInstanceOf(ApprovalConsentException.class);
		assertThat(this.recorder.outcome.requestId()).startsWith("call-");
		assertThat(this.recorder.journal).containsExactly(this.recorder.outcome.requestId() + " 0");
	}

	@Test
	void quorumRow10NoRequestIsSentWhenTooFewArePaired() {
		phone("a").approvesAfter(seconds(1));
		phone("b").unpair();
		phone("c").unpair();
		request();
		assertThat(this.failure).isInstanceOf(ApprovalUnavailableException.class)
			.hasMessageContaining("'b': The pairing 'b' was revoked");
		assertThat(this.phones.exchanges()).isEmpty();
	}

	@Test
	void quorumRow10NoRequestIsSentWhenTooFewWereEverPaired() {
		phone("a").approvesAfter(seconds(1));
		phone("b").neverPaired();
		phone("c").neverPaired();
		request();
		assertThat(this.failure).isExactlyInstanceOf(ApprovalUnavailableException.class)
			.hasMessage("The approvers 'refunds' cannot give 2 approvals: "
					+ "'b': not paired, set 'airlock.gateway.pairings.b.code' or start a pairing with the PairingManager; "
					+ "'c': not paired, set 'airlock.gateway.pairings.c.code' or start a pairing with the PairingManager");
		assertThat(this.phones.exchanges()).isEmpty();
	}

	@Test
	void quorumRow11ForgedDecisionLosesOneRequestOnly() {
		phone("a").approvesAfter(seconds(1)).signsWith(ApproverKey.generate("key-a"));
		phone("b").approvesAfter(seconds(2));
		phone("c").approvesAfter(seconds(3));
		request();
		assertApproved("b", "c");
		assertThat(this.recorder.tampered).hasSize(1);
	}

	@Test
	void quorumRow11ForgedDecisionsThatPutTheQuorumOutOfReachAreUnverified() {
		phone("a").approvesAfter(seconds(1)).signsWith(ApproverKey.generate("key-a"));
		phone("b").approvesAfter(seconds(2)).signsWith(ApproverKey.generate("key-b"));
		phone("c").approvesAfter(seconds(3));
		request();
		assertThat(this.failure).isInstanceOf(ApprovalVerificationException.class);
		assertThat(this.recorder.outcome.result()).isEqualTo(ApprovalResult.UNVERIFIED);
	}

	@Test
	void quorumRow12TimeoutNamesNumberOfApprovals() {
		phone("a").approvesAfter(seconds(1));
		request();
		assertThat(this.failure).isInstanceOf(ApprovalTimeoutException.class)
			.hasMessageStartingWith("1 of 2 approvals on call-")
			.hasMessageContaining("The time to decide on 'Refund' was ");
		assertThat(elapsed()).isBetween(TIMEOUT.minusSeconds(3), TIMEOUT);
		assertThat(this.recorder.outcome.votes()).hasSize(1);
		assertThat(this.phones.exchanges()).filteredOn(Exchange::isWithdrawn).hasSize(2);
	}

	@Test
	void quorumRow12VoteFoundByTheWithdrawalCounts() {
		phone("a").approvesAfter(seconds(1));
		phone("b").decidesDuringWithdrawal();
		request();
		assertApproved("a", "b");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void quorumRow13OperatorWithdrawsByEitherId(boolean ofTheCall) {
		approveAfter(1, 60);
		at(seconds(10),
				() -> assertThat(this.pending
					.withdraw(ofTheCall ? this.pending.list().get(0).requestId() : exchange("c").requestId()))
					.isTrue());
		request();
		assertThat(this.failure).isInstanceOf(ApprovalWithdrawnException.class);
		assertThat(elapsed()).isLessThan(seconds(12));
		assertThat(this.phones.exchanges()).filteredOn(Exchange::isWithdrawn).hasSize(2);
	}

	@Test
	void quorumRow13HaltEndsAllRequests() {
		at(seconds(10), () -> this.halt.halt("Incident", null));
		request();
		assertThat(this.failure).isInstanceOf(ApprovalHaltedException.class);
		assertThat(this.phones.exchanges()).allMatch(Exchange::isWithdrawn);
	}

	@Test
	void quorumRow13InterruptedCallIsWithdrawn() {
		phone("a").approvesAfter(seconds(1));
		requestAndLeave(seconds(10));
		assertThat(this.failure).isInstanceOf(ApprovalUnavailableException.class)
			.hasMessageContaining("were withdrawn");
		assertThat(this.phones.exchanges()).filteredOn(Exchange::isWithdrawn).hasSize(2);
	}

	@Test
	void quorumRow13VoteFoundAfterInterruptCounts() {
		phone("a").approvesAfter(seconds(1));
		phone("b").decidesDuringWithdrawal();
		requestAndLeave(seconds(10));
		assertApproved("a", "b");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void quorumRow13VoteFoundIfTheCallIsLeftDuringTheWithdrawalCounts(boolean decisionInStatus) {
		phone("a").approvesAfter(seconds(1));
		phone("b").decidesDuringWithdrawal()
			.decisionInStatus(decisionInStatus)
			.withdrawalTakes(seconds(1).dividedBy(2));
		requestAndLeave(TIMEOUT.minusMillis(1_800));
		assertApproved("a", "b");
		assertThat(exchange("c").isWithdrawn()).isTrue();
	}

	@Test
	void quorumRow14RevokedPairingDoesNotStopTheCall() {
		approveAfter(1, 40, 60);
		at(seconds(10), () -> revoke("a"));
		request();
		assertApproved("b", "c");
	}

	@Test
	void quorumRow14RevokedPairingsPutTheQuorumOutOfReach() {
		phone("a").approvesAfter(seconds(1));
		phone("c").approvesAfter(seconds(60));
		at(seconds(10), () -> revoke("a"));
		at(seconds(20), () -> revoke("b"));
		request();
		assertThat(this.failure).isInstanceOf(ApprovalUnavailableException.class);
		assertThat(elapsed()).isLessThan(seconds(21));
	}

	@Test
	void quorumRow16PlaintextsOfOneStepDifferInTheRequestIdAlone() {
		this.requester = "ann lee";
		approveAfter(1, 2);
		request();
		Set<String> ids = new HashSet<>();
		List<ObjectNode> plaintexts = new ArrayList<>();
		for (Exchange exchange : this.phones.exchanges()) {
			ObjectNode plaintext = exchange.plaintext();
			ids.add(plaintext.remove("requestId").stringValue());
			plaintexts.add(plaintext);
		}
		assertThat(ids).hasSize(3);
		assertThat(plaintexts).hasSize(3).allMatch(plaintexts.get(0)::equals);
		assertThat(plaintexts.get(0).get("call").toString()).isEqualTo(
				"{\"approvers\":\"refunds\",\"id\":\"%s\",\"of\":3,\"quorum\":2,\"requestedBy\":\"\\\"ann lee\\\"\",\"step\":0}"
					.formatted(this.decision.requestId()));
		assertThat(plaintexts.get(0).get("description").stringValue())
			.isEqualTo("2 of the 3 approvers of 'refunds' must approve. Asked by \"ann lee\"\nRefund order 42");
		assertThat(this.decision.requestId()).startsWith("call-");
	}

	@Test
	void quorumRow18EachRequestTakesAPlaceAndGivesItBack() {
		approveAfter(20, 20);
		List<Integer> free = new ArrayList<>();
		at(seconds(10), () -> free.add(freePlaces()));
		request();
		free.add(freePlaces());
		assertThat(free).containsExactly(17, 20);
	}

	@Test
	void nobodyIsAskedInVainIfARequestCannotBeStarted() {
		phone("a").approvesAfter(seconds(60));
		this.onThread = () -> {
			if (this.recorder.started == 2) {
				throw new IllegalStateException("no thread") {

					@Override
					public Throwable getCause() {
						throw new OutOfMemoryError("test");
					}

				};
			}
		};
		request();
		assertThat(this.failure).hasCauseInstanceOf(OutOfMemoryError.class);
		assertThat(this.phones.exchanges()).allMatch(Exchange::isWithdrawn);
	}

	@Test
	void quorumRow18GroupOfOneRunsInThreadOfCaller() {
		this.group = groupOfOne();
		phone("a").approvesAfter(seconds(20));
		request();
		assertApproved("a");
		assertThat(this.recorder.started).isOne();
	}

	@Test
	void quorumRow18GroupOfOneIsWithdrawnByAnOperator() {
		this.group = groupOfOne();
		at(seconds(10), () -> assertThat(this.pending.withdraw(exchange("a").requestId())).isTrue());
		request();
		assertThat(this.failure).isInstanceOf(ApprovalWithdrawnException.class);
		assertThat(exchange("a").isWithdrawn()).isTrue();
		assertThat(elapsed()).isLessThan(seconds(12));
	}

	@Test
	void quorumRow18GroupOfOneEndsWithItsPairing() {
		this.group = groupOfOne();
		at(seconds(10), () -> revoke("a"));
		request();
		assertThat(this.failure).isInstanceOf(ApprovalUnavailableException.class).hasMessageContaining("was revoked");
		assertThat(elapsed()).isLessThan(seconds(12));
	}

	@Test
	void quorumRow18NothingIsSentWithoutAPlaceForEachRequest() {
		for (int i = 0; i < 18; i++) {
			this.pending.admit("Other" + i, "r" + i, List.of("other"));
		}
		request();
		assertThat(this.failure).isInstanceOf(ApprovalUnavailableException.class).hasMessageContaining("max-pending");
		assertThat(this.phones.exchanges()).isEmpty();
		assertThat(freePlaces()).isEqualTo(2);
	}

	@Test
	void quorumRow22JournalKnowsTheCallBeforeTheFirstSubmission() {
		approveAfter(1, 2);
		request();
		assertThat(this.recorder.journal).containsExactly(this.decision.requestId() + " 0");
	}

	@Test
	void escalationAddsRequestsAfterItsTime() {
		this.group = group(2, new EscalationStep(Duration.ofMinutes(2), List.of("c"), true));
		approveAfter(1, 150, 10);
		request();
		assertApproved("a", "c");
		assertThat(elapsed()).isBetween(seconds(130), seconds(131));
		assertThat(exchange("b").isWithdrawn()).isTrue();
		assertThat(exchange("c").plaintext().at("/call/step").asInt()).isOne();
		assertThat(exchange("c").plaintext().path("description").stringValue()).startsWith(
				"2 of the 3 approvers of 'refunds' must approve. Asked in addition after 2 min without a decision\n");
		assertThat(exchange("c").plaintext().path("createdAt")).isEqualTo(exchange("a").plaintext().path("createdAt"));
		assertThat(this.recorder.escalations).containsExactly("1 [c] false");
	}

	@ParameterizedTest
	@MethodSource("failures")
	void escalationRetriesPairingThatCannotBeRead(RuntimeException ex) {
		failWith(ex);
		this.group = group(2, new EscalationStep(Duration.ofMinutes(2), List.of("c"), true));
		phone("a").approvesAfter(seconds(1));
		phone("c").approvesAfter(seconds(10));
		at(seconds(119), () -> phone("c").unreadable(true));
		at(seconds(125), () -> phone("c").unreadable(false));
		request();
		assertApproved("a", "c");
		assertThat(elapsed()).isBetween(seconds(135), seconds(137));
		assertThat(this.recorder.escalations).containsExactly("1 [c] false");
	}

	@Test
	void escalationRetriesPairingDespitePairingOfAnotherStep() {
		this.group = group(2, new EscalationStep(seconds(60), List.of("c"), true),
				new EscalationStep(seconds(120), List.of("d"), true));
		phone("a").approvesAfter(seconds(1));
		phone("c").approvesAfter(seconds(10));
		at(seconds(59), () -> phone("c").unreadable(true));
		at(seconds(119), () -> phone("d").unreadable(true));
		at(seconds(125), () -> phone("c").unreadable(false));
		request();
		assertApproved("a", "c");
		assertThat(elapsed()).isBetween(seconds(135), seconds(137));
		assertThat(this.recorder.escalations).containsExactly("1 [c] false");
	}

	@Test
	void escalationToAPairingThatCannotBeReadEndsInTime() {
		this.group = group(2, new EscalationStep(Duration.ofMinutes(2), List.of("c"), true));
		phone("a").approvesAfter(seconds(1));
		at(seconds(119), () -> phone("c").unreadable(true));
		request();
		assertThat(this.failure).hasMessageContaining("1 of 2 approvals");
		assertThat(elapsed()).isBetween(TIMEOUT.minus(seconds(5)), TIMEOUT.plus(seconds(1)));
		assertThat(this.recorder.escalations).isEmpty();
	}

	@Test
	void escalationAddsRequestsAtOnceWhenQuorumIsOutOfReach() {
		this.group = group(2, new EscalationStep(Duration.ofMinutes(2), List.of("c"), true));
		phone("a").approvesAfter(seconds(1));
		phone("b").refusedWith(422, null);
		phone("c").approvesAfter(seconds(10));
		request();
		assertApproved("a", "c");
		assertThat(elapsed()).isLessThan(seconds(11));
		assertThat(this.recorder.escalations).containsExactly("1 [c] true");
	}

	@Test
	void escalationThatWaitsForItsTimeKeepsTheCallAlive() {
		this.group = group(2, new EscalationStep(Duration.ofMinutes(2), List.of("c"), false));
		phone("a").approvesAfter(seconds(1));
		phone("b").refusedWith(422, null);
		phone("c").approvesAfter(seconds(10));
		request();
		assertApproved("a", "c");
		assertThat(elapsed()).isBetween(seconds(130), seconds(131));
	}

	@Test
	void escalationAddsNoRequestsAfterDenial() {
		this.group = group(2, new EscalationStep(Duration.ofMinutes(2), List.of("c"), true));
		phone("a").rejectsAfter(seconds(119));
		phone("c").approvesAfter(seconds(1));
		request();
		assertThat(this.decision.isApproved()).isFalse();
		assertThat(this.phones.exchanges()).hasSize(2);
	}

	@Test
	void escalationAddsOtherPhoneOfPersonWhoseVoteIsStruck() {
		this.principals.put("a", List.of("ann"));
		this.principals.put("c", List.of("ann"));
		this.group = group(2, new EscalationStep(seconds(60), List.of("c"), true));
		approveAfter(1, 120, 10);
		at(seconds(90), () -> revoke("a"));
		request();
		assertApproved("c", "b");
		assertThat(this.recorder.escalations).containsExactly("1 [c] true");
	}

	@Test
	void escalationIsNotSubjectToLimitOfRequester() {
		this.requester = "zoe";
		this.pending = new PendingApprovals(new PendingLimits(20, 1, 1, 1), SECOND, this.halt);
		this.group = group(2, new EscalationStep(Duration.ofMinutes(2), List.of("c"), true));
		phone("a").approvesAfter(seconds(1));
		phone("c").approvesAfter(seconds(10));
		request();
		assertApproved("a", "c");
		assertThat(this.phones.exchanges()).hasSize(3);
	}

	@ParameterizedTest
	@CsvSource({ "PT2M, PT2M", ", PT5M" })
	void escalationThatTheTimeoutPrecedesIsRefused(@Nullable Duration ofTheRequest, Duration after) {
		this.timeout = ofTheRequest;
		this.group = group(2, new EscalationStep(after, List.of("c"), true));
		request();
		assertThat(this.failure).isInstanceOf(InvalidApprovalUsageException.class)
			.hasMessageContaining("airlock.gateway.approvers.refunds.escalation[0].after");
		assertThat(this.phones.exchanges()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "ann", "Google/Ann" })
	void fourEyesRequesterReceivesNoRequest(String principal) {
		this.requester = "google\u001fANN";
		this.principals.put("a", List.of(principal));
		this.group = excluding(false);
		approveAfter(1, 2, 3);
		request();
		assertApproved("b", "c");
		assertThat(this.phones.exchanges()).hasSize(2);
	}

	@ParameterizedTest
	@ValueSource(longs = { -1, 0, 500 })
	void fourEyesKeyOfTheRequesterDoesNotCountUnderAnotherPairing(long revokedAfter) {
		this.requester = "ann";
		this.principals.put("own", List.of("ann"));
		this.group = excluding(false);
		phone("own");
		phone("a").sharesKeyOf(phone("own")).approvesAfter(seconds(1));
		phone("b").approvesAfter(seconds(2));
		phone("c").approvesAfter(seconds(30));
		if (revokedAfter == 0) {
			revoke("own");
		}
		else if (revokedAfter > 0) {
			at(Duration.ofMillis(revokedAfter), () -> revoke("own"));
		}
		request();
		assertApproved("b", "c");
		assertThat(votes()).containsExactly("a APPROVE false", "b APPROVE true", "c APPROVE true");
	}

	@ParameterizedTest
	@MethodSource("failures")
	void fourEyesRequesterWhosePairingCannotBeReadIsRefused(RuntimeException ex) {
		this.phones.failWith(ex);
		this.requester = "ann";
		this.principals.put("a", List.of("ann"));
		this.group = excluding(false);
		phone("a").unreadable(true);
		approveAfter(1, 2, 3);
		request();
		assertThat(this.failure).isInstanceOf(ApprovalUnavailableException.class)
			.hasMessageContaining("The pairings of the requester cannot be read, so approval is not requested");
		assertThat(this.phones.exchanges()).isEmpty();
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", " ", "\u200b\u3164" })
	void fourEyesUnknownRequesterIsRefused(@Nullable String name) {
		this.requester = name;
		this.group = excluding(false);
		request();
		assertThat(this.failure).isInstanceOf(InvalidApprovalUsageException.class)
			.hasMessage(
					"'refunds' excludes the requester, who is unknown here: call in a thread with the authenticated user, with WebFlux return a Mono, a Flux or a Flow, or define a RequesterSource. If the requester may approve as well, set 'airlock.gateway.approvers.refunds.unknown-requester=ask'");
		assertThat(this.phones.exchanges()).isEmpty();
	}

	@Test
	void fourEyesUnknownRequesterIsAllowedOnDemand() {
		this.group = excluding(true);
		approveAfter(1, 2);
		request();
		assertApproved("a", "b");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void fourEyesRequesterIsKnownWhenFirstApproversAreExcluded(boolean askUnknown) {
		this.source = "ann";
		this.principals.put("a", List.of("ann"));
		this.group = new ApproverGroup("refunds", List.of("a"), 1, null, true, askUnknown,
				List.of(new EscalationStep(Duration.ofMinutes(2), List.of("b"), true)));
		approveAfter(1, 2);
		request();
		assertApproved("b");
		assertThat(this.phones.exchanges()).hasSize(1);
		assertThat(exchange("b").plaintext().at("/call/requestedBy").stringValue()).isEqualTo("ann");
	}

	@Test
	void fourEyesCallWithoutRequestsCountsForRequester() {
		this.requester = "ann";
		this.pending = new PendingApprovals(new PendingLimits(20, 20, 1, null), SECOND, this.halt);
		this.principals.put("a", List.of("ann"));
		this.group = new ApproverGroup("refunds", List.of("a"), 1, null, true, false,
				List.of(new EscalationStep(Duration.ofMinutes(2), List.of("b"), false)));
		phone("b").approvesAfter(seconds(2));
		List<Throwable> refused = new ArrayList<>();
		at(seconds(10), () -> refused.add(catchThrowable(() -> this.pending.admit("Other", "ann", List.of("other")))));
		request();
		assertApproved("b");
		assertThat(refused.get(0)).hasMessageContaining("pending-per-requester");
	}

	@Test
	void longIssuerLeavesTheNameOfTheRequester() {
		this.requester = "https://login.example.com/" + "realm".repeat(20) + "\u001fann.lee";
		approveAfter(1, 2);
		request();
		assertThat(exchange("a").plaintext().at("/call/requestedBy").stringValue())
			.startsWith("\"https://login.example.com/realm")
			.endsWith("…/ann.lee\"")
			.hasSize(102);
	}

	@Test
	void evidenceProvesTheQuorum() {
		approveAfter(1, 2, 3);
		request();
		List<DecisionEvidence> votes = this.decision.votes().stream().map(ApprovalVote::evidence).toList();
		Map<String, List<SignerKey>> keys = Map.of("a", List.of(phone("a").key().signerKey()), "b",
				List.of(phone("b").key().signerKey()));
		List<byte[]> plaintexts = this.phones.exchanges().stream().map(Exchange::canonicalPlaintext).toList();
		String id = this.decision.requestId();
		JsonMapper mapper = new JsonMapper();
		QuorumEvidence evidence = mapper
			.readValue(mapper.writeValueAsString(new QuorumEvidence(1, id, "refunds", 2, votes)), QuorumEvidence.class);
		assertThat(evidence.isApprovedBy(keys)).isTrue();
		assertThat(evidence.covers(plaintexts)).isTrue();
		assertThat(evidence.covers(plaintexts.subList(1, 3))).isFalse();
		assertThat(evidence.isApprovedBy(Map.of("a", keys.get("a")))).isFalse();
		assertThat(evidence
			.isApprovedBy(Map.of("ann", List.of(phone("a").key().signerKey(), phone("b").key().signerKey()))))
			.isFalse();
		assertThat(evidence.isApprovedBy(Map.of("a", keys.get("a"), "b", keys.get("a")))).isFalse();
		DecisionEvidence first = votes.get(0);
		assertThat(new QuorumEvidence(1, id, "refunds", 2, List.of(first)).isApprovedBy(keys)).isFalse();
		assertThat(new QuorumEvidence(1, id, "refunds", 2, List.of(first, first)).isApprovedBy(keys)).isFalse();
		assertThat(new QuorumEvidence(1, id, "refunds", 1, List.of(first)).covers(plaintexts)).isFalse();
		assertThat(new QuorumEvidence(1, "call-other", "refunds", 2, votes).covers(plaintexts)).isFalse();
		assertThat(new QuorumEvidence(1, id, "others", 2, votes).covers(plaintexts)).isFalse();
	}

	@Test
	void pairingsAndJournalsAreReadInTheThreadOfTheCaller() {
		Set<Thread> threads = new HashSet<>();
		this.phones.onRead((pairing) -> threads.add(Thread.currentThread()));
		this.nonces = (key, nonce, requestId) -> threads.add(Thread.currentThread()) || true;
		phone("a").approvesAfter(seconds(1));
		phone("b").refusedWith(403, "pairing_revoked");
		phone("c").approvesAfter(seconds(2));
		request();
		assertApproved("a", "c");
		assertThat(this.phones.revoked()).containsExactly("token-b");
		assertThat(threads).hasSize(1);
	}

	@Test
	void databaseCanDependOnTheThreadOfTheCaller() {
		ThreadLocal<String> tenant = new ThreadLocal<>();
		JdbcDataSource database = new JdbcDataSource();
		database.setURL("jdbc:h2:mem:%s;DB_CLOSE_DELAY=-1".formatted(UUID.randomUUID()));
		new TableInitializer((dataSource) -> true).initialize(database, "AIRLOCK_APPROVAL", "AIRLOCK_NONCE");
		AbstractRoutingDataSource routing = new AbstractRoutingDataSource() {

			@Override
			protected @Nullable Object determineCurrentLookupKey() {
				return tenant.get();
			}

		};
		routing.setTargetDataSources(Map.of("acme", database));
		routing.afterPropertiesSet();
		JdbcApprovalJournal ofTenant = new JdbcApprovalJournal(routing, this.time.clock());
		this.journal = ofTenant;
		this.nonces = ofTenant;
		this.before = () -> tenant.set("acme");
		approveAfter(1, 2);
		request();
		assertApproved("a", "b");
		assertThat(elapsed()).isLessThan(seconds(4));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void decisionThatCannotBeVerifiedAtTheMomentDelaysNoOther(RuntimeException ex) {
		failWith(ex);
		this.phones.onRead((pairing) -> {
			if (pairing.equals("a") && !this.phones.exchanges().isEmpty()) {
				throw this.down;
			}
		});
		approveAfter(1, 2, 3);
		request();
		assertApproved("b", "c");
		assertThat(elapsed()).isLessThan(seconds(5));
	}

	@Test
	void approvalWhoseKeyCannotBeReadAtTheMomentDelaysNoOther() {
		pairingCannotBeRead("a", seconds(4), TIMEOUT);
		approveAfter(1, 5, 6);
		request();
		assertApproved("b", "c");
		assertThat(elapsed()).isLessThan(seconds(7));
		assertThat(votes()).containsExactly("a APPROVE false", "b APPROVE true", "c APPROVE true");
	}

	@ParameterizedTest
	@MethodSource("failures")
	void approvalCountsAgainOnceItsKeyCanBeRead(RuntimeException ex) {
		failWith(ex);
		pairingCannotBeRead("a", seconds(4), seconds(60));
		approveAfter(1, 5);
		request();
		assertApproved("a", "b");
		assertThat(elapsed()).isBetween(seconds(60), seconds(76));
	}

	@Test
	void approvalWhoseKeyCannotBeReadUntilTheDeadlineDoesNotCount() {
		pairingCannotBeRead("a", seconds(4), TIMEOUT);
		approveAfter(1, 5);
		phone("c").refusedWith(422, null);
		request();
		assertThat(this.failure).isInstanceOf(ApprovalUnavailableException.class)
			.hasMessageContaining("cannot be checked, because the pairing");
		assertThat(elapsed()).isBetween(TIMEOUT.minusSeconds(3), TIMEOUT);
	}

	@Test
	void quorumRow12TimeoutNamesOtherReasons() {
		pairingCannotBeRead("b", seconds(4), TIMEOUT);
		approveAfter(1, 5);
		request();
		assertThat(this.failure).isInstanceOf(ApprovalTimeoutException.class)
			.hasMessageStartingWith("1 of 2 approvals on call-")
			.hasMessageContaining("or have expired: 'b': The decision on request " + exchange("b").requestId()
					+ " cannot be checked, because the pairing")
			.hasMessageNotContaining("'c'");
	}

	@Test
	void interruptedCallWaitsTenSecondsForAKeyThatCannotBeRead() {
		pairingCannotBeRead("a", seconds(4), TIMEOUT);
		phone("a").approvesAfter(seconds(1));
		phone("b").decidesDuringWithdrawal();
		requestAndLeave(seconds(8));
		assertThat(this.failure).isInstanceOf(ApprovalUnavailableException.class);
		assertThat(elapsed()).isLessThan(seconds(19));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void quorumRow06DenialEndsCallWhenKeyOfApprovalCannotBeRead(RuntimeException ex) {
		failWith(ex);
		pairingCannotBeRead("a", seconds(4), TIMEOUT);
		approveAfter(1, 5);
		phone("c").rejectsAfter(seconds(6));
		request();
		assertThat(this.decision.isApproved()).isFalse();
		assertThat(elapsed()).isLessThan(seconds(7));
	}

	private void pairingCannotBeRead(String name, Duration from, Duration until) {
		Instant start = this.time.clock().instant();
		this.phones.onRead((pairing) -> {
			Duration elapsed = Duration.between(start, this.time.clock().instant());
			if (pairing.equals(name) && elapsed.compareTo(from) > 0 && elapsed.compareTo(until) < 0) {
				throw this.down;
			}
		});
	}

	@ParameterizedTest
	@MethodSource("failures")
	void quorumRow06DenialThatCannotBeVerifiedAtFirstEndsCall(RuntimeException ex) {
		failWith(ex);
		journalFails((key, now) -> key.equals(phone("b").key().signerKey()));
		phone("a").approvesAfter(seconds(2));
		phone("b").rejectsAfter(seconds(1));
		phone("c").approvesAfter(seconds(3));
		request();
		assertThat(this.decision.isApproved()).isFalse();
		assertThat(votes()).containsExactly("b REJECT true");
		assertThat(elapsed()).isLessThan(seconds(2));
	}

	@ParameterizedTest
	@CsvSource({ "8, ", "20, ", "60, ", "290, ", "8, a", "20, a", "60, a", "290, a" })
	void approvalIsUsedWhenJournalRecoversBeforeDeadline(long seconds, @Nullable String onePairing) {
		Instant back = this.time.clock().instant().plus(TIMEOUT).minusSeconds(3);
		journalFails((key, now) -> now.isBefore(back));
		this.pairing = onePairing;
		Duration given = TIMEOUT.minus(seconds(seconds));
		phone("a").approvesAfter(given);
		phone("b").approvesAfter(given);
		request();
		assertThat(this.failure).isNull();
		assertThat(this.decision.isApproved()).isTrue();
	}

	@ParameterizedTest
	@MethodSource("failures")
	void approvalIsUsedWhenJournalRecoversAfterInterrupt(RuntimeException ex) {
		failWith(ex);
		Instant back = this.time.clock().instant().plusSeconds(15);
		journalFails((key, now) -> now.isBefore(back));
		approveAfter(5, 6);
		requestAndLeave(seconds(8));
		assertApproved("a", "b");
	}

	private void journalFails(BiPredicate<SignerKey, Instant> failing) {
		ReplayJournal working = this.nonces;
		this.nonces = (key, nonce, requestId) -> {
			if (failing.test(key, this.time.clock().instant())) {
				throw this.down;
			}
			return working.use(key, nonce, requestId);
		};
	}

	private void failWith(RuntimeException ex) {
		this.down = ex;
		this.phones.failWith(ex);
	}

	/**
	 * The application's beans can throw anything, and no approval is lost by that.
	 */
	static Stream<RuntimeException> failures() {
		return Stream.of(new IllegalStateException("Down"), new ApprovalUnavailableException("Down", null, null),
				new ApprovalVerificationException("Down", null, null), new ApprovalTimeoutException("Down", null));
	}

	@Test
	void concurrentEventsApproveOnlyWithQuorumAndLoseNoApproval() {
		race(150);
	}

	@Tag("slow")
	@Test
	void tenThousandConcurrentEventsApproveOnlyWithQuorumAndLoseNoApproval() {
		race(Integer.getInteger("test.calls", 10_000));
	}

	private static void race(int calls) {
		Logger logger = (Logger) LoggerFactory.getLogger("io.airlockapp.gateway");
		logger.setLevel(Level.OFF);
		try {
			Map<String, Integer> results = new TreeMap<>();
			for (long seed = 1; seed <= calls; seed++) {
				results.merge(new RandomCall(seed).run(), 1, Integer::sum);
			}
			System.out.println("%d races: %s".formatted(calls, results));
		}
		finally {
			logger.setLevel(null);
		}
	}

	private static Duration seconds(long seconds) {
		return Duration.ofSeconds(seconds);
	}

	private static ApproverGroup group(int quorum, EscalationStep... steps) {
		return new ApproverGroup("refunds", (steps.length == 0) ? List.of("a", "b", "c") : List.of("a", "b"), quorum,
				null, false, false, Arrays.asList(steps));
	}

	private static ApproverGroup groupOfOne() {
		return new ApproverGroup("refunds", List.of("a"), 1, null, false, false, List.of());
	}

	private static ApproverGroup excluding(boolean askUnknown) {
		return new ApproverGroup("refunds", List.of("a", "b", "c"), 2, null, true, askUnknown, List.of());
	}

	private VirtualPhones.Phone phone(String name) {
		return this.phones.phone(name);
	}

	/**
	 * Let the owners of the phones a, b and c approve after so many seconds.
	 */
	private void approveAfter(long... seconds) {
		for (int i = 0; i < seconds.length; i++) {
			phone("abc".substring(i, i + 1)).approvesAfter(seconds(seconds[i]));
		}
	}

	private Exchange exchange(String pairing) {
		return this.phones.exchanges()
			.stream()
			.filter((exchange) -> exchange.pairing().equals(pairing))
			.findFirst()
			.orElseThrow();
	}

	private List<String> votes() {
		return this.recorder.outcome.votes().stream().map(Recorder::describe).toList();
	}

	private Duration elapsed() {
		return Duration.between(this.recorder.begunAt, this.endedAt);
	}

	private int freePlaces() {
		int free = 0;
		List<Admission> taken = new ArrayList<>();
		try {
			while (free < 100) {
				taken.add(this.pending.admit("G" + free++, "r" + free, List.of("other")));
			}
		}
		catch (ApprovalUnavailableException ex) {
			free--;
		}
		taken.forEach(Admission::close);
		return free;
	}

	private void at(Duration delay, Runnable action) {
		this.time.startAfter(delay, action);
	}

	/**
	 * Revoke a pairing, and tell so to the calls that wait.
	 */
	private void revoke(String pairing) {
		phone(pairing).unpair();
		this.pending.pairingRevoked(pairing);
	}

	private void request() {
		request(new WaitScope());
	}

	/**
	 * Request an approval whose caller leaves after some time.
	 */
	private void requestAndLeave(Duration after) {
		WaitScope scope = new WaitScope();
		at(after, scope::cancel);
		request(scope);
	}

	private void request(WaitScope scope) {
		// Phones without a script are silent
		this.group.members().forEach(this::phone);
		ApprovalService service = new ApprovalService(this.phones.api, dependencies());
		ApprovalRequest.Builder builder = ApprovalRequest.builder("Refund", "refund(42)")
			.description("Refund order 42")
			.requester(this.requester)
			.timeout(this.timeout);
		ApprovalRequest request = ((this.pairing != null) ? builder.pairing(this.pairing)
				: builder.approvers("refunds"))
			.build();
		this.time.start(() -> {
			try (scope) {
				scope.enter();
				this.before.run();
				this.decision = service.request(request, Admission.none());
			}
			catch (AirlockGatewayException ex) {
				this.failure = ex;
			}
			this.endedAt = this.time.clock().instant();
		});
		this.time.run();
		assertThat(this.pending.list()).isEmpty();
		assertThat(this.recorder.outcome).isNotNull();
	}

	private ApprovalDependencies dependencies() {
		return new ApprovalDependencies(new Enforcer("shop", "Shop", "shop", "default", "", "shop"),
				new ApprovalSettings(TIMEOUT, seconds(25), "command.review"), this.phones,
				new DecisionVerifier(EnumSet.allOf(SignatureForm.class), this.nonces, this.time.clock()), this.pending,
				new GatewayRequestExecutor(new GatewayRateLimiter(1_000_000, SECOND, this.time)), this.journal,
				this.recorder, new TaskExecutorAdapter((task) -> {
					this.recorder.started++;
					this.onThread.run();
					this.time.start(task);
				}), (task) -> task, () -> this.source, this.time.clock(), this.time, new Random(1),
				new ApproverGroups(List.of(this.group), new Persons(this.principals)));
	}

	private void assertApproved(String... pairings) {
		assertThat(this.failure).isNull();
		assertThat(this.decision.isApproved()).isTrue();
		assertThat(this.decision.votes()).filteredOn(ApprovalVote::counted)
			.extracting(ApprovalVote::pairing)
			.containsExactly(pairings);
		assertThat(this.decision.signerKeyId()).isEqualTo("key-" + pairings[pairings.length - 1]);
		assertThat(this.recorder.outcome.result()).isEqualTo(ApprovalResult.APPROVED);
		this.decision.votes()
			.stream()
			.filter(ApprovalVote::counted)
			.forEach((vote) -> assertThat(vote.evidence().isSignedBy(phone(vote.pairing()).key().signerKey())
					&& vote.evidence().covers(exchange(vote.pairing()).canonicalPlaintext()))
				.isTrue());
	}

	/**
	 * Listener and journal that record what they are notified of.
	 */
	private final class Recorder implements ApprovalListener, ApprovalJournal {

		private final List<String> votes = new ArrayList<>();

		private final List<String> escalations = new ArrayList<>();

		private final List<AirlockGatewayException> tampered = new ArrayList<>();

		private final List<String> journal = new ArrayList<>();

		private @Nullable ApprovalOutcome outcome;

		private @Nullable Instant begunAt;

		private int started;

		private static String describe(ApprovalVote vote) {
			return "%s %s %s".formatted(vote.pairing(), vote.verdict(), vote.counted());
		}

		@Override
		public Attempt begin(ApprovalRequest request, String artifactType) {
			this.begunAt = GroupApprovalTests.this.time.clock().instant();
			return new Attempt() {

				@Override
				public void submitting(PendingApproval approval) {
					assertThat(approval.requestId())
						.startsWith((GroupApprovalTests.this.pairing != null) ? "req-" : "call-");
				}

				@Override
				public void voted(ApprovalVote vote) {
					Recorder.this.votes.add(describe(vote));
				}

				@Override
				public void escalated(int step, List<String> pairings, boolean unavailable) {
					Recorder.this.escalations.add("%s %s %s".formatted(step, pairings, unavailable));
				}

				@Override
				public void tampered(AirlockGatewayException failure) {
					Recorder.this.tampered.add(failure);
				}

				@Override
				public void ended(ApprovalOutcome ended) {
					assertThat(Recorder.this.outcome).isNull();
					Recorder.this.outcome = ended;
				}

			};
		}

		@Override
		public void open(String requestId, Instant expiresAt) {
			this.journal.add(requestId + " " + GroupApprovalTests.this.phones.exchanges().size());
		}

		@Override
		public boolean claim(String requestId) {
			return true;
		}

	}

	/**
	 * Call with random phones and events at nearly the same time: decisions, the
	 * revocation of a key, the withdrawal by an operator, an interrupt, the shutdown, a
	 * step, and the deadline. Its result is checked against what was signed and when.
	 */
	private static final class RandomCall {

		private static final Duration DEADLINE = seconds(60);

		/**
		 * The time between the withdrawal that finds a decision and its receipt.
		 */
		private static final Duration RECEIPT = Duration.ofMillis(500);

		private final GroupApprovalTests test = new GroupApprovalTests();

		private final RandomGenerator random;

		private final long seed;

		private final Duration moment;

		private final WaitScope scope = new WaitScope();

		/**
		 * The pairings whose key was revoked before the call had ended.
		 */
		private final Set<String> revoked = new HashSet<>();

		private boolean withdrawn;

		private final Set<String> excludedKeys = new HashSet<>();

		private RandomCall(long seed) {
			this.seed = seed;
			this.random = new SplittableRandom(seed);
			// At a step, between steps, when the withdrawals begin, and at the deadline
			this.moment = List.of(seconds(20), seconds(40), seconds(58), DEADLINE).get(this.random.nextInt(4));
		}

		private String run() {
			List<String> first = List.of("a", "b", "c").subList(0, 1 + this.random.nextInt(3));
			EscalationStep step = new EscalationStep(seconds(20 + this.random.nextInt(5)), List.of("d", "e"),
					this.random.nextBoolean());
			int quorum = 1 + this.random.nextInt(3);
			this.test.pending = new PendingApprovals(PendingLimits.of(20), Duration.ZERO, this.test.halt);
			boolean exclude = this.random.nextInt(3) == 0;
			this.test.group = new ApproverGroup("refunds", first, quorum, DEADLINE, exclude, false,
					this.random.nextBoolean() ? List.of(step) : List.of());
			if (exclude) {
				this.test.requester = "zoe";
				this.test.principals.put("own", List.of("Zoe"));
				this.test.phone("own");
				this.excludedKeys.add(this.test.phone("own").key().signerKey().encode());
			}
			if (this.random.nextInt(4) == 0) {
				this.test.principals.put("b", List.of("ann"));
				this.test.principals.put(this.random.nextBoolean() ? "a" : "d", List.of("Ann"));
			}
			this.test.group.members().forEach(this::script);
			int leaving = this.random.nextInt(8);
			if (leaving > 2) {
				int kind = this.random.nextInt(4);
				Instant from = this.test.time.clock().instant().plusMillis(1000 + this.random.nextInt(30_000));
				Instant until = from.plusMillis(this.random.nextInt(9_000));
				Set<String> concerned = this.random.nextBoolean() ? Set.of("a", "b", "c", "d", "e", "own")
						: Set.of(List.of("a", "b", "c", "d", "e", "own").get(this.random.nextInt(6)));
				BiPredicate<String, Instant> down = (name, now) -> concerned.contains(name) && now.isAfter(from)
						&& now.isBefore(until);
				if (kind == 1 || kind == 3) {
					this.test.phones.onRead((name) -> {
						if (down.test(name.replace("token-", ""), this.test.time.clock().instant())) {
							throw this.test.down;
						}
					});
				}
				if (kind == 2 || kind == 3) {
					this.test.journalFails((key, now) -> now.isAfter(from) && now.isBefore(until));
				}
			}
			switch (leaving) {
				case 0 -> this.test.at(near(), this.test.pending::stop);
				case 1 -> this.test.at(near(), this::withdraw);
				case 2 -> this.test.at(near(), this.scope::cancel);
				default -> {
					// It is left to the approvers
				}
			}
			this.test.request(this.scope);
			check(quorum);
			return (this.test.decision == null) ? this.test.failure.getClass().getSimpleName()
					: this.test.decision.isApproved() ? "approved" : "denied";
		}

		private Duration near() {
			return this.moment.plusMillis(this.random.nextInt(201) - 100);
		}

		private void withdraw() {
			this.withdrawn = this.test.pending.list()
				.stream()
				.anyMatch((approval) -> this.test.pending.withdraw(approval.requestId()));
		}

		private void script(String name) {
			VirtualPhones.Phone phone = this.test.phone(name).decisionInStatus(this.random.nextBoolean());
			Duration after = (this.random.nextInt(3) == 0) ? seconds(this.random.nextInt(20)) : near();
			switch (this.random.nextInt(13)) {
				case 12 -> {
					phone.approvesAfter(after);
					if (!this.excludedKeys.isEmpty()) {
						phone.sharesKeyOf(this.test.phone("own"));
					}
				}
				case 0 -> phone.rejectsAfter(after);
				case 1 -> phone.refusedWith(422, null);
				case 2 -> phone.unpair();
				case 3 -> phone.approvesAfter(after).signsWith(ApproverKey.generate("key-" + name));
				case 4 -> phone.decidesDuringWithdrawal();
				case 5 -> phone.approvesAfter(after).sharesKeyOf(this.test.phone("a"));
				case 6 -> {
					phone.approvesAfter(after);
					this.test.at(near(), () -> {
						phone.unpair();
						revoked(name);
						this.test.pending.pairingRevoked(name);
					});
				}
				case 7 -> {
					phone.approvesAfter(after);
					this.test.at(near(), () -> {
						phone.replaceKey();
						revoked(name);
					});
				}
				case 8 -> {
					// Silent
				}
				default -> phone.approvesAfter(after);
			}
		}

		private void revoked(String name) {
			if (this.test.recorder.outcome == null) {
				this.revoked.add(name);
			}
		}

		private void check(int quorum) {
			String call = "seed %s: %s %s %s".formatted(this.seed, this.test.group, this.test.recorder.votes,
					this.test.failure);
			Instant ended = this.test.endedAt;
			Instant last = this.test.recorder.begunAt.plus(DEADLINE).minus(RECEIPT);
			List<Opinion> given = opinions(last.isBefore(ended) ? last : ended);
			boolean denied = this.test.phones.exchanges()
				.stream()
				.anyMatch((exchange) -> exchange.isDecided("reject", ended));
			boolean approved = this.test.decision != null && this.test.decision.isApproved();
			if (!approved && !denied && !this.withdrawn) {
				assertThat(Opinion.count(given)).as(call).isLessThan(quorum);
			}
			if (approved) {
				assertThat(this.withdrawn).as(call).isFalse();
				assertThat(this.test.phones.exchanges()).as(call)
					.noneMatch((exchange) -> exchange.isHandedOver("reject", ended));
				List<ApprovalVote> counted = this.test.decision.votes().stream().filter(ApprovalVote::counted).toList();
				assertThat(counted).as(call)
					.hasSizeGreaterThanOrEqualTo(quorum)
					.allMatch((vote) -> vote.verdict() == Verdict.APPROVE)
					.noneMatch((vote) -> this.excludedKeys.contains(vote.evidence().publicKey()))
					.noneMatch((vote) -> this.revoked.contains(vote.pairing()));
				assertThat(Opinion.count(
						counted.stream().map((vote) -> opinion(vote.pairing(), vote.evidence().publicKey())).toList()))
					.as(call)
					.isEqualTo(counted.size());
				assertThat(this.test.decision.votes()).as(call).noneMatch((vote) -> vote.verdict() == Verdict.REJECT);
			}
			else if (this.test.decision != null) {
				assertThat(this.test.decision.votes()).as(call).anyMatch((vote) -> vote.verdict() == Verdict.REJECT);
			}
			else {
				assertThat(this.test.failure).as(call)
					.isInstanceOfAny(ApprovalTimeoutException.class, ApprovalUnavailableException.class,
							ApprovalVerificationException.class);
			}
			assertThat(this.test.freePlaces()).as(call).isEqualTo(20);
		}

		private List<Opinion> opinions(Instant before) {
			return this.test.phones.exchanges()
				.stream()
				.filter((exchange) -> exchange.isDecided("approve", before)
						&& !this.revoked.contains(exchange.pairing()))
				.filter((exchange) -> !this.excludedKeys
					.contains(this.test.phone(exchange.pairing()).key().signerKey().encode()))
				.map((exchange) -> opinion(exchange.pairing(),
						this.test.phone(exchange.pairing()).key().signerKey().encode()))
				.toList();
		}

		private Opinion opinion(String pairing, String key) {
			List<String> owners = this.test.principals.getOrDefault(pairing, List.of(pairing));
			return new Opinion(owners.get(0).toLowerCase(Locale.ROOT), key);
		}

	}

}

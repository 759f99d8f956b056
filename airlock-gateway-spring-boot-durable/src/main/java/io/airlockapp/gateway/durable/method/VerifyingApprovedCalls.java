/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.method;

import java.lang.reflect.InvocationTargetException;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.approval.guard.DurableMethod;
import io.airlockapp.gateway.approvers.Ballot;
import io.airlockapp.gateway.approvers.Ballot.State;
import io.airlockapp.gateway.approvers.CallTerms;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.approvers.Tally;
import io.airlockapp.gateway.approvers.Tally.Outcome;
import io.airlockapp.gateway.durable.argument.RebuiltArguments;
import io.airlockapp.gateway.durable.exchange.ApprovalSteps;
import io.airlockapp.gateway.durable.exchange.ExcludedRequester;
import io.airlockapp.gateway.durable.exchange.KeyState;
import io.airlockapp.gateway.durable.exchange.RecordedContexts;
import io.airlockapp.gateway.durable.exchange.StoredBallot;
import io.airlockapp.gateway.durable.method.ApprovedCall.Vote;
import io.airlockapp.gateway.durable.method.DurableTargets.Target;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.DecisionEvidence;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.StrictUtf8;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@link ApprovedCalls} that trusts nothing of a stored call: all of it has to follow
 * from a plaintext that a key in force has approved. No bean is created and no class of
 * an argument is loaded before. The method starts behind the guard of its bean's proxy.
 *
 * @param targets the durable methods
 * @param enforcer the identity of this application
 * @param steps the steps of an exchange
 * @param persons the persons whose votes are counted
 * @param halt the switch that halts all calls
 * @param clock the time of day
 * @param warnings the log of arguments and texts that are not those of a call, which is
 * tried again
 */
public record VerifyingApprovedCalls(DurableTargets targets, Enforcer enforcer, ApprovalSteps steps, Persons persons,
		Halt halt, InstantSource clock, WarnOnceLog warnings) implements ApprovedCalls {

	/**
	 * The members of a plaintext that this release implements. A later release can bind
	 * an approval to more, so that only its own instances run the call.
	 */
	private static final Set<String> MEMBERS = Set.of("actionType", "commandText", "description", "workspace",
			"repoName", "source", "requestId", "createdAt", "expiresAt", "arguments", "extensions", "target",
			"argumentsHash", "startBy", "pairing", "pairingId", "context", "hiddenContext", "call", "requesterPairings",
			"requesterKeys");

	/**
	 * The members of {@value StoredBallot#CALL} that this release implements.
	 */
	private static final Set<String> CALL_MEMBERS = Set.of("id", "approvers", "quorum", "of", "step", "requestedBy");

	@Override
	public Result run(ApprovedCall call, Claim claim) throws InvocationTargetException {
		if (this.halt.isHalted()) {
			return Result.UNAVAILABLE;
		}
		Result refusal = verifyVotes(call, Set.of());
		if (refusal != null) {
			return refusal;
		}
		List<JsonNode> plaintexts = call.votes()
			.stream()
			.map((vote) -> HarpJson.mapper().readTree(vote.plaintext()))
			.toList();
		if (!plaintexts.stream().allMatch(VerifyingApprovedCalls::isImplemented)) {
			return Result.TARGET_MISSING;
		}
		for (int i = 0; i < plaintexts.size(); i++) {
			if (!isOf(plaintexts.get(i), call.votes().get(i), call)
					|| !common(plaintexts.get(i), call).equals(common(plaintexts.get(0), call))) {
				return Result.NOT_VERIFIED;
			}
		}
		JsonNode plaintext = plaintexts.get(0);
		ExcludedRequester requester = ExcludedRequester.of(plaintext);
		refusal = requester.pairings().isEmpty() ? null : verifyVotes(call, requester);
		if (refusal != null) {
			return refusal;
		}
		Target target = isOfThisApplication(plaintext) ? this.targets.find(call.target()) : null;
		if (target == null) {
			return Result.TARGET_MISSING;
		}
		boolean ofGroup = plaintext.has(StoredBallot.CALL);
		if (!call.approvers().name().equals(ofGroup ? target.method().approvers() : target.method().pairing())
				|| ofGroup != (target.method().approvers() != null)) {
			// The annotation of another release; the instances of the former one remain
			return Result.TARGET_MISSING;
		}
		return start(call, plaintext, target, claim);
	}

	/**
	 * Verify that as many persons as necessary approved their plaintexts by keys in force
	 * that are not those of an excluded requester.
	 */
	private @Nullable Result verifyVotes(ApprovedCall call, ExcludedRequester requester) {
		Set<String> keys;
		try {
			keys = this.steps.keysOf(requester);
		}
		catch (Exception ex) {
			return Result.UNAVAILABLE;
		}
		return verifyVotes(call, keys);
	}

	/**
	 * Verify that as many persons as necessary approved their plaintexts by keys in
	 * force.
	 * @param excludedKeys the keys that do not count, as base64
	 */
	private @Nullable Result verifyVotes(ApprovedCall call, Set<String> excludedKeys) {
		List<Ballot> inForce = new ArrayList<>();
		List<Ballot> possible = new ArrayList<>();
		Set<KeyState> states = EnumSet.noneOf(KeyState.class);
		boolean excluded = false;
		for (Vote vote : call.votes()) {
			DecisionEvidence evidence = vote.evidence();
			if (!evidence.covers(StrictUtf8.encode(vote.plaintext())) || !evidence.decision().equals("approve")
					|| !evidence.isSignedBy(SignerKey.of(evidence.signerKeyId(), evidence.publicKey()))
					|| !call.approvers().members().contains(vote.pairing())) {
				return Result.NOT_VERIFIED;
			}
			KeyState state = KeyState.of(this.steps, vote.pairing(), vote.artifact(), evidence::isSignedBy);
			states.add(state);
			Ballot ballot = new Ballot(vote.pairing(), State.APPROVED, evidence.publicKey());
			if (state == KeyState.IN_FORCE && excludedKeys.contains(evidence.publicKey())) {
				excluded = true;
			}
			else if (state == KeyState.IN_FORCE) {
				inForce.add(ballot);
				possible.add(ballot);
			}
			else if (state.isUncertain()) {
				possible.add(ballot);
			}
		}
		if (isQuorum(call, inForce)) {
			return null;
		}
		if (isQuorum(call, possible)) {
			return states.contains(KeyState.UNREADABLE) ? Result.UNAVAILABLE : Result.OTHER_PAIRING;
		}
		if (excluded) {
			return Result.KEY_OF_REQUESTER;
		}
		return states.contains(KeyState.REVOKED) ? Result.PAIRING_REVOKED : Result.NOT_VERIFIED;
	}

	private boolean isQuorum(ApprovedCall call, List<Ballot> ballots) {
		return new Tally(call.approvers(), this.persons).judge(ballots, 0).outcome() == Outcome.APPROVED;
	}

	/**
	 * Return whether the parts of a call are those of an approved plaintext.
	 */
	private static boolean isOf(JsonNode plaintext, Vote vote, ApprovedCall call) {
		return is(plaintext, "requestId", vote.evidence().requestId()) && isOfCall(plaintext, call)
				&& is(plaintext, ApprovedCall.TARGET, call.target())
				&& is(plaintext, StoredBallot.PAIRING, vote.pairing())
				&& is(plaintext, ApprovedCall.ARGUMENTS_HASH, ArtifactHash.of(StrictUtf8.encode(call.arguments())));
	}

	/**
	 * Return whether the approver saw that this call needs as many approvals as are
	 * counted, or that nobody else is asked.
	 */
	private static boolean isOfCall(JsonNode plaintext, ApprovedCall call) {
		JsonNode shared = plaintext.path(StoredBallot.CALL);
		if (shared.isMissingNode()) {
			return is(plaintext, "requestId", call.id()) && call.approvers().members().size() == 1;
		}
		return is(shared, "id", call.id()) && is(shared, "approvers", call.approvers().name())
				&& shared.path("quorum").asInt(0) == call.approvers().quorum();
	}

	/**
	 * Return what all approvers of a call saw, whichever step asked them.
	 */
	private static JsonNode common(JsonNode plaintext, ApprovedCall call) {
		ObjectNode common = (ObjectNode) plaintext.deepCopy();
		common.remove(List.of("requestId", StoredBallot.PAIRING, StoredBallot.PAIRING_ID));
		CallTerms.removeStep(common, call.approvers().escalation());
		return common;
	}

	private static boolean is(JsonNode plaintext, String member, String value) {
		return plaintext.path(member).asString("").equals(value);
	}

	private static boolean isImplemented(JsonNode plaintext) {
		return MEMBERS.containsAll(plaintext.propertyNames())
				&& CALL_MEMBERS.containsAll(plaintext.path(StoredBallot.CALL).propertyNames());
	}

	/**
	 * Return whether the approver saw the names of this application. The same device may
	 * approve for others, such as another environment, whose calls have the same targets.
	 */
	private boolean isOfThisApplication(JsonNode plaintext) {
		return is(plaintext, "workspace", this.enforcer.workspaceName())
				&& is(plaintext, "repoName", this.enforcer.repoName())
				&& is(plaintext, "source", this.enforcer.source());
	}

	private boolean isInTime(JsonNode plaintext) {
		try {
			String startBy = plaintext.path(ApprovedCall.START_BY).asString("");
			return this.clock.instant().isBefore(OffsetDateTime.parse(startBy).toInstant());
		}
		catch (DateTimeException ex) {
			return false;
		}
	}

	/**
	 * Rebuild the arguments, claim the call, and start the method. That the arguments are
	 * those of the plaintext is verified before the claim, and once more directly before
	 * the method, after the interceptors inside the guard.
	 */
	private Result start(ApprovedCall call, JsonNode plaintext, Target target, Claim claim)
			throws InvocationTargetException {
		DurableMethod method = target.method();
		claim.prepare(target.restartable());
		RebuiltArguments rebuilt;
		try {
			rebuilt = this.targets.recorder()
				.rebuild(RecordedContexts.of(plaintext).argumentsOf(call.arguments()), method.method(), method.type());
			String difference = findDifference(rebuilt, plaintext, method);
			if (difference != null) {
				this.warnings.warn("%s of approval %s are not those that were approved; trying again"
					.formatted(difference, call.id()));
				return Result.ARGUMENTS_CHANGED;
			}
			this.warnings.reset();
		}
		catch (Throwable ex) {
			this.warnings.warn("The arguments of approval %s cannot be read; trying again: %s".formatted(call.id(),
					AirlockGatewayException.safeMessage(ex)));
			return Result.ARGUMENTS_UNREADABLE;
		}
		if (!isInTime(plaintext)) {
			return Result.TOO_LATE;
		}
		String requestId = call.id();
		boolean started = method.start(rebuilt.arguments().values(), claim, () -> {
			this.halt.requireAtStart(method.toString(), requestId);
			if (findDifference(rebuilt, plaintext, method) != null) {
				throw new ApprovalVerificationException(
						"The arguments of %s were changed after request %s had been approved. Let no interceptor inside the guard change them"
							.formatted(method, requestId),
						requestId, null);
			}
			requireVotes(call, plaintext, method);
			if (!isInTime(plaintext)) {
				throw new ApprovalUnavailableException(
						"%s is not entered, because the time in which request %s can start is over".formatted(method,
								requestId),
						requestId, null);
			}
			claim.enter();
		});
		return started ? Result.DONE : Result.NOT_STARTED;
	}

	/**
	 * Require that the votes still count. The process may have been paused since they
	 * were verified. The next start finds the reason if they do not.
	 */
	private void requireVotes(ApprovedCall call, JsonNode plaintext, DurableMethod method) {
		Result obstacle = verifyVotes(call, ExcludedRequester.of(plaintext));
		if (obstacle == Result.UNAVAILABLE) {
			throw new ApprovalUnavailableException(
					"%s is not entered, because the keys by which request %s was approved cannot be read"
						.formatted(method, call.id()),
					call.id(), null);
		}
		if (obstacle != null) {
			throw new ApprovalVerificationException(
					"%s is not entered, because the keys by which request %s was approved are no longer in force"
						.formatted(method, call.id()),
					call.id(), null);
		}
	}

	/**
	 * Return what the approver did not see as it is, or {@code null}: the arguments have
	 * to be those of the plaintext, and its texts those of the arguments.
	 */
	private @Nullable String findDifference(RebuiltArguments rebuilt, JsonNode plaintext, DurableMethod method) {
		boolean shown = method.toRequests(rebuilt.arguments(), rebuilt.snapshot())
			.anyMatch((request) -> this.steps.shows(plaintext, request));
		// Last, since a formatter of a text could change the arguments
		if (!rebuilt.areThoseOf(plaintext.get("arguments"))) {
			return "The arguments";
		}
		return shown ? null : "The label, command or description";
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.durable.BallotTransitions.DecisionVerification;
import io.airlockapp.gateway.durable.BallotTransitions.UnverifiedDecisionException;
import io.airlockapp.gateway.durable.exchange.ApprovalSteps;
import io.airlockapp.gateway.durable.exchange.ExcludedRequester;
import io.airlockapp.gateway.durable.exchange.OtherPairingException;
import io.airlockapp.gateway.durable.exchange.SealedArtifact;
import io.airlockapp.gateway.durable.exchange.KeyState;
import io.airlockapp.gateway.durable.exchange.StoredBallot;
import io.airlockapp.gateway.durable.exchange.StoredDecision;
import io.airlockapp.gateway.durable.exchange.StruckVotes;
import io.airlockapp.gateway.exchange.ReceivedDecision;
import io.airlockapp.gateway.harp.DecisionVerificationException;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Records received decisions. A decision is verified by the keys that are in force at
 * that time, and stored before it is acknowledged.
 */
final class DecisionRecorder {

	private static final Log logger = LogFactory.getLog(DecisionRecorder.class);

	private final WarnOnceLog unverified = new WarnOnceLog(logger);

	private final BallotTransitions transitions;

	private final ApprovalSteps steps;

	private final Runnable onUnverified;

	DecisionRecorder(BallotTransitions transitions, ApprovalSteps steps, Runnable onUnverified) {
		this.transitions = transitions;
		this.steps = steps;
		this.onUnverified = onUnverified;
	}

	/**
	 * Return whether the device of the approver that was asked is still paired, as far as
	 * is known.
	 * @param asked the ballot
	 * @return {@code false} if it is not, or nobody was asked. If the pairing cannot be
	 * read, that must not end a call, and a denial is received nevertheless
	 * @throws OtherPairingException if it is not the pairing of this instance
	 */
	boolean isPaired(AskedBallot asked) {
		try {
			return !keys(asked).isEmpty();
		}
		catch (ApprovalUnavailableException ex) {
			return true;
		}
	}

	/**
	 * Return whether this instance has the keys to verify a decision on a call that ends
	 * now, and cannot wait until the pairing can be read.
	 * @param asked the ballot
	 * @param delivery the decision as received
	 */
	boolean canVerify(AskedBallot asked, ReceivedDecision delivery) {
		try {
			return !keys(asked, delivery).isEmpty();
		}
		catch (OtherPairingException | ApprovalUnavailableException ex) {
			return false;
		}
	}

	/**
	 * Record the decision on a ballot, which determines how an undecided call goes on.
	 * @param asked the ballot
	 * @param delivery the decision as received
	 * @return {@code false} if the decision does not verify
	 */
	boolean decide(AskedBallot asked, ReceivedDecision delivery) {
		// A denial ends the call, whatever becomes of the approvals
		boolean counted = CallTransitions.UNDECIDED.contains(asked.call().state()) && !delivery.isRejection();
		Map<String, KeyState> keys = new HashMap<>(counted ? keyStates(asked) : Map.of());
		keys.put(asked.id(), KeyState.IN_FORCE);
		StruckVotes struck = new StruckVotes(keys, counted ? requesterKeys(asked) : Set.of());
		return store(asked, delivery, (verification) -> this.transitions.decide(asked, struck, verification));
	}

	/**
	 * Count the votes of a call again, whose keys were not known to be in force.
	 * @param asked a ballot with a vote
	 */
	void recount(AskedBallot asked) {
		this.transitions.recount(asked.call().id(), new StruckVotes(keyStates(asked), requesterKeys(asked)));
	}

	/**
	 * Return the states of the keys of the approvals of a call.
	 */
	private Map<String, KeyState> keyStates(AskedBallot asked) {
		return asked.call()
			.ballots()
			.stream()
			.filter(StoredBallot::isApproved)
			.collect(Collectors.toMap(StoredBallot::id, this::keyState));
	}

	private KeyState keyState(StoredBallot ballot) {
		StoredDecision vote = ballot.decision();
		return (ballot.artifact() == null || vote == null) ? KeyState.REVOKED
				: KeyState.of(this.steps, ballot.pairing(), ballot.artifact(),
						(key) -> key.encode().equals(vote.decision().evidence().publicKey()));
	}

	private Set<String> requesterKeys(AskedBallot asked) {
		String plaintext = asked.ballot().plaintext();
		try {
			return (plaintext != null) ? this.steps.keysOf(ExcludedRequester.of(HarpJson.mapper().readTree(plaintext)))
					: Set.of();
		}
		catch (Exception ex) {
			throw new ApprovalUnavailableException("The pairings of the requester cannot be read", asked.id(), ex);
		}
	}

	/**
	 * End a call by a decision that is kept, but not used.
	 * @param asked the ballot
	 * @param delivery the decision as received
	 * @param state the state in which the call ends
	 * @param problem the problem, if any
	 * @return {@code false} if the decision does not verify
	 */
	boolean endUnused(AskedBallot asked, ReceivedDecision delivery, DurableState state, @Nullable String problem) {
		return store(asked, delivery,
				(verification) -> this.transitions.endUnused(asked, state, problem, verification));
	}

	private boolean store(AskedBallot asked, ReceivedDecision delivery, Predicate<DecisionVerification> change) {
		try {
			if (change.test(verification(asked, delivery))) {
				this.unverified.reset();
				acknowledge(asked, delivery);
			}
			return true;
		}
		catch (UnverifiedDecisionException ex) {
			this.onUnverified.run();
			this.unverified.warn("A decision on approval %s does not verify, and is ignored: %s".formatted(asked.id(),
					ex.getMessage()));
			return false;
		}
	}

	private DecisionVerification verification(AskedBallot asked, ReceivedDecision delivery) {
		List<SignerKey> keys = keys(asked, delivery);
		if (keys.isEmpty()) {
			// The repeated step ends the call
			throw new ApprovalUnavailableException(
					"The pairing '%s' was revoked while the decision was received".formatted(asked.pairing()),
					asked.id(), null);
		}
		return (journal) -> {
			try {
				return new StoredDecision(this.steps.verify(delivery, asked.id(), asked.hash(), keys, journal),
						delivery.msgId());
			}
			catch (DecisionVerificationException ex) {
				throw new UnverifiedDecisionException(ex);
			}
		};
	}

	/**
	 * Return the keys whose decision is accepted. A denial does not wait until the
	 * pairing can be read: approvals of others could start the method before.
	 */
	private List<SignerKey> keys(AskedBallot asked, ReceivedDecision delivery) {
		try {
			return keys(asked);
		}
		catch (ApprovalUnavailableException ex) {
			if (asked.artifact() != null && delivery.isRejection()) {
				return asked.artifact().signerKeys();
			}
			throw ex;
		}
	}

	/**
	 * Return the keys whose decisions are accepted.
	 * @return the keys, or an empty list if the device that was asked is not paired
	 */
	private List<SignerKey> keys(AskedBallot asked) {
		SealedArtifact artifact = asked.artifact();
		if (artifact == null) {
			return List.of();
		}
		try {
			return this.steps.keysFor(asked.pairing(), artifact);
		}
		catch (OtherPairingException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new ApprovalUnavailableException("The pairing '%s' cannot be read".formatted(asked.pairing()),
					asked.id(), ex);
		}
	}

	private void acknowledge(AskedBallot asked, ReceivedDecision delivery) {
		try {
			this.steps.acknowledge(asked.id(), delivery.msgId());
		}
		catch (Exception ex) {
			logger.debug("Decision on approval %s could not be acknowledged: %s".formatted(asked.id(),
					AirlockGatewayException.safeMessage(ex)));
		}
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.airlockapp.gateway.durable.exchange.SealedArtifact;
import io.airlockapp.gateway.durable.exchange.StoredBallot;
import io.airlockapp.gateway.durable.exchange.StoredDecision;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import io.airlockapp.gateway.harp.ReplayJournal;
import org.jspecify.annotations.Nullable;

/**
 * Strategy interface for storing recorded calls, in the transaction of the current
 * thread. An operation that changes a state returns {@code true} only if the call was in
 * one of the expected states. Concurrent operations then return {@code false}.
 * <p>
 * While a run has the claim of a call, its transactions can commit. An operation that
 * takes the claim back, or ends the run, waits for those that are being committed, and no
 * other one can commit after it.
 */
public interface DurableCallStore {

	/**
	 * The beginning of the id of a run that may start again after its process stopped.
	 * That the code which runs permits this is stored with its claim, since other
	 * instances can have other code.
	 */
	String RESTARTABLE_RUN = "restartable-";

	/**
	 * Insert a call in the state {@link DurableState#RECORDED}.
	 * @param call the call
	 * @return {@code false} if another call has the same {@link CallKeys#equal()}, after
	 * which nothing else can be done in the transaction
	 */
	boolean insert(DurableCall call);

	/**
	 * Find a call with all that is stored of it. If it is not what this application
	 * stored, it has neither a plaintext nor arguments, and its ballots are those whose
	 * request this application has encrypted, without a decision.
	 * @param id the id of the call, or of one of its ballots
	 * @return the call, or {@code null} if there is none
	 * @throws UnreadableCallException if the call cannot be decrypted by this instance
	 */
	@Nullable DurableCall findCall(String id);

	/**
	 * Find a call by which texts are verified.
	 * @param id the id of the call
	 * @return the call, or {@code null} if there is none, or it cannot be read
	 */
	default @Nullable DurableCall findReadable(String id) {
		try {
			return findCall(id);
		}
		catch (UnreadableCallException ex) {
			return null;
		}
	}

	/**
	 * Find a call as it is now, and lock it until the transaction of the current thread
	 * has ended.
	 * @param id the id of the call
	 * @return the call, or {@code null} if there is none
	 */
	@Nullable DurableCall lock(String id);

	/**
	 * Find the ballots of a call that are asked about.
	 * @param id the id of the call
	 * @return the ids of the ballots. Before they are stored, that of the call
	 */
	List<String> findAsked(String id);

	/**
	 * Find the state of a call.
	 * @param id the id
	 * @return the state, or {@code null} if there is none
	 */
	@Nullable DurableApproval find(String id);

	/**
	 * Find the state of the call that has {@link CallKeys#equal()} at this time.
	 * @param keys the keys
	 * @return the state, or {@code null} if no call has it
	 */
	@Nullable DurableApproval findOpen(CallKeys keys);

	/**
	 * Find states of calls in the order of their ids.
	 * @param states the states
	 * @param afterId the id after which the result starts, or {@code null}
	 * @param limit the maximum number
	 * @return the states of the calls
	 */
	List<DurableApproval> find(Set<DurableState> states, @Nullable String afterId, int limit);

	/**
	 * Find calls that have not ended.
	 * @param limit the maximum number
	 * @return the states of the calls, those in {@code UNKNOWN} first, then the newest
	 */
	List<DurableApproval> findOpen(int limit);

	/**
	 * Find calls that need a step, and for which neither this one nor one in its place is
	 * scheduled.
	 * @param step the kind of step; the steps that ask are one kind
	 * @param limit the maximum number
	 * @return the ids of the calls
	 */
	List<String> findWithoutStep(Step step, int limit);

	/**
	 * Count the calls that have not ended, by state.
	 * @return the numbers; states without calls are absent
	 */
	Map<DurableState, Integer> countOpen();

	/**
	 * Count the calls in {@code RECORDED} and {@code SUBMITTED}, and those that are
	 * cancelled until they have ended, with their requests.
	 * @param expiringBefore the time of expiry up to which calls expire now
	 * @return the numbers by guarded method and requester, of which there can be several
	 */
	List<UndecidedCalls> countUndecided(Instant expiringBefore);

	/**
	 * Count the requests about calls in {@code RECORDED} and {@code SUBMITTED} that are
	 * asked about with priority: those that were recorded after a time or expire before
	 * another, and not yet.
	 * @param recordedAfter the time of recording
	 * @param expiringAfter the time of expiry up to which calls expire now
	 * @param expiringBefore the time of expiry
	 * @return the number
	 */
	int countYoung(Instant recordedAfter, Instant expiringAfter, Instant expiringBefore);

	/**
	 * Store ballots of a locked call.
	 * @param ballots the ballots
	 */
	void insert(List<StoredBallot> ballots);

	/**
	 * Store the time from which the approvers of a locked call are asked.
	 * @param id the id
	 * @param now the time
	 */
	void askSince(String id, Instant now);

	/**
	 * Find the time from which the approvers of a call are asked: that of the first
	 * submission or, before it, the stored one.
	 * @param id the id
	 * @return the time
	 */
	Instant findAskedSince(String id);

	/**
	 * Store the reason for which no vote on a ballot counts.
	 * @param ballot the ballot
	 * @param problem the reason
	 */
	void lose(StoredBallot ballot, String problem);

	/**
	 * Store a verified decision on a ballot.
	 * @param ballot the ballot
	 * @param decision the decision
	 * @param now the time
	 * @return {@code false} if the ballot is settled
	 */
	boolean keep(StoredBallot ballot, StoredDecision decision, Instant now);

	/**
	 * Store the encrypted plaintext of a ballot, and the ballot if it is not stored yet.
	 * The call has to be in {@code RECORDED}, or in {@code SUBMITTED} because of another
	 * ballot.
	 * @param ballot the ballot, with the stored artifact that is replaced, if any
	 * @param artifact the artifact
	 * @return {@code false} if the call has another state, or the ballot another artifact
	 * or is settled
	 */
	boolean seal(StoredBallot ballot, SealedArtifact artifact);

	/**
	 * Store that the gateway accepted a request, which changes {@code RECORDED} to
	 * {@code SUBMITTED}.
	 * @param ballot the ballot
	 * @param now the time
	 * @return {@code false} if the ballot was submitted before, or its call is decided
	 */
	boolean submitted(StoredBallot ballot, Instant now);

	/**
	 * Return a journal that records the use of nonces in the transaction of the current
	 * thread.
	 * @param now the time
	 * @return the journal
	 */
	ReplayJournal replayJournal(Instant now);

	/**
	 * Change {@code RECORDED} and {@code SUBMITTED} to {@code DECIDED}.
	 * @param id the id
	 * @param now the time
	 * @return whether the state was changed
	 */
	boolean decided(String id, Instant now);

	/**
	 * End a call in {@code RECORDED}, {@code SUBMITTED} or {@code DECIDED} as
	 * {@code DENIED}.
	 * @param id the id
	 * @param now the time
	 * @return whether the state was changed
	 */
	boolean denied(String id, Instant now);

	/**
	 * Store a verified decision that is not used, for a call that ends in the same
	 * transaction.
	 * @param ballot the ballot
	 * @param decision the decision
	 * @param now the time
	 */
	void keepDecision(StoredBallot ballot, StoredDecision decision, Instant now);

	/**
	 * Change {@code DECIDED} to {@code CLAIMED}, if the time to start is not over and a
	 * start is left, and count the start.
	 * @param id the id
	 * @param runId the id of the run
	 * @param instance the name of this instance
	 * @param attempts the maximum number of starts
	 * @param now the time
	 * @return whether the state was changed
	 */
	boolean claim(String id, String runId, String instance, int attempts, Instant now);

	/**
	 * Find the run of a call in {@code CLAIMED} that may start again after its process
	 * stopped, and keep it from commits until the transaction of the current thread has
	 * ended. There is none while another execution of its step is in progress, after one
	 * of its transactions was committed, or while one is being committed.
	 * @param id the id
	 * @param execution the version of the execution that finds the run lost
	 * @param attempts the maximum number of starts
	 * @param time the time of the next start
	 * @return the id of the run, or {@code null} if there is none
	 */
	@Nullable String lockRestartableRun(String id, long execution, int attempts, Instant time);

	/**
	 * Change {@code CLAIMED} back to {@code DECIDED} after a run failed, unless a
	 * transaction of the run was committed. The run cannot commit any more.
	 * @param id the id
	 * @param runId the id of the run
	 * @param problem the reason for the failure
	 * @param attempts the maximum number of starts
	 * @param time the time of the next start, which has to be before the time to start is
	 * over
	 * @return whether the state was changed
	 */
	boolean startAgain(String id, String runId, String problem, int attempts, Instant time);

	/**
	 * Return whether a method failed because of a lock in the database.
	 * @param failure the exception of the method
	 * @return whether a lock was not acquired in time, or there was a deadlock
	 */
	boolean isBlocked(Throwable failure);

	/**
	 * Change {@code CLAIMED} back to {@code DECIDED}, as if the call had not been
	 * claimed, unless a transaction of the run was committed. The run cannot commit any
	 * more. This holds for {@code UNKNOWN}, too: only the run itself can know that it has
	 * not entered the method.
	 * @param id the id
	 * @param runId the id of the run
	 * @param problem the problem before the claim
	 * @return whether the state was changed
	 */
	boolean release(String id, String runId, @Nullable String problem);

	/**
	 * End the run of a call in {@code CLAIMED} or {@code UNKNOWN}.
	 * @param id the id
	 * @param runId the id of the run
	 * @param state the final state
	 * @param problem the reason, or {@code null}
	 * @param now the time
	 * @return {@code false} if another run has the call, or an operator resolved it
	 */
	boolean endRun(String id, String runId, DurableState state, @Nullable String problem, Instant now);

	/**
	 * Change {@code CLAIMED} to {@code UNKNOWN}, unless another execution of the step
	 * that runs the call is in progress. That one may have claimed the call.
	 * @param id the id
	 * @param execution the version of the execution that finds the run lost
	 * @return whether the state was changed
	 */
	boolean lose(String id, long execution);

	/**
	 * Change {@code CLAIMED} to {@code UNKNOWN} because the run itself cannot determine
	 * its outcome.
	 * @param id the id
	 * @param runId the id of the run
	 * @param problem the reason
	 * @return {@code false} if another run has the call, or an operator resolved it
	 */
	boolean lose(String id, String runId, @Nullable String problem);

	/**
	 * End a call, if it has the state and the number of starts that were read.
	 * @param call the call as it was read
	 * @param state the final state
	 * @param problem the reason, or {@code null}
	 * @param now the time
	 * @return whether the state was changed
	 */
	boolean end(DurableCall call, DurableState state, @Nullable String problem, Instant now);

	/**
	 * End a call.
	 * @param id the id
	 * @param from the expected states
	 * @param state the final state
	 * @param problem the reason, or {@code null}
	 * @param now the time
	 * @return whether the state was changed
	 */
	boolean end(String id, Set<DurableState> from, DurableState state, @Nullable String problem, Instant now);

	/**
	 * Change {@code RECORDED} and {@code SUBMITTED} to {@code CANCELLING}.
	 * @param id the id
	 * @return whether the state was changed
	 */
	boolean cancelling(String id);

	/**
	 * End a call in {@code DECIDED} as {@code CANCELLED}. If its method has started
	 * before, that failure is its outcome.
	 * @param id the id
	 * @param now the time
	 * @return whether the state was changed
	 */
	boolean cancelled(String id, Instant now);

	/**
	 * Return whether a call is in {@code CANCELLING} or {@code CANCELLED}, whatever the
	 * transaction of the current thread saw before.
	 * @param id the id
	 * @return whether it is cancelled
	 */
	boolean isCancelled(String id);

	/**
	 * Change {@code UNKNOWN} to {@code RESOLVED}.
	 * @param id the id
	 * @param resolution the outcome
	 * @param now the time
	 * @return whether the state was changed
	 */
	boolean resolve(String id, Resolution resolution, Instant now);

	/**
	 * Record that the handlers were called.
	 * @param id the id
	 * @param now the time
	 * @return {@code false} if they were called before
	 */
	boolean notified(String id, Instant now);

	/**
	 * Delete calls that ended long ago.
	 * @param endedBefore the time of the end
	 * @return the ids of those whose handlers were not called with success
	 */
	List<String> deleteEnded(Instant endedBefore);

	/**
	 * Number of undecided calls.
	 *
	 * @param gate the guarded method
	 * @param requester the key of the requester, or {@code null} if there is none
	 * @param number the number of calls
	 * @param requests the number of requests about those that are not cancelled and do
	 * not expire now
	 * @param expiring the number of requests about those that expire now
	 * @param unsent the number of requests that the gateway has not accepted yet, or that
	 * are to be withdrawn
	 */
	record UndecidedCalls(String gate, @Nullable String requester, int number, int requests, int expiring, int unsent) {
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalListener.Attempt;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PendingApproval;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.Ballot;
import io.airlockapp.gateway.approvers.Ballot.State;
import io.airlockapp.gateway.approvers.CallTerms;
import io.airlockapp.gateway.approvers.EscalationStep;
import io.airlockapp.gateway.approvers.Tally;
import io.airlockapp.gateway.approvers.Tally.Outcome;
import io.airlockapp.gateway.exchange.PendingApprovals.Waiter;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.support.Deadline;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Obtains the approval of a group: asks each pairing by a request of its own, whose
 * exchange runs in a thread of its own, and counts their votes until the call is decided.
 * The thread that waits for the group alone counts, and receives what the others report
 * in the order of its arrival. The first final outcome ends the call.
 */
final class GroupApproval implements PendingApprovals.Requests {

	private static final Log logger = LogFactory.getLog(GroupApproval.class);

	private static final String DECIDED = "The call was decided";

	private static final String VOTED = "Another request to the same person was decided";

	private final String id = "call-" + UUID.randomUUID();

	private final ApprovalService approvals;

	private final ApprovalEnvironment environment;

	private final GroupRequest call;

	private final ApproverGroup group;

	private final CallTimes times;

	private final Attempt attempt;

	private final Tally tally;

	/**
	 * The requests by pairing, of which those with votes are in the order of their
	 * arrival.
	 */
	private final Map<String, BallotExchange> requests = new LinkedHashMap<>();

	/**
	 * The reasons by pairing for which there is no request.
	 */
	private final Map<String, AirlockGatewayException> unasked = new LinkedHashMap<>();

	/**
	 * The requests by pairing, for other threads.
	 */
	private final Map<String, BallotExchange> known = new ConcurrentHashMap<>();

	private final Arrivals arrivals;

	private final GroupFailures failures;

	/**
	 * The keys that an excluded requester has or had since the call was made.
	 */
	private final Set<String> requesterKeys = new HashSet<>();

	private final Admission admission;

	private @Nullable Deadline started;

	private @Nullable Waiter waiter;

	private int steps;

	private @Nullable String whyLeft;

	GroupApproval(ApprovalService approvals, ApprovalEnvironment environment, GroupRequest call, CallTimes times,
			Admission admission, Attempt attempt) {
		this.approvals = approvals;
		this.environment = environment;
		this.call = call;
		this.group = call.group();
		this.times = times;
		this.admission = admission;
		this.attempt = attempt;
		this.tally = new Tally(call.group(), call.persons());
		this.arrivals = new Arrivals(environment.ticker());
		this.failures = new GroupFailures(this.id, call.group());
	}

	PendingApproval pending() {
		return this.times.pending(this.id, this.call.request());
	}

	/**
	 * Prepare the requests to those who are asked first, and also to others if the quorum
	 * would be out of reach. Nothing is submitted yet.
	 * @throws ApprovalUnavailableException if the quorum is out of reach
	 */
	void prepare() {
		this.requesterKeys.addAll(readRequesterKeys());
		prepare(this.group.pairings(), terms());
		Tally.Result result = judge();
		if (result.outcome() != Outcome.UNDECIDED) {
			throw undecided(result);
		}
	}

	private CallTerms terms() {
		return CallTerms.of(this.id, this.group, this.call.persons(), this.call.requester());
	}

	private List<BallotExchange> prepare(Collection<String> pairings, CallTerms terms) {
		List<BallotExchange> prepared = new ArrayList<>();
		for (String name : pairings) {
			int revocations = this.environment.pending().revocations(name);
			Pairing pairing;
			try {
				pairing = this.approvals.requirePairing(name);
			}
			catch (ApprovalUnavailableException ex) {
				this.unasked.put(name, ex);
				continue;
			}
			BallotExchange request = new BallotExchange(this, this.approvals.prepare(this.call.request(), name, pairing,
					terms, this.times, this.call.artifactType(), this.admission.origin(), this.attempt), revocations);
			this.requests.put(name, request);
			this.known.put(name, request);
			prepared.add(request);
		}
		return prepared;
	}

	/**
	 * Submit the requests, and wait until the call is decided. Remaining requests are
	 * then withdrawn in their own threads.
	 * @param registration the registration of this thread
	 * @return the deciding vote
	 * @throws AirlockGatewayException if the group did not decide
	 */
	ApprovalVote decide(Waiter registration) {
		this.waiter = registration;
		this.started = Deadline.in(Duration.ZERO, this.environment.ticker());
		boolean alone = this.requests.size() == 1 && this.group.escalation().isEmpty();
		List.copyOf(this.requests.values()).forEach((request) -> start(request, alone));
		try {
			Tally.Result result = count();
			if (result.outcome() == Outcome.DENIED) {
				return deciding(Verdict.REJECT);
			}
			if (result.outcome() != Outcome.APPROVED) {
				throw undecided(result);
			}
			if (this.times.deadline().isOver()) {
				throw this.failures.tooLate();
			}
			return deciding(Verdict.APPROVE);
		}
		finally {
			this.arrivals.close();
			this.requests.values().forEach((request) -> request.cancel(DECIDED, true));
		}
	}

	/**
	 * Count until there is a final outcome, and nothing has arrived since.
	 */
	private Tally.Result count() {
		while (true) {
			Tally.Result result = judge();
			if (result.outcome() == Outcome.UNDECIDED) {
				result.needless().forEach((ballot) -> cancel(ballot.pairing(), VOTED));
				if (!isStepAsked(result)) {
					await();
				}
			}
			else if ((result.outcome() != Outcome.APPROVED || !isAnyStruck(result)) && !isNextProcessed()
					&& this.arrivals.closeIfEmpty()) {
				return result;
			}
		}
	}

	private Tally.Result judge() {
		return this.tally.judge(ballots(), this.steps);
	}

	private List<Ballot> ballots() {
		return Stream
			.concat(this.unasked.keySet().stream().map((pairing) -> Ballot.of(pairing, State.LOST)),
					this.requests.values().stream().map(BallotExchange::ballot))
			.toList();
	}

	/**
	 * Return the deciding vote: the last one that counts, with a verdict.
	 */
	private ApprovalVote deciding(Verdict verdict) {
		return votes().stream()
			.filter((vote) -> vote.verdict() == verdict && vote.counted())
			.reduce((first, second) -> (verdict == Verdict.APPROVE) ? second : first)
			.orElseThrow();
	}

	/**
	 * Return the votes.
	 * @return the votes in the order of their arrival
	 */
	List<ApprovalVote> votes() {
		Tally.Result result = judge();
		return this.requests.values()
			.stream()
			.flatMap((request) -> Stream.ofNullable(request.vote()))
			.map((vote) -> vote.counted(result.isCounted(vote.pairing(), vote.verdict())))
			.toList();
	}

	/**
	 * Strike the approvals that count, but whose key is no longer in force or is the
	 * requester's.
	 * @return whether there are any
	 */
	private boolean isAnyStruck(Tally.Result result) {
		this.requesterKeys.addAll(read(this::readRequesterKeys));
		boolean struck = false;
		for (Ballot counted : result.counted()) {
			struck |= isStruck(counted.pairing());
		}
		return struck;
	}

	private Set<String> readRequesterKeys() {
		return this.call.excluded()
			.stream()
			.flatMap((pairing) -> this.approvals.requesterKeys(pairing).stream())
			.collect(Collectors.toSet());
	}

	private boolean isStruck(String pairing) {
		BallotExchange request = this.requests.get(pairing);
		ApprovalVote vote = (request != null) ? request.vote() : null;
		if (request == null || vote == null || !request.isApproved()) {
			return false;
		}
		String key = vote.evidence().publicKey();
		boolean inForce = read(() -> this.approvals.rawKeys(request.prepared())).contains(key);
		if (inForce && !this.requesterKeys.contains(key)) {
			return false;
		}
		String why = inForce ? "it was signed with a key of the requester" : "its key was revoked";
		logger.warn("An approval of %s no longer counts, since %s (pairing '%s', key %s)".formatted(this.id, why,
				pairing, vote.signerKeyFingerprint()));
		request.lost(new ApprovalUnavailableException(
				"Request %s was approved, but %s".formatted(vote.requestId(), why), vote.requestId(), null));
		return true;
	}

	private Set<String> read(Supplier<Set<String>> keys) {
		return this.approvals.retried(this.id, this.times.deadline(), keys);
	}

	/**
	 * Ask the next step of the escalation if it is due.
	 */
	private boolean isStepAsked(Tally.Result result) {
		if (this.whyLeft != null || this.times.deadlines().waiting().isOver()) {
			return isAnyDropped();
		}
		for (int step = 0; step < this.steps; step++) {
			// A phone that the step left out is needed after all
			if (isAsked(step, true)) {
				return true;
			}
		}
		if (this.steps == this.group.escalation().size()) {
			return false;
		}
		EscalationStep step = this.group.escalation().get(this.steps);
		boolean inTime = untilStep(step).isZero();
		if (!inTime && !result.stepDue()) {
			return false;
		}
		isAsked(this.steps++, !inTime);
		return true;
	}

	private boolean isAsked(int index, boolean unavailable) {
		List<String> pairings = this.tally.toAsk(index, ballots());
		if (pairings.isEmpty()) {
			return false;
		}
		this.attempt.escalated(index + 1, pairings, unavailable);
		EscalationStep step = this.group.escalation().get(index);
		prepare(pairings, terms().atStep(index + 1, step, unavailable)).forEach((request) -> start(request, false));
		return true;
	}

	/**
	 * Give up those who were not asked, since it is too late for that.
	 */
	private boolean isAnyDropped() {
		this.steps = this.group.escalation().size();
		boolean dropped = false;
		for (String pairing : this.group.members()) {
			if (!this.requests.containsKey(pairing) && !this.unasked.containsKey(pairing)) {
				this.unasked.put(pairing, new ApprovalTimeoutException(
						"The pairing '%s' was not asked in time".formatted(pairing), this.id));
				dropped = true;
			}
		}
		return dropped;
	}

	private Duration untilStep(EscalationStep step) {
		return (this.started != null) ? this.started.plus(step.after()).remaining() : step.after();
	}

	private void start(BallotExchange request, boolean inThisThread) {
		String pairing = request.prepared().pairingName();
		if (this.environment.pending().revocations(pairing) != request.revocations()) {
			pairingRevoked(pairing);
		}
		if (!request.isWaiting()) {
			return;
		}
		Executor executor = inThisThread ? Runnable::run
				: (task) -> this.environment.executor().execute(this.environment.userBinding().decorate(task));
		request.start(executor, this.admission.take(pairing));
	}

	private void cancel(String pairing, String why) {
		BallotExchange request = this.known.get(pairing);
		if (request != null && !request.isInThread()) {
			request.cancel(why, true);
		}
	}

	/**
	 * Wait for the next report or the next step, but not beyond the deadline.
	 */
	private void await() {
		try {
			this.arrivals.await(this::untilNextStep);
		}
		catch (InterruptedException ex) {
			leave();
		}
		if (!isNextProcessed() && this.times.deadline().isOver()) {
			// What arrives now is too late
			this.requests.values()
				.stream()
				.filter(BallotExchange::isWaiting)
				.forEach((request) -> request.lost(new ApprovalTimeoutException(
						"The end of request %s is not known in time".formatted(request.requestId()),
						request.requestId())));
		}
	}

	/**
	 * Process a single report, since the first final outcome ends the call.
	 */
	private boolean isNextProcessed() {
		Runnable next = this.arrivals.poll();
		if (next != null) {
			next.run();
		}
		return next != null;
	}

	private Duration untilNextStep() {
		Duration left = this.times.deadline().remaining();
		if (this.whyLeft != null || this.steps == this.group.escalation().size()) {
			return left;
		}
		Duration untilStep = untilStep(this.group.escalation().get(this.steps));
		return (untilStep.compareTo(left) < 0) ? untilStep : left;
	}

	/**
	 * Withdraw all requests, since the call is not wanted any more. A decision that was
	 * made before is still received.
	 */
	private void leave() {
		String why = whyStopped();
		this.whyLeft = (why != null) ? why : "The thread that waited was interrupted";
		String reason = this.whyLeft;
		this.requests.values().forEach((request) -> request.cancel(reason, false));
	}

	@Nullable String whyStopped() {
		return (this.waiter != null) ? this.waiter.whyStopped() : null;
	}

	/**
	 * Run the exchange of a request in its thread.
	 */
	ApprovalVote vote(BallotExchange request) {
		return this.approvals.vote(request.prepared(), request);
	}

	/**
	 * Receive a vote in the thread of its request.
	 */
	void arrived(BallotExchange request, ApprovalVote vote) {
		if (!this.arrivals.add(() -> voted(request, vote))) {
			this.attempt.voted(vote.counted(false));
		}
	}

	/**
	 * Receive the failure of a request in its thread.
	 */
	void arrived(BallotExchange request, AirlockGatewayException failure) {
		if (!this.arrivals.add(() -> lost(request, failure))) {
			tampered(failure);
		}
	}

	private void voted(BallotExchange request, ApprovalVote vote) {
		if (!request.isWaiting()) {
			this.attempt.voted(vote.counted(false));
			return;
		}
		request.voted(vote);
		this.requests.remove(vote.pairing());
		this.requests.put(vote.pairing(), request);
		votes().stream().filter((counted) -> counted.requestId().equals(vote.requestId())).forEach(this.attempt::voted);
	}

	private void lost(BallotExchange request, AirlockGatewayException failure) {
		if (request.isWaiting()) {
			tampered(failure);
			request.lost(failure);
		}
	}

	private void tampered(AirlockGatewayException failure) {
		if (failure instanceof ApprovalVerificationException || failure.isOtherContent()) {
			this.attempt.tampered(failure);
		}
	}

	@Override
	public boolean contains(String requestId) {
		return this.known.values().stream().anyMatch((request) -> request.requestId().equals(requestId));
	}

	@Override
	public boolean pairingRevoked(String pairing) {
		if (this.known.containsKey(pairing)) {
			cancel(pairing, PendingApprovals.PAIRING_REVOKED);
			this.arrivals.add(() -> revoked(pairing));
		}
		// The others can still decide
		return false;
	}

	private void revoked(String pairing) {
		BallotExchange request = this.requests.get(pairing);
		if (request != null && request.isWaiting()) {
			request.lost(new ApprovalUnavailableException(PendingApprovals.PAIRING_REVOKED, request.requestId(), null));
		}
		isStruck(pairing);
	}

	private AirlockGatewayException undecided(Tally.Result result) {
		String why = (this.whyLeft != null) ? this.whyLeft : whyStopped();
		if (why != null && this.waiter != null) {
			return this.failures.interrupted(why, this.waiter);
		}
		if (this.times.deadlines().waiting().isOver()) {
			return this.failures.timeout(result);
		}
		Map<String, AirlockGatewayException> lost = new LinkedHashMap<>(this.unasked);
		this.requests.forEach((pairing, request) -> {
			if (request.failure() != null) {
				lost.put(pairing, request.failure());
			}
		});
		return this.failures.outOfReach(result.outcome(), lost);
	}

}

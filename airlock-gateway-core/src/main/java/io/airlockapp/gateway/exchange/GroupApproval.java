/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.FailureMessages;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.PendingApproval;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.approvers.CallTerms;
import io.airlockapp.gateway.approvers.Tally;
import io.airlockapp.gateway.approvers.Tally.Outcome;
import io.airlockapp.gateway.exchange.PairingRequests.AskedPairing;
import io.airlockapp.gateway.exchange.PairingRequests.PairingRequest;
import io.airlockapp.gateway.exchange.PendingApprovals.Waiter;
import io.airlockapp.gateway.support.Arrivals;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.core.task.TaskDecorator;

/**
 * Obtains the approval of a group: asks each pairing by a request of its own, whose
 * exchange runs in a thread of its own, and counts their votes until the call is decided.
 * The thread that waits for the group alone counts, and receives what the others report
 * in the order of its arrival. A final outcome ends the call, unless something has
 * arrived before it is applied.
 */
final class GroupApproval implements RequestedApproval {

	private static final String DECIDED = "The call was decided";

	private static final String VOTED = "Another request to the same person was decided";

	private final String id = "call-" + UUID.randomUUID();

	private final PairingRequests requests;

	private final ApprovalDependencies dependencies;

	private final ApprovalCall call;

	private final ApproverGroup group;

	private final CallTerms terms;

	private final GroupBallots ballots;

	private final BallotVerification verification;

	private final CountedKeys keys;

	private final Escalation escalation;

	/**
	 * The exchanges of the requests, which other threads read, too.
	 */
	private final List<BallotExchange> exchanges = new CopyOnWriteArrayList<>();

	private final Arrivals arrivals;

	private final GroupFailures failures;

	private @Nullable Waiter waiter;

	private @Nullable String whyLeft;

	GroupApproval(ApprovalService approvals, PairingRequests requests, ApprovalDependencies dependencies,
			ApprovalCall call) {
		this.requests = requests;
		this.dependencies = dependencies;
		this.call = call;
		String approvers = String.valueOf(call.request().getApprovers());
		String known = call.request().getRequester();
		String requester = (known != null) ? known : call.admission().origin().requester();
		ApproverGroups groups = dependencies.approvers();
		this.group = groups.forRequester(approvers, requester);
		this.terms = CallTerms.of(this.id, this.group, groups.persons(), requester);
		this.ballots = new GroupBallots(this.group, groups.persons(), call.attempt());
		this.verification = new BallotVerification(approvals, this.ballots, call.deadline(), dependencies);
		this.keys = new CountedKeys(this.id, requests, this.ballots, this.verification,
				groups.excludedPairings(approvers, requester));
		this.escalation = new Escalation(this.group.escalation(), this.ballots, dependencies.ticker());
		this.arrivals = new Arrivals(dependencies.ticker());
		this.failures = new GroupFailures(this.id, this.group);
	}

	/**
	 * Prepare the requests to those who are asked first. Nothing is submitted yet.
	 * @throws ApprovalUnavailableException if the quorum is out of reach
	 * @throws InvalidApprovalUsageException if the request cannot be sent to the group
	 */
	void prepare() {
		requireTimeAfterEscalation();
		prepare(this.group.pairings(), this.terms::addTo, false);
		Tally.Result result = judge();
		if (result.outcome() != Outcome.UNDECIDED) {
			throw undecided(result);
		}
	}

	private void requireTimeAfterEscalation() {
		try {
			this.group.requireTimeAfterEscalation(this.call.timeout());
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidApprovalUsageException("The request '%s' cannot be sent to the approvers '%s': %s"
				.formatted(this.call.request().getLabel(), this.group.name(), ex.getMessage()), ex);
		}
	}

	/**
	 * Prepare the requests to pairings.
	 * @param again whether a pairing that cannot be read is left to another try
	 */
	private List<BallotExchange> prepare(Collection<String> pairings, Consumer<ObjectNode> step, boolean again) {
		List<BallotExchange> prepared = new ArrayList<>();
		for (String pairing : pairings) {
			AskedPairing asked;
			try {
				asked = this.requests.require(pairing);
			}
			catch (InvalidApprovalUsageException ex) {
				// Its name is configured, so the caller has made no mistake
				this.ballots.lost(pairing,
						new ApprovalUnavailableException(
								"not paired, set '%s.code' or start a pairing with the PairingManager"
									.formatted(FailureMessages.propertiesOf(pairing)),
								null, ex));
				continue;
			}
			catch (ApprovalUnavailableException ex) {
				if (!again || !(ex instanceof ApprovalPairings.UnreadableException)) {
					this.ballots.lost(pairing, ex);
				}
				continue;
			}
			PairingRequest request = this.requests.prepare(this.call, asked, step);
			this.ballots.asked(request);
			prepared.add(new BallotExchange(this, request));
		}
		this.exchanges.addAll(prepared);
		return prepared;
	}

	@Override
	public PendingApproval pending() {
		return this.call.pending(this.id);
	}

	/**
	 * Submit the requests, and wait until the call is decided. Remaining requests are
	 * then withdrawn in their own threads.
	 * @param registration the registration of this thread
	 * @return the verified votes, which may be too late: of a denied call, those that
	 * count include a rejection, and otherwise they are sufficient
	 * @throws AirlockGatewayException if there is no decision
	 */
	List<ApprovalVote> decide(Waiter registration) {
		this.waiter = registration;
		this.escalation.start();
		boolean alone = this.exchanges.size() == 1 && this.group.escalation().isEmpty();
		try {
			this.exchanges.forEach((exchange) -> start(exchange, alone));
			Tally.Result result = count();
			if (result.outcome() != Outcome.DENIED && result.outcome() != Outcome.APPROVED) {
				throw undecided(result);
			}
			return votes();
		}
		finally {
			this.arrivals.close();
			this.exchanges.forEach((exchange) -> exchange.cancel(DECIDED, true));
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
				if (!this.verification.repeatDue() && !askDueStep(result)) {
					await();
				}
			}
			else if ((result.outcome() != Outcome.APPROVED || !this.keys.strikeAll(result))
					&& !this.arrivals.processNext() && this.arrivals.closeIfEmpty()) {
				return result;
			}
		}
	}

	private Tally.Result judge() {
		return this.ballots.judge(this.escalation.steps());
	}

	@Override
	public List<ApprovalVote> votes() {
		return this.ballots.votes();
	}

	/**
	 * Ask more approvers if a step of the escalation is due.
	 * @return whether one was due, or somebody was given up
	 */
	private boolean askDueStep(Tally.Result result) {
		if (this.whyLeft != null || isWaitOver()) {
			return giveUpUnasked();
		}
		Escalation.Step due = this.escalation.findDue(result);
		if (due != null && !due.pairings().isEmpty()) {
			ask(due);
		}
		return due != null;
	}

	private void ask(Escalation.Step due) {
		int number = due.index() + 1;
		List<BallotExchange> prepared = prepare(due.pairings(), (plaintext) -> {
			this.terms.addTo(plaintext);
			CallTerms.addStep(plaintext, number, this.group.escalation().get(due.index()), due.unavailable());
		}, true);
		List<String> asked = new ArrayList<>(due.pairings());
		if (asked.removeAll(this.ballots.unasked())) {
			this.escalation.postpone(due);
		}
		if (!asked.isEmpty()) {
			this.call.attempt().escalated(number, asked, due.unavailable());
			prepared.forEach((exchange) -> start(exchange, false));
		}
	}

	/**
	 * Give up those who were not asked, since it is too late for that.
	 * @return whether there are any
	 */
	private boolean giveUpUnasked() {
		this.escalation.end();
		List<String> unasked = this.ballots.unasked();
		unasked.forEach((pairing) -> this.ballots.lost(pairing,
				new ApprovalTimeoutException("The pairing '%s' was not asked in time".formatted(pairing), this.id)));
		return !unasked.isEmpty();
	}

	private void start(BallotExchange exchange, boolean inThisThread) {
		Executor executor = inThisThread ? Runnable::run : this.dependencies.executor();
		TaskDecorator userBinding = inThisThread ? (task) -> task : this.dependencies.userBinding();
		exchange.start(executor, userBinding, this.call.admission().take(exchange.pairing()));
	}

	private void cancel(String pairing, String why) {
		this.exchanges.stream()
			.filter((exchange) -> exchange.pairing().equals(pairing))
			.forEach((exchange) -> exchange.cancel(why, true));
	}

	/**
	 * Return whether the wait for decisions is over, after which requests are withdrawn.
	 */
	boolean isWaitOver() {
		return this.call.deadline().waiting().isOver();
	}

	/**
	 * Wait for the next report, step or verification, but not beyond the deadline.
	 */
	private void await() {
		try {
			this.arrivals.await(this::untilNext);
		}
		catch (InterruptedException ex) {
			leave();
		}
		if (!this.arrivals.processNext() && this.call.deadline().isOver()) {
			// What arrives now is too late
			List<PairingRequest> waiting = this.ballots.waiting();
			this.exchanges.stream()
				.filter((exchange) -> waiting.contains(exchange.request()))
				.forEach((exchange) -> this.ballots.lost(exchange.pairing(), exchange.failureAtDeadline()));
		}
	}

	private Duration untilNext() {
		Duration left = earlier(this.call.deadline().remaining(), this.escalation.untilNext());
		return earlier(left, this.verification.untilNext());
	}

	private static Duration earlier(Duration time, @Nullable Duration other) {
		return (other != null && other.compareTo(time) < 0) ? other : time;
	}

	/**
	 * Withdraw all requests, since the call is not wanted any more. A decision that was
	 * made before is still received.
	 */
	private void leave() {
		String why = whyStopped();
		String reason = (why != null) ? why : ApprovalExchange.LEFT_BY_CALLER;
		this.whyLeft = reason;
		this.exchanges.forEach((exchange) -> exchange.cancel(reason, false));
		this.verification.hurry();
	}

	@Nullable String whyStopped() {
		return (this.waiter != null) ? this.waiter.whyStopped() : null;
	}

	/**
	 * Create the exchange of a request in its thread.
	 */
	ApprovalExchange exchange(BallotExchange exchange) {
		return this.requests.exchange(exchange.request(), exchange::report);
	}

	/**
	 * Receive a decision in the thread of its request.
	 */
	void arrived(PairingRequest request, ReceivedDecision delivery) {
		if (!this.arrivals.add(() -> this.verification.verify(request, delivery))) {
			this.verification.late(request, delivery);
		}
	}

	/**
	 * Receive a report on a pairing in the thread of its request. A late one has no other
	 * thread.
	 */
	void arrived(Runnable report) {
		if (!this.arrivals.add(report)) {
			report.run();
		}
	}

	/**
	 * Receive the failure of a request in its thread.
	 */
	void arrived(String pairing, AirlockGatewayException failure) {
		if (!this.arrivals.add(() -> this.ballots.failed(pairing, failure))) {
			this.ballots.tampered(failure);
		}
	}

	@Override
	public boolean contains(String requestId) {
		return this.exchanges.stream().anyMatch((exchange) -> exchange.request().id().equals(requestId));
	}

	@Override
	public boolean pairingRevoked(String pairing) {
		cancel(pairing, PendingApprovals.PAIRING_REVOKED);
		this.arrivals.add(() -> revoked(pairing));
		// The others can still decide
		return false;
	}

	private void revoked(String pairing) {
		this.ballots.failed(pairing, new ApprovalUnavailableException(PendingApprovals.PAIRING_REVOKED, this.id, null));
		this.keys.strike(pairing);
	}

	private AirlockGatewayException undecided(Tally.Result result) {
		String why = (this.whyLeft != null) ? this.whyLeft : whyStopped();
		if (why != null && this.waiter != null) {
			return this.failures.interrupted(why, this.waiter);
		}
		Map<String, AirlockGatewayException> lost = this.ballots.lost();
		boolean late = result.outcome() == Outcome.UNDECIDED
				|| lost.values().stream().anyMatch(ApprovalTimeoutException.class::isInstance);
		return (late && isWaitOver()) ? this.failures.timeout(result, lost)
				: this.failures.outOfReach(result.outcome(), lost);
	}

}

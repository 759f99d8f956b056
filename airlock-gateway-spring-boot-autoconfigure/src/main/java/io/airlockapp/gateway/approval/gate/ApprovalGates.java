package io.airlockapp.gateway.approval.gate;

import java.time.Duration;
import java.time.InstantSource;

import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.exchange.ApprovalService;
import io.airlockapp.gateway.exchange.DndAudit;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.policy.DoNotDisturb;
import io.airlockapp.gateway.support.Ticker;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Factory methods for the gates that the guard is composed of.
 */
public final class ApprovalGates {

	private static final Log logger = LogFactory.getLog(ApprovalGates.class);

	private ApprovalGates() {
	}

	/**
	 * Return a gate that requests the approval of a person for each call.
	 * @param approvals the service that obtains the approvals
	 * @param journal the journal that ensures that an approval is used once
	 * @param publisher the publisher of the denials of this gate
	 * @return the gate
	 */
	public static ApprovalGate enforcing(ApprovalService approvals, ApprovalJournal journal,
			DenialPublisher publisher) {
		return new EnforcingApprovalGate(approvals, journal, publisher);
	}

	/**
	 * Return a gate that refuses calls whose wait would do harm: calls inside an open
	 * transaction, unless their annotation allows them, and calls in an event-loop
	 * thread. Other calls are delegated.
	 * @param gate the gate to delegate to
	 * @param allowInTransaction whether all calls may wait inside an open transaction
	 * @param publisher the publisher of the denials of this gate
	 * @return the gate
	 */
	public static ApprovalGate withBlockingCheck(ApprovalGate gate, boolean allowInTransaction,
			DenialPublisher publisher) {
		return new BlockingCheckApprovalGate(gate, allowInTransaction, publisher);
	}

	/**
	 * Return a gate that denies the calls that a do-not-disturb policy denies, without an
	 * approval request. All other calls are delegated, even if a policy approves them.
	 * @param gate the gate to delegate to
	 * @param doNotDisturb the policies
	 * @param artifactType the artifact type of calls whose annotation does not set it
	 * @param publisher the publisher of the denials by policies
	 * @return the gate
	 */
	public static ApprovalGate withDenyingPolicies(ApprovalGate gate, DoNotDisturb doNotDisturb, String artifactType,
			DenialPublisher publisher) {
		PolicyLookup policies = new PolicyLookup(doNotDisturb, artifactType, publisher);
		return (call) -> {
			// A policy's approval is ignored, so that a person decides
			policies.findApproval(GuardedInvocation.of(call));
			gate.authorize(call);
		};
	}

	/**
	 * Return a gate that denies the calls that a do-not-disturb policy denies, and
	 * <em>authorizes calls without a person's approval</em> if a policy approves them.
	 * Policies are not signed. Other calls are delegated, as are calls whose pairing is
	 * not in force, even if a policy approves them.
	 * @param gate the gate to delegate to
	 * @param doNotDisturb the policies
	 * @param artifactType the artifact type of calls whose annotation does not set it
	 * @param pairings the pairings in force
	 * @param publisher the publisher of the decisions by policies
	 * @param audit the audit that informs the approver of calls that ran
	 * @return the gate
	 */
	public static ApprovalGate withOpeningPolicies(ApprovalGate gate, DoNotDisturb doNotDisturb, String artifactType,
			PairingSource pairings, DenialPublisher publisher, DndAudit audit) {
		return new PolicyApprovalGate(gate, new PolicyLookup(doNotDisturb, artifactType, publisher), pairings,
				publisher, audit);
	}

	/**
	 * Return a gate that denies a call without an approval request for a time after a
	 * person denied the same call. Other calls are delegated.
	 * @param gate the gate to delegate to
	 * @param cooldown the time during which a denial applies
	 * @param ticker the source of elapsed time
	 * @param publisher the publisher of the denials of this gate
	 * @return the gate
	 */
	public static ApprovalGate withCooldown(ApprovalGate gate, Duration cooldown, Ticker ticker,
			DenialPublisher publisher) {
		return new DenialCooldownApprovalGate(gate, cooldown, ticker, publisher);
	}

	/**
	 * Return a gate that refuses a call while equal calls are pending. Other calls are
	 * delegated.
	 * @param gate the gate to delegate to
	 * @param allowed the number of equal calls that may be pending at the same time
	 * @param publisher the publisher of the denials of this gate
	 * @return the gate
	 */
	public static ApprovalGate refusingDuplicates(ApprovalGate gate, int allowed, DenialPublisher publisher) {
		return new DuplicateApprovalGate(gate, allowed, publisher);
	}

	/**
	 * Return a gate that suspends requests of a guarded method and requester for a time
	 * after too many of them were denied or timed out.
	 * @param gate the gate to delegate to
	 * @param after the number of denials and timeouts
	 * @param within the period in which they are counted
	 * @param rest the duration of the pause
	 * @param clock the time of day
	 * @param ticker the source of elapsed time
	 * @param publisher the publisher of the denials of this gate
	 * @return the gate
	 */
	public static ApprovalGate pausing(ApprovalGate gate, int after, Duration within, Duration rest,
			InstantSource clock, Ticker ticker, DenialPublisher publisher) {
		return new PausingApprovalGate(gate, after, within, rest, clock, ticker, publisher);
	}

	/**
	 * Return a gate that limits the number of pending calls. It refuses excess calls
	 * before any other processing, and delegates the decisions.
	 * @param gate the gate to delegate to
	 * @param pending the pending approvals
	 * @param publisher the publisher of the denials of this gate
	 * @return the gate
	 */
	public static ApprovalGate admitting(ApprovalGate gate, PendingApprovals pending, DenialPublisher publisher) {
		return new AdmittingApprovalGate(gate, pending, publisher);
	}

	/**
	 * Return a gate that refuses all calls.
	 * @param reason the reason why no approval can be requested, and the remedy
	 * @param publisher the publisher of the denials of this gate
	 * @return the gate
	 */
	public static ApprovalGate closed(String reason, DenialPublisher publisher) {
		return (call) -> {
			throw publisher.refused(call,
					new ApprovalUnavailableException("%s needs an approval. %s".formatted(call, reason), null, null));
		};
	}

	/**
	 * Return a gate that authorizes all calls without approval, and logs a warning for
	 * each.
	 * @return the gate
	 */
	public static ApprovalGate bypass() {
		logger.warn("Methods with @RequiresAirlockApproval run WITHOUT approval, since "
				+ "'airlock.gateway.approval.mode' is 'bypass'");
		return (call) -> logger
			.warn("%s runs WITHOUT approval ('airlock.gateway.approval.mode' is 'bypass')".formatted(call));
	}

}

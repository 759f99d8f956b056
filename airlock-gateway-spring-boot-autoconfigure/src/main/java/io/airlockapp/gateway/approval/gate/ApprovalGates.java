package io.airlockapp.gateway.approval.gate;

import java.time.Duration;
import java.time.InstantSource;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.exchange.DndAudit;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.policy.DoNotDisturb;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Factory methods for the gates of which the guard is composed.
 */
public final class ApprovalGates {

	private static final Log logger = LogFactory.getLog(ApprovalGates.class);

	private ApprovalGates() {
	}

	/**
	 * Return a gate that asks a person for each call.
	 * @param operations the gateway
	 * @param journal makes sure that an approval is used once
	 * @param reporter is told of what the gate itself refuses
	 * @return the gate
	 */
	public static ApprovalGate enforcing(AirlockGatewayOperations operations, ApprovalJournal journal,
			DenialPublisher reporter) {
		return new EnforcingApprovalGate(operations, journal, reporter);
	}

	/**
	 * Return a gate that refuses a call whose wait would do harm, and else asks another:
	 * a call inside an open transaction, unless its annotation allows it, and a call in
	 * an event loop's thread.
	 * @param gate the gate to be asked
	 * @param allowInTransaction whether all calls may keep an open transaction waiting
	 * @param reporter is told of what the gate itself refuses
	 * @return the gate
	 */
	public static ApprovalGate withBlockingCheck(ApprovalGate gate, boolean allowInTransaction,
			DenialPublisher reporter) {
		return new BlockingCheckApprovalGate(gate, allowInTransaction, reporter);
	}

	/**
	 * Return a gate that asks another, but denies a call without asking where a
	 * do-not-disturb policy does. Whatever policies approve, the other is asked.
	 * @param gate the gate to be asked
	 * @param doNotDisturb the policies
	 * @param artifactType the artifact type of calls whose annotation names none
	 * @param reporter is told of what policies decide
	 * @return the gate
	 */
	public static ApprovalGate withDenyingPolicies(ApprovalGate gate, DoNotDisturb doNotDisturb, String artifactType,
			DenialPublisher reporter) {
		PolicyLookup policies = new PolicyLookup(doNotDisturb, artifactType, reporter);
		return (call) -> {
			// What a policy approves is put to the person like anything else
			policies.findApproval(GuardedInvocation.of(call));
			gate.authorize(call);
		};
	}

	/**
	 * Return a gate that asks another, but denies a call, or <em>lets it run without a
	 * person's approval</em>, where a do-not-disturb policy does. Policies are not
	 * signed. Where the call's pairing is not in force, the other gate is asked whatever
	 * policies approve.
	 * @param gate the gate to be asked
	 * @param doNotDisturb the policies
	 * @param artifactType the artifact type of calls whose annotation names none
	 * @param pairings the pairings in force
	 * @param reporter is told of what policies decide
	 * @param audit tells the approver what ran
	 * @return the gate
	 */
	public static ApprovalGate withOpeningPolicies(ApprovalGate gate, DoNotDisturb doNotDisturb, String artifactType,
			PairingSource pairings, DenialPublisher reporter, DndAudit audit) {
		return new PolicyApprovalGate(gate, new PolicyLookup(doNotDisturb, artifactType, reporter), pairings, reporter,
				audit);
	}

	/**
	 * Return a gate that asks another, but denies a call without asking while a person's
	 * no to the same call is fresh.
	 * @param gate the gate to be asked
	 * @param cooldown how long a no is fresh
	 * @param ticker elapsed time
	 * @param reporter is told of what the gate itself denies
	 * @return the gate
	 */
	public static ApprovalGate withCooldown(ApprovalGate gate, Duration cooldown, Ticker ticker,
			DenialPublisher reporter) {
		return new DenialCooldownApprovalGate(gate, cooldown, ticker, reporter);
	}

	/**
	 * Return a gate that asks another, but denies a call equal to others that wait.
	 * @param gate the gate to be asked
	 * @param allowed how many equal calls may wait at the same time
	 * @param reporter is told of what the gate itself refuses
	 * @return the gate
	 */
	public static ApprovalGate refusingDuplicates(ApprovalGate gate, int allowed, DenialPublisher reporter) {
		return new DuplicateApprovalGate(gate, allowed, reporter);
	}

	/**
	 * Return a gate that asks another, but rests for a time after so many questions of
	 * one guarded method and requester were denied or not answered.
	 * @param gate the gate to be asked
	 * @param after how many
	 * @param within in which time
	 * @param rest for how long
	 * @param clock the time of day
	 * @param ticker elapsed time
	 * @param reporter is told of what the gate itself refuses
	 * @return the gate
	 */
	public static ApprovalGate pausing(ApprovalGate gate, int after, Duration within, Duration rest,
			InstantSource clock, Ticker ticker, DenialPublisher reporter) {
		return new PausingApprovalGate(gate, after, within, rest, clock, ticker, reporter);
	}

	/**
	 * Return a gate that admits as many calls as may be pending, before anything is done
	 * for them, and has another decide.
	 * @param gate the gate to be asked
	 * @param pending the approvals that are being waited for
	 * @param reporter is told of what the gate itself refuses
	 * @return the gate
	 */
	public static ApprovalGate admitting(ApprovalGate gate, PendingApprovals pending, DenialPublisher reporter) {
		return new AdmittingApprovalGate(gate, pending, reporter);
	}

	/**
	 * Return a gate that lets nothing pass.
	 * @param reason why nobody can be asked, and how to mend it
	 * @param reporter is told of the refusals
	 * @return the gate
	 */
	public static ApprovalGate closed(String reason, DenialPublisher reporter) {
		return (call) -> {
			throw reporter.refused(call,
					new ApprovalUnavailableException("%s needs an approval. %s".formatted(call, reason), null, null));
		};
	}

	/**
	 * Return a gate that lets everything pass, and says so in the log each time.
	 * @return the gate
	 */
	public static ApprovalGate bypass() {
		logger.warn("Methods with @RequiresAirlockApproval run WITHOUT approval, since "
				+ "'airlock.gateway.approval.mode' is 'bypass'");
		return (call) -> logger
			.warn("%s runs WITHOUT approval ('airlock.gateway.approval.mode' is 'bypass')".formatted(call));
	}

}

package io.airlockapp.gateway.approval;

import java.time.Duration;
import java.time.InstantSource;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.client.Ticker;
import io.airlockapp.gateway.exchange.Admission;
import io.airlockapp.gateway.exchange.DndAudit;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.policy.DoNotDisturb;

/**
 * Decides whether a guarded call may run.
 */
@FunctionalInterface
public interface ApprovalGate {

	/**
	 * Return normally only if the call may run now. This is called in the thread that
	 * waits, which is the caller's unless the method returns a future or a publisher.
	 * @param call the guarded call
	 * @throws AirlockGatewayException if the call must not run, for whatever reason
	 */
	void pass(GuardedCall call);

	/**
	 * Take the place that a call needs while it waits, before a thread, a snapshot or
	 * anything else is spent on it. This is called where the call or the subscription
	 * comes from, unless a condition is evaluated first. By default no place is needed.
	 * @param call the guarded call, which is then passed by {@link Admission#run}
	 * @return the place, which is given back when the call has passed or must not run
	 * @throws AirlockGatewayException if there is none, so that the call must not run
	 */
	default Admission admit(GuardedCall call) {
		return Admission.none();
	}

	/**
	 * Return a gate that asks a person for each call.
	 * @param operations the gateway
	 * @param journal makes sure that an approval is used once
	 * @param allowInTransaction whether all calls may keep an open transaction waiting
	 * @param reporter is told of what the gate itself refuses
	 * @return the gate
	 */
	static ApprovalGate enforcing(AirlockGatewayOperations operations, ApprovalJournal journal,
			boolean allowInTransaction, RefusalReporter reporter) {
		return new EnforcingApprovalGate(operations, journal, reporter).waitingHarmlessly(allowInTransaction, reporter);
	}

	/**
	 * Return a gate that refuses a call whose wait would do harm, and else asks this one:
	 * a call inside an open transaction, unless its annotation allows it, and a call in
	 * an event loop's thread.
	 * @param allowInTransaction whether all calls may keep an open transaction waiting
	 * @param reporter is told of what the gate itself refuses
	 * @return the gate
	 */
	default ApprovalGate waitingHarmlessly(boolean allowInTransaction, RefusalReporter reporter) {
		return new HarmlessWaitApprovalGate(this, allowInTransaction, reporter);
	}

	/**
	 * Return a gate that asks this one, but denies a call without asking where a
	 * do-not-disturb policy does. Whatever policies approve, this one is asked.
	 * @param doNotDisturb the policies
	 * @param artifactType the artifact type of calls whose annotation names none
	 * @param reporter is told of what policies decide
	 * @return the gate
	 */
	default ApprovalGate withDenyingPolicies(DoNotDisturb doNotDisturb, String artifactType, RefusalReporter reporter) {
		return new DenyingPolicyGate(this, new PolicyLookup(doNotDisturb, artifactType, reporter));
	}

	/**
	 * Return a gate that asks this one, but denies a call, or <em>lets it run without a
	 * person's approval</em>, where a do-not-disturb policy does. Policies are not
	 * signed. Where the call's pairing is not in force, this gate is asked whatever
	 * policies approve.
	 * @param doNotDisturb the policies
	 * @param artifactType the artifact type of calls whose annotation names none
	 * @param pairings the pairings in force
	 * @param reporter is told of what policies decide
	 * @param audit tells the approver what ran
	 * @return the gate
	 */
	default ApprovalGate withOpeningPolicies(DoNotDisturb doNotDisturb, String artifactType, PairingSource pairings,
			RefusalReporter reporter, DndAudit audit) {
		return new OpeningPolicyGate(this, new PolicyLookup(doNotDisturb, artifactType, reporter), pairings, reporter,
				audit);
	}

	/**
	 * Return a gate that asks this one, but denies a call without asking while a person's
	 * no to the same call is fresh.
	 * @param cooldown how long a no is fresh
	 * @param ticker elapsed time
	 * @param reporter is told of what the gate itself denies
	 * @return the gate
	 */
	default ApprovalGate withCooldown(Duration cooldown, Ticker ticker, RefusalReporter reporter) {
		return new CoolingApprovalGate(this, cooldown, ticker, reporter);
	}

	/**
	 * Return a gate that asks this one, but denies a call equal to others that wait.
	 * @param allowed how many equal calls may wait at the same time
	 * @param reporter is told of what the gate itself refuses
	 * @return the gate
	 */
	default ApprovalGate refusingDuplicates(int allowed, RefusalReporter reporter) {
		return new DuplicateApprovalGate(this, allowed, reporter);
	}

	/**
	 * Return a gate that asks this one, but rests for a time after so many questions of
	 * one guarded method and requester were denied or not answered.
	 * @param after how many
	 * @param within in which time
	 * @param rest for how long
	 * @param clock the time of day
	 * @param ticker elapsed time
	 * @param reporter is told of what the gate itself refuses
	 * @return the gate
	 */
	default ApprovalGate pausing(int after, Duration within, Duration rest, InstantSource clock, Ticker ticker,
			RefusalReporter reporter) {
		return new PausingApprovalGate(this, after, within, rest, clock, ticker, reporter);
	}

	/**
	 * Return a gate that admits as many calls as may be pending, before anything is done
	 * for them, and has this one decide.
	 * @param pending the approvals that are being waited for
	 * @param reporter is told of what the gate itself refuses
	 * @return the gate
	 */
	default ApprovalGate admitting(PendingApprovals pending, RefusalReporter reporter) {
		return new AdmittingApprovalGate(this, pending, reporter);
	}

	/**
	 * Return a gate that lets nothing pass.
	 * @param reason why nobody can be asked, and how to mend it
	 * @param reporter is told of the refusals
	 * @return the gate
	 */
	static ApprovalGate closed(String reason, RefusalReporter reporter) {
		return new ClosedApprovalGate(reason, reporter);
	}

	/**
	 * Return a gate that lets everything pass, and says so in the log each time.
	 * @return the gate
	 */
	static ApprovalGate bypass() {
		return new BypassApprovalGate();
	}

}

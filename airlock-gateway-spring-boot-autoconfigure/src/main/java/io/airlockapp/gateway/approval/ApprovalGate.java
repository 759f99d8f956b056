package io.airlockapp.gateway.approval;

import java.time.Duration;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.client.Ticker;

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
	 * Return a gate that asks a person for each call.
	 * @param operations the gateway
	 * @param journal makes sure that an approval is used once
	 * @param allowInTransaction whether all calls may keep an open transaction waiting
	 * @param reporter is told of what the gate itself refuses
	 * @return the gate
	 */
	static ApprovalGate enforcing(AirlockGatewayOperations operations, ApprovalJournal journal,
			boolean allowInTransaction, RefusalReporter reporter) {
		return new EnforcingApprovalGate(operations, journal, allowInTransaction, reporter);
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

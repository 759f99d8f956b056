package io.airlockapp.gateway.approval;

import java.time.Duration;
import java.util.function.BooleanSupplier;

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
	 * Return normally only if the call may run now.
	 * @param call the guarded call
	 * @throws AirlockGatewayException if the call must not run, for whatever reason
	 */
	void pass(GuardedCall call);

	/**
	 * Return a gate that asks a person for each call.
	 * @param operations the gateway
	 * @param journal makes sure that an approval is used once
	 * @param openTransaction tells whether a transaction is open that must not be kept
	 * open while a person decides
	 * @return the gate
	 */
	static ApprovalGate enforcing(AirlockGatewayOperations operations, ApprovalJournal journal,
			BooleanSupplier openTransaction) {
		return new EnforcingApprovalGate(operations, journal, openTransaction);
	}

	/**
	 * Return a gate that asks this one, but denies a call without asking while a person's
	 * no to the same call is fresh.
	 * @param cooldown how long a no is fresh
	 * @param ticker elapsed time
	 * @return the gate
	 */
	default ApprovalGate withCooldown(Duration cooldown, Ticker ticker) {
		return new CoolingApprovalGate(this, cooldown, ticker);
	}

	/**
	 * Return a gate that lets nothing pass.
	 * @param reason why nobody can be asked, and how to mend it
	 * @return the gate
	 */
	static ApprovalGate closed(String reason) {
		return new ClosedApprovalGate(reason);
	}

	/**
	 * Return a gate that lets everything pass, and says so in the log each time.
	 * @return the gate
	 */
	static ApprovalGate bypass() {
		return new BypassApprovalGate();
	}

}

package io.airlockapp.gateway.simulator;

import io.airlockapp.gateway.harp.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Decision for the approver to make.
 *
 * @param verdict the verdict
 * @param reason the reason the approver gives, or {@code null}
 */
public record SimulatedDecision(Verdict verdict, @Nullable String reason) {

	/**
	 * Approve without a reason.
	 * @return the decision
	 */
	public static SimulatedDecision approve() {
		return new SimulatedDecision(Verdict.APPROVE, null);
	}

	/**
	 * Approve with a reason.
	 * @param reason the reason
	 * @return the decision
	 */
	public static SimulatedDecision approve(String reason) {
		return new SimulatedDecision(Verdict.APPROVE, reason);
	}

	/**
	 * Reject without a reason.
	 * @return the decision
	 */
	public static SimulatedDecision reject() {
		return new SimulatedDecision(Verdict.REJECT, null);
	}

	/**
	 * Reject with a reason.
	 * @param reason the reason
	 * @return the decision
	 */
	public static SimulatedDecision reject(String reason) {
		return new SimulatedDecision(Verdict.REJECT, reason);
	}

	/**
	 * Return the verdict's word on the wire.
	 */
	String word() {
		return (this.verdict == Verdict.APPROVE) ? "approve" : "reject";
	}

}

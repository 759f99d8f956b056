/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import io.airlockapp.gateway.harp.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Decision of the simulated approver.
 *
 * @param verdict the verdict
 * @param reason the approver's reason, or {@code null}
 */
public record SimulatedDecision(Verdict verdict, @Nullable String reason) {

	/**
	 * Create an approval without a reason.
	 * @return the decision
	 */
	public static SimulatedDecision approve() {
		return new SimulatedDecision(Verdict.APPROVE, null);
	}

	/**
	 * Create an approval with a reason.
	 * @param reason the reason
	 * @return the decision
	 */
	public static SimulatedDecision approve(String reason) {
		return new SimulatedDecision(Verdict.APPROVE, reason);
	}

	/**
	 * Create a rejection without a reason.
	 * @return the decision
	 */
	public static SimulatedDecision reject() {
		return new SimulatedDecision(Verdict.REJECT, null);
	}

	/**
	 * Create a rejection with a reason.
	 * @param reason the reason
	 * @return the decision
	 */
	public static SimulatedDecision reject(String reason) {
		return new SimulatedDecision(Verdict.REJECT, reason);
	}

	/**
	 * Return the verdict as it is sent.
	 */
	public String word() {
		return (this.verdict == Verdict.APPROVE) ? "approve" : "reject";
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval;

/**
 * Strategy interface for placing a gate in front of the one that requests the approval of
 * a person. Beans of this type are applied to the auto-configured gate in their order, so
 * that the first is next to that gate. Limits, pauses, the cooldown and the check for
 * open transactions stay in front of all decorators.
 */
@FunctionalInterface
public interface ApprovalGateDecorator {

	/**
	 * Return the gate to use in place of another.
	 * @param gate a gate that authorizes only approved calls
	 * @return a gate in front of it
	 */
	ApprovalGate decorate(ApprovalGate gate);

}

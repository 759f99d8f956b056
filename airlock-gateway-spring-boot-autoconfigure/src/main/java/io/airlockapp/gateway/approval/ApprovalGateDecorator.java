/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval;

/**
 * Strategy interface for placing a gate in front of the one that requests the approval of
 * a person. Beans of this type are applied to the auto-configured gate in their order, so
 * that the first is next to that gate. Limits, pauses, the cooldown and the checks for
 * open transactions and for equal calls stay in front of all decorators. Durable calls
 * pass no gate. An {@link ApprovalGate} bean of the application replaces the
 * auto-configured gate, to which decorators are then not applied.
 */
@FunctionalInterface
public interface ApprovalGateDecorator {

	/**
	 * Return the gate to use in place of another.
	 * @param gate a gate that authorizes only approved calls
	 * @return a gate in front of it, whose method {@link ApprovalGate#admit} is not
	 * called
	 */
	ApprovalGate decorate(ApprovalGate gate);

}

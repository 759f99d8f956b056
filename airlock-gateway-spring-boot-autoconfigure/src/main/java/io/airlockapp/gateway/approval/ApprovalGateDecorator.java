package io.airlockapp.gateway.approval;

/**
 * Strategy interface for placing a gate in front of the one that requests the approval of
 * a person. Beans of this type are applied to the auto-configured gate in their order, so
 * the first is next to that gate. Limits, pauses, the cool-down and the check for open
 * transactions stay in front of all.
 */
@FunctionalInterface
public interface ApprovalGateDecorator {

	/**
	 * Return the gate that calls reach instead.
	 * @param gate a gate that lets pass what a person approved
	 * @return a gate in front of it
	 */
	ApprovalGate decorate(ApprovalGate gate);

}

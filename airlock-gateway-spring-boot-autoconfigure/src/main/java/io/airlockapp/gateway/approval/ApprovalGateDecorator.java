package io.airlockapp.gateway.approval;

/**
 * Puts a gate in front of the one that asks a person. Beans of this type are applied to
 * the auto-configured gate in their order, so the first stands next to the person;
 * limits, rest, the cool-down and the check for open transactions stay in front of all.
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

package io.airlockapp.gateway.policy;

/**
 * Enumeration of the modes of do-not-disturb policies, which limit their effect. Policies
 * are not signed: the gateway can make them up.
 */
public enum DndMode {

	/**
	 * They may deny a call before anybody is asked. What they approve is ignored.
	 */
	DENY_ONLY,

	/**
	 * They are neither asked for nor honoured.
	 */
	OFF,

	/**
	 * They may deny a call, and let one run without asking anybody.
	 */
	FULL

}

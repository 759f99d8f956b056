package io.airlockapp.gateway.policy;

/**
 * What do-not-disturb policies may do. They are not signed: the gateway can make them up.
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

package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.policy.DndMode;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of do-not-disturb policies.
 */
@ConfigurationProperties("airlock.gateway.dnd")
class AirlockDndProperties {

	/**
	 * What do-not-disturb policies may do; with full, they can open the gate unsigned.
	 */
	private DndMode mode = DndMode.DENY_ONLY;

	public DndMode getMode() {
		return this.mode;
	}

	public void setMode(DndMode mode) {
		this.mode = mode;
	}

}

package io.airlockapp.gateway.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of what is observed about approvals.
 */
@ConfigurationProperties("airlock.gateway.observation")
class AirlockObservationProperties {

	/**
	 * Whether requests tell the gateway, in clear text, which trace they belong to.
	 */
	private boolean propagateTrace = true;

	public boolean isPropagateTrace() {
		return this.propagateTrace;
	}

	public void setPropagateTrace(boolean propagateTrace) {
		this.propagateTrace = propagateTrace;
	}

}

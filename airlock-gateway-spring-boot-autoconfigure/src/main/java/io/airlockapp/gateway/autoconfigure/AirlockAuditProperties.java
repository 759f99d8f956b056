package io.airlockapp.gateway.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of audit events.
 */
@ConfigurationProperties("airlock.gateway.audit")
class AirlockAuditProperties {

	/**
	 * Whether audit events have what proves a decision later.
	 */
	private boolean evidence;

	public boolean isEvidence() {
		return this.evidence;
	}

	public void setEvidence(boolean evidence) {
		this.evidence = evidence;
	}

}

package io.airlockapp.gateway.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of the user's consent to this application.
 */
@ConfigurationProperties("airlock.gateway.consent")
class AirlockConsentProperties {

	/**
	 * Whether to check at start, in the background, that the user consented to this
	 * application.
	 */
	private boolean checkAtStart = true;

	public boolean isCheckAtStart() {
		return this.checkAtStart;
	}

	public void setCheckAtStart(boolean checkAtStart) {
		this.checkAtStart = checkAtStart;
	}

}

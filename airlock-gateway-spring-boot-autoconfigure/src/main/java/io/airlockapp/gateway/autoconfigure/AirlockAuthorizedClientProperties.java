package io.airlockapp.gateway.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of the access tokens of Spring Security.
 */
@ConfigurationProperties("airlock.gateway.auth")
class AirlockAuthorizedClientProperties {

	/**
	 * Spring Security's OAuth client registration whose access tokens say who the user
	 * is.
	 */
	private @Nullable String clientRegistrationId;

	public @Nullable String getClientRegistrationId() {
		return this.clientRegistrationId;
	}

	public void setClientRegistrationId(@Nullable String clientRegistrationId) {
		this.clientRegistrationId = clientRegistrationId;
	}

}

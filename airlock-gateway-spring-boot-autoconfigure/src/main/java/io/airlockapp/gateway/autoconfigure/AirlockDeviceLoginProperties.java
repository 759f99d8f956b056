package io.airlockapp.gateway.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of the device login.
 */
@ConfigurationProperties("airlock.gateway.auth.device-login")
class AirlockDeviceLoginProperties {

	/**
	 * Whether a person signs in with a code on another device.
	 */
	private boolean enabled;

	/**
	 * Issuer of the only identity provider to sign in at; without it, the gateway names
	 * the page where a person signs in, and the start warns of that.
	 */
	private @Nullable String issuerUri;

	/**
	 * Client id at the identity provider; by default the one that the gateway names.
	 */
	private @Nullable String clientId;

	/**
	 * Scope to ask for, words separated by spaces.
	 */
	private String scope = "openid profile email";

	/**
	 * Number of codes that are shown one after the other until somebody signs in.
	 */
	private int maxCodes = 10;

	/**
	 * Whether codes are shown in the log, of which whoever enters one first is the user.
	 */
	private boolean logCode;

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public @Nullable String getIssuerUri() {
		return this.issuerUri;
	}

	public void setIssuerUri(@Nullable String issuerUri) {
		this.issuerUri = issuerUri;
	}

	public @Nullable String getClientId() {
		return this.clientId;
	}

	public void setClientId(@Nullable String clientId) {
		this.clientId = clientId;
	}

	public String getScope() {
		return this.scope;
	}

	public void setScope(String scope) {
		this.scope = scope;
	}

	public int getMaxCodes() {
		return this.maxCodes;
	}

	public void setMaxCodes(int maxCodes) {
		this.maxCodes = maxCodes;
	}

	public boolean isLogCode() {
		return this.logCode;
	}

	public void setLogCode(boolean logCode) {
		this.logCode = logCode;
	}

}

package io.airlockapp.gateway.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the device login.
 *
 * @param enabled Whether a person signs in with a code on another device.
 * @param issuerUri Issuer of the only identity provider to sign in at; without it, the
 * gateway names the page where a person signs in, and the start warns of that.
 * @param clientId Client id at the identity provider; by default the one that the gateway
 * names.
 * @param scope Scope to ask for, words separated by spaces.
 * @param maxCodes Number of codes that are shown one after the other until somebody signs
 * in.
 * @param logCode Whether codes are shown in the log, of which whoever enters one first is
 * the user.
 */
@ConfigurationProperties("airlock.gateway.auth.device-login")
record AirlockDeviceLoginProperties(@DefaultValue("false") boolean enabled, @Nullable String issuerUri,
		@Nullable String clientId, @DefaultValue("openid profile email") String scope, @DefaultValue("10") int maxCodes,
		@DefaultValue("false") boolean logCode) {
}

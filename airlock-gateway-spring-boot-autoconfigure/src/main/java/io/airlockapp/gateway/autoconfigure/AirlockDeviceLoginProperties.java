/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.net.URI;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the device login.
 *
 * @param enabled Whether a person signs in with a code on another device.
 * @param issuerUri Issuer of the identity provider; without it, the gateway selects the
 * page on which a person signs in, and a warning is logged at start.
 * @param clientId Client id at the identity provider; by default the one that the gateway
 * names.
 * @param scope Scope to request, separated by spaces.
 * @param maxCodes Maximum number of codes that are shown one after the other until a
 * person signs in.
 * @param logCode Whether codes are logged; the person who enters a code first becomes the
 * user.
 */
@ConfigurationProperties("airlock.gateway.auth.device-login")
record AirlockDeviceLoginProperties(@DefaultValue("false") boolean enabled, @Nullable URI issuerUri,
		@Nullable String clientId, @DefaultValue("openid profile email") String scope, @DefaultValue("10") int maxCodes,
		@DefaultValue("false") boolean logCode) {
}

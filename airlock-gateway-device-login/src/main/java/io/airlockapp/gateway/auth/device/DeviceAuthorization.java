/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * User code that a person enters, and device code that polls for the result. The text
 * form contains neither.
 *
 * @param provider the identity provider that issued the codes. The device code is sent
 * only to it, since any other recipient could use the code to obtain the person's login
 * @param deviceCode the secret code to poll with
 * @param userCode the code that the person enters
 * @param verificationUri the page on which to enter the code
 * @param verificationUriComplete the same page with the code in its URL, or {@code null}
 * @param expiresAt the time at which the codes expire
 * @param interval the time between two polls
 */
record DeviceAuthorization(IdentityProvider provider, String deviceCode, String userCode, URI verificationUri,
		@Nullable URI verificationUriComplete, Instant expiresAt, Duration interval) {

	private static final Duration SLOWER = Duration.ofSeconds(5);

	/**
	 * Return the same codes with a longer interval.
	 */
	DeviceAuthorization slower() {
		return new DeviceAuthorization(this.provider, this.deviceCode, this.userCode, this.verificationUri,
				this.verificationUriComplete, this.expiresAt, this.interval.plus(SLOWER));
	}

	@Override
	public String toString() {
		return "DeviceAuthorization[verificationUri=%s, expiresAt=%s]".formatted(this.verificationUri, this.expiresAt);
	}

}

package io.airlockapp.gateway.auth.device;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A code that a person enters, and the one by which to ask whether that has happened. Its
 * text form has neither.
 *
 * @param provider who gave the code, and alone is asked about it: to another it would be
 * worth the person's login
 * @param deviceCode the secret code by which to ask
 * @param userCode the code that the person enters
 * @param verificationUri where
 * @param verificationUriComplete the same with the code in it, or {@code null}
 * @param expiresAt until when
 * @param interval the time between two questions
 */
record SignInCode(IdentityProvider provider, String deviceCode, String userCode, URI verificationUri,
		@Nullable URI verificationUriComplete, Instant expiresAt, Duration interval) {

	private static final Duration SLOWER = Duration.ofSeconds(5);

	/**
	 * Return the same code, to be asked about less often.
	 */
	SignInCode slower() {
		return new SignInCode(this.provider, this.deviceCode, this.userCode, this.verificationUri,
				this.verificationUriComplete, this.expiresAt, this.interval.plus(SLOWER));
	}

	@Override
	public String toString() {
		return "SignInCode[verificationUri=%s, expiresAt=%s]".formatted(this.verificationUri, this.expiresAt);
	}

}

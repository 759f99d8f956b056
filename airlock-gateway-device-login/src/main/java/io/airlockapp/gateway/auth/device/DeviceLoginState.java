/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.net.URI;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * State of a {@link DeviceLogin}. The code is intended for the person who signs in; the
 * text form does not contain it.
 *
 * @param status the status
 * @param user the name of the person who is signed in, from the identity provider
 * @param userCode the code to enter, while it is awaited
 * @param verificationUri the page on which to enter the code
 * @param verificationUriComplete the same page with the code in its URL, if the identity
 * provider supports it
 * @param codeExpiresAt the time at which the code expires
 * @param problem the description of a problem, for people
 */
public record DeviceLoginState(Status status, @Nullable String user, @Nullable String userCode,
		@Nullable URI verificationUri, @Nullable URI verificationUriComplete, @Nullable Instant codeExpiresAt,
		@Nullable String problem) {

	/**
	 * By default, the code is not logged, since any person who enters it becomes the
	 * user.
	 */
	static final String WHERE_THE_CODE_IS = "the actuator endpoint 'airlock' and DeviceLogin.getState() show; "
			+ "'airlock.gateway.auth.device-login.log-code=true' shows codes in the log";

	/**
	 * The end of a sentence.
	 */
	static final String HOW_TO_SIGN_IN = "by 'sign-in' at the actuator endpoint 'airlock', or by restarting the application";

	static DeviceLoginState starting() {
		return new DeviceLoginState(Status.STARTING, null, null, null, null, null, null);
	}

	static DeviceLoginState waiting(DeviceAuthorization code) {
		return new DeviceLoginState(Status.WAITING, null, code.userCode(), code.verificationUri(),
				code.verificationUriComplete(), code.expiresAt(), null);
	}

	static DeviceLoginState signedIn(@Nullable String user, @Nullable String problem) {
		return new DeviceLoginState(Status.SIGNED_IN, user, null, null, null, null, problem);
	}

	static DeviceLoginState failed(@Nullable String problem) {
		return new DeviceLoginState(Status.FAILED, null, null, null, null, null, problem);
	}

	static DeviceLoginState signedOut() {
		return new DeviceLoginState(Status.SIGNED_OUT, null, null, null, null, null, null);
	}

	/**
	 * Return the reason for the missing access token, and the remedy.
	 */
	String advice() {
		return switch (this.status) {
			case STARTING -> "No user has signed in yet, and there is no code yet. The log says when there is one";
			case WAITING -> "No user has signed in yet. Sign in at %s before %s with the code that %s"
				.formatted(this.verificationUri, this.codeExpiresAt, WHERE_THE_CODE_IS);
			case FAILED -> "No user is signed in. " + this.problem;
			case SIGNED_OUT -> "The user has signed out. Sign in again " + HOW_TO_SIGN_IN;
			case SIGNED_IN -> "The login has just changed. Try again";
		};
	}

	@Override
	public String toString() {
		return "DeviceLoginState[status=%s, user=%s, verificationUri=%s, codeExpiresAt=%s, problem=%s]"
			.formatted(this.status, this.user, this.verificationUri, this.codeExpiresAt, this.problem);
	}

	/**
	 * Status of a device login.
	 */
	public enum Status {

		/**
		 * No code has been issued yet.
		 */
		STARTING,

		/**
		 * The code has to be entered by a person.
		 */
		WAITING,

		/**
		 * A person is signed in.
		 */
		SIGNED_IN,

		/**
		 * There is no code because of a failure, or because no person signed in.
		 */
		FAILED,

		/**
		 * The person was signed out on request.
		 */
		SIGNED_OUT

	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.time.Duration;
import java.time.InstantSource;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.support.GrowingPause;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Requests a code and polls the identity provider until a person has entered it. An
 * expired code is replaced, but only a limited number of times.
 */
final class SignIn {

	private static final Log logger = LogFactory.getLog(SignIn.class);

	private static final GrowingPause PAUSE = new GrowingPause(Duration.ofSeconds(1), Duration.ofMinutes(1));

	private final ProviderLookup lookup;

	private final ProviderClient client;

	private final DeviceLoginSettings settings;

	private final InstantSource clock;

	private volatile DeviceLoginState state = DeviceLoginState.starting();

	private @Nullable DeviceAuthorization code;

	private int codes;

	private int failures;

	private Duration pause = Duration.ZERO;

	private boolean stopped;

	SignIn(ProviderLookup lookup, ProviderClient client, DeviceLoginSettings settings, InstantSource clock) {
		this.lookup = lookup;
		this.client = client;
		this.settings = settings;
		this.clock = clock;
	}

	DeviceLoginState state() {
		return this.state;
	}

	boolean isStopped() {
		return this.stopped;
	}

	/**
	 * Start again with a new code.
	 */
	void restart() {
		this.stopped = false;
		this.codes = 0;
		this.code = null;
		pauseNoLonger();
		this.state = DeviceLoginState.starting();
	}

	void stop(DeviceLoginState why) {
		this.stopped = true;
		this.code = null;
		this.state = why;
	}

	/**
	 * Perform the next step.
	 * @return the login, or {@code null} if no person has signed in yet
	 * @throws AirlockGatewayException if the step fails and should be retried
	 */
	@Nullable Login proceed() {
		DeviceAuthorization current = this.code;
		if (current != null && this.clock.instant().isBefore(current.expiresAt())) {
			return ask(current);
		}
		if (this.codes == this.settings.maxCodes()) {
			stop("No user signed in with any of %s codes. Get another one %s".formatted(this.codes,
					DeviceLoginState.HOW_TO_SIGN_IN));
			return null;
		}
		show(this.client.requestCode(this.lookup.find(), this.settings.scope()));
		return null;
	}

	private void show(DeviceAuthorization fresh) {
		this.code = fresh;
		this.codes++;
		pauseNoLonger();
		this.state = DeviceLoginState.waiting(fresh);
		logger.info(this.settings.logCode()
				? "To let this application ask for approvals, sign in at %s with the code %s before %s"
					.formatted(fresh.verificationUri(), fresh.userCode(), fresh.expiresAt())
				: "To let this application ask for approvals, sign in at %s before %s with the code that %s"
					.formatted(fresh.verificationUri(), fresh.expiresAt(), DeviceLoginState.WHERE_THE_CODE_IS));
	}

	private @Nullable Login ask(DeviceAuthorization current) {
		try {
			Login login = this.client.signIn(current);
			this.code = null;
			return login;
		}
		catch (ProviderException ex) {
			if (ex.is("authorization_pending") || ex.is("slow_down")) {
				this.code = ex.is("slow_down") ? current.slower() : current;
				pauseNoLonger();
				return null;
			}
			if (!ex.isResponse()) {
				throw ex;
			}
			this.code = null;
			if (ex.is("access_denied")) {
				stop("The sign-in was refused by the person or the identity provider. " + "Try again "
						+ DeviceLoginState.HOW_TO_SIGN_IN);
			}
			else if (!ex.is("expired_token")) {
				throw ex;
			}
			return null;
		}
	}

	private void pauseNoLonger() {
		this.failures = 0;
		this.pause = Duration.ZERO;
	}

	private void stop(String problem) {
		logger.warn(problem);
		stop(DeviceLoginState.failed(problem));
	}

	/**
	 * Record a failed step. An issued code remains valid.
	 */
	void failed(AirlockGatewayException failure) {
		this.lookup.forget();
		if (this.code == null) {
			DeviceLoginState failed = DeviceLoginState.failed(failure.getMessage());
			if (!failed.equals(this.state)) {
				logger.warn("There is no code to sign in with; trying again: " + failure.getMessage());
			}
			this.state = failed;
		}
		this.pause = PAUSE.after(this.failures++);
	}

	/**
	 * Return the time until the next step.
	 */
	Duration untilNext() {
		DeviceAuthorization current = this.code;
		if (current == null) {
			return this.pause;
		}
		Duration wait = (this.pause.compareTo(current.interval()) > 0) ? this.pause : current.interval();
		Duration left = Duration.between(this.clock.instant(), current.expiresAt());
		return (left.compareTo(wait) < 0 && !left.isNegative()) ? left : wait;
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.auth.AccessTokenSource;
import io.airlockapp.gateway.auth.UserLogin;
import io.airlockapp.gateway.store.PairingStore;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.http.client.ClientHttpRequestFactory;

/**
 * {@link AccessTokenSource} that signs a person in by the Device Authorization Grant (RFC
 * 8628). {@link #getState()} returns the code, which is logged only if the settings
 * permit it. The person enters the code on another device. Afterwards, the access token
 * is refreshed before it expires, so that the person remains signed in.
 * <p>
 * Long-running work is done by {@link #proceed()}, which a thread of
 * {@link DeviceLoginLifecycle} calls. Only a token that has expired or was refused is
 * refreshed in the thread that calls this source, which must not be interrupted.
 */
public final class DeviceLogin implements AccessTokenSource, UserLogin {

	private static final Log logger = LogFactory.getLog(DeviceLogin.class);

	private static final Duration IDLE = Duration.ofMinutes(1);

	private static final Duration MIN_LEASE = Duration.ofSeconds(30);

	private static final Duration MAX_STORAGE_TIME = Duration.ofSeconds(2);

	private static final Duration UNTIL_SAVED = Duration.ofSeconds(10);

	private final WarnOnceLog warnings = new WarnOnceLog(logger);

	private final Semaphore wakeups = new Semaphore(0);

	private final LoginManager loginManager;

	private final SignIn signIn;

	private final TokenRefresher renewal;

	private final DeviceLoginSettings settings;

	private final Duration requestTimeout;

	private final InstantSource clock;

	private boolean signedIn;

	/**
	 * Create a device login, which does not start a thread.
	 * @param settings the settings for the login
	 * @param gateway the discovery of the identity provider
	 * @param requestFactory the factory of requests to the identity provider, which must
	 * have deadlines and not follow redirects
	 * @param requestTimeout the maximum duration of such a request
	 * @param store the store of the login
	 * @param clock the clock for the time of day
	 * @param ticker the ticker for elapsed time
	 */
	public DeviceLogin(DeviceLoginSettings settings, GatewayDiscovery gateway, ClientHttpRequestFactory requestFactory,
			Duration requestTimeout, PairingStore store, InstantSource clock, Ticker ticker) {
		ProviderHttp http = new ProviderHttp(requestFactory);
		ProviderLookup lookup = new ProviderLookup(settings, gateway, http);
		ProviderClient client = new ProviderClient(http, new ProviderUrls(settings.allowInsecureHttp()), clock);
		LoginRepository shared = new LoginRepository(store);
		// A claim outlasts the request of the instance that made it
		Duration twice = requestTimeout.multipliedBy(2);
		Duration lease = (twice.compareTo(MIN_LEASE) > 0) ? twice : MIN_LEASE;
		this.renewal = new TokenRefresher(shared, lookup, client, lease, clock, ticker);
		this.loginManager = new LoginManager(shared, this.renewal, clock, ticker);
		this.signIn = new SignIn(lookup, client, settings, clock);
		this.settings = settings;
		this.requestTimeout = requestTimeout;
		this.clock = clock;
	}

	@Override
	public String getAccessToken() {
		Login login = this.loginManager.current();
		if (login != null && !this.settings.permits(login)) {
			// Another instance may have replaced it
			login = this.loginManager.reload();
			if (login == null) {
				// A person signs in at an instance
				this.wakeups.release();
			}
		}
		if (login != null && login.isExpired(this.clock.instant())) {
			return renewAccessToken(login.accessToken());
		}
		return tokenOf(login);
	}

	@Override
	public String renewAccessToken(String refused) {
		Login renewed = this.loginManager.renew(refused);
		if (renewed == null) {
			this.wakeups.release();
		}
		return tokenOf(renewed);
	}

	/**
	 * Return this login, since all requests are made for the person who signed in.
	 */
	@Override
	public Object findUserKey() {
		return this;
	}

	@Override
	public String describe() {
		return "device login";
	}

	private String tokenOf(@Nullable Login login) {
		if (login == null) {
			throw new IdentityUnavailableException(getState().advice(), null);
		}
		if (!this.settings.permits(login)) {
			throw new IdentityUnavailableException(describeOther(login), null);
		}
		return login.accessToken();
	}

	private static String describeOther(Login login) {
		return "The login is of the identity provider %s or a client that is not the one that is configured now, so it is not used: sign out and sign in again"
			.formatted(login.issuer());
	}

	/**
	 * Return the state of the login, with the code to enter if there is one.
	 * @return the state
	 */
	@Override
	public DeviceLoginState getState() {
		Login login = this.loginManager.peek();
		if (login == null) {
			return this.signIn.state();
		}
		return DeviceLoginState.signedIn(login.user(),
				this.settings.permits(login) ? this.loginManager.problem() : describeOther(login));
	}

	/**
	 * Request a new code after the person signed out, after a refusal, or after codes
	 * expired. Does nothing if a person is already signed in.
	 */
	@Override
	public synchronized void signIn() {
		this.signIn.restart();
		this.wakeups.release();
	}

	/**
	 * Remove the login, including its stored copy, and revoke its refresh token (RFC
	 * 7009).
	 * @throws AirlockGatewayException if the store cannot be written, or the login was
	 * removed but could not be revoked; the message states which
	 */
	@Override
	public synchronized void signOut() {
		this.signIn.stop(DeviceLoginState.signedOut());
		this.signedIn = false;
		Login login = this.loginManager.forget();
		if (login != null) {
			this.renewal.revoke(login);
			logger.info("Signed out, and the login is revoked");
		}
	}

	/**
	 * Perform the next step of the login.
	 * @return the time until the next step
	 */
	synchronized Duration proceed() {
		try {
			Login known = this.loginManager.current();
			Login login = this.loginManager.follow(this.settings::permits);
			this.signedIn &= known != null && login != null && Objects.equals(known.user(), login.user());
			if (login == null && getState().status() != DeviceLoginState.Status.SIGNED_OUT) {
				login = this.loginManager.reload();
			}
			if (login == null && !this.signIn.isStopped()) {
				login = this.signIn.proceed();
				if (login != null) {
					this.loginManager.keep(login);
				}
			}
			if (login != null) {
				Duration pause = keepSignedIn(login);
				return (pause.compareTo(IDLE) < 0) ? pause : IDLE;
			}
		}
		catch (AirlockGatewayException ex) {
			this.signIn.failed(ex);
		}
		return this.signIn.isStopped() ? IDLE : this.signIn.untilNext();
	}

	/**
	 * Record an unexpected failure of {@link #proceed()}.
	 */
	synchronized void failed(String failure) {
		this.signIn
			.failed(new IdentityUnavailableException("Signing in failed unexpectedly, see the log: " + failure, null));
	}

	private Duration keepSignedIn(Login login) {
		if (!this.signedIn) {
			this.signedIn = true;
			this.signIn.restart();
			logger.info("Signed in as " + ((login.user() != null) ? login.user() : "an unnamed user"));
		}
		try {
			this.loginManager.save();
			if (!this.loginManager.untilRenewal(login).isZero()) {
				return this.loginManager.untilRenewal(login);
			}
			Login renewed = this.loginManager.renew(login.accessToken());
			this.warnings.reset();
			this.signedIn = renewed != null;
			return (renewed != null) ? untilNext(renewed) : Duration.ZERO;
		}
		catch (RefreshInProgressException ex) {
			logger.debug(ex.getMessage());
		}
		catch (AirlockGatewayException ex) {
			this.warnings
				.warn("The access token cannot be refreshed at the moment and is valid until %s; trying again: %s"
					.formatted(login.expiresAt(), ex.getMessage()));
		}
		return untilNext(login);
	}

	private Duration untilNext(Login login) {
		Duration untilRenewal = this.loginManager.untilRenewal(login);
		// A login is refreshed only after it is stored, even if the refresh is due
		boolean sooner = untilRenewal.isZero() || untilRenewal.compareTo(UNTIL_SAVED) > 0;
		return (sooner && !this.loginManager.isSaved()) ? UNTIL_SAVED : untilRenewal;
	}

	void start() {
		this.renewal.start();
	}

	/**
	 * End the refreshes and the current {@link #await}. A refresh in progress is not
	 * interrupted, but waited for.
	 * @return {@code false} if the refresh takes too long
	 */
	boolean stop() {
		boolean stopped = this.loginManager.stop(stopTimeout());
		this.wakeups.release();
		return stopped;
	}

	Duration stopTimeout() {
		return this.requestTimeout.plus(MAX_STORAGE_TIME);
	}

	/**
	 * Wait for the given time, or until a step is requested.
	 */
	void await(Duration pause) throws InterruptedException {
		if (this.wakeups.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS)) {
			this.wakeups.drainPermits();
		}
	}

}

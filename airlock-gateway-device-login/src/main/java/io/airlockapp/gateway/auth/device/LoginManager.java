/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.auth.device.LoginRepository.Stored;
import io.airlockapp.gateway.support.Ticker;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Holds the current login and refreshes its access token. There is one refresh at a time,
 * and none after this manager was stopped; after a failure, no refresh is attempted
 * before a backoff has passed.
 */
final class LoginManager {

	private static final Log logger = LogFactory.getLog(LoginManager.class);

	private final ReentrantLock lock = new ReentrantLock();

	private final LoginRepository shared;

	private final TokenRefresher renewal;

	private final RefreshBackoff trouble;

	private final InstantSource clock;

	private volatile @Nullable Login login;

	private boolean loaded;

	LoginManager(LoginRepository shared, TokenRefresher renewal, InstantSource clock, Ticker ticker) {
		this.shared = shared;
		this.renewal = renewal;
		this.trouble = new RefreshBackoff(ticker);
		this.clock = clock;
	}

	/**
	 * Return the current login without reading the store.
	 */
	@Nullable Login peek() {
		return this.login;
	}

	/**
	 * Return the message of the last failed refresh, or {@code null} if there was no
	 * failure since the last login or refresh.
	 */
	@Nullable String problem() {
		AirlockGatewayException ex = this.trouble.failure();
		return (ex != null) ? ex.getMessage() : null;
	}

	/**
	 * Return the current login, which may have expired.
	 * @throws AirlockGatewayException if the store cannot be read
	 */
	@Nullable Login current() {
		Login current = this.login;
		return (current != null) ? current : alone(() -> this.loaded ? this.login : load());
	}

	/**
	 * Read the store for a login of another instance.
	 * @throws AirlockGatewayException if the store cannot be read
	 */
	@Nullable Login reload() {
		return alone(this::load);
	}

	private @Nullable Login load() {
		this.login = this.shared.read().login();
		this.loaded = true;
		return this.login;
	}

	/**
	 * Return the current login, after another instance may have replaced or ended it.
	 * While the store cannot be read, or this login is not stored yet, it is retained.
	 * @param permitted whether this application uses a login, since another instance can
	 * have other settings
	 */
	@Nullable Login follow(Predicate<Login> permitted) {
		return alone(() -> {
			Login known = this.login;
			if (known != null && this.shared.isSaved()) {
				this.login = readAgain(known, permitted);
				if (this.login != known) {
					this.trouble.over();
				}
			}
			return this.login;
		});
	}

	private @Nullable Login readAgain(Login known, Predicate<Login> permitted) {
		try {
			Stored stored = this.shared.read();
			if (stored.entry() == null) {
				logger.info("The login was ended by another instance of this application");
				return null;
			}
			Login latest = stored.login();
			return (latest != null && !latest.hasTokensOf(known) && permitted.test(latest)) ? latest : known;
		}
		catch (AirlockGatewayException ex) {
			logger.debug("It is not known whether another instance has ended the login: " + ex.getMessage());
			return known;
		}
	}

	/**
	 * Refresh the given access token, which has expired or was refused, unless it was
	 * already replaced.
	 * @return the login, or {@code null} if it has ended
	 * @throws AirlockGatewayException if the refresh fails, and may succeed later
	 */
	@Nullable Login renew(String accessToken) {
		return alone(() -> {
			Login current = this.login;
			if (current == null || !current.accessToken().equals(accessToken)) {
				return current;
			}
			AirlockGatewayException last = this.trouble.failure();
			if (last != null && !this.trouble.pauseLeft().isZero()) {
				throw new AirlockGatewayException(String.valueOf(last.getMessage()), null, last.getCause());
			}
			return renew(current);
		});
	}

	private @Nullable Login renew(Login current) {
		try {
			this.login = this.renewal.renew(current);
			this.trouble.over();
			return this.login;
		}
		catch (AirlockGatewayException ex) {
			this.trouble.failed(ex);
			throw ex;
		}
	}

	/**
	 * Return the time until the login should be refreshed.
	 */
	Duration untilRenewal(Login current) {
		if (this.trouble.failure() != null) {
			return this.trouble.pauseLeft();
		}
		Duration left = Duration.between(this.clock.instant(), current.renewAt());
		return left.isNegative() ? Duration.ZERO : left;
	}

	/**
	 * Set and store a new login.
	 */
	void keep(Login fresh) {
		alone(() -> {
			this.login = fresh;
			this.loaded = true;
			this.trouble.over();
			this.shared.put(fresh);
			return fresh;
		});
	}

	/**
	 * Store a login that could not be stored before.
	 * @throws AirlockGatewayException if it still cannot be stored
	 */
	void save() {
		alone(() -> {
			this.shared.save();
			return null;
		});
	}

	/**
	 * Return whether the login is stored.
	 */
	boolean isSaved() {
		return this.shared.isSaved();
	}

	/**
	 * Remove the login, including its stored copy.
	 * @return the removed login
	 * @throws AirlockGatewayException if the store cannot be written
	 */
	@Nullable Login forget() {
		return alone(() -> {
			Login known = this.login;
			this.login = null;
			this.loaded = true;
			this.trouble.over();
			Login stored = this.shared.remove();
			return (stored != null) ? stored : known;
		});
	}

	/**
	 * Permit no more refreshes, and wait for the one in progress: its refresh token is
	 * used already, so its result must be stored.
	 * @return {@code false} if the refresh takes longer than the given time
	 */
	boolean stop(Duration timeout) {
		this.renewal.stop();
		try {
			if (!this.lock.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
				return false;
			}
			this.lock.unlock();
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private @Nullable Login alone(Supplier<@Nullable Login> action) {
		this.lock.lock();
		try {
			return action.get();
		}
		finally {
			this.lock.unlock();
		}
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.store.PairingStore;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Repository of the login that all instances of the application share through the store.
 * A login that cannot be stored is held in memory until it can. Not thread-safe, except
 * for {@link #isSaved()}.
 */
final class LoginRepository {

	private static final Log logger = LogFactory.getLog(LoginRepository.class);

	/**
	 * The name of the entry in the store.
	 */
	static final String ENTRY = "device-login";

	private static final int TRIES = 5;

	private final PairingStore store;

	private final WarnOnceLog warnings = new WarnOnceLog(logger);

	private volatile @Nullable Unsaved unsaved;

	LoginRepository(PairingStore store) {
		this.store = store;
	}

	/**
	 * Read the stored login.
	 * @throws AirlockGatewayException if it cannot be read
	 */
	Stored read() {
		PairingStore.Entry entry = this.store.read(ENTRY);
		Login login = (entry != null) ? Login.parse(entry.text()) : null;
		if (entry != null && login == null) {
			this.warnings.warn("The stored login cannot be understood, so a person has to sign in again");
		}
		return new Stored(entry, login);
	}

	/**
	 * Replace the stored login if it was not modified since it was read.
	 * @return {@code false} if the entry was modified concurrently; nothing is written
	 * @throws AirlockGatewayException if it cannot be written
	 */
	boolean replace(Stored expected, @Nullable Login login) {
		return this.store.write(ENTRY, expected.entry(), (login != null) ? login.toText() : null);
	}

	/**
	 * Store the login of a person who has just signed in, replacing any stored login. If
	 * the store fails, the login is stored later.
	 */
	void put(Login login) {
		keep(new Unsaved(login, null));
	}

	/**
	 * Store a refreshed login, unless the previous one was replaced or removed
	 * concurrently: a login that another instance ended must not be restored. If the
	 * store fails, the login is stored later.
	 * @return the current login, or {@code null} if it was ended
	 */
	@Nullable Login putRenewed(Login before, Login renewed) {
		return keep(new Unsaved(renewed, before));
	}

	private @Nullable Login keep(Unsaved fresh) {
		this.unsaved = fresh;
		try {
			return store(fresh);
		}
		catch (AirlockGatewayException ex) {
			logger.warn("The login cannot be stored, so it would be lost if the application stopped now; trying again: "
					+ ex.getMessage());
			return fresh.login();
		}
	}

	/**
	 * Store a login that could not be stored before.
	 * @throws AirlockGatewayException if it still cannot be stored
	 */
	void save() {
		Unsaved fresh = this.unsaved;
		if (fresh != null) {
			store(fresh);
		}
	}

	/**
	 * Return whether no login remains to be stored.
	 */
	boolean isSaved() {
		return this.unsaved == null;
	}

	private @Nullable Login store(Unsaved fresh) {
		for (int i = 0; i < TRIES; i++) {
			Stored stored = read();
			boolean replaces = fresh.replaces(stored);
			if (!replaces || replace(stored, fresh.login())) {
				this.unsaved = null;
				return replaces ? fresh.login() : stored.login();
			}
		}
		throw changedAllTheTime();
	}

	/**
	 * Remove the login.
	 * @return the removed login
	 * @throws AirlockGatewayException if it cannot be removed
	 */
	@Nullable Login remove() {
		Unsaved latest = this.unsaved;
		this.unsaved = null;
		for (int i = 0; i < TRIES; i++) {
			Stored stored = read();
			if (replace(stored, null)) {
				return (latest != null) ? latest.login() : stored.login();
			}
		}
		throw changedAllTheTime();
	}

	private static AirlockGatewayException changedAllTheTime() {
		return new AirlockGatewayException("The stored login is changed by others all the time", null, null);
	}

	/**
	 * Login that is not stored yet.
	 *
	 * @param login the login
	 * @param before the login that was refreshed, or {@code null} if a person has signed
	 * in
	 */
	private record Unsaved(Login login, @Nullable Login before) {

		boolean replaces(Stored stored) {
			if (this.before == null) {
				return true;
			}
			return stored.entry() != null && (stored.login() == null || stored.login().hasTokensOf(this.before));
		}

	}

	/**
	 * Login as read from the store.
	 *
	 * @param entry the entry, or {@code null} if there is none
	 * @param login the login, or {@code null} if there is none or it is malformed
	 */
	record Stored(PairingStore.@Nullable Entry entry, @Nullable Login login) {
	}

}

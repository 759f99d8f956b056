package io.airlockapp.gateway.auth.device;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.store.PairingStore;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Login that all instances of the application share through the store. A login that the
 * store doesn't accept is kept in memory until it does. Not thread-safe, except for
 * {@link #isSaved()}.
 */
final class LoginRepository {

	private static final Log logger = LogFactory.getLog(LoginRepository.class);

	/**
	 * The name under which the store keeps the login.
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
	 * Read what is stored.
	 * @throws AirlockGatewayException if it can't be read
	 */
	Stored read() {
		PairingStore.Entry entry = this.store.read(ENTRY);
		Login login = (entry != null) ? Login.parse(entry.text()) : null;
		if (entry != null && login == null) {
			this.warnings.warn("The stored login can't be understood, so a person has to sign in again");
		}
		return new Stored(entry, login);
	}

	/**
	 * Replace what was read, unless somebody else was faster.
	 * @throws AirlockGatewayException if it can't be written
	 */
	boolean replace(Stored expected, @Nullable Login login) {
		return this.store.write(ENTRY, expected.entry(), (login != null) ? login.toText() : null);
	}

	/**
	 * Store the login of a person who has just signed in, whatever is stored. If the
	 * store fails, it is tried again later.
	 */
	void put(Login login) {
		keep(new Unsaved(login, null));
	}

	/**
	 * Store a login that was renewed in place of the one before, unless that was replaced
	 * or removed meanwhile: a login that another instance ended must not come back. If
	 * the store fails, it is tried again later.
	 * @return the login that counts from now on, or {@code null} if it was ended
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
			logger.warn("The login can't be stored, so it would be lost if the application stopped now; trying again: "
					+ ex.getMessage());
			return fresh.login();
		}
	}

	/**
	 * Store what could not be stored.
	 * @throws AirlockGatewayException if it still can't
	 */
	void save() {
		Unsaved fresh = this.unsaved;
		if (fresh != null) {
			store(fresh);
		}
	}

	/**
	 * Return whether there is nothing that could not be stored.
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
	 * @return what was removed
	 * @throws AirlockGatewayException if it can't be removed
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
	 * @param before the login that it was refreshed from, or {@code null} if a person has
	 * signed in anew
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
	 * @param login the login, or {@code null} if there is none that can be parsed
	 */
	record Stored(PairingStore.@Nullable Entry entry, @Nullable Login login) {
	}

}

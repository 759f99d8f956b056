package io.airlockapp.gateway.auth.device;

import java.util.concurrent.atomic.AtomicBoolean;

import io.airlockapp.gateway.AirlockGatewayException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The login as all instances of the application see it. What the store doesn't take is
 * remembered until it does. Not safe for use by several threads at once.
 */
final class SharedLogin {

	private static final Log logger = LogFactory.getLog(SharedLogin.class);

	private static final int TRIES = 5;

	private final LoginStore store;

	private final AtomicBoolean warned = new AtomicBoolean();

	private @Nullable Login unsaved;

	SharedLogin(LoginStore store) {
		this.store = store;
	}

	/**
	 * Read what is stored.
	 * @throws AirlockGatewayException if it can't be read
	 */
	Stored read() {
		LoginStore.Entry entry = this.store.read();
		Login login = (entry != null) ? Login.parse(entry.text()) : null;
		if (entry != null && login == null && this.warned.compareAndSet(false, true)) {
			logger.warn("The stored login can't be understood, so a person has to sign in anew");
		}
		return new Stored(entry, login);
	}

	/**
	 * Replace what was read, unless somebody else was faster.
	 * @throws AirlockGatewayException if it can't be written
	 */
	boolean replace(Stored expected, @Nullable Login login) {
		return this.store.write(expected.entry(), (login != null) ? login.toText() : null);
	}

	/**
	 * Store a login whatever is stored. If the store fails, it is tried again later.
	 */
	void put(Login login) {
		this.unsaved = login;
		try {
			save();
		}
		catch (AirlockGatewayException ex) {
			logger.warn("The login can't be stored, so it would be lost if the application stopped now; trying again: "
					+ ex.getMessage());
		}
	}

	/**
	 * Store what could not be stored.
	 * @throws AirlockGatewayException if it still can't
	 */
	void save() {
		Login login = this.unsaved;
		if (login != null) {
			overwrite(login);
			this.unsaved = null;
		}
	}

	/**
	 * Remove the login.
	 * @return what was removed
	 * @throws AirlockGatewayException if it can't be removed
	 */
	@Nullable Login remove() {
		Login latest = this.unsaved;
		this.unsaved = null;
		Login stored = overwrite(null);
		return (latest != null) ? latest : stored;
	}

	private @Nullable Login overwrite(@Nullable Login login) {
		for (int i = 0; i < TRIES; i++) {
			Stored stored = read();
			if (replace(stored, login)) {
				return stored.login();
			}
		}
		throw new AirlockGatewayException("The stored login is changed by others all the time", null, null);
	}

	/**
	 * What is stored.
	 *
	 * @param entry the text, or {@code null} if there is none
	 * @param login the login, or {@code null} if there is none that is understood
	 */
	record Stored(LoginStore.@Nullable Entry entry, @Nullable Login login) {
	}

}

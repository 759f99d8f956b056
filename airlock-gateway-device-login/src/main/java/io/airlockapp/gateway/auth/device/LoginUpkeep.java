package io.airlockapp.gateway.auth.device;

import java.time.Duration;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Background work while a person is signed in: stores the login if that failed before,
 * and refreshes its access token when it is time.
 */
final class LoginUpkeep {

	private static final Log logger = LogFactory.getLog(DeviceLogin.class);

	private static final Duration MAX_PAUSE = Duration.ofMinutes(1);

	private static final Duration UNTIL_SAVED = Duration.ofSeconds(10);

	private final LoginKeeper keeper;

	private final WarnOnceLog warnings = new WarnOnceLog(logger);

	LoginUpkeep(LoginKeeper keeper) {
		this.keeper = keeper;
	}

	/**
	 * Store the login if that failed before, and renew it if it is time.
	 * @param login the current login
	 * @return how long until there is more to do, or {@code null} if the login is over
	 */
	@Nullable Duration keepUp(Login login) {
		try {
			this.keeper.save();
			if (!this.keeper.untilRenewal(login).isZero()) {
				return this.keeper.untilRenewal(login);
			}
			Login renewed = this.keeper.renew(login.accessToken());
			this.warnings.reset();
			return (renewed != null) ? untilNext(renewed) : null;
		}
		catch (RenewalElsewhereException ex) {
			logger.debug(ex.getMessage());
		}
		catch (AirlockGatewayException ex) {
			this.warnings
				.warn("The access token can't be renewed at the moment, and is valid until %s; trying again: %s"
					.formatted(login.expiresAt(), ex.getMessage()));
		}
		Duration pause = untilNext(login);
		return (pause.compareTo(MAX_PAUSE) < 0) ? pause : MAX_PAUSE;
	}

	private Duration untilNext(Login login) {
		Duration untilRenewal = this.keeper.untilRenewal(login);
		// A login is not renewed before it is saved, even if it is time
		boolean sooner = untilRenewal.isZero() || untilRenewal.compareTo(UNTIL_SAVED) > 0;
		return (sooner && !this.keeper.isSaved()) ? UNTIL_SAVED : untilRenewal;
	}

}

package io.airlockapp.gateway.auth;

import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.IdentityUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Validates the access tokens of an {@link AccessTokenSource}. Unexpected exceptions of
 * the source are translated, and tokens that can't be sent in a header are rejected.
 */
final class CheckedTokens {

	private final AccessTokenSource source;

	CheckedTokens(AccessTokenSource source) {
		this.source = source;
	}

	@Nullable String current() {
		return ask(this.source::getAccessToken);
	}

	/**
	 * Return a token other than the one that was refused.
	 */
	@Nullable String renew(String refused) {
		String renewed = ask(() -> this.source.renewAccessToken(refused));
		return refused.equals(renewed) ? null : renewed;
	}

	private static @Nullable String ask(Supplier<@Nullable String> source) {
		String token;
		try {
			token = source.get();
		}
		catch (AirlockGatewayException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			// Without the cause, whose message might repeat a token
			throw new AirlockGatewayException("The access token for the gateway can't be had, since its source failed "
					+ "with a " + ex.getClass().getName(), null, null);
		}
		if (token != null && !HeaderValue.isSendable(token)) {
			throw new IdentityUnavailableException(
					"The access token for the gateway can't be sent, since it is empty "
							+ "or has white space, line breaks or characters outside ASCII: check where it comes from",
					null);
		}
		return token;
	}

}

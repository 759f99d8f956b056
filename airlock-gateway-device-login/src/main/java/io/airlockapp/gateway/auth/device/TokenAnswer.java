package io.airlockapp.gateway.auth.device;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.regex.Pattern;

import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.openid.connect.sdk.token.OIDCTokens;
import org.jspecify.annotations.Nullable;

/**
 * Token response of an identity provider.
 *
 * @param tokens the tokens
 * @param askedAt the time of the request, which is not after the tokens were issued
 */
record TokenAnswer(OIDCTokens tokens, Instant askedAt) {

	private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]+");

	private static final int MAX_NAME_LENGTH = 100;

	private static final Duration DEFAULT_LIFETIME = Duration.ofMinutes(5);

	private static final Duration MAX_LIFETIME = Duration.ofDays(1);

	/**
	 * Return the login with these tokens.
	 * @param provider the identity provider
	 * @param renewed the login before, of which stays what isn't told anew
	 * @throws ProviderException if the tokens are not for this application
	 */
	Login toLogin(IdentityProvider provider, @Nullable Login renewed) {
		BearerAccessToken accessToken = this.tokens.getBearerAccessToken();
		if (accessToken == null) {
			throw ProviderException.unfit("The identity provider gives no bearer token");
		}
		String refreshToken = (this.tokens.getRefreshToken() != null) ? this.tokens.getRefreshToken().getValue()
				: (renewed != null) ? renewed.refreshToken() : null;
		String user = user(provider);
		return new Login(provider.issuer(), provider.clientId(), accessToken.getValue(), refreshToken, this.askedAt,
				this.askedAt.plus(lifetime(accessToken.getLifetime())),
				(user == null && renewed != null) ? renewed.user() : user, null);
	}

	/**
	 * Return a name as it can be shown to people: one line, limited in length.
	 */
	static @Nullable String name(@Nullable String name) {
		if (name == null || name.isBlank()) {
			return null;
		}
		String line = UNPRINTABLE.matcher(name).replaceAll(" ");
		return (line.length() <= MAX_NAME_LENGTH) ? line : line.substring(0, MAX_NAME_LENGTH);
	}

	private static Duration lifetime(long seconds) {
		if (seconds <= 0) {
			return DEFAULT_LIFETIME;
		}
		return (seconds > MAX_LIFETIME.toSeconds()) ? MAX_LIFETIME : Duration.ofSeconds(seconds);
	}

	/**
	 * Return who is signed in. The signature of the ID token is not checked, since it
	 * comes straight from the identity provider and serves to be shown only.
	 */
	private @Nullable String user(IdentityProvider provider) {
		JWT idToken = this.tokens.getIDToken();
		if (idToken == null) {
			return null;
		}
		try {
			JWTClaimsSet claims = idToken.getJWTClaimsSet();
			if (!Objects.equals(claims.getIssuer(), provider.issuer())
					|| !claims.getAudience().contains(provider.clientId())) {
				throw ProviderException.unfit("The identity provider's ID token is not for this application");
			}
			String name = name(claims.getStringClaim("preferred_username"));
			return (name != null) ? name : name(claims.getSubject());
		}
		catch (java.text.ParseException ex) {
			throw ProviderException.unfit("The identity provider's ID token can't be read");
		}
	}

	@Override
	public String toString() {
		return "TokenAnswer[askedAt=%s]".formatted(this.askedAt);
	}

}

package io.airlockapp.gateway.auth.security;

import org.jspecify.annotations.Nullable;

import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.util.StringUtils;

/**
 * Finds the name of the user that Spring Security has authenticated. Anonymous users have
 * no name.
 */
public final class AuthenticatedUser {

	private static final AuthenticationTrustResolver TRUST = new AuthenticationTrustResolverImpl();

	private AuthenticatedUser() {
	}

	/**
	 * Return the name of the current thread's user.
	 * @return the name, or {@code null} if there is no user
	 */
	public static @Nullable String findName() {
		return findName(SecurityContextHolder.getContext().getAuthentication());
	}

	static @Nullable String findName(@Nullable Authentication authentication) {
		return (TRUST.isAuthenticated(authentication) && StringUtils.hasText(authentication.getName()))
				? authentication.getName() : null;
	}

}

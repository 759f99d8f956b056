/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.security;

import io.airlockapp.gateway.approvers.Persons;
import org.jspecify.annotations.Nullable;

import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.core.ClaimAccessor;
import org.springframework.security.web.authentication.switchuser.SwitchUserGrantedAuthority;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Finds the name of the user that Spring Security has authenticated. Anonymous users have
 * no name. A user who logged in by a client registration, or was authenticated by a token
 * of an issuer, has a name that no user of another registration or issuer has.
 */
public final class AuthenticatedUser {

	private static final boolean OAUTH2_CLIENT = ClassUtils.isPresent(
			"org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken",
			AuthenticatedUser.class.getClassLoader());

	private static final boolean OAUTH2_CORE = ClassUtils
		.isPresent("org.springframework.security.oauth2.core.ClaimAccessor", AuthenticatedUser.class.getClassLoader());

	private static final boolean WEB = ClassUtils.isPresent(
			"org.springframework.security.web.authentication.switchuser.SwitchUserGrantedAuthority",
			AuthenticatedUser.class.getClassLoader());

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

	/**
	 * Return the name of the person who uses the current thread's user. This is another
	 * one if that person has switched to the user.
	 * @return the name, or {@code null} if there is no user
	 */
	public static @Nullable String findRequester() {
		return findRequester(SecurityContextHolder.getContext().getAuthentication());
	}

	/**
	 * Return the name of the person who uses an authenticated user.
	 * @param authentication the authentication, if any
	 * @return the name, or {@code null} if there is no user
	 */
	public static @Nullable String findRequester(@Nullable Authentication authentication) {
		return findName((WEB && authentication != null) ? findPerson(authentication) : authentication);
	}

	private static @Nullable String findName(@Nullable Authentication authentication) {
		String name = TRUST.isAuthenticated(authentication) ? authentication.getName() : null;
		if (!StringUtils.hasText(name)) {
			return null;
		}
		String qualifier = findQualifier(authentication);
		// A name that contains the separator could be that of a qualified one
		String own = name.replace(String.valueOf(Persons.QUALIFIER_SEPARATOR), "");
		return (qualifier != null) ? qualifier + Persons.QUALIFIER_SEPARATOR + own : own;
	}

	private static @Nullable String findQualifier(@Nullable Authentication authentication) {
		if (OAUTH2_CLIENT && authentication instanceof OAuth2AuthenticationToken token) {
			return token.getAuthorizedClientRegistrationId();
		}
		return (OAUTH2_CORE && authentication != null && authentication.getPrincipal() instanceof ClaimAccessor claims)
				? claims.getClaimAsString("iss") : null;
	}

	/**
	 * Requires the web part of Spring Security.
	 */
	private static Authentication findPerson(Authentication user) {
		return user.getAuthorities()
			.stream()
			.filter(SwitchUserGrantedAuthority.class::isInstance)
			.map((authority) -> findPerson(((SwitchUserGrantedAuthority) authority).getSource()))
			.findFirst()
			.orElse(user);
	}

}

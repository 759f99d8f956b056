/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.security;

import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.authentication.switchuser.SwitchUserGrantedAuthority;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AuthenticatedUser}.
 */
class AuthenticatedUserTests {

	@AfterEach
	void logOut() {
		SecurityContextHolder.clearContext();
	}

	@Test
	void requesterIsTheUser() {
		SecurityContextHolder.getContext().setAuthentication(user("bob"));
		assertThat(AuthenticatedUser.findRequester()).isEqualTo("bob");
		assertThat(AuthenticatedUser.findName()).isEqualTo("bob");
	}

	@Test
	void nameCannotContainAQualifier() {
		SecurityContextHolder.getContext().setAuthentication(user("github\u001foctocat"));
		assertThat(AuthenticatedUser.findRequester()).isEqualTo("githuboctocat");
	}

	@Test
	void findRequesterWithoutUserReturnsNull() {
		assertThat(AuthenticatedUser.findRequester()).isNull();
	}

	/**
	 * Otherwise, this person could approve what they requested themselves.
	 */
	@Test
	void requesterIsThePersonWhoSwitchedToTheUser() {
		Authentication ann = user("ann", switchedBy(user("bob")));
		SecurityContextHolder.getContext().setAuthentication(ann);
		assertThat(AuthenticatedUser.findRequester()).isEqualTo("bob");
		assertThat(AuthenticatedUser.findName()).isEqualTo("ann");
		assertThat(AuthenticatedUser.findRequester(user("carl", switchedBy(ann)))).isEqualTo("bob");
	}

	private static GrantedAuthority switchedBy(Authentication person) {
		return new SwitchUserGrantedAuthority("ROLE_PREVIOUS_ADMINISTRATOR", person);
	}

	private static Authentication user(String name, GrantedAuthority... authorities) {
		return UsernamePasswordAuthenticationToken.authenticated(name, null, List.of(authorities));
	}

}

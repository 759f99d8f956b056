/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.security;

import reactor.core.publisher.Mono;

import org.springframework.security.core.context.ReactiveSecurityContextHolder;

/**
 * Finds the name of the user that Spring Security has authenticated for a subscription.
 * Requires Reactor.
 */
public final class AuthenticatedSubscriber {

	private AuthenticatedSubscriber() {
	}

	/**
	 * Return the name of the user in the subscriber's context.
	 * @return the name, or an empty result if there is no user
	 */
	public static Mono<String> findName() {
		return ReactiveSecurityContextHolder.getContext()
			.mapNotNull((context) -> AuthenticatedUser.findName(context.getAuthentication()));
	}

}

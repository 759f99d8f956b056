package io.airlockapp.gateway.auth.security;

import reactor.core.publisher.Mono;

import org.springframework.security.core.context.ReactiveSecurityContextHolder;

/**
 * Finds the name of the user that Spring Security has authenticated for a subscription.
 * Needs Reactor.
 */
public final class AuthenticatedSubscriber {

	private AuthenticatedSubscriber() {
	}

	/**
	 * Return the user according to the subscriber's context.
	 * @return the name, or nothing
	 */
	public static Mono<String> findName() {
		return ReactiveSecurityContextHolder.getContext()
			.mapNotNull((context) -> AuthenticatedUser.findName(context.getAuthentication()));
	}

}

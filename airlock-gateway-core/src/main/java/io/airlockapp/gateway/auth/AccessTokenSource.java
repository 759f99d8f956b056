/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth;

import org.jspecify.annotations.Nullable;

/**
 * Strategy interface for the bearer token that identifies the user to the gateway. It is
 * called for each request, and only if there is no personal access token.
 * <p>
 * {@link #getAccessToken()}, {@link #refreshAhead()} and
 * {@link #renewAccessToken(String)} are called concurrently, in threads that nothing
 * interrupts and that belong to no user. A source with separate tokens for each user
 * implements {@link #bindToUser(Runnable)}, which is called in the thread of the request.
 * <p>
 * Implementations throw an {@link io.airlockapp.gateway.IdentityUnavailableException} if
 * a person has to act first, and any other
 * {@link io.airlockapp.gateway.AirlockGatewayException} if a later attempt may succeed.
 * In the latter case, pending approvals are retried. Messages must not contain a token.
 */
@FunctionalInterface
public interface AccessTokenSource {

	/**
	 * Return the access token for the next request.
	 * @return the token, or {@code null} if no user is signed in. The request is then
	 * made with the credentials of the application alone, and fails without them
	 */
	@Nullable String getAccessToken();

	/**
	 * Refresh an access token that the gateway refused with status 401. The request is
	 * repeated once with the result. The default implementation returns {@code null}.
	 * @param refused the refused token; if another token is current by now, that one is
	 * returned
	 * @return another token, or {@code null} if there is none
	 */
	default @Nullable String renewAccessToken(String refused) {
		return null;
	}

	/**
	 * Refresh the access token if it is about to expire. This is called after each token
	 * was returned, in the same thread. No request waits for it, so that an identity
	 * provider that does not respond delays nobody while the current token is valid. The
	 * default implementation does nothing.
	 */
	default void refreshAhead() {
	}

	/**
	 * Bind a task to the user of the current thread, so that another thread can run it.
	 * The default implementation returns the task unchanged, which is correct if all
	 * requests are made for the same user.
	 * @param task the task
	 * @return a task that gets the same tokens as the current thread
	 */
	default Runnable bindToUser(Runnable task) {
		return task;
	}

	/**
	 * Return whether tokens depend on the user of the current thread, so that there is no
	 * token without a user. The default implementation returns {@code false}.
	 * @return {@code true} if each user has separate tokens
	 */
	default boolean isPerUser() {
		return false;
	}

	/**
	 * Return the key of the current thread's user. Calls for equal keys that are made at
	 * the same time share one result. The key has to identify the user completely, with
	 * the provider that authenticated them.
	 * @return the key, or {@code null} to share nothing, which is the default
	 */
	default @Nullable Object findUserKey() {
		return null;
	}

	/**
	 * Return the kind of these tokens, for operators.
	 * @return a short text without secrets
	 */
	default String describe() {
		return "access token";
	}

	/**
	 * Return a source of a single token, which cannot be refreshed.
	 * @param token the token, or {@code null} for none
	 * @return the source
	 */
	static AccessTokenSource of(@Nullable String token) {
		return () -> token;
	}

}

package io.airlockapp.gateway.auth;

import org.jspecify.annotations.Nullable;

/**
 * Strategy interface for the bearer token that identifies the user to the gateway. It is
 * called for each request, by many threads concurrently, and only if there is no personal
 * access token.
 * <p>
 * Implementations throw an {@link io.airlockapp.gateway.IdentityUnavailableException} if
 * a person has to act first, and any other
 * {@link io.airlockapp.gateway.AirlockGatewayException} if a later attempt may succeed,
 * in which case pending approvals keep trying. Messages must not contain a token.
 */
@FunctionalInterface
public interface AccessTokenSource {

	/**
	 * Return the token for a call that is about to be made.
	 * @return the token, or {@code null} if nobody is signed in: the call is then made in
	 * the name of the application alone, if it has credentials, and fails otherwise
	 */
	@Nullable String getAccessToken();

	/**
	 * Renew a token that the gateway refused with status 401. The call is repeated once
	 * with what this returns. The default renews nothing.
	 * @param refused the token that was refused; if another is current by now, that one
	 * is returned
	 * @return another token, or {@code null} if there is none
	 */
	default @Nullable String renewAccessToken(String refused) {
		return null;
	}

	/**
	 * Bind a task to the user on whose behalf the current thread runs, so that another
	 * thread can run it. The default changes nothing, as is right where all calls are
	 * made in the same name.
	 * @param task the task
	 * @return a task that gets the same tokens as this thread would now
	 */
	default Runnable bindToUser(Runnable task) {
		return task;
	}

	/**
	 * Return whether tokens are those of the user on whose behalf a thread runs, so that
	 * where there is no user, there is none. The default says no.
	 * @return {@code true} if each user has tokens of their own
	 */
	default boolean isPerUser() {
		return false;
	}

	/**
	 * Return the kind of these tokens, for operators.
	 * @return a short text without anything secret
	 */
	default String describe() {
		return "access token";
	}

	/**
	 * Return a source of one token, which can't be renewed.
	 * @param token the token, or {@code null} for none
	 * @return the source
	 */
	static AccessTokenSource of(@Nullable String token) {
		return () -> token;
	}

}

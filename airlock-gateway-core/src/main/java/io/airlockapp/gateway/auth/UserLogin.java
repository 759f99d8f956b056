/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth;

import io.airlockapp.gateway.AirlockGatewayException;

/**
 * Strategy interface for a login of the person on whose behalf the application requests
 * approvals.
 */
public interface UserLogin {

	/**
	 * Return the state of the login, which is displayed to operators as JSON.
	 * @return the state
	 */
	Object getState();

	/**
	 * Start to sign in a person. Does nothing if a person is already signed in.
	 */
	void signIn();

	/**
	 * Sign out the person and revoke the login.
	 * @throws AirlockGatewayException if the login cannot be removed or revoked
	 */
	void signOut();

}

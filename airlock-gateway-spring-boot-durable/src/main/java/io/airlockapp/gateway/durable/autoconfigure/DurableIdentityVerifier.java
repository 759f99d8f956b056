/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.autoconfigure;

import io.airlockapp.gateway.auth.AccessTokenSource;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayConnectionDetails;
import io.airlockapp.gateway.durable.method.DurableTargets;
import io.airlockapp.gateway.support.AirlockConfigurationException;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Verifies at start that requests for durable approvals have an identity, since they are
 * sent when there is no user of the application any more.
 *
 * @param targets the durable methods
 * @param tokens the source of access tokens
 * @param connectionDetails the details of the connection
 */
record DurableIdentityVerifier(DurableTargets targets, ObjectProvider<AccessTokenSource> tokens,
		ObjectProvider<AirlockGatewayConnectionDetails> connectionDetails) implements SmartInitializingSingleton {

	@Override
	public void afterSingletonsInstantiated() {
		AccessTokenSource source = this.tokens.getIfAvailable();
		if (source == null || !source.isPerUser() || this.targets.isEmpty() || hasPat()) {
			return;
		}
		throw new AirlockConfigurationException(
				"Methods with @RequiresAirlockApproval(durable = true) cannot be approved, because access tokens are per user "
						+ "of the application (%s), and their approvals are requested later, without a user"
							.formatted(source.describe()),
				"Use an identity of the application, such as 'airlock.gateway.auth.pat' or "
						+ "'airlock.gateway.auth.device-login.enabled=true', or remove 'durable'.");
	}

	/**
	 * Return whether there is a personal access token, which is sent instead of others.
	 */
	private boolean hasPat() {
		AirlockGatewayConnectionDetails details = this.connectionDetails.getIfAvailable();
		return details != null && details.getCredentials().pat() != null;
	}

}

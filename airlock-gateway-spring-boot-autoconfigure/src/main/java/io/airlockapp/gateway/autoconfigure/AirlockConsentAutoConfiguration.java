/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.auth.AccessTokenSource;
import io.airlockapp.gateway.auth.ConsentCheck;
import io.airlockapp.gateway.exchange.ApprovalTaskExecutor;
import io.airlockapp.gateway.support.Ticker;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the check of the user's consent.
 */
@AutoConfiguration(after = AirlockGatewayAutoConfiguration.class)
@ConditionalOnBean({ AirlockGatewayOperations.class, AirlockGatewayConnectionDetails.class,
		ApprovalTaskExecutor.class })
public final class AirlockConsentAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ConsentCheck airlockConsentCheck(AirlockGatewayOperations gateway, ObjectProvider<AccessTokenSource> tokens) {
		AccessTokenSource source = tokens.getIfAvailable(() -> AccessTokenSource.of(null));
		return new ConsentCheck(gateway, source::findUserKey, Ticker.system());
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBooleanProperty(name = "airlock.gateway.consent.check-at-start", matchIfMissing = true)
	ConsentStartupListener airlockConsentStartupListener(ConsentCheck consent,
			AirlockGatewayConnectionDetails connectionDetails, ObjectProvider<AccessTokenSource> tokens,
			ApprovalTaskExecutor threads) {
		// Without credentials, there is no user whose consent could be checked
		return new ConsentStartupListener(consent, (check) -> {
			if (!connectionDetails.getCredentials().isEmpty() || tokens.getIfAvailable() != null) {
				threads.executor().execute(check);
			}
		});
	}

}

package io.airlockapp.gateway.autoconfigure;

import java.time.InstantSource;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.GatewayContact;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.auth.AccessTokenSource;
import io.airlockapp.gateway.auth.ConsentCheck;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.health.AirlockGatewayHealthIndicator;
import io.airlockapp.gateway.presence.PresenceHeartbeat;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for {@link AirlockGatewayHealthIndicator}.
 */
@AutoConfiguration(after = { AirlockGatewayAutoConfiguration.class, AirlockConsentAutoConfiguration.class,
		AirlockPresenceAutoConfiguration.class })
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean({ AirlockGatewayOperations.class, AirlockGatewayConnectionDetails.class, PairingSource.class })
@ConditionalOnEnabledHealthIndicator("airlock-gateway")
public final class AirlockGatewayHealthContributorAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = { "airlockGatewayHealthIndicator", "airlockGatewayHealthContributor" })
	AirlockGatewayHealthIndicator airlockGatewayHealthContributor(AirlockGatewayOperations gateway,
			AirlockGatewayConnectionDetails connectionDetails, PairingSource pairingSource,
			ObjectProvider<AccessTokenSource> tokens, ObjectProvider<ConsentCheck> consent,
			ObjectProvider<PresenceHeartbeat> heartbeat, ObjectProvider<GatewayContact> contact) {
		AccessTokenSource source = tokens.getIfAvailable();
		boolean configured = !connectionDetails.getCredentials().isEmpty() || source != null;
		return new AirlockGatewayHealthIndicator(gateway, pairingSource, configured,
				source != null && source.isPerUser(),
				consent.getIfAvailable(() -> new ConsentCheck(gateway, Ticker.system())), heartbeat.getIfAvailable(),
				contact.getIfAvailable(() -> new GatewayContact(InstantSource.system(), Ticker.system())),
				InstantSource.system(), Ticker.system());
	}

}

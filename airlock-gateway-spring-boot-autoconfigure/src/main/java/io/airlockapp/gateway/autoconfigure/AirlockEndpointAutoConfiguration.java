package io.airlockapp.gateway.autoconfigure;

import java.time.InstantSource;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.auth.AccessTokenSource;
import io.airlockapp.gateway.auth.UserLogin;
import io.airlockapp.gateway.endpoint.AirlockEndpoint;
import io.airlockapp.gateway.endpoint.AirlockStateReporter;
import io.airlockapp.gateway.endpoint.LastFailure;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.pairing.PairingManager;
import io.airlockapp.gateway.policy.DoNotDisturb;
import io.airlockapp.gateway.presence.PresenceHeartbeat;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for {@link AirlockEndpoint}.
 */
@AutoConfiguration(after = { AirlockGatewayAutoConfiguration.class, AirlockDeviceLoginAutoConfiguration.class,
		AirlockDndAutoConfiguration.class, AirlockPairingAutoConfiguration.class,
		AirlockPresenceAutoConfiguration.class })
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(AirlockEndpoint.class)
@ConditionalOnBean({ AirlockGatewayConnectionDetails.class, AirlockGatewayOperations.class, Enforcer.class,
		PairingManager.class, PendingApprovals.class })
public final class AirlockEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	LastFailure airlockLastFailure() {
		return new LastFailure(InstantSource.system());
	}

	@Bean
	@ConditionalOnMissingBean
	AirlockStateReporter airlockStateReporter(Enforcer enforcer, AirlockGatewayConnectionDetails connectionDetails,
			PairingManager pairings, PendingApprovals pending, ObjectProvider<PresenceHeartbeat> heartbeat,
			LastFailure lastFailure, ObjectProvider<DoNotDisturb> doNotDisturb, ObjectProvider<UserLogin> login,
			ObjectProvider<AccessTokenSource> tokens) {
		AccessTokenSource source = tokens.getIfAvailable();
		String identity = connectionDetails.getCredentials().describe((source != null) ? source.describe() : null);
		return new AirlockStateReporter(enforcer, identity, pairings, pending, heartbeat.getIfAvailable(), lastFailure,
				doNotDisturb.getIfAvailable(), login.getIfAvailable(), InstantSource.system());
	}

	@Bean
	@ConditionalOnMissingBean
	AirlockEndpoint airlockEndpoint(AirlockStateReporter reporter, PairingManager pairings, PendingApprovals pending,
			AirlockGatewayOperations gateway, ObjectProvider<UserLogin> login) {
		return new AirlockEndpoint(reporter, pairings, pending, gateway, login.getIfAvailable());
	}

}

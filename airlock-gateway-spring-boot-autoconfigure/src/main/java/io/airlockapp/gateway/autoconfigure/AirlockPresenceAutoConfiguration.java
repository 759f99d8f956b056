/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.time.Duration;
import java.time.InstantSource;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.presence.PresenceHeartbeat;
import io.airlockapp.gateway.presence.PresenceScheduling;
import io.airlockapp.gateway.support.AirlockConfigurationException;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

/**
 * Auto-configuration for the heartbeat.
 */
@AutoConfiguration(after = AirlockGatewayAutoConfiguration.class)
@ConditionalOnBean({ AirlockGatewayOperations.class, Enforcer.class, PairingSource.class })
@ConditionalOnBooleanProperty(name = "airlock.gateway.presence.enabled", matchIfMissing = true)
@EnableConfigurationProperties(AirlockGatewayProperties.class)
public final class AirlockPresenceAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	PresenceHeartbeat airlockPresenceHeartbeat(AirlockGatewayOperations gateway, Enforcer enforcer,
			PairingSource pairingSource) {
		return new PresenceHeartbeat(gateway, enforcer, pairingSource::isPaired, InstantSource.system());
	}

	@Bean
	@Lazy(false)
	PresenceScheduling airlockPresenceScheduling(PresenceHeartbeat heartbeat, AirlockGatewayProperties properties) {
		Duration interval = properties.presence().interval();
		AirlockConfigurationException.throwIf(interval.compareTo(Duration.ofSeconds(1)) < 0,
				"airlock.gateway.presence.interval", "it is below one second",
				"Set it to a duration such as '30s', or set 'airlock.gateway.presence.enabled=false'.");
		return new PresenceScheduling(heartbeat, interval);
	}

}

package io.airlockapp.gateway.autoconfigure;

import java.time.Duration;
import java.time.InstantSource;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.presence.PresenceHeartbeat;
import io.airlockapp.gateway.presence.PresenceScheduling;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;

/**
 * Auto-configuration for the heartbeat.
 */
@AutoConfiguration(after = AirlockGatewayAutoConfiguration.class)
@ConditionalOnBean({ AirlockGatewayOperations.class, Enforcer.class, PairingSource.class })
@ConditionalOnBooleanProperty(name = "airlock.gateway.presence.enabled", matchIfMissing = true)
public final class AirlockPresenceAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	PresenceHeartbeat airlockPresenceHeartbeat(AirlockGatewayOperations gateway, Enforcer enforcer,
			PairingSource pairingSource, AirlockGatewayProperties properties) {
		AirlockConfigurationException.throwIf(properties.presence().interval().compareTo(Duration.ofSeconds(1)) < 0,
				"airlock.gateway.presence.interval", "it is below one second",
				"Set it to a duration such as '30s', or set 'airlock.gateway.presence.enabled=false'.");
		return new PresenceHeartbeat(gateway, enforcer, pairingSource::isPaired, InstantSource.system());
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static PresenceScheduling airlockPresenceScheduling() {
		return new PresenceScheduling();
	}

	@Bean
	static LazyInitializationExcludeFilter airlockPresenceLazyInitializationExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(PresenceHeartbeat.class);
	}

}

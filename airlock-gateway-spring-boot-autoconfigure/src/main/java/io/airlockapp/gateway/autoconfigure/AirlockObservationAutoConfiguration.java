package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.observation.ApprovalObservationConvention;
import io.airlockapp.gateway.observation.ApprovalObservations;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for observations of approvals.
 */
@AutoConfiguration(after = ObservationAutoConfiguration.class)
@ConditionalOnBean(ObservationRegistry.class)
@EnableConfigurationProperties(AirlockGatewayProperties.class)
public final class AirlockObservationAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ApprovalObservations airlockApprovalObservations(ObservationRegistry registry,
			ObjectProvider<ApprovalObservationConvention> convention, AirlockGatewayProperties properties) {
		return new ApprovalObservations(registry, convention.getIfAvailable(),
				properties.observation().propagateTrace());
	}

}

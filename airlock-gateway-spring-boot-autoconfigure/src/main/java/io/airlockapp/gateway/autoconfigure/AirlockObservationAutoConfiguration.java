/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.autoconfigure.AirlockGatewayProperties.Approval.Mode;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.observation.ApprovalCounters;
import io.airlockapp.gateway.observation.ApprovalMetrics;
import io.airlockapp.gateway.observation.ApprovalObservationConvention;
import io.airlockapp.gateway.observation.ApprovalObservations;
import io.airlockapp.gateway.observation.DecisionTimeBuckets;
import io.airlockapp.gateway.presence.PresenceHeartbeat;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration for observations and meters of approvals, and for meters of the
 * heartbeat.
 */
@AutoConfiguration(after = { AirlockGatewayAutoConfiguration.class, AirlockPresenceAutoConfiguration.class },
		afterName = {
				"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
				"org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration" })
@EnableConfigurationProperties(AirlockGatewayProperties.class)
public final class AirlockObservationAutoConfiguration {

	@Bean
	@ConditionalOnBean(ObservationRegistry.class)
	@ConditionalOnMissingBean
	ApprovalObservations airlockApprovalObservations(ObservationRegistry registry,
			ObjectProvider<ApprovalObservationConvention> convention, AirlockGatewayProperties properties) {
		return new ApprovalObservations(registry, convention.getIfAvailable(),
				properties.observation().propagateTrace());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	@ConditionalOnBean({ MeterRegistry.class, PendingApprovals.class, Halt.class })
	static class MetricsConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ApprovalMetrics airlockApprovalMetrics(PendingApprovals pending, Halt halt,
				ObjectProvider<PresenceHeartbeat> heartbeat, AirlockGatewayProperties properties) {
			return new ApprovalMetrics(pending, halt, properties.approval().mode() == Mode.BYPASS,
					heartbeat.getIfAvailable());
		}

		@Bean
		@ConditionalOnMissingBean
		static ApprovalCounters airlockApprovalCounters() {
			return new ApprovalCounters();
		}

		@Bean
		@ConditionalOnMissingBean
		static DecisionTimeBuckets airlockDecisionTimeBuckets() {
			return new DecisionTimeBuckets();
		}

	}

}

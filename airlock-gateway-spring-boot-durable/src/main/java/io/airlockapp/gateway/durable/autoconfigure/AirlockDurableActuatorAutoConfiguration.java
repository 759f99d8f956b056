/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.autoconfigure;

import java.time.InstantSource;

import io.airlockapp.gateway.durable.CallObserver;
import io.airlockapp.gateway.durable.DurableApprovals;
import io.airlockapp.gateway.durable.DurableCallStore;
import io.airlockapp.gateway.durable.WaitingCalls;
import io.airlockapp.gateway.durable.actuator.CallObservations;
import io.airlockapp.gateway.durable.actuator.DurableEndpointOperations;
import io.airlockapp.gateway.durable.actuator.DurableHealthIndicator;
import io.airlockapp.gateway.durable.actuator.DurableMetrics;
import io.airlockapp.gateway.durable.engine.StepTasks;
import io.airlockapp.gateway.durable.maintenance.DurableMonitor;
import io.airlockapp.gateway.endpoint.DurableOperations;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for durable approvals in Spring Boot's actuator: the operations of
 * the endpoint, health, meters and observations.
 */
@AutoConfiguration(after = AirlockDurableAutoConfiguration.class,
		afterName = {
				"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
				"org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration" })
public final class AirlockDurableActuatorAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Endpoint.class)
	@ConditionalOnBean({ DurableApprovals.class, DurableCallStore.class })
	static class EndpointConfiguration {

		@Bean
		@ConditionalOnMissingBean
		DurableOperations airlockDurableOperations(DurableApprovals approvals, DurableCallStore store) {
			return new DurableEndpointOperations(approvals, store, InstantSource.system());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
	@ConditionalOnBean(DurableMonitor.class)
	@ConditionalOnEnabledHealthIndicator("airlock-durable")
	static class HealthConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = { "airlockDurableHealthIndicator", "airlockDurableHealthContributor" })
		DurableHealthIndicator airlockDurableHealthContributor(DurableMonitor monitor, StepTasks tasks,
				@Qualifier("airlockCallsOfMissingTargets") WaitingCalls missingTargets,
				@Qualifier("airlockCallsOfOtherPairings") WaitingCalls otherPairings) {
			return new DurableHealthIndicator(monitor, tasks::getAskProblem, missingTargets::findGates,
					otherPairings::findGates, InstantSource.system());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	@ConditionalOnBean({ MeterRegistry.class, DurableMonitor.class })
	static class MetricsConfiguration {

		@Bean
		@ConditionalOnMissingBean
		DurableMetrics airlockDurableMetrics(DurableMonitor monitor) {
			return new DurableMetrics(monitor);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean({ ObservationRegistry.class, DurableCallStore.class })
	static class ObservationConfiguration {

		@Bean
		@ConditionalOnMissingBean(CallObserver.class)
		CallObservations airlockDurableCallObservations(ObservationRegistry registry, Environment environment) {
			return new CallObservations(registry,
					environment.getProperty("airlock.gateway.observation.propagate-trace", Boolean.class, true));
		}

	}

}

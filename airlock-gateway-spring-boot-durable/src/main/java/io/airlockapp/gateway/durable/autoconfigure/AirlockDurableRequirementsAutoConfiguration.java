/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.autoconfigure;

import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.durable.DurableApprovals;
import io.airlockapp.gateway.durable.DurableSettings;
import io.airlockapp.gateway.durable.method.DurableTargets;
import io.airlockapp.gateway.support.AirlockConfigurationException;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.aot.AotDetector;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for an application without a database or a key for durable
 * approvals. It fails the start if the application uses them.
 */
@AutoConfiguration(after = AirlockDurableAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "airlock.gateway.enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty(name = "airlock.gateway.durable.enabled", matchIfMissing = true)
@ConditionalOnBean({ AirlockGatewayApi.class, DurableTargets.class })
@ConditionalOnMissingBean(DurableSettings.class)
public final class AirlockDurableRequirementsAutoConfiguration {

	@Bean
	@Lazy
	@ConditionalOnMissingBean
	DurableApprovals airlockDurableApprovals(Environment environment) {
		throw missing(environment);
	}

	@Bean
	SmartInitializingSingleton airlockDurableRequirementsVerifier(DurableTargets targets, Environment environment) {
		return () -> {
			if (!targets.isEmpty()) {
				throw missing(environment);
			}
		};
	}

	private static AirlockConfigurationException missing(Environment environment) {
		DurableStoreKeys.of(environment);
		if (AotDetector.useGeneratedArtifacts()) {
			return new AirlockConfigurationException(
					"Durable approvals were not configured when this application was processed ahead of time",
					"At build time, set 'airlock.gateway.pairing.store.key' to any value, and configure the DataSource.");
		}
		return new AirlockConfigurationException(
				"Durable approvals need a database, but there is no DataSource, or several of which none is primary",
				"Add a DataSource, as '@Bean(defaultCandidate = false) @AirlockDataSource' if there is an R2DBC ConnectionFactory, make one of several primary, add @AirlockDataSource to one, or set 'airlock.gateway.durable.enabled=false'.");
	}

}

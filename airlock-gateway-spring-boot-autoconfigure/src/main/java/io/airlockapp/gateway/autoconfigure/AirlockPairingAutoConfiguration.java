/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.auth.AccessTokenSource;
import io.airlockapp.gateway.pairing.GatewayPairingManager;
import io.airlockapp.gateway.pairing.ManagedPairingSource;
import io.airlockapp.gateway.pairing.PairingDependencies;
import io.airlockapp.gateway.pairing.PairingManager;
import io.airlockapp.gateway.store.PairingStore;
import io.airlockapp.gateway.store.ReadOnlyPairingStore;
import io.airlockapp.gateway.support.AirlockConfigurationException;
import io.airlockapp.gateway.support.Ticker;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

/**
 * Auto-configuration for {@link PairingManager}.
 */
@AutoConfiguration(after = AirlockGatewayAutoConfiguration.class)
@ConditionalOnBean({ AirlockGatewayOperations.class, AirlockGatewayConnectionDetails.class, Enforcer.class,
		ManagedPairingSource.class })
@EnableConfigurationProperties(AirlockGatewayProperties.class)
public final class AirlockPairingAutoConfiguration {

	private static final Log logger = LogFactory.getLog(AirlockPairingAutoConfiguration.class);

	// Completes pairings even if no other bean requires the manager
	@Bean
	@Lazy(false)
	@ConditionalOnMissingBean(PairingManager.class)
	GatewayPairingManager airlockPairingManager(ManagedPairingSource source, AirlockGatewayOperations gateway,
			AirlockGatewayConnectionDetails connectionDetails, Enforcer enforcer, AirlockGatewayProperties properties,
			ObjectProvider<PairingStore> store, ObjectProvider<AccessTokenSource> tokens) {
		Map<String, String> codes = PairingsFromProperties.codes(properties);
		connectionDetails.getPairings().keySet().forEach((name) -> {
			if (codes.remove(name) != null) {
				logger.warn("'%scode' is not used, because the keys of that pairing are configured too"
					.formatted(PairingsFromProperties.prefix(name)));
			}
		});
		requireStore(codes, store.getIfAvailable(ReadOnlyPairingStore::new));
		return new GatewayPairingManager(source,
				new PairingDependencies(gateway, enforcer, connectionDetails.getBaseUrl().toString(),
						tokens.getIfAvailable(() -> AccessTokenSource.of(null))::bindToUser,
						AirlockConfigurationException.requireInRange("airlock.gateway.pairing.poll-interval",
								properties.pairing().pollInterval(), Duration.ofSeconds(1), Duration.ofMinutes(1)),
						InstantSource.system(), Ticker.system()),
				codes, PairingsFromProperties.names(properties));
	}

	private static void requireStore(Map<String, String> codes, PairingStore store) {
		if (!codes.isEmpty() && store.isReadOnly()) {
			String name = codes.keySet().iterator().next();
			throw AirlockConfigurationException.ofProperty(PairingsFromProperties.prefix(name) + "code",
					"a pairing that is created by a code could not be kept, because the store can only be read",
					"Set 'airlock.gateway.pairing.store.type' to a store that can be written, or set the keys of a pairing "
							+ "instead of a code.");
		}
	}

}

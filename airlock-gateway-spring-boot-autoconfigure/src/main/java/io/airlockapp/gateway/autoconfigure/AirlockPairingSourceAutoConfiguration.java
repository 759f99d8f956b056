package io.airlockapp.gateway.autoconfigure;

import java.time.InstantSource;
import java.util.Map;

import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.pairing.ManagedPairingSource;
import io.airlockapp.gateway.store.PairingStore;
import io.airlockapp.gateway.store.ReadOnlyPairingStore;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.web.client.RestClient;

/**
 * Auto-configuration for {@link ManagedPairingSource}.
 */
@AutoConfiguration(before = AirlockGatewayAutoConfiguration.class)
@ConditionalOnClass(RestClient.class)
@ConditionalOnBooleanProperty(name = "airlock.gateway.enabled", matchIfMissing = true)
public final class AirlockPairingSourceAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(PairingSource.class)
	ManagedPairingSource airlockManagedPairingSource(ObjectProvider<PairingStore> store,
			ObjectProvider<AirlockGatewayConnectionDetails> connectionDetails, ObjectProvider<PendingApprovals> pending,
			ApplicationEventPublisher publisher) {
		return new ManagedPairingSource(store.getIfAvailable(ReadOnlyPairingStore::new), () -> {
			AirlockGatewayConnectionDetails details = connectionDetails.getIfAvailable();
			return (details != null) ? details.getPairings() : Map.of();
		}, (name) -> pending.ifAvailable((approvals) -> approvals.pairingRevoked(name)), publisher::publishEvent,
				InstantSource.system());
	}

}

package io.airlockapp.samples.agent;

import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.auth.GatewayCredentials;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayConnectionDetails;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;

/**
 * A simulated gateway, and a page on which the approver decides.
 */
@TestConfiguration(proxyBeanMethods = false)
class SimulatedGateway {

	private static final Log logger = LogFactory.getLog(SimulatedGateway.class);

	@Bean
	AirlockSimulator airlockSimulator(@Value("${agent-tools.approver.port:8099}") int port) {
		try {
			return AirlockSimulator.builder().port(port).start();
		}
		catch (UncheckedIOException ex) {
			logger.info("Port %d is taken, so the approver gets another one".formatted(port));
			return AirlockSimulator.start();
		}
	}

	@Bean
	AirlockGatewayConnectionDetails airlockGatewayConnectionDetails(AirlockSimulator simulator) {
		return new SimulatorConnectionDetails(simulator);
	}

	@Bean
	ApplicationListener<ApplicationReadyEvent> pages(AirlockSimulator simulator) {
		return (event) -> {
			String port = event.getApplicationContext().getEnvironment().getProperty("local.server.port");
			logger.info("Agent:      curl -H content-type:text/plain -d 'Refund my order' http://127.0.0.1:%s/agent"
				.formatted(port));
			logger.info("MCP server: http://127.0.0.1:%s/mcp".formatted(port));
			logger.info("Approver:   %s".formatted(simulator.approverUrl()));
		};
	}

	private record SimulatorConnectionDetails(AirlockSimulator simulator) implements AirlockGatewayConnectionDetails {

		@Override
		public URI getBaseUrl() {
			return URI.create(this.simulator.baseUrl());
		}

		@Override
		public GatewayCredentials getCredentials() {
			return new GatewayCredentials(this.simulator.pat(), null, null, null, null);
		}

		@Override
		public Map<String, Pairing> getPairings() {
			String key = this.simulator.properties().get("airlock.gateway.pairing.encryption-key");
			return Map.of(Pairing.DEFAULT_NAME, new Pairing(this.simulator.routingToken(), EncryptionKey.parse(key),
					List.of(this.simulator.signerKey())));
		}

	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.docs.DocumentationPage.Block;
import io.airlockapp.gateway.pairing.PairingInfo;
import io.airlockapp.gateway.pairing.PairingManager;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.test.AirlockSimulatorExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests that an application is as the page for beginners says: denied at first, and with
 * the page's properties paired by nothing but a token and a code, which is needed once.
 */
@ExtendWith(AirlockSimulatorExtension.class)
class GettingStartedTests {

	@TempDir
	private Path directory;

	@Test
	void pairsAndStaysPaired(AirlockSimulator simulator) throws IOException {
		Map<String, Object> properties = documented();
		properties.put("airlock.gateway.base-url", simulator.baseUrl());
		properties.put("airlock.gateway.auth.pat", simulator.pat());
		properties.put("airlock.gateway.pairing.poll-interval", "1s");
		Map<String, Object> first = new HashMap<>(properties);
		first.put("airlock.gateway.pairing.code", simulator.preGeneratePairingCode());
		try (ConfigurableApplicationContext context = start(first)) {
			PairingManager pairings = context.getBean(PairingManager.class);
			await().until(() -> pairings.getStatus(Pairing.DEFAULT_NAME).state() == PairingInfo.State.PAIRED);
		}
		try (ConfigurableApplicationContext context = start(properties)) {
			assertThat(context.getBean(HealthEndpoint.class).healthForPath("airlockGateway").getStatus())
				.isEqualTo(Status.UP);
			CompletableFuture<Receipt> receipt = CompletableFuture
				.supplyAsync(() -> context.getBean(RefundService.class)
					.refund("A-17", new BigDecimal("2.50"), "ann@example.com"));
			simulator.approve(simulator.awaitPending().requestId());
			assertThat(receipt.join().order()).isEqualTo("A-17");
		}
	}

	@Test
	void refundWithoutPairingIsDenied() {
		try (ConfigurableApplicationContext context = start(Map.of())) {
			assertThatExceptionOfType(ApprovalUnavailableException.class)
				.isThrownBy(
						() -> context.getBean(RefundService.class).refund("A-17", BigDecimal.TEN, "ann@example.com"))
				.withMessageContainingAll("is not paired with an approver",
						"In a test, add @AutoConfigureAirlockSimulator. Set ");
			assertThat(context.getBean(HealthEndpoint.class).healthForPath("airlockGateway").getStatus())
				.isEqualTo(Status.UNKNOWN);
		}
	}

	private Map<String, Object> documented() throws IOException {
		Map<String, Object> properties = new HashMap<>();
		for (Block block : DocumentationPage.named("getting-started.md").blocks()) {
			if (block.language().equals("properties")) {
				properties.putAll(DocumentedPropertiesTests.load(block));
			}
		}
		assertThat(properties).containsEntry("airlock.gateway.pairing.store.type", "file");
		properties.put("airlock.gateway.pairing.store.path", this.directory.resolve("pairings").toString());
		return properties;
	}

	private static ConfigurableApplicationContext start(Map<String, Object> properties) {
		return new SpringApplicationBuilder(RefundApplication.class).web(WebApplicationType.NONE)
			.properties(properties)
			.run();
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.compatibility;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDeniedByPolicyException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatedPolicy;
import io.airlockapp.gateway.store.PairingStore;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Applications that are paired in each way, with each store.
 */
@Tag("slow")
class PairingCompatibilityTests {

	private static final String KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

	@TempDir
	private static Path directory;

	@AutoClose
	private final AirlockSimulator simulator = AirlockSimulator.start();

	static Stream<Map<String, String>> stores() {
		return Stream.of(Map.of("type", "file", "path", directory.resolve("plain").toString()),
				Map.of("type", "file", "path", directory.resolve("encrypted").toString(), "key", KEY),
				Map.of("type", "jdbc"), Map.of("type", "jdbc", "key", KEY));
	}

	@ParameterizedTest
	@MethodSource("stores")
	void pairingByACodeOutlivesARestart(Map<String, String> store) {
		this.simulator.approver().approveAll();
		Map<String, String> properties = unpaired(store);
		try (RunningApplication application = start(properties,
				Map.of("airlock.gateway.pairing.code", this.simulator.preGeneratePairingCode()))) {
			awaitState(application, "PAIRED");
			assertThat(application.bean(Shop.class).refund("A-1")).isEqualTo("refunded A-1");
		}
		this.simulator.addPolicy(SimulatedPolicy.forAction("payments", Verdict.REJECT, "Shop.refund", "order=B-1"));
		try (RunningApplication application = start(properties, Map.of())) {
			Shop shop = application.bean(Shop.class);
			assertThat(shop.refund("A-2")).isEqualTo("refunded A-2");
			assertThatExceptionOfType(ApprovalDeniedByPolicyException.class).isThrownBy(() -> shop.refund("B-1"));
			assertThat(application.getJson("/actuator/airlock").toString()).contains("B-1");
		}
		assertThat(this.simulator.asked()).hasSize(2);
	}

	@Test
	void operatorsPairAndRevokeAtTheEndpoint() {
		try (RunningApplication application = start(unpaired(Map.of("type", "jdbc")),
				Map.of("management.endpoint.airlock.access", "unrestricted"))) {
			awaitState(application, "NOT_PAIRED");
			this.simulator.enterPairingCode(operate(application, "pair").path("code").stringValue());
			awaitState(application, "PAIRED");
			Shop shop = application.bean(Shop.class);
			CompletableFuture<String> refund = shop.refundLater("A-1");
			assertThat(operate(application, "withdraw", "requestId", this.simulator.awaitPending().requestId())
				.has("withdrawn")).isTrue();
			assertThat(refund).failsWithin(Duration.ofSeconds(10))
				.withThrowableThat()
				.withCauseInstanceOf(ApprovalUnavailableException.class);
			this.simulator.revokePairing(routingToken(application));
			assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> shop.refund("A-2"))
				.matches(AirlockGatewayException::isPairingRevoked);
			awaitState(application, "REVOKED");
			this.simulator.enterPairingCode(operate(application, "pair").path("code").stringValue());
			awaitState(application, "PAIRED");
			String keyId = application.getJson("/actuator/airlock").at("/pairings/0/keys/0/id").stringValue();
			operate(application, "revoke-key", "keyId", keyId);
			awaitState(application, "REVOKED");
			String code = this.simulator.preGeneratePairingCode();
			this.simulator.renewSignerKey();
			operate(application, "claim", "code", code);
			awaitState(application, "PAIRED");
			this.simulator.approver().approveAll();
			assertThat(shop.refund("A-3")).isEqualTo("refunded A-3");
			operate(application, "revoke");
			awaitState(application, "REVOKED");
			assertThat(shop.refunded()).containsExactly("A-3");
		}
	}

	private Map<String, String> unpaired(Map<String, String> store) {
		Map<String, String> properties = new LinkedHashMap<>(
				Map.of("airlock.gateway.base-url", this.simulator.baseUrl(), "airlock.gateway.auth.pat",
						this.simulator.pat(), "airlock.gateway.pairing.poll-interval", "1s",
						"airlock.gateway.workspace.name", "payments", "airlock.gateway.rate-limit.requests", "1000",
						"spring.datasource.url", "jdbc:h2:mem:%s;DB_CLOSE_DELAY=-1".formatted(UUID.randomUUID())));
		store.forEach((name, value) -> properties.put("airlock.gateway.pairing.store." + name, value));
		return properties;
	}

	private static RunningApplication start(Map<String, String> properties, Map<String, String> others) {
		Map<String, String> all = new LinkedHashMap<>(properties);
		all.putAll(others);
		return RunningApplication.start(ShopApplication.class, WebApplicationType.SERVLET, all);
	}

	private static void awaitState(RunningApplication application, String state) {
		await()
			.until(() -> application.getJson("/actuator/airlock").at("/pairings/0/state").stringValue().equals(state));
	}

	private static String routingToken(RunningApplication application) {
		return new JsonMapper().readTree(application.bean(PairingStore.class).read("pairing.default").text())
			.at("/active/routingToken")
			.stringValue();
	}

	private static JsonNode operate(RunningApplication application, String operation) {
		return application.postJson("/actuator/airlock/" + operation, Map.of());
	}

	private static JsonNode operate(RunningApplication application, String operation, String name, String value) {
		return application.postJson("/actuator/airlock/" + operation, Map.of(name, value));
	}

}

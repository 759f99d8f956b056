package io.airlockapp.samples.payouts;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aot.AotDetector;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigRegistry;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Starts the service as containers do: with nothing but an environment.
 */
class PayoutServiceTests {

	private final AirlockSimulator simulator = AirlockSimulator.start();

	private final Map<String, Object> environment = new HashMap<>();

	@BeforeEach
	void prepare(@TempDir Path directory) {
		this.environment.put("AIRLOCK_GATEWAY_BASE_URL", this.simulator.baseUrl());
		this.environment.put("AIRLOCK_GATEWAY_AUTH_PAT", this.simulator.pat());
		this.environment.put("SPRING_DATASOURCE_URL",
				"jdbc:h2:file:%s;AUTO_SERVER=TRUE".formatted(directory.resolve("payouts")));
		this.environment.put("SERVER_PORT", "0");
	}

	@AfterEach
	void close() {
		System.clearProperty(AotDetector.AOT_ENABLED);
		this.simulator.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void pairingByCodeAppliesToAllInstancesAfterRestart(boolean aheadOfTime) throws Exception {
		System.setProperty(AotDetector.AOT_ENABLED, String.valueOf(aheadOfTime));
		this.environment.put("AIRLOCK_GATEWAY_PAIRING_CODE", this.simulator.preGeneratePairingCode());
		try (ConfigurableApplicationContext first = start()) {
			assertThat(first instanceof AnnotationConfigRegistry).isNotEqualTo(aheadOfTime);
			awaitPaired(first);
			payWithApproval(first);
		}
		this.environment.remove("AIRLOCK_GATEWAY_PAIRING_CODE");
		try (ConfigurableApplicationContext restarted = start(); ConfigurableApplicationContext second = start()) {
			awaitPaired(restarted);
			awaitPaired(second);
			payWithApproval(restarted);
			payWithApproval(second);
		}
		assertThat(this.simulator.requests(SimulatorCall.PAIRING_CLAIM)).hasSize(1);
	}

	@Test
	void payoutWithoutCodeIsDeniedAndHealthNamesProperty() {
		try (ConfigurableApplicationContext application = start()) {
			HttpStatusCode status = client(application).post()
				.uri("/payouts")
				.contentType(MediaType.APPLICATION_JSON)
				.body(new Payout("A", BigDecimal.TEN))
				.exchange((request, response) -> response.getStatusCode());
			assertThat(status.value()).isEqualTo(503);
			String health = get(application, "/actuator/health");
			assertThat(health).contains("OUT_OF_SERVICE", "airlock.gateway.pairing.code");
			assertThat(application.getBean(PayoutService.class).made()).isEmpty();
		}
	}

	@Test
	void endpointIsReadOnlyUnlessConfigured() {
		try (ConfigurableApplicationContext application = start()) {
			assertThat(operate(application, "pair").value()).isEqualTo(404);
			assertThat(get(application, "/actuator/airlock")).contains("NOT_PAIRED");
		}
		this.environment.put("MANAGEMENT_ENDPOINT_AIRLOCK_ACCESS", "unrestricted");
		try (ConfigurableApplicationContext application = start()) {
			assertThat(operate(application, "no-such-thing").value()).isEqualTo(404);
			assertThat(operate(application, "revoke-key").value()).isEqualTo(400);
			assertThat(operate(application, "pair").value()).isEqualTo(200);
		}
		this.environment.put("MANAGEMENT_ENDPOINTS_ACCESS_MAX_PERMITTED", "read-only");
		try (ConfigurableApplicationContext application = start()) {
			assertThat(operate(application, "pair").value()).isEqualTo(404);
		}
	}

	private static HttpStatusCode operate(ConfigurableApplicationContext application, String operation) {
		return client(application).post()
			.uri("/actuator/airlock/" + operation)
			.contentType(MediaType.APPLICATION_JSON)
			.body("{}")
			.exchange((request, response) -> response.getStatusCode());
	}

	private ConfigurableApplicationContext start() {
		StandardEnvironment started = new StandardEnvironment();
		started.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, this.environment));
		return new SpringApplicationBuilder(PayoutServiceApplication.class).main(PayoutServiceApplication.class)
			.environment(started)
			.run();
	}

	private static void awaitPaired(ConfigurableApplicationContext application) {
		await().atMost(30, TimeUnit.SECONDS)
			.until(() -> get(application, "/actuator/airlock").contains("\"state\":\"PAIRED\""));
	}

	private void payWithApproval(ConfigurableApplicationContext application) throws Exception {
		CompletableFuture<Payout> payout = CompletableFuture.supplyAsync(() -> client(application).post()
			.uri("/payouts")
			.contentType(MediaType.APPLICATION_JSON)
			.body(new Payout("A", BigDecimal.TEN))
			.retrieve()
			.body(Payout.class));
		String requestId = this.simulator.awaitPending().requestId();
		assertThat(application.getBean(PayoutService.class).made()).isEmpty();
		this.simulator.approve(requestId);
		assertThat(payout.get(30, TimeUnit.SECONDS)).isEqualTo(new Payout("A", BigDecimal.TEN));
		assertThat(application.getBean(PayoutService.class).made()).hasSize(1);
	}

	private static String get(ConfigurableApplicationContext application, String path) {
		String body = client(application).get()
			.uri(path)
			.exchange((request, response) -> response.bodyTo(String.class));
		return (body != null) ? body : "";
	}

	private static RestClient client(ConfigurableApplicationContext application) {
		return RestClient
			.create("http://127.0.0.1:" + application.getEnvironment().getRequiredProperty("local.server.port"));
	}

}

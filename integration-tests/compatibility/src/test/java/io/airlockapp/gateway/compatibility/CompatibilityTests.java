/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.compatibility;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Applications of each kind, with each HTTP client that Spring Boot supports, through
 * approval, denial and forgery.
 */
@Tag("slow")
class CompatibilityTests {

	@AutoClose
	private final AirlockSimulator simulator = AirlockSimulator.start();

	@Test
	void springBootVersionIsRequestedOne() {
		assertThat(SpringBootVersion.getVersion()).isEqualTo(System.getProperty("compatibility.spring-boot.version"));
	}

	static Stream<Arguments> kinds() {
		return Arrays.stream(WebApplicationType.values())
			.flatMap((type) -> Arrays.stream(Client.values())
				.filter((client) -> client.isFor(type))
				.map((client) -> Arguments.of(type, client)));
	}

	@ParameterizedTest
	@MethodSource("kinds")
	void methodRunsOnlyWhenApproved(WebApplicationType type, Client client) {
		try (RunningApplication application = start(type, client)) {
			client.assertInUse(application, type);
			Shop shop = application.bean(Shop.class);
			decide(SimulatedDecision.approve());
			assertThat(shop.refund("A-1")).isEqualTo("refunded A-1");
			assertThat(shop.refundLater("A-2").join()).isEqualTo("refunded A-2");
			assertThat(shop.refundReactively("A-3").block()).isEqualTo("refunded A-3");
			decide(SimulatedDecision.reject("Refunded on Monday"));
			assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(() -> shop.refund("B-1"))
				.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo("Refunded on Monday"));
			forge();
			assertThatExceptionOfType(ApprovalVerificationException.class).isThrownBy(() -> shop.refund("C-1"));
			assertThat(shop.refunded()).containsExactly("A-1", "A-2", "A-3");
			assertThat(this.simulator.asked()).extracting(PendingRequest::label).containsOnly("Refund");
			assertThat(outcomes(application, "approved", "denied", "unverified")).containsExactly(3, 1, 1);
		}
	}

	@ParameterizedTest
	@EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
	void clientsAndOperatorsReceiveResponses(WebApplicationType type) {
		try (RunningApplication application = start(type, Client.JDK)) {
			decide(SimulatedDecision.approve());
			assertThat(application.post("/refunds/A-1").body()).isEqualTo("refunded A-1");
			decide(SimulatedDecision.reject());
			RunningApplication.assertProblem(application.post("/refunds/B-1"), 403, "problem/approval-denied",
					"\"requestId\":\"req-");
			forge();
			RunningApplication.assertProblem(application.post("/refunds/C-1"), 502, "problem/approval-unverified",
					"\"requestId\":\"req-");
			assertThat(application.bean(Shop.class).refunded()).containsExactly("A-1");
			assertThat(application.get("/actuator/health").body()).contains("\"airlockGateway\":{", "\"status\":\"UP\"")
				.doesNotContain("\"status\":\"DOWN\"");
			assertThat(application.get("/actuator/airlock").body()).contains("\"state\":\"PAIRED\"");
			assertThat(application.get("/actuator/metrics/airlock.approval?tag=outcome:denied").body())
				.contains("\"statistic\":\"COUNT\",\"value\":1.0");
		}
	}

	private RunningApplication start(WebApplicationType type, Client client) {
		Map<String, String> properties = new LinkedHashMap<>(this.simulator.properties());
		properties.put(client.property(type), client.factory());
		return RunningApplication.start(ShopApplication.class, type, properties);
	}

	private void decide(SimulatedDecision decision) {
		this.simulator.tamperDecisions((envelope) -> envelope);
		this.simulator.decideAutomatically((request) -> decision);
	}

	private void forge() {
		decide(SimulatedDecision.reject());
		this.simulator.tamperDecisions((envelope) -> {
			envelope.withObject("/body").put("decision", "approve");
			return envelope;
		});
	}

	private static List<Integer> outcomes(RunningApplication application, String... outcomes) {
		MeterRegistry registry = application.bean(MeterRegistry.class);
		return Arrays.stream(outcomes)
			.map((outcome) -> registry.get("airlock.approval").tag("outcome", outcome).timers())
			.map((timers) -> timers.stream().mapToInt((timer) -> (int) timer.count()).sum())
			.toList();
	}

	/**
	 * The HTTP client that the application prefers for its own calls.
	 */
	enum Client {

		APACHE("http-components", "HttpComponentsClient"),

		JDK("jdk", "JdkClient"),

		JETTY("jetty", "JettyClient"),

		REACTOR("reactor", "ReactorClient"),

		SIMPLE("simple", "SimpleClient");

		private final String factory;

		private final String prefix;

		Client(String factory, String prefix) {
			this.factory = factory;
			this.prefix = prefix;
		}

		boolean isFor(WebApplicationType type) {
			return type != WebApplicationType.REACTIVE || this != SIMPLE;
		}

		String property(WebApplicationType type) {
			return (type != WebApplicationType.REACTIVE) ? "spring.http.clients.imperative.factory"
					: "spring.http.clients.reactive.connector";
		}

		String factory() {
			return this.factory;
		}

		void assertInUse(RunningApplication application, WebApplicationType type) {
			Class<?> builderType = (type != WebApplicationType.REACTIVE) ? ClientHttpRequestFactoryBuilder.class
					: ClientHttpConnectorBuilder.class;
			assertThat(application.bean(builderType).getClass().getSimpleName()).startsWith(this.prefix);
		}

	}

}

package io.airlockapp.gateway.compatibility;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.airlockapp.gateway.ApprovalDeniedByPolicyException;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.pairing.PairingInfo;
import io.airlockapp.gateway.pairing.PairingManager;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.SimulatedPolicy;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Applications of each kind, with each HTTP client that Spring Boot supports, through
 * approval, denial and forgery.
 */
class CompatibilityTests {

	private final AirlockSimulator simulator = AirlockSimulator.start();

	private final HttpClient browser = HttpClient.newHttpClient();

	@AfterEach
	void stop() {
		this.simulator.close();
	}

	@Test
	void runsWithTheSpringBootThatIsAskedFor() {
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
	void runsWhatIsApprovedAndNothingElse(WebApplicationType type, Client client) {
		try (ConfigurableApplicationContext context = start(type, client)) {
			client.assertInUse(context, type);
			Shop shop = context.getBean(Shop.class);
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
			assertThat(outcomes(context, "approved", "denied", "unverified")).containsExactly(3, 1, 1);
		}
	}

	@ParameterizedTest
	@EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
	void answersClientsAndOperators(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = start(type, Client.JDK)) {
			decide(SimulatedDecision.approve());
			assertThat(post(context, "/refunds/A-1").body()).isEqualTo("refunded A-1");
			decide(SimulatedDecision.reject());
			assertProblem(post(context, "/refunds/B-1"), 403, "approval-denied");
			forge();
			assertProblem(post(context, "/refunds/C-1"), 502, "approval-unverified");
			assertThat(context.getBean(Shop.class).refunded()).containsExactly("A-1");
			assertThat(get(context, "/actuator/health").body()).contains("\"airlockGateway\":{", "\"status\":\"UP\"")
				.doesNotContain("\"status\":\"DOWN\"");
			assertThat(get(context, "/actuator/airlock").body()).contains("\"state\":\"PAIRED\"");
			assertThat(get(context, "/actuator/metrics/airlock.approval?tag=outcome:denied").body())
				.contains("\"statistic\":\"COUNT\",\"value\":1.0");
		}
	}

	@Test
	void readsStoredPairingsAndPolicies(@TempDir Path directory) {
		Map<String, String> properties = Map.of("airlock.gateway.base-url", this.simulator.baseUrl(),
				"airlock.gateway.auth.pat", this.simulator.pat(), "airlock.gateway.pairing.code",
				this.simulator.preGeneratePairingCode(), "airlock.gateway.pairing.store.type", "file",
				"airlock.gateway.pairing.store.path", directory.resolve("pairings").toString(),
				"airlock.gateway.pairing.poll-interval", "1s", "airlock.gateway.workspace.name", "payments");
		decide(SimulatedDecision.approve());
		try (ConfigurableApplicationContext context = start(WebApplicationType.NONE, Client.JDK, properties)) {
			PairingManager pairings = context.getBean(PairingManager.class);
			await().until(() -> pairings.getStatus("default").state() == PairingInfo.State.PAIRED);
			assertThat(context.getBean(Shop.class).refund("A-1")).isEqualTo("refunded A-1");
		}
		this.simulator.addPolicy(SimulatedPolicy.forWorkspace("payments", Verdict.REJECT));
		try (ConfigurableApplicationContext context = start(WebApplicationType.NONE, Client.JDK, properties)) {
			Shop shop = context.getBean(Shop.class);
			assertThatExceptionOfType(ApprovalDeniedByPolicyException.class).isThrownBy(() -> shop.refund("A-2"));
		}
		assertThat(this.simulator.asked()).hasSize(1);
	}

	private ConfigurableApplicationContext start(WebApplicationType type, Client client) {
		return start(type, client, this.simulator.properties());
	}

	private static ConfigurableApplicationContext start(WebApplicationType type, Client client,
			Map<String, String> properties) {
		List<String> arguments = Stream
			.concat(properties.entrySet().stream().map((entry) -> entry.getKey() + "=" + entry.getValue()),
					Stream.of("server.port=0", "spring.main.banner-mode=off", client.property(type),
							"management.endpoints.web.exposure.include=*",
							"management.endpoint.health.show-details=always"))
			.map((property) -> "--" + property)
			.toList();
		return new SpringApplicationBuilder(ShopApplication.class).web(type).run(arguments.toArray(String[]::new));
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

	private static List<Integer> outcomes(ConfigurableApplicationContext context, String... outcomes) {
		MeterRegistry registry = context.getBean(MeterRegistry.class);
		return Arrays.stream(outcomes)
			.map((outcome) -> registry.get("airlock.approval").tag("outcome", outcome).timers())
			.map((timers) -> timers.stream().mapToInt((timer) -> (int) timer.count()).sum())
			.toList();
	}

	private void assertProblem(HttpResponse<String> response, int status, String type) {
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(response.body()).contains("problem/" + type, "\"requestId\":\"req-");
	}

	private HttpResponse<String> post(ConfigurableApplicationContext context, String path) throws Exception {
		return send(HttpRequest.newBuilder(uri(context, path)).POST(BodyPublishers.noBody()));
	}

	private HttpResponse<String> get(ConfigurableApplicationContext context, String path) throws Exception {
		return send(HttpRequest.newBuilder(uri(context, path)));
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return this.browser.send(request.build(), BodyHandlers.ofString());
	}

	private static URI uri(ConfigurableApplicationContext context, String path) {
		return URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port") + path);
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

		private final String property;

		private final String prefix;

		Client(String property, String prefix) {
			this.property = property;
			this.prefix = prefix;
		}

		boolean isFor(WebApplicationType type) {
			return type != WebApplicationType.REACTIVE || this != SIMPLE;
		}

		String property(WebApplicationType type) {
			return "spring.http.clients."
					+ ((type != WebApplicationType.REACTIVE) ? "imperative.factory=" : "reactive.connector=")
					+ this.property;
		}

		void assertInUse(ConfigurableApplicationContext context, WebApplicationType type) {
			Class<?> builderType = (type != WebApplicationType.REACTIVE) ? ClientHttpRequestFactoryBuilder.class
					: ClientHttpConnectorBuilder.class;
			assertThat(context.getBean(builderType).getClass().getSimpleName()).startsWith(this.prefix);
		}

	}

}

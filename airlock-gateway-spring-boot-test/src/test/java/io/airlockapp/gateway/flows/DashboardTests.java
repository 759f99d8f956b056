package io.airlockapp.gateway.flows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.airlockapp.gateway.autoconfigure.AirlockObservationAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockPresenceAutoConfiguration;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientObservationAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the dashboard and the alert rules in {@code docs} read exists.
 */
class DashboardTests {

	private static final Path DIRECTORY = Path.of("..", "docs", "grafana");

	private static final Pattern METRIC = Pattern.compile("airlock_[a-z_]+");

	private static final Pattern SELECTOR = Pattern.compile("([a-z_]+)=~?\\\\?\"");

	private static final Pattern OUTCOME = Pattern.compile("outcome=~?\\\\?\"([a-z_|]+)");

	@ParameterizedTest
	@ValueSource(strings = { "dashboard.json", "alerts.yml" })
	void readsWhatIsThere(String file) throws IOException {
		String text = Files.readString(DIRECTORY.resolve(file));
		try (AirlockSimulator simulator = AirlockSimulator.start()) {
			simulator.decideAutomatically((request) -> SimulatedDecision.approve());
			SimulatedApplications.runner(simulator, Application.class)
				.withConfiguration(AutoConfigurations.of(AirlockObservationAutoConfiguration.class,
						AirlockPresenceAutoConfiguration.class, MetricsAutoConfiguration.class,
						ObservationAutoConfiguration.class, RestClientAutoConfiguration.class,
						RestClientObservationAutoConfiguration.class))
				.withPropertyValues("management.metrics.tags.application=shop")
				.run((context) -> {
					context.getBean(PaymentService.class).pay("a");
					PrometheusMeterRegistry registry = context.getBean(PrometheusMeterRegistry.class);
					await().until(() -> registry.scrape().contains("uri=\"/v1/presence/heartbeat\""));
					String scrape = registry.scrape();
					Set<String> metrics = find(METRIC, text);
					assertThat(metrics).hasSizeGreaterThan(2)
						.allSatisfy((metric) -> assertThat(scrape).containsPattern("(?m)^" + metric + "\\{"));
					assertThat(find(SELECTOR, text)).isNotEmpty()
						.allSatisfy((label) -> assertThat(scrape).contains(label + "=\""));
					assertThat(scrape).contains("application=\"shop\"");
				});
		}
		assertThat(find(OUTCOME, text)).isNotEmpty()
			.allSatisfy((outcome) -> assertThat(
					"approved|denied|timeout|unavailable|pending|invalid_usage|unverified|policy|success|failure")
				.contains(outcome));
	}

	private static Set<String> find(Pattern pattern, String text) {
		return pattern.matcher(text)
			.results()
			.map((match) -> match.group(match.groupCount()))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	@Configuration(proxyBeanMethods = false)
	@Import(PaymentService.class)
	static class Application {

		@Bean
		PrometheusMeterRegistry meterRegistry() {
			return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		}

	}

}

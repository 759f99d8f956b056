/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.autoconfigure.AirlockObservationAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockPresenceAutoConfiguration;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientObservationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests that the metrics of the dashboard and of the alert rules in {@code docs} exist,
 * and that the alerts fire.
 */
class DashboardTests {

	private static final Path DIRECTORY = Path.of("..", "..", "docs", "grafana");

	/**
	 * Those of durable calls are tested in their module.
	 */
	private static final Pattern METRIC = Pattern.compile("airlock_(?!durable)[a-z_]+");

	private static final Pattern SELECTOR = Pattern.compile("(?<!durable_[a-z_]{1,30}\\{)\\b([a-z_]+)=~?\\\\?\"");

	private static final Pattern OUTCOME = Pattern.compile("outcome=~?\\\\?\"([a-z_|]+)");

	private static final Pattern SERIES = Pattern.compile("(airlock_approvals_[a-z_]+)\\{(outcome=\"[a-z_]+\")");

	private static final Pattern ALERT = Pattern.compile("alert: (\\w+)");

	@ParameterizedTest
	@ValueSource(strings = { "dashboard.json", "alerts.yml" })
	void metricsOfDashboardAndAlertsExist(String file) throws IOException {
		String text = Files.readString(DIRECTORY.resolve(file));
		try (AirlockSimulator simulator = AirlockSimulator.start()) {
			simulator.decideAutomatically((request) -> SimulatedDecision.approve());
			runner(simulator).run((context) -> {
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

	@Test
	void everySeriesOfAnAlertExistsFromTheStart() throws IOException {
		String rules = Files.readString(DIRECTORY.resolve("alerts.yml"));
		try (AirlockSimulator simulator = AirlockSimulator.start()) {
			runner(simulator).run((context) -> {
				String scrape = context.getBean(PrometheusMeterRegistry.class).scrape();
				assertThat(SERIES.matcher(rules).results()).isNotEmpty()
					.allSatisfy((series) -> assertThat(scrape)
						.containsPattern("(?m)^%s\\{.*%s.*} 0\\.0$".formatted(series.group(1), series.group(2))));
				assertThat(scrape).containsPattern("(?m)^airlock_decisions_unverified_total\\{.*} 0\\.0$");
			});
		}
	}

	/**
	 * Runs where Prometheus is installed: {@code apt-get install prometheus}.
	 */
	@Test
	void alertsFire() throws Exception {
		Path promtool = Stream.of(System.getenv("PATH").split(File.pathSeparator))
			.map((directory) -> Path.of(directory, "promtool"))
			.filter(Files::isExecutable)
			.findFirst()
			.orElse(null);
		assumeTrue(promtool != null, "The alert rules are not tested, because there is no promtool on the PATH");
		Process process = new ProcessBuilder(promtool.toString(), "test", "rules", "alerts-test.yml")
			.directory(DIRECTORY.toFile())
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(output).isZero();
	}

	@Test
	void everyAlertIsTested() throws IOException {
		String tests = Files.readString(DIRECTORY.resolve("alerts-test.yml"));
		assertThat(find(ALERT, Files.readString(DIRECTORY.resolve("alerts.yml")))).hasSizeGreaterThan(5)
			.allSatisfy((alert) -> assertThat(tests).containsPattern("alertname: %s\n +exp_alerts".formatted(alert)));
	}

	private static ApplicationContextRunner runner(AirlockSimulator simulator) {
		return SimulatedApplications.runner(simulator, Application.class)
			.withConfiguration(AutoConfigurations.of(AirlockObservationAutoConfiguration.class,
					AirlockPresenceAutoConfiguration.class, MetricsAutoConfiguration.class,
					ObservationAutoConfiguration.class, RestClientAutoConfiguration.class,
					RestClientObservationAutoConfiguration.class))
			.withPropertyValues("management.metrics.tags.application=shop");
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

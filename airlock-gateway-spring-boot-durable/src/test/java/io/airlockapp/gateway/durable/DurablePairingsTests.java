/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.durable.actuator.DurableHealthIndicator;
import io.airlockapp.gateway.durable.jdbc.StoredCalls;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for instances with different pairings, as while keys in properties are replaced.
 */
class DurablePairingsTests {

	private static final List<String> STARTS = new CopyOnWriteArrayList<>();

	private static final AtomicBoolean POSTPONING = new AtomicBoolean();

	private final AirlockSimulator simulator = AirlockSimulator.start();

	private final AirlockSimulator renewed = AirlockSimulator.start();

	private final String database = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

	private final List<ConfigurableApplicationContext> instances = new ArrayList<>();

	@BeforeEach
	void reset() {
		STARTS.clear();
		POSTPONING.set(false);
	}

	@AfterEach
	void close() {
		this.instances.forEach(ConfigurableApplicationContext::close);
		this.simulator.close();
		this.renewed.close();
	}

	@Test
	void callsAreLeftToTheInstanceWhoseApproverWasAsked() {
		ConfigurableApplicationContext before = start("before", this.simulator);
		List<String> ids = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			ids.add(record(before, "call " + i));
		}
		this.simulator.awaitPending(6, Duration.ofSeconds(30));
		ids.forEach((id) -> awaitState(before, id, DurableState.SUBMITTED));
		start("after", this.renewed);
		ids.forEach(this.simulator::approve);
		ids.forEach((id) -> awaitState(before, id, DurableState.DONE));
		assertThat(STARTS).containsExactlyInAnyOrder("before: call 0", "before: call 1", "before: call 2",
				"before: call 3", "before: call 4", "before: call 5");
	}

	@Test
	void instanceWithAnotherPairingEndsNeitherPendingNorApprovedCalls() {
		ConfigurableApplicationContext before = start("before", this.simulator);
		String pending = record(before, "pending");
		POSTPONING.set(true);
		String approved = record(before, "approved");
		this.simulator.awaitPending(2, Duration.ofSeconds(30));
		this.simulator.approve(approved);
		awaitState(before, approved, DurableState.DECIDED);
		await().until(() -> isDueLater("AIRLOCK_DURABLE_RUN", approved, 20));
		awaitState(before, pending, DurableState.SUBMITTED);
		before.close();
		this.simulator.approve(pending);

		ConfigurableApplicationContext after = start("after", this.renewed);
		makeDue(after);
		await().until(() -> isDueLater("AIRLOCK_DURABLE_RUN", approved, 2));
		await().until(
				() -> after.getBean(DurableHealthIndicator.class).health().getDetails().containsKey("pairingWarning"));
		await().until(() -> isDueLater("AIRLOCK_DURABLE_ASK", pending, 2));
		assertThat(state(after, pending)).isEqualTo(DurableState.SUBMITTED);
		assertThat(state(after, approved)).isEqualTo(DurableState.DECIDED);
		after.close();

		POSTPONING.set(false);
		ConfigurableApplicationContext again = start("again", this.simulator);
		makeDue(again);
		awaitState(again, pending, DurableState.DONE);
		awaitState(again, approved, DurableState.DONE);
		assertThat(STARTS).containsExactlyInAnyOrder("again: pending", "again: approved");
	}

	private void makeDue(ConfigurableApplicationContext instance) {
		for (String table : List.of("AIRLOCK_DURABLE_ASK", "AIRLOCK_DURABLE_RUN")) {
			instance.getBean(JdbcTemplate.class)
				.update("UPDATE " + table + " SET EXECUTION_TIME = ? WHERE TASK_INSTANCE LIKE 'req-%'",
						OffsetDateTime.now());
		}
	}

	private boolean isDueLater(String table, String id, int seconds) {
		OffsetDateTime due = this.instances.get(this.instances.size() - 1)
			.getBean(JdbcTemplate.class)
			.queryForObject("SELECT MAX(EXECUTION_TIME) FROM " + table + " WHERE TASK_INSTANCE = ? AND PICKED = FALSE",
					OffsetDateTime.class, id);
		return due != null && due.isAfter(OffsetDateTime.now().plusSeconds(seconds));
	}

	private static String record(ConfigurableApplicationContext instance, String text) {
		return instance.getBean(DurableApprovals.class)
			.recording(() -> instance.getBean(Notes.class).write(text))
			.orElseThrow()
			.id();
	}

	private static @Nullable DurableState state(ConfigurableApplicationContext instance, String id) {
		return instance.getBean(DurableApprovals.class).find(id).map(DurableApproval::state).orElse(null);
	}

	private static void awaitState(ConfigurableApplicationContext instance, String id, DurableState state) {
		await().until(() -> state(instance, id) == state);
	}

	private static ConditionFactory await() {
		// Another instance may be the first to look at a call several times
		return Awaitility.await().atMost(Duration.ofMinutes(3));
	}

	private ConfigurableApplicationContext start(String name, AirlockSimulator approver) {
		Map<String, Object> properties = new HashMap<>(this.simulator.properties());
		properties.keySet().removeIf((property) -> property.contains(".pairing."));
		approver.properties()
			.entrySet()
			.stream()
			.filter((property) -> property.getKey().contains(".pairing."))
			.forEach((property) -> properties.put(property.getKey(), property.getValue()));
		properties.put("spring.datasource.url", this.database);
		properties.put("test.instance", name);
		properties.put("airlock.gateway.durable.polling-interval", "100ms");
		properties.put("airlock.gateway.durable.calls-per-minute", "6000");
		properties.put("airlock.gateway.jdbc.initialize-schema", "always");
		properties.put("airlock.gateway.approval.poll-timeout", "2s");
		properties.put("spring.main.banner-mode", "off");
		ConfigurableApplicationContext instance = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.properties(properties)
			.properties(StoredCalls.KEY_PROPERTY)
			.run();
		this.instances.add(instance);
		return instance;
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Notes notes(@Value("${test.instance}") String instance) {
			return new Notes(instance);
		}

		@Bean
		PostponingContext postponingContext() {
			return new PostponingContext();
		}

	}

	static class Notes {

		private final String instance;

		Notes(String instance) {
			this.instance = instance;
		}

		@RequiresAirlockApproval(durable = true)
		public void write(String text) {
			STARTS.add(this.instance + ": " + text);
		}

	}

	/**
	 * Context that keeps approved calls from starting.
	 */
	static class PostponingContext implements DurableContext {

		@Override
		public String getName() {
			return "postponing";
		}

		@Override
		public Map<String, String> capture() {
			return Map.of();
		}

		@Override
		public Scope restore(Map<String, String> values) {
			if (POSTPONING.get()) {
				throw new IllegalStateException("Not now");
			}
			return () -> {
			};
		}

	}

}

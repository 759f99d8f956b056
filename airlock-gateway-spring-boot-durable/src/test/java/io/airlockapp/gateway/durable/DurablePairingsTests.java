/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.durable.actuator.DurableHealthIndicator;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Scope;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for instances with different pairings, as while keys in properties are replaced.
 */
class DurablePairingsTests extends DurableApplicationTests {

	private static final List<String> STARTS = new CopyOnWriteArrayList<>();

	private static final AtomicBoolean POSTPONING = new AtomicBoolean();

	@AutoClose
	private final AirlockSimulator renewed = AirlockSimulator.start();

	DurablePairingsTests() {
		super(Application.class);
	}

	@BeforeEach
	void reset() {
		STARTS.clear();
		POSTPONING.set(false);
	}

	@Test
	void callsAreLeftToInstanceWithTheirPairing() {
		start("before", this.simulator);
		List<String> ids = IntStream.range(0, 6).mapToObj((i) -> write("call " + i)).toList();
		this.simulator.awaitPending(6, Duration.ofSeconds(30));
		ids.forEach((id) -> awaitState(id, DurableState.SUBMITTED));
		start("after", this.renewed);
		ids.forEach(this.simulator::approve);
		await().until(() -> {
			// Another instance may be the first to look at a call several times
			makeDue();
			return ids.stream().allMatch((id) -> state(id) == DurableState.DONE);
		});
		assertThat(STARTS).containsExactlyInAnyOrder("before: call 0", "before: call 1", "before: call 2",
				"before: call 3", "before: call 4", "before: call 5");
	}

	@Test
	void instanceWithAnotherPairingEndsNeitherPendingNorApprovedCalls() {
		start("before", this.simulator);
		String pending = write("pending");
		POSTPONING.set(true);
		String approved = write("approved");
		this.simulator.awaitPending(2, Duration.ofSeconds(30));
		this.simulator.approve(approved);
		awaitState(approved, DurableState.DECIDED);
		await().until(() -> isDueLater("AIRLOCK_DURABLE_RUN", approved, 20));
		awaitState(pending, DurableState.SUBMITTED);
		this.context.close();
		this.simulator.approve(pending);
		start("after", this.renewed);
		makeDue();
		await().until(() -> isDueLater("AIRLOCK_DURABLE_RUN", approved, 2));
		await().until(() -> bean(DurableHealthIndicator.class).health().getDetails().containsKey("pairingWarning"));
		await().until(() -> isDueLater("AIRLOCK_DURABLE_ASK", pending, 2));
		assertThat(state(pending)).isEqualTo(DurableState.SUBMITTED);
		assertThat(state(approved)).isEqualTo(DurableState.DECIDED);
		this.context.close();
		POSTPONING.set(false);
		start("again", this.simulator);
		makeDue();
		awaitState(pending, DurableState.DONE);
		awaitState(approved, DurableState.DONE);
		assertThat(STARTS).containsExactlyInAnyOrder("again: pending", "again: approved");
	}

	private boolean isDueLater(String table, String id, int seconds) {
		OffsetDateTime due = jdbc().queryForObject(
				"SELECT MAX(EXECUTION_TIME) FROM " + table + " WHERE TASK_INSTANCE = ? AND PICKED = FALSE",
				OffsetDateTime.class, id);
		return due != null && due.isAfter(OffsetDateTime.now().plusSeconds(seconds));
	}

	private String write(String text) {
		return record(() -> bean(Notes.class).write(text)).id();
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(300));
	}

	private void start(String name, AirlockSimulator approver) {
		Map<String, String> properties = new HashMap<>(this.simulator.properties());
		properties.keySet().removeIf((property) -> property.contains(".pairing."));
		approver.properties().forEach((key, value) -> {
			if (key.contains(".pairing.")) {
				properties.put(key, value);
			}
		});
		start(properties, "test.instance=" + name);
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

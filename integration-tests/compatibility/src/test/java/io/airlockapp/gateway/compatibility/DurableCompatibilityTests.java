/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.compatibility;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.durable.DurableApproval;
import io.airlockapp.gateway.durable.DurableApprovalHandler;
import io.airlockapp.gateway.durable.DurableApprovals;
import io.airlockapp.gateway.durable.DurableState;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications of each kind with a durable method, which are restarted while the call
 * waits.
 */
@Tag("slow")
class DurableCompatibilityTests {

	private static final String KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

	@AutoClose
	private final AirlockSimulator simulator = AirlockSimulator.start();

	@TempDir
	private Path directory;

	@ParameterizedTest
	@EnumSource
	void recordedCallRunsInTheNextProcessAfterItsApproval(WebApplicationType type) {
		DurableApproval recorded;
		DurableApproval rejected;
		try (RunningApplication application = start(type)) {
			JdbcTemplate jdbc = application.bean(JdbcTemplate.class);
			jdbc.execute("CREATE TABLE ORDERED (ITEM VARCHAR(50))");
			jdbc.execute("CREATE TABLE PAID (ID VARCHAR(50), AMOUNT VARCHAR(50))");
			jdbc.execute("CREATE TABLE HANDLED (ID VARCHAR(50), STATE VARCHAR(50))");
			order(application, "rolled back", true);
			recorded = order(application, "approved", false);
			rejected = order(application, "rejected", false);
			this.simulator.awaitPending(2, Duration.ofSeconds(30));
			assertThat(jdbc.queryForList("SELECT ITEM FROM ORDERED", String.class))
				.containsExactlyInAnyOrder("approved", "rejected");
			assertThat(jdbc.queryForList("SELECT ARGUMENTS FROM AIRLOCK_DURABLE", String.class)).hasSize(2)
				.noneMatch((arguments) -> arguments.contains("approved"));
			if (type != WebApplicationType.NONE) {
				assertThat(application.get("/actuator/airlock").body()).contains(recorded.id());
			}
		}
		this.simulator.approve(recorded.id());
		this.simulator.reject(rejected.id());
		try (RunningApplication application = start(type)) {
			JdbcTemplate jdbc = application.bean(JdbcTemplate.class);
			await().until(() -> count(jdbc, "HANDLED") == 2);
			assertThat(jdbc.queryForList("SELECT ID || ' ' || STATE FROM HANDLED", String.class))
				.containsExactlyInAnyOrder(recorded.id() + " DONE", rejected.id() + " DENIED");
			assertThat(jdbc.queryForList("SELECT ID || ' ' || AMOUNT FROM PAID", String.class))
				.containsExactly(recorded.id() + " approved 12.50");
			DurableApproval done = application.bean(DurableApprovals.class).find(recorded.id()).orElseThrow();
			assertThat(done.state()).isEqualTo(DurableState.DONE);
			assertThat(done.committedAt()).isNotNull();
		}
		assertThat(this.simulator.asked()).hasSize(2);
	}

	private static DurableApproval order(RunningApplication application, String item, boolean rollback) {
		Payouts payouts = application.bean(Payouts.class);
		TransactionTemplate transaction = new TransactionTemplate(application.bean(PlatformTransactionManager.class));
		return transaction.execute((status) -> {
			application.bean(JdbcTemplate.class).update("INSERT INTO ORDERED (ITEM) VALUES (?)", item);
			DurableApproval approval = application.bean(DurableApprovals.class)
				.recording(() -> payouts.pay(new Payout(item, "12.50", List.of(1, 2))))
				.orElseThrow();
			if (rollback) {
				status.setRollbackOnly();
			}
			return approval;
		});
	}

	private RunningApplication start(WebApplicationType type) {
		Map<String, String> properties = new LinkedHashMap<>(this.simulator.properties());
		properties.put("spring.datasource.url", "jdbc:h2:file:" + this.directory.resolve("orders") + ";WRITE_DELAY=0");
		properties.put("airlock.gateway.pairing.store.key", KEY);
		properties.put("airlock.gateway.jdbc.initialize-schema", "always");
		properties.put("airlock.gateway.durable.polling-interval", "200ms");
		properties.put("airlock.gateway.durable.calls-per-minute", "6000");
		properties.put("airlock.gateway.approval.poll-timeout", "2s");
		return RunningApplication.start(PayoutApplication.class, type, properties);
	}

	private static int count(JdbcTemplate jdbc, String table) {
		return jdbc.queryForObject("SELECT COUNT(*) FROM " + table, Integer.class);
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(60));
	}

	/**
	 * Not annotated as a configuration, which the other application would find.
	 */
	@EnableAutoConfiguration
	static class PayoutApplication {

		@Bean
		Payouts payouts(JdbcTemplate jdbc) {
			return new Payouts(jdbc);
		}

		@Bean
		DurableApprovalHandler handler(JdbcTemplate jdbc) {
			return (approval, decision) -> jdbc.update("INSERT INTO HANDLED (ID, STATE) VALUES (?, ?)", approval.id(),
					approval.state().name());
		}

	}

	/**
	 * Argument of a durable method.
	 */
	record Payout(String item, String amount, List<Integer> parts) {
	}

	static class Payouts {

		private final JdbcTemplate jdbc;

		Payouts(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		@Transactional
		@RequiresAirlockApproval(value = "Payout", durable = true)
		public void pay(Payout payout) {
			this.jdbc.update("INSERT INTO PAID (ID, AMOUNT) VALUES (?, ?)",
					DurableApprovals.current().orElseThrow().id(), payout.item() + " " + payout.amount());
		}

	}

}

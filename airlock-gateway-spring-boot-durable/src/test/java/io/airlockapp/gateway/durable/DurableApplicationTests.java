/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;

import io.airlockapp.gateway.durable.jdbc.StoredCalls;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Base of tests with instances of an application, which share a database, and the
 * simulator.
 */
abstract class DurableApplicationTests {

	static final String WITHOUT_WORKER = "airlock.gateway.durable.worker=false";

	/**
	 * Has Hibernate and its transactions, which the other instances do without.
	 */
	static final String WITH_JPA = "spring.autoconfigure.exclude=";

	final AirlockSimulator simulator = AirlockSimulator.start();

	final String database = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

	private final Class<?> application;

	private final List<ConfigurableApplicationContext> instances = new ArrayList<>();

	/**
	 * The instance that was started last.
	 */
	ConfigurableApplicationContext context;

	DurableApplicationTests(Class<?> application) {
		this.application = application;
	}

	@AfterEach
	void stop() {
		this.instances.forEach(ConfigurableApplicationContext::close);
		this.simulator.close();
	}

	/**
	 * Start an instance.
	 */
	final ConfigurableApplicationContext start(String... properties) {
		return start(this.simulator.properties(), properties);
	}

	/**
	 * Start an instance.
	 * @param gateway the properties of the gateway and the pairing
	 * @param properties more properties
	 */
	final ConfigurableApplicationContext start(Map<String, String> gateway, String... properties) {
		SpringApplicationBuilder builder = new SpringApplicationBuilder(this.application).web(WebApplicationType.NONE)
			.properties("spring.datasource.url=" + this.database, "airlock.gateway.durable.polling-interval=100ms",
					"airlock.gateway.approval.poll-timeout=2s", "airlock.gateway.durable.calls-per-minute=6000",
					"spring.main.banner-mode=off", "airlock.gateway.jdbc.initialize-schema=always",
					WITH_JPA + "org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration,"
							+ "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
					StoredCalls.KEY_PROPERTY);
		gateway.forEach((name, value) -> builder.properties(name + "=" + value));
		this.context = builder.properties(properties).run();
		this.instances.add(this.context);
		return this.context;
	}

	/**
	 * Start an instance after the one before has stopped.
	 */
	final void restart(String... properties) {
		this.context.close();
		start(properties);
	}

	final <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	final DurableApprovals approvals() {
		return bean(DurableApprovals.class);
	}

	final JdbcTemplate jdbc() {
		return bean(JdbcTemplate.class);
	}

	final DurableApproval record(Runnable call) {
		return approvals().recording(call).orElseThrow();
	}

	/**
	 * Record a call and approve it once it was asked about.
	 */
	final DurableApproval recordAndApprove(Runnable call) {
		DurableApproval recorded = record(call);
		this.simulator.awaitPending();
		this.simulator.approve(recorded.id());
		awaitDecision(recorded.id());
		return recorded;
	}

	/**
	 * Wait until the decision on a call was received, without the pauses before the
	 * gateway is asked again.
	 */
	final void awaitDecision(String id) {
		await(() -> {
			makeDue("AIRLOCK_DURABLE_ASK");
			return !Set.of(DurableState.RECORDED, DurableState.SUBMITTED).contains(state(id));
		});
	}

	final DurableApproval find(String id) {
		return approvals().find(id).orElseThrow();
	}

	final DurableState state(String id) {
		return find(id).state();
	}

	/**
	 * Let the steps of all calls be due, as if their pauses were over.
	 */
	final void makeDue() {
		makeDue("AIRLOCK_DURABLE_ASK");
		makeDue("AIRLOCK_DURABLE_RUN");
	}

	private void makeDue(String table) {
		jdbc().update("UPDATE " + table + " SET EXECUTION_TIME = ? WHERE TASK_INSTANCE LIKE 'req-%'",
				OffsetDateTime.now());
	}

	final DurableApproval awaitState(String id, DurableState state) {
		await(() -> state(id) == state);
		return find(id);
	}

	static void await(BooleanSupplier condition) {
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(condition::getAsBoolean);
	}

}

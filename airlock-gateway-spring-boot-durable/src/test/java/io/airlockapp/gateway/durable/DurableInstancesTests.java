/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.client.AirlockGatewayRestClientCustomizer;
import io.airlockapp.gateway.durable.jdbc.StoredCalls;
import io.airlockapp.gateway.jdbc.Tables;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.RecordedCall;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.SimulatedFault;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Instances that share a database and one budget of requests, whose times are recorded by
 * the gateway. The database is a PostgreSQL if
 * {@code -Dtest.postgres=jdbc:postgresql:...} gives one, else an H2.
 */
@Tag("slow")
class DurableInstancesTests {

	private static final String INSTANCE = "X-Instance";

	private static final Duration PATIENCE = Duration.ofMinutes(4);

	private static final int CALLS = 200;

	private static final int PER_MINUTE = 600;

	private static final int ASK_THREADS = 4;

	private static final Set<SimulatorCall> OF_THE_BUDGET = EnumSet.of(SimulatorCall.SUBMIT_ARTIFACT,
			SimulatorCall.EXCHANGE_STATUS, SimulatorCall.WAIT_FOR_DECISION, SimulatorCall.WITHDRAW,
			SimulatorCall.ACKNOWLEDGE);

	private final AirlockSimulator simulator = AirlockSimulator.start();

	private final List<ConfigurableApplicationContext> instances = new ArrayList<>();

	private String url;

	private JdbcTemplate jdbc;

	@BeforeEach
	void createDatabase() {
		this.url = newDatabase();
		this.jdbc = new JdbcTemplate(new DriverManagerDataSource(this.url));
		this.jdbc.execute("CREATE TABLE STARTED (ID VARCHAR(50), INSTANCE VARCHAR(50))");
	}

	@AfterEach
	void stop() {
		this.instances.forEach(ConfigurableApplicationContext::close);
		this.simulator.close();
		Tables.drop(this.url);
	}

	String newDatabase() {
		return (System.getProperty("test.postgres") != null) ? Tables.createPostgres()
				: "jdbc:h2:mem:%s;USER=sa;DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000".formatted(UUID.randomUUID());
	}

	@Test
	void threeInstancesStartEachOfManyCallsOnceWithinTheirBudget() {
		Map<String, SimulatedDecision> decisions = new ConcurrentHashMap<>();
		AtomicInteger decided = new AtomicInteger();
		this.simulator.decideAutomatically(
				(request) -> decisions.computeIfAbsent(request.requestId(), (id) -> (decided.getAndIncrement() % 4 == 0)
						? SimulatedDecision.reject() : SimulatedDecision.approve()));
		start(3);
		for (int i = 0; i < CALLS; i++) {
			this.instances.get(i % 3).getBean(Payouts.class).pay(i);
		}
		awaitAtMost(PATIENCE).untilAsserted(() -> assertThat(open()).isZero());
		assertThat(approvals().find(Set.of(DurableState.DONE), null, CALLS)).hasSize(CALLS * 3 / 4);
		assertThat(approvals().find(Set.of(DurableState.DENIED), null, CALLS)).hasSize(CALLS / 4);
		assertThat(started("ID")).containsExactlyInAnyOrderElementsOf(
				approvals().find(Set.of(DurableState.DONE), null, CALLS).stream().map(DurableApproval::id).toList());
		assertThat(started("INSTANCE")).contains("0", "1", "2");
		assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).hasSize(CALLS);
		assertThat(this.simulator.asked()).hasSize(CALLS);
		assertThat(this.simulator.requests()).extracting(RecordedCall::status).doesNotContain(429);
		assertThat(mostRequestsWithin(Duration.ofMinutes(1))).isLessThanOrEqualTo(PER_MINUTE);
		// Turns are spread evenly but for a burst of 5, and each thread may be late with
		// one
		assertThat(mostRequestsWithin(Duration.ofSeconds(10)))
			.isLessThanOrEqualTo(PER_MINUTE / 6 + 5 + 3 * ASK_THREADS);
	}

	@Test
	void refusalByTheQuotaPausesAllInstances() {
		Duration pause = Duration.ofSeconds(20);
		start(2);
		for (int i = 0; i < 6; i++) {
			this.instances.get(0).getBean(Payouts.class).pay(i);
		}
		this.simulator.awaitPending(6, PATIENCE);
		awaitInstancesThatPollAfter(Instant.MIN);
		this.simulator.failNext(SimulatorCall.WAIT_FOR_DECISION,
				SimulatedFault.status(429).withCode("quota_exceeded").withHeader("Retry-After", "20"));
		awaitAtMost(PATIENCE).until(() -> requests().stream().anyMatch((call) -> isRefused(call)));
		Instant refused = requests().stream().filter((call) -> isRefused(call)).findFirst().orElseThrow().at();
		awaitInstancesThatPollAfter(refused.plus(pause));
		List<Instant> during = requests().stream()
			.map(RecordedCall::at)
			.filter((at) -> at.isAfter(refused) && at.isBefore(refused.plus(pause)))
			.toList();
		// A thread that had a turn before the refusal takes it
		assertThat(during).hasSizeLessThan(2 * ASK_THREADS);
		assertThat(during).allMatch((at) -> at.isBefore(refused.plusSeconds(3)));
		this.simulator.decideAutomatically((request) -> SimulatedDecision.approve());
		awaitAtMost(PATIENCE).untilAsserted(() -> assertThat(open()).isZero());
		assertThat(started("ID")).hasSize(6).doesNotHaveDuplicates();
	}

	private void awaitInstancesThatPollAfter(Instant time) {
		awaitAtMost(PATIENCE).untilAsserted(() -> assertThat(requests()).filteredOn((call) -> call.at().isAfter(time))
			.filteredOn((call) -> call.call() == SimulatorCall.WAIT_FOR_DECISION)
			.extracting((call) -> call.header(INSTANCE))
			.contains("0", "1"));
	}

	private static boolean isRefused(RecordedCall call) {
		return Integer.valueOf(429).equals(call.status());
	}

	private void start(int number) {
		for (int i = 0; i < number; i++) {
			SpringApplicationBuilder application = new SpringApplicationBuilder(Application.class)
				.web(WebApplicationType.NONE);
			this.simulator.properties().forEach((name, value) -> application.properties(name + "=" + value));
			application.properties(StoredCalls.KEY_PROPERTY);
			application.properties("spring.datasource.url=" + this.url, "test.instance=" + i,
					"spring.main.banner-mode=off", "airlock.gateway.jdbc.initialize-schema=always",
					"airlock.gateway.durable.polling-interval=200ms",
					"airlock.gateway.durable.calls-per-minute=" + PER_MINUTE,
					"airlock.gateway.durable.ask-threads=" + ASK_THREADS, "airlock.gateway.approval.poll-timeout=2s",
					"airlock.gateway.rate-limit.requests=10000");
			this.instances.add(application.run());
		}
	}

	private DurableApprovals approvals() {
		return this.instances.get(0).getBean(DurableApprovals.class);
	}

	/**
	 * Count the calls whose handlers are to be called, and the steps that are to be
	 * performed.
	 */
	private int open() {
		return count("AIRLOCK_DURABLE WHERE TOLD_AT IS NULL")
				+ count("AIRLOCK_DURABLE_ASK WHERE TASK_NAME LIKE 'airlock-ask%'") + count("AIRLOCK_DURABLE_RUN");
	}

	private int count(String from) {
		return this.jdbc.queryForObject("SELECT COUNT(*) FROM " + from, Integer.class);
	}

	private List<String> started(String column) {
		return this.jdbc.queryForList("SELECT %s FROM STARTED".formatted(column), String.class);
	}

	private List<RecordedCall> requests() {
		return this.simulator.requests().stream().filter((call) -> OF_THE_BUDGET.contains(call.call())).toList();
	}

	private int mostRequestsWithin(Duration window) {
		List<Instant> times = requests().stream().map(RecordedCall::at).sorted().toList();
		int most = 0;
		int first = 0;
		for (int last = 0; last < times.size(); last++) {
			while (!times.get(last).isBefore(times.get(first).plus(window))) {
				first++;
			}
			most = Math.max(most, last - first + 1);
		}
		return most;
	}

	private static ConditionFactory awaitAtMost(Duration time) {
		return Awaitility.await().atMost(time).pollInterval(Duration.ofMillis(200));
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration(
			excludeName = { "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
					"org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration" })
	static class Application {

		@Bean
		Payouts payouts(DataSource dataSource, @Value("${test.instance}") String instance) {
			return new Payouts(new JdbcTemplate(dataSource), instance);
		}

		@Bean
		AirlockGatewayRestClientCustomizer instanceHeader(@Value("${test.instance}") String instance) {
			return (builder) -> builder.defaultHeader(INSTANCE, instance);
		}

	}

	static class Payouts {

		private final JdbcTemplate jdbc;

		private final String instance;

		Payouts(JdbcTemplate jdbc, String instance) {
			this.jdbc = jdbc;
			this.instance = instance;
		}

		@Transactional
		@RequiresAirlockApproval(value = "Payout", durable = true)
		public void pay(int amount) {
			this.jdbc.update("INSERT INTO STARTED (ID, INSTANCE) VALUES (?, ?)",
					DurableApprovals.current().orElseThrow().id(), this.instance);
		}

	}

}

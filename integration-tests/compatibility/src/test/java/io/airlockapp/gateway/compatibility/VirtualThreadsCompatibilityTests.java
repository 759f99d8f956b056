/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.compatibility;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import javax.sql.DataSource;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.pairing.PairingManager;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.HandledRequest;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.SimulatedFault;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications whose callers and approvals are virtual threads. An interrupt of such a
 * thread closes the socket that it uses, and H2 closes its file in any thread. So the
 * pool has one connection, which must outlive all waits that are ended.
 */
@Tag("slow")
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "SKIPPED: virtual threads require Java 21")
class VirtualThreadsCompatibilityTests {

	private final AirlockSimulator simulator = AirlockSimulator.start();

	@TempDir
	private Path directory;

	private String schema;

	@AfterEach
	void stop() {
		this.simulator.close();
		if (this.schema != null) {
			postgres().execute("DROP SCHEMA " + this.schema + " CASCADE");
		}
	}

	@ParameterizedTest
	@EnumSource
	void interruptedCallerLosesNeitherItsApprovalNorTheConnection(Database database) {
		try (RunningApplication application = start(database)) {
			Shop shop = application.bean(Shop.class);
			String session = session(application, database);
			for (String order : List.of("A-1", "A-2", "A-3")) {
				this.simulator.failNext(SimulatorCall.WITHDRAW, SimulatedFault.delay(Duration.ofSeconds(1)));
				int withdrawals = this.simulator.requests(SimulatorCall.WITHDRAW).size();
				Call late = new Call(() -> shop.refund(order));
				String requestId = this.simulator.awaitPending().requestId();
				late.thread.join().interrupt();
				await().until(() -> this.simulator.requests(SimulatorCall.WITHDRAW).size() > withdrawals);
				this.simulator.approve(requestId);
				assertThat(late.result).succeedsWithin(Duration.ofSeconds(30)).isEqualTo("refunded " + order);
				assertThat(late.interrupted).isCompletedWithValue(true);
				Call withdrawn = new Call(() -> shop.refund("B-1"));
				this.simulator.awaitPending();
				withdrawn.thread.join().interrupt();
				assertThat(withdrawn.result).failsWithin(Duration.ofSeconds(30))
					.withThrowableThat()
					.withCauseInstanceOf(ApprovalUnavailableException.class);
			}
			assertThat(shop.refunded()).containsExactly("A-1", "A-2", "A-3");
			assertThat(application.bean(JdbcTemplate.class)
				.queryForObject("SELECT COUNT(*) FROM AIRLOCK_APPROVAL WHERE CLAIMED_AT IS NOT NULL", Integer.class))
				.isEqualTo(3);
			assertThat(session(application, database)).isEqualTo(session);
		}
	}

	@ParameterizedTest
	@EnumSource
	void cancelledFutureDoesNotLoseTheConnection(Database database) {
		try (RunningApplication application = start(database)) {
			Shop shop = application.bean(Shop.class);
			ListenedDataSource connections = (ListenedDataSource) application.bean(DataSource.class);
			String session = session(application, database);
			CompletableFuture<String> waiting = shop.refundLater("A-0");
			this.simulator.awaitPending();
			waiting.cancel(true);
			await().until(() -> this.simulator.pending().isEmpty());
			this.simulator.decideAutomatically((request) -> SimulatedDecision.approve());
			List<String> orders = new ArrayList<>();
			while (orders.isEmpty() || !shop.refunded().contains(orders.get(orders.size() - 1))) {
				orders.add("B-" + orders.size());
				refundAndCancel(shop, connections, orders);
			}
			assertThat(orders).hasSizeGreaterThan(2);
			assertThat(shop.refund("C-1")).isEqualTo("refunded C-1");
			assertThat(shop.refunded()).doesNotHaveDuplicates()
				.doesNotContain("A-0", "B-0")
				.hasSizeLessThanOrEqualTo((int) this.simulator.history()
					.stream()
					.filter((request) -> request.outcome() == HandledRequest.Outcome.APPROVED)
					.count());
			assertThat(session(application, database)).isEqualTo(session);
		}
	}

	/**
	 * Cancel the future of the last order when its approval takes a connection, each time
	 * a later one.
	 */
	private static void refundAndCancel(Shop shop, ListenedDataSource connections, List<String> orders) {
		CompletableFuture<CompletableFuture<String>> refund = new CompletableFuture<>();
		AtomicInteger remaining = new AtomicInteger(orders.size());
		connections.listener = () -> {
			if (Thread.currentThread().getName().startsWith("airlock-approval-") && remaining.decrementAndGet() == 0) {
				refund.join().cancel(true);
			}
		};
		refund.complete(shop.refundLater(orders.get(orders.size() - 1)));
		await().until(() -> refund.join().isDone());
	}

	@ParameterizedTest
	@EnumSource
	void interruptedPairingDoesNotLoseTheConnection(Database database) {
		try (RunningApplication application = start(database)) {
			String session = session(application, database);
			this.simulator.failNext(SimulatorCall.PAIRING_INITIATE, SimulatedFault.delay(Duration.ofSeconds(5)));
			Call call = new Call(() -> String.valueOf(application.bean(PairingManager.class).initiate("finance")));
			await().until(() -> !this.simulator.requests(SimulatorCall.PAIRING_INITIATE).isEmpty());
			call.thread.join().interrupt();
			assertThat(call.result).failsWithin(Duration.ofSeconds(30));
			assertThat(call.interrupted).isCompletedWithValue(true);
			assertThat(session(application, database)).isEqualTo(session);
			application.bean(PairingManager.class).initiate("finance");
		}
	}

	private RunningApplication start(Database database) {
		Map<String, String> properties = new LinkedHashMap<>(this.simulator.properties());
		properties.put("spring.threads.virtual.enabled", "true");
		properties.put("spring.datasource.url", url(database));
		properties.put("spring.datasource.hikari.maximum-pool-size", "1");
		properties.put("airlock.gateway.jdbc.initialize-schema", "always");
		properties.put("airlock.gateway.approval.journal", "jdbc");
		properties.put("airlock.gateway.approval.timeout", "30s");
		properties.put("airlock.gateway.rate-limit.requests", "6000");
		properties.put("airlock.gateway.pairing.store.type", "jdbc");
		properties.put("airlock.gateway.pairing.store.key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
		return RunningApplication.start(VirtualApplication.class, WebApplicationType.NONE, properties);
	}

	private String url(Database database) {
		if (database == Database.H2) {
			return "jdbc:h2:file:" + this.directory.resolve("shop") + ";WRITE_DELAY=0";
		}
		String server = System.getProperty("test.postgres");
		Assumptions.assumeTrue(server != null, "SKIPPED: no PostgreSQL is given by -Dtest.postgres");
		this.schema = "virtual_" + UUID.randomUUID().toString().replace('-', '_');
		postgres().execute("CREATE SCHEMA " + this.schema);
		return server + (server.contains("?") ? "&" : "?") + "currentSchema=" + this.schema;
	}

	private static JdbcTemplate postgres() {
		return new JdbcTemplate(new DriverManagerDataSource(System.getProperty("test.postgres")));
	}

	private static String session(RunningApplication application, Database database) {
		return application.bean(JdbcTemplate.class).queryForObject(switch (database) {
			case H2 -> "SELECT SESSION_ID()";
			case POSTGRESQL -> "SELECT pg_backend_pid()";
		}, String.class);
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30));
	}

	enum Database {

		H2, POSTGRESQL

	}

	/**
	 * A call in a virtual thread that can be interrupted.
	 */
	private static final class Call {

		private final CompletableFuture<Thread> thread = new CompletableFuture<>();

		private final CompletableFuture<String> result = new CompletableFuture<>();

		private final CompletableFuture<Boolean> interrupted = new CompletableFuture<>();

		private Call(Supplier<String> call) {
			new VirtualThreadTaskExecutor().execute(() -> {
				this.thread.complete(Thread.currentThread());
				try {
					String value = call.get();
					this.interrupted.complete(Thread.currentThread().isInterrupted());
					this.result.complete(value);
				}
				catch (RuntimeException | Error ex) {
					this.interrupted.complete(Thread.currentThread().isInterrupted());
					this.result.completeExceptionally(ex);
				}
			});
		}

	}

	/**
	 * A pool that tells when a connection is taken.
	 */
	private static final class ListenedDataSource extends DelegatingDataSource {

		private volatile Runnable listener = () -> {
		};

		private ListenedDataSource(DataSource target) {
			super(target);
		}

		@Override
		public Connection getConnection() throws SQLException {
			this.listener.run();
			return super.getConnection();
		}

	}

	/**
	 * Not annotated as a configuration, which the other applications would find.
	 */
	@EnableAutoConfiguration
	static class VirtualApplication {

		@Bean
		static BeanPostProcessor listenedDataSource() {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String beanName) {
					return (bean instanceof DataSource dataSource) ? new ListenedDataSource(dataSource) : bean;
				}

			};
		}

		@Bean
		Shop shop() {
			return new Shop();
		}

	}

}

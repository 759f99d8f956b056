/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.autoconfigure.AirlockPairingAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockStoreAutoConfiguration;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.pairing.PairingManager;
import io.airlockapp.gateway.simulator.HandledRequest;
import io.airlockapp.gateway.simulator.SimulatedFault;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Whoever ends a wait for an approval interrupts nothing but that wait: neither the
 * database of the application, nor the method of an approval that was given nevertheless.
 */
class InterruptedWaitsTests extends SimulatorTests {

	private final ApplicationContextRunner contextRunner = runner(Application.class)
		.withConfiguration(
				AutoConfigurations.of(AirlockStoreAutoConfiguration.class, AirlockPairingAutoConfiguration.class))
		.withPropertyValues("airlock.gateway.approval.timeout=20s", "airlock.gateway.approval.journal=jdbc",
				"airlock.gateway.jdbc.initialize-schema=always", "test.url=jdbc:h2:mem:interrupted-waits");

	@TempDir
	Path directory;

	@Test
	void row32_methodOfALateApprovalRunsUninterrupted() {
		run(this.contextRunner, Service.class, (service) -> {
			InterruptibleCall call = decideWhileWithdrawing(() -> service.pay("A-1"));
			assertThat(call.failure()).isNull();
			assertThat(service.ran()).containsExactly("A-1");
			assertThat(service.interrupted()).containsExactly(false);
			assertThat(call.isInterrupted()).isTrue();
		});
	}

	@Test
	void row32_journalOfALateApprovalSeesNoInterrupt() {
		run(this.contextRunner, Service.class, (service, context) -> {
			InterruptSensitiveDataSource database = context.getBean(InterruptSensitiveDataSource.class);
			int before = database.uses();
			InterruptibleCall call = decideWhileWithdrawing(() -> service.pay("A-1"));
			assertThat(call.failure()).isNull();
			assertThat(database.uses()).isGreaterThan(before);
			assertThat(database.interrupts()).isZero();
		});
	}

	@Test
	void row32_callerThatIsInterruptedBeforeTheCallKeepsThatForItself() {
		run(this.contextRunner, Service.class, (service, context) -> {
			InterruptibleCall call = InterruptibleCall.startInterrupted(() -> service.pay("A-1"));
			assertThat(call.failure()).isInstanceOf(ApprovalUnavailableException.class)
				.hasMessageContaining("was not sent");
			assertThat(call.isInterrupted()).isTrue();
			assertThat(context.getBean(InterruptSensitiveDataSource.class).interrupts()).isZero();
			assertThat(this.simulator.requests()).isEmpty();
		});
	}

	@Test
	void row32_cancelledFutureInterruptsNoJournal() {
		run(this.contextRunner, Service.class, (service, context) -> {
			InterruptSensitiveDataSource database = context.getBean(InterruptSensitiveDataSource.class);
			List<CompletableFuture<String>> futures = new CopyOnWriteArrayList<>();
			AtomicBoolean cancelled = new AtomicBoolean();
			database.onUse(() -> {
				if (Thread.currentThread().getName().startsWith("airlock-approval-")) {
					await().until(() -> !futures.isEmpty());
					cancelled.set(true);
					futures.get(0).cancel(true);
				}
			});
			futures.add(service.payLater("A-1"));
			await().untilTrue(cancelled);
			await().until(() -> context.getBean(PendingApprovals.class).list().isEmpty());
			assertThat(database.interrupts()).isZero();
			assertThat(this.simulator.requests()).isEmpty();
			assertThat(service.ran()).isEmpty();
		});
	}

	@Test
	void row33_stopInterruptsNoJournal() {
		run(this.contextRunner, Service.class, (service, context) -> {
			PendingApprovals pending = context.getBean(PendingApprovals.class);
			InterruptSensitiveDataSource database = context.getBean(InterruptSensitiveDataSource.class);
			AtomicBoolean stopped = new AtomicBoolean();
			CompletableFuture<Void> stop = new CompletableFuture<>();
			database.onUse(() -> {
				if (Thread.currentThread().getName().startsWith("airlock-approval-")
						&& stopped.compareAndSet(false, true)) {
					new Thread(() -> {
						pending.stop();
						stop.complete(null);
					}).start();
					await().until(() -> !pending.isRunning());
				}
			});
			CompletableFuture<String> result = service.payLater("A-1");
			assertThat(stop).succeedsWithin(MAX_WAIT);
			assertThat(result).failsWithin(MAX_WAIT);
			assertThat(database.interrupts()).isZero();
			assertThat(service.ran()).isEmpty();
		});
	}

	/**
	 * H2 closes a database in a file if a thread that writes it is interrupted.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "cancel", "stop" })
	void databaseInAFileStaysOpen(String how) {
		approveAll();
		run(this.contextRunner.withPropertyValues(
				"test.url=jdbc:h2:file:" + this.directory.resolve("app") + ";WRITE_DELAY=0",
				"airlock.gateway.rate-limit.requests=100000"), DataSource.class, (database, context) -> {
					JdbcTemplate jdbc = new JdbcTemplate(database);
					jdbc.execute("CREATE TABLE ORDERS (ID INT)");
					try (Connection open = database.getConnection()) {
						open.setAutoCommit(false);
						open.createStatement().executeUpdate("INSERT INTO ORDERS VALUES (1)");
						if (how.equals("cancel")) {
							cancelAtEachUse(context.getBean(Service.class),
									context.getBean(InterruptSensitiveDataSource.class));
						}
						else {
							stopMany(context.getBean(Service.class), context.getBean(PendingApprovals.class));
						}
						await().until(() -> context.getBean(PendingApprovals.class).list().isEmpty());
						open.commit();
					}
					assertThat(jdbc.queryForObject("SELECT COUNT(*) FROM ORDERS", Integer.class)).isEqualTo(1);
				});
	}

	/**
	 * Cancel a call at the first use of the database, another one at the second use, and
	 * so on, until one ends before.
	 */
	private static void cancelAtEachUse(Service service, InterruptSensitiveDataSource database) {
		int calls = 0;
		CompletableFuture<String> last;
		do {
			last = cancelAtUse(++calls, service, database);
		}
		while (last.isCancelled());
		assertThat(calls).isGreaterThan(10);
		assertThat(database.interrupts()).isZero();
	}

	private static CompletableFuture<String> cancelAtUse(int number, Service service,
			InterruptSensitiveDataSource database) {
		CompletableFuture<CompletableFuture<String>> started = new CompletableFuture<>();
		AtomicInteger remaining = new AtomicInteger(number);
		database.onUse(() -> {
			if (Thread.currentThread().getName().startsWith("airlock-approval-") && remaining.decrementAndGet() == 0) {
				started.join().cancel(true);
			}
		});
		CompletableFuture<String> call = service.payLater("A-" + number);
		started.complete(call);
		assertThat(call.handle((value, ex) -> true)).succeedsWithin(MAX_WAIT);
		return call;
	}

	private void stopMany(Service service, PendingApprovals pending) {
		List<CompletableFuture<String>> futures = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			for (int j = 0; j < 12; j++) {
				futures.add(service.payLater("A-" + i + "-" + j));
			}
			pending.stop();
			pending.start();
		}
		futures.forEach((future) -> assertThat(future.handle((value, ex) -> true)).succeedsWithin(MAX_WAIT));
	}

	@Test
	void pairingInProgressIsEndedWithoutAnInterruptOfItsStore() {
		run(this.contextRunner.withPropertyValues("airlock.gateway.pairing.store.type=jdbc",
				"airlock.gateway.jdbc.initialize-schema=always"), InterruptSensitiveDataSource.class,
				(database, context) -> {
					CompletableFuture<Void> inStore = new CompletableFuture<>();
					CompletableFuture<Void> closing = new CompletableFuture<>();
					database.onUse(() -> {
						if (Thread.currentThread().getName().startsWith("airlock-pairing-")) {
							inStore.complete(null);
							closing.join();
							// The store is used while the application stops
							await().pollDelay(Duration.ofMillis(200)).until(() -> true);
						}
					});
					context.getBean(PairingManager.class).initiate("finance");
					assertThat(inStore).succeedsWithin(MAX_WAIT);
					closing.complete(null);
					context.close();
					assertThat(database.interrupts()).isZero();
				});
	}

	@Test
	void methodsOwnFutureIsCancelledByATimeoutOfTheReturnedOne() {
		approveAll();
		run(this.contextRunner, Service.class, (service) -> {
			CompletableFuture<String> result = service.payMuchLater("A-1");
			await().until(() -> !service.ran().isEmpty());
			// As orTimeout does
			result.completeExceptionally(new TimeoutException());
			await().until(() -> service.muchLater().isCancelled());
		});
	}

	@Test
	void operatorsWithdrawalIsFinal() {
		run(this.contextRunner, Service.class, (service, context) -> {
			CompletableFuture<String> result = service.payLater("A-1");
			String requestId = this.simulator.awaitPending().requestId();
			await().until(() -> !this.simulator.requests(SimulatorCall.WAIT_FOR_DECISION).isEmpty());
			this.simulator.failNext(SimulatorCall.WITHDRAW, 2, SimulatedFault.status(503));
			this.simulator.failNext(SimulatorCall.WITHDRAW, SimulatedFault.delay(Duration.ofSeconds(1)));
			assertThat(context.getBean(PendingApprovals.class).withdraw(requestId)).isTrue();
			await().until(() -> !this.simulator.requests(SimulatorCall.WITHDRAW).isEmpty());
			this.simulator.approve(requestId);
			assertThat(result).failsWithin(MAX_WAIT)
				.withThrowableThat()
				.withCauseInstanceOf(ApprovalUnavailableException.class)
				.withMessageContaining("an operator had withdrawn it");
			assertThat(service.ran()).isEmpty();
			assertThat(this.simulator.history()).singleElement()
				.satisfies((request) -> assertThat(request.outcome()).isEqualTo(HandledRequest.Outcome.APPROVED));
		});
	}

	private InterruptibleCall decideWhileWithdrawing(Runnable action) {
		InterruptibleCall call = InterruptibleCall.start(action);
		String requestId = this.simulator.awaitPending().requestId();
		this.simulator.failNext(SimulatorCall.WITHDRAW, SimulatedFault.delay(Duration.ofSeconds(1)));
		call.interrupt();
		await().until(() -> !this.simulator.requests(SimulatorCall.WITHDRAW).isEmpty());
		this.simulator.approve(requestId);
		return call;
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		Service service() {
			return new Service();
		}

		@Bean
		InterruptSensitiveDataSource dataSource(Environment environment) {
			return new InterruptSensitiveDataSource(new DriverManagerDataSource(
					environment.getRequiredProperty("test.url") + ";DB_CLOSE_DELAY=-1", "sa", ""));
		}

	}

	static class Service {

		private final List<String> ran = new CopyOnWriteArrayList<>();

		private final List<Boolean> interrupted = new CopyOnWriteArrayList<>();

		private final CompletableFuture<String> muchLater = new CompletableFuture<>();

		List<String> ran() {
			return this.ran;
		}

		List<Boolean> interrupted() {
			return this.interrupted;
		}

		CompletableFuture<String> muchLater() {
			return this.muchLater;
		}

		@RequiresAirlockApproval("Pay")
		public void pay(String order) {
			this.interrupted.add(Thread.currentThread().isInterrupted());
			this.ran.add(order);
		}

		@RequiresAirlockApproval("Pay")
		public CompletableFuture<String> payLater(String order) {
			this.ran.add(order);
			return CompletableFuture.completedFuture("paid " + order);
		}

		@RequiresAirlockApproval("Pay")
		public CompletableFuture<String> payMuchLater(String order) {
			this.ran.add(order);
			return this.muchLater;
		}

	}

}

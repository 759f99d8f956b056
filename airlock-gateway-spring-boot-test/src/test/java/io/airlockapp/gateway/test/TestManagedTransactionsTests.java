/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.transaction.TestTransaction;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for guarded calls inside the transaction that Spring's test framework manages for
 * a test.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE)
@AutoConfigureAirlockSimulator
@ApproveAll
@Transactional
class TestManagedTransactionsTests {

	private static final Duration LONG = Duration.ofSeconds(20);

	@Autowired
	private Ledger ledger;

	@Autowired
	private Office office;

	@Autowired
	private PlatformTransactionManager transactionManager;

	@Autowired
	private SimulatedApprover approver;

	@BeforeEach
	@AfterEach
	void callsAroundTheTestAreAskedAbout() {
		assertThat(TransactionSynchronizationManager.isActualTransactionActive()).isEqualTo(TestTransaction.isActive());
		assertThat(this.ledger.book()).isEqualTo(TestTransaction.isActive());
	}

	@Test
	void callOfTestRequestsApproval() {
		assertThat(this.ledger.book()).isTrue();
		assertThat(this.approver).wasAskedTimes(2);
	}

	@Test
	void callWithoutTransactionOfApplicationRequestsApproval() {
		assertThat(this.office.withoutTransaction()).isTrue();
	}

	@Test
	void callWithOwnTransactionInsideRequestsApproval() {
		assertThat(this.ledger.bookInTransaction()).isTrue();
	}

	@Test
	void callOfFutureOrPublisherRequestsApproval() {
		assertThat(this.ledger.bookLater()).succeedsWithin(LONG);
		assertThat(this.ledger.bookWhenSubscribed().block(LONG)).isNotNull();
	}

	@Test
	void nextTransactionOfTestIsTestManaged() {
		TestTransaction.end();
		assertThat(this.ledger.book()).isFalse();
		TestTransaction.start();
		assertThat(this.ledger.book()).isTrue();
	}

	@Test
	@Transactional(propagation = Propagation.NOT_SUPPORTED)
	void testWithoutTransactionFindsThatOfTheApplication() {
		assertRefused(this.office::required);
	}

	@Test
	void messageNamesTheRemediesAndTheTransactionOfTheTest() {
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(this.office::required)
			.withMessageContainingAll("Ledger.book", "open transaction", "make it durable if it returns nothing",
					"'airlock.gateway.approval.allow-in-transaction=true'", "Spring's test framework");
	}

	@Test
	void methodThatJoinsIsRefused() {
		// First, since no savepoint can be made once a refusal has marked the transaction
		assertRefused(this.office::nested);
		assertRefused(this.office::required);
		assertRefused(this.office::mandatory);
	}

	@Test
	void methodWithATransactionOfItsOwnIsRefused() {
		assertRefused(this.office::requiresNew);
		assertThat(this.ledger.book()).isTrue();
	}

	@Test
	void methodThatSuspendsTransactionRequestsApproval() {
		assertThat(this.office.notSupported()).isFalse();
	}

	@ParameterizedTest
	@EnumSource(value = Propagation.class, mode = Mode.EXCLUDE, names = { "NEVER", "NOT_SUPPORTED" })
	void templateIsRefused(Propagation propagation) {
		TransactionTemplate template = new TransactionTemplate(this.transactionManager);
		template.setPropagationBehavior(propagation.value());
		assertRefused(() -> Boolean.TRUE.equals(template.execute((status) -> this.ledger.book())));
	}

	@Test
	void newTransactionByHandIsRefused() {
		TransactionStatus status = this.transactionManager
			.getTransaction(new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_REQUIRES_NEW));
		assertRefused(this.ledger::book);
		this.transactionManager.rollback(status);
	}

	@Test
	void futureOfAMethodThatJoinsIsRefused() {
		assertThat(this.office.requiredLater()).failsWithin(LONG)
			.withThrowableThat()
			.withCauseInstanceOf(ApprovalUnavailableException.class);
	}

	@Test
	void subscriptionOfAMethodThatJoinsIsRefused() {
		assertRefused(() -> this.office.requiredAndSubscribed());
	}

	@Test
	void threadThatInheritsTheTestIsRefusedItsOwnTransaction() throws Exception {
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try {
			executor.submit(() -> {
				assertThat(TestTransaction.isActive()).isTrue();
				assertThat(this.ledger.book()).isFalse();
				assertRefused(this.office::required);
				newTransactionByHandIsRefused();
			}).get();
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static void assertRefused(Supplier<Boolean> call) {
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(call::get)
			.withMessageContaining("open transaction");
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
			TransactionAutoConfiguration.class })
	@Import({ Ledger.class, Office.class })
	static class Application {

	}

	/**
	 * Answers whether it is called inside a transaction.
	 */
	static class Ledger {

		@RequiresAirlockApproval
		public boolean book() {
			return TransactionSynchronizationManager.isActualTransactionActive();
		}

		@RequiresAirlockApproval
		@Transactional
		public boolean bookInTransaction() {
			return TransactionSynchronizationManager.isActualTransactionActive();
		}

		@RequiresAirlockApproval
		public CompletableFuture<Boolean> bookLater() {
			return CompletableFuture.completedFuture(true);
		}

		@RequiresAirlockApproval
		public Mono<Boolean> bookWhenSubscribed() {
			return Mono.just(true);
		}

	}

	static class Office {

		private final Ledger ledger;

		Office(Ledger ledger) {
			this.ledger = ledger;
		}

		public boolean withoutTransaction() {
			return this.ledger.book();
		}

		@Transactional
		public boolean required() {
			return this.ledger.book();
		}

		@Transactional(propagation = Propagation.MANDATORY)
		public boolean mandatory() {
			return this.ledger.book();
		}

		@Transactional(propagation = Propagation.NESTED)
		public boolean nested() {
			return this.ledger.book();
		}

		@Transactional(propagation = Propagation.REQUIRES_NEW)
		public boolean requiresNew() {
			return this.ledger.book();
		}

		@Transactional(propagation = Propagation.NOT_SUPPORTED)
		public boolean notSupported() {
			return this.ledger.book();
		}

		@Transactional
		public CompletableFuture<Boolean> requiredLater() {
			return this.ledger.bookLater();
		}

		@Transactional
		public Boolean requiredAndSubscribed() {
			return this.ledger.bookWhenSubscribed().blockOptional().orElseThrow();
		}

	}

}

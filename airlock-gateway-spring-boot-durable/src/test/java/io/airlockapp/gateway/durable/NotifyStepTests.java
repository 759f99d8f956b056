/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.durable.jdbc.WorkerTransactions;
import io.airlockapp.gateway.durable.step.NextStep;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import io.airlockapp.gateway.support.Latches;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link NotifyStep}.
 */
class NotifyStepTests extends StepTests {

	private final List<String> told = new ArrayList<>();

	private final ThreadLocal<String> handed = new ThreadLocal<>();

	private final DurableApprovalHandler handler = (approval, decision) -> this.told
		.add(approval.state() + " " + ((decision != null) ? decision.verdict() : null));

	@Test
	void handlersAreCalledOnce() {
		DurableApproval call = denied();
		notifyHandlers(call, this.handler, this.handler);
		notifyHandlers(call, this.handler, this.handler);
		assertThat(this.told).containsExactly("DENIED REJECT", "DENIED REJECT");
	}

	@Test
	void handlersAreCalledWithoutADecisionIfThereIsNone() {
		DurableApproval call = this.instance.record();
		this.instance.now = call.expiresAt();
		this.ask.perform(call.id());
		notifyHandlers(call, this.handler);
		assertThat(this.told).containsExactly("TIMED_OUT null");
	}

	@Test
	void handlersAreNotCalledBeforeTheEnd() {
		DurableApproval call = this.instance.record();
		notifyHandlers(call, this.handler);
		this.instance.notifyHandlers(this.handler).perform("req-unknown");
		assertThat(this.told).isEmpty();
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void allHandlersAreCalledAgainIfOneFails(CapturedOutput output) {
		DurableApproval call = denied();
		DurableApprovalHandler failing = new FailingHandler();
		assertThatIllegalStateException().isThrownBy(() -> notifyHandlers(call, this.handler, failing));
		assertThat(output).contains("handler " + FailingHandler.class.getName() + " of approval " + call.id(),
				"not now");
		assertThat(this.told).hasSize(1);
		notifyHandlers(call, this.handler);
		assertThat(this.told).hasSize(2);
	}

	@Test
	void handlersHaveHalfOfTheThreads() throws InterruptedException {
		CountDownLatch running = new CountDownLatch(2);
		CountDownLatch end = new CountDownLatch(1);
		NotifyStep step = this.instance.notifyHandlers((approval, decision) -> {
			running.countDown();
			Latches.await(end);
		});
		List<Thread> workers = new ArrayList<>();
		for (DurableApproval slow : List.of(denied(), denied())) {
			workers.add(new Thread(() -> step.perform(slow.id())));
		}
		DurableApproval further = denied();
		workers.forEach(Thread::start);
		running.await();
		assertThat(step.perform(further.id())).isEqualTo(new NextStep(Step.NOTIFY, this.instance.now.plusSeconds(2)));
		end.countDown();
		for (Thread worker : workers) {
			worker.join();
		}
		assertThat(step.perform(further.id())).isNull();
	}

	/**
	 * The changes of the other handlers would be rolled back with it.
	 */
	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void handlerThatLeavesATransactionOpenHasFailed(CapturedOutput output) {
		JdbcTransactionManager manager = new JdbcTransactionManager(this.instance.dataSource);
		for (DurableApproval call : List.of(denied(), denied())) {
			assertThatIllegalStateException().isThrownBy(() -> notifyHandlers(call, (approval, decision) -> {
				assertThat(this.handed.get()).isNull();
				this.handed.set(approval.id());
				manager
					.getTransaction(new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_REQUIRES_NEW));
			}, this.handler));
			assertThat(output).contains("of approval " + call.id() + " failed, and is called again",
					"left a transaction open");
			assertThat(this.told).isEmpty();
			assertThat(this.instance.dataSource.getActiveConnections()).isZero();
			notifyHandlers(call, this.handler);
			assertThat(this.told).hasSize(1);
			this.told.clear();
		}
		assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
	}

	/**
	 * Each repetition would take a connection from the pool.
	 */
	@ParameterizedTest
	@ValueSource(
			ints = { TransactionDefinition.PROPAGATION_REQUIRES_NEW, TransactionDefinition.PROPAGATION_NOT_SUPPORTED })
	void transactionThatAFailingHandlerLeavesOpenIsEnded(int propagation) {
		JdbcTransactionManager manager = new JdbcTransactionManager(this.instance.dataSource);
		DurableApproval call = denied();
		assertThatIllegalStateException().isThrownBy(() -> notifyHandlers(call, (approval, decision) -> {
			manager.getTransaction(new DefaultTransactionDefinition(propagation));
			throw new IllegalStateException("not now");
		})).withMessage("not now");
		assertThat(this.instance.dataSource.getActiveConnections()).isZero();
		notifyHandlers(call, this.handler);
		assertThat(this.told).hasSize(1);
	}

	/**
	 * As those for Kafka, RabbitMQ and JMS. The transaction around it could not be rolled
	 * back, and its connection would commit it.
	 */
	@Test
	void transactionWithoutSynchronizationThatAHandlerLeavesOpenIsEnded() {
		JdbcTransactionManager manager = new JdbcTransactionManager(this.instance.dataSource);
		manager.setTransactionSynchronization(AbstractPlatformTransactionManager.SYNCHRONIZATION_NEVER);
		DurableApproval call = denied();
		assertThatIllegalStateException()
			.isThrownBy(() -> notifyHandlers(call,
					(approval, decision) -> manager.getTransaction(
							new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_REQUIRES_NEW)),
					this.handler))
			.withMessageContaining("left a transaction open");
		notifyHandlers(call, this.handler);
		assertThat(this.told).hasSize(1);
	}

	@Test
	void handlersAreCalledInTransactionsWithoutSynchronization() {
		JdbcTransactionManager manager = new JdbcTransactionManager(this.instance.dataSource);
		manager.setTransactionSynchronization(AbstractPlatformTransactionManager.SYNCHRONIZATION_NEVER);
		DurableApproval call = denied();
		new NotifyStep(dependencies((event) -> {
		}), List.of(this.handler), new WorkerTransactions(this.instance.dataSource, manager)).perform(call.id());
		assertThat(this.told).hasSize(1);
	}

	@Test
	void transactionThatAListenerLeavesOpenIsEnded() {
		JdbcTransactionManager manager = new JdbcTransactionManager(this.instance.dataSource);
		AskStep ask = new AskStep(dependencies((event) -> manager.getTransaction(new DefaultTransactionDefinition())),
				this.instance.exchange, (call) -> false, this.instance.otherPairings, NOTHING, () -> false,
				TestInstance.MEAN);
		String id = this.instance.record().id();
		ask.perform(id);
		assertThat(this.instance.gateway.decide(id, "approve")).isTrue();
		ask.perform(id);
		assertState(id, DurableState.DECIDED);
		assertThat(this.instance.dataSource.getActiveConnections()).isZero();
	}

	private void notifyHandlers(DurableApproval call, DurableApprovalHandler... handlers) {
		this.instance.notifyHandlers(handlers).perform(call.id());
	}

	private DurableApproval denied() {
		DurableApproval call = this.instance.record();
		decide(call.id(), "reject");
		assertState(call.id(), DurableState.DENIED);
		return call;
	}

	private static final class FailingHandler implements DurableApprovalHandler {

		@Override
		public void ended(DurableApproval approval, @Nullable ApprovalDecision decision) {
			throw new IllegalStateException("not now");
		}

	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.time.Duration;
import java.time.InstantSource;
import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.approval.AirlockOmitted;
import io.airlockapp.gateway.approval.ApprovalDenialHandler;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.snapshot.SnapshotWriter;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.exchange.ApprovalService;
import io.airlockapp.gateway.exchange.ApprovalTaskExecutor;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.exchange.PendingLimits;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.harp.DecisionEvidence;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.support.Ticker;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests when the arguments of a guarded call are read.
 */
class ArgumentReadingsTests {

	private static final ApprovalDecision APPROVED = new ApprovalDecision("req-1", Verdict.APPROVE, null, "key-1",
			"AB:CD", new DecisionEvidence("req-1", "00", "approve", SignatureForm.TEXT, "", "", "key-1", ""));

	private final DenialPublisher publisher = new DenialPublisher(ApprovalListener.of(List.of()), "command.review");

	private final ApprovalService approvals = mock();

	private final Service target = new Service();

	private ApprovalJournal journal = ApprovalJournal.none();

	@Test
	void argumentsAreReadThreeTimes() {
		given(this.approvals.request(any(), any())).willReturn(APPROVED);
		Order order = new Order();
		service().pay(order);
		assertThat(this.target.runs).isEqualTo(1);
		assertThat(order.readings).hasValue(3);
	}

	@Test
	void changeWhileTheJournalIsWrittenIsSeen() {
		given(this.approvals.request(any(), any())).willReturn(APPROVED);
		Order order = new Order();
		this.journal = mock();
		given(this.journal.claim("req-1")).willAnswer((claim) -> {
			order.sql = "DELETE FROM prod";
			return true;
		});
		assertThatExceptionOfType(ApprovalVerificationException.class).isThrownBy(() -> service().pay(order))
			.withMessageContaining("request req-1")
			.satisfies((ex) -> assertThat(ex.getRequestId()).isEqualTo("req-1"));
		assertThat(this.target.runs).isZero();
	}

	@Test
	void argumentWhenNoLongerReadableIsReportedAsChanged() {
		given(this.approvals.request(any(), any())).willReturn(APPROVED);
		Order order = new Order();
		this.journal = mock();
		given(this.journal.claim("req-1")).willAnswer((claim) -> {
			order.sql = "\ud800";
			return true;
		});
		assertThatExceptionOfType(ApprovalVerificationException.class).isThrownBy(() -> service().pay(order));
		assertThat(this.target.runs).isZero();
	}

	@Test
	void changeWithinAGateOfTheApplicationIsSeen() {
		Order order = new Order();
		ApprovalGate gate = (call) -> {
			call.toRequest();
			order.sql = "DELETE FROM prod";
		};
		assertThatExceptionOfType(ApprovalVerificationException.class).isThrownBy(() -> service(gate).pay(order));
		assertThat(this.target.runs).isZero();
	}

	private Service service() {
		ApprovalGate cooling = new RestingApprovalGate(
				new EnforcingApprovalGate(this.approvals, this.journal, this.publisher, Ticker.system()),
				Duration.ofMinutes(1), null, (name) -> null, ApproverGroups.none(), InstantSource.system(),
				Ticker.system(), this.publisher);
		return service(new AdmittingApprovalGate(cooling,
				new PendingApprovals(PendingLimits.of(10), Duration.ZERO, Halt.inMemory()), ApproverGroups.none(), true,
				this.publisher));
	}

	private Service service(ApprovalGate gate) {
		ProxyFactory factory = new ProxyFactory(this.target);
		factory.setProxyTargetClass(true);
		ApprovalAdvisor guard = new ApprovalAdvisor(new DefaultListableBeanFactory(), new MockEnvironment(),
				() -> new SnapshotWriter(new JsonMapper()), () -> gate, ApprovalDenialHandler::throwing,
				() -> this.publisher, () -> new ApprovalTaskExecutor(false, null), () -> null, () -> null,
				Halt::inMemory);
		factory.addAdvisor(guard);
		GuardedChainAdvisor.addFirst(factory, "desk", new GuardedNames(new DefaultListableBeanFactory()));
		return (Service) factory.getProxy();
	}

	static class Service {

		private int runs;

		@RequiresAirlockApproval
		public void pay(Order order) {
			this.runs++;
		}

	}

	static class Order extends AbstractList<String> {

		@AirlockOmitted
		private final AtomicInteger readings = new AtomicInteger();

		private String sql = "DELETE FROM test";

		@Override
		public String get(int index) {
			this.readings.incrementAndGet();
			return this.sql;
		}

		@Override
		public int size() {
			return 1;
		}

	}

}

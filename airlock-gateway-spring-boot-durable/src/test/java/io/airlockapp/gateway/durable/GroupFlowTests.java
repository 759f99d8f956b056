/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.approval.ApprovalEscalatedEvent;
import io.airlockapp.gateway.approval.ApprovalVoteEvent;
import io.airlockapp.gateway.approval.RequesterSource;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.durable.actuator.DurableEndpointOperations;
import io.airlockapp.gateway.endpoint.DurableOperations.DurableApprovalState;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.actuate.audit.InMemoryAuditEventRepository;
import org.springframework.boot.actuate.audit.listener.AuditListener;
import org.springframework.boot.actuate.autoconfigure.audit.AuditAutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for recorded calls of an application whose group has an escalation and excludes
 * the requester: two of Ann and Bob, and later Cleo, have to approve.
 */
class GroupFlowTests extends DurableApplicationTests {

	GroupFlowTests() {
		super(Application.class);
	}

	@BeforeEach
	void startWithGroup() {
		List.of("ann", "bob", "cleo").forEach(this.simulator::addApprover);
		start("airlock.gateway.approvers.board.pairings=ann,bob", "airlock.gateway.approvers.board.quorum=2",
				"airlock.gateway.approvers.board.exclude-requester=true",
				"airlock.gateway.approvers.board.escalation[0].after=2s",
				"airlock.gateway.approvers.board.escalation[0].pairings=cleo",
				"airlock.gateway.pairings.ann.principals=ann", "airlock.gateway.pairings.bob.principals=bob",
				"airlock.gateway.pairings.cleo.principals=cleo", "airlock.gateway.rate-limit.requests=10000");
	}

	@Test
	void stepAddsRequestsAtOnceWhenRequesterIsApprover() {
		DurableApproval recorded = record("Ann");
		PendingRequest request = awaitRequest("cleo");
		assertThat(request.description())
			.startsWith("2 of the 2 approvers of 'board' must approve. Asked by Ann. Asked in addition because too few "
					+ "others can be asked\n");
		assertThat(awaitRequest("bob").description())
			.startsWith("2 of the 2 approvers of 'board' must approve. Asked by Ann\n");
		this.simulator.approver("cleo").approve(request);
		await(() -> find(recorded.id()).approvals() == 1);
		assertThat(find(recorded.id()).asked()).containsExactly("bob");
		assertThat(bean(DurableEndpointOperations.class).getState().newest()).singleElement()
			.extracting(DurableApprovalState::approvals, DurableApprovalState::quorum, DurableApprovalState::asked)
			.containsExactly(1, 2, List.of("bob"));
		this.simulator.approver("bob").approve(awaitRequest("bob"));
		awaitState(recorded.id(), DurableState.DONE);
		assertThat(this.simulator.approver("ann").asked()).isEmpty();
		Application application = bean(Application.class);
		assertThat(application.votes).extracting(ApprovalVoteEvent::callId).containsOnly(recorded.id());
		assertThat(application.votes).extracting((event) -> event.vote().pairing()).containsExactly("cleo", "bob");
		assertThat(application.votes).allSatisfy((event) -> assertThat(event.gate()).isEqualTo(recorded.gate()))
			.allSatisfy((event) -> assertThat(event.approvers()).isEqualTo("board"));
		assertThat(application.escalations).singleElement().satisfies((event) -> {
			assertThat(event.callId()).isEqualTo(recorded.id());
			assertThat(event.step()).isOne();
			assertThat(event.pairings()).containsExactly("cleo");
			assertThat(event.unavailable()).isTrue();
		});
		assertThat(bean(AuditEventRepository.class).find(null, null, "AIRLOCK_VOTE")).hasSize(2)
			.allSatisfy((event) -> assertThat(event.getData()).containsEntry("requestId", recorded.id())
				.containsEntry("approvers", "board")
				.containsEntry("verdict", "APPROVE")
				.containsEntry("counted", true));
		MeterRegistry meters = bean(MeterRegistry.class);
		assertThat(meters.get("airlock.approval.votes")
			.tags("approvers", "board", "verdict", "approve", "counted", "true")
			.counter()
			.count()).isEqualTo(2);
		assertThat(meters.get("airlock.approval.escalations")
			.tags("approvers", "board", "step", "1", "cause", "unavailable")
			.counter()
			.count()).isOne();
		await(() -> application.ended.size() == 1);
		assertThat(application.ended.get(0).votes()).extracting(ApprovalVote::pairing).containsExactly("cleo", "bob");
	}

	@Test
	void stepAddsRequestsAfterItsTime() {
		DurableApproval recorded = record("Dave");
		PendingRequest first = awaitRequest("ann");
		awaitRequest("bob");
		this.simulator.approver("ann").approve(first);
		PendingRequest request = awaitRequest("cleo");
		assertThat(request.description()).startsWith(
				"2 of the 3 approvers of 'board' must approve. Asked by Dave. Asked in addition after 2 s without a decision\n");
		this.simulator.approver("cleo").approve(request);
		awaitState(recorded.id(), DurableState.DONE);
		await(() -> this.simulator.approver("bob").pending().isEmpty());
		assertThat(bean(Application.class).started).containsExactly(recorded.id());
	}

	private DurableApproval record(String requester) {
		bean(Application.class).requester = requester;
		return record(() -> bean(Payouts.class).pay("order-1"));
	}

	private PendingRequest awaitRequest(String approver) {
		return this.simulator.approver(approver).awaitRequest();
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = AuditAutoConfiguration.class)
	static class Application {

		final List<ApprovalVoteEvent> votes = new CopyOnWriteArrayList<>();

		final List<ApprovalEscalatedEvent> escalations = new CopyOnWriteArrayList<>();

		final List<DurableApproval> ended = new CopyOnWriteArrayList<>();

		final List<String> started = new CopyOnWriteArrayList<>();

		volatile String requester;

		@Bean
		Payouts payouts() {
			return new Payouts(this.started);
		}

		@Bean
		RequesterSource requesters() {
			return () -> this.requester;
		}

		@Bean
		DurableApprovalHandler handler() {
			return (approval, decision) -> this.ended.add(approval);
		}

		@Bean
		AuditEventRepository audit() {
			return new InMemoryAuditEventRepository();
		}

		@Bean
		AuditListener auditListener(AuditEventRepository repository) {
			return new AuditListener(repository);
		}

		@Bean
		MeterRegistry meters() {
			return new SimpleMeterRegistry();
		}

		@EventListener
		void voted(ApprovalVoteEvent event) {
			this.votes.add(event);
		}

		@EventListener
		void escalated(ApprovalEscalatedEvent event) {
			this.escalations.add(event);
		}

	}

	static class Payouts {

		private final List<String> started;

		Payouts(List<String> started) {
			this.started = started;
		}

		@RequiresAirlockApproval(value = "Payout", approvers = "board", durable = true)
		public void pay(String order) {
			this.started.add(DurableApprovals.current().orElseThrow().id());
		}

	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalSettings;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.GatewayRequestExecutor;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.client.Heartbeat;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.client.ratelimit.RequestPriority;
import io.airlockapp.gateway.exchange.Admission;
import io.airlockapp.gateway.exchange.ApprovalDependencies;
import io.airlockapp.gateway.exchange.ApprovalService;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.exchange.PendingLimits;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.harp.DecisionVerifier;
import io.airlockapp.gateway.harp.InMemoryReplayJournal;
import io.airlockapp.gateway.harp.SignatureForm;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.task.support.TaskExecutorAdapter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of twenty callers at a time who request approvals of two of three approvers, with
 * a limit of 60 requests in a minute, in virtual time.
 */
class GroupQuotaTests {

	private static final int CALLERS = 20;

	private static final int CALLS_OF_A_CALLER = Integer.getInteger("test.calls", 2);

	private static final int LIMIT = 60;

	private static final Duration PERIOD = Duration.ofMinutes(1);

	private static final Duration INTERVAL = Duration.ofSeconds(30);

	private final VirtualTime time = new VirtualTime(Duration.ofSeconds(1));

	private final VirtualPhones phones = new VirtualPhones(this.time);

	private final GatewayRequestExecutor executor = new GatewayRequestExecutor(
			new GatewayRateLimiter(LIMIT, PERIOD, this.time));

	private final List<Duration> heartbeats = new ArrayList<>();

	private final List<AirlockGatewayException> failures = new ArrayList<>();

	private int decisions;

	private int callers = CALLERS;

	@ParameterizedTest
	@ValueSource(ints = { 25, 55 })
	void callsOfGroupsAreDecidedWithinTheLimit(int pollTimeout) {
		this.phones.phone("a").approvesAfter(Duration.ofSeconds(20));
		this.phones.phone("b").approvesAfter(Duration.ofSeconds(30));
		this.phones.phone("c").approvesAfter(Duration.ofSeconds(40));
		ApprovalService service = new ApprovalService(this.phones.api, dependencies(Duration.ofSeconds(pollTimeout)));
		for (int i = 0; i < CALLERS; i++) {
			String requester = "requester " + i;
			this.time.start(() -> request(service, requester));
		}
		this.time.start(this::beat);
		Instant start = this.time.clock().instant();
		this.time.run();
		List<Instant> calls = this.phones.calls();
		// Until the last acknowledgement and withdrawal
		Duration elapsed = Duration.between(start, calls.get(calls.size() - 1));
		double perMinute = this.decisions * 60_000.0 / elapsed.toMillis();
		String summary = "%s decisions in %s with holds of %s s: %.1f in a minute; %s requests; heartbeats within %s"
			.formatted(this.decisions, elapsed, pollTimeout, perMinute, calls.size(),
					this.heartbeats.stream().max(Duration::compareTo).orElseThrow());
		System.out.println(summary);
		assertThat(this.failures).as(summary).isEmpty();
		assertThat(this.decisions).as(summary).isEqualTo(CALLERS * CALLS_OF_A_CALLER);
		assertThat(perMinute).as(summary).isGreaterThan(5);
		assertThat(this.heartbeats).as(summary).allMatch((delay) -> delay.compareTo(Duration.ofSeconds(10)) < 0);
		assertThat(calls).as(summary).allSatisfy((call) -> assertThat(countUntil(call)).isLessThanOrEqualTo(LIMIT));
	}

	private long countUntil(Instant last) {
		Instant first = last.minus(PERIOD);
		return this.phones.calls().stream().filter((call) -> call.isAfter(first) && !call.isAfter(last)).count();
	}

	private void request(ApprovalService service, String requester) {
		for (int i = 0; i < CALLS_OF_A_CALLER; i++) {
			try {
				assertThat(service
					.request(ApprovalRequest.builder("Refund", "refund(42)")
						.approvers("refunds")
						.requester(requester)
						.build(), Admission.none())
					.isApproved()).isTrue();
				this.decisions++;
			}
			catch (AirlockGatewayException ex) {
				this.failures.add(ex);
			}
		}
		this.callers--;
	}

	private void beat() {
		while (this.callers > 0) {
			long start = this.time.nanoTime();
			this.executor.executeNullable(RequestPriority.CONTROL, Duration.ofSeconds(10), () -> {
				this.phones.api.sendHeartbeat(new Heartbeat("shop", "default", "Shop"));
				return null;
			});
			this.heartbeats.add(Duration.ofNanos(this.time.nanoTime() - start));
			try {
				this.time.sleep(INTERVAL);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

	private ApprovalDependencies dependencies(Duration pollTimeout) {
		return new ApprovalDependencies(new Enforcer("shop", "Shop", "shop", "default", "", "shop"),
				new ApprovalSettings(Duration.ofMinutes(5), pollTimeout, "command.review"), this.phones,
				new DecisionVerifier(EnumSet.allOf(SignatureForm.class), new InMemoryReplayJournal(),
						this.time.clock()),
				new PendingApprovals(PendingLimits.of(250), Duration.ofSeconds(1), Halt.inMemory()), this.executor,
				ApprovalJournal.none(), ApprovalListener.of(List.of()), new TaskExecutorAdapter(this.time::start),
				(task) -> task, () -> null, this.time.clock(), this.time, new Random(1),
				new ApproverGroups(
						List.of(new ApproverGroup("refunds", List.of("a", "b", "c"), 2, null, false, false, List.of())),
						new Persons(Map.of())));
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import io.airlockapp.gateway.simulator.SimulatedFault;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of calls that several approvers decide while the gateway fails for one of them,
 * at each call of its request.
 */
@Tag("slow")
@TestInstance(Lifecycle.PER_CLASS)
class ApproverGroupFaultTests {

	private static final List<SimulatorCall> CALLS = List.of(SimulatorCall.SUBMIT_ARTIFACT,
			SimulatorCall.WAIT_FOR_DECISION, SimulatorCall.EXCHANGE_STATUS, SimulatorCall.WITHDRAW,
			SimulatorCall.ACKNOWLEDGE);

	private static final Map<String, SimulatedFault> TRANSIENT = Map.of("503", SimulatedFault.status(503), "429",
			SimulatedFault.status(429).withCode("quota_exceeded").withHeader("Retry-After", "1"), "dropped before",
			SimulatedFault.dropBeforeHandling(), "dropped after", SimulatedFault.dropAfterHandling());

	private static final Map<String, SimulatedFault> LASTING = Map.of("400",
			SimulatedFault.status(400).withCode("bad_request"), "404", SimulatedFault.status(404).withCode("not_found"),
			"422", SimulatedFault.status(422).withCode("no_approver"), "409",
			SimulatedFault.status(409).withCode("AlreadyExistsConflict"), "portal",
			SimulatedFault.status(200).withBody("text/html", "<html>Please sign in</html>"));

	private final AirlockSimulator simulator = AirlockSimulator.start();

	private final SimulatedApprover ann = this.simulator.addApprover("ann");

	private final SimulatedApprover ben = this.simulator.addApprover("ben");

	private final SimulatedApprover cay = this.simulator.addApprover("cay");

	private final PayoutApplication application = new PayoutApplication();

	private static Stream<Arguments> transientFaults() {
		return faults(TRANSIENT);
	}

	private static Stream<Arguments> faults() {
		return Stream.concat(faults(TRANSIENT), faults(LASTING));
	}

	private static Stream<Arguments> faults(Map<String, SimulatedFault> faults) {
		return CALLS.stream()
			.flatMap((call) -> faults.entrySet()
				.stream()
				.map((fault) -> Arguments.of(call, fault.getKey(), fault.getValue())));
	}

	@BeforeAll
	void start() {
		this.application.startWith(Groups.class, this.simulator.baseUrl(), this.simulator);
	}

	@AfterEach
	void reset() {
		Awaitility.await().until(() -> this.application.bean(PendingApprovals.class).list().isEmpty());
		this.simulator.reset();
	}

	@AfterAll
	void stop() {
		this.application.close();
		this.simulator.close();
	}

	@ParameterizedTest(name = "{0} {1}")
	@MethodSource("faults")
	void faultOfOneApproverDoesNotPreventApproval(SimulatorCall call, String name, SimulatedFault fault) {
		this.cay.failNext(call, fault);
		this.ann.approveAll();
		this.ben.approveAll();
		ApprovalDecision decision = ask("three");
		assertThat(decision.isApproved()).isTrue();
		assertThat(decision.votes()).extracting(ApprovalVote::pairing).containsExactlyInAnyOrder("ann", "ben");
	}

	@ParameterizedTest(name = "{0} {1}")
	@MethodSource("transientFaults")
	void neededApprovalIsNotLost(SimulatorCall call, String name, SimulatedFault fault) {
		this.ben.failNext(call, fault);
		this.ann.approveAll();
		this.ben.approveAll();
		assertThat(ask("both").isApproved()).isTrue();
		assertThat(this.simulator).wasAskedAboutOneCall().wasApprovedBy("ann", "ben");
	}

	@ParameterizedTest(name = "{0} {1}")
	@MethodSource("transientFaults")
	void rejectionIsNotLost(SimulatorCall call, String name, SimulatedFault fault) {
		this.ben.failNext(call, fault);
		this.ben.rejectAll("No");
		ApprovalDecision decision = ask("both");
		assertThat(decision.isApproved()).isFalse();
		assertThat(decision.reason()).isEqualTo("No");
	}

	private ApprovalDecision ask(String approvers) {
		CompletableFuture<ApprovalDecision> call = this.application.template()
			.requestApprovalAsync(ApprovalRequest.builder("Refund", "refund 42").approvers(approvers).build());
		return call.orTimeout(25, TimeUnit.SECONDS).join();
	}

	@Configuration(proxyBeanMethods = false)
	static class Groups {

		@Bean
		ApproverGroups approverGroups() {
			return new ApproverGroups(
					List.of(group("three", List.of("ann", "ben", "cay")), group("both", List.of("ann", "ben"))),
					Persons.unknown());
		}

		private static ApproverGroup group(String name, List<String> pairings) {
			return new ApproverGroup(name, pairings, 2, Duration.ofSeconds(20), false, false, List.of());
		}

	}

}

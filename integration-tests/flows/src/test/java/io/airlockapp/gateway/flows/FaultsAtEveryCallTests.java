/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayTemplate;
import io.airlockapp.gateway.ApprovalUnavailableException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

/**
 * Every fault that can happen at any call, at each of the calls.
 */
@Tag("slow")
class FaultsAtEveryCallTests extends FaultTests {

	@BeforeEach
	void startApplication() {
		start("airlock.gateway.read-timeout=400ms", "airlock.gateway.approval.poll-timeout=1s");
	}

	static Stream<Arguments> troubles() {
		return Arrays.stream(GatewayOperation.values())
			.flatMap((operation) -> Arrays.stream(Trouble.values())
				.filter((trouble) -> operation.hasAnswer() || !trouble.isInBody())
				.map((trouble) -> Arguments.of(operation, trouble)));
	}

	@ParameterizedTest
	@MethodSource("troubles")
	void callWhenFaultOccursThrowsGatewayException(GatewayOperation operation, Trouble trouble) {
		AirlockGatewayTemplate template = this.application.template();
		// Twice, since the JDK's client sends a GET again that is cut off within a moment
		trouble.happen(this, operation);
		trouble.happen(this, operation);
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(() -> operation.on(template))
			.satisfies((ex) -> assertThat(ex.toString()).doesNotContain(this.simulator.pat(),
					this.simulator.routingToken()));
		assertThatNoException().isThrownBy(template::echo);
	}

	@ParameterizedTest
	@EnumSource(Trouble.class)
	void faultOfSubmissionIsRetriedOrDenies(Trouble trouble) {
		trouble.happen(this, GatewayOperation.SUBMIT);
		approveAll();
		if (!trouble.endsApproval(GatewayOperation.SUBMIT)) {
			this.application.callAndAssertRun();
			return;
		}
		assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalUnavailableException.class);
		assertThat(this.simulator.requests(GatewayOperation.SUBMIT.call())).hasSize(1);
	}

	@ParameterizedTest
	@EnumSource(Trouble.class)
	void faultOfWaitIsRetriedOrDenies(Trouble trouble) {
		trouble.happen(this, GatewayOperation.WAIT);
		CompletableFuture<Void> call = this.application.call();
		if (!trouble.endsApproval(GatewayOperation.WAIT)) {
			approveNext();
			this.application.assertRuns(call);
			return;
		}
		assertThat(this.application.assertDenied(call)).isInstanceOf(ApprovalUnavailableException.class);
		assertThat(this.simulator.pending()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(Trouble.class)
	void faultOfAcknowledgementHasNoEffect(Trouble trouble) {
		trouble.happen(this, GatewayOperation.ACKNOWLEDGE);
		approveAll();
		this.application.callAndAssertRun();
		int tries = (trouble.isPassing() && !trouble.isInBody()) ? 2 : 1;
		await().until(() -> this.network.requests(GatewayOperation.ACKNOWLEDGE.path()).size() == tries);
	}

	@ParameterizedTest
	@EnumSource(Trouble.class)
	void faultOfWithdrawalNeverRunsMethod(Trouble trouble) {
		trouble.happen(this, GatewayOperation.WITHDRAW);
		InterruptibleCall call = startCall();
		this.simulator.awaitPending();
		call.interrupt();
		assertThat(call.failure()).isInstanceOf(ApprovalUnavailableException.class);
		assertThat(this.application.payouts().orders()).isEmpty();
		if (!trouble.endsApproval(GatewayOperation.WITHDRAW)) {
			assertThat(this.simulator.pending()).isEmpty();
		}
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.guard.DenialPublisher;
import io.airlockapp.gateway.approval.guard.EnforcingApprovalGate;
import io.airlockapp.gateway.approval.guard.RestingApprovalGate;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.exchange.ApprovalDependencies;
import io.airlockapp.gateway.exchange.ApprovalService;
import io.airlockapp.gateway.flows.PayoutApplication.Payouts;
import io.airlockapp.gateway.simulator.HandledRequest;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.SimulatorCall;
import io.airlockapp.gateway.support.Ticker;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Whoever repeats a call that was denied asks the person once.
 */
class DenialCooldownTests extends FaultTests {

	@Test
	void equalCallIsDeniedWithoutRequestDuringCooldown() {
		Payouts payouts = startWithCooldown();
		String requestId = assertAsked(() -> payouts.payOut("order-1"));
		for (int i = 0; i < 3; i++) {
			assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(() -> payouts.payOut("order-1"))
				.withMessageContaining("denied a moment ago")
				.satisfies((ex) -> assertThat(ex.getRequestId()).isEqualTo(requestId))
				// The next caller without a requester may be another person
				.satisfies((ex) -> assertThat(ex.getReason()).isNull());
		}
		assertThat(asked()).isOne();
		this.application.bean(ManualTicker.class).advance(Duration.ofSeconds(59));
		assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(() -> payouts.payOut("order-1"));
		assertThat(asked()).isOne();
		this.application.bean(ManualTicker.class).advance(Duration.ofSeconds(1));
		assertAsked(() -> payouts.payOut("order-1"));
		assertThat(asked()).isEqualTo(2);
		assertThat(payouts.orders()).isEmpty();
	}

	@Test
	void comparesSensitiveArgumentsToo() {
		Payouts payouts = startWithCooldown();
		assertAsked(() -> payouts.transfer("order-1", "1234"));
		assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(() -> payouts.transfer("order-1", "1234"))
			.withMessageContaining("denied a moment ago");
		assertAsked(() -> payouts.transfer("order-1", "5678"));
		assertThat(asked()).isEqualTo(2);
	}

	@Test
	void cooldownIsEnabledByProperty() {
		start("airlock.gateway.approval.denial-cooldown=1h");
		rejectAll();
		this.application.callAndAssertDenied();
		assertThat(this.application.callAndAssertDenied()).hasMessageContaining("denied a moment ago");
		assertThat(asked()).isOne();
	}

	@Test
	void cooldownIsDisabledByDefault() {
		start();
		rejectAll();
		this.application.callAndAssertDenied();
		this.application.callAndAssertDenied();
		assertThat(asked()).isEqualTo(2);
	}

	private Payouts startWithCooldown() {
		this.application.startWith(Cooldown.class, this.network.baseUrl(), this.simulator);
		this.simulator.decideAutomatically((request) -> SimulatedDecision.reject("Not today"));
		return this.application.payouts();
	}

	private String assertAsked(ThrowingCallable call) {
		int before = asked();
		assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(call)
			.withMessageNotContaining("a moment ago");
		assertThat(asked()).isEqualTo(before + 1);
		List<HandledRequest> history = this.simulator.history();
		return history.get(history.size() - 1).request().requestId();
	}

	private int asked() {
		return this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT).size();
	}

	@Configuration(proxyBeanMethods = false)
	static class Cooldown {

		@Bean
		ManualTicker ticker() {
			return new ManualTicker();
		}

		@Bean
		ApprovalGate gate(AirlockGatewayApi api,
				@Qualifier("airlockApprovalDependencies") ApprovalDependencies dependencies, ManualTicker ticker) {
			DenialPublisher reporter = new DenialPublisher(ApprovalListener.of(List.of()), "command.review");
			return new RestingApprovalGate(
					new EnforcingApprovalGate(new ApprovalService(api, dependencies), ApprovalJournal.none(), reporter,
							Ticker.system()),
					Duration.ofSeconds(60), null, (name) -> null, ApproverGroups.none(), InstantSource.system(), ticker,
					reporter);
		}

	}

}

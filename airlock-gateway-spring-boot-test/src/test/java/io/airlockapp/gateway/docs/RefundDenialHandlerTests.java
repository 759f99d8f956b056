/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.math.BigDecimal;

import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.ApprovalDenialHandler;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatorCall;
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator;
import io.airlockapp.gateway.test.RejectAll;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Example of a handler that returns a result in place of a denied method.
 */
@SpringBootTest
@AutoConfigureAirlockSimulator
@RejectAll
class RefundDenialHandlerTests {

	@Autowired
	private RefundService service;

	@Autowired
	private AirlockSimulator simulator;

	@Test
	void refundWhenDeniedReturnsEmptyReceipt() {
		assertThat(this.service.refund("A-17", BigDecimal.TEN, "ann@example.com").amount()).isZero();
	}

	@Test
	void refundWhenUnavailableThrows() {
		this.simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT, 401);
		assertThatExceptionOfType(ApprovalUnavailableException.class)
			.isThrownBy(() -> this.service.refund("A-18", BigDecimal.TEN, "ann@example.com"));
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Handling {

		// tag::handler[]
		@Bean
		ApprovalDenialHandler receiptOfDeniedRefund() {
			return (invocation, denial) -> {
				if (denial instanceof ApprovalDeniedException
						&& invocation.getMethod().getReturnType() == Receipt.class) {
					return new Receipt(String.valueOf(invocation.getArguments()[0]), BigDecimal.ZERO);
				}
				throw denial;
			};
		}
		// end::handler[]

	}

}

package io.airlockapp.samples.refunds;

import io.airlockapp.gateway.simulator.SimulatedApprover;
import io.airlockapp.gateway.test.ApproveAll;
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator;
import io.airlockapp.gateway.test.RejectAll;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the {@link RefundController} in a slice, which has the guard and answers as
 * the whole application does.
 */
@WebMvcTest
@Import(RefundService.class)
@AutoConfigureAirlockSimulator
class RefundControllerTests {

	@Autowired
	private MockMvcTester mvc;

	@Autowired
	private SimulatedApprover approver;

	@Test
	@ApproveAll
	void refundsOnceApproved() {
		assertThat(refund()).hasStatusOk().bodyJson().extractingPath("$.order").isEqualTo(1);
		assertThat(this.approver).wasAskedTo("Refund").wasApproved();
	}

	@Test
	@RejectAll("Refunded on Monday")
	void refundWhenDeniedReturnsReason() {
		assertThat(refund()).hasStatus(HttpStatus.FORBIDDEN)
			.hasContentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON)
			.bodyJson()
			.extractingPath("$.reason")
			.isEqualTo("Refunded on Monday");
	}

	private MvcTestResult refund() {
		return this.mvc.post().uri("/refunds").contentType(MediaType.APPLICATION_JSON).content("""
				{ "order": 1, "amount": 129.90, "iban": "DE02120300000000202051" }""").exchange();
	}

}

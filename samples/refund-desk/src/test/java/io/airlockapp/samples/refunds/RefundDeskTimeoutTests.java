package io.airlockapp.samples.refunds;

import java.math.BigDecimal;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the refund desk with an approver who is given one second, and doesn't decide.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "refund-desk.approver.port=0", "airlock.gateway.approval.timeout=1s" })
@Import(SimulatedGateway.class)
class RefundDeskTimeoutTests {

	@Autowired
	private RefundService service;

	@LocalServerPort
	private int port;

	@Test
	void refundWhenUndecidedReturnsGatewayTimeout() {
		RestTestClient.bindToServer()
			.baseUrl("http://127.0.0.1:" + this.port)
			.build()
			.post()
			.uri("/refunds")
			.contentType(MediaType.APPLICATION_JSON)
			.body(new RefundRequest(9, new BigDecimal("129.90"), "DE02120300000000202051"))
			.exchange()
			.expectStatus()
			.isEqualTo(HttpStatus.GATEWAY_TIMEOUT)
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.detail")
			.isEqualTo("No decision was made in time.");
		assertThat(this.service.refunds()).isEmpty();
	}

	@Test
	void showsTheFormAgain() {
		RestTestClient.bindToServer()
			.baseUrl("http://127.0.0.1:" + this.port)
			.build()
			.post()
			.uri("/form")
			.contentType(MediaType.APPLICATION_FORM_URLENCODED)
			.body("order=10&amount=129.90&iban=DE02120300000000202051")
			.exchange()
			.expectStatus()
			.isEqualTo(HttpStatus.GATEWAY_TIMEOUT)
			.expectBody(String.class)
			.value((page) -> assertThat(page).contains("No decision was made in time.", "value=\"129.90\""));
		assertThat(this.service.refunds()).isEmpty();
	}

}

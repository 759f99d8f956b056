package io.airlockapp.samples.refunds;

import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import io.airlockapp.gateway.simulator.SimulatorCall;
import io.airlockapp.gateway.test.ApproveAll;
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator;
import io.airlockapp.gateway.test.RejectAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.RestTestClient.BodyContentSpec;
import org.springframework.test.web.servlet.client.RestTestClient.ResponseSpec;

import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the refund desk's API, with an approver behind it.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureAirlockSimulator
@ExtendWith(OutputCaptureExtension.class)
class RefundDeskTests {

	private static final String IBAN = "DE02120300000000202051";

	@Autowired
	private AirlockSimulator simulator;

	@Autowired
	private SimulatedApprover approver;

	@Autowired
	private RefundService service;

	@Autowired
	private LoggingSystem loggingSystem;

	@LocalServerPort
	private int port;

	@Test
	void refundsOnceApproved() throws Exception {
		CompletableFuture<ResponseSpec> response = CompletableFuture.supplyAsync(() -> refund(1, "129.90", IBAN));
		PendingRequest request = this.approver.awaitRequest();
		assertThat(request).hasLabel("Refund").hasDescription("Refund 129.90 for order 1").hasWorkspace("payments");
		assertThat(made(1)).isFalse();
		this.approver.approve(request);
		response.get(20, TimeUnit.SECONDS)
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.order")
			.isEqualTo(1)
			.jsonPath("$.amount")
			.isEqualTo(129.90);
		assertThat(made(1)).isTrue();
	}

	@Test
	@ApproveAll
	void listsWhatWasRefunded() {
		refund(2, "20", IBAN).expectStatus().isOk();
		client().get().uri("/refunds").exchange().expectBody().jsonPath("$[?(@.order == 2)].amount").isEqualTo(20.00);
	}

	@Test
	@RejectAll("Refunded on Monday")
	void refundWhenDeniedReturnsReason() {
		problem(refund(3, "129.90", IBAN), HttpStatus.FORBIDDEN).jsonPath("$.reason")
			.isEqualTo("Refunded on Monday")
			.jsonPath("$.requestId")
			.isEqualTo(this.approver.asked().get(0).requestId());
		assertThat(made(3)).isFalse();
	}

	@Test
	void refundWhenUnavailableReturnsServiceUnavailable() {
		this.simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT, 422);
		ResponseSpec response = refund(4, "129.90", IBAN);
		response.expectHeader().exists(HttpHeaders.RETRY_AFTER);
		problem(response, HttpStatus.SERVICE_UNAVAILABLE).jsonPath("$.detail").isNotEmpty();
		assertThat(made(4)).isFalse();
	}

	@Test
	@RejectAll("Refunded on Monday")
	void showsBrowsersTheErrorPage() {
		client().post()
			.uri("/refunds")
			.contentType(MediaType.APPLICATION_JSON)
			.accept(MediaType.TEXT_HTML, MediaType.ALL)
			.body(new RefundRequest(13, new BigDecimal("129.90"), IBAN))
			.exchange()
			.expectStatus()
			.isForbidden()
			.expectHeader()
			.contentTypeCompatibleWith(MediaType.TEXT_HTML)
			.expectBody(String.class)
			.value((page) -> assertThat(page).contains("status=403").doesNotContain("Monday", IBAN));
		assertThat(made(13)).isFalse();
	}

	@Test
	@RejectAll("No")
	void refundWhenDecisionIsForgedReturnsBadGateway() {
		this.simulator.tamperDecisions((envelope) -> {
			envelope.withObject("/body").put("decision", "approve");
			return envelope;
		});
		problem(refund(5, "129.90", IBAN), HttpStatus.BAD_GATEWAY);
		assertThat(made(5)).isFalse();
	}

	@Test
	@ApproveAll
	void accountIsShownToApproverOnly() {
		refund(6, "129.90", IBAN).expectStatus().isOk();
		assertThat(this.approver).wasAskedOnce()
			.hasCommandText("RefundService.refund(order=6, amount=129.90, iban=%s)".formatted(IBAN));
		assertThat(this.simulator.requests()).isNotEmpty()
			.allSatisfy((call) -> assertThat(call.body()).doesNotContain(IBAN));
	}

	@Test
	void accountIsNotLoggedAtTraceLevel(CapturedOutput output) {
		List<String> loggers = List.of("io.airlockapp", "org.springframework.web", "org.springframework.http");
		loggers.forEach((logger) -> this.loggingSystem.setLogLevel(logger, LogLevel.TRACE));
		try {
			this.approver.approveAll();
			refund(10, "129.90", IBAN).expectStatus().isOk();
			this.approver.rejectAll("No");
			refund(11, "129.90", IBAN).expectStatus().isForbidden();
			refund(12, "-1", IBAN).expectStatus().isBadRequest();
		}
		finally {
			loggers.forEach((logger) -> this.loggingSystem.setLogLevel(logger, null));
		}
		assertThat(output).contains("RefundRequest[order=10, amount=129.90]", "Refunded 129.90 for order 10")
			.doesNotContain(IBAN);
	}

	@ParameterizedTest
	@CsvSource({ "0, 1.00, DE02120300000000202051", "7, , DE02120300000000202051", "7, -1, DE02120300000000202051",
			"7, 0.001, DE02120300000000202051", "7, 1e9, DE02120300000000202051", "7, 1.00, DE02", "7, 1.00," })
	void invalidRefundRequestsNoApproval(long order, String amount, String iban) {
		problem(refund(order, amount, iban), HttpStatus.BAD_REQUEST).jsonPath("$.detail").isNotEmpty();
		assertThat(this.approver).wasNotAsked();
	}

	@Test
	@ApproveAll
	void showsTheApproverAnAmountInFull() {
		refund(8, "1e3", IBAN).expectStatus().isOk();
		assertThat(this.approver).wasAskedTo("Refund").hasDescription("Refund 1000.00 for order 8");
	}

	private ResponseSpec refund(long order, String amount, String iban) {
		return client().post()
			.uri("/refunds")
			.contentType(MediaType.APPLICATION_JSON)
			.body(new RefundRequest(order, (amount != null) ? new BigDecimal(amount) : null, iban))
			.exchange();
	}

	private BodyContentSpec problem(ResponseSpec response, HttpStatus status) {
		response.expectStatus().isEqualTo(status).expectHeader().contentType(MediaType.APPLICATION_PROBLEM_JSON);
		return response.expectBody().jsonPath("$.status").isEqualTo(status.value());
	}

	private RestTestClient client() {
		return RestTestClient.bindToServer().baseUrl("http://127.0.0.1:" + this.port).build();
	}

	private boolean made(long order) {
		return this.service.refunds().stream().anyMatch((refund) -> refund.order() == order);
	}

}

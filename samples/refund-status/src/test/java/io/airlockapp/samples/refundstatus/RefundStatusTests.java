package io.airlockapp.samples.refundstatus;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.HandledRequest;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.RestTestClient.ResponseSpec;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for refunds that are accepted at once, with an approver behind them.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class RefundStatusTests {

	@AutoClose
	private static final AirlockSimulator simulator = AirlockSimulator.start();

	private static final Pattern ANSWER = Pattern.compile("\\S+ \\S+\\s+(\\d+) [^{]*(?:\\{ \"state\": \"(\\w+)\".*)?");

	@Autowired
	private RefundService service;

	@LocalServerPort
	private int port;

	private RestTestClient client;

	@DynamicPropertySource
	static void pairWithSimulator(DynamicPropertyRegistry registry) {
		simulator.properties().forEach((name, value) -> registry.add(name, () -> value));
	}

	@BeforeEach
	void connect() {
		this.client = RestTestClient.bindToServer().baseUrl("http://127.0.0.1:" + this.port).build();
	}

	@AfterEach
	void leaveNothingPending() {
		simulator.pending().forEach((request) -> simulator.reject(request.requestId()));
	}

	@Test
	void makesTheRefundOnceApproved() {
		URI location = submit(1, "20.00");
		PendingRequest pending = simulator.awaitPending();
		assertThat(pending.description()).isEqualTo("Refund 20.00 for order 1");
		assertThat(pending.commandText()).isEqualTo("refund order 1 by 20.00");
		look(location).expectHeader()
			.valueEquals(HttpHeaders.RETRY_AFTER, "2")
			.expectHeader()
			.valueEquals(HttpHeaders.CACHE_CONTROL, "no-store")
			.expectBody()
			.jsonPath("$.state")
			.isEqualTo("pending");
		assertThat(made(1)).isFalse();
		simulator.approve(pending.requestId());
		awaitState(location, "done");
		look(location).expectHeader().doesNotExist(HttpHeaders.RETRY_AFTER);
		assertThat(made(1)).isTrue();
	}

	@Test
	void responsesAreAsDocumented() throws IOException {
		List<String> documented = documented("POST", "GET", "GET", "DELETE");
		URI location = assertAnswer(post("{\"order\":7,\"amount\":20.00}"), documented.get(0));
		assertThat(location).isNotNull();
		assertAnswer(this.client.get().uri(location).exchange(), documented.get(1));
		simulator.approve(simulator.awaitPending().requestId());
		awaitState(location, "done");
		assertAnswer(this.client.get().uri(location).exchange(), documented.get(2));
		assertAnswer(this.client.delete().uri(location).exchange(), documented.get(3).replaceAll("204 .*, or ", ""));
	}

	private static List<String> documented(String... methods) throws IOException {
		String page = Files.readString(Path.of("..", "..", "docs", "web.md"));
		String block = page.substring(page.indexOf("```http\n") + "```http\n".length());
		List<String> lines = block.substring(0, block.indexOf("```")).lines().toList();
		assertThat(lines).extracting((line) -> line.replaceAll(" .*", "")).containsExactly(methods);
		return lines;
	}

	private static @Nullable URI assertAnswer(ResponseSpec response, String documented) {
		Matcher line = ANSWER.matcher(documented);
		assertThat(line.matches()).as(documented).isTrue();
		EntityExchangeResult<String> result = response.returnResult(String.class);
		HttpHeaders headers = result.getResponseHeaders();
		assertThat(result.getStatus().value()).as(documented).isEqualTo(Integer.parseInt(line.group(1)));
		assertThat(headers.getLocation() != null).as(documented).isEqualTo(documented.contains("Location: /refunds/"));
		assertThat(headers.getFirst(HttpHeaders.RETRY_AFTER)).as(documented)
			.isEqualTo(documented.contains("Retry-After: 2") ? "2" : null);
		if (line.group(2) != null) {
			assertThat(result.getResponseBody()).contains("\"state\":\"%s\"".formatted(line.group(2)));
		}
		return headers.getLocation();
	}

	@Test
	void makesNoRefundThatIsDenied() {
		URI location = submit(2, "20.00");
		simulator.reject(simulator.awaitPending().requestId(), "Refunded on Monday");
		awaitState(location, "denied");
		assertThat(made(2)).isFalse();
	}

	@Test
	void cancelWithdrawsRequest() {
		URI location = submit(3, "20.00");
		String requestId = simulator.awaitPending().requestId();
		this.client.delete().uri(location).exchange().expectStatus().isNoContent();
		look(location).expectBody().jsonPath("$.state").isEqualTo("cancelled");
		Awaitility.await()
			.untilAsserted(() -> assertThat(simulator.history())
				.filteredOn((handled) -> handled.request().requestId().equals(requestId))
				.extracting(HandledRequest::outcome)
				.containsExactly(HandledRequest.Outcome.WITHDRAWN));
		assertThat(made(3)).isFalse();
	}

	@Test
	void cancelWhenDecidedIsRefused() {
		URI location = submit(4, "20.00");
		simulator.approve(simulator.awaitPending().requestId());
		awaitState(location, "done");
		this.client.delete().uri(location).exchange().expectStatus().isEqualTo(HttpStatus.CONFLICT);
		look(location).expectBody().jsonPath("$.state").isEqualTo("done");
	}

	@Test
	void refundWhenUnavailableFails() {
		simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT, 422);
		awaitState(submit(5, "20.00"), "failed");
		assertThat(made(5)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"order\":6}", "{\"order\":0,\"amount\":1}", "{\"order\":6,\"amount\":-1}", "[" })
	void invalidRefundRequestsNoApproval(String body) {
		int before = simulator.requests(SimulatorCall.SUBMIT_ARTIFACT).size();
		post(body).expectStatus().isBadRequest();
		assertThat(simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).hasSize(before);
	}

	@Test
	void unknownIdIsNotFound() {
		URI unknown = URI.create("/refunds/" + UUID.randomUUID());
		this.client.get().uri(unknown).exchange().expectStatus().isNotFound();
		this.client.delete().uri(unknown).exchange().expectStatus().isNotFound();
		this.client.get().uri("/refunds/1").exchange().expectStatus().isBadRequest();
	}

	private URI submit(long order, String amount) {
		ResponseSpec response = post("{\"order\":%d,\"amount\":%s}".formatted(order, amount));
		URI location = response.expectStatus()
			.isAccepted()
			.returnResult(String.class)
			.getResponseHeaders()
			.getLocation();
		assertThat(location).isNotNull();
		assertThat(location.getPath()).startsWith("/refunds/");
		return location;
	}

	private ResponseSpec post(String body) {
		return this.client.post().uri("/refunds").contentType(MediaType.APPLICATION_JSON).body(body).exchange();
	}

	private ResponseSpec look(URI location) {
		return this.client.get().uri(location).exchange().expectStatus().isOk();
	}

	private void awaitState(URI location, String state) {
		Awaitility.await().untilAsserted(() -> look(location).expectBody().jsonPath("$.state").isEqualTo(state));
	}

	private boolean made(long order) {
		return this.service.made()
			.stream()
			.anyMatch((refund) -> refund.order() == order && new BigDecimal("20.00").equals(refund.amount()));
	}

}

package io.airlockapp.samples.refunds;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import io.airlockapp.gateway.simulator.SimulatorCall;
import io.airlockapp.gateway.test.ApproveAll;
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator;
import io.airlockapp.gateway.test.RejectAll;
import org.assertj.core.api.AbstractStringAssert;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the form, with an approver behind it. What the API answers beside it is
 * tested by {@link RefundDeskTests}.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureAirlockSimulator
class RefundFormTests {

	private static final String IBAN = "DE02120300000000202051";

	private static final HttpClient client = HttpClient.newHttpClient();

	@Autowired
	private AirlockSimulator simulator;

	@Autowired
	private SimulatedApprover approver;

	@Autowired
	private RefundService service;

	@LocalServerPort
	private int port;

	@Test
	@ApproveAll
	void submitWhenApprovedRedirectsToRefunds() {
		HttpResponse<String> response = submit(201).join();
		assertThat(response.statusCode()).isEqualTo(302);
		assertThat(response.headers().firstValue("Location")).hasValue(uri("/form/refunds").toString());
		assertThat(get("/form/refunds")).contains("Order <span>201</span>: <span>129.90</span>");
	}

	@Test
	@RejectAll("<b>\"No\"</b>")
	void showsTheReasonOfADenialAndWhatWasTyped() {
		assertForm(submit(202), 403, "The refund was denied.").contains("&lt;b&gt;&quot;No&quot;&lt;/b&gt;")
			.doesNotContain("<b>");
		assertThat(made(202)).isFalse();
	}

	@Test
	void submitWhenUnavailableShowsIt() {
		this.simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT, 422);
		assertForm(submit(203), 503, "obtained at the moment").doesNotContain("denied");
		assertThat(made(203)).isFalse();
	}

	@Test
	void formSubmittedTwiceRequestsOneApproval() throws Exception {
		CompletableFuture<HttpResponse<String>> first = submit(204);
		PendingRequest request = this.approver.awaitRequest();
		assertForm(submit(204), 409, "waiting for approval already");
		assertThat(first).isNotDone();
		this.approver.approve(request);
		assertThat(first.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(302);
		assertThat(this.service.refunds()).filteredOn((refund) -> refund.order() == 204).hasSize(1);
		assertThat(this.approver).wasAskedOnce();
	}

	@Test
	void theSameFormMayBeSentAgainOnceItIsDecided() throws Exception {
		CompletableFuture<HttpResponse<String>> first = submit(205);
		this.approver.reject(this.approver.awaitRequest(), "Not yet");
		assertForm(first, 403, "Not yet");
		CompletableFuture<HttpResponse<String>> second = submit(205);
		this.approver.approve(this.approver.awaitRequest());
		assertThat(second.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(302);
		assertThat(this.approver).wasAskedTimes(2);
	}

	@Test
	void refundsThoughTheBrowserHasLeft() throws IOException {
		String body = body(206);
		try (Socket browser = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
			browser.getOutputStream()
				.write(("POST /form HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
						+ "Content-Length: " + body.length() + "\r\n\r\n" + body)
					.getBytes(StandardCharsets.US_ASCII));
			this.approver.awaitRequest();
		}
		assertThat(made(206)).isFalse();
		this.approver.approve(this.approver.awaitRequest());
		Awaitility.await().until(() -> made(206));
	}

	@ParameterizedTest
	@ValueSource(strings = { "cross-site", "same-site" })
	void submitFromAnotherSiteRequestsNoApproval(String from) {
		HttpResponse<String> response = send(post(207).header("Sec-Fetch-Site", from)).join();
		assertThat(response.statusCode()).isBetween(400, 499);
		assertThat(this.approver).wasNotAsked();
	}

	@Test
	@ApproveAll
	void acceptsWhatABrowserSendsFromTheFormItself() {
		assertThat(send(post(208).header("Sec-Fetch-Site", "same-origin")).join().statusCode()).isEqualTo(302);
	}

	@ParameterizedTest
	@ValueSource(strings = { "order=0&amount=1&iban=DE02120300000000202051", "order=a&amount=1", "amount=1", "",
			"order=209&amount=-1&iban=DE02120300000000202051" })
	void invalidRefundRequestsNoApproval(String body) {
		assertThat(send(post(body)).join().statusCode()).isEqualTo(400);
		assertThat(this.approver).wasNotAsked();
	}

	private static AbstractStringAssert<?> assertForm(CompletableFuture<HttpResponse<String>> response, int status,
			String problem) {
		assertThat(response).succeedsWithin(20, TimeUnit.SECONDS);
		assertThat(response.join().statusCode()).isEqualTo(status);
		assertThat(response.join().headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
		return assertThat(response.join().body()).contains(problem, "value=\"129.90\"", "value=\"" + IBAN + "\"");
	}

	private CompletableFuture<HttpResponse<String>> submit(long order) {
		return send(post(order));
	}

	private HttpRequest.Builder post(long order) {
		return post(body(order));
	}

	private HttpRequest.Builder post(String body) {
		return HttpRequest.newBuilder(uri("/form"))
			.header("Content-Type", "application/x-www-form-urlencoded")
			.header("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
			.POST(BodyPublishers.ofString(body));
	}

	private static String body(long order) {
		return "order=%d&amount=129.90&iban=%s".formatted(order, IBAN);
	}

	private String get(String path) {
		return send(HttpRequest.newBuilder(uri(path))).join().body();
	}

	private static CompletableFuture<HttpResponse<String>> send(HttpRequest.Builder request) {
		return client.sendAsync(request.build(), BodyHandlers.ofString());
	}

	private URI uri(String path) {
		return URI.create("http://127.0.0.1:%d%s".formatted(this.port, path));
	}

	private boolean made(long order) {
		return this.service.refunds().stream().anyMatch((refund) -> refund.order() == order);
	}

}

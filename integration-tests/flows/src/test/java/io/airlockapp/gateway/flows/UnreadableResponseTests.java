/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.http.Fault;
import io.airlockapp.gateway.ApprovalResult;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalWithdrawnException;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.flows.WireGateway.Call;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A gateway whose answers cannot be read. Each of them holds a genuine approval, or
 * could: the decision is asked for again until the call ends, and then the guarded method
 * has not run.
 */
@Tag("slow")
@SpringBootTest(classes = GuardedApplication.class, properties = GuardedApplication.NO_RATE_LIMIT)
@ExtendWith(OutputCaptureExtension.class)
class UnreadableResponseTests {

	private static final int TEN_MEGABYTES = 10 * 1024 * 1024;

	/**
	 * White space, of which the compressed form is small. Parts of a gzip stream can be
	 * compressed one by one.
	 */
	private static final byte[] BOMB = gzip(" ".repeat(TEN_MEGABYTES), 20);

	private static final WireGateway gateway = WireGateway.start();

	private static final WireGateway elsewhere = WireGateway.start();

	@Autowired
	private PaymentService payments;

	@Autowired
	private Outcomes outcomes;

	@Autowired
	private PendingApprovals pending;

	@DynamicPropertySource
	static void pairWithGateway(DynamicPropertyRegistry registry) {
		gateway.properties().forEach((name, value) -> registry.add(name, () -> value));
	}

	@AfterAll
	static void close() {
		gateway.close();
		elsewhere.close();
	}

	@AfterEach
	void nothingWasPaid() {
		assertThat(this.payments.payments()).isEmpty();
		gateway.reset();
		this.outcomes.reset();
		elsewhere.reset();
	}

	static Stream<Arguments> answers() {
		return Stream.of(texts(), duplicates(), answersOfPortals(), sizes()).flatMap((answers) -> answers);
	}

	private static Stream<Arguments> texts() {
		return Stream.of(json("not JSON", (text) -> "approve"),
				json("truncated", (text) -> text.substring(0, text.length() - 1)),
				json("truncated after the word", (text) -> text.substring(0, text.indexOf("approve") + 8)),
				json("two messages", (text) -> text + text), json("trailing word", (text) -> text + "approve"),
				json("array", (text) -> "[" + text + "]"), json("empty object", (text) -> "{}"),
				json("text", (text) -> "\"approve\""), json("true", (text) -> "true"), json("null", (text) -> "null"),
				json("empty", (text) -> ""), json("white space", (text) -> " \r\n\t"),
				json("comment", (text) -> text.replace("{\"msgId\"", "{/* */\"msgId\"")),
				json("single quotes", (text) -> text.replace('"', '\'')),
				json("NUL", (text) -> text.replace("approve", "approve\u0000")),
				json("trailing comma", (text) -> text.substring(0, text.length() - 1) + ",}"));
	}

	private static Stream<Arguments> duplicates() {
		return Stream.of(
				json("decision twice: reject, approve",
						(text) -> text.replace("\"decision\":", "\"decision\":\"reject\",\"decision\":")),
				json("decision twice: approve, reject",
						(text) -> text.replace("\"decision\":\"approve\"",
								"\"decision\":\"approve\",\"decision\":\"reject\"")),
				json("decision twice, the same",
						(text) -> text.replace("\"decision\":", "\"decision\":\"approve\",\"decision\":")),
				json("decision twice, one escaped",
						(text) -> text.replace("\"decision\":", "\"d\\u0065cision\":\"reject\",\"decision\":")),
				json("body twice", (text) -> text.replace("\"body\":", "\"body\":{},\"body\":")),
				json("request id twice", (text) -> text.replace("\"requestId\":", "\"requestId\":\"\",\"requestId\":")),
				json("unknown member twice", (text) -> text.replace("\"body\":", "\"x\":1,\"x\":2,\"body\":")));
	}

	private static Stream<Arguments> answersOfPortals() {
		return Stream.of(
				answer("HTML", (text) -> WireMock.ok("<html>approve</html>").withHeader("Content-Type", "text/html")),
				answer("empty, without a type", (text) -> WireMock.ok()),
				answer("approval in an error", (text) -> WireMock.jsonResponse(text, 500)),
				answer("connection reset", (text) -> WireMock.aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)),
				answer("empty response", (text) -> WireMock.aResponse().withFault(Fault.EMPTY_RESPONSE)),
				answer("bad chunk", (text) -> WireMock.aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK)),
				answer("random data", (text) -> WireMock.aResponse().withFault(Fault.RANDOM_DATA_THEN_CLOSE)));
	}

	private static Stream<Arguments> sizes() {
		return Stream.of(json("10 MB of white space", (text) -> text + " ".repeat(TEN_MEGABYTES)),
				json("10 MB of reason",
						(text) -> text.replace("\"decision\":",
								"\"reason\":\"" + "x".repeat(TEN_MEGABYTES) + "\",\"decision\":")),
				json("nested 100,000 deep",
						(text) -> text.replace("\"decision\":",
								"\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + ",\"decision\":")),
				json("nested too deep by little",
						(text) -> text.replace("\"decision\":",
								"\"x\":" + "{\"x\":".repeat(63) + "1" + "}".repeat(63) + ",\"decision\":")),
				json("a number of 100,000 digits",
						(text) -> text.replace("\"decision\":", "\"x\":" + "9".repeat(100_000) + ",\"decision\":")),
				answer("compressed", (text) -> compressed(text, new byte[0])),
				answer("gzip bomb", (text) -> compressed(text, BOMB)));
	}

	private static ResponseDefinitionBuilder compressed(String text, byte[] padding) {
		byte[] start = gzip(text, 1);
		byte[] body = Arrays.copyOf(start, start.length + padding.length);
		System.arraycopy(padding, 0, body, start.length, padding.length);
		return WireMock.ok()
			.withHeader("Content-Type", "application/json")
			.withHeader("Content-Encoding", "gzip")
			.withBody(body);
	}

	private static byte[] gzip(String text, int times) {
		ByteArrayOutputStream result = new ByteArrayOutputStream();
		try (OutputStream gzip = new GZIPOutputStream(result)) {
			byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
			for (int i = 0; i < times; i++) {
				gzip.write(bytes);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return result.toByteArray();
	}

	private static Arguments json(String name, Function<String, String> change) {
		return answer(name, (text) -> WireMock.okJson(change.apply(text)));
	}

	private static Arguments answer(String name, Function<String, ResponseDefinitionBuilder> answer) {
		return Arguments.argumentSet(name, answer);
	}

	@ParameterizedTest
	@MethodSource("answers")
	void unreadableResponseIsPolledAgainUntilCallEnds(Function<String, ResponseDefinitionBuilder> answer,
			CapturedOutput output) {
		gateway.answer(Call.WAIT, (approval) -> answer.apply(approval.envelope().toString()));
		CompletableFuture<Void> call = CompletableFuture.runAsync(() -> this.payments.pay("a"));
		await().until(() -> gateway.requests(Call.WAIT).size() > 1);
		this.pending.list().forEach((approval) -> this.pending.withdraw(approval.requestId()));
		assertThat(call).failsWithin(Duration.ofSeconds(20))
			.withThrowableThat()
			.withCauseInstanceOf(ApprovalWithdrawnException.class);
		assertThat(gateway.requests(Call.WITHDRAW)).hasSize(1);
		GuardedApplication.assertOneOutcome(output, "unavailable after ");
		this.outcomes.assertOnly(1, ApprovalResult.UNAVAILABLE);
	}

	@Test
	void unreadableResponseTimesOut() {
		gateway.answer(Call.WAIT, (approval) -> WireMock.okJson("{}"));
		Throwable ex = payNow();
		assertThat(ex).isInstanceOfAny(ApprovalUnavailableException.class, ApprovalTimeoutException.class);
		this.outcomes.assertOnly(1, ApprovalResult.of(ex));
	}

	private Throwable payNow() {
		try {
			this.payments.payNow("a");
		}
		catch (Throwable ex) {
			return ex;
		}
		throw new AssertionError("The method ran");
	}

	@Test
	void genuineApprovalIsAccepted(CapturedOutput output) {
		this.payments.pay("a");
		GuardedApplication.assertOneOutcome(output, "approved by key key-1");
		assertThat(this.payments.payments()).containsExactly("a");
		this.payments.payments().clear();
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/html", "text/plain", "json", "application/json;charset=none", "" })
	void genuineApprovalWithAnyContentTypeIsAccepted(String type, CapturedOutput output) {
		gateway.answer(Call.WAIT,
				(approval) -> WireMock.ok(approval.envelope().toString()).withHeader("Content-Type", type));
		genuineApprovalIsAccepted(output);
	}

	@Test
	void genuineApprovalWithMalformedUnusedMembersIsAccepted(CapturedOutput output) {
		gateway.answer(Call.WAIT, (approval) -> {
			ObjectNode envelope = approval.envelope().deepCopy().put("sender", "gateway");
			envelope.putObject("createdAt").put("seconds", 1);
			return WireMock.okJson(envelope.toString());
		});
		genuineApprovalIsAccepted(output);
	}

	@ParameterizedTest
	@ValueSource(ints = { 300, 301, 302, 303, 304, 305, 307, 308 })
	void followsNoRedirectOfASubmission(int status) {
		gateway.answer(Call.SUBMIT, (approval) -> redirect(status));
		assertUnavailable();
	}

	@ParameterizedTest
	@ValueSource(ints = { 300, 301, 302, 303, 304, 305, 307, 308 })
	void followsNoRedirectOfAWait(int status) {
		gateway.answer(Call.WAIT, (approval) -> redirect(status));
		assertUnavailable();
	}

	@ParameterizedTest
	@ValueSource(ints = { 302, 307 })
	void followsNoRedirectOfAWithdrawalOrStatus(int status) {
		gateway.answer(Call.WAIT, (approval) -> WireMock.noContent());
		gateway.answer(Call.WITHDRAW, (approval) -> redirect(status));
		// The gateway says that there is a decision, which it does not deliver
		assertThat(payNow()).isInstanceOf(ApprovalUnavailableException.class).hasMessageContaining("was decided");
		gateway.answer(Call.WITHDRAW, (approval) -> WireMock.status(409));
		gateway.answer(Call.STATUS, (approval) -> redirect(status));
		assertThat(payNow()).isInstanceOf(ApprovalTimeoutException.class);
		assertThat(gateway.requests(Call.STATUS)).isNotEmpty();
		assertThat(elsewhere.requests()).isEmpty();
	}

	private void assertUnavailable() {
		assertThat(payNow()).isInstanceOf(ApprovalUnavailableException.class).hasMessageContaining("base-url");
		assertThat(elsewhere.requests()).isEmpty();
	}

	private static ResponseDefinitionBuilder redirect(int status) {
		return WireMock.status(status).withHeader("Location", elsewhere.baseUrl() + "/v1/exchanges/req-1/wait");
	}

}

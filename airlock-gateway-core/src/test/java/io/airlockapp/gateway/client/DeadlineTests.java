/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayTemplate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Calls that would last forever, but for their deadline, the interruption of their thread
 * and the limit of an answer's size.
 */
@Tag("slow")
@Timeout(120)
class DeadlineTests extends AbstractEndpointTests {

	private static final Duration MAX_WAIT = Duration.ofMinutes(1);

	private static final Duration SHORT = Duration.ofMillis(300);

	private static final Duration LONG = Duration.ofHours(1);

	private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

	private static final String CHUNKED_HEAD = HEAD + "Transfer-Encoding: chunked\r\n\r\n";

	@ParameterizedTest
	@EnumSource
	void callWithoutResponseEnds(GatewayCall call) throws IOException {
		endsACallThatStallsAfter("", call);
	}

	@ParameterizedTest
	@EnumSource(names = { "ECHO", "WAIT", "WITHDRAW", "SUBMIT", "HEARTBEAT" })
	void endsACallThatStallsInTheHeaders(GatewayCall call) throws IOException {
		endsACallThatStallsAfter(HEAD, call);
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = { "ACKNOWLEDGE", "HEARTBEAT" })
	void endsACallThatStallsInTheBody(GatewayCall call) throws IOException {
		endsACallThatStallsAfter(HEAD + "Content-Length: 1000\r\n\r\n{\"body\":{\"decision\":\"approve\"}", call);
	}

	@ParameterizedTest
	@EnumSource(names = { "ECHO", "WAIT", "WITHDRAW", "SUBMIT" })
	void endsACallThatStallsAfterWhatLooksComplete(GatewayCall call) throws IOException {
		endsACallThatStallsAfter(CHUNKED_HEAD + "2\r\n{}\r\n", call);
	}

	@ParameterizedTest
	@EnumSource(names = { "STATUS", "SUBMIT" })
	void endsAnErrorThatStallsInTheBody(GatewayCall call) throws IOException {
		try (ScriptedServer server = ScriptedServer
			.stallingAfter("HTTP/1.1 409 Conflict\r\nContent-Length: 1000\r\n\r\n{\"code\":")) {
			AirlockGatewayTemplate template = clients.withPat(server.baseUrl(), SHORT);
			assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(() -> call.on(template))
				.withMessage("The gateway responded with 409");
			assertThatConnectionsAreAbandoned(server);
		}
	}

	@Test
	void bodyThatArrivesSlowlyEndsAtDeadline() {
		gateway.stubFor(any(anyUrl())
			.willReturn(json(200, "{\"body\":{\"decision\":\"approve\"}}").withChunkedDribbleDelay(30, 600_000)));
		AirlockGatewayTemplate template = clients.withPat(gateway.baseUrl(), SHORT);
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(template::discover);
		assertThatExceptionOfType(AirlockGatewayException.class)
			.isThrownBy(() -> template.awaitDecision("req-1", Duration.ofSeconds(1)));
	}

	@Test
	void bodyThatArrivesSlowlyForeverEndsAtDeadline() throws IOException {
		try (ScriptedServer server = ScriptedServer.start((request, out) -> {
			ScriptedServer.write(out, CHUNKED_HEAD);
			while (true) {
				ScriptedServer.write(out, "1\r\n \r\n");
			}
		})) {
			AirlockGatewayTemplate template = clients.withPat(server.baseUrl(), SHORT);
			assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(template::echo);
			assertThatConnectionsAreAbandoned(server);
		}
	}

	@Test
	void endsAConnectionThatIsNotEstablished() throws IOException {
		try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			AirlockGatewayTemplate template = clients.withPat("https://localhost:" + silent.getLocalPort(), SHORT,
					LONG);
			assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(() -> GatewayCall.WAIT.on(template))
				.withMessage(
						"The gateway cannot be reached: HttpConnectTimeoutException: no connection to localhost:%s within 300ms"
							.formatted(silent.getLocalPort()))
				.matches(AirlockGatewayException::isTransient);
		}
	}

	@Test
	void responseTimeoutIsLongerThanConnectTimeout() {
		gateway.stubFor(any(anyUrl()).willReturn(json(200, "{\"msgId\":\"msg-1\"}").withFixedDelay(600)));
		AirlockGatewayTemplate template = clients.withPat(gateway.baseUrl(), SHORT, MAX_WAIT);
		assertThat(template.awaitDecision("req-1", Duration.ofSeconds(1))).isNotNull();
	}

	@Test
	void longPollTimeoutIsHoldTimePlusReadTimeout() {
		gateway.stubFor(any(anyUrl()).willReturn(json(200, "{\"msgId\":\"msg-1\"}").withFixedDelay(600)));
		AirlockGatewayTemplate template = clients.withPat(gateway.baseUrl(), SHORT);
		Envelope<?> envelope = template.awaitDecision("req-1", Duration.ofSeconds(60));
		assertThat(envelope).isNotNull();
		assertThat(envelope.msgId()).isEqualTo("msg-1");
	}

	@ParameterizedTest
	@ValueSource(strings = { HEAD + "Content-Length: 2000000\r\n\r\n", CHUNKED_HEAD })
	void endlessResponseEndsAtMaximumLength(String head) throws IOException {
		for (GatewayCall call : GatewayCall.values()) {
			try (ScriptedServer server = endless(head)) {
				AirlockGatewayTemplate template = clients.withPat(server.baseUrl(), LONG);
				assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(() -> call.on(template))
					.withMessageContaining("larger than 131072 bytes");
				assertThatConnectionsAreAbandoned(server);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/html", "application/json" })
	void endlessErrorEndsWithStatus(String contentType) throws IOException {
		try (ScriptedServer server = endless("HTTP/1.1 503 Unavailable\r\nContent-Type: " + contentType
				+ "\r\nTransfer-Encoding: chunked\r\n\r\n")) {
			AirlockGatewayTemplate template = clients.withPat(server.baseUrl(), LONG);
			assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(template::echo)
				.withMessage("The gateway responded with 503");
			assertThatConnectionsAreAbandoned(server);
		}
	}

	@Test
	void responseOfMaximumLengthIsRead() {
		answer(200, jsonOfLength(128 * 1024));
		assertThat(template.awaitDecision("req-1", Duration.ofSeconds(1))).isNotNull();
	}

	@Test
	void responseLongerThanMaximumIsNotRead() {
		answer(200, jsonOfLength(128 * 1024 + 1));
		assertThatExceptionOfType(AirlockGatewayException.class)
			.isThrownBy(() -> template.awaitDecision("req-1", Duration.ofSeconds(1)))
			.withMessageContaining("larger than 131072 bytes");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", HEAD, HEAD + "Content-Length: 1000\r\n\r\n", CHUNKED_HEAD + "2\r\n{}\r\n",
			"HTTP/1.1 503 Unavailable\r\nContent-Length: 1000\r\n\r\n{\"code\":" })
	void endsWithItsThreadsInterruption(String answer) throws IOException {
		for (GatewayCall call : new GatewayCall[] { GatewayCall.ECHO, GatewayCall.WAIT, GatewayCall.WITHDRAW }) {
			try (ScriptedServer server = ScriptedServer.stallingAfter(answer)) {
				AirlockGatewayTemplate template = clients.withPat(server.baseUrl(), LONG);
				AtomicBoolean interrupted = new AtomicBoolean();
				CompletableFuture<Void> outcome = new CompletableFuture<>();
				Thread thread = new Thread(() -> {
					try {
						call.on(template);
						outcome.complete(null);
					}
					catch (Throwable ex) {
						interrupted.set(Thread.currentThread().isInterrupted());
						outcome.completeExceptionally(ex);
					}
				});
				thread.start();
				await().atMost(MAX_WAIT).until(() -> !server.requests().isEmpty());
				await().atMost(MAX_WAIT).until(() -> thread.getState() == Thread.State.TIMED_WAITING);
				thread.interrupt();
				assertThat(outcome).failsWithin(MAX_WAIT)
					.withThrowableThat()
					.withCauseInstanceOf(AirlockGatewayException.class);
				assertThat(interrupted).isTrue();
				assertThatConnectionsAreAbandoned(server);
			}
		}
	}

	@Test
	void doesNotStartInAnInterruptedThread() {
		answer(200, "{}");
		Thread.currentThread().interrupt();
		try {
			assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(template::echo);
		}
		finally {
			assertThat(Thread.interrupted()).isTrue();
		}
	}

	private static void endsACallThatStallsAfter(String answer, GatewayCall call) throws IOException {
		try (ScriptedServer server = ScriptedServer.stallingAfter(answer)) {
			AirlockGatewayTemplate template = clients.withPat(server.baseUrl(), SHORT);
			assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(() -> call.on(template))
				.satisfies((ex) -> assertThat(ex.getStatus()).isZero());
			assertThatConnectionsAreAbandoned(server);
		}
	}

	private static void assertThatConnectionsAreAbandoned(ScriptedServer server) {
		await().atMost(MAX_WAIT).until(() -> server.abandoned() > 0 && server.abandoned() == server.requests().size());
	}

	private static ScriptedServer endless(String head) {
		boolean chunked = head.contains("chunked");
		return ScriptedServer.start((request, out) -> {
			ScriptedServer.write(out, head);
			while (true) {
				ScriptedServer.write(out, chunked ? "1000\r\n" + " ".repeat(0x1000) + "\r\n" : " ".repeat(0x1000));
			}
		});
	}

	private static String jsonOfLength(int length) {
		String start = "{\"body\":{\"text\":\"";
		String end = "\"}}";
		return start + "x".repeat(length - start.length() - end.length()) + end;
	}

}

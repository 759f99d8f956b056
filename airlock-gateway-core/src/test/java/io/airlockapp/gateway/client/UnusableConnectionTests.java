/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Connections that cannot be used again are closed, counted at the server.
 */
@Timeout(120)
class UnusableConnectionTests {

	private static final int REQUESTS = 54;

	/**
	 * On Java 17, some connections await the garbage collector.
	 */
	private static final int MOST_OPEN = (Runtime.version().feature() < 21) ? 34 : 1;

	private static final Duration SHORT_TIMEOUT = Duration.ofMillis(200);

	@RegisterExtension
	static final GatewayClients clients = new GatewayClients();

	static Stream<Arguments> answers() {
		return Stream.of(Arguments.of("no HTTP", script("SSH-2.0-OpenSSH\r\n\r\n")),
				Arguments.of("a status that is not a number", script("HTTP/1.1 20x OK\r\n\r\n")),
				Arguments.of("a length that is not a number", script("HTTP/1.1 200 OK\r\nContent-Length: 2x\r\n\r\n")),
				Arguments.of("a wrong chunk", script("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n")),
				Arguments.of("an unasked upgrade", script("HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n")),
				Arguments.of("endless interim responses", endless("", "HTTP/1.1 102 Processing\r\n\r\n".repeat(300))),
				Arguments.of("endless headers", endless("HTTP/1.1 200 OK\r\n", "a: " + "x".repeat(8000) + "\r\n")),
				Arguments.of("an endless status line", endless("HTTP/1.1 200 ", "x".repeat(8000))),
				Arguments.of("an endless body", endless("HTTP/1.1 200 OK\r\n\r\n", "x".repeat(8000))));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("answers")
	void closesConnectionAfter(String name, ScriptedServer.Script script) throws IOException {
		try (ScriptedServer server = ScriptedServer.start(script)) {
			AirlockGatewayTemplate template = clients.withPat(server.baseUrl(), Duration.ofSeconds(2));
			List<GatewayCall> calls = List.of(GatewayCall.HEARTBEAT, GatewayCall.WAIT, GatewayCall.SUBMIT);
			IntStream.range(0, REQUESTS)
				.forEach((i) -> assertThatExceptionOfType(AirlockGatewayException.class)
					.isThrownBy(() -> calls.get(i % calls.size()).on(template)));
			assertThat(server.requests()).hasSizeGreaterThanOrEqualTo(REQUESTS);
			await().atMost(Duration.ofSeconds(15)).until(() -> server.openConnections() <= MOST_OPEN);
		}
	}

	/**
	 * The server reads nothing after the first request of a connection, like a way that
	 * forgot the connection.
	 */
	@Test
	void opensConnectionAfterOneThatIsSilent() throws Exception {
		CountDownLatch connected = new CountDownLatch(3);
		try (ScriptedServer server = ScriptedServer.start((request, out) -> {
			connected.countDown();
			awaitUninterrupted(connected);
			ScriptedServer.write(out, "HTTP/1.1 204 No Content\r\n\r\n");
		})) {
			AirlockGatewayTemplate template = clients.withPat(server.baseUrl(), SHORT_TIMEOUT);
			List<CompletableFuture<Void>> polls = Stream.generate(() -> poll(template)).limit(3).toList();
			polls.forEach(CompletableFuture::join);
			assertThatExceptionOfType(AirlockGatewayException.class)
				.isThrownBy(() -> GatewayCall.HEARTBEAT.on(template));
			GatewayCall.HEARTBEAT.on(template);
			assertThat(server.requests()).hasSize(4);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "HTTP/1.1 20x OK\r\n\r\n", "" })
	void completesOtherRequestsInProgress(String answer) throws Exception {
		CountDownLatch decided = new CountDownLatch(1);
		try (ScriptedServer server = ScriptedServer.start((request, out) -> {
			if (request.contains("/wait?")) {
				awaitUninterrupted(decided);
				ScriptedServer.write(out, "HTTP/1.1 204 No Content\r\n\r\n");
			}
			else {
				ScriptedServer.write(out, answer);
			}
		})) {
			AirlockGatewayTemplate template = clients.withPat(server.baseUrl(), SHORT_TIMEOUT);
			CompletableFuture<Void> poll = poll(template);
			await().until(() -> server.requests().size() == 1);
			for (int i = 0; i < 5; i++) {
				assertThatExceptionOfType(AirlockGatewayException.class)
					.isThrownBy(() -> GatewayCall.HEARTBEAT.on(template));
			}
			decided.countDown();
			poll.get();
		}
	}

	private static CompletableFuture<Void> poll(AirlockGatewayTemplate template) {
		return CompletableFuture.runAsync(() -> template.awaitDecision("req-1", Duration.ofSeconds(25)),
				(task) -> new Thread(task).start());
	}

	private static void awaitUninterrupted(CountDownLatch latch) throws IOException {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IOException(ex);
		}
	}

	private static ScriptedServer.Script script(String answer) {
		return (request, out) -> ScriptedServer.write(out, answer);
	}

	private static ScriptedServer.Script endless(String start, String part) {
		return (request, out) -> {
			ScriptedServer.write(out, start);
			repeat(out, part);
		};
	}

	private static void repeat(OutputStream out, String part) throws IOException {
		while (true) {
			ScriptedServer.write(out, part);
		}
	}

}

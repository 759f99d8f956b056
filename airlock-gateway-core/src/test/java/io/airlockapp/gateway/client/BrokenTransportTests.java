/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.http.Fault;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Connections that break.
 */
@Timeout(120)
class BrokenTransportTests extends AbstractEndpointTests {

	static Stream<Arguments> faults() {
		return Arrays.stream(GatewayCall.values())
			.flatMap((call) -> Arrays.stream(Fault.values()).map((fault) -> Arguments.of(call, fault)));
	}

	@ParameterizedTest
	@MethodSource("faults")
	void failsWhenTheConnectionBreaks(GatewayCall call, Fault fault) {
		gateway.stubFor(any(anyUrl()).willReturn(aResponse().withFault(fault)));
		failure(call, template);
	}

	@Test
	void failsWhenTheConnectionIsRefused() throws IOException {
		int port;
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			port = socket.getLocalPort();
		}
		AirlockGatewayException ex = failure(GatewayCall.ECHO, clients.withPat("http://localhost:" + port));
		assertThat(ex)
			.hasMessage("The gateway cannot be reached: ConnectException: no connection to localhost:" + port);
	}

	@Test
	void failsWhenTheHostIsUnknown() {
		AirlockGatewayException ex = failure(GatewayCall.ECHO, clients.withPat("https://gateway.invalid"));
		assertThat(ex).hasMessage(
				"The gateway cannot be reached: ConnectException: no connection to gateway.invalid, since this name cannot be resolved");
	}

	@Test
	void failsWhenTheServerSpeaksPlainHttpInsteadOfTls() {
		AirlockGatewayException ex = failure(GatewayCall.ECHO,
				clients.withPat(gateway.baseUrl().replace("http:", "https:")));
		assertThat(ex).hasMessageStartingWith("The gateway cannot be reached: SSL");
	}

	@ParameterizedTest
	@ValueSource(strings = { "airpat_of-the-tests\u001b[2J\u0085forged\r\n\r\n", "HTTP/1.1 airpat_of-the-tests\r\n\r\n",
			"HTTP/9.9 200 airpat_of-the-tests\r\n\r\n", "HTTP/1.1 200\u0000airpat_of-the-tests\r\n\r\n",
			"HTTP/1.1 099 airpat_of-the-tests\r\n\r\n", "HTTP/1.1 000 airpat_of-the-tests\r\n\r\n",
			"HTTP/1.1 -12 airpat_of-the-tests\r\n\r\n", "HTTP/1.1 200 OK\r\nairpat_of-the-tests\r\n\r\n",
			"HTTP/1.1 200 OK\r\nairpat_of-the-tests \u0001: x\r\n\r\n",
			"HTTP/1.1 200 OK\r\na: \u001b[2Jairpat_of-the-tests\u0000\r\n\r\n",
			"HTTP/1.1 200 OK\r\nContent-Length: airpat_of-the-tests\r\n\r\n",
			"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
			"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n" + "Content-Length: 6\r\n\r\n{}",
			"HTTP/1.1 200 OK\r\nContent-Type: airpat_of-the-tests\r\n\r\n{}",
			"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: airpat_of-the-tests\r\n\r\n{}",
			"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nairpat_of-the-tests\r\n",
			"HTTP/1.1 401 airpat_of-the-tests\r\nWWW-Authenticate: airpat_of-the-tests\r\nContent-Length: 0\r\n\r\n",
			"HTTP/1.1 407 airpat_of-the-tests\r\nProxy-Authenticate: airpat_of-the-tests\r\nContent-Length: 0\r\n\r\n",
			"HTTP/1.1 101 airpat_of-the-tests\r\nUpgrade: airpat_of-the-tests\r\n\r\n",
			"HTTP/1.1 302 Found\r\nLocation: airpat_of-the-tests\r\nContent-Length: 0\r\n\r\n" })
	void doesNotRepeatBytesThatAreNoHttp(String answer) throws IOException {
		try (ScriptedServer server = closingAfter(answer)) {
			AirlockGatewayTemplate other = clients.withPat(server.baseUrl());
			for (GatewayCall call : GatewayCall.values()) {
				Throwable ex = catchThrowable(() -> call.on(other));
				// Some of it is an empty answer to lenient parsers
				if (ex != null) {
					assertThat(ex).isInstanceOf(AirlockGatewayException.class);
					StringWriter trace = new StringWriter();
					ex.printStackTrace(new PrintWriter(trace));
					assertThat(trace.toString()).doesNotContain("airpat_", "forged", "\u001b", "\u0000");
				}
			}
		}
	}

	@Test
	void survivesHeadersWithoutEnd() throws IOException {
		try (ScriptedServer server = ScriptedServer.start((request, out) -> {
			ScriptedServer.write(out, "HTTP/1.1 200 OK\r\n");
			while (true) {
				ScriptedServer.write(out, "X-Header: " + "x".repeat(8000) + "\r\n");
			}
		})) {
			failure(GatewayCall.ECHO, clients.withPat(server.baseUrl(), Duration.ofMinutes(10)));
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "ECHO", "WAIT", "WITHDRAW", "REVOKE_PAIRING" })
	void failsWhenTheBodyIsCutOff(GatewayCall call) throws IOException {
		try (ScriptedServer server = closingAfter("""
				HTTP/1.1 200 OK\r
				Content-Type: application/json\r
				Content-Length: 1000\r
				\r
				{"msgType":"decision.deliver","body":{"decision":"approve"}}""")) {
			failure(call, clients.withPat(server.baseUrl()));
		}
	}

	@Test
	void row11_longPollThatIsCutAtOnceIsSentOnce() throws IOException {
		try (ScriptedServer server = closingAfter("")) {
			AirlockGatewayException ex = failure(GatewayCall.WAIT, clients.withPat(server.baseUrl()));
			assertThat(ex).hasMessageContaining("The connection was closed without a response");
			assertThat(server.requests()).hasSize(1);
		}
	}

	private static ScriptedServer closingAfter(String answer) {
		return ScriptedServer.start((request, out) -> {
			ScriptedServer.write(out, answer);
			throw new IOException("Closed on purpose");
		});
	}

	private static AirlockGatewayException failure(GatewayCall call, AirlockGatewayTemplate template) {
		AirlockGatewayException ex = catchThrowableOfType(AirlockGatewayException.class, () -> call.on(template));
		assertThat(ex).isNotNull();
		return ex;
	}

}

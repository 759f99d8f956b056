/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.simulator.approver.Approver;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that no other site can use the approver's page.
 */
class ApproverGuardTests {

	@AutoClose
	private final AirlockSimulator simulator = AirlockSimulator.start();

	private final int port = URI.create(this.simulator.baseUrl()).getPort();

	private final String host = "Host: 127.0.0.1:" + this.port;

	private final String json = "Content-Type: application/json";

	private final String requestId = new TestEnforcer(this.simulator).submit(TestEnforcer.plaintext());

	@Test
	void decidesForItsOwnPage() throws IOException {
		String response = decide(this.host, "X-Airlock-Approver: 1", "Origin: http://127.0.0.1:" + this.port,
				"Sec-Fetch-Site: same-origin");
		assertThat(response).startsWith("HTTP/1.1 204");
		assertThat(this.simulator.pending()).isEmpty();
	}

	@Test
	void decidesForItsOwnPageByTheNameOfThisMachine() throws IOException {
		String response = decide("Host: localhost:" + this.port, "X-Airlock-Approver: 1",
				"Origin: http://localhost:" + this.port);
		assertThat(response).startsWith("HTTP/1.1 204");
	}

	@Test
	void refusesACallWithoutTheHeaderThatOtherSitesCannotSend() throws IOException {
		assertRefused(decide(this.host));
		assertRefused(decide(this.host, "Origin: http://127.0.0.1:" + this.port));
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://other.example.com", "null", "http://127.0.0.1:1", "http://localhost" })
	void refusesAnotherOrigin(String origin) throws IOException {
		assertRefused(decide(this.host, "X-Airlock-Approver: 1", "Origin: " + origin));
	}

	@ParameterizedTest
	@ValueSource(strings = { "cross-site", "same-site" })
	void refusesAnotherSite(String site) throws IOException {
		assertRefused(decide(this.host, "X-Airlock-Approver: 1", "Sec-Fetch-Site: " + site));
	}

	@Test
	void refusesANameThatWasReboundToThisMachine() throws IOException {
		String rebound = "Host: other.example.com:" + this.port;
		assertRefused(decide(rebound, "X-Airlock-Approver: 1", "Origin: http://other.example.com:" + this.port));
		for (String path : List.of("/approver", "/approver/approver.js", "/approver/events")) {
			String response = send("GET " + path, "", rebound);
			assertThat(response).startsWith("HTTP/1.1 403").doesNotContain("Refund");
		}
	}

	@Test
	void preflightOfAnotherOriginIsRefused() throws IOException {
		String response = send("OPTIONS /approver/decisions", "", this.host, "Origin: https://other.example.com",
				"Access-Control-Request-Method: POST", "Access-Control-Request-Headers: x-airlock-approver");
		assertThat(response).startsWith("HTTP/1.1 405").doesNotContainIgnoringCase("Access-Control-Allow");
	}

	@Test
	void sendsAStrictPolicyWithThePage() throws IOException {
		String response = send("GET /approver", "", this.host);
		assertThat(response).startsWith("HTTP/1.1 200")
			.containsIgnoringCase("Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self';")
			.containsIgnoringCase("frame-ancestors 'none'")
			.containsIgnoringCase("X-Content-Type-Options: nosniff")
			.containsIgnoringCase("Cache-Control: no-store")
			.doesNotContain("unsafe-inline");
	}

	@Test
	void refusesActionsThatTheRequestDoesNotHave() throws IOException {
		String body = HarpJson.mapper()
			.createObjectNode()
			.put("requestId", this.requestId)
			.put("actionId", "no-such-action")
			.toString();
		assertThat(send("POST /approver/decisions", body, this.host, this.json, "X-Airlock-Approver: 1"))
			.startsWith("HTTP/1.1 400");
		assertThat(this.simulator.pending()).hasSize(1);
	}

	@Test
	void refusesToDecideTwice() throws IOException {
		assertThat(decide(this.host, "X-Airlock-Approver: 1")).startsWith("HTTP/1.1 204");
		assertThat(decide(this.host, "X-Airlock-Approver: 1")).startsWith("HTTP/1.1 409");
	}

	private void assertRefused(String response) {
		assertThat(response).startsWith("HTTP/1.1 403");
		assertThat(this.simulator.pending()).hasSize(1);
	}

	private String decide(String... headers) throws IOException {
		String body = HarpJson.mapper()
			.createObjectNode()
			.put("requestId", this.requestId)
			.put("actionId", "approve")
			.toString();
		String[] all = Arrays.copyOf(headers, headers.length + 1);
		all[headers.length] = this.json;
		return send("POST /approver/decisions", body, all);
	}

	/**
	 * Send exactly these headers, which HTTP clients don't allow.
	 */
	private String send(String line, String body, String... headers) throws IOException {
		byte[] content = body.getBytes(StandardCharsets.UTF_8);
		String request = line + " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\nContent-Length: " + content.length
				+ "\r\nConnection: close\r\n\r\n" + body;
		try (Socket socket = new Socket("127.0.0.1", this.port)) {
			socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
	}

}

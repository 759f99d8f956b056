/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.simulator.TestEnforcer.Response;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests of the published SDKs in other languages, as they were sent. The simulator
 * accepts what the deployed gateway accepts.
 */
class SdkRequestsTests {

	private static final Instant BEFORE = Instant.parse("2026-11-28T13:01:00Z");

	private final AtomicBoolean decided = new AtomicBoolean();

	@AutoClose
	private final AirlockSimulator simulator = AirlockSimulator.builder()
		.clock(() -> BEFORE)
		.pat("airpat_0123456789abcdef0123456789abcdef")
		.decideAutomatically((request) -> this.decided.getAndSet(true) ? null : SimulatedDecision.reject("No"))
		.start();

	private final TestEnforcer enforcer = new TestEnforcer(this.simulator);

	/**
	 * What the gateway assigned, by what it assigned when the requests were recorded.
	 */
	private final Map<String, String> assigned = new LinkedHashMap<>();

	@ParameterizedTest
	@ValueSource(strings = { "go", "python", "typescript" })
	void acceptsEveryRequest(String sdk) throws IOException {
		this.assigned.put("rt_0123456789abcdef0123456789abcdef", this.simulator.routingToken());
		this.assigned.put("ABC234", this.enforcer.post("/v1/pairing/pre-generate", "{}").text("/pairingCode"));
		for (JsonNode request : requests(sdk)) {
			Response response = send(request);
			String path = request.path("path").stringValue();
			// The SDK waits for a request that it has withdrawn
			int refused = path.endsWith("/wait?timeout=1") ? 404 : 0;
			assertThat(response.status()).as("%s: %s", request, response.body())
				.matches((status) -> status / 100 == 2 || status == refused);
			if (path.contains("/wait?timeout=20")) {
				this.assigned.put("\"msg-1\"", "\"" + response.text("/msgId") + "\"");
			}
			if (path.equals("/v1/pairing/initiate")) {
				this.assigned.put("pn-1", response.text("/pairingNonce"));
			}
		}
	}

	private static JsonNode requests(String sdk) throws IOException {
		try (InputStream in = SdkRequestsTests.class.getResourceAsStream("sdk-requests/" + sdk + ".json")) {
			return HarpJson.mapper().readTree(in);
		}
	}

	private Response send(JsonNode recorded) {
		String body = replace(recorded.path("body").stringValue(""));
		HttpRequest.Builder request = HttpRequest
			.newBuilder(URI.create(this.simulator.baseUrl() + replace(recorded.path("path").stringValue())))
			.timeout(Duration.ofSeconds(30))
			.method(recorded.path("method").stringValue(),
					body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
		recorded.path("headers")
			.properties()
			.forEach((header) -> request.header(header.getKey(), header.getValue().stringValue()));
		return this.enforcer.exchange(request.build());
	}

	private String replace(String text) {
		String result = text;
		for (Map.Entry<String, String> entry : this.assigned.entrySet()) {
			result = result.replace(entry.getKey(), entry.getValue());
		}
		return result;
	}

}

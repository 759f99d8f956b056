/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks.wire;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.UUID;

/**
 * Sends the three requests of an approval and nothing else, to measure the cost of the
 * gateway, the JDK's client and the network.
 */
public final class GatewayRoundTrips {

	private static final String HASH = "0".repeat(64);

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final String baseUrl;

	/**
	 * Create a client.
	 * @param properties the properties of a pairing
	 */
	public GatewayRoundTrips(Map<String, String> properties) {
		this.baseUrl = properties.get("airlock.gateway.base-url");
	}

	/**
	 * Submit an artifact, receive the decision, and acknowledge it without waiting for
	 * the response.
	 * @return the decision, not parsed
	 * @throws IOException if the gateway does not respond
	 * @throws InterruptedException if the thread is interrupted
	 */
	public String exchange() throws IOException, InterruptedException {
		String requestId = "req-" + UUID.randomUUID();
		this.client.send(post("/v1/artifacts", """
				{"requestId":"%s","body":{"artifactHash":"%s","ciphertext":"%s"}}""".formatted(requestId, HASH,
				HASH.repeat(10))), BodyHandlers.ofString());
		String decision = this.client
			.send(HttpRequest.newBuilder(uri("/v1/exchanges/" + requestId + "/wait?timeout=60")).build(),
					BodyHandlers.ofString())
			.body();
		this.client.sendAsync(post("/v1/acks", """
				{"requestId":"%s"}""".formatted(requestId)), BodyHandlers.discarding());
		return decision;
	}

	private HttpRequest post(String path, String body) {
		return HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.ofString(body)).build();
	}

	private URI uri(String path) {
		return URI.create(this.baseUrl + path);
	}

}

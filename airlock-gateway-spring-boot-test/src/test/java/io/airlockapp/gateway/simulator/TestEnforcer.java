/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import io.airlockapp.gateway.harp.ArtifactCipher;
import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.CanonicalJson;
import io.airlockapp.gateway.harp.Ciphertext;
import io.airlockapp.gateway.harp.DecisionMessage;
import io.airlockapp.gateway.harp.DecisionVerificationException;
import io.airlockapp.gateway.harp.DecisionVerifier;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.InMemoryReplayJournal;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.harp.VerifiedDecision;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A bare enforcer on the JDK's HTTP client.
 */
class TestEnforcer {

	private final HttpClient client = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(Duration.ofSeconds(10))
		.build();

	private final AirlockSimulator simulator;

	TestEnforcer(AirlockSimulator simulator) {
		this.simulator = simulator;
	}

	static ObjectNode plaintext() {
		ObjectNode plaintext = HarpJson.mapper()
			.createObjectNode()
			.put("requestId", UUID.randomUUID().toString())
			.put("actionType", "method_invocation")
			.put("commandText", "RefundService.refund(order=4711, amount=25.00)")
			.put("description", "Refund 25.00 EUR for order 4711")
			.put("source", "spring-boot");
		plaintext.putObject("arguments").put("order", 4711).put("amount", "25.00");
		return plaintext;
	}

	String newRequestId() {
		return "req-" + UUID.randomUUID();
	}

	/**
	 * Submit a plaintext that expires in five minutes, and return the request's id.
	 */
	String submit(ObjectNode plaintext) {
		return submit(plaintext, this.simulator.approver());
	}

	String submit(ObjectNode plaintext, SimulatedApprover approver) {
		ObjectNode envelope = submission(newRequestId(), plaintext, Instant.now().plusSeconds(300),
				approver.encryptionKey(), approver.routingToken());
		Response response = post("/v1/artifacts", envelope);
		if (response.status() != 202) {
			throw new IllegalStateException("The submission got " + response);
		}
		return envelope.get("requestId").stringValue();
	}

	ObjectNode submission(String requestId, ObjectNode plaintext, Instant expiresAt) {
		EncryptionKey key = EncryptionKey
			.parse(this.simulator.properties().get("airlock.gateway.pairing.encryption-key"));
		return submission(requestId, plaintext, expiresAt, key, this.simulator.routingToken());
	}

	ObjectNode submission(String requestId, ObjectNode plaintext, Instant expiresAt, EncryptionKey key,
			String routingToken) {
		byte[] canonical = CanonicalJson.toBytes(plaintext);
		Ciphertext ciphertext = ArtifactCipher.seal(key, canonical);
		ObjectNode body = HarpJson.mapper()
			.createObjectNode()
			.put("artifactType", "command.review")
			.put("artifactHash", ArtifactHash.of(canonical))
			.put("expiresAt", expiresAt.toString());
		body.putObject("ciphertext")
			.put("alg", ciphertext.alg())
			.put("data", ciphertext.data())
			.put("nonce", ciphertext.nonce())
			.put("tag", ciphertext.tag());
		body.putObject("metadata")
			.put("routingToken", routingToken)
			.put("requestLabel", "Refund")
			.put("workspaceName", "payments")
			.put("repoName", "refund-desk");
		return envelope("artifact.submit", requestId, body);
	}

	ObjectNode acknowledgement(String requestId, String msgId) {
		return envelope("ack.submit", requestId,
				HarpJson.mapper()
					.createObjectNode()
					.put("msgId", msgId)
					.put("status", "delivered")
					.put("ackAt", Instant.now().toString()));
	}

	private static ObjectNode envelope(String msgType, String requestId, ObjectNode body) {
		ObjectNode envelope = HarpJson.mapper()
			.createObjectNode()
			.put("msgId", "msg-" + UUID.randomUUID())
			.put("msgType", msgType)
			.put("requestId", requestId)
			.put("createdAt", Instant.now().toString());
		envelope.putObject("sender").put("enforcerId", "refund-desk-1");
		envelope.set("body", body);
		return envelope;
	}

	Response status(String requestId) {
		return get("/v1/exchanges/" + encode(requestId));
	}

	Response await(String requestId, int seconds) {
		return get("/v1/exchanges/" + encode(requestId) + "/wait?timeout=" + seconds);
	}

	CompletableFuture<Response> awaitAsync(String requestId, int seconds) {
		HttpRequest request = request("/v1/exchanges/" + encode(requestId) + "/wait?timeout=" + seconds)
			.header("X-PAT", this.simulator.pat())
			.build();
		return this.client.sendAsync(request, BodyHandlers.ofString()).thenApply(Response::of);
	}

	Response withdraw(String requestId) {
		return post("/v1/exchanges/" + encode(requestId) + "/withdraw", "");
	}

	/**
	 * Verify a decision by the code that guards production.
	 */
	VerifiedDecision verify(JsonNode envelope, String requestId, SignatureForm form)
			throws DecisionVerificationException {
		return verify(envelope, requestId, form, this.simulator.signerKey());
	}

	VerifiedDecision verify(JsonNode envelope, String requestId, SignatureForm form, SignerKey key)
			throws DecisionVerificationException {
		String hash = status(requestId).text("/body/artifactHash");
		DecisionMessage message = HarpJson.mapper().treeToValue(envelope, DecisionMessage.class);
		return new DecisionVerifier(Set.of(form), new InMemoryReplayJournal(), InstantSource.system()).verify(message,
				requestId, hash, Set.of(key));
	}

	Response get(String path, String... headers) {
		return send(request(path), headers);
	}

	Response post(String path, JsonNode body, String... headers) {
		return post(path, body.toString(), headers);
	}

	Response post(String path, String body, String... headers) {
		return send(request(path).header("Content-Type", "application/json")
			.POST(body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)), headers);
	}

	HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create(this.simulator.baseUrl() + path)).timeout(Duration.ofSeconds(90));
	}

	/**
	 * Send a request with the given headers, or with the known token if there are none.
	 */
	private Response send(HttpRequest.Builder request, String... headers) {
		if (headers.length == 0) {
			request.header("X-PAT", this.simulator.pat());
		}
		else if (!headers[0].isEmpty()) {
			request.headers(headers);
		}
		return exchange(request.build());
	}

	Response exchange(HttpRequest request) {
		try {
			return Response.of(this.client.send(request, BodyHandlers.ofString()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
	}

	record Response(int status, String body, HttpHeaders headers) {

		static Response of(HttpResponse<String> response) {
			return new Response(response.statusCode(), response.body(), response.headers());
		}

		JsonNode json() {
			return HarpJson.mapper().readTree(this.body);
		}

		String text(String pointer) {
			return json().at(pointer).stringValue();
		}

		String header(String name) {
			return this.headers.firstValue(name).orElse("");
		}

	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks.wire;

import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.MediaType;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/**
 * Requests approvals with Spring's {@link RestClient} and the JCA alone, as an
 * application without the starter would: without retries, deadline, rate limit or
 * withdrawal. Its JSON is canonical only for texts without special characters.
 */
public final class HandWrittenApprovals implements AutoCloseable {

	private static final Duration TIMEOUT = Duration.ofMinutes(5);

	private static final int POLL_SECONDS = 60;

	private static final int IV_SIZE = 12;

	private static final int TAG_SIZE = 16;

	private final JsonMapper json = JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

	private final SecureRandom random = new SecureRandom();

	private final Set<String> nonces = ConcurrentHashMap.newKeySet();

	private final ExecutorService receipts = Executors.newSingleThreadExecutor();

	private final GatewayConnection connection;

	private final RestClient client;

	/**
	 * Create a client.
	 * @param properties the properties of a pairing
	 * @throws GeneralSecurityException if its keys are invalid
	 */
	public HandWrittenApprovals(Map<String, String> properties) throws GeneralSecurityException {
		this.connection = GatewayConnection.of(properties);
		HttpClient httpClient = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
		this.client = RestClient.builder()
			.requestFactory(new JdkClientHttpRequestFactory(httpClient))
			.baseUrl(this.connection.baseUrl())
			.defaultHeader("X-PAT", this.connection.pat())
			.build();
	}

	/**
	 * Request an approval, and wait for the decision.
	 * @param commandText the command
	 * @param description the description of the command for the approver
	 * @return whether it was approved
	 * @throws GeneralSecurityException if the decision does not verify
	 */
	public boolean request(String commandText, String description) throws GeneralSecurityException {
		String requestId = "req-" + UUID.randomUUID();
		Instant createdAt = Instant.now().truncatedTo(ChronoUnit.MILLIS);
		byte[] plaintext = plaintext(requestId, createdAt, commandText, description);
		String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(plaintext));
		this.client.post()
			.uri("/v1/artifacts")
			.contentType(MediaType.APPLICATION_JSON)
			.body(submission(requestId, createdAt, hash, plaintext))
			.retrieve()
			.toBodilessEntity();
		JsonNode envelope = await(requestId);
		boolean approved = verify(requestId, hash, envelope);
		this.receipts.execute(() -> acknowledge(requestId, envelope.path("msgId").asString()));
		return approved;
	}

	private byte[] plaintext(String requestId, Instant createdAt, String commandText, String description) {
		List<Map<String, String>> actions = List.of(
				Map.of("id", "approve", "caption", "Approve", "style", "primary", "decision", "approve"),
				Map.of("id", "reject", "caption", "Reject", "style", "danger", "decision", "reject"));
		return this.json.writeValueAsBytes(Map.of("actionType", "command", "commandText", commandText, "description",
				description, "workspace", "default", "source", "benchmarks", "requestId", requestId, "createdAt",
				createdAt.toString(), "expiresAt", createdAt.plus(TIMEOUT).toString(), "extensions",
				Map.of("org.harp.requestedActions", Map.of("version", 1, "actions", actions))));
	}

	private Map<String, Object> submission(String requestId, Instant createdAt, String hash, byte[] plaintext)
			throws GeneralSecurityException {
		byte[] iv = new byte[IV_SIZE];
		this.random.nextBytes(iv);
		Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
		cipher.init(Cipher.ENCRYPT_MODE, this.connection.encryptionKey(), new GCMParameterSpec(TAG_SIZE * 8, iv));
		byte[] sealed = cipher.doFinal(plaintext);
		int size = sealed.length - TAG_SIZE;
		Map<String, String> ciphertext = Map.of("alg", "AES-256-GCM", "data",
				base64(Arrays.copyOfRange(sealed, 0, size)), "nonce", base64(iv), "tag",
				base64(Arrays.copyOfRange(sealed, size, sealed.length)));
		String expiresAt = createdAt.plus(TIMEOUT).toString();
		return Map.of("msgId", "msg-" + UUID.randomUUID(), "msgType", "artifact.submit", "requestId", requestId,
				"createdAt", createdAt.toString(), "expiresAt", expiresAt, "sender", Map.of("enforcerId", "benchmarks"),
				"body",
				Map.of("artifactType", "command.review", "artifactHash", hash, "ciphertext", ciphertext, "expiresAt",
						expiresAt, "metadata", Map.of("routingToken", this.connection.routingToken(), "workspaceName",
								"default", "requestLabel", "Refund")));
	}

	private static String base64(byte[] bytes) {
		return Base64.getEncoder().encodeToString(bytes);
	}

	private JsonNode await(String requestId) {
		while (true) {
			JsonNode envelope = this.client.get()
				.uri("/v1/exchanges/{requestId}/wait?timeout={timeout}", requestId, POLL_SECONDS)
				.retrieve()
				.body(JsonNode.class);
			if (envelope != null) {
				return envelope;
			}
		}
	}

	private boolean verify(String requestId, String hash, JsonNode envelope) throws GeneralSecurityException {
		JsonNode body = envelope.path("body");
		String decision = body.path("decision").asString();
		String nonce = body.path("nonce").asString();
		Signature signature = Signature.getInstance("Ed25519");
		signature.initVerify(this.connection.signerKey());
		signature.update((hash + "|" + decision + "|" + nonce).getBytes(StandardCharsets.UTF_8));
		if (!envelope.path("requestId").asString().equals(requestId)
				|| !body.path("artifactHash").asString().equals(hash)
				|| !body.path("signerKeyId").asString().equals(this.connection.signerKeyId())
				|| !signature.verify(Base64.getUrlDecoder().decode(body.path("signature").asString()))
				|| !this.nonces.add(nonce)) {
			throw new GeneralSecurityException("The decision does not verify");
		}
		return decision.equals("approve");
	}

	private void acknowledge(String requestId, String msgId) {
		String now = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
		this.client.post()
			.uri("/v1/acks")
			.contentType(MediaType.APPLICATION_JSON)
			.body(Map.of("msgId", "msg-" + UUID.randomUUID(), "msgType", "ack.submit", "requestId", requestId,
					"createdAt", now, "sender", Map.of("enforcerId", "benchmarks"), "body",
					Map.of("msgId", msgId, "status", "delivered", "ackAt", now)))
			.retrieve()
			.toBodilessEntity();
	}

	@Override
	public void close() {
		this.receipts.shutdownNow();
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;

import io.airlockapp.gateway.client.http.GatewayRequestFactory;
import io.airlockapp.gateway.support.Deadline;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpRequest;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.util.StreamUtils;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClient.RequestBodySpec;
import org.springframework.web.client.RestClient.RequestHeadersSpec;
import org.springframework.web.client.RestClientException;

/**
 * {@link AirlockGatewayApi} that uses a {@link RestClient}. Paths are templates, so that
 * observations do not contain the values of variables.
 *
 * @param restClient the client, which is built for the first request
 */
record RestClientGatewayApi(Supplier<RestClient> restClient) implements AirlockGatewayApi {

	private static final ParameterizedTypeReference<Envelope<JsonNode>> MESSAGE = new ParameterizedTypeReference<>() {
	};

	private static final ParameterizedTypeReference<Envelope<ExchangeStatus>> STATUS = new ParameterizedTypeReference<>() {
	};

	@Override
	public Echo echo() {
		return read(get("/echo"), Echo.class);
	}

	@Override
	public Discovery discover() {
		return read(get("/v1/integrations/discovery"), Discovery.class);
	}

	@Override
	public @Nullable Envelope<JsonNode> submitArtifact(Envelope<ArtifactSubmission> envelope,
			@Nullable Deadline deadline) {
		ArtifactSubmission submission = envelope.body();
		String routingToken = (submission != null) ? submission.metadata().get("routingToken") : null;
		return until(deadline, post("/v1/artifacts").body(envelope))
			.attribute(SentCredentials.IN_BODY, SentCredentials.of(routingToken))
			.attribute(GatewayRequestFactory.COMPLETED, true)
			.retrieve()
			.body(MESSAGE);
	}

	@Override
	public Envelope<ExchangeStatus> getExchange(String requestId, @Nullable Deadline deadline) {
		return read(until(deadline, get("/v1/exchanges/{requestId}", requestId)), STATUS);
	}

	@Override
	public ResponseEntity<Envelope<JsonNode>> awaitDecision(String requestId, int timeout,
			@Nullable Deadline deadline) {
		return until(deadline, get("/v1/exchanges/{requestId}/wait?timeout={timeout}", requestId, timeout))
			.attribute(GatewayRequestFactory.HOLD, Duration.ofSeconds(timeout))
			.retrieve()
			.toEntity(MESSAGE);
	}

	@Override
	public @Nullable Envelope<JsonNode> withdraw(String requestId, @Nullable Deadline deadline) {
		return until(deadline, post("/v1/exchanges/{requestId}/withdraw", requestId)).retrieve().body(MESSAGE);
	}

	@Override
	public void acknowledge(Envelope<Acknowledgement> envelope) {
		post("/v1/acks").body(envelope).retrieve().toBodilessEntity();
	}

	@Override
	public InitiatedPairing initiatePairing(PairingInitiation request) {
		return read(post("/v1/pairing/initiate").body(request), InitiatedPairing.class);
	}

	@Override
	public PairingStatus getPairingStatus(String nonce) {
		return read(
				get("/v1/pairing/{nonce}/status", nonce).attribute(SentCredentials.IN_BODY, SentCredentials.of(nonce)),
				PairingStatus.class);
	}

	@Override
	public PairingCode preGeneratePairingCode(PairingCodeRequest request) {
		return read(post("/v1/pairing/pre-generate").body(request), PairingCode.class);
	}

	@Override
	public ClaimedPairing claimPairing(PairingClaim request) {
		return read(
				post("/v1/pairing/claim").body(request)
					.attribute(SentCredentials.IN_BODY, SentCredentials.of(request.pairingCode())),
				ClaimedPairing.class);
	}

	@Override
	public @Nullable RevokedPairing revokePairing(PairingRevocation request) {
		return post("/v1/pairing/revoke").body(request)
			.attribute(SentCredentials.IN_BODY, SentCredentials.of(request.routingToken()))
			.retrieve()
			.body(RevokedPairing.class);
	}

	@Override
	public void sendHeartbeat(Heartbeat request) {
		post("/v1/presence/heartbeat").body(request)
			.retrieve()
			.onStatus(HttpStatusCode::is2xxSuccessful, RestClientGatewayApi::requireNoMarkup)
			.toBodilessEntity();
	}

	@Override
	public DndPolicies getEffectivePolicies(String enforcerId, String workspaceId, @Nullable String sessionId) {
		String path = "/v1/policy/dnd/effective?enforcerId={enforcerId}&workspaceId={workspaceId}";
		return read((sessionId != null) ? get(path + "&sessionId={sessionId}", enforcerId, workspaceId, sessionId)
				: get(path, enforcerId, workspaceId), DndPolicies.class);
	}

	@Override
	public ConsentStatus checkConsent() {
		return read(get("/v1/consents/check"), ConsentStatus.class);
	}

	@Override
	public ConsentStatus checkConsentAtOlderPath() {
		return read(get("/v1/consent/status"), ConsentStatus.class);
	}

	/**
	 * Require that a response, whose content is not specified, is not the page of a
	 * proxy.
	 */
	private static void requireNoMarkup(HttpRequest request, ClientHttpResponse response) throws IOException {
		String body = StreamUtils.copyToString(response.getBody(), StandardCharsets.UTF_8);
		if (body.stripLeading().startsWith("<")) {
			throw new RestClientException("The response is a page");
		}
	}

	private RequestHeadersSpec<?> get(String path, Object... variables) {
		return this.restClient.get().get().uri(path, variables).accept(MediaType.APPLICATION_JSON);
	}

	private RequestBodySpec post(String path, Object... variables) {
		return this.restClient.get().post().uri(path, variables).accept(MediaType.APPLICATION_JSON);
	}

	private static RequestHeadersSpec<?> until(@Nullable Deadline deadline, RequestHeadersSpec<?> request) {
		return (deadline != null) ? request.attribute(GatewayRequestFactory.DEADLINE, deadline) : request;
	}

	/**
	 * Read a body that gateways always send.
	 * @return the body. A missing body is {@code null}, which callers have to check
	 */
	@SuppressWarnings("NullAway")
	private static <T> T read(RequestHeadersSpec<?> request, Class<T> type) {
		return request.retrieve().body(type);
	}

	@SuppressWarnings("NullAway")
	private static <T> T read(RequestHeadersSpec<?> request, ParameterizedTypeReference<T> type) {
		return request.retrieve().body(type);
	}

}

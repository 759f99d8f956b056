/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.AirlockGatewayApiFactory;
import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.exchange.ReceivedDecisions;
import io.airlockapp.gateway.harp.DecisionMessage;
import io.airlockapp.gateway.harp.DecisionVerificationException;
import io.airlockapp.gateway.harp.DecisionVerifier;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.harp.VerifiedDecision;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.mock.http.client.MockClientHttpRequest;
import org.springframework.mock.http.client.MockClientHttpResponse;
import org.springframework.web.client.RestClientException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Hundreds of thousands of mutations of genuine decisions, from the bytes of the answer
 * to the verdict, through the code that applications run.
 * <p>
 * A mutation may be accepted only if it changes nothing that is acted upon: the request,
 * the artifact hash, the verdict, the signer key, the nonce, the form, and what that form
 * signs and we use, are still what the person signed. White space, escapes, envelope
 * members such as {@code createdAt}, and members that are not signed can change so.
 */
@Tag("slow")
class DecisionMutationTests {

	private static final Log logger = LogFactory.getLog(DecisionMutationTests.class);

	private static final int MUTATIONS = 34_000;

	private static final String REQUEST_ID = "req-7d9f2c1e-5a64-4f7b-9d0a-3c8f1e2b4a60";

	private static final String ARTIFACT_HASH = "d11aa5da445432d22024e8f8e377d2373bc13247defc172978063421a30997e9";

	private static final ApproverKey key = ApproverKey.generate("key-1");

	private static final List<SignerKey> paired = List.of(key.signerKey());

	private final ThreadLocal<byte[]> answer = ThreadLocal.withInitial(() -> new byte[0]);

	private final AirlockGatewayApi api = AirlockGatewayApiFactory.create(URI.create("http://localhost"),
			(uri, method) -> {
				MockClientHttpResponse response = new MockClientHttpResponse(this.answer.get(), HttpStatus.OK);
				response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
				MockClientHttpRequest request = new MockClientHttpRequest(method, uri);
				request.setResponse(response);
				return request;
			}, (builder) -> {
			}, (own) -> {
			});

	/**
	 * Every mutation has the nonce of the genuine decision, so no use is remembered.
	 */
	private final DecisionVerifier verifier = new DecisionVerifier(EnumSet.allOf(SignatureForm.class),
			(signerKey, nonce, requestId) -> true, InstantSource.system());

	@BeforeAll
	static void logNoSingleCall() {
		LoggingSystem.get(DecisionMutationTests.class.getClassLoader())
			.setLogLevel("org.springframework", LogLevel.INFO);
	}

	@ParameterizedTest
	@CsvSource({ "TEXT, approve, 1", "TEXT, reject, 2", "SDK_JSON, approve, 3", "SDK_JSON, reject, 4",
			"CORE, approve, 5", "CORE, reject, 6" })
	void mutationOfRelevantMemberIsNotAccepted(SignatureForm form, String word, long seed) {
		Decision genuine = Decision.signed(form, key, word, REQUEST_ID, ARTIFACT_HASH);
		List<ObjectNode> donors = donors(word);
		Map<Outcome, Long> outcomes = LongStream.range(0, MUTATIONS)
			.parallel()
			.mapToObj((i) -> outcome(new DecisionMutator(seed * MUTATIONS + i).mutate(genuine.envelope(), donors),
					genuine))
			.collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
		logger.info("%s %s: %d mutations, of which %s".formatted(form, word, MUTATIONS, outcomes));
		assertThat(outcomes).containsOnlyKeys(Outcome.UNREADABLE, Outcome.REFUSED, Outcome.ACCEPTED_UNCHANGED)
			.allSatisfy((outcome, count) -> assertThat(count).isGreaterThan(MUTATIONS / 50));
	}

	private Outcome outcome(byte[] mutation, Decision genuine) {
		this.answer.set(mutation);
		DecisionMessage message = read();
		if (message == null) {
			return Outcome.UNREADABLE;
		}
		VerifiedDecision accepted = verify(message);
		if (accepted == null) {
			return Outcome.REFUSED;
		}
		if (isUnchanged(accepted, message, genuine)) {
			return Outcome.ACCEPTED_UNCHANGED;
		}
		logger.error("Wrongly accepted: " + new String(mutation, StandardCharsets.UTF_8));
		return Outcome.WRONGLY_ACCEPTED;
	}

	/**
	 * Return decisions of the other verdict, which may not become this request's: of the
	 * same person on another request, and of a stranger on this.
	 */
	private static List<ObjectNode> donors(String word) {
		String other = word.equals("approve") ? "reject" : "approve";
		List<ObjectNode> donors = new ArrayList<>();
		for (SignatureForm form : SignatureForm.values()) {
			donors.add(Decision.signed(form, key, other, "req-other", "0".repeat(64)).envelope());
			donors
				.add(Decision.signed(form, ApproverKey.generate("key-1"), other, REQUEST_ID, ARTIFACT_HASH).envelope());
		}
		return donors;
	}

	private @Nullable DecisionMessage read() {
		try {
			Envelope<JsonNode> envelope = this.api.awaitDecision(REQUEST_ID, 1, null).getBody();
			return (envelope != null) ? ReceivedDecisions.message(envelope) : null;
		}
		catch (RestClientException ex) {
			return null;
		}
	}

	private @Nullable VerifiedDecision verify(DecisionMessage message) {
		try {
			return this.verifier.verify(message, REQUEST_ID, ARTIFACT_HASH, paired);
		}
		catch (DecisionVerificationException ex) {
			return null;
		}
	}

	private static boolean isUnchanged(VerifiedDecision accepted, DecisionMessage message, Decision genuine) {
		ObjectNode signed = genuine.body();
		JsonNode body = message.body();
		if (body == null || !signed.get("nonce").equals(body.get("nonce"))
				|| !signed.get("artifactHash").equals(body.get("artifactHash"))) {
			return false;
		}
		boolean sameMembers = switch (genuine.form()) {
			case TEXT -> true;
			case SDK_JSON -> signed.get("reason").stringValue().equals(accepted.reason());
			case CORE ->
				signed.get("scope").equals(body.get("scope")) && signed.get("expiresAt").equals(body.get("expiresAt"));
		};
		String word = signed.get("decision").stringValue();
		return sameMembers && accepted.form() == genuine.form() && accepted.requestId().equals(genuine.requestId())
				&& accepted.verdict().name().toLowerCase(Locale.ROOT).equals(word)
				&& accepted.signerKey().equals(paired.get(0));
	}

	private enum Outcome {

		UNREADABLE, REFUSED, ACCEPTED_UNCHANGED, WRONGLY_ACCEPTED

	}

}

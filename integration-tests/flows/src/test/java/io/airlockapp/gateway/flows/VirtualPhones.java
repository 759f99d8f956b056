/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.ArtifactSubmission;
import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.client.ExchangeState;
import io.airlockapp.gateway.client.ExchangeStatus;
import io.airlockapp.gateway.client.GatewayError;
import io.airlockapp.gateway.client.GatewayResponseException;
import io.airlockapp.gateway.harp.ArtifactCipher;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.support.WaitScope;
import org.jspecify.annotations.Nullable;
import org.mockito.stubbing.Answer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.http.ResponseEntity;
import org.springframework.web.client.ResourceAccessException;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.withSettings;

/**
 * Several phones in virtual time, and a gateway that relays to them.
 */
final class VirtualPhones implements PairingSource {

	final AirlockGatewayApi api = mock(withSettings().stubOnly());

	private final Map<String, Phone> phones = new LinkedHashMap<>();

	private final Map<String, Exchange> exchanges = new LinkedHashMap<>();

	private final List<String> acknowledged = new ArrayList<>();

	private final List<Instant> calls = new ArrayList<>();

	private final List<String> revoked = new ArrayList<>();

	private Consumer<String> onRead = (pairing) -> {
	};

	private RuntimeException failure = new IllegalStateException("The store of pairings is down");

	private final VirtualTime time;

	VirtualPhones(VirtualTime time) {
		this.time = time;
		given(this.api.submitArtifact(any(), any())).willAnswer(counted((call) -> submit(call.getArgument(0))));
		given(this.api.getExchange(any(), any())).willAnswer(counted((call) -> exchange(call.getArgument(0)).status()));
		given(this.api.awaitDecision(any(), anyInt(), any())).willAnswer(counted(
				(call) -> exchange(call.getArgument(0)).await(Duration.ofSeconds(call.getArgument(1, Integer.class)))));
		given(this.api.withdraw(any(), any())).willAnswer(counted((call) -> withdraw(call.getArgument(0))));
		willAnswer(counted((call) -> {
			Envelope<?> envelope = call.getArgument(0);
			pause(Duration.ofMillis(5));
			return this.acknowledged.add(String.valueOf(envelope.requestId()));
		})).given(this.api).acknowledge(any());
		willAnswer(counted((call) -> null)).given(this.api).sendHeartbeat(any());
	}

	private Answer<?> counted(Answer<?> answer) {
		return (call) -> {
			this.calls.add(now());
			return answer.answer(call);
		};
	}

	/**
	 * Return the times of all requests to the gateway.
	 */
	List<Instant> calls() {
		return this.calls;
	}

	Phone phone(String name) {
		return this.phones.computeIfAbsent(name, Phone::new);
	}

	List<Exchange> exchanges() {
		return List.copyOf(this.exchanges.values());
	}

	List<String> acknowledged() {
		return this.acknowledged;
	}

	/**
	 * Call back before a pairing is read or reported as revoked.
	 */
	void onRead(Consumer<String> callback) {
		this.onRead = callback;
	}

	/**
	 * Throw an exception if a pairing is not readable.
	 */
	void failWith(RuntimeException ex) {
		this.failure = ex;
	}

	/**
	 * Return the routing tokens of the pairings that were reported as revoked.
	 */
	List<String> revoked() {
		return this.revoked;
	}

	@Override
	public void pairingRevoked(Pairing pairing) {
		this.onRead.accept(pairing.routingToken());
		this.revoked.add(pairing.routingToken());
	}

	@Override
	public @Nullable Pairing getPairing(String name) {
		this.onRead.accept(name);
		Phone phone = this.phones.get(name);
		if (phone != null && phone.unreadable) {
			throw this.failure;
		}
		return (phone != null && phone.paired) ? phone.pairing() : null;
	}

	@Override
	public Set<String> rawKeys(String name) {
		this.onRead.accept(name);
		Phone phone = this.phones.get(name);
		if (phone != null && phone.unreadable) {
			throw this.failure;
		}
		return (phone != null) ? phone.pairing().rawKeys() : Set.of();
	}

	@Override
	public @Nullable String whyNotPaired(String name) {
		return phone(name).known ? "The pairing '%s' was revoked".formatted(name) : null;
	}

	private void pause(Duration duration) {
		try {
			this.time.sleep(duration);
		}
		catch (InterruptedException ex) {
			WaitScope.interrupt();
			throw new ResourceAccessException("Interrupted", new InterruptedIOException());
		}
	}

	private Instant now() {
		return this.time.clock().instant();
	}

	private Envelope<JsonNode> submit(Envelope<ArtifactSubmission> envelope) {
		pause(Duration.ofMillis(20));
		ArtifactSubmission submission = envelope.body();
		Phone phone = this.phones.values()
			.stream()
			.filter((candidate) -> submission.metadata().get("routingToken").equals(candidate.token()))
			.findFirst()
			.orElseThrow();
		if (phone.unreachable) {
			throw new ResourceAccessException("No connection", new ConnectException());
		}
		if (phone.refusal != null) {
			throw new GatewayResponseException(new GatewayError(phone.refusal, phone.refusalCode, null, null, null));
		}
		this.exchanges.putIfAbsent(envelope.requestId(), new Exchange(phone, envelope.requestId(), submission, now()));
		return new Envelope<>("msg", "artifact.accepted", envelope.requestId(), null, null, null, null, null, null);
	}

	private Exchange exchange(String requestId) {
		Exchange exchange = this.exchanges.get(requestId);
		if (exchange == null) {
			throw new GatewayResponseException(new GatewayError(404, "not_found", null, null, null));
		}
		return exchange;
	}

	private Envelope<JsonNode> withdraw(String requestId) {
		Exchange exchange = exchange(requestId);
		pause(exchange.phone.withdrawalTakes);
		if (exchange.isDecided() || exchange.phone.decidesDuringWithdrawal) {
			exchange.decidedAt = exchange.isDecided() ? exchange.decidedAt : now();
			throw new GatewayResponseException(new GatewayError(409, "AlreadyDecidedConflict", null, null, null));
		}
		exchange.withdrawn = true;
		return new Envelope<>("msg", "exchange.withdrawn", requestId, null, null, null, null, null, null);
	}

	/**
	 * Phone of one pairing, and what its owner does.
	 */
	final class Phone {

		private final String name;

		private final EncryptionKey encryptionKey;

		private ApproverKey key;

		private ApproverKey signer;

		private boolean paired = true;

		private boolean known = true;

		private boolean unreadable;

		private boolean unreachable;

		private @Nullable Duration after;

		private String word = "approve";

		private @Nullable Integer refusal;

		private @Nullable String refusalCode;

		private boolean decidesDuringWithdrawal;

		private @Nullable String expiresAt;

		private boolean decisionInStatus;

		private Duration withdrawalTakes = Duration.ofMillis(20);

		private Phone(String name) {
			byte[] raw = new byte[32];
			new Random(name.hashCode()).nextBytes(raw);
			this.name = name;
			this.encryptionKey = EncryptionKey.of(raw);
			this.key = ApproverKey.generate("key-" + name);
			this.signer = this.key;
		}

		private boolean isGenuine() {
			return this.signer.signerKey().encode().equals(this.key.signerKey().encode());
		}

		private String token() {
			return "token-" + this.name;
		}

		private Pairing pairing() {
			return new Pairing(token(), this.encryptionKey, List.of(this.key.signerKey()));
		}

		ApproverKey key() {
			return this.key;
		}

		Phone approvesAfter(Duration duration) {
			this.after = duration;
			return this;
		}

		Phone rejectsAfter(Duration duration) {
			this.word = "reject";
			return approvesAfter(duration);
		}

		/**
		 * Have the same raw key as another phone, under another id.
		 */
		Phone sharesKeyOf(Phone other) {
			this.key = other.key.named("key-" + this.name);
			this.signer = this.key;
			return this;
		}

		Phone signsWith(ApproverKey other) {
			this.signer = other;
			return this;
		}

		Phone refusedWith(int status, @Nullable String code) {
			this.refusal = status;
			this.refusalCode = code;
			return this;
		}

		Phone decidesDuringWithdrawal() {
			this.decidesDuringWithdrawal = true;
			return this;
		}

		/**
		 * Have the gateway deliver decisions of this phone with a time of expiry.
		 */
		Phone decisionExpiresAt(Instant time) {
			this.expiresAt = time.toString();
			return this;
		}

		/**
		 * Have the gateway include decisions of this phone in the status of a request.
		 */
		Phone decisionInStatus(boolean included) {
			this.decisionInStatus = included;
			return this;
		}

		Phone withdrawalTakes(Duration duration) {
			this.withdrawalTakes = duration;
			return this;
		}

		/**
		 * Have no connection to the gateway for requests to this phone.
		 */
		void unreachable() {
			this.unreachable = true;
		}

		void unreadable(boolean unreadable) {
			this.unreadable = unreadable;
		}

		void unpair() {
			this.paired = false;
		}

		void neverPaired() {
			this.paired = false;
			this.known = false;
		}

		void replaceKey() {
			this.key = ApproverKey.generate("key-new-" + this.name);
		}

	}

	/**
	 * Exchange with one phone.
	 */
	final class Exchange {

		private final Phone phone;

		private final String requestId;

		private final ArtifactSubmission submission;

		private @Nullable Instant decidedAt;

		private final Instant submittedAt;

		private boolean withdrawn;

		private @Nullable ObjectNode decision;

		private @Nullable Instant handedOverAt;

		private Exchange(Phone phone, String requestId, ArtifactSubmission submission, Instant now) {
			this.phone = phone;
			this.requestId = requestId;
			this.submission = submission;
			this.submittedAt = now;
			this.decidedAt = (phone.after != null) ? now.plus(phone.after) : null;
		}

		String pairing() {
			return this.phone.name;
		}

		String requestId() {
			return this.requestId;
		}

		Instant submittedAt() {
			return this.submittedAt;
		}

		boolean isWithdrawn() {
			return this.withdrawn;
		}

		String hash() {
			return this.submission.artifactHash();
		}

		byte[] canonicalPlaintext() {
			return ArtifactCipher.open(this.phone.encryptionKey, this.submission.ciphertext());
		}

		ObjectNode plaintext() {
			return (ObjectNode) HarpJson.mapper().readTree(canonicalPlaintext());
		}

		/**
		 * Return whether the phone's own key decided in this way before a time, and the
		 * request was not withdrawn before.
		 */
		boolean isDecided(String word, Instant before) {
			return isDecided() && this.decidedAt.isBefore(before) && this.phone.word.equals(word)
					&& this.phone.isGenuine();
		}

		/**
		 * Return whether the application had this decision of the phone's own key before
		 * a time.
		 */
		boolean isHandedOver(String word, Instant before) {
			return isDecided(word, before) && this.handedOverAt != null && this.handedOverAt.isBefore(before);
		}

		private boolean isDecided() {
			return !this.withdrawn && this.decidedAt != null && !this.decidedAt.isAfter(now());
		}

		private Envelope<ExchangeStatus> status() {
			pause(Duration.ofMillis(10));
			ExchangeState state = isDecided() ? ExchangeState.DECIDED
					: this.withdrawn ? ExchangeState.WITHDRAWN : ExchangeState.PENDING_APPROVAL;
			JsonNode found = (isDecided() && this.phone.decisionInStatus) ? decision().get("body") : null;
			return new Envelope<>("msg", "exchange.status", this.requestId, null, null, null, null, null,
					new ExchangeStatus(this.requestId, state, hash(), found));
		}

		private ResponseEntity<Envelope<JsonNode>> await(Duration hold) {
			Duration left = (this.decidedAt != null) ? Duration.between(now(), this.decidedAt) : hold;
			if (!isDecided()) {
				pause((left.compareTo(hold) < 0) ? left : hold);
			}
			if (!isDecided()) {
				return ResponseEntity.noContent().build();
			}
			return ResponseEntity.ok(new Envelope<>("msg-" + this.requestId, "decision.deliver", this.requestId, null,
					this.phone.expiresAt, null, null, null, decision().get("body")));
		}

		private ObjectNode decision() {
			if (this.decision == null) {
				this.handedOverAt = now();
				this.decision = Decision
					.signed(SignatureForm.TEXT, this.phone.signer, this.phone.word, this.requestId, hash())
					.envelope();
				((ObjectNode) this.decision.get("body")).put("signerKeyId", this.phone.key.id());
			}
			return this.decision;
		}

	}

}

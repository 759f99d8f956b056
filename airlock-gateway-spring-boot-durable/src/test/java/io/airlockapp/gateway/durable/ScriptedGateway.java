/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.client.Acknowledgement;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.ArtifactSubmission;
import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.client.ExchangeState;
import io.airlockapp.gateway.client.ExchangeStatus;
import io.airlockapp.gateway.client.GatewayError;
import io.airlockapp.gateway.harp.DecisionMessage;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.harp.TestSigner;
import io.airlockapp.gateway.support.Deadline;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.http.ResponseEntity;

/**
 * Gateway and approver in memory, whose faults a test chooses. It never waits.
 */
final class ScriptedGateway {

	/**
	 * The API of a gateway that is asked about exchanges only.
	 */
	final AirlockGatewayApi api = (AirlockGatewayApi) Proxy.newProxyInstance(getClass().getClassLoader(),
			new Class<?>[] { AirlockGatewayApi.class }, (proxy, method, arguments) -> {
				try {
					return getClass().getMethod(method.getName(), method.getParameterTypes()).invoke(this, arguments);
				}
				catch (InvocationTargetException ex) {
					throw ex.getCause();
				}
			});

	final Map<String, Exchange> exchanges = new LinkedHashMap<>();

	/**
	 * The ciphertexts by request.
	 */
	final Map<String, Set<String>> ciphertexts = new LinkedHashMap<>();

	/**
	 * Called while the gateway holds a request for a decision.
	 */
	Runnable onWait = () -> {
	};

	/**
	 * Called after the gateway has accepted a request.
	 */
	Runnable onAccept = () -> {
	};

	/**
	 * Called before the gateway accepts a request.
	 */
	Runnable onInspect = () -> {
	};

	Runnable onWithdraw = () -> {
	};

	Runnable onSubmit = () -> {
	};

	private final Map<String, ScriptedGateway> phones = new LinkedHashMap<>();

	int acknowledgements;

	/**
	 * The requests whose decisions were acknowledged.
	 */
	final Set<String> acknowledged = new HashSet<>();

	int withdrawals;

	/**
	 * Whether decisions are not delivered, although the state shows them.
	 */
	boolean withholding;

	private final InstantSource clock;

	private final TestSigner signer = TestSigner.signer();

	private @Nullable Fault fault;

	private int faults;

	ScriptedGateway(InstantSource clock) {
		this.clock = clock;
	}

	Pairing pairing() {
		return new Pairing("routing-secret", EncryptionKey.parse(signerKey().encode()), List.of(signerKey()));
	}

	/**
	 * Pair a phone with a key of its own.
	 */
	Pairing pair(String name) {
		ScriptedGateway phone = new ScriptedGateway(this.clock);
		this.phones.put(name, phone);
		return phone.pairing();
	}

	/**
	 * Decide a request by a paired phone.
	 */
	boolean decide(String requestId, String decision, String name) {
		Exchange exchange = this.exchanges.get(requestId);
		if (exchange == null || exchange.state() != ExchangeState.PENDING_APPROVAL) {
			return false;
		}
		exchange.decision = this.phones.get(name).sign(exchange.hash, decision);
		return true;
	}

	SignerKey signerKey() {
		return this.signer.key("key-1");
	}

	/**
	 * Let the next calls fail.
	 */
	void fail(Fault kind, int times) {
		this.fault = kind;
		this.faults = times;
	}

	/**
	 * Decide a request if the approver still can.
	 */
	boolean decide(String requestId, String decision) {
		Exchange exchange = this.exchanges.get(requestId);
		if (exchange == null || exchange.state() != ExchangeState.PENDING_APPROVAL) {
			return false;
		}
		exchange.decision = sign(exchange.hash, decision);
		return true;
	}

	private ObjectNode sign(String hash, String decision) {
		String nonce = UUID.randomUUID().toString();
		return HarpJson.mapper()
			.createObjectNode()
			.put("artifactHash", hash)
			.put("decision", decision)
			.put("nonce", nonce)
			.put("signerKeyId", "key-1")
			.put("signature", this.signer.sign(hash + "|" + decision + "|" + nonce));
	}

	private @Nullable Fault begin() {
		if (this.faults <= 0) {
			return null;
		}
		this.faults--;
		Fault current = this.fault;
		if (current == Fault.UNAVAILABLE) {
			throw failure(503, null);
		}
		if (current == Fault.QUOTA) {
			throw failure(429, null);
		}
		if (current == Fault.REFUSED) {
			throw failure(400, null);
		}
		if (current == Fault.UNKNOWN) {
			throw failure(404, null);
		}
		return current;
	}

	private static AirlockGatewayException failure(int status, @Nullable String code) {
		return new AirlockGatewayException(new GatewayError(status, code, null, null, null));
	}

	public @Nullable Envelope<JsonNode> submitArtifact(Envelope<ArtifactSubmission> envelope,
			@Nullable Deadline deadline) {
		this.onSubmit.run();
		Fault current = begin();
		String id = envelope.requestId();
		ArtifactSubmission submission = envelope.body();
		this.ciphertexts.computeIfAbsent(id, (key) -> new HashSet<>()).add(submission.ciphertext().toString());
		Exchange known = this.exchanges.get(id);
		if (known == null) {
			this.exchanges.put(id, new Exchange(submission.artifactHash(), Instant.parse(submission.expiresAt())));
		}
		else if (!known.hash.equals(submission.artifactHash())) {
			throw failure(409, "AlreadyExistsConflict");
		}
		else if (known.decision != null) {
			throw failure(409, "AlreadyDecidedConflict");
		}
		this.onAccept.run();
		requireAnswer(current);
		return null;
	}

	private static void requireAnswer(@Nullable Fault current) {
		if (current == Fault.LOST_ANSWER) {
			throw failure(502, null);
		}
	}

	private Exchange find(String requestId) {
		Exchange exchange = this.exchanges.get(requestId);
		if (exchange == null) {
			throw failure(404, null);
		}
		return exchange;
	}

	public Envelope<ExchangeStatus> getExchange(String requestId, @Nullable Deadline deadline) {
		this.onInspect.run();
		Fault current = begin();
		Exchange exchange = find(requestId);
		requireAnswer(current);
		return Envelope.of("exchange.status", requestId, this.clock.instant(), null, "gateway",
				new ExchangeStatus(requestId, exchange.state(), exchange.hash, null));
	}

	public ResponseEntity<Envelope<JsonNode>> awaitDecision(String requestId, int timeout,
			@Nullable Deadline deadline) {
		this.onWait.run();
		Fault current = begin();
		Exchange exchange = find(requestId);
		requireAnswer(current);
		if (current == Fault.FOREIGN) {
			return ResponseEntity.ok(Envelope.of("error", requestId, this.clock.instant(), null, "proxy",
					HarpJson.mapper().createObjectNode().put("code", "unavailable")));
		}
		JsonNode decision = (current == Fault.GARBAGE) ? sign("b".repeat(64), "approve") : exchange.decision;
		if (exchange.withdrawn) {
			throw failure(404, null);
		}
		if (decision == null || this.withholding) {
			return ResponseEntity.noContent().build();
		}
		return ResponseEntity
			.ok(Envelope.of(DecisionMessage.MSG_TYPE, requestId, this.clock.instant(), null, "gateway", decision));
	}

	public @Nullable Envelope<JsonNode> withdraw(String requestId, @Nullable Deadline deadline) {
		Fault current = begin();
		Exchange exchange = find(requestId);
		if (exchange.decision != null) {
			throw failure(409, "AlreadyDecidedConflict");
		}
		exchange.withdrawn = true;
		this.withdrawals++;
		this.onWithdraw.run();
		requireAnswer(current);
		return Envelope.of("exchange.withdrawn", requestId, this.clock.instant(), null, "gateway",
				HarpJson.mapper().createObjectNode());
	}

	public void acknowledge(Envelope<Acknowledgement> envelope) {
		begin();
		this.acknowledgements++;
		this.acknowledged.add(envelope.requestId());
	}

	enum Fault {

		UNAVAILABLE, QUOTA, UNKNOWN, LOST_ANSWER, GARBAGE, FOREIGN, REFUSED

	}

	/**
	 * Exchange with its decision. Its expiry is that of the gateway's clock.
	 */
	final class Exchange {

		final String hash;

		Instant expiresAt;

		@Nullable ObjectNode decision;

		boolean withdrawn;

		private boolean expired;

		Exchange(String hash, Instant expiresAt) {
			this.hash = hash;
			this.expiresAt = expiresAt;
		}

		ExchangeState state() {
			if (this.decision != null) {
				return ExchangeState.DECIDED;
			}
			if (this.withdrawn) {
				return ExchangeState.WITHDRAWN;
			}
			// It does not become pending again if the clock is put back
			this.expired |= ScriptedGateway.this.clock.instant().isAfter(this.expiresAt);
			return this.expired ? ExchangeState.EXPIRED : ExchangeState.PENDING_APPROVAL;
		}

	}

}

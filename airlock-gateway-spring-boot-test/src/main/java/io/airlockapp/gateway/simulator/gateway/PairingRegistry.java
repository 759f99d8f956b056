/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.gateway;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

import io.airlockapp.gateway.harp.PairingKeyAgreement;
import io.airlockapp.gateway.simulator.approver.Approver;
import io.airlockapp.gateway.simulator.gateway.Pairing.Device;
import io.airlockapp.gateway.simulator.gateway.Pairing.State;
import io.airlockapp.gateway.simulator.http.GatewayRefusal;
import org.jspecify.annotations.Nullable;

/**
 * Registry of all pairings and their approvers, and of the codes that can be claimed.
 * Each approver has one pairing from the beginning, for applications that are configured
 * instead of paired.
 */
public final class PairingRegistry {

	static final Duration INITIATED_VALIDITY = Duration.ofMinutes(10);

	static final Duration PRE_GENERATED_VALIDITY = Duration.ofMinutes(30);

	/**
	 * Alphabet without letters and digits that look alike.
	 */
	private static final String CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";

	private static final int CODE_LENGTH = 6;

	private static final SecureRandom random = new SecureRandom();

	private final InstantSource clock;

	private final ChangeSignal signal;

	private final Map<String, Pairing> initial = new LinkedHashMap<>();

	private final List<Pairing> pairings = new ArrayList<>();

	private final Map<String, PairingCode> codes = new LinkedHashMap<>();

	public PairingRegistry(InstantSource clock, ChangeSignal signal) {
		this.clock = clock;
		this.signal = signal;
	}

	/**
	 * Add an approver and its pairing, unless there is one with this name.
	 */
	public synchronized void add(Approver approver) {
		if (this.initial.containsKey(approver.name())) {
			return;
		}
		Device device = new Device("configured", "configured", "Configured app", null);
		Pairing pairing = new Pairing(newNonce(), newCode(), device, PairingKeyAgreement.generate().publicKey(),
				this.clock.instant());
		complete(pairing, approver);
		this.initial.put(approver.name(), pairing);
		this.pairings.add(pairing);
		this.signal.changed();
	}

	/**
	 * Return the pairings that exist from the beginning, by approver, in the order in
	 * which the approvers were added.
	 */
	public synchronized Map<String, Pairing> initial() {
		return new LinkedHashMap<>(this.initial);
	}

	synchronized Pairing initiate(Device device, @Nullable String x25519PublicKey) {
		Pairing pairing = new Pairing(newNonce(), newCode(), device, x25519PublicKey,
				this.clock.instant().plus(INITIATED_VALIDITY));
		this.pairings.add(pairing);
		this.signal.changed();
		return pairing;
	}

	public synchronized PairingCode preGenerate(Approver approver) {
		PairingCode code = new PairingCode(newCode(), approver, this.clock.instant().plus(PRE_GENERATED_VALIDITY));
		this.codes.put(code.code(), code);
		return code;
	}

	/**
	 * Pair by a code that was generated on the phone before. Since the person consented
	 * by generating the code, the pairing is completed immediately.
	 */
	synchronized Pairing claim(String code, Device device, @Nullable String x25519PublicKey) {
		String normalized = normalize(code);
		PairingCode generated = this.codes.get(normalized);
		if (generated == null) {
			boolean used = this.pairings.stream().anyMatch((pairing) -> pairing.code().equals(normalized));
			throw used ? GatewayRefusal.of(409, "AlreadyExistsConflict", "The pairing code was used before")
					: GatewayRefusal.notFound("There is no such pairing code");
		}
		if (!this.clock.instant().isBefore(generated.expiresAt())) {
			throw GatewayRefusal.of(410, "expired", "The pairing code is expired");
		}
		Pairing pairing = new Pairing(newNonce(), normalized, device, x25519PublicKey, generated.expiresAt());
		try {
			complete(pairing, generated.approver());
		}
		catch (IllegalArgumentException | IllegalStateException ex) {
			throw GatewayRefusal.badRequest(String.valueOf(ex.getMessage()));
		}
		this.codes.remove(normalized);
		this.pairings.add(pairing);
		this.signal.changed();
		return pairing;
	}

	/**
	 * Complete a pairing, as the approver who enters its code on the phone.
	 * @throws IllegalArgumentException if no pending pairing has this code
	 */
	public synchronized void enter(String code, Approver approver) {
		Pairing pairing = this.pairings.stream()
			.filter((candidate) -> candidate.code().equals(normalize(code)))
			.filter((candidate) -> candidate.stateAt(this.clock.instant()) == State.PENDING)
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("No pairing waits for this code"));
		complete(pairing, approver);
		this.signal.changed();
	}

	private void complete(Pairing pairing, Approver approver) {
		String enforcerKey = pairing.x25519PublicKey();
		if (enforcerKey == null) {
			throw new IllegalStateException("The enforcer sent no 'x25519PublicKey': there can be no encryption key");
		}
		pairing.complete(approver, "rt_" + hex(), approver.pair(pairing.nonce(), enforcerKey, this.clock.instant()));
	}

	synchronized @Nullable Pairing byNonce(String nonce) {
		return this.pairings.stream().filter((pairing) -> pairing.nonce().equals(nonce)).findFirst().orElse(null);
	}

	synchronized @Nullable Pairing byRoutingToken(String token) {
		return this.pairings.stream()
			.filter((pairing) -> token.equals(pairing.routingToken()))
			.findFirst()
			.orElse(null);
	}

	/**
	 * Revoke a pairing.
	 * @return the pairing, or {@code null} if there is none with this routing token
	 */
	public @Nullable Pairing revoke(String routingToken) {
		Pairing pairing = byRoutingToken(routingToken);
		if (pairing != null) {
			pairing.setRevoked(true);
			this.signal.changed();
		}
		return pairing;
	}

	/**
	 * Remove all pairings except the initial ones, whose revocation is undone.
	 */
	public synchronized void reset() {
		this.codes.clear();
		this.pairings.retainAll(this.initial.values());
		this.pairings.forEach((pairing) -> pairing.setRevoked(false));
		this.signal.changed();
	}

	private static String normalize(String code) {
		return code.replaceAll("[\\s-]", "").toUpperCase(Locale.ROOT);
	}

	private static String newCode() {
		StringBuilder code = new StringBuilder();
		for (int i = 0; i < CODE_LENGTH; i++) {
			code.append(CODE_ALPHABET.charAt(random.nextInt(CODE_ALPHABET.length())));
		}
		return code.toString();
	}

	private static String newNonce() {
		return "pn-" + hex();
	}

	private static String hex() {
		return UUID.randomUUID().toString().replace("-", "");
	}

	/**
	 * Code that an enforcer can claim.
	 *
	 * @param code the code
	 * @param approver the approver who generated it
	 * @param expiresAt the time until which it can be claimed
	 */
	public record PairingCode(String code, Approver approver, Instant expiresAt) {
	}

}

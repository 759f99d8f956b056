/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.gateway;

import java.time.Instant;

import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.simulator.approver.Approver;
import io.airlockapp.gateway.simulator.approver.Approver.PairingResult;
import org.jspecify.annotations.Nullable;

/**
 * Pairing of an enforcer with an approver.
 */
public final class Pairing {

	private final String nonce;

	private final String code;

	private final Device device;

	private final @Nullable String x25519PublicKey;

	private final Instant expiresAt;

	private @Nullable Approver approver;

	private @Nullable String routingToken;

	private @Nullable EncryptionKey encryptionKey;

	private @Nullable String responseJson;

	private boolean revoked;

	Pairing(String nonce, String code, Device device, @Nullable String x25519PublicKey, Instant expiresAt) {
		this.nonce = nonce;
		this.code = code;
		this.device = device;
		this.x25519PublicKey = x25519PublicKey;
		this.expiresAt = expiresAt;
	}

	String nonce() {
		return this.nonce;
	}

	String code() {
		return this.code;
	}

	Device device() {
		return this.device;
	}

	@Nullable String x25519PublicKey() {
		return this.x25519PublicKey;
	}

	Instant expiresAt() {
		return this.expiresAt;
	}

	public synchronized @Nullable String routingToken() {
		return this.routingToken;
	}

	synchronized @Nullable String responseJson() {
		return this.responseJson;
	}

	/**
	 * Return the approver who completed the pairing.
	 */
	public synchronized Approver approver() {
		return completed(this.approver);
	}

	public synchronized EncryptionKey encryptionKey() {
		return completed(this.encryptionKey);
	}

	private static <T> T completed(@Nullable T part) {
		if (part == null) {
			throw new IllegalStateException("The pairing is not complete");
		}
		return part;
	}

	synchronized void complete(Approver newApprover, String newRoutingToken, PairingResult result) {
		this.approver = newApprover;
		this.routingToken = newRoutingToken;
		this.encryptionKey = result.encryptionKey();
		this.responseJson = result.responseJson();
	}

	synchronized void setRevoked(boolean revoked) {
		this.revoked = revoked;
	}

	synchronized State stateAt(Instant now) {
		if (this.revoked) {
			return State.REVOKED;
		}
		if (this.encryptionKey != null) {
			return State.COMPLETED;
		}
		return now.isBefore(this.expiresAt) ? State.PENDING : State.EXPIRED;
	}

	enum State {

		PENDING("Pending"), COMPLETED("Completed"), EXPIRED("Expired"), REVOKED("Revoked");

		private final String word;

		State(String word) {
			this.word = word;
		}

		String word() {
			return this.word;
		}

	}

	/**
	 * Description of the enforcer, as provided by it.
	 *
	 * @param deviceId the machine
	 * @param enforcerId the enforcer
	 * @param enforcerLabel its label
	 * @param workspaceName its workspace
	 */
	record Device(String deviceId, String enforcerId, @Nullable String enforcerLabel, @Nullable String workspaceName) {
	}

}

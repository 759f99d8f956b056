/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.time.Instant;

import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.PairingKeyAgreement;
import io.airlockapp.gateway.harp.PairingResponse;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.simulator.TestEnforcer.Response;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for the pairings of {@link AirlockSimulator}.
 */
class PairingTests {

	private final MutableClock clock = new MutableClock();

	@AutoClose
	private final AirlockSimulator simulator = AirlockSimulator.builder().clock(this.clock).start();

	private final TestEnforcer enforcer = new TestEnforcer(this.simulator);

	private final PairingKeyAgreement agreement = PairingKeyAgreement.generate();

	@Test
	void pairsByACodeThatThePersonTypesIn() {
		Response initiated = initiate();
		assertThat(initiated.status()).isEqualTo(201);
		assertThat(initiated.json().propertyNames()).containsExactlyInAnyOrder("pairingNonce", "pairingCode",
				"deviceId", "gatewayUrl", "expiresAt");
		String nonce = initiated.text("/pairingNonce");
		JsonNode pending = status(nonce);
		assertThat(pending.path("state").stringValue()).isEqualTo("Pending");
		assertThat(pending.propertyNames()).containsExactlyInAnyOrder("pairingNonce", "state", "expiresAt");
		String code = initiated.text("/pairingCode");
		this.simulator.enterPairingCode(" " + code.substring(0, 3).toLowerCase() + "-" + code.substring(3));
		JsonNode completed = status(nonce);
		assertThat(completed.path("state").stringValue()).isEqualTo("Completed");
		assertReady(nonce, completed);
	}

	@Test
	void pairsByACodeThatWasMadeOnThePhone() {
		Response claimed = claim(this.simulator.preGeneratePairingCode());
		assertThat(claimed.status()).isEqualTo(200);
		assertThat(claimed.json().propertyNames()).containsExactlyInAnyOrder("pairingNonce", "expiresAt");
		String nonce = claimed.text("/pairingNonce");
		assertReady(nonce, status(nonce));
	}

	@Test
	void pairsByACodeThatWasMadeByACall() {
		Response generated = this.enforcer.post("/v1/pairing/pre-generate", "{}");
		assertThat(generated.status()).isEqualTo(201);
		assertThat(Instant.parse(generated.text("/expiresAt"))).isEqualTo(this.clock.instant().plusSeconds(1800));
		assertThat(claim(generated.text("/pairingCode")).status()).isEqualTo(200);
	}

	private void assertReady(String nonce, JsonNode status) {
		PairingResponse response = PairingResponse.verify(status.path("responseJson").stringValue(), nonce);
		assertThat(response.signerKey()).isEqualTo(this.simulator.signerKey());
		EncryptionKey key = this.agreement.deriveEncryptionKey(response.x25519PublicKey());
		String routingToken = status.path("routingToken").stringValue();
		assertThat(routingToken).isNotEqualTo(this.simulator.routingToken());
		ObjectNode submission = this.enforcer.submission(this.enforcer.newRequestId(), TestEnforcer.plaintext(),
				this.clock.instant().plusSeconds(60), key, routingToken);
		assertThat(this.enforcer.post("/v1/artifacts", submission).status()).isEqualTo(202);
		assertThat(this.simulator.awaitPending().problem()).isNull();
	}

	@Test
	void expiresAPairingThatNobodyCompletes() {
		Response initiated = initiate();
		this.clock.advanceSeconds(600);
		assertThat(status(initiated.text("/pairingNonce")).path("state").stringValue()).isEqualTo("Expired");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.simulator.enterPairingCode(initiated.text("/pairingCode")));
	}

	@Test
	void refusesACodeThatIsUnknownUsedOrExpired() {
		assertThat(claim("NOSUCH").status()).isEqualTo(404);
		String code = this.simulator.preGeneratePairingCode();
		assertThat(claim(code).status()).isEqualTo(200);
		assertThat(claim(code).status()).isEqualTo(409);
		String late = this.simulator.preGeneratePairingCode();
		this.clock.advanceSeconds(1800);
		Response expired = claim(late);
		assertThat(expired.status()).isEqualTo(410);
		assertThat(expired.text("/error")).isEqualTo("expired");
	}

	@Test
	void refusesToCompleteAPairingWithoutAUsableKey() {
		ObjectNode request = request();
		request.remove("x25519PublicKey");
		String code = this.enforcer.post("/v1/pairing/initiate", request).text("/pairingCode");
		assertThatIllegalStateException().isThrownBy(() -> this.simulator.enterPairingCode(code));
		request.put("x25519PublicKey", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
		String zeroCode = this.enforcer.post("/v1/pairing/initiate", request).text("/pairingCode");
		assertThatIllegalArgumentException().isThrownBy(() -> this.simulator.enterPairingCode(zeroCode));
		request.put("pairingCode", this.simulator.preGeneratePairingCode());
		request.put("workspaceName", "payments");
		assertThat(this.enforcer.post("/v1/pairing/claim", request).status()).isEqualTo(400);
	}

	@Test
	void revokesAPairing() {
		Response claimed = claim(this.simulator.preGeneratePairingCode());
		String nonce = claimed.text("/pairingNonce");
		ObjectNode request = HarpJson.mapper()
			.createObjectNode()
			.put("routingToken", status(nonce).path("routingToken").stringValue());
		Response revoked = this.enforcer.post("/v1/pairing/revoke", request);
		assertThat(revoked.status()).isEqualTo(200);
		assertThat(revoked.text("/status")).isEqualTo("revoked");
		assertThat(revoked.text("/enforcerId")).isEqualTo("refund-desk-1");
		JsonNode status = status(nonce);
		assertThat(status.path("state").stringValue()).isEqualTo("Revoked");
		assertThat(status.has("responseJson")).isFalse();
	}

	@Test
	void refusesToRevokeAnUnknownPairing() {
		assertThat(this.enforcer.post("/v1/pairing/revoke", "{\"routingToken\":\"rt_unknown\"}").status())
			.isEqualTo(404);
		assertThatIllegalArgumentException().isThrownBy(() -> this.simulator.revokePairing("rt_unknown"));
	}

	@Test
	void refusesAnUnknownNonceAndMissingMembers() {
		assertThat(this.enforcer.get("/v1/pairing/pn-x/status").status()).isEqualTo(404);
		Response response = this.enforcer.post("/v1/pairing/initiate", "{\"deviceId\":\"device-1\"}");
		assertThat(response.status()).isEqualTo(400);
		assertThat(response.json().propertyNames()).containsExactlyInAnyOrder("error", "message");
		assertThat(response.text("/message")).contains("enforcerId");
	}

	@Test
	void signsWithANewKeyOnANewPhone() {
		SignerKey before = this.simulator.signerKey();
		SignerKey after = this.simulator.renewSignerKey();
		assertThat(after).isNotEqualTo(before).isEqualTo(this.simulator.signerKey());
		assertThat(this.simulator.properties()).containsKey("airlock.gateway.pairing.signer-keys." + after.id())
			.doesNotContainKey("airlock.gateway.pairing.signer-keys." + before.id());
		this.simulator.reset();
		assertThat(this.simulator.signerKey()).isEqualTo(before);
	}

	@Test
	void pairingResponsesCanBeTampered() {
		this.simulator.tamperPairings((response) -> response.put("x25519PublicKey", this.agreement.publicKey()));
		String nonce = claim(this.simulator.preGeneratePairingCode()).text("/pairingNonce");
		String response = status(nonce).path("responseJson").stringValue();
		assertThat(response).contains(this.agreement.publicKey());
		assertThatIllegalArgumentException().isThrownBy(() -> PairingResponse.verify(response, nonce));
	}

	private Response initiate() {
		return this.enforcer.post("/v1/pairing/initiate", request());
	}

	private Response claim(String code) {
		return this.enforcer.post("/v1/pairing/claim",
				request().put("pairingCode", code).put("workspaceName", "payments"));
	}

	private ObjectNode request() {
		return HarpJson.mapper()
			.createObjectNode()
			.put("deviceId", "device-1")
			.put("enforcerId", "refund-desk-1")
			.put("enforcerLabel", "Refund desk")
			.put("x25519PublicKey", this.agreement.publicKey());
	}

	private JsonNode status(String nonce) {
		return this.enforcer.get("/v1/pairing/" + nonce + "/status").json();
	}

}

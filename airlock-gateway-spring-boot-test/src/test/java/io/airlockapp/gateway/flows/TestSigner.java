package io.airlockapp.gateway.flows;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.UUID;

import tools.jackson.databind.node.ObjectNode;

/**
 * A second phone, whose key can be paired or not.
 */
final class TestSigner {

	private static final int RAW_LENGTH = 32;

	private final KeyPair keys;

	TestSigner() throws GeneralSecurityException {
		this.keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
	}

	String id() {
		return "second-phone";
	}

	/**
	 * Return the property by which an application pairs with this phone.
	 */
	String property() {
		byte[] encoded = this.keys.getPublic().getEncoded();
		byte[] raw = new byte[RAW_LENGTH];
		System.arraycopy(encoded, encoded.length - RAW_LENGTH, raw, 0, RAW_LENGTH);
		return "airlock.gateway.pairing.signer-keys.%s=%s".formatted(id(), Base64.getEncoder().encodeToString(raw));
	}

	/**
	 * Decide in place of the one who decided.
	 * @param envelope a {@code decision.deliver} envelope
	 * @param decision the decision
	 * @return the envelope, changed and signed anew
	 */
	ObjectNode decide(ObjectNode envelope, String decision) {
		ObjectNode body = (ObjectNode) envelope.get("body");
		String nonce = UUID.randomUUID().toString();
		String signed = "%s|%s|%s".formatted(body.path("artifactHash").stringValue(), decision, nonce);
		body.put("decision", decision).put("nonce", nonce).put("signerKeyId", id()).put("signature", sign(signed));
		return envelope;
	}

	private String sign(String text) {
		try {
			Signature signature = Signature.getInstance("Ed25519");
			signature.initSign(this.keys.getPrivate());
			signature.update(text.getBytes(StandardCharsets.UTF_8));
			return Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

}

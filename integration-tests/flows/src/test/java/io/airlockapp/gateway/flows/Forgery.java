/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.airlockapp.gateway.harp.DecisionVerificationException.Failure;
import io.airlockapp.gateway.harp.SignatureForm;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One way to forge a decision out of a genuine approval.
 *
 * @param name what is done
 * @param failure why it must not verify
 * @param change does it
 */
record Forgery(String name, Failure failure, Consumer<Decision> change) {

	private static final JsonNodeFactory nodes = JsonNodeFactory.instance;

	private static final ApproverKey stranger = ApproverKey.generate("key-stranger");

	/**
	 * The order of Ed25519's base point.
	 */
	private static final BigInteger ORDER = BigInteger.TWO.pow(252)
		.add(new BigInteger("27742317777372353535851937790883648493"));

	/**
	 * Return what applies to a decision of any form.
	 */
	static Stream<Forgery> all(SignatureForm form) {
		return Stream.of(signatures(), keys(), bindings(), words(), messages(), members(form), expiries())
			.flatMap((forgeries) -> forgeries);
	}

	private static Stream<Forgery> signatures() {
		return Stream.of(of("no signature", Failure.MALFORMED, (decision) -> decision.body().remove("signature")),
				of("empty signature", Failure.BAD_SIGNATURE, (decision) -> decision.put(new byte[0])),
				of("first half of the signature", Failure.BAD_SIGNATURE,
						(decision) -> decision.put(Arrays.copyOf(decision.signature(), 32))),
				of("second half of the signature", Failure.BAD_SIGNATURE,
						(decision) -> decision.put(Arrays.copyOfRange(decision.signature(), 32, 64))),
				of("half the text of the signature", Failure.MALFORMED,
						(decision) -> decision.body()
							.put("signature", decision.body().get("signature").stringValue().substring(0, 42) + "!")),
				of("first bit flipped", Failure.BAD_SIGNATURE,
						(decision) -> decision.put(flip(decision.signature(), 0))),
				of("middle bit flipped", Failure.BAD_SIGNATURE,
						(decision) -> decision.put(flip(decision.signature(), 256))),
				of("last bit flipped", Failure.BAD_SIGNATURE,
						(decision) -> decision.put(flip(decision.signature(), 511))),
				of("65 bytes that end in zero", Failure.BAD_SIGNATURE,
						(decision) -> decision.put(Arrays.copyOf(decision.signature(), 65))),
				of("signature twice", Failure.BAD_SIGNATURE, (decision) -> {
					byte[] twice = Arrays.copyOf(decision.signature(), 128);
					System.arraycopy(twice, 0, twice, 64, 64);
					decision.put(twice);
				}), of("S + L", Failure.BAD_SIGNATURE, (decision) -> decision.put(plusOrder(decision.signature()))),
				of("64 zero bytes", Failure.BAD_SIGNATURE, (decision) -> decision.put(new byte[64])),
				of("line break in the signature", Failure.MALFORMED, (decision) -> decision.body()
					.put("signature", decision.body().get("signature").stringValue() + "\n")));
	}

	private static Stream<Forgery> keys() {
		return Stream.of(
				of("another key under our key id", Failure.BAD_SIGNATURE, (decision) -> decision.sign(stranger)),
				of("unknown key", Failure.UNKNOWN_KEY, (decision) -> {
					decision.body().put("signerKeyId", stranger.id());
					decision.sign(stranger);
				}), of("our key under an unknown id", Failure.UNKNOWN_KEY, (decision) -> {
					decision.body().put("signerKeyId", "KEY-1");
					decision.sign();
				}));
	}

	private static Stream<Forgery> bindings() {
		return Stream.of(of("another hash, signed", Failure.OTHER_ARTIFACT, (decision) -> {
			decision.body().put("artifactHash", "0".repeat(64));
			decision.sign();
		}), of("our hash in upper case, signed", Failure.OTHER_ARTIFACT, (decision) -> {
			decision.body().put("artifactHash", decision.body().get("artifactHash").stringValue().toUpperCase());
			decision.sign();
		}), of("signed for another hash, delivered for ours", Failure.BAD_SIGNATURE, (decision) -> {
			String hash = decision.body().get("artifactHash").stringValue();
			decision.body().put("artifactHash", "0".repeat(64));
			decision.sign();
			decision.body().put("artifactHash", hash);
		}), of("another nonce", Failure.BAD_SIGNATURE, (decision) -> decision.body().put("nonce", "other")),
				of("blank nonce, signed", Failure.MALFORMED, (decision) -> {
					decision.body().put("nonce", " ");
					decision.sign();
				}), of("reject signed, approve delivered", Failure.BAD_SIGNATURE, (decision) -> {
					decision.body().put("decision", "reject");
					decision.sign();
					decision.body().put("decision", "approve");
				}),
				of("approve signed, reject delivered", Failure.BAD_SIGNATURE,
						(decision) -> decision.body().put("decision", "reject")),
				of("another request id in the envelope", Failure.OTHER_REQUEST,
						(decision) -> decision.envelope().put("requestId", "req-other")),
				of("another request id in the body, signed", Failure.OTHER_REQUEST, (decision) -> {
					decision.body().put("requestId", "req-other");
					decision.sign();
				}));
	}

	private static Stream<Forgery> words() {
		ArrayNode array = nodes.arrayNode().add("approve");
		return Stream.of(nodes.stringNode("APPROVE"), nodes.stringNode("approved"), nodes.stringNode("allow"),
				nodes.stringNode("true"), nodes.stringNode(" approve"), nodes.stringNode("approve\u0000"),
				nodes.stringNode("\u0430pprove"), nodes.stringNode(""), nodes.booleanNode(true), nodes.numberNode(1),
				array, nodes.objectNode().set("approve", nodes.booleanNode(true)), nodes.nullNode())
			.map((word) -> of("decision is " + word + ", signed", Failure.MALFORMED, (decision) -> {
				decision.body().set("decision", word);
				decision.sign();
			}));
	}

	private static Stream<Forgery> messages() {
		return Stream.of(
				of("body is {}", Failure.MALFORMED, (decision) -> decision.envelope().set("body", nodes.objectNode())),
				of("no request id", Failure.OTHER_REQUEST, (decision) -> decision.envelope().remove("requestId")));
	}

	/**
	 * Return the changes after which a message does not claim to be a decision.
	 */
	static Stream<Consumer<Decision>> ofOtherMessages() {
		Stream<Consumer<Decision>> types = Stream
			.of("artifact.accepted", "exchange.status", "Decision.Deliver", "error", "")
			.map((type) -> (decision) -> decision.envelope().put("msgType", type));
		Stream<Consumer<Decision>> bodies = Stream
			.<JsonNode>of(nodes.nullNode(), nodes.arrayNode(), nodes.stringNode("approve"), nodes.booleanNode(true))
			.map((body) -> (decision) -> decision.envelope().set("body", body));
		return Stream.of(types, bodies,
				Stream.<Consumer<Decision>>of((decision) -> decision.envelope().put("body", decision.body().toString()),
						(decision) -> decision.envelope().remove("body"),
						(decision) -> decision.envelope().remove("msgType")))
			.flatMap((changes) -> changes);
	}

	private static Stream<Forgery> members(SignatureForm form) {
		List<String> needed = switch (form) {
			case TEXT -> List.of("artifactHash", "decision", "nonce", "signerKeyId");
			case SDK_JSON -> List.of("artifactHash", "decision", "nonce", "signerKeyId", "reason");
			case CORE -> List.of("artifactHash", "decision", "nonce", "signerKeyId", "requestId", "artifactHashAlg",
					"repoRef", "scope", "expiresAt", "sigAlg", "policyHints");
		};
		return needed.stream().map((member) -> {
			Failure failure = switch (member) {
				case "decision", "nonce", "signerKeyId", "artifactHash", "requestId" -> Failure.MALFORMED;
				default -> Failure.BAD_SIGNATURE;
			};
			return of("no " + member, failure, (decision) -> decision.body().remove(member));
		});
	}

	private static Stream<Forgery> expiries() {
		return Stream.of(of("envelope that has expired", Failure.EXPIRED,
				(decision) -> decision.envelope().put("expiresAt", Instant.now().minusSeconds(61).toString())));
	}

	/**
	 * Return what is said in core form alone.
	 */
	static Stream<Forgery> ofCoreForm() {
		Stream<Forgery> scopes = Stream.of("session", "ONCE", "forever", "")
			.map((scope) -> of("scope '" + scope + "', signed", Failure.WRONG_SCOPE, (decision) -> {
				decision.body().put("scope", scope);
				decision.sign();
			}));
		return Stream.concat(scopes, Stream.of(of("body that has expired, signed", Failure.EXPIRED, (decision) -> {
			decision.body().put("expiresAt", Instant.now().minusSeconds(61).toString());
			decision.sign();
		}), of("another signature algorithm, signed", Failure.MALFORMED, (decision) -> {
			decision.body().put("sigAlg", "none");
			decision.sign();
		}), of("another hash algorithm, signed", Failure.MALFORMED, (decision) -> {
			decision.body().put("artifactHashAlg", "MD5");
			decision.sign();
		}), of("scope widened", Failure.BAD_SIGNATURE, (decision) -> decision.body().put("scope", "timebox")),
				of("policy hint changed", Failure.BAD_SIGNATURE,
						(decision) -> decision.body().withObject("policyHints").put("level", 3)),
				of("expiry postponed", Failure.BAD_SIGNATURE,
						(decision) -> decision.body().put("expiresAt", "2999-01-01T00:00:00Z")),
				of("signed as text, delivered in core form", Failure.BAD_SIGNATURE, (decision) -> decision
					.put(decision.key().sign(SignatureForm.TEXT, decision.requestId(), decision.body())))));
	}

	private static Forgery of(String name, Failure failure, Consumer<Decision> change) {
		return new Forgery(name, failure, change);
	}

	private static byte[] flip(byte[] bytes, int bit) {
		bytes[bit / 8] ^= (byte) (1 << (bit % 8));
		return bytes;
	}

	/**
	 * Add the order to S, which makes another signature of the same for a lax verifier.
	 */
	private static byte[] plusOrder(byte[] signature) {
		byte[] bigEndian = new byte[32];
		for (int i = 0; i < 32; i++) {
			bigEndian[i] = signature[63 - i];
		}
		byte[] sum = new BigInteger(1, bigEndian).add(ORDER).toByteArray();
		byte[] result = signature.clone();
		for (int i = 0; i < 32; i++) {
			result[32 + i] = (i < sum.length) ? sum[sum.length - 1 - i] : 0;
		}
		return result;
	}

	@Override
	public String toString() {
		return this.name;
	}

}

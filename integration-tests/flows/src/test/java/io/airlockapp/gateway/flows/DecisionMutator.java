/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Changes the JSON of a genuine decision at random: its members, its text and its bytes.
 * The same seed makes the same changes.
 */
final class DecisionMutator {

	private static final JsonNodeFactory nodes = JsonNodeFactory.instance;

	private static final List<String> NAMES = List.of("msgId", "msgType", "requestId", "createdAt", "expiresAt",
			"sender", "body", "artifactHash", "artifactHashAlg", "decision", "reason", "nonce", "signerKeyId",
			"signature", "decisionHash", "scope", "sigAlg", "repoRef", "policyHints", "Decision", "decision ",
			"verdict", "");

	private static final List<String> WORDS = List.of("approve", "reject", "APPROVE", "approved", "allow", "deny",
			"true", "", " ", "once", "timebox", "session", "Ed25519", "SHA-256", "decision.deliver",
			"2999-01-01T00:00:00Z", "1999-01-01T00:00:00Z");

	private static final List<String> NUMBERS = List.of("0", "1", "-0", "2", "2.0", "2e0", "02", "+2", "0x2", "2.",
			".2", "NaN", "Infinity", "1e400", "9007199254740993", "1E-7");

	/**
	 * Characters that look or compare like others, are invisible, or cannot be encoded.
	 */
	private static final String TRICKS = "\u0430\u0435\u043e\u0440\uff41\u00ad\u200b\u202e\ufeff\u0301\u0000\u001f\u007f\u00a0\u2028\ud800\udc00\ufffd\"\\/{}[],:'|";

	private static final Pattern STRING = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");

	private static final Pattern NUMBER = Pattern.compile("(?<=:)\\d+(?=[,}])");

	private final RandomGenerator random;

	DecisionMutator(long seed) {
		this.random = new SplittableRandom(seed);
	}

	/**
	 * Mutate a decision.
	 * @param genuine the decision
	 * @param donors other decisions, parts of which may be put in
	 * @return the bytes of the mutated JSON
	 */
	byte[] mutate(ObjectNode genuine, List<ObjectNode> donors) {
		ObjectNode tree = genuine.deepCopy();
		ObjectNode donor = pick(donors);
		int kind = this.random.nextInt(10);
		for (int i = kind < 5 ? times() : 0; i > 0; i--) {
			mutateMembers(tree, donor);
		}
		String text = tree.toString();
		for (int i = (kind >= 4 && kind < 8) ? times() : 0; i > 0; i--) {
			text = mutateText(text);
		}
		byte[] bytes = text.getBytes(charset());
		for (int i = (kind >= 8) ? times() : 0; i > 0; i--) {
			bytes = mutateBytes(bytes, donor);
		}
		return bytes;
	}

	private int times() {
		return 1 + this.random.nextInt(3) * this.random.nextInt(2);
	}

	private Charset charset() {
		return switch (this.random.nextInt(200)) {
			case 0 -> StandardCharsets.UTF_16BE;
			case 1 -> StandardCharsets.UTF_16LE;
			case 2 -> StandardCharsets.ISO_8859_1;
			default -> StandardCharsets.UTF_8;
		};
	}

	private void mutateMembers(ObjectNode tree, ObjectNode donor) {
		// The body is where it matters
		ObjectNode object = (tree.get("body") instanceof ObjectNode body && this.random.nextInt(3) > 0) ? body
				: pick(objects(tree));
		List<String> names = List.copyOf(object.propertyNames());
		if (names.isEmpty()) {
			object.set(pick(NAMES), value(nodes.nullNode(), donor));
			return;
		}
		String name = pick(names);
		JsonNode value = object.get(name);
		switch (this.random.nextInt(8)) {
			case 0 -> object.remove(name);
			case 1 -> object.set(pick(NAMES), value(value.deepCopy(), donor));
			case 2 -> object.set(pick(names), value.deepCopy());
			case 3 -> {
				JsonNode given = pick(objects(donor)).get(name);
				object.set(name, (given != null) ? given.deepCopy() : nodes.nullNode());
			}
			case 4 -> {
				object.remove(name);
				pick(objects(tree)).set(name, value);
			}
			case 5 -> object.put(name, spell(value.asString("")));
			default -> object.set(name, value(value.deepCopy(), donor));
		}
	}

	private static List<ObjectNode> objects(ObjectNode tree) {
		List<ObjectNode> result = new ArrayList<>(List.of(tree));
		for (int i = 0; i < result.size(); i++) {
			result.get(i).forEach((child) -> {
				if (child instanceof ObjectNode object) {
					result.add(object);
				}
			});
		}
		return result;
	}

	/**
	 * Return a value of any type, often made of the old one.
	 */
	private JsonNode value(JsonNode old, ObjectNode donor) {
		return switch (this.random.nextInt(14)) {
			case 0 -> nodes.nullNode();
			case 1 -> nodes.booleanNode(this.random.nextBoolean());
			case 2 -> nodes.numberNode(this.random.nextInt(3) - 1);
			case 3 -> nodes.numberNode(this.random.nextDouble());
			case 4 -> nodes.arrayNode();
			case 5 -> nodes.arrayNode().add(old);
			case 6 -> nodes.objectNode();
			case 7 -> nodes.objectNode().set(pick(NAMES), old);
			case 8 -> nodes.stringNode(old.toString());
			case 9 -> nested(old);
			case 10 -> pick(objects(donor)).deepCopy();
			default -> nodes.stringNode(pick(WORDS));
		};
	}

	private JsonNode nested(JsonNode old) {
		JsonNode result = old;
		for (int i = this.random.nextInt(70); i > 0; i--) {
			ArrayNode array = nodes.arrayNode();
			result = array.add(result);
		}
		return result;
	}

	/**
	 * Spell a text otherwise: other alphabets, paddings, cases, prefixes.
	 */
	private String spell(String text) {
		int at = this.random.nextInt(text.length() + 1);
		return switch (this.random.nextInt(12)) {
			case 0 -> text.toUpperCase(Locale.ROOT);
			case 1 -> text + "=".repeat(1 + this.random.nextInt(2));
			case 2 -> text.replace('-', '+').replace('_', '/');
			case 3 -> text.replace('+', '-').replace('/', '_');
			case 4 -> text.startsWith("key-") ? text.substring(4) : "key-" + text;
			case 5 -> " " + text;
			case 6 -> text + pick(List.of(" ", "\n", "\u0000", "|", "A", "AA"));
			case 7 -> text.substring(0, at);
			case 8 -> text.substring(at);
			case 9 -> text + text;
			case 10 -> (text.length() > 1)
					? text.substring(0, text.length() - 1) + (char) ('A' + this.random.nextInt(26)) : text;
			default -> text.substring(0, at) + TRICKS.charAt(this.random.nextInt(TRICKS.length())) + text.substring(at);
		};
	}

	private String mutateText(String text) {
		int at = this.random.nextInt(text.length());
		char trick = TRICKS.charAt(this.random.nextInt(TRICKS.length()));
		return switch (this.random.nextInt(12)) {
			case 0 -> insert(text, at, pick(List.of(" ", "\t", "\r\n", "\u00a0", "\u000b", "\ufeff", "/**/", "//\n")));
			case 1 -> replace(text, NUMBER, pick(NUMBERS));
			case 2 -> insert(text, text.indexOf(',') + 1, duplicate(text));
			case 3 -> text.replaceFirst("\\{", Matcher.quoteReplacement("{" + duplicate(text)));
			case 4 -> escape(text, at);
			case 5 -> text.substring(0, at) + trick + text.substring(at + 1);
			case 6 -> insert(text, at, String.valueOf(trick));
			case 7 -> text.substring(0, at) + text.substring(Math.min(text.length(), at + 1 + this.random.nextInt(20)));
			case 8 -> replace(text, STRING, "\"" + pick(WORDS) + "\"");
			case 9 -> replace(text, STRING, pick(List.of("null", "true", "1", "[]", "{}", "approve", "'approve'")));
			case 10 -> text.replaceAll("([{,:])", pick(List.of("$1 ", "$1\n\t", " $1")));
			default -> text + pick(List.of(" ", "\n", "}", ",", "null", "\u0000", text));
		};
	}

	private String duplicate(String text) {
		String name = pick(NAMES);
		Matcher matcher = Pattern.compile("\"" + name + "\":(\"[^\"]*\")").matcher(text);
		String value = (matcher.find() && this.random.nextBoolean()) ? matcher.group(1) : "\"" + pick(WORDS) + "\"";
		return "\"%s\":%s,".formatted(name, value);
	}

	/**
	 * Escape a character, which changes nothing if it is in a text.
	 */
	private static String escape(String text, int at) {
		return text.substring(0, at) + "\\u%04x".formatted((int) text.charAt(at)) + text.substring(at + 1);
	}

	private String replace(String text, Pattern pattern, String replacement) {
		List<int[]> places = pattern.matcher(text)
			.results()
			.map((match) -> new int[] { match.start(), match.end() })
			.toList();
		if (places.isEmpty()) {
			return text;
		}
		int[] place = pick(places);
		return text.substring(0, place[0]) + replacement + text.substring(place[1]);
	}

	private static String insert(String text, int at, String inserted) {
		return text.substring(0, at) + inserted + text.substring(at);
	}

	private byte[] mutateBytes(byte[] bytes, ObjectNode donor) {
		if (bytes.length == 0) {
			return bytes;
		}
		int from = this.random.nextInt(bytes.length);
		int to = Math.min(bytes.length, from + 1 + this.random.nextInt(40));
		byte[] result = bytes.clone();
		switch (this.random.nextInt(8)) {
			case 0 -> result[from] ^= (byte) (1 << this.random.nextInt(8));
			case 1 -> result[from] = (byte) this.random.nextInt(256);
			case 2 -> {
				return concat(bytes, 0, from, bytes, to, bytes.length);
			}
			case 3 -> {
				return concat(bytes, 0, to, bytes, from, bytes.length);
			}
			case 4 -> {
				return concat(bytes, 0, from, bytes, bytes.length, bytes.length);
			}
			case 5 -> {
				byte[] given = donor.toString().getBytes(StandardCharsets.UTF_8);
				int start = Math.min(given.length, from);
				return concat(bytes, 0, from, given, start, given.length);
			}
			case 6 -> {
				byte[] given = donor.toString().getBytes(StandardCharsets.UTF_8);
				int start = this.random.nextInt(given.length);
				int length = Math.min(Math.min(to - from, given.length - start), result.length - from);
				System.arraycopy(given, start, result, from, length);
			}
			default -> {
				byte[] inserted = new byte[1 + this.random.nextInt(4)];
				this.random.nextBytes(inserted);
				return concat(concat(bytes, 0, from, inserted, 0, inserted.length), 0, from + inserted.length, bytes,
						from, bytes.length);
			}
		}
		return result;
	}

	private static byte[] concat(byte[] first, int firstFrom, int firstTo, byte[] second, int secondFrom,
			int secondTo) {
		ByteArrayOutputStream result = new ByteArrayOutputStream();
		result.write(first, firstFrom, firstTo - firstFrom);
		result.write(second, secondFrom, secondTo - secondFrom);
		return result.toByteArray();
	}

	private <T> T pick(List<T> list) {
		return list.get(this.random.nextInt(list.size()));
	}

}

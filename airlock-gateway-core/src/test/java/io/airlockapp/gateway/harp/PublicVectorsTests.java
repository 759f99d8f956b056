/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Public test vectors, which are not part of this project: C2SP Wycheproof's as
 * {@code wycheproof/*.json}, and those of the author of RFC 8785 as {@code jcs/input/*}
 * and {@code jcs/output/*}. The system property {@code harp.vectors} says in which folder
 * they are; without it these tests are skipped.
 */
class PublicVectorsTests {

	private static final String FOLDER = System.getProperty("harp.vectors");

	@TestFactory
	Stream<DynamicTest> ed25519() throws IOException {
		return wycheproof("ed25519_test.json", (group, test) -> {
			byte[] publicKey = hex(group.required("publicKey"), "pk");
			boolean verified;
			try {
				verified = SignerKey.of("key", HarpBase64.encode(publicKey))
					.verifies(hex(test, "msg"), hex(test, "sig"));
			}
			catch (IllegalArgumentException ex) {
				verified = false;
			}
			assertThat(verified).isEqualTo(isValid(test));
		});
	}

	@TestFactory
	Stream<DynamicTest> x25519() throws IOException {
		return wycheproof("x25519_test.json", (group, test) -> {
			PairingKeyAgreement agreement = PairingKeyAgreement.of(hex(test, "private"), new byte[32]);
			byte[] peerKey = hex(test, "public");
			String peer = HarpBase64.encode(peerKey);
			if (hasFlag(test, "ZeroSharedSecret")) {
				assertThatIllegalArgumentException().isThrownBy(() -> agreement.sharedSecret(peerKey));
				assertThatIllegalArgumentException().isThrownBy(() -> agreement.deriveEncryptionKey(peer));
			}
			else {
				assertThat(agreement.sharedSecret(peerKey)).isEqualTo(hex(test, "shared"));
				assertThat(agreement.deriveEncryptionKey(peer)).isNotNull();
			}
		});
	}

	@TestFactory
	Stream<DynamicTest> aesGcm() throws IOException {
		return wycheproof("aes_gcm_test.json", (group, test) -> {
			byte[] key = hex(test, "key");
			if (key.length != 32) {
				assertThatIllegalArgumentException().isThrownBy(() -> EncryptionKey.of(key));
				return;
			}
			Ciphertext ciphertext = new Ciphertext(ArtifactCipher.ALGORITHM, HarpBase64.encode(hex(test, "ct")),
					HarpBase64.encode(hex(test, "iv")), HarpBase64.encode(hex(test, "tag")));
			// HARP has no additional data: what was sealed with some cannot be opened
			boolean opens = isValid(test) && group.required("ivSize").intValue() == 96
					&& group.required("tagSize").intValue() == 128 && hex(test, "aad").length == 0;
			if (opens) {
				assertThat(ArtifactCipher.open(EncryptionKey.of(key), ciphertext)).isEqualTo(hex(test, "msg"));
			}
			else {
				assertThatIllegalArgumentException()
					.isThrownBy(() -> ArtifactCipher.open(EncryptionKey.of(key), ciphertext));
			}
		});
	}

	@TestFactory
	Stream<DynamicTest> hkdfSha256() throws IOException {
		return wycheproof("hkdf_sha256_test.json", (group, test) -> {
			// HARP uses neither a salt nor more than the first block
			if (isValid(test) && hex(test, "salt").length == 0) {
				byte[] output = hex(test, "okm");
				int size = Math.min(output.length, 32);
				assertThat(Arrays.copyOf(Hkdf.derive(hex(test, "ikm"), hex(test, "info")), size))
					.isEqualTo(Arrays.copyOf(output, size));
			}
		});
	}

	@TestFactory
	Stream<DynamicTest> jcs() throws IOException {
		if (FOLDER == null) {
			return skipped();
		}
		Path folder = Path.of(FOLDER, "jcs");
		try (Stream<Path> inputs = Files.list(folder.resolve("input"))) {
			List<Path> files = inputs.sorted().toList();
			assertThat(files).isNotEmpty();
			return files.stream().map((input) -> DynamicTest.dynamicTest(input.getFileName().toString(), () -> {
				Path output = folder.resolve("output").resolve(input.getFileName());
				assertThat(CanonicalJson.toBytes(HarpJson.mapper().readTree(Files.readAllBytes(input))))
					.isEqualTo(Files.readAllBytes(output));
			}));
		}
	}

	private static Stream<DynamicTest> wycheproof(String name, BiConsumer<JsonNode, JsonNode> check)
			throws IOException {
		if (FOLDER == null) {
			return skipped();
		}
		JsonNode vectors = HarpJson.mapper().readTree(Files.readAllBytes(Path.of(FOLDER, "wycheproof", name)));
		List<DynamicTest> tests = vectors.required("testGroups")
			.valueStream()
			.flatMap((group) -> group.required("tests")
				.valueStream()
				.map((test) -> DynamicTest.dynamicTest(displayName(test), () -> check.accept(group, test))))
			.toList();
		assertThat(tests).hasSize(vectors.required("numberOfTests").intValue());
		return tests.stream();
	}

	/**
	 * A test of its own that is skipped: reports don't show a skipped factory.
	 */
	private static Stream<DynamicTest> skipped() {
		return Stream.of(DynamicTest.dynamicTest("skipped",
				() -> Assumptions.abort("The public test vectors are elsewhere: name their folder by -Dharp.vectors")));
	}

	private static String displayName(JsonNode test) {
		return "%d %s %s".formatted(test.required("tcId").intValue(), test.required("result").stringValue(),
				test.required("comment").stringValue());
	}

	private static boolean isValid(JsonNode test) {
		return test.required("result").stringValue().equals("valid");
	}

	private static boolean hasFlag(JsonNode test, String flag) {
		return test.required("flags").valueStream().anyMatch((value) -> value.stringValue().equals(flag));
	}

	private static byte[] hex(JsonNode node, String name) {
		return HexFormat.of().parseHex(node.required(name).stringValue());
	}

}

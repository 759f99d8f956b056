/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Property tests for a signed decision of which a relay changes any bit or character.
 */
class DecisionTamperingPropertyTests {

	private static final DecisionSigner signer = new DecisionSigner("key-1");

	private static final Map<SignatureForm, ObjectNode> approvals = Stream.of(SignatureForm.values())
		.collect(Collectors.toMap((form) -> form, signer::approval));

	@Property(tries = 3 * 512, generation = GenerationMode.EXHAUSTIVE)
	void refusesAnyFlippedBitOfTheSignature(@ForAll SignatureForm form, @ForAll @IntRange(max = 511) int bit) {
		ObjectNode body = approvals.get(form).deepCopy();
		byte[] signature = HarpBase64.decode(body.get("signature").stringValue());
		body.put("signature", HarpBase64.encodeUrl(Bits.flip(signature, bit)));
		assertThat(verify(body)).isEmpty();
	}

	@Property(tries = 1000)
	void refusesAnyChangedCharacterOfSignedMember(@ForAll SignatureForm form, @ForAll @IntRange(max = 99) int which,
			@ForAll @IntRange(max = 999) int position, @ForAll("characters") char character) {
		ObjectNode body = approvals.get(form).deepCopy();
		List<String> members = DecisionTamperingTests.signedMembers(form);
		String member = members.get(which % members.size());
		Assume.that(body.get(member).isString());
		String text = body.get(member).stringValue();
		String changed = Characters.replace(text, position, character);
		Assume.that(!changed.equals(text));
		Assume.that(!member.equals("signature") || !Characters.isSameBase64(changed, text));
		assertThat(verify(body.put(member, changed))).isEmpty();
	}

	@Property(tries = 200)
	void refusesAnyOtherKeyId(@ForAll SignatureForm form, @ForAll @IntRange(max = 99) int position,
			@ForAll("characters") char character) {
		String changed = Characters.replace("key-1", position, character);
		Assume.that(!changed.equals("key-1"));
		assertThat(verify(approvals.get(form).deepCopy().put("signerKeyId", changed))).isEmpty();
	}

	@Property(tries = 1500)
	void anyChangedCharacterOfTheJsonIsRefusedOrChangesNothingSigned(@ForAll SignatureForm form,
			@ForAll @IntRange(max = 9999) int position, @ForAll("characters") char character) {
		ObjectNode body = approvals.get(form).deepCopy().put("reason", "Looks good").put("decisionHash", "0f1e");
		JsonNode changed;
		try {
			changed = HarpJson.mapper().readTree(Characters.replace(body.toString(), position, character));
		}
		catch (JacksonException ex) {
			return;
		}
		Optional<VerifiedDecision> verified = verify(changed);
		if (verified.isPresent()) {
			DecisionTamperingTests.assertUnchanged(form, verified);
			assertThat(form.signedBytes(DecisionSigner.REQUEST_ID, (ObjectNode) changed))
				.isEqualTo(form.signedBytes(DecisionSigner.REQUEST_ID, body));
		}
	}

	private Optional<VerifiedDecision> verify(JsonNode body) {
		return DecisionTamperingTests.verify(body, signer.key());
	}

	@Provide
	Arbitrary<Character> characters() {
		return Characters.arbitrary();
	}

}

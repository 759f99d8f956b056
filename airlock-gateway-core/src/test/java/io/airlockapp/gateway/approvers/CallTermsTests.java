/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approvers;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.support.VisibleText;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CallTerms}.
 */
class CallTermsTests {

	private static final EscalationStep STEP = new EscalationStep(Duration.ofSeconds(90), List.of("cleo"), true);

	private final CallTerms first = new CallTerms("call-1", "board", 2, 3, "Dave");

	@ParameterizedTest
	@CsvSource({ "false, after 90 s without a decision", "true, because too few others can be asked" })
	void addedStepIsShownWithItsReason(boolean unavailable, String why) {
		ObjectNode added = plaintext();
		this.first.addTo(added);
		CallTerms.addStep(added, 1, STEP, unavailable);
		ObjectNode expected = plaintext();
		this.first.addTo(expected);
		expected.withObject("call").put("step", 1);
		expected.put("description", "2 of the 3 approvers of 'board' must approve. Asked by Dave. Asked in addition "
				+ why + "\nPay\n2 of 3");
		assertThat(added).isEqualTo(expected);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void removeStepRestoresPlaintextOfFirstStep(boolean unavailable) {
		ObjectNode expected = plaintext();
		this.first.addTo(expected);
		ObjectNode removed = plaintext();
		this.first.addTo(removed);
		CallTerms.addStep(removed, 1, STEP, unavailable);
		CallTerms.removeStep(removed, List.of(STEP));
		assertThat(removed).isEqualTo(expected);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, -1 })
	void otherPlaintextIsLeftAsItIs(int step) {
		ObjectNode changed = plaintext();
		this.first.addTo(changed);
		changed.withObject("call").put("step", step);
		ObjectNode expected = changed.deepCopy();
		CallTerms.removeStep(changed, List.of(STEP));
		assertThat(changed).isEqualTo(expected);
		ObjectNode without = plaintext();
		CallTerms.removeStep(without, List.of(STEP));
		assertThat(without).isEqualTo(plaintext());
	}

	@ParameterizedTest
	@MethodSource
	void requesterIsShownAfterTheRegistrationWhichIsTheFirstToBeShortened(String requester, String shown) {
		ObjectNode plaintext = plaintext();
		new CallTerms("call-1", "board", 2, 3, requester).addTo(plaintext);
		String text = VisibleText.ofValue(shown);
		assertThat(plaintext.path("call").path("requestedBy").asString()).isEqualTo(text);
		assertThat(plaintext.path("description").asString())
			.isEqualTo("2 of the 3 approvers of 'board' must approve. Asked by " + text + "\nPay\n2 of 3");
	}

	static Stream<Arguments> requesterIsShownAfterTheRegistrationWhichIsTheFirstToBeShortened() {
		String max = "d".repeat(100);
		String name = "d".repeat(95);
		return Stream.of(Arguments.of("okta\u001fDave", "okta/Dave"), Arguments.of("a\u001fb\u001fDave", "a/b/Dave"),
				Arguments.of("\u001fDave", "/Dave"), Arguments.of(max, max),
				Arguments.of(max + "d", max.substring(1) + "…"), Arguments.of("okta\u001f" + name, "okta/" + name),
				Arguments.of("okta2\u001f" + name, "okt…/" + name), Arguments.of("okta\u001f" + max, "…/" + max));
	}

	private static ObjectNode plaintext() {
		return HarpJson.mapper().createObjectNode().put("description", "Pay\n2 of 3");
	}

}

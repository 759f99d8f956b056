/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test.assertj;

import java.time.Instant;
import java.util.Map;

import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.simulator.HandledRequest;
import io.airlockapp.gateway.simulator.HandledRequest.Outcome;
import io.airlockapp.gateway.simulator.PendingRequest;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.opentest4j.AssertionFailedError;

import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for what {@link AirlockAssertions} accept of one request, and how they fail.
 */
class AirlockAssertionsTests {

	private static final PendingRequest REFUND = request("""
			{
				"commandText": "RefundService.refund(order=42, amount=2.50, iban=•••)",
				"description": "Refund 2.50 for order 42",
				"arguments": {
					"order": 42,
					"amount": "2.50",
					"iban": { "@masked": "hmac-sha256:00" },
					"customer": {
						"@type": "com.acme.Customer",
						"name": "Kim \\"K\\" Lee",
						"pin": { "@masked": "hmac-sha256:11" },
						"tags": ["vip"],
						"limits": ["day", "10.00", "month", { "@type": "java.lang.Long", "@value": 200 }]
					}
				}
			}
			""");

	@Test
	void shownTextIsAccepted() {
		assertThat(REFUND).hasLabel("Refund")
			.hasDescription("Refund 2.50 for order 42")
			.hasCommandText("RefundService.refund(order=42, amount=2.50, iban=•••)")
			.hasArgument("order", 42)
			.hasArgument("amount", "2.50")
			.hasArgument("customer.name", "Kim \"K\" Lee")
			.hasArgument("customer.tags", "[\"vip\"]")
			.hasArgument("customer.tags.0", "vip")
			.hasArgument("customer.limits.day", "10.00")
			.hasArgument("customer.limits.month", 200)
			.hasOnlyArguments("iban", "order", "amount", "customer")
			.masks("iban", "customer.pin")
			.doesNotReveal("DE02")
			.hasArtifactType("command.review")
			.hasWorkspace("payments")
			.hasRepository("shop");
	}

	@Test
	void failureNamesShownText() {
		fails(() -> assertThat(REFUND).hasDescription("Refund 2.5 for order 42")).withMessage("""
				Expected the person to be shown the description
				  Refund 2.5 for order 42
				but it is
				  Refund 2.50 for order 42
				in
				  Refund: RefundService.refund(order=42, amount=2.50, iban=•••)""");
	}

	@Test
	void offersADifferenceToTheIde() {
		assertThatExceptionOfType(AssertionFailedError.class).isThrownBy(() -> assertThat(REFUND).hasLabel("Payout"))
			.satisfies((ex) -> {
				assertThat(ex.getActual().getValue()).isEqualTo("Refund");
				assertThat(ex.getExpected().getValue()).isEqualTo("Payout");
			});
	}

	@Test
	void failureContainsDescriptionOfAssertion() {
		fails(() -> assertThat(REFUND).as("what was asked at night").hasWorkspace("shop"))
			.withMessageStartingWith("[what was asked at night] Expected");
	}

	@Test
	void refusesEveryOtherText() {
		fails(() -> assertThat(REFUND).hasCommandText("RefundService.refund()")).withMessageContaining("command");
		fails(() -> assertThat(REFUND).hasArgument("customer.pin", "4711"))
			.withMessageContainingAll("'customer.pin'",
					"its value is hidden, by an annotation, or because no public accessor only returns it")
			.withMessageNotContaining("@masked");
		fails(() -> assertThat(REFUND).hasArtifactType("other")).withMessageContaining("artifact type");
		fails(() -> assertThat(REFUND).hasRepository("other")).withMessageContaining("repository");
		fails(() -> assertThat(REFUND).hasOnlyArguments("order")).withMessageContainingAll("[order]",
				"[amount, customer, iban, order]");
	}

	@Test
	void distinguishesAmountsByTheirText() {
		fails(() -> assertThat(REFUND).hasArgument("amount", "2.5")).withMessageContaining("argument 'amount'");
	}

	@Test
	void missingArgumentFails() {
		fails(() -> assertThat(REFUND).hasArgument("currency", "EUR")).withMessageContaining("not there");
		fails(() -> assertThat(REFUND).hasArgument("customer.age", 7)).withMessageContaining("not there");
		fails(() -> assertThat(REFUND).hasArgument("nobody.age", 7)).withMessageContaining("not there");
		fails(() -> assertThat(REFUND).hasArgument("customer.tags.1", "vip")).withMessageContaining("not there");
		fails(() -> assertThat(REFUND).hasArgument("customer.limits.year", 1)).withMessageContaining("not there");
		fails(() -> assertThat(REFUND).hasArgument("order.limits", 1)).withMessageContaining("not there");
		fails(() -> assertThat(REFUND).masks("pin")).withMessageContainingAll("'pin'", "order", "amount", "iban");
	}

	@Test
	void missingMaskFailsWithoutShowingValue() {
		fails(() -> assertThat(REFUND).masks("iban", "amount"))
			.withMessageContainingAll("'amount'", "@AirlockSensitive")
			.satisfies((ex) -> assertThat(ex).message().doesNotContain("2.50"));
	}

	@Test
	void revealedValueFailsWithoutShowingIt() {
		fails(() -> assertThat(REFUND).doesNotReveal("\"K\" Lee")).withMessageContaining("[arguments.customer.name]")
			.satisfies((ex) -> assertThat(ex).message().doesNotContain("Lee"));
		fails(() -> assertThat(REFUND).doesNotReveal("vip")).withMessageContaining("arguments.customer.tags[0]");
		fails(() -> assertThat(REFUND).doesNotReveal("42")).withMessageContainingAll("commandText", "description",
				"arguments.order");
		fails(() -> assertThat(REFUND).doesNotReveal("amount")).withMessageContaining("a name in arguments");
		fails(() -> assertThat(REFUND).doesNotReveal("shop")).withMessageContaining("metadata.repoName");
	}

	@Test
	void failureDescribesUnreadableRequest() {
		PendingRequest unreadable = new PendingRequest("req-1", "default", "shop", "Refund", "command.review", null,
				null, Map.of(), HarpJson.mapper().missingNode(), "The plaintext is not JSON", Instant.EPOCH,
				Instant.EPOCH);
		fails(() -> assertThat(unreadable).hasDescription("Refund")).withMessageContainingAll("not there",
				"The plaintext is not JSON");
	}

	@ParameterizedTest
	@EnumSource(Outcome.class)
	void acceptsTheOutcomeAndNoOther(Outcome outcome) {
		AskedRequestAssert asked = assertThat(new HandledRequest(REFUND, outcome, null, Instant.EPOCH));
		accepts(outcome == Outcome.APPROVED, asked::wasApproved);
		accepts(outcome == Outcome.REJECTED, asked::wasRejected);
		accepts(outcome == Outcome.WITHDRAWN, asked::wasWithdrawn);
		accepts(outcome == Outcome.EXPIRED, asked::hasExpired);
		accepts(false, asked::isWaiting);
	}

	@Test
	void comparesTheReason() {
		AskedRequestAssert asked = assertThat(
				new HandledRequest(REFUND, Outcome.REJECTED, "Wrong customer", Instant.EPOCH));
		asked.wasRejected().wasRejectedBecause("Wrong customer").hasDescription("Refund 2.50 for order 42");
		fails(() -> asked.wasRejectedBecause("Too much")).withMessageContainingAll("Too much", "Wrong customer");
		fails(asked::wasApproved).withMessage("""
				Expected the request to be approved, but it is rejected (Wrong customer):
				  Refund: RefundService.refund(order=42, amount=2.50, iban=•••)""");
	}

	private static void accepts(boolean accepted, ThrowingCallable assertion) {
		if (accepted) {
			assertThatNoException().isThrownBy(assertion);
		}
		else {
			fails(assertion);
		}
	}

	private static ThrowableAssertAlternative<AssertionError> fails(ThrowingCallable assertion) {
		return assertThatExceptionOfType(AssertionError.class).isThrownBy(assertion);
	}

	private static PendingRequest request(String plaintext) {
		return new PendingRequest("req-1", "default", "shop", "Refund", "command.review", "payments", "shop",
				Map.of("repoName", "shop", "workspaceName", "payments"), HarpJson.mapper().readTree(plaintext), null,
				Instant.EPOCH, Instant.EPOCH);
	}

}

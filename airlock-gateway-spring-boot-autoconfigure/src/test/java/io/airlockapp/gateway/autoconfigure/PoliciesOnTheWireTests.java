/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.util.function.BiConsumer;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDeniedByPolicyException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Do-not-disturb policies as they travel: what a guarded method makes of each answer.
 * Whoever is asked is refused here, so that nothing but a policy can open.
 */
class PoliciesOnTheWireTests {

	private static final String POLICIES = "/v1/policy/dnd/effective";

	private static final String ARTIFACTS = "/v1/artifacts";

	private static final String POLICY = """
			{"requestId":"req-7","objectType":"airlock.dnd.workspace","workspaceId":"payments","enforcerId":"shop",
			"policyMode":"%s","createdAt":"2026-01-01T00:00:00Z","expiresAt":"9999-01-01T00:00:00Z","colour":"red"}""";

	private static final String ENVELOPE = "{\"msgType\":\"dnd.policy.effective\",\"requestId\":\"req-1\",\"body\":[%s]}";

	@RegisterExtension
	static final WireMockExtension gateway = WireMockExtension.newInstance().build();

	@ParameterizedTest
	@ValueSource(strings = { ENVELOPE, "[%s]", "[17,null,{},%s]", "{\"body\":[\"deny_all\",%s]}" })
	void denialInEachResponseShapeIsApplied(String shape) {
		answerPolicies(okJson(shape.formatted(POLICY.formatted("deny_all"))));
		run("deny-only", (vault, ex) -> {
			assertThat(ex).isInstanceOf(ApprovalDeniedByPolicyException.class).hasMessageContaining("\"req-7\"");
			gateway.verify(1,
					getRequestedFor(urlPathEqualTo(POLICIES)).withQueryParam("enforcerId", equalTo("shop"))
						.withQueryParam("workspaceId", equalTo("payments"))
						.withHeader("X-PAT", equalTo(PairedProperties.PAT)));
			gateway.verify(0, postRequestedFor(urlPathEqualTo(ARTIFACTS)));
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { ENVELOPE, "[%s]" })
	void approvalIsAppliedInModeFullOnly(String shape) {
		ResponseDefinitionBuilder approval = okJson(shape.formatted(POLICY.formatted("approve_all")));
		answerPolicies(approval);
		run("full", (vault, ex) -> {
			assertThat(ex).isNull();
			assertThat(vault.opened()).isOne();
		});
		answerPolicies(approval);
		run("deny-only", (vault, ex) -> assertAsked(vault, ex));
	}

	@Test
	void approvalIsNotAppliedToOtherPairing() {
		answerPolicies(okJson(ENVELOPE.formatted(POLICY.formatted("approve_all"))));
		run("full", (vault, ex) -> {
			assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(vault::openForFinance);
			assertThat(vault.opened()).isOne();
		});
	}

	@Test
	void denialIsAppliedToEachPairing() {
		answerPolicies(okJson(ENVELOPE.formatted(POLICY.formatted("deny_all"))));
		run("full", (vault, ex) -> assertThatExceptionOfType(ApprovalDeniedByPolicyException.class)
			.isThrownBy(vault::openForFinance));
	}

	static Stream<ResponseDefinitionBuilder> faults() {
		String approve = ENVELOPE.formatted(POLICY.formatted("approve_all"));
		return Stream.of(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER),
				aResponse().withFault(Fault.EMPTY_RESPONSE), aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK),
				aResponse().withFault(Fault.RANDOM_DATA_THEN_CLOSE), jsonResponse(approve, 400),
				jsonResponse(approve, 401), jsonResponse("{\"error\":\"app_consent_required\"}", 403),
				jsonResponse(approve, 404), jsonResponse(approve, 500), jsonResponse(approve, 503),
				jsonResponse("{\"error\":\"quota_exceeded\"}", 429).withHeader("Retry-After", "0"),
				aResponse().withStatus(302).withHeader("Location", "/elsewhere").withBody(approve),
				aResponse().withStatus(204), okJson(""), okJson("null"), okJson("{"), okJson("true"),
				okJson(approve.substring(0, approve.length() - 2)), okJson(approve + approve),
				okJson(approve.replace("\"policyMode\"", "\"policyMode\":\"approve_all\",\"policyMode\"")),
				okJson("[".repeat(100_000)), okJson("[" + " ".repeat(2_000_000) + "]"),
				aResponse().withHeader("Content-Type", "text/html").withBody("<html>approve_all</html>"),
				okJson(approve).withFixedDelay(60_000));
	}

	@ParameterizedTest
	@MethodSource("faults")
	void approvalWhenPoliciesCannotBeReadIsRequested(ResponseDefinitionBuilder fault) {
		answerPolicies(fault);
		run("full", (vault, ex) -> assertAsked(vault, ex));
	}

	@Test
	void policiesWhenResponseIsErrorAreRequestedOnceForTwoCalls() {
		answerPolicies(aResponse().withStatus(500));
		run("full", (vault, ex) -> {
			assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(vault::open);
			gateway.verify(1, getRequestedFor(urlPathEqualTo(POLICIES)));
			gateway.verify(2, postRequestedFor(urlPathEqualTo(ARTIFACTS)));
		});
	}

	@Test
	void textsOfPolicyAreSanitized() {
		answerPolicies(okJson("[%s]".formatted(POLICY.formatted("deny_all")
			.replace("req-7", "\\u202e\\n\\\"; airpat_abcdefghijklmnopqrstuvwxyz " + "x".repeat(10_000)))));
		run("deny-only",
				(vault, ex) -> assertThat(ex).isInstanceOf(ApprovalDeniedByPolicyException.class)
					.message()
					.hasLineCount(1)
					.hasSizeLessThan(500)
					.contains("\\\"; ***")
					.doesNotContain("airpat_", "\u202e"));
	}

	private static void answerPolicies(ResponseDefinitionBuilder answer) {
		gateway.resetAll();
		gateway.stubFor(any(anyUrl()).willReturn(jsonResponse("{}", 200)));
		gateway.stubFor(post(ARTIFACTS).willReturn(jsonResponse("{\"error\":\"no_approver\"}", 422)));
		gateway.stubFor(any(urlPathEqualTo(POLICIES)).willReturn(answer));
	}

	private static void assertAsked(Vault vault, AirlockGatewayException ex) {
		assertThat(ex).isInstanceOf(ApprovalUnavailableException.class).hasMessageContaining("no_approver");
		assertThat(vault.opened()).isZero();
		gateway.verify(1, postRequestedFor(urlPathEqualTo(ARTIFACTS)));
	}

	private static void run(String mode, BiConsumer<Vault, AirlockGatewayException> outcome) {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(AirlockGatewayAutoConfiguration.class, AirlockApprovalAutoConfiguration.class,
							AirlockDndAutoConfiguration.class, JacksonAutoConfiguration.class))
			.withBean(Vault.class)
			.withBean(PairingSource.class, () -> (name) -> PairedProperties.pairing())
			.withPropertyValues(PairedProperties.all())
			.withPropertyValues("airlock.gateway.base-url=" + gateway.baseUrl(), "airlock.gateway.dnd.mode=" + mode,
					"airlock.gateway.enforcer.id=shop", "airlock.gateway.workspace.name=payments",
					"airlock.gateway.rate-limit.requests=1000")
			.run((context) -> {
				Vault vault = context.getBean(Vault.class);
				outcome.accept(vault, catchThrowableOfType(AirlockGatewayException.class, vault::open));
			});
	}

	static class Vault {

		private int opened;

		int opened() {
			return this.opened;
		}

		@RequiresAirlockApproval
		public void open() {
			this.opened++;
		}

		@RequiresAirlockApproval(pairing = "finance")
		public void openForFinance() {
			this.opened++;
		}

	}

}

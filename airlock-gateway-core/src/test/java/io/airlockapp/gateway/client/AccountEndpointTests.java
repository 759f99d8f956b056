/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.time.Instant;
import java.util.List;

import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The calls that are not about an exchange or a pairing, as they travel.
 */
class AccountEndpointTests extends AbstractEndpointTests {

	private static final String CHECK = "/v1/consents/check";

	private static final String OLDER_CHECK = "/v1/consent/status";

	@Test
	void readsTheGatewaysTime() {
		answer(200, """
				{"utc":"2026-11-24T10:00:00.1234567Z","local":"2026-11-24T11:00:00","timezone":"CET","offsetMinutes":60,
				"leapSeconds":37}""");
		Echo echo = template.echo();
		assertGet("/echo");
		assertThat(echo).isEqualTo(new Echo(Instant.parse("2026-11-24T10:00:00.1234567Z")));
	}

	@Test
	void echoReadsTimeInUtcOnly() {
		answer(200, "{\"utc\":\"2026-11-24T10:00:00Z\",\"local\":{},\"offsetMinutes\":\"+01:00\"}");
		assertThat(template.echo()).isEqualTo(new Echo(Instant.parse("2026-11-24T10:00:00Z")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "tomorrow", "+999999999-12-31T23:59:59Z", "-999999999-01-01T00:00:00Z",
			"+10000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z" })
	void readsNoTimeThatTheProtocolDoesNotHave(String time) {
		answer(200, "{\"utc\":\"%s\"}".formatted(time));
		assertThat(template.echo()).isEqualTo(new Echo(null));
	}

	@Test
	void readsFirstAndLastTimeOfTheProtocol() {
		answer(200, "{\"utc\":\"0000-01-01T00:00:00Z\"}");
		assertThat(template.echo()).isEqualTo(new Echo(Instant.parse("0000-01-01T00:00:00Z")));
		answer(200, "{\"utc\":\"9999-12-31T23:59:59Z\"}");
		assertThat(template.echo()).isEqualTo(new Echo(Instant.parse("9999-12-31T23:59:59Z")));
	}

	@Test
	void discoversHowToIdentify() {
		answer(200, """
				{"idp":{"baseUrl":"https://id.example.org/realms/a","clientId":"client-2","kind":"oidc"},
				"auth":{"patSupported":true,"mtlsSupported":false},"version":2}""");
		Discovery discovery = template.discover();
		assertGet("/v1/integrations/discovery");
		assertThat(discovery)
			.isEqualTo(new Discovery(new Discovery.IdentityProvider("https://id.example.org/realms/a", "client-2"),
					new Discovery.Auth(true)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"idp\":{\"baseUrl\":\"https://id.example.org\"},\"auth\":{}}",
			"{\"idp\":{\"baseUrl\":\"https://id.example.org\",\"clientId\":null},\"auth\":{\"patSupported\":null}}" })
	void discoverWhenMembersAreMissingUsesDefaults(String answer) {
		answer(200, answer);
		assertThat(template.discover())
			.isEqualTo(new Discovery(new Discovery.IdentityProvider("https://id.example.org", "airlock-integrations"),
					new Discovery.Auth(false)));
	}

	@Test
	void discoverWhenResponseIsEmptyReturnsEmptyDiscovery() {
		answer(200, "{}");
		assertThat(template.discover()).isEqualTo(new Discovery(null, null));
	}

	@ParameterizedTest
	@CsvSource({ "200, {}", "200, ''", "204, ''" })
	void sendsAHeartbeat(int status, String answer) {
		answer(status, answer);
		template.sendHeartbeat(new Heartbeat("refunds", "payments", "Refunds"));
		assertPost("/v1/presence/heartbeat",
				"{\"enforcerId\":\"refunds\",\"workspaceName\":\"payments\",\"enforcerLabel\":\"Refunds\"}");
	}

	@Test
	void sendsAHeartbeatWithoutOptionalMembers() {
		answer(200, "{}");
		template.sendHeartbeat(new Heartbeat("refunds", null, null));
		assertPost("/v1/presence/heartbeat", "{\"enforcerId\":\"refunds\"}");
	}

	@Test
	void readsPoliciesInAnEnvelope() {
		answer(200,
				"""
						{"msgType":"dnd.effective","requestId":"req-9","unknown":1,"body":[
						{"requestId":"req-1","objectType":"airlock.dnd.action","workspaceId":"payments","sessionId":"s-1",
						"enforcerId":"refunds","policyMode":"deny_all","targetArtifactType":"command.review",
						"actionSelector":{"commandFamily":"refund","argvPrefix":["refund","--all"],"unknown":1},
						"selectorHash":"00ff","createdAt":"2026-11-24T10:00:00Z","expiresAt":"2026-11-24T11:00:00Z","x":{}}]}""");
		DndPolicies policies = template.getEffectivePolicies("refunds", "payments", "s-1");
		assertGet("/v1/policy/dnd/effective?enforcerId=refunds&workspaceId=payments&sessionId=s-1");
		assertThat(policies.policies())
			.containsExactly(new DndPolicy("req-1", "airlock.dnd.action", "payments", "s-1", "refunds", "deny_all",
					"command.review", new DndPolicy.ActionSelector("refund", List.of("refund", "--all")), "00ff",
					Instant.parse("2026-11-24T10:00:00Z"), Instant.parse("2026-11-24T11:00:00Z")));
	}

	@Test
	void readsPoliciesInABareArray() {
		answer(200, "[{\"requestId\":\"req-1\"},{\"requestId\":\"req-2\"}]");
		DndPolicies policies = template.getEffectivePolicies("refunds", "payments", null);
		assertGet("/v1/policy/dnd/effective?enforcerId=refunds&workspaceId=payments");
		assertThat(policies.policies()).extracting(DndPolicy::requestId).containsExactly("req-1", "req-2");
	}

	@ParameterizedTest
	@ValueSource(strings = { "null", "1", "\"text\"", "true", "[]", "[{\"requestId\":\"x\"}]",
			"{\"requestId\":\"x\",\"expiresAt\":\"soon\"}", "{\"requestId\":\"x\",\"expiresAt\":{}}",
			"{\"requestId\":{\"a\":1}}", "{\"requestId\":\"x\",\"actionSelector\":\"refund\"}",
			"{\"requestId\":\"x\",\"actionSelector\":{\"argvPrefix\":\"refund\"}}",
			"{\"requestId\":\"x\",\"actionSelector\":{\"argvPrefix\":[null]}}",
			"{\"requestId\":\"x\",\"actionSelector\":{\"argvPrefix\":[[\"refund\"]]}}" })
	void dropsMalformedPolicies(String malformed) {
		answer(200, "{\"body\":[{\"requestId\":\"req-1\"},%s,{\"requestId\":\"req-2\"}]}".formatted(malformed));
		assertThat(template.getEffectivePolicies("refunds", "payments", null).policies())
			.extracting(DndPolicy::requestId)
			.containsExactly("req-1", "req-2");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "[]", "{\"body\":[]}", "{\"body\":null}", "{\"body\":\"none\"}",
			"{\"body\":{\"requestId\":\"req-1\"}}", "{\"body\":{\"a\":{\"requestId\":\"req-1\"}}}", "1", "\"text\"" })
	void readsNoPoliciesFromAnythingElse(String answer) {
		answer(200, answer);
		assertThat(template.getEffectivePolicies("refunds", "payments", null).policies()).isEmpty();
	}

	@Test
	void checksConsent() {
		answer(200, "{\"status\":\"approved\",\"appName\":\"Refunds\"}");
		assertThat(template.checkConsent()).isEqualTo(new ConsentStatus("approved"));
		assertGet(CHECK);
	}

	@Test
	void checksConsentAtTheOlderPathOfAnOlderGatewayAndRemembersIt() {
		AirlockGatewayTemplate fresh = newTemplate();
		answer(get(CHECK), 404, "");
		answer(get(OLDER_CHECK), 200, "{\"status\":\"approved\"}");
		assertThat(fresh.checkConsent()).isEqualTo(new ConsentStatus("approved"));
		assertThat(fresh.checkConsent()).isEqualTo(new ConsentStatus("approved"));
		assertThat(SentRequests.all(gateway)).extracting(LoggedRequest::getUrl)
			.containsExactly(CHECK, OLDER_CHECK, OLDER_CHECK);
		assertThat(SentRequests.all(gateway)).allSatisfy((request) -> assertThat(SentRequests.headerNames(request))
			.contains("x-pat", "x-client-id", "x-client-secret"));
	}

	@Test
	void checkConsentWhenOlderPathReportsMissingConsentRemembersIt() {
		AirlockGatewayTemplate fresh = newTemplate();
		answer(get(CHECK), 404, "");
		answer(get(OLDER_CHECK), 403, "{\"error\":\"app_consent_required\"}");
		assertThatConsentIsMissing(fresh);
		assertThatConsentIsMissing(fresh);
		assertThat(SentRequests.all(gateway)).extracting(LoggedRequest::getUrl)
			.containsExactly(CHECK, OLDER_CHECK, OLDER_CHECK);
	}

	@Test
	void checkConsentWhenBothPathsAreMissingTriesBothAgain() {
		AirlockGatewayTemplate fresh = newTemplate();
		answer(404, "");
		for (int i = 0; i < 2; i++) {
			assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(fresh::checkConsent)
				.satisfies((ex) -> assertThat(ex.getStatus()).isEqualTo(404));
		}
		assertThat(SentRequests.all(gateway)).extracting(LoggedRequest::getUrl)
			.containsExactly(CHECK, OLDER_CHECK, CHECK, OLDER_CHECK);
	}

	@Test
	void doesNotTryTheOlderPathAfterAnotherError() {
		AirlockGatewayTemplate fresh = newTemplate();
		answer(403, "{\"error\":\"app_consent_pending\"}");
		assertThatConsentIsMissing(fresh);
		assertGet(CHECK);
	}

	private static void assertThatConsentIsMissing(AirlockGatewayTemplate template) {
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(template::checkConsent)
			.satisfies((ex) -> assertThat(ex.isConsentMissing()).isTrue());
	}

}

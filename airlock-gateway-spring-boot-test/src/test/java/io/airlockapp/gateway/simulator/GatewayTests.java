/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.simulator.TestEnforcer.Response;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what {@link AirlockSimulator} does beside exchanges and pairing.
 */
class GatewayTests {

	private final MutableClock clock = new MutableClock();

	/**
	 * Threads of applications that other tests keep.
	 */
	private final Set<Thread> others = simulatorThreads();

	@AutoClose
	private final AirlockSimulator simulator = AirlockSimulator.builder()
		.clock(this.clock)
		.pat("airpat_known")
		.identityProvider(URI.create("https://idp.example.com/realms/airlock"))
		.start();

	private final TestEnforcer enforcer = new TestEnforcer(this.simulator);

	@Test
	void echoesItsTimeWithoutIdentity() {
		Response response = this.enforcer.get("/echo", "");
		assertThat(response.status()).isEqualTo(200);
		assertThat(response.json().propertyNames()).containsExactlyInAnyOrder("utc", "local", "timezone",
				"offsetMinutes");
		assertThat(Instant.parse(response.text("/utc"))).isEqualTo(this.clock.instant());
	}

	@Test
	void namesTheIdentityProviderWithoutIdentity() {
		Response response = this.enforcer.get("/v1/integrations/discovery", "");
		assertThat(response.status()).isEqualTo(200);
		assertThat(response.text("/idp/baseUrl")).isEqualTo("https://idp.example.com/realms/airlock");
		assertThat(response.text("/idp/clientId")).isEqualTo("airlock-integrations");
		assertThat(response.json().at("/auth/patSupported").booleanValue()).isTrue();
	}

	@ParameterizedTest
	@EnumSource(value = SimulatorCall.class, names = { "ECHO", "DISCOVERY" }, mode = EnumSource.Mode.EXCLUDE)
	void refusesCallsWithoutIdentity(SimulatorCall call) {
		HttpRequest.Builder request = this.enforcer.request(call.path().replaceAll("\\{.*}", "x"))
			.method(call.method(), HttpRequest.BodyPublishers.noBody());
		Response response = this.enforcer.exchange(request.build());
		assertThat(response.status()).isEqualTo(401);
		assertThat(response.text("/error")).isEqualTo("unauthorized");
	}

	@Test
	void recognizesEveryIdentity() {
		assertThat(consent("X-PAT", "airpat_known")).isEqualTo(200);
		assertThat(consent("Authorization", "Bearer token")).isEqualTo(200);
		assertThat(consent("X-Client-Id", "app", "X-Client-Secret", "secret")).isEqualTo(200);
		assertThat(consent("X-Client-Id", "app", "Origin", "https://app.example.com")).isEqualTo(200);
		assertThat(consent("X-PAT", "airpat_known", "X-Client-Id", "app", "X-Client-Secret", "s")).isEqualTo(200);
	}

	@Test
	void refusesIdentitiesThatAreUnknownOrIncomplete() {
		assertThat(consent("X-PAT", "airpat_unknown")).isEqualTo(401);
		assertThat(consent("X-PAT", "airpat_unknown", "Authorization", "Bearer token")).isEqualTo(401);
		assertThat(consent("Authorization", "Basic abc")).isEqualTo(401);
		assertThat(consent("Authorization", "Bearer ")).isEqualTo(401);
		assertThat(consent("X-Client-Id", "app")).isEqualTo(401);
	}

	@Test
	void configuredBearerTokensAreAccepted() {
		try (AirlockSimulator strict = AirlockSimulator.builder().bearerTokens("jwt-1"::equals).start()) {
			TestEnforcer user = new TestEnforcer(strict);
			assertThat(user.get("/v1/consents/check", "Authorization", "Bearer jwt-1").status()).isEqualTo(200);
			assertThat(user.get("/v1/consents/check", "Authorization", "Bearer jwt-2").status()).isEqualTo(401);
			assertThat(user.get("/v1/consents/check", "X-PAT", strict.pat(), "Authorization", "Bearer jwt-2").status())
				.isEqualTo(200);
		}
	}

	private int consent(String... headers) {
		return this.enforcer.get("/v1/consents/check", headers).status();
	}

	@Test
	void consentIsReportedAtBothPaths() {
		for (String path : List.of("/v1/consents/check", "/v1/consent/status")) {
			this.simulator.consent(ConsentStatus.APPROVED);
			assertThat(this.enforcer.get(path).text("/status")).isEqualTo("approved");
			this.simulator.consent(ConsentStatus.PENDING);
			Response response = this.enforcer.get(path);
			assertThat(response.status()).isEqualTo(403);
			assertThat(response.text("/error")).isEqualTo("app_consent_pending");
			assertThat(response.json().propertyNames()).containsExactlyInAnyOrder("error", "message", "consentUrl",
					"appName", "appId");
		}
	}

	@Test
	void refusesArtifactsWithoutConsent() {
		this.simulator.consent(ConsentStatus.DENIED);
		Response response = this.enforcer.post("/v1/artifacts", this.enforcer.submission(this.enforcer.newRequestId(),
				TestEnforcer.plaintext(), this.clock.instant().plusSeconds(60)));
		assertThat(response.status()).isEqualTo(403);
		assertThat(response.text("/body/code")).isEqualTo("app_consent_denied");
		assertThat(response.text("/body/details/consentUrl")).isNotBlank();
	}

	@Test
	void remembersHeartbeatsAndShowsWhoIsOnline() {
		assertThat(this.simulator.isOnline("refund-desk-1")).isFalse();
		Response response = this.enforcer.post("/v1/presence/heartbeat",
				"{\"enforcerId\":\"refund-desk-1\",\"enforcerLabel\":\"Refund desk\",\"workspaceName\":\"payments\"}");
		assertThat(response.status()).isEqualTo(200);
		assertThat(this.simulator.heartbeats()).containsOnly(Map.entry("refund-desk-1",
				new Heartbeat("refund-desk-1", "Refund desk", "payments", this.clock.instant())));
		this.clock.advanceSeconds(90);
		assertThat(this.simulator.isOnline("refund-desk-1")).isTrue();
		this.clock.advanceSeconds(1);
		assertThat(this.simulator.isOnline("refund-desk-1")).isFalse();
		assertThat(this.enforcer.post("/v1/presence/heartbeat", "{}").status()).isEqualTo(400);
	}

	@Test
	void policyEndsAfterAnHourUnlessItSaysOtherwise() {
		Instant now = this.clock.instant();
		this.simulator.addPolicy(SimulatedPolicy.forWorkspace("payments", Verdict.REJECT));
		this.simulator.addPolicy(SimulatedPolicy.forAction("payments", Verdict.REJECT, "refund"));
		this.simulator
			.addPolicy(SimulatedPolicy.forWorkspace("payments", Verdict.APPROVE).valid(now, now.plusSeconds(7200)));
		String end = now.plusSeconds(3600).toString();
		assertThat(policies("").path("body")).extracting((policy) -> policy.path("expiresAt").stringValue())
			.containsExactly(end, end, now.plusSeconds(7200).toString());
		this.clock.advanceSeconds(3600);
		assertThat(policies("").path("body")).hasSize(1);
	}

	@Test
	void policiesAreThoseOfRequestingEnforcer() {
		this.simulator.addPolicy(SimulatedPolicy.forWorkspace("payments", Verdict.REJECT));
		this.simulator.addPolicy(SimulatedPolicy.forAction("payments", Verdict.APPROVE, "refund", "--dry-run")
			.forArtifactType("command.review")
			.valid(this.clock.instant(), this.clock.instant().plusSeconds(60)));
		this.simulator.addPolicy(SimulatedPolicy.forWorkspace("other", Verdict.REJECT));
		this.simulator.addPolicy(SimulatedPolicy.forWorkspace("payments", Verdict.REJECT).forEnforcer("other"));
		this.simulator.addPolicy(SimulatedPolicy.forWorkspace("payments", Verdict.APPROVE).forSession("session-1"));
		JsonNode response = policies("");
		assertThat(response.propertyNames()).containsExactlyInAnyOrder("msgType", "requestId", "body");
		assertThat(response.path("body")).hasSize(2);
		JsonNode workspace = response.at("/body/0");
		assertThat(workspace.propertyNames()).containsExactlyInAnyOrder("requestId", "objectType", "workspaceId",
				"enforcerId", "policyMode", "expiresAt");
		assertThat(workspace.path("objectType").stringValue()).isEqualTo("airlock.dnd.workspace");
		assertThat(workspace.path("policyMode").stringValue()).isEqualTo("deny_all");
		assertThat(workspace.path("enforcerId").stringValue()).isEqualTo("refund-desk-1");
		JsonNode action = response.at("/body/1");
		assertThat(action.path("objectType").stringValue()).isEqualTo("airlock.dnd.action");
		assertThat(action.path("policyMode").stringValue()).isEqualTo("approve_all");
		assertThat(action.at("/actionSelector/argvPrefix")).hasSize(2);
		assertThat(action.path("targetArtifactType").stringValue()).isEqualTo("command.review");
		assertThat(policies("&sessionId=session-1").path("body")).hasSize(3);
		this.clock.advanceSeconds(60);
		assertThat(policies("").path("body")).hasSize(1);
		this.simulator.clearPolicies();
		assertThat(policies("").path("body")).isEmpty();
	}

	@Test
	void handsOutRawPoliciesAsTheyAre() {
		ObjectNode raw = HarpJson.mapper().createObjectNode().put("policyMode", "approve_everything");
		this.simulator.addPolicy(raw);
		assertThat(policies("").at("/body/0")).isEqualTo(raw);
	}

	private JsonNode policies(String more) {
		return this.enforcer.get("/v1/policy/dnd/effective?enforcerId=refund-desk-1&workspaceId=payments" + more)
			.json();
	}

	@Test
	void limitsTheCallsOfAnAppWithinAMinute() {
		this.simulator.quota(2);
		this.clock.advanceSeconds(1);
		assertThat(consent("X-PAT", "airpat_known")).isEqualTo(200);
		this.clock.advanceSeconds(20);
		assertThat(consent("X-PAT", "airpat_known")).isEqualTo(200);
		Response response = this.enforcer.get("/v1/exchanges/req-x");
		assertThat(response.status()).isEqualTo(429);
		assertThat(response.header("Retry-After")).isEqualTo("40");
		assertThat(response.text("/body/code")).isEqualTo("quota_exceeded");
		assertThat(consent("X-Client-Id", "other", "X-Client-Secret", "secret")).isEqualTo(200);
		assertThat(this.enforcer.get("/echo").status()).isEqualTo(200);
		this.clock.advanceSeconds(40);
		assertThat(consent("X-PAT", "airpat_known")).isEqualTo(200);
	}

	@Test
	void nextCallsFailAsConfigured() {
		this.simulator.failNext(SimulatorCall.CONSENT_CHECK, 503);
		this.simulator.failNext(SimulatorCall.CONSENT_CHECK, 2,
				SimulatedFault.status(429).withCode("quota_exceeded").withHeader("Retry-After", "7"));
		this.simulator.failNext(SimulatorCall.CONSENT_CHECK,
				SimulatedFault.status(200).withBody("text/html", "<html>Please sign in</html>"));
		assertThat(this.enforcer.get("/v1/consents/check").status()).isEqualTo(503);
		assertThat(this.enforcer.get("/v1/consent/status").status()).isEqualTo(200);
		for (int i = 0; i < 2; i++) {
			Response limited = this.enforcer.get("/v1/consents/check");
			assertThat(limited.status()).isEqualTo(429);
			assertThat(limited.header("Retry-After")).isEqualTo("7");
			assertThat(limited.text("/error")).isEqualTo("quota_exceeded");
		}
		Response portal = this.enforcer.get("/v1/consents/check");
		assertThat(portal.header("Content-Type")).isEqualTo("text/html");
		assertThat(portal.body()).isEqualTo("<html>Please sign in</html>");
		assertThat(this.enforcer.get("/v1/consents/check").status()).isEqualTo(200);
	}

	@Test
	void dropsTheConnectionBeforeHandlingACall() {
		this.simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT, 2, SimulatedFault.dropBeforeHandling());
		assertThatExceptionOfType(UncheckedIOException.class)
			.isThrownBy(() -> this.enforcer.submit(TestEnforcer.plaintext()));
		assertThat(this.simulator.pending()).isEmpty();
		assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).isNotEmpty()
			.allSatisfy((call) -> assertThat(call.status()).isNull());
	}

	@Test
	void dropsTheConnectionAfterHandlingACall() {
		this.simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT, 2, SimulatedFault.dropAfterHandling());
		assertThatExceptionOfType(UncheckedIOException.class)
			.isThrownBy(() -> this.enforcer.submit(TestEnforcer.plaintext()));
		assertThat(this.simulator.pending()).hasSize(1);
	}

	@Test
	void delaysACall() {
		this.simulator.failNext(SimulatorCall.ECHO, SimulatedFault.delay(Duration.ofMinutes(5)));
		assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(
				() -> this.enforcer.exchange(this.enforcer.request("/echo").timeout(Duration.ofMillis(200)).build()))
			.withMessageContaining("timed out");
	}

	@Test
	void recordsCalls() {
		this.enforcer.post("/v1/presence/heartbeat", "{\"enforcerId\":\"refund-desk-1\"}");
		this.enforcer.get("/v1/unknown?x=y");
		List<RecordedCall> calls = this.simulator.requests();
		assertThat(calls).hasSize(2);
		RecordedCall heartbeat = calls.get(0);
		assertThat(heartbeat.call()).isEqualTo(SimulatorCall.HEARTBEAT);
		assertThat(heartbeat.method()).isEqualTo("POST");
		assertThat(heartbeat.path()).isEqualTo("/v1/presence/heartbeat");
		assertThat(heartbeat.header("x-pat")).isEqualTo("airpat_known");
		assertThat(heartbeat.json().path("enforcerId").stringValue()).isEqualTo("refund-desk-1");
		assertThat(heartbeat.at()).isEqualTo(this.clock.instant());
		assertThat(heartbeat.status()).isEqualTo(200);
		assertThat(calls.get(1)).hasToString("GET /v1/unknown?x=y -> 404");
		assertThat(heartbeat.toString()).doesNotContain("airpat");
	}

	@Test
	void unknownPathsAndMethodsAreRefused() {
		assertThat(this.enforcer.get("/v1/unknown").status()).isEqualTo(404);
		Response response = this.enforcer.get("/v1/artifacts");
		assertThat(response.status()).isEqualTo(405);
		assertThat(response.header("Allow")).isEqualTo("POST");
	}

	@Test
	void forgetsEverythingOnReset() {
		this.enforcer.submit(TestEnforcer.plaintext());
		this.simulator.failNext(SimulatorCall.ECHO, 500);
		this.simulator.consent(ConsentStatus.DENIED);
		this.simulator.addPolicy(SimulatedPolicy.forWorkspace("payments", Verdict.REJECT));
		this.simulator.revokePairing(this.simulator.routingToken());
		this.enforcer.post("/v1/presence/heartbeat", "{\"enforcerId\":\"refund-desk-1\"}");
		Map<String, String> properties = this.simulator.properties();
		this.simulator.reset();
		assertThat(this.simulator.properties()).isEqualTo(properties);
		assertThat(this.simulator.pending()).isEmpty();
		assertThat(this.simulator.history()).isEmpty();
		assertThat(this.simulator.requests()).isEmpty();
		assertThat(this.simulator.heartbeats()).isEmpty();
		assertThat(policies("").path("body")).isEmpty();
		assertThat(this.enforcer.get("/echo").status()).isEqualTo(200);
		this.enforcer.submit(TestEnforcer.plaintext());
		assertThat(this.simulator.pending()).hasSize(1);
	}

	@Test
	void refusesAPortThatIsTaken() {
		int port = URI.create(this.simulator.baseUrl()).getPort();
		assertThatExceptionOfType(UncheckedIOException.class)
			.isThrownBy(() -> AirlockSimulator.builder().port(port).start())
			.withMessageContaining(String.valueOf(port));
	}

	@Test
	void startsAgainOnTheSamePort() {
		int port = URI.create(this.simulator.baseUrl()).getPort();
		this.simulator.close();
		try (AirlockSimulator again = AirlockSimulator.builder().port(port).start()) {
			assertThat(again.baseUrl()).isEqualTo(this.simulator.baseUrl());
			assertThat(this.enforcer.get("/echo").status()).isEqualTo(200);
		}
	}

	@Test
	void threadsAreDaemonsAndEndOnClose() {
		String requestId = this.enforcer.submit(TestEnforcer.plaintext());
		this.enforcer.awaitAsync(requestId, 60);
		await().until(() -> !this.simulator.requests(SimulatorCall.WAIT_FOR_DECISION).isEmpty());
		assertThat(simulatorThreads()).hasSizeGreaterThan(this.others.size()).allMatch(Thread::isDaemon);
		this.simulator.close();
		await().untilAsserted(() -> assertThat(this.others).containsAll(simulatorThreads()));
	}

	private static Set<Thread> simulatorThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("airlock-simulator")
					|| thread.getName().equals("HTTP-Dispatcher"))
			.collect(Collectors.toSet());
	}

}

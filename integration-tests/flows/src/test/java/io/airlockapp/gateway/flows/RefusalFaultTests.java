/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalConsentException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ConsentState;
import io.airlockapp.gateway.auth.ConsentCheck;
import io.airlockapp.gateway.health.AirlockGatewayHealthIndicator;
import io.airlockapp.gateway.presence.PresenceHeartbeat;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.ConsentStatus;
import io.airlockapp.gateway.simulator.RecordedCall;
import io.airlockapp.gateway.simulator.SimulatedFault;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Calls that the gateway refuses, or does not get to.
 */
@Tag("slow")
@ExtendWith(OutputCaptureExtension.class)
class RefusalFaultTests extends FaultTests {

	@Test
	void row04_deniesWithAnAlarmIfTheRequestExistsWithAnotherHash(CapturedOutput output) {
		start();
		this.simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT,
				SimulatedFault.status(409).withCode("AlreadyExistsConflict"));
		assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalUnavailableException.class)
			.hasMessageContaining("tampering");
		assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).hasSize(1);
		assertThat(output.getOut().lines().filter((line) -> line.contains("ERROR"))).singleElement()
			.asString()
			.contains("tampering");
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 422 })
	void row05_deniesWithoutRetryIfTheRequestIsRefused(int status) {
		start();
		this.simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT, status);
		assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalUnavailableException.class)
			.hasMessageContaining(String.valueOf(status));
		assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).hasSize(1);
		assertThat(this.simulator.requests(SimulatorCall.WAIT_FOR_DECISION)).isEmpty();
	}

	@Test
	void row05_showsAnUnknownRoutingTokenInTheHealthUntilItIsKnown() {
		startApproving();
		assertThat(health().getStatus()).isEqualTo(Status.UP);
		this.simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT, SimulatedFault.status(422).withCode("no_approver"));
		assertThat(this.application.callAndAssertDenied())
			.hasMessageContaining("'airlock.gateway.pairing.routing-token'");
		assertProblem(Status.OUT_OF_SERVICE, "no_approver", "'airlock.gateway.pairing.routing-token'");
		this.application.callAndAssertRun();
		assertThat(health().getStatus()).isEqualTo(Status.UP);
	}

	@Test
	void row05_advisesToCheckTheAddressIfNothingIsThere() {
		start("airlock.gateway.base-url=" + this.simulator.baseUrl() + "/elsewhere",
				"airlock.gateway.approval.timeout=1s");
		assertThat(this.application.callAndAssertDenied()).hasMessageContainingAll("404", "'airlock.gateway.base-url'");
		assertProblem(Status.DOWN, "'airlock.gateway.base-url'");
	}

	@ParameterizedTest
	@ValueSource(ints = { 404, 405, 409, 413, 415, 451 })
	void row05_submitsAgainAfterOtherRefusals(int status) {
		startApproving();
		this.simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT, status);
		this.application.callAndAssertRun();
		assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).hasSize(2);
	}

	@Test
	void row06_deniesAndShowsItInTheHealthIfTheCredentialsAreRefused() {
		start("airlock.gateway.auth.pat=airpat_unknown");
		assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalUnavailableException.class)
			.hasMessageContaining("airlock.gateway.auth");
		assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).hasSize(1);
		assertProblem(Status.DOWN, "401");
	}

	@ParameterizedTest
	@EnumSource(value = ConsentStatus.class, names = "APPROVED", mode = EnumSource.Mode.EXCLUDE)
	void row06_deniesAndShowsItInTheHealthIfConsentIsMissing(ConsentStatus consent) {
		this.application.startWith(OwnTime.class, this.network.baseUrl(), this.simulator);
		this.simulator.consent(consent);
		assertThat(this.application.callAndAssertDenied()).hasMessageContaining("consent")
			.isInstanceOfSatisfying(ApprovalConsentException.class, (ex) -> {
				assertThat(ex.getState().name()).isEqualTo(consent.name());
				assertThat(ex.getConsentUrl()).startsWith("http");
				assertThat(ex.getRequestId()).startsWith("req-");
				assertThat(ex).hasMessageContaining(ex.getConsentUrl());
			});
		assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).hasSize(1);
		assertProblem(Status.DOWN, "app_consent_");
		assertThat(health().getDetails()).containsEntry("consent", consent.name().toLowerCase(Locale.ROOT))
			.containsKey("consentUrl");
		assertThat(this.simulator.requests(SimulatorCall.CONSENT_CHECK)).hasSize(1);
		this.simulator.consent(ConsentStatus.APPROVED);
		this.application.bean(ManualTicker.class).advance(Duration.ofSeconds(15));
		assertThat(health().getStatus()).isEqualTo(Status.UP);
	}

	@ParameterizedTest
	@ValueSource(ints = { 401, 403 })
	void row06_losesNoApprovalIfAPollIsRefused(int status) {
		start();
		this.simulator.failNext(SimulatorCall.WAIT_FOR_DECISION, 2, SimulatedFault.status(status));
		approveCallAndAssertRun();
	}

	@Test
	void row06_deniesIfConsentIsWithdrawnWhileThePersonDecides() {
		start();
		this.simulator.failNext(SimulatorCall.WAIT_FOR_DECISION,
				SimulatedFault.status(403).withCode("app_consent_denied"));
		assertThat(this.application.callAndAssertDenied()).isInstanceOfSatisfying(ApprovalConsentException.class,
				(ex) -> assertThat(ex.getState()).isEqualTo(ConsentState.DENIED));
		assertThat(this.simulator.pending()).isEmpty();
	}

	@Test
	void row06_healthIsUpIfGatewayHasNoConsentEndpoint() {
		start();
		this.simulator.failNext(SimulatorCall.CONSENT_CHECK, 404);
		this.simulator.failNext(SimulatorCall.CONSENT_STATUS, 404);
		assertThat(health().getStatus()).isEqualTo(Status.UP);
	}

	@Test
	void row06_deniesIfThePairingIsRevoked() {
		start();
		this.simulator.revokePairing(this.simulator.routingToken());
		assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalUnavailableException.class)
			.hasMessageContaining("pair this application again");
	}

	@Test
	void row07_waitsForRetryAfterInSeconds() {
		startApproving();
		this.simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT,
				SimulatedFault.status(429).withHeader("Retry-After", "1"));
		this.application.callAndAssertRun();
		assertThat(pauseBeforeSecond(SimulatorCall.SUBMIT_ARTIFACT)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
	}

	@Test
	void row07_waitsUntilRetryAfterDate() {
		startApproving();
		String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(2));
		this.simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT,
				SimulatedFault.status(429).withHeader("Retry-After", date));
		this.application.callAndAssertRun();
		RecordedCall second = this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT).get(1);
		assertThat(second.at())
			.isAfterOrEqualTo(ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
	}

	@Test
	void row07_losesNoApprovalToAQuota() {
		start("airlock.gateway.approval.poll-timeout=1s");
		this.simulator.failNext(SimulatorCall.WAIT_FOR_DECISION, 3,
				SimulatedFault.status(429).withHeader("Retry-After", "0"));
		approveCallAndAssertRun();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "soon", "-5", "99999999999999", "1e3", "Thu, 01 Jan 1970 00:00:00 GMT" })
	void row08_triesAgainIfRetryAfterIsInvalid(String retryAfter) {
		startApproving();
		this.simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT,
				SimulatedFault.status(429).withHeader("Retry-After", retryAfter));
		this.application.callAndAssertRun();
	}

	@Test
	void row09_skipsHeartbeatsThatQuotaRefuses() {
		start("airlock.gateway.presence.enabled=true", "airlock.gateway.presence.interval=1s");
		PresenceHeartbeat heartbeat = this.application.bean(PresenceHeartbeat.class);
		await().until(() -> heartbeat.getLastSuccess() != null);
		this.simulator.failNext(SimulatorCall.HEARTBEAT, SimulatedFault.status(429).withHeader("Retry-After", "3"));
		await().until(() -> heartbeat.getLastFailure() != null);
		int beats = this.simulator.requests(SimulatorCall.HEARTBEAT).size();
		await().until(() -> heartbeat.getLastFailure() == null);
		// One beat, not those that were left out
		assertThat(this.simulator.requests(SimulatorCall.HEARTBEAT)).hasSize(beats + 1);
		assertThat(this.application.payouts().orders()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(ints = { 500, 502, 503, 504, 408 })
	void row10_pollsAgainAfterAnErrorOfTheServer(int status) {
		start();
		this.simulator.failNext(SimulatorCall.WAIT_FOR_DECISION, 2, SimulatedFault.status(status));
		approveCallAndAssertRun();
		assertThat(this.simulator.requests(SimulatorCall.WAIT_FOR_DECISION)).hasSize(3);
	}

	@Test
	void row12_pollsAgainWhileUndecided() {
		start("airlock.gateway.approval.poll-timeout=1s");
		CompletableFuture<Void> call = this.application.call();
		await().until(() -> this.simulator.requests(SimulatorCall.WAIT_FOR_DECISION).size() > 2);
		assertThat(call).isNotDone();
		approveNext();
		this.application.assertRuns(call);
	}

	@Test
	void row13_losesNoApprovalAfterImmediateResponses() {
		start();
		this.simulator.failNext(SimulatorCall.WAIT_FOR_DECISION, 2,
				SimulatedFault.status(204).withBody("text/plain", ""));
		approveCallAndAssertRun();
		List<RecordedCall> polls = this.simulator.requests(SimulatorCall.WAIT_FOR_DECISION);
		assertThat(polls).hasSize(3);
		assertThat(pauseBeforeSecond(SimulatorCall.WAIT_FOR_DECISION)).isGreaterThan(Duration.ofMillis(800));
	}

	@ParameterizedTest
	@ValueSource(ints = { 301, 302, 303, 307, 308 })
	void row20_neverFollowsARedirect(int status) {
		start();
		try (AirlockSimulator elsewhere = AirlockSimulator.start()) {
			this.simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT,
					SimulatedFault.status(status).withHeader("Location", elsewhere.baseUrl() + "/v1/artifacts"));
			assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalUnavailableException.class)
				.hasMessageContainingAll("airlock.gateway.base-url", elsewhere.baseUrl());
			assertThat(elsewhere.requests()).isEmpty();
			assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).hasSize(1);
			assertThat(this.simulator.requests(SimulatorCall.WITHDRAW)).isEmpty();
		}
	}

	@ParameterizedTest
	@CsvSource({ "301, airlock.gateway.base-url", "401, airlock.gateway.auth", "403, airlock.gateway.auth" })
	void row20_namesPropertyInExceptionLogAndHealth(int status, String property, CapturedOutput output) {
		start("airlock.gateway.presence.enabled=true");
		for (SimulatorCall call : SimulatorCall.values()) {
			this.simulator.failNext(call, 100, SimulatedFault.status(status));
		}
		PresenceHeartbeat heartbeat = this.application.bean(PresenceHeartbeat.class);
		heartbeat.beat();
		assertThat(this.application.callAndAssertDenied()).hasMessageContaining(property);
		assertThat(output.getOut().lines().filter((line) -> line.contains("gets no heartbeat"))).singleElement()
			.asString()
			.contains("WARN", property);
		assertThat(heartbeat.getLastFailure()).contains(property);
		assertProblem(Status.DOWN, property);
	}

	@Test
	void row20_redirectedPollIsNoDecision() {
		startApproving();
		this.simulator.failNext(SimulatorCall.WAIT_FOR_DECISION,
				SimulatedFault.status(303).withHeader("Location", this.simulator.baseUrl() + "/echo"));
		this.application.callAndAssertRun();
		assertThat(this.simulator.requests(SimulatorCall.ECHO)).isEmpty();
	}

	private void assertProblem(Status status, String... parts) {
		assertThat(health().getStatus()).isEqualTo(status);
		assertThat(health().getDetails()).extractingByKey("problem").asString().contains(parts);
	}

	private Health health() {
		return this.application.bean(AirlockGatewayHealthIndicator.class).health();
	}

	private Duration pauseBeforeSecond(SimulatorCall call) {
		List<RecordedCall> calls = this.simulator.requests(call);
		return Duration.between(calls.get(0).at(), calls.get(1).at());
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnTime {

		@Bean
		ManualTicker ticker() {
			return new ManualTicker();
		}

		@Bean
		ConsentCheck consentCheck(AirlockGatewayOperations gateway, ManualTicker ticker) {
			return new ConsentCheck(gateway, () -> null, ticker);
		}

	}

}

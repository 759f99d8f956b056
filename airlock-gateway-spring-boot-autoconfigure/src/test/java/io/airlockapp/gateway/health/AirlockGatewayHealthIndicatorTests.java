/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.health;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

import io.airlockapp.gateway.AccessTokenException;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalOutcome;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.FailureMessages;
import io.airlockapp.gateway.GatewayAvailability;
import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.auth.ConsentCheck;
import io.airlockapp.gateway.client.Echo;
import io.airlockapp.gateway.client.GatewayError;
import io.airlockapp.gateway.client.ratelimit.RequestPriority;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.halt.HaltStore;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.presence.PresenceHeartbeat;
import io.airlockapp.gateway.store.PairingStoreException;
import io.airlockapp.gateway.support.VirtualTicker;
import org.assertj.core.api.MapAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willReturn;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;

/**
 * Tests for {@link AirlockGatewayHealthIndicator}.
 */
@ExtendWith(OutputCaptureExtension.class)
class AirlockGatewayHealthIndicatorTests {

	private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

	private static final Pairing PAIRING = new Pairing("routing-token", EncryptionKey.of(new byte[32]),
			List.of(SignerKey.of("key-1", "faNZHuVE0rWOA9nlwnRCUH9k8d7qZUUDzWNxa83lqRU=")));

	private final AirlockGatewayOperations gateway = mock();

	private final VirtualTicker ticker = new VirtualTicker();

	private final GatewayAvailability availability = new GatewayAvailability(() -> NOW, this.ticker);

	private Halt halt = Halt.inMemory();

	private final ConsentCheck consent = new ConsentCheck(this.gateway, () -> null, this.ticker);

	private final AtomicReference<Pairing> pairing = new AtomicReference<>(PAIRING);

	private final MissingApprovers missingApprovers = new MissingApprovers(() -> (name) -> this.pairing.get(),
			ApproverGroups.none());

	@Test
	void outOfServiceWhileTheGatewayHasNoApprover() {
		givenEcho(NOW, Duration.ZERO);
		failWithoutApprover();
		assertProblem(health(PAIRING), Status.OUT_OF_SERVICE, "no_approver", "'airlock.gateway.pairing.routing-token'");
		end(ApprovalOutcome.failed(new ApprovalUnavailableException("Stopped", "req-2", null), Duration.ZERO));
		assertThat(health(PAIRING).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		end(ApprovalOutcome.failed(new ApprovalTimeoutException("Nobody", "req-3"), Duration.ZERO));
		assertThat(health(PAIRING).getStatus()).isEqualTo(Status.UP);
	}

	@Test
	void missingApproverIsLoggedOnceForEachPairing(CapturedOutput output) {
		failWithoutApprover("req-1");
		failWithoutApprover("req-2");
		assertThat(output.getOut().split("No approver gets the requests", -1)).hasSize(2);
		this.pairing.set(new Pairing("rt-other", PAIRING.encryptionKey(), PAIRING.signerKeys()));
		failWithoutApprover("req-3");
		assertThat(output.getOut().split("No approver gets the requests", -1)).hasSize(3);
	}

	@Test
	void upWhenThePairingWithoutApproverIsReplaced() {
		givenEcho(NOW, Duration.ZERO);
		failWithoutApprover();
		this.pairing.set(new Pairing("rt-other", PAIRING.encryptionKey(), PAIRING.signerKeys()));
		assertThat(health(PAIRING).getStatus()).isEqualTo(Status.UP);
	}

	@Test
	void upWhileTheQuorumOfAGroupIsInReach() {
		assertHealth(healthOfGroup(1, null), Status.UP).containsEntry("approvers.refunds", "1 of 2 in force, 1 needed");
	}

	@Test
	void outOfServiceIfTheQuorumOfAGroupIsOutOfReach() {
		assertHealth(healthOfGroup(2, null), Status.OUT_OF_SERVICE)
			.containsEntry("approvers.refunds", "1 of 2 in force, 2 needed")
			.containsEntry("problem", "The approvers 'refunds' cannot give 2 approvals: 'b' is not in force (revoked). "
					+ "Pair them, such as by 'airlock.gateway.pairings.<name>.code', or lower 'airlock.gateway.approvers.refunds.quorum'");
	}

	@Test
	void healthOfGroupMemberWhenUsedAloneReportsItsProblem() {
		assertThat(healthOfGroup(1, "a").getStatus()).isEqualTo(Status.UP);
		assertThat(healthOfGroup(1, "b").getDetails()).containsEntry("problem", "revoked");
	}

	/**
	 * Return the health with a group of the pairings {@code a} and {@code b}, of which
	 * the latter is revoked.
	 */
	private Health healthOfGroup(int quorum, @Nullable String askedAlone) {
		givenEcho(NOW, Duration.ZERO);
		PairingSource source = new PairingSource() {

			@Override
			public @Nullable Pairing getPairing(String name) {
				return "b".equals(name) ? null : PAIRING;
			}

			@Override
			public @Nullable String whyNotPaired(String name) {
				return "revoked";
			}

			@Override
			public @Nullable String findProblem(Predicate<String> relevant) {
				return relevant.test("b") ? "revoked" : null;
			}

		};
		MissingApprovers approvers = new MissingApprovers(() -> source,
				new ApproverGroups(
						List.of(new ApproverGroup("refunds", List.of("a", "b"), quorum, null, false, false, List.of())),
						Persons.unknown()));
		if (askedAlone != null) {
			approvers.begin(ApprovalRequest.builder("Refund", "refund").pairing(askedAlone).build(), "command.review");
		}
		return new AirlockGatewayHealthIndicator(this.gateway, source, true, false, this.consent, null,
				this.availability, this.halt, false, () -> NOW, this.ticker, approvers)
			.health();
	}

	private void failWithoutApprover() {
		failWithoutApprover("req-1");
	}

	private void failWithoutApprover(String requestId) {
		AirlockGatewayException refusal = new AirlockGatewayException(
				new GatewayError(422, "no_approver", null, null, null));
		end(ApprovalOutcome.failed(new ApprovalUnavailableException(
				"%s (request %s)".formatted(FailureMessages.forFailure(refusal), requestId), requestId, refusal),
				Duration.ZERO));
	}

	private void end(ApprovalOutcome outcome) {
		this.missingApprovers.begin(ApprovalRequest.builder("Refund", "refund").build(), "command.review")
			.ended(outcome);
	}

	@Test
	void upWithLatencyAndSkew() {
		givenEcho(NOW.plusMillis(1500), Duration.ofMillis(200));
		// The gateway's time is compared with ours in the middle of the call
		assertHealth(health(PAIRING), Status.UP).containsEntry("paired", true)
			.containsEntry("latency", "200 ms")
			.containsEntry("clockSkew", "1600 ms")
			.doesNotContainKeys("problem", "lastHeartbeat");
	}

	@ParameterizedTest
	@ValueSource(longs = { 60_000, -60_000, 0, 59_999 })
	void upWithinTheSkewThatVerificationAllows(long skew) {
		givenEcho(NOW.plusMillis(skew), Duration.ZERO);
		assertThat(health(PAIRING).getStatus()).isEqualTo(Status.UP);
	}

	@ParameterizedTest
	@ValueSource(longs = { 60_001, -60_001, 3_600_000 })
	void downBeyondTheSkewThatVerificationAllows(long skew) {
		givenEcho(NOW.plusMillis(skew), Duration.ZERO);
		Health health = health(PAIRING);
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(health.getDetails()).containsEntry("clockSkew", skew + " ms");
		assertThat(health.getDetails().get("problem")).asString().contains("clocks");
	}

	@Test
	void upWithoutTheGatewaysTime() {
		given(this.gateway.echo()).willReturn(new Echo(null));
		assertHealth(health(PAIRING), Status.UP).doesNotContainKey("clockSkew");
	}

	@Test
	void downWhenTheGatewayCannotBeReached(CapturedOutput output) {
		given(this.gateway.echo())
			.willThrow(new AirlockGatewayException("The gateway cannot be reached: ConnectException", null, null));
		assertHealth(health(PAIRING), Status.DOWN)
			.containsEntry("problem",
					"The gateway cannot be reached: ConnectException. Check 'airlock.gateway.base-url' and the network")
			.doesNotContainKeys("error", "latency");
		assertThat(output).isEmpty();
	}

	@Test
	void downWithoutConsentWithConsentUrl() {
		givenEcho(NOW, Duration.ZERO);
		given(this.gateway.checkConsent()).willThrow(new AirlockGatewayException(
				new GatewayError(403, "app_consent_pending", null, null, null, "https://example.org/consent")));
		Health health = health(PAIRING);
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(health.getDetails()).containsEntry("consent", "pending")
			.containsEntry("consentUrl", "https://example.org/consent");
		assertThat(health.getDetails().get("problem")).asString()
			.contains("app_consent_pending", "respond at https://example.org/consent");
	}

	@Test
	void downWithoutConsentWhoseUrlIsNotKnown() {
		givenEcho(NOW, Duration.ZERO);
		given(this.gateway.checkConsent())
			.willThrow(new AirlockGatewayException(new GatewayError(403, "app_consent_required", null, null, null)));
		assertThat(health(PAIRING).getDetails()).containsEntry("consent", "required").doesNotContainKey("consentUrl");
	}

	@ParameterizedTest
	@ValueSource(ints = { 401, 403 })
	void downIfTheCredentialsAreRefused(int status) {
		givenEcho(NOW, Duration.ZERO);
		given(this.gateway.checkConsent())
			.willThrow(new AirlockGatewayException(new GatewayError(status, null, null, null, null)));
		assertHealth(health(PAIRING), Status.DOWN).doesNotContainKeys("consent", "consentUrl");
	}

	@Test
	void outOfServiceWhenConsentCheckReportsRevokedPairing() {
		givenEcho(NOW, Duration.ZERO);
		AtomicReference<Pairing> pairing = new AtomicReference<>(PAIRING);
		given(this.gateway.checkConsent()).willAnswer((call) -> {
			pairing.set(null);
			throw new AirlockGatewayException(new GatewayError(403, "pairing_revoked", null, null, null));
		});
		assertProblem(health((name) -> pairing.get(), true, false, null), Status.OUT_OF_SERVICE,
				"airlock.gateway.pairing");
	}

	@Test
	void outOfServiceWhenNoUserIsSignedIn() {
		given(this.gateway.echo()).willThrow(new IdentityUnavailableException("Nobody is signed in", null));
		assertHealth(health(PAIRING), Status.OUT_OF_SERVICE).containsEntry("problem", "Nobody is signed in");
	}

	@Test
	void unknownWhenTokensArePerUserAndNoUserIsSignedIn() {
		given(this.gateway.echo()).willThrow(new IdentityUnavailableException("Nobody is signed in", null));
		assertHealth(healthPerUser(PAIRING), Status.UNKNOWN).containsEntry("problem", "Nobody is signed in");
		assertThat(healthPerUser(null).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
	}

	@Test
	void notDownWhenTokenCannotBeObtained() {
		given(this.gateway.echo()).willThrow(new AccessTokenException("The identity provider is silent", null));
		for (Health health : List.of(health(PAIRING), healthPerUser(PAIRING))) {
			assertThat(health.getStatus()).isIn(Status.OUT_OF_SERVICE, Status.UNKNOWN);
			assertThat(health.getDetails()).containsEntry("problem", "The identity provider is silent");
		}
		assertThat(healthPerUser(PAIRING).getStatus()).isEqualTo(Status.UNKNOWN);
	}

	@Test
	void hundredChecksSendOneEchoAndOneConsentCheck() {
		givenEcho(NOW, Duration.ofMillis(10));
		AirlockGatewayHealthIndicator indicator = indicator();
		for (int i = 0; i < 100; i++) {
			assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
		}
		verify(this.gateway).echo();
		verify(this.gateway).checkConsent();
		this.ticker.advance(Duration.ofMillis(15_000));
		indicator.health();
		indicator.health();
		verify(this.gateway, times(2)).echo();
	}

	@Test
	void recentCallsReplaceEcho() {
		givenEcho(NOW, Duration.ZERO);
		AirlockGatewayHealthIndicator indicator = indicator();
		assertThat(indicator.health().getDetails()).doesNotContainKey("lastContact");
		for (int i = 0; i < 9; i++) {
			this.ticker.advance(Duration.ofSeconds(30));
			this.availability.succeeded();
			assertThat(indicator.health().getDetails()).containsEntry("lastContact", "2026-11-24T10:00:00Z")
				.containsEntry("clockSkew", "0 ms");
		}
		verify(this.gateway).echo();
		// The clocks are compared again from time to time
		this.ticker.advance(Duration.ofSeconds(30));
		this.availability.succeeded();
		indicator.health();
		verify(this.gateway, times(2)).echo();
	}

	@Test
	void aFailureOfOtherCallsIsReportedAndCheckedAgain() {
		givenEcho(NOW, Duration.ZERO);
		AirlockGatewayHealthIndicator indicator = indicator();
		assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
		this.availability.failed(RequestPriority.CONTROL,
				new AirlockGatewayException("The gateway cannot be reached: ConnectException", null, null));
		assertThat(indicator.health().getStatus()).isEqualTo(Status.DOWN);
		this.availability.succeeded();
		assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
		this.availability.failed(RequestPriority.CONTROL,
				new AirlockGatewayException(new GatewayError(503, null, null, null, null)));
		this.ticker.advance(Duration.ofSeconds(15));
		given(this.gateway.echo()).willAnswer((call) -> {
			this.availability.succeeded();
			return new Echo(NOW);
		});
		assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
		verify(this.gateway, times(2)).echo();
	}

	@Test
	void refusedAndInterruptedCallsDoNotAffectHealth() {
		givenEcho(NOW, Duration.ZERO);
		AirlockGatewayHealthIndicator indicator = indicator();
		indicator.health();
		this.availability.failed(RequestPriority.SHORT,
				new AirlockGatewayException(new GatewayError(409, null, null, null, null)));
		this.availability.failed(RequestPriority.SHORT,
				new AirlockGatewayException(new GatewayError(429, null, null, null, null)));
		this.availability.failed(RequestPriority.WAIT, new AirlockGatewayException("cut", null, null));
		this.availability.failed(RequestPriority.SHORT,
				new AirlockGatewayException("interrupted", null, new InterruptedIOException()));
		assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
		assertThat(indicator.health().getDetails()).doesNotContainKey("lastContact");
	}

	@Test
	void reportsLastKnownStateWhenRateLimited() {
		givenEcho(NOW, Duration.ZERO);
		AirlockGatewayHealthIndicator indicator = indicator();
		indicator.health();
		this.ticker.advance(Duration.ofMinutes(10));
		given(this.gateway.echo()).willThrow(ownLimit());
		given(this.gateway.checkConsent()).willThrow(ownLimit());
		assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
	}

	@Test
	void reportsTheLastKnownStateWhenTheQuotaIsExceeded() {
		givenEcho(NOW, Duration.ZERO);
		AirlockGatewayHealthIndicator indicator = indicator();
		indicator.health();
		this.ticker.advance(Duration.ofMinutes(10));
		given(this.gateway.echo())
			.willThrow(new AirlockGatewayException(new GatewayError(429, null, null, null, null)));
		assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
		// A health check does not exhaust the quota further
		assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
		verify(this.gateway, times(2)).echo();
		this.ticker.advance(Duration.ofSeconds(15));
		indicator.health();
		verify(this.gateway, times(3)).echo();
	}

	@Test
	void unknownWhenRateLimitedFromStart() {
		given(this.gateway.echo()).willThrow(ownLimit());
		AirlockGatewayHealthIndicator indicator = indicator();
		assertThat(indicator.health().getStatus()).isEqualTo(Status.UNKNOWN);
		this.availability.succeeded();
		assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
	}

	@Test
	void comparesTheClocksAgainWhileTheyDiffer() {
		givenEcho(NOW.plusSeconds(100), Duration.ZERO);
		AirlockGatewayHealthIndicator indicator = indicator();
		assertThat(indicator.health().getStatus()).isEqualTo(Status.DOWN);
		this.ticker.advance(Duration.ofSeconds(15));
		this.availability.succeeded();
		givenEcho(NOW, Duration.ZERO);
		assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
	}

	@Test
	void concurrentChecksShareOneEcho() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch answered = new CountDownLatch(1);
		AirlockGatewayHealthIndicator indicator = indicator();
		givenEcho(NOW, Duration.ZERO);
		indicator.health();
		this.ticker.advance(Duration.ofSeconds(15));
		given(this.gateway.echo()).willAnswer((call) -> {
			asked.countDown();
			answered.await();
			return new Echo(NOW);
		});
		CompletableFuture<Health> first = CompletableFuture.supplyAsync(indicator::health);
		asked.await();
		for (int i = 0; i < 20; i++) {
			assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
		}
		answered.countDown();
		assertThat(first.get().getStatus()).isEqualTo(Status.UP);
		verify(this.gateway, times(2)).echo();
	}

	@Test
	void downWhenGatewayThrowsAnyException(CapturedOutput output) {
		given(this.gateway.echo()).willThrow(new IllegalStateException("boom"));
		AirlockGatewayHealthIndicator indicator = indicator();
		assertThat(indicator.health().getStatus()).isEqualTo(Status.DOWN);
		assertThat(indicator.health().getDetails().get("problem")).asString()
			.contains("IllegalStateException")
			.doesNotContain("boom");
		assertThat(output).isEmpty();
		verify(this.gateway).echo();
		this.ticker.advance(Duration.ofSeconds(15));
		willReturn(new Echo(NOW)).given(this.gateway).echo();
		assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
	}

	private static AirlockGatewayException ownLimit() {
		return new AirlockGatewayException(new GatewayError(429, "local_rate_limit", null, null, null));
	}

	private AirlockGatewayHealthIndicator indicator() {
		return new AirlockGatewayHealthIndicator(this.gateway, (name) -> PAIRING, true, false, this.consent, null,
				this.availability, this.halt, false, () -> NOW, this.ticker, this.missingApprovers);
	}

	@Test
	void outOfServiceWithoutPairing(CapturedOutput output) {
		givenEcho(NOW, Duration.ZERO);
		Health health = health(null);
		assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		assertThat(health.getDetails()).containsEntry("paired", false).doesNotContainKey("error");
		assertThat(health.getDetails().get("problem")).asString().contains("airlock.gateway.pairing");
		assertThat(output).isEmpty();
	}

	@Test
	void outOfServiceWhenOneOfSeveralPairingsIsRevoked() {
		givenEcho(NOW, Duration.ZERO);
		PairingSource source = new PairingSource() {

			@Override
			public Pairing getPairing(String name) {
				return PAIRING;
			}

			@Override
			public String findProblem(Predicate<String> relevant) {
				return "The pairing 'finance' was revoked";
			}

		};
		assertHealth(health(source, true, false, null), Status.OUT_OF_SERVICE).containsEntry("paired", true)
			.containsEntry("problem", "The pairing 'finance' was revoked");
	}

	@Test
	void downWhenPairingsCannotBeRead(CapturedOutput output) {
		PairingSource source = (name) -> {
			throw new PairingStoreException("The table is missing", null);
		};
		assertHealth(health(source, true, false, null), Status.DOWN).containsEntry("problem", "The table is missing")
			.doesNotContainKey("error");
		assertThat(output).isEmpty();
	}

	@Test
	void downWhileTheHaltCannotBeRead(CapturedOutput output) {
		givenEcho(NOW, Duration.ZERO);
		this.halt = new Halt(mock(HaltStore.class), () -> NOW, this.ticker);
		assertProblem(health(PAIRING), Status.DOWN, "cannot be read or written: the store does not respond");
		assertThat(output).isEmpty();
		this.halt.start();
		assertThat(health(PAIRING).getStatus()).isEqualTo(Status.UP);
		this.halt.stop();
	}

	@Test
	void unknownWithoutCredentialsWithoutCall(CapturedOutput output) {
		assertProblem(health((name) -> null, false, false, null), Status.UNKNOWN, "'airlock.gateway.auth.pat'");
		verifyNoInteractions(this.gateway);
		assertThat(output).isEmpty();
	}

	/**
	 * Such an application had credentials, which are missing after a deployment.
	 */
	@Test
	void outOfServiceWithAPairingAndWithoutCredentials() {
		assertProblem(health((name) -> PAIRING, false, false, null), Status.OUT_OF_SERVICE,
				"'airlock.gateway.auth.pat'");
	}

	@Test
	void reportsLastHeartbeat() {
		givenEcho(NOW, Duration.ZERO);
		PresenceHeartbeat heartbeat = heartbeat();
		assertThat(health(PAIRING, heartbeat).getDetails()).containsEntry("lastHeartbeat", "never");
		heartbeat.beat();
		assertThat(health(PAIRING, heartbeat).getDetails()).containsEntry("lastHeartbeat", "2026-11-24T10:00:00Z")
			.doesNotContainKey("heartbeatProblem");
	}

	@Test
	void upWhenHeartbeatsFailWithProblem() {
		givenEcho(NOW, Duration.ZERO);
		willThrow(new AirlockGatewayException(new GatewayError(401, null, null, null, null))).given(this.gateway)
			.sendHeartbeat(any());
		PresenceHeartbeat heartbeat = heartbeat();
		heartbeat.beat();
		assertHealth(health(PAIRING, heartbeat), Status.UP).containsEntry("heartbeatProblem",
				"The gateway responded with 401. Check the credentials in 'airlock.gateway.auth.*'");
	}

	@Test
	void downWhileRequestToGatewayFailsWithError(CapturedOutput output) {
		NoSuchMethodError error = new NoSuchMethodError("treeToValue");
		given(this.gateway.echo()).willThrow(error).willReturn(new Echo(NOW));
		assertDownWithError(health(PAIRING));
		given(this.gateway.checkConsent()).willThrow(error);
		assertThat(health(PAIRING).getStatus()).isEqualTo(Status.UP);
		assertThat(output).doesNotContain("Exception");
	}

	@Test
	void downWhileThePairingsCannotBeReadForAnError(CapturedOutput output) {
		givenEcho(NOW, Duration.ZERO);
		AirlockGatewayHealthIndicator indicator = new AirlockGatewayHealthIndicator(this.gateway, (name) -> {
			throw new NoSuchMethodError("treeToValue");
		}, true, false, this.consent, null, new GatewayAvailability(() -> NOW, this.ticker), this.halt, false,
				() -> NOW, this.ticker, this.missingApprovers);
		assertDownWithError(indicator.health());
		assertDownWithError(indicator.health());
		assertThat(output.getOut().lines().filter((line) -> line.contains("WARN"))).hasSize(1);
	}

	private static void assertDownWithError(Health health) {
		assertProblem(health, Status.DOWN, "java.lang.NoSuchMethodError: treeToValue");
	}

	private static MapAssert<String, Object> assertHealth(Health health, Status status) {
		assertThat(health.getStatus()).isEqualTo(status);
		return assertThat(health.getDetails());
	}

	private static void assertProblem(Health health, Status status, String... texts) {
		assertHealth(health, status).extractingByKey("problem").asString().contains(texts);
	}

	private PresenceHeartbeat heartbeat() {
		return new PresenceHeartbeat(this.gateway,
				new Enforcer("enf-1", "Refunds", "dev-1", "payments", "", "refund-desk"), () -> true, () -> NOW);
	}

	private void givenEcho(Instant utc, Duration latency) {
		given(this.gateway.echo()).willAnswer((invocation) -> {
			this.ticker.advance(latency);
			return new Echo(utc);
		});
	}

	private Health healthPerUser(@Nullable Pairing pairing) {
		return health((name) -> pairing, true, true, null);
	}

	private Health health(@Nullable Pairing pairing) {
		return health(pairing, null);
	}

	private Health health(@Nullable Pairing pairing, @Nullable PresenceHeartbeat heartbeat) {
		return health((name) -> pairing, true, false, heartbeat);
	}

	private Health health(PairingSource source, boolean credentials, boolean perUser,
			@Nullable PresenceHeartbeat heartbeat) {
		return new AirlockGatewayHealthIndicator(this.gateway, source, credentials, perUser, this.consent, heartbeat,
				new GatewayAvailability(() -> NOW, this.ticker), this.halt, false, () -> NOW, this.ticker,
				this.missingApprovers)
			.health();
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.time.Duration;
import java.time.Instant;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.CapturedOutput;
import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.auth.device.DeviceLoginState.Status;
import io.airlockapp.gateway.store.InMemoryPairingStore;
import io.airlockapp.gateway.support.Concurrently;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for what a {@link DeviceLogin} does once a person is signed in.
 */
@ExtendWith(CapturedOutput.Extension.class)
class KeepingSignedInTests extends WireTests {

	/**
	 * An encrypted ID token, whose claims the application cannot read.
	 */
	static final String ENCRYPTED = "eyJhbGciOiJSU0EtT0FFUC0yNTYiLCJlbmMiOiJBMTI4R0NNIn0.a2V5.aXY.Y2lwaGVy.dGFn";

	private final UnreliableStore store = new UnreliableStore();

	@BeforeEach
	void signIn() {
		signIn(this.store);
		for (int i = 1; i <= 12; i++) {
			this.provider.answersRenewal("refresh-" + i,
					this.provider.tokens("jwt-" + (i + 1), "refresh-" + (i + 1), 60));
		}
	}

	@Test
	void renewsHalfAMinuteBeforeTheTokenExpires() {
		assertThat(proceedAfter(Duration.ofSeconds(29))).isEqualTo(Duration.ofSeconds(1));
		assertThat(this.provider.renewals()).isEmpty();
		assertThat(proceedAfter(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(30));
		assertThat(this.login.getAccessToken()).isEqualTo("jwt-2");
		assertThat(this.provider.renewals()).singleElement()
			.satisfies((call) -> assertThat(call.getBodyAsString()).contains("client_id=shop-cli"));
	}

	@Test
	void shortLivedTokenIsRenewedAtHalfOfItsLifetime() {
		this.provider.answersRenewal("refresh-1", this.provider.tokens("jwt-2", "refresh-2", 10));
		assertThat(proceedAfter(Duration.ofSeconds(30))).isEqualTo(Duration.ofSeconds(5));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 9 })
	void tokenThatIsValidForSecondsIsRenewedAtMostOnceInFiveSeconds(int lifetime) {
		this.provider.answersRenewal("refresh-1", this.provider.tokens("jwt-1", "refresh-1", lifetime));
		Instant end = this.clock.instant().plusSeconds(90);
		for (Duration pause = Duration.ofSeconds(30); this.clock.instant().isBefore(end);) {
			pause = proceedAfter(pause);
		}
		assertThat(this.provider.renewals()).hasSizeBetween(12, 13);
		this.clock.advance(Duration.ofSeconds(10));
		this.provider.answersRenewal("refresh-1", this.provider.tokens("jwt-2", "refresh-2", lifetime));
		assertThat(this.login.getAccessToken()).isEqualTo("jwt-2");
	}

	@Test
	void everyCallOfFiveMinutesHasAValidToken() {
		for (int second = 0; second < 300; second++) {
			this.clock.advance(Duration.ofSeconds(1));
			this.login.proceed();
			assertThatNoException().isThrownBy(this.login::getAccessToken);
		}
		assertThat(this.provider.renewals()).hasSize(10);
	}

	@Test
	void refreshTokenWhenResponseHasNoneIsKept() {
		this.provider.answersRenewal("refresh-1",
				okJson("{\"access_token\":\"jwt-2\",\"token_type\":\"Bearer\",\"expires_in\":60}"));
		proceedAfter(Duration.ofSeconds(30));
		proceedAfter(Duration.ofSeconds(30));
		assertThat(this.provider.renewals()).hasSize(2)
			.allSatisfy((call) -> assertThat(call.getBodyAsString()).contains("refresh_token=refresh-1"));
		assertThat(this.login.getState().user()).isEqualTo("alice");
	}

	@ParameterizedTest
	@ValueSource(strings = { "'x'", "1", "'" + ENCRYPTED + "'", "null" })
	void refreshedTokensAreAcceptedWithAnyIdToken(String idToken) {
		this.provider.answersRenewal("refresh-1", refreshed(idToken));
		proceedAfter(Duration.ofSeconds(30));
		assertThat(this.login.getAccessToken()).isEqualTo("jwt-3");
		assertThat(this.login.getState().user()).isEqualTo("alice");
	}

	@Test
	void refreshedTokensAreKeptAlthoughTheIdTokenIsForOthers() {
		this.provider.answersRenewal("refresh-1",
				refreshed("'%s'".formatted(this.provider.idToken(this.provider.issuer(), "portal"))));
		proceedAfter(Duration.ofSeconds(30));
		assertThat(this.login.getAccessToken()).isEqualTo("jwt-3");
		assertThat(this.login.getState().user()).isEqualTo("alice");
	}

	private static ResponseDefinitionBuilder refreshed(String idToken) {
		return okJson(
				"{'access_token':'jwt-3','refresh_token':'refresh-3','token_type':'Bearer','expires_in':60,'id_token':%s}"
					.formatted(idToken)
					.replace('\'', '"'));
	}

	@Test
	void expiredTokenIsRenewedByGetAccessToken() {
		this.clock.advance(Duration.ofSeconds(60));
		assertThat(this.login.getAccessToken()).isEqualTo("jwt-2");
	}

	@Test
	void manyThreadsRenewARefusedTokenOnce() throws Exception {
		assertThat(Concurrently.call(64, () -> this.login.renewAccessToken("jwt-1"))).containsOnly("jwt-2");
		assertThat(this.provider.renewals()).hasSize(1);
	}

	@Test
	void triesAgainWhileTheTokenIsValid(CapturedOutput output) {
		this.provider.answersRenewal("refresh-1", aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
		assertThat(proceedAfter(Duration.ofSeconds(30))).isEqualTo(Duration.ofSeconds(1));
		assertThat(this.login.getAccessToken()).isEqualTo("jwt-1");
		assertThat(this.login.getState().problem()).contains("cannot be reached");
		assertThat(proceedAfter(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(2));
		this.provider.answersRenewal("refresh-1", jsonResponse("{\"error\":\"server_error\"}", 500));
		assertThat(proceedAfter(Duration.ofSeconds(2))).isEqualTo(Duration.ofSeconds(4));
		this.provider.answersRenewal("refresh-1", this.provider.tokens("jwt-2", "refresh-2", 60));
		proceedAfter(Duration.ofSeconds(4));
		assertThat(this.login.getAccessToken()).isEqualTo("jwt-2");
		assertThat(this.login.getState().problem()).isNull();
		assertThat(output.getAll().split("WARN", -1)).hasSize(2);
	}

	@ParameterizedTest
	@CsvSource({ "401, Unauthorized", "403, pairing_revoked", "404, NotFound", "409, AlreadyDecidedConflict",
			"410, expired", "422, app_consent_required" })
	void refusalOfDiscoveryIsReportedWithoutStatusAndCode(int status, String code) {
		DeviceLogin restarted = this.provider.login(this.store, this.clock);
		this.provider.stub(get("/v1/integrations/discovery"),
				jsonResponse("{\"error\":\"%s\"}".formatted(code), status));
		this.clock.advance(Duration.ofSeconds(60));
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(restarted::getAccessToken)
			.withMessageContaining(String.valueOf(status))
			.satisfies((ex) -> {
				assertThat(ex.getStatus()).isZero();
				assertThat(ex.getCode()).isNull();
				assertThat(ex.isTransient()).isTrue();
				assertThat(ex.isUnreadable()).isFalse();
			});
		this.provider.names(this.provider.issuer());
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(restarted.getAccessToken()).isEqualTo("jwt-2");
	}

	@Test
	void failedRenewalIsReportedToLaterCallersWithoutRequest() {
		this.provider.answersRenewal("refresh-1", aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
		this.clock.advance(Duration.ofSeconds(60));
		for (int i = 0; i < 10; i++) {
			assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(this.login::getAccessToken)
				.withMessageContaining("cannot be reached")
				.isNotInstanceOf(IdentityUnavailableException.class);
		}
		assertThat(this.provider.renewals()).hasSize(1);
	}

	@Test
	void loginWhenEndedRequiresNewSignIn() {
		this.provider.answersRenewal("refresh-1", WireProvider.error("invalid_grant"));
		assertThat(proceedAfter(Duration.ofSeconds(30))).isZero();
		assertThat(this.store.read(LoginRepository.ENTRY)).isNull();
		assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(this.login::getAccessToken);
		this.login.proceed();
		assertThat(this.login.getState().status()).isEqualTo(Status.WAITING);
	}

	@Test
	void renewAccessTokenWhenLoginHasEndedThrows() {
		this.provider.answersRenewal("refresh-1", WireProvider.error("invalid_grant"));
		assertThatExceptionOfType(IdentityUnavailableException.class)
			.isThrownBy(() -> this.login.renewAccessToken("jwt-1"))
			.withMessageContaining("No user has signed in");
	}

	@Test
	void withoutRefreshTokenThePersonSignsInWhenTheTokenExpires() {
		DeviceLogin other = this.provider.login(new InMemoryPairingStore(), this.clock);
		other.proceed();
		this.provider.answersCode(okJson("{\"access_token\":\"jwt-9\",\"token_type\":\"Bearer\",\"expires_in\":60}"));
		assertThat(other.proceed()).isEqualTo(Duration.ofSeconds(60));
		this.clock.advance(Duration.ofSeconds(60));
		assertThat(other.proceed()).isZero();
		other.proceed();
		assertThat(other.getState().status()).isEqualTo(Status.WAITING);
		assertThat(this.provider.renewals()).isEmpty();
	}

	@Test
	void instancesShareRenewedTokens() {
		DeviceLogin other = this.provider.login(this.store, this.clock);
		other.proceed();
		for (int i = 0; i < 3; i++) {
			proceedAfter(Duration.ofSeconds(30));
			other.proceed();
			assertThat(other.getAccessToken()).isEqualTo(this.login.getAccessToken());
		}
		assertThat(this.provider.renewals()).hasSize(3);
	}

	@Test
	void claimOfOtherInstanceWhenUnchangedExpires() {
		Login claimed = Login.parse(this.store.read(LoginRepository.ENTRY).text()).withClaim("another-1");
		this.store.write(LoginRepository.ENTRY, this.store.read(LoginRepository.ENTRY), claimed.toText());
		proceedAfter(Duration.ofSeconds(30));
		proceedAfter(Duration.ofSeconds(29));
		assertThat(this.provider.renewals()).isEmpty();
		this.store.write(LoginRepository.ENTRY, this.store.read(LoginRepository.ENTRY),
				claimed.withClaim("another-2").toText());
		proceedAfter(Duration.ofSeconds(29));
		proceedAfter(Duration.ofSeconds(29));
		assertThat(this.provider.renewals()).isEmpty();
		// Also after the pause of this instance
		proceedAfter(Duration.ofSeconds(30));
		assertThat(this.login.getAccessToken()).isEqualTo("jwt-2");
	}

	@ParameterizedTest
	@ValueSource(strings = { "-PT1H", "-PT31S", "PT31S", "PT1H" })
	void refreshTokenIsUsedOnceDespiteClockSkew(Duration skew) {
		MutableClock otherClock = new MutableClock();
		otherClock.set(this.clock.instant().plus(skew));
		DeviceLogin other = this.provider.login(this.store, otherClock);
		// The other instance refreshes while the request of this one is in progress
		this.store.afterNextWrite(() -> assertThatExceptionOfType(AirlockGatewayException.class)
			.isThrownBy(() -> other.renewAccessToken(current(other))));
		assertThat(this.login.renewAccessToken(this.login.getAccessToken())).startsWith("jwt-");
		assertThat(this.provider.renewals()).hasSize(1);
	}

	private static String current(DeviceLogin login) {
		try {
			return login.getAccessToken();
		}
		catch (AirlockGatewayException ex) {
			return "jwt-1";
		}
	}

	@Test
	void loginWhenEndedIsReplacedByNewerOneOfOtherInstance() {
		Login newer = Login.parse(this.store.read(LoginRepository.ENTRY).text());
		Login renewed = new Login(newer.issuer(), newer.clientId(), "jwt-7", "refresh-7", newer.issuedAt(),
				newer.expiresAt().plusSeconds(600), "alice", null);
		this.provider.answersRenewal("refresh-1", WireProvider.error("invalid_grant"));
		// Ours is the second write; then somebody else's comes before the answer
		this.store.afterNextWrite(() -> this.store.write(LoginRepository.ENTRY, this.store.read(LoginRepository.ENTRY),
				renewed.toText()));
		assertThat(this.login.renewAccessToken("jwt-1")).isEqualTo("jwt-7");
	}

	@Test
	void renewedLoginWhenStoreFailsIsKeptAndStoredLater(CapturedOutput output) {
		this.store.afterNextWrite(() -> this.store.broken(true));
		proceedAfter(Duration.ofSeconds(30));
		assertThat(this.login.getAccessToken()).isEqualTo("jwt-2");
		assertThat(output).contains("cannot be stored").doesNotContain("refresh-2", "jwt-2");
		this.store.broken(false);
		this.login.proceed();
		assertThat(Login.parse(this.store.read(LoginRepository.ENTRY).text()).refreshToken()).isEqualTo("refresh-2");
	}

	@Test
	void tokenWhenStoreFailsIsNotRenewed() {
		this.store.broken(true);
		assertThat(proceedAfter(Duration.ofSeconds(30))).isEqualTo(Duration.ofSeconds(1));
		assertThat(this.provider.renewals()).isEmpty();
		assertThat(this.login.getAccessToken()).isEqualTo("jwt-1");
	}

	@Test
	void signOutRemovesAndRevokesLogin(CapturedOutput output) {
		this.provider.stub(post("/realms/main/revoke"), aResponse().withStatus(200));
		this.login.signOut();
		assertThat(this.provider.calls("revoke")).singleElement()
			.satisfies((call) -> assertThat(call.getBodyAsString()).contains("token=refresh-1",
					"token_type_hint=refresh_token", "client_id=shop-cli"));
		assertThat(this.store.read(LoginRepository.ENTRY)).isNull();
		assertThat(this.login.getState()).isEqualTo(DeviceLoginState.signedOut());
		assertThat(output).doesNotContain("refresh-1");
		assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(this.login::getAccessToken)
			.withMessageContaining("signed out");
		proceedAfter(Duration.ofMinutes(1));
		assertThat(this.provider.calls("device")).hasSize(1);
		this.login.signIn();
		this.login.proceed();
		assertThat(this.login.getState().status()).isEqualTo(Status.WAITING);
	}

	@Test
	void signOutWhenRevocationFailsRemovesLoginAndThrows() {
		this.provider.stub(post("/realms/main/revoke"), jsonResponse("{\"error\":\"server_error\"}", 503));
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(this.login::signOut)
			.withMessageContainingAll("could not be revoked", "503")
			.withMessageNotContaining("refresh-1");
		assertThat(this.store.read(LoginRepository.ENTRY)).isNull();
	}

	@Test
	void signOutOfOtherInstanceRequiresNewSignIn() {
		DeviceLogin other = this.provider.login(this.store, this.clock);
		other.proceed();
		this.provider.stub(post("/realms/main/revoke"), aResponse().withStatus(200));
		other.signOut();
		proceedAfter(Duration.ofSeconds(30));
		assertThat(this.login.getState().status()).isEqualTo(Status.WAITING);
		assertThat(this.provider.renewals()).isEmpty();
	}

	@Test
	void signInAndSignOutOfOtherInstanceTakeEffectWithinAMinute(CapturedOutput output) {
		keepLogin("jwt-of-ann", "ann");
		assertThat(proceedAfter(Duration.ofSeconds(1))).isEqualTo(Duration.ofMinutes(1));
		assertThat(this.login.getAccessToken()).isEqualTo("jwt-of-ann");
		assertThat(this.login.getState().user()).isEqualTo("ann");
		assertThat(output).contains("Signed in as ann");
		this.store.broken(true);
		proceedAfter(Duration.ofMinutes(1));
		assertThat(this.login.getAccessToken()).isEqualTo("jwt-of-ann");
		this.store.broken(false);
		new LoginRepository(this.store).remove();
		proceedAfter(Duration.ofMinutes(1));
		assertThat(this.login.getState().status()).isEqualTo(Status.WAITING);
		assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(this.login::getAccessToken);
		assertThat(this.provider.renewals()).isEmpty();
	}

	@Test
	void loginForAnotherClientDoesNotReplaceOneThatIsUsed() {
		DeviceLogin other = this.provider.login(this.store, this.clock,
				new DeviceLoginSettings(null, "shop-cli", "openid", 1, false, false));
		other.proceed();
		Login stored = new LoginRepository(this.store).read().login();
		new LoginRepository(this.store).put(new Login(stored.issuer(), "other-cli", "jwt-of-ann", "refresh-of-ann",
				stored.issuedAt(), stored.expiresAt(), "ann", null));
		other.proceed();
		assertThat(other.getAccessToken()).isEqualTo("jwt-1");
	}

	/**
	 * Store a login as another instance does.
	 */
	private void keepLogin(String accessToken, String user) {
		Login stored = new LoginRepository(this.store).read().login();
		new LoginRepository(this.store).put(new Login(stored.issuer(), stored.clientId(), accessToken, "refresh-of-ann",
				stored.issuedAt(), stored.issuedAt().plusSeconds(36_000), user, null));
	}

	@Test
	void tokensAreNotUsedWithOtherClient() {
		DeviceLogin restarted = this.provider.login(this.store, this.clock,
				new DeviceLoginSettings(null, "other-cli", "openid", 1, false, false));
		assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(restarted::getAccessToken)
			.withMessageContaining("sign out and sign in again");
		this.clock.advance(Duration.ofSeconds(60));
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(restarted::getAccessToken)
			.withMessageContaining("sign out and sign in again");
		assertThat(this.provider.renewals()).isEmpty();
		assertThat(restarted.getState().problem()).contains("sign out and sign in again");
		assertThat(this.store.read(LoginRepository.ENTRY)).isNotNull();
	}

	@Test
	void loginThatAnotherInstanceReplacesAfterACallIsAwaited() throws InterruptedException {
		DeviceLogin waiting = this.provider.login(this.store, this.clock,
				new DeviceLoginSettings(null, "other-cli", "openid", 1, false, false));
		assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(waiting::getAccessToken);
		new LoginRepository(this.store).remove();
		assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(waiting::getAccessToken)
			.withMessageContaining("No user has signed in");
		// Returns at once
		waiting.await(Duration.ofDays(1));
	}

	@Test
	void loginThatAnotherInstanceReplacedIsUsed() {
		DeviceLoginSettings changed = new DeviceLoginSettings(null, "other-cli", "openid", 1, false, false);
		DeviceLogin waiting = this.provider.login(this.store, this.clock, changed);
		assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(waiting::getAccessToken);
		Login stored = new LoginRepository(this.store).read().login();
		new LoginRepository(this.store).put(new Login(stored.issuer(), "other-cli", "token-of-other-cli", null,
				stored.issuedAt(), stored.expiresAt(), "ann", null));
		assertThat(waiting.getAccessToken()).isEqualTo("token-of-other-cli");
		assertThat(waiting.getState().problem()).isNull();
	}

}

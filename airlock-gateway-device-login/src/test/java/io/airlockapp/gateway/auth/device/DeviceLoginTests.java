/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import com.github.tomakehurst.wiremock.http.Fault;
import io.airlockapp.gateway.CapturedOutput;
import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.auth.device.DeviceLoginState.Status;
import io.airlockapp.gateway.store.InMemoryPairingStore;
import io.airlockapp.gateway.store.PairingStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for signing in by {@link DeviceLogin}.
 */
@ExtendWith(CapturedOutput.Extension.class)
class DeviceLoginTests extends WireTests {

	private final PairingStore store = new InMemoryPairingStore();

	@BeforeEach
	void prepare() {
		this.login = this.provider.login(this.store, this.clock);
	}

	@Test
	void codeByDefaultIsShownByStateAndNotLogged(CapturedOutput output) {
		this.login.proceed();
		proceedAfter(Duration.ofSeconds(5));
		proceedAfter(Duration.ofSeconds(5));
		assertThat(output.getAll().split("To let this application ask", -1)).hasSize(2);
		assertThat(output).contains("DeviceLogin.getState()", "device-login.log-code").doesNotContain("WDJB-MJHT");
		DeviceLoginState state = this.login.getState();
		assertThat(state.status()).isEqualTo(Status.WAITING);
		assertThat(state.userCode()).isEqualTo("WDJB-MJHT");
		assertThat(state.verificationUri()).isEqualTo(URI.create(this.provider.issuer() + "/verify"));
		assertThat(state.codeExpiresAt()).isEqualTo("2026-11-25T10:10:00Z");
		assertThat(state).asString().doesNotContain("WDJB-MJHT");
	}

	@Test
	void codeWhenLogCodeIsEnabledIsLoggedOnce(CapturedOutput output) {
		DeviceLogin logging = this.provider.login(this.store, this.clock,
				new DeviceLoginSettings(null, null, "openid", 1, true, false));
		logging.proceed();
		this.clock.advance(Duration.ofSeconds(5));
		logging.proceed();
		assertThat(output.getAll().split("with the code WDJB-MJHT", -1)).hasSize(2);
	}

	@Test
	void logIsAsDocumented(CapturedOutput output) throws IOException {
		this.login.proceed();
		String documented = Files.readAllLines(Path.of("..", "docs", "identity.md"))
			.stream()
			.filter((line) -> line.startsWith("To let this application ask"))
			.findFirst()
			.orElseThrow();
		assertThat(output)
			.contains(documented.replace("https://id.example.org/device", this.provider.issuer() + "/verify"));
	}

	@Test
	void codeIsRequestedWithScopeAndClientOfGateway() {
		this.login.proceed();
		assertThat(this.provider.calls("device")).singleElement()
			.satisfies((call) -> assertThat(call.getBodyAsString()).contains("client_id=shop-cli",
					"scope=openid+profile+email"));
	}

	@Test
	void getAccessTokenWhenNotSignedInNamesUrlWithoutCode() {
		assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(this.login::getAccessToken)
			.withMessageContaining("no code yet");
		this.login.proceed();
		assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(this.login::getAccessToken)
			.withMessageContaining(this.provider.issuer() + "/verify")
			.withMessageNotContaining("WDJB-MJHT");
	}

	@Test
	void userIsSignedInAfterEnteringCode(CapturedOutput output) {
		this.login.proceed();
		assertThat(proceedAfter(Duration.ofSeconds(5))).isEqualTo(Duration.ofSeconds(5));
		this.provider.answersCode(this.provider.tokens("jwt-1", "refresh-1", 300));
		assertThat(proceedAfter(Duration.ofSeconds(5))).isEqualTo(Duration.ofMinutes(1));
		assertThat(this.login.getAccessToken()).isEqualTo("jwt-1");
		assertThat(this.login.getState()).isEqualTo(DeviceLoginState.signedIn("alice", null));
		assertThat(output).contains("Signed in as alice").doesNotContain("jwt-1", "refresh-1");
	}

	@Test
	void pollIntervalWhenSlowDownIsRequestedIncreases() {
		this.login.proceed();
		this.provider.answersCode(WireProvider.error("slow_down"));
		assertThat(proceedAfter(Duration.ofSeconds(5))).isEqualTo(Duration.ofSeconds(10));
		assertThat(proceedAfter(Duration.ofSeconds(10))).isEqualTo(Duration.ofSeconds(15));
		this.provider.answersCode(WireProvider.pending());
		assertThat(proceedAfter(Duration.ofSeconds(15))).isEqualTo(Duration.ofSeconds(15));
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, -1, 86400 })
	void pollIntervalWhenOutOfRangeIsLimited(int interval) {
		this.provider.givesCode(WireProvider.USER_CODE, 600, interval);
		assertThat(this.login.proceed()).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1));
	}

	@Test
	void codeWhenReportedAsExpiredIsReplaced() {
		this.login.proceed();
		this.provider.answersCode(WireProvider.error("expired_token"));
		this.provider.givesCode("NEWC-CODE", 600, 5);
		assertThat(proceedAfter(Duration.ofSeconds(5))).isZero();
		this.login.proceed();
		assertThat(this.login.getState().userCode()).isEqualTo("NEWC-CODE");
	}

	@Test
	void codeWhenExpiredIsReplacedUpToMaxCodes(CapturedOutput output) {
		for (int i = 0; i < 3; i++) {
			this.login.proceed();
			assertThat(this.login.getState().status()).isEqualTo(Status.WAITING);
			this.clock.advance(Duration.ofSeconds(600));
		}
		this.login.proceed();
		assertThat(this.provider.calls("device")).hasSize(3);
		assertThat(this.login.getState().status()).isEqualTo(Status.FAILED);
		assertThat(output).contains("No user signed in with any of 3 codes");
		this.login.proceed();
		assertThat(this.provider.calls("device")).hasSize(3);
		this.login.signIn();
		this.login.proceed();
		assertThat(this.login.getState().status()).isEqualTo(Status.WAITING);
	}

	@Test
	void loginWhenUserRefusesFails() {
		this.login.proceed();
		this.provider.answersCode(WireProvider.error("access_denied"));
		proceedAfter(Duration.ofSeconds(5));
		proceedAfter(Duration.ofHours(1));
		assertThat(this.provider.calls("token")).hasSize(1);
		assertThat(this.provider.calls("device")).hasSize(1);
		assertThat(this.login.getState().status()).isEqualTo(Status.FAILED);
		assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(this.login::getAccessToken)
			.withMessageContaining("refused");
	}

	@Test
	void codeAfterNetworkFailuresRemainsValid() {
		this.login.proceed();
		this.provider.answersCode(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
		for (int i = 0; i < 5; i++) {
			proceedAfter(Duration.ofSeconds(5));
		}
		assertThat(proceedAfter(Duration.ofSeconds(5))).isGreaterThan(Duration.ofSeconds(5));
		this.provider.answersCode(jsonResponse("{\"error\":\"server_error\"}", 503));
		proceedAfter(Duration.ofSeconds(5));
		assertThat(this.login.getState().status()).isEqualTo(Status.WAITING);
		this.provider.answersCode(WireProvider.pending());
		assertThat(proceedAfter(Duration.ofSeconds(5))).isEqualTo(Duration.ofSeconds(5));
		this.provider.answersCode(this.provider.tokens("jwt-1", "refresh-1", 300));
		proceedAfter(Duration.ofSeconds(5));
		assertThat(this.login.getAccessToken()).isEqualTo("jwt-1");
		assertThat(this.provider.calls("device")).hasSize(1);
	}

	@Test
	void codeWhenRequestFailsIsRequestedAgain(CapturedOutput output) {
		this.provider.stub(get("/v1/integrations/discovery"), jsonResponse("{}", 503));
		assertThat(this.login.proceed()).isEqualTo(Duration.ofSeconds(1));
		assertThat(this.login.proceed()).isEqualTo(Duration.ofSeconds(2));
		assertThat(this.login.getState().status()).isEqualTo(Status.FAILED);
		assertThat(this.login.getState().problem()).contains("503");
		this.provider.names(this.provider.issuer());
		this.provider.stub(post("/realms/main/device"), jsonResponse("{\"error\":\"invalid_client\"}", 401));
		assertThat(this.login.proceed()).isEqualTo(Duration.ofSeconds(4));
		assertThat(this.login.getState().problem()).contains("401 (invalid_client)");
		this.provider.givesCode(WireProvider.USER_CODE, 600, 5);
		this.login.proceed();
		assertThat(this.login.getState().status()).isEqualTo(Status.WAITING);
		assertThat(output.getAll().split("responded with 503", -1)).hasSize(2);
	}

	@Test
	void loginOfOtherInstanceIsUsed() {
		DeviceLogin other = this.provider.login(this.store, this.clock);
		other.proceed();
		this.login.proceed();
		assertThat(this.login.getState().status()).isEqualTo(Status.WAITING);
		this.provider.answersCode(this.provider.tokens("jwt-1", "refresh-1", 300));
		other.proceed();
		this.provider.answersCode(WireProvider.error("access_denied"));
		this.login.proceed();
		assertThat(this.login.getAccessToken()).isEqualTo("jwt-1");
		assertThat(this.login.getState()).isEqualTo(DeviceLoginState.signedIn("alice", null));
	}

	@Test
	void loginAfterRestartIsUsed() {
		signIn();
		DeviceLogin restarted = this.provider.login(this.store, this.clock);
		assertThat(restarted.getAccessToken()).isEqualTo("jwt-1");
		assertThat(this.provider.calls("device")).hasSize(1);
	}

	@Test
	void codeWhenIssuerIsConfiguredIsRequestedFromIt() {
		this.provider.names("https://elsewhere.example.org");
		DeviceLogin pinned = this.provider.login(this.store, this.clock,
				new DeviceLoginSettings(URI.create(this.provider.issuer()), "own-cli", "openid", 1, false, false));
		pinned.proceed();
		assertThat(pinned.getState().status()).isEqualTo(Status.WAITING);
		assertThat(this.provider.calls("device").get(0).getBodyAsString()).contains("client_id=own-cli");
	}

	@Test
	void idTokenForOtherClientIsRefused() {
		this.login.proceed();
		this.provider.answersCode(okJson("{\"access_token\":\"jwt-1\",\"token_type\":\"Bearer\",\"id_token\":\"%s\"}"
			.formatted(this.provider.idToken(this.provider.issuer(), "other-cli"))));
		proceedAfter(Duration.ofSeconds(5));
		assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(this.login::getAccessToken);
	}

	@Test
	void userWhenIdTokenIsEncryptedIsNull() {
		this.login.proceed();
		this.provider.answersCode(okJson("""
				{"access_token":"jwt-1","token_type":"Bearer","id_token":"%s"}"""
			.formatted(KeepingSignedInTests.ENCRYPTED)));
		proceedAfter(Duration.ofSeconds(5));
		assertThat(this.login.getAccessToken()).isEqualTo("jwt-1");
		assertThat(this.login.getState().user()).isNull();
	}

	@Test
	void nameOfThePersonIsOneLine() {
		assertThat(ProviderClient.name("alice\r\nERROR all is lost\u2028")).isEqualTo("alice ERROR all is lost ");
		assertThat(ProviderClient.name("a".repeat(1000))).hasSize(100);
		assertThat(ProviderClient.name(" ")).isNull();
	}

	private void signIn() {
		this.login.proceed();
		this.provider.answersCode(this.provider.tokens("jwt-1", "refresh-1", 300));
		proceedAfter(Duration.ofSeconds(5));
	}

}

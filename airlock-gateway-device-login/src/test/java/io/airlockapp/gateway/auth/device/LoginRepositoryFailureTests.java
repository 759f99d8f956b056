/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.time.Duration;

import com.github.tomakehurst.wiremock.http.Fault;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.CapturedOutput;
import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.auth.device.DeviceLoginState.Status;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for a login that several instances share, at the worst moments.
 */
@ExtendWith(CapturedOutput.Extension.class)
class LoginRepositoryFailureTests extends WireTests {

	private final UnreliableStore store = new UnreliableStore();

	private DeviceLogin other;

	@BeforeEach
	void signIn() {
		signIn(this.store);
		this.provider.answersRenewal("refresh-1", this.provider.tokens("jwt-2", "refresh-2", 60));
		this.provider.stub(post("/realms/main/revoke"), aResponse().withStatus(200));
		this.other = this.provider.login(this.store, this.clock);
		this.other.proceed();
	}

	@Test
	void signOutDuringRenewalRevokesRenewedLogin() {
		// The first write says that it is renewed; the renewed login would be the second
		this.store.afterNextWrite(this.other::signOut);
		assertThatExceptionOfType(IdentityUnavailableException.class)
			.isThrownBy(() -> this.login.renewAccessToken("jwt-1"));
		assertThat(this.provider.renewals()).hasSize(1);
		assertThat(this.store.read(LoginRepository.ENTRY)).isNull();
		assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(this.login::getAccessToken);
		assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(this.other::getAccessToken);
		assertThat(this.provider.calls("revoke")).extracting((call) -> call.getBodyAsString().contains("refresh-1"))
			.containsExactly(true, false);
		assertThat(this.provider.calls("revoke").get(1).getBodyAsString()).contains("token=refresh-2");
	}

	@Test
	void signOutDuringRenewalWhenRevocationFailsRemovesLogin(CapturedOutput output) {
		this.store.afterNextWrite(() -> {
			this.other.signOut();
			this.provider.stub(post("/realms/main/revoke"), aResponse().withStatus(503));
		});
		assertThatExceptionOfType(IdentityUnavailableException.class)
			.isThrownBy(() -> this.login.renewAccessToken("jwt-1"));
		assertThat(this.store.read(LoginRepository.ENTRY)).isNull();
		assertThat(output).contains("could not be revoked").doesNotContain("refresh-2");
	}

	@Test
	void renewedLoginDoesNotReplaceThatOfOtherUser() {
		this.store.afterNextWrite(() -> {
			this.other.signOut();
			this.provider.answersCode(this.provider.tokens("jwt-bob", "refresh-bob", 60));
			this.other.signIn();
			this.other.proceed();
			this.other.proceed();
		});
		assertThat(this.login.renewAccessToken("jwt-1")).isEqualTo("jwt-bob");
		assertThat(Login.parse(this.store.read(LoginRepository.ENTRY).text()).refreshToken()).isEqualTo("refresh-bob");
	}

	@Test
	void signOutBeforeRenewedLoginIsStoredRemovesLogin() {
		this.store.afterNextWrite(() -> this.store.broken(true));
		assertThat(this.login.renewAccessToken("jwt-1")).isEqualTo("jwt-2");
		this.store.broken(false);
		this.other.signOut();
		proceedAfter(Duration.ofSeconds(30));
		assertThat(this.store.read(LoginRepository.ENTRY)).isNull();
		assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(this.login::getAccessToken);
	}

	@Test
	void signOutWhenStoreFailsIsRemembered() {
		DeviceLogin restarted = this.provider.login(this.store, this.clock);
		this.store.broken(true);
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(restarted::signOut);
		this.store.broken(false);
		assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(restarted::getAccessToken)
			.withMessageContaining("signed out");
	}

	@Test
	void loginThatCouldNotBeStoredIsStoredSoon() {
		this.store.afterNextWrite(() -> this.store.broken(true));
		assertThat(proceedAfter(Duration.ofSeconds(30))).isEqualTo(Duration.ofSeconds(10));
		this.store.broken(false);
		assertThat(this.login.proceed()).isEqualTo(Duration.ofSeconds(30));
		assertThat(Login.parse(this.store.read(LoginRepository.ENTRY).text()).refreshToken()).isEqualTo("refresh-2");
	}

	@Test
	void storeWhenItKeepsFailingIsRetriedWithPauses() {
		this.store.afterNextWrite(() -> this.store.broken(true));
		proceedAfter(Duration.ofSeconds(30));
		assertThat(proceedAfter(Duration.ofSeconds(40))).isEqualTo(Duration.ofSeconds(10));
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(() -> this.login.renewAccessToken("jwt-2"));
		assertThat(proceedAfter(Duration.ofSeconds(20))).isEqualTo(Duration.ofSeconds(10));
	}

	@Test
	void tokenWhenClockIsSetBackIsRenewed() {
		this.provider.answersRenewal("refresh-1", aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(() -> this.login.renewAccessToken("jwt-1"));
		this.provider.answersRenewal("refresh-1", this.provider.tokens("jwt-2", "refresh-2", 60));
		this.clock.set(this.clock.instant().minus(Duration.ofHours(1)));
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(this.login.renewAccessToken("jwt-1")).isEqualTo("jwt-2");
	}

	@Test
	void renewalByOtherInstanceIsUsedWithoutWarning(CapturedOutput output) {
		this.clock.advance(Duration.ofSeconds(30));
		// The other is faster by the time between our reading and writing
		this.store.beforeNextWrite(this.other::proceed);
		assertThat(this.login.proceed()).isEqualTo(Duration.ofSeconds(1));
		assertThat(this.login.getAccessToken()).isEqualTo("jwt-1");
		proceedAfter(Duration.ofSeconds(1));
		assertThat(this.login.getAccessToken()).isEqualTo("jwt-2");
		assertThat(this.provider.renewals()).hasSize(1);
		assertThat(output).doesNotContain("WARN");
		assertThat(this.login.getState().status()).isEqualTo(Status.SIGNED_IN);
	}

}

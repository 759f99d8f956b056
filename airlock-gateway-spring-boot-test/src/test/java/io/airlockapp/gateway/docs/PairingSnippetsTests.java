/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.auth.AccessTokenSource;
import io.airlockapp.gateway.pairing.PairingInfo;
import io.airlockapp.gateway.pairing.PairingInvitation;
import io.airlockapp.gateway.pairing.PairingManager;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.SimulatorCall;
import io.airlockapp.gateway.test.AirlockSimulatorExtension;
import io.airlockapp.gateway.test.ApproveAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Examples of pairings, and of tokens that change.
 */
@ExtendWith({ AirlockSimulatorExtension.class, OutputCaptureExtension.class })
class PairingSnippetsTests {

	@TempDir
	private Path directory;

	// tag::initiate[]
	String startPairing(PairingManager pairings) {
		PairingInvitation invitation = pairings.initiate("default");
		drawQrCode(invitation.qrText()); // {"gatewayUrl":"https://…","pairingCode":"…"}
		return invitation.code(); // the person enters it into the phone
	}
	// end::initiate[]

	private void drawQrCode(String text) {
		assertThat(text).contains("{\"gatewayUrl\":\"", "\"pairingCode\":\"");
	}

	@Test
	void pairingIsStartedWithCodeForPhone(AirlockSimulator simulator, CapturedOutput output) {
		try (ConfigurableApplicationContext context = start(
				Map.of("airlock.gateway.base-url", simulator.baseUrl(), "airlock.gateway.auth.pat", simulator.pat(),
						"airlock.gateway.pairing.poll-interval", "1s", "airlock.gateway.pairing.store.type", "file",
						"airlock.gateway.pairing.store.path", this.directory.resolve("pairings").toString()))) {
			PairingManager pairings = context.getBean(PairingManager.class);
			simulator.enterPairingCode(startPairing(pairings));
			await().until(() -> pairings.getStatus(Pairing.DEFAULT_NAME).state() == PairingInfo.State.PAIRED);
			await().untilAsserted(() -> assertThat(output.getOut()).containsPattern(LogLines.pattern("pairing.md")
				.replace("7C:E9:2A:31:19:FA:C4:8B", simulator.signerKey().fingerprint())));
		}
	}

	static class Payouts {

		// tag::finance[]
		@RequiresAirlockApproval(value = "Pay out", pairing = "finance")
		public void payOut(String account) {
			// runs only after somebody in finance approved it
		}
		// end::finance[]

	}

	@Test
	@ApproveAll
	void payoutRequestsApprovalOfFinance(AirlockSimulator simulator) {
		Map<String, String> properties = simulator.properties();
		try (ConfigurableApplicationContext context = start(Map.of("airlock.gateway.base-url", simulator.baseUrl(),
				"airlock.gateway.auth.pat", simulator.pat(), "airlock.gateway.pairings.finance.routing-token",
				simulator.routingToken(), "airlock.gateway.pairings.finance.encryption-key",
				properties.get("airlock.gateway.pairing.encryption-key"),
				"airlock.gateway.pairings.finance.signer-keys." + simulator.signerKey().id(),
				simulator.signerKey().encode()), Payouts.class)) {
			context.getBean(Payouts.class).payOut("A-17");
			assertThat(simulator).wasAskedTo("Pay out").wasApproved();
		}
	}

	static class Tokens {

		// tag::tokens[]
		@Bean
		AccessTokenSource accessTokens(TokenVault vault) {
			return new AccessTokenSource() {

				@Override
				public String getAccessToken() {
					return vault.current();
				}

				@Override
				public String renewAccessToken(String refused) {
					return vault.renew(refused);
				}

			};
		}
		// end::tokens[]

	}

	static class TokenVault {

		private String token = "token-1";

		synchronized String current() {
			return this.token;
		}

		synchronized String renew(String refused) {
			if (refused.equals(this.token)) {
				this.token = "token-2";
			}
			return this.token;
		}

	}

	@Test
	void tokenIsRenewedWhereTheGatewayRefusesIt() {
		try (AirlockSimulator simulator = AirlockSimulator.builder()
			.bearerTokens("token-2"::equals)
			.decideAutomatically((request) -> SimulatedDecision.approve())
			.start()) {
			Map<String, String> properties = simulator.properties();
			properties.remove("airlock.gateway.auth.pat");
			try (ConfigurableApplicationContext context = start(properties, Tokens.class, TokenVault.class)) {
				context.getBean(RefundService.class).refund("A-17", BigDecimal.TEN, "ann@example.com");
				assertThat(context.getBean(TokenVault.class).current()).isEqualTo("token-2");
				assertThat(simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).isNotEmpty();
			}
		}
	}

	private static ConfigurableApplicationContext start(Map<String, String> properties, Class<?>... sources) {
		return new SpringApplicationBuilder(RefundApplication.class).sources(sources)
			.web(WebApplicationType.NONE)
			.properties(new HashMap<>(properties))
			.run();
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.pairing.GatewayPairingManager;
import io.airlockapp.gateway.pairing.ManagedPairingSource;
import io.airlockapp.gateway.pairing.PairingInfo;
import io.airlockapp.gateway.pairing.PairingInfo.State;
import io.airlockapp.gateway.pairing.PairingManager;
import io.airlockapp.gateway.store.PairingStore;
import io.airlockapp.gateway.support.AirlockConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

@ExtendWith(OutputCaptureExtension.class)
class AirlockPairingAutoConfigurationTests {

	private final PairingStore store = mock();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(AirlockGatewayAutoConfiguration.class, AirlockPairingAutoConfiguration.class,
					AirlockApprovalAutoConfiguration.class, JacksonAutoConfiguration.class));

	private final ApplicationContextRunner unpaired = this.contextRunner
		.withPropertyValues("airlock.gateway.base-url=http://localhost:1", "airlock.gateway.auth.pat=airpat_1");

	@Test
	void configuredPairingIsManaged() {
		this.contextRunner.withPropertyValues(PairedProperties.all()).run((context) -> {
			assertThat(context).hasSingleBean(ManagedPairingSource.class).hasSingleBean(GatewayPairingManager.class);
			PairingInfo info = context.getBean(PairingManager.class).getStatus(Pairing.DEFAULT_NAME);
			assertThat(info.state()).isEqualTo(State.PAIRED);
			assertThat(info.configured()).isTrue();
			assertThat(context.getBean(PairingSource.class).getPairing("default"))
				.isEqualTo(PairedProperties.pairing());
		});
	}

	@Test
	void startsWithoutAnyProperty() {
		this.contextRunner.run((context) -> {
			assertThat(context).hasSingleBean(PairingManager.class);
			assertThat(context.getBean(PairingSource.class).isPaired()).isFalse();
		});
	}

	@Test
	void furtherPairingsHaveTheirNames() {
		this.unpaired
			.withPropertyValues("airlock.gateway.pairings.finance.routing-token=rt-finance",
					"airlock.gateway.pairings.finance.encryption-key=" + PairedProperties.ENCRYPTION_KEY,
					"airlock.gateway.pairings.finance.signer-keys.key-1=" + PairedProperties.SIGNER_KEY)
			.run((context) -> {
				PairingSource source = context.getBean(PairingSource.class);
				assertThat(source.getPairing("finance")).isNotNull()
					.satisfies((pairing) -> assertThat(pairing.routingToken()).isEqualTo("rt-finance"));
				assertThat(source.getPairing("default")).isNull();
				assertThat(source.findProblem((name) -> true)).isNull();
				assertThat(context.getBean(PairingManager.class).list()).extracting(PairingInfo::name)
					.containsExactly("default", "finance");
			});
	}

	@Test
	void isDisabledWithTheGateway() {
		this.contextRunner.withPropertyValues("airlock.gateway.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(ManagedPairingSource.class)
				.doesNotHaveBean(PairingManager.class));
	}

	@Test
	void backsOffForAnotherSource() {
		this.contextRunner.withBean(PairingSource.class, () -> (name) -> null)
			.run((context) -> assertThat(context).hasSingleBean(PairingSource.class)
				.doesNotHaveBean(ManagedPairingSource.class)
				.doesNotHaveBean(PairingManager.class));
	}

	@Test
	void backsOffForAnotherManager() {
		PairingManager manager = mock();
		this.contextRunner.withBean(PairingManager.class, () -> manager)
			.run((context) -> assertThat(context).hasSingleBean(PairingManager.class)
				.doesNotHaveBean(GatewayPairingManager.class));
	}

	@Test
	void deniesWithoutTheGatewaysAutoConfiguration() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(AirlockGatewayAutoConfiguration.class, AirlockPairingAutoConfiguration.class,
							AirlockApprovalAutoConfiguration.class, JacksonAutoConfiguration.class))
			.withUserConfiguration(Vault.class)
			.run((context) -> assertThatExceptionOfType(ApprovalUnavailableException.class)
				.isThrownBy(context.getBean(Vault.class)::open));
	}

	@Test
	void aSourceThatThrowsDenies() {
		this.unpaired.withUserConfiguration(Vault.class).withBean(PairingSource.class, () -> (name) -> {
			throw new IllegalStateException("rt-secret");
		})
			.run((context) -> assertThatExceptionOfType(ApprovalUnavailableException.class)
				.isThrownBy(context.getBean(Vault.class)::open)
				.withMessageContaining("IllegalStateException")
				.withNoCause()
				.satisfies((ex) -> assertThat(ex).hasMessageNotContaining("secret")));
	}

	@Test
	void aStoreThatThrowsDenies() {
		given(this.store.read("pairing.default")).willThrow(new IllegalStateException("rt-secret"));
		this.unpaired.withUserConfiguration(Vault.class)
			.withBean(PairingStore.class, () -> this.store)
			.run((context) -> assertThatExceptionOfType(ApprovalUnavailableException.class)
				.isThrownBy(context.getBean(Vault.class)::open)
				.withMessageContaining("The store of pairings fails"));
	}

	@Test
	void aCodeNeedsAStore() {
		this.unpaired.withPropertyValues("airlock.gateway.pairing.code=QX7K93")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(AirlockConfigurationException.class, (ex) -> {
					assertThat(ex).hasMessageStartingWith("Property 'airlock.gateway.pairing.code' cannot be used");
					assertThat(ex.getAction()).contains("airlock.gateway.pairing.store.type");
				})
				.hasMessageNotContaining("QX7K93"));
	}

	@Test
	void aCodeNeedsAStoreThatCanBeWritten() {
		given(this.store.isReadOnly()).willReturn(true);
		this.unpaired.withBean(PairingStore.class, () -> this.store)
			.withPropertyValues("airlock.gateway.pairings.finance.code=QX7K93")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("airlock.gateway.pairings.finance.code"));
	}

	@Test
	void aCodeNeedsCredentials() {
		this.contextRunner.withBean(PairingStore.class, () -> this.store)
			.withPropertyValues("airlock.gateway.pairing.code=QX7K93")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("airlock.gateway.auth.pat"));
	}

	@Test
	void codeWithKeysIsReportedAsUnused(CapturedOutput output) {
		this.contextRunner.withPropertyValues(PairedProperties.all())
			.withPropertyValues("airlock.gateway.pairing.code=QX7K93")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("'airlock.gateway.pairing.code' is not used").doesNotContain("QX7K93");
	}

	@ParameterizedTest
	@ValueSource(strings = { "999ms", "0s", "-4s", "61s" })
	void pollIntervalOutOfRangeFailsStart(String interval) {
		this.unpaired.withPropertyValues("airlock.gateway.pairing.poll-interval=" + interval)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("airlock.gateway.pairing.poll-interval"));
	}

	@ParameterizedTest
	@CsvSource({ "default.code,airlock.gateway.pairings.default.*", "a_b.code,airlock.gateway.pairings.",
			"finance.routing-token,airlock.gateway.pairings.finance.encryption-key" })
	void invalidFurtherPairingFailsStart(String property, String told) {
		this.unpaired.withPropertyValues("airlock.gateway.pairings." + property + "=rt-secret")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(AirlockConfigurationException.class)
				.hasMessageContaining(told)
				.hasMessageNotContaining("rt-secret"));
	}

	@Test
	void nameInAnAnnotationIsResolved() {
		this.unpaired.withPropertyValues("vault.pairing=finance")
			.withUserConfiguration(Vault.class)
			.run((context) -> assertThatExceptionOfType(InvalidApprovalUsageException.class)
				.isThrownBy(context.getBean(Vault.class)::openByOthers)
				.withMessageContainingAll("no pairing named 'finance'", "misspelt",
						"airlock.gateway.pairings.finance.code"));
	}

	@Test
	void invalidNameInAnnotationFailsStart() {
		this.unpaired.withPropertyValues("vault.pairing=No name")
			.withUserConfiguration(Vault.class)
			.run((context) -> assertThat(context).getFailure().hasStackTraceContaining("The name of a pairing"));
	}

	@Test
	void managerStartsDespiteLazyInitialization() {
		AirlockGatewayOperations gateway = mock();
		this.unpaired.withBean(AirlockGatewayOperations.class, () -> gateway)
			.withPropertyValues("spring.main.lazy-initialization=true")
			.run((context) -> assertThat(context.getBean(GatewayPairingManager.class).isRunning()).isTrue());
	}

	@Configuration(proxyBeanMethods = false)
	static class Vault {

		@RequiresAirlockApproval
		public String open() {
			return "open";
		}

		@RequiresAirlockApproval(pairing = "${vault.pairing:}")
		public String openByOthers() {
			return "open";
		}

	}

}

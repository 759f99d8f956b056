/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.util.Map;

import io.airlockapp.gateway.support.AirlockConfigurationException;
import io.airlockapp.gateway.CapturedLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link GatewayPropertiesVerifier}.
 */
class GatewayPropertiesVerifierTests {

	@RegisterExtension
	final CapturedLog log = new CapturedLog(GatewayPropertiesVerifier.class);

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					airlock.gateway.bas-url | airlock.gateway | 'base-url'
					airlock.gateway.dnd.mod | airlock.gateway.dnd | 'mode'
					airlock.gateway.approval.denial-cooldwn | airlock.gateway.approval | 'denial-cooldown'
					airlock.gateway.approval.pause.rest | airlock.gateway.approval.pause | 'for'
					airlock.gateway.auth.device-login.issuer | airlock.gateway.auth.device-login | 'issuer-uri'
					airlock.gateway.jdbc.init-schema | airlock.gateway.jdbc | 'initialize-schema'
					airlock.gateway.pairing.principle | airlock.gateway.pairing | 'principals'
					airlock.gateway.pairing.signer-key.p1 | airlock.gateway.pairing | 'signer-keys'
					airlock.gateway.pairings.finance.principal | airlock.gateway.pairings.finance | 'principals'
					airlock.gateway.approvers.board.exclude-requestor | airlock.gateway.approvers.board | 'exclude-requester'
					airlock.gateway.approvers.board.escalation[0].on-unavailabel | airlock.gateway.approvers.board.escalation[0] | 'on-unavailable'
					""")
	void misspeltNameIsRefusedWithTheKnownOnes(String property, String owner, String known) {
		assertThatExceptionOfType(AirlockConfigurationException.class)
			.isThrownBy(() -> verify(Map.of(property, "hush")))
			.withMessage("Property '%s' cannot be used: there is no such property", property)
			.satisfies((ex) -> assertThat(ex.getAction()).contains("the names below '" + owner + "' are ", known)
				.doesNotContain("hush"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "airlock.gateway.approvers.board.escalation.after",
			"airlock.gateway.approvers.board.pairings.finance" })
	void elementOfAListWithoutAnIndexIsRefused(String property) {
		assertThatExceptionOfType(AirlockConfigurationException.class)
			.isThrownBy(() -> verify(Map.of(property, "hush")))
			.withMessage("Property '%s' cannot be used: there is no such property", property);
	}

	@Test
	void nameBelowLeafPropertyIsRefused() {
		assertThatExceptionOfType(AirlockConfigurationException.class)
			.isThrownBy(() -> verify(Map.of("airlock.gateway.base-url.host", "example.org")))
			.satisfies((ex) -> assertThat(ex.getAction())
				.isEqualTo("Remove it, or correct its name: 'airlock.gateway.base-url' has no further properties."));
	}

	@Test
	void namesInOtherFormsAreKnown() {
		assertThatNoException().isThrownBy(() -> verify(Map.of("airlock.gateway.baseUrl", "https://example.org",
				"airlock.gateway.approval.max_pending", "5", "airlock.gateway.pairing.signerKeys.P_1", "key",
				"airlock.gateway.pairing.signer-keys.phone.of.ann", "key", "airlock.gateway.pairings[finance].code",
				"123", "airlock.gateway.approval.signature-forms[0]", "core",
				"airlock.gateway.approvers.board.pairings[0]", "finance",
				"airlock.gateway.approvers.board.escalation.0.after", "1m")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "airlock.gateway.durable.unknown", "airlock.gatewayx.unknown", "airlock.unknown" })
	void namesOfOthersAreIgnored(String property) {
		assertThatNoException().isThrownBy(() -> verify(Map.of(property, "1")));
	}

	@Test
	void elementOfAListThatAnotherSourceReplacesIsKnown() {
		StandardEnvironment environment = new StandardEnvironment();
		String step = "airlock.gateway.approvers.board.escalation[%s].";
		environment.getPropertySources()
			.addFirst(new MapPropertySource("file", Map.of(step.formatted(0) + "after", "1m",
					step.formatted(1) + "after", "2m", step.formatted(1) + "pairings[0]", "ann")));
		environment.getPropertySources()
			.addFirst(new MapPropertySource("profile", Map.of(step.formatted(0) + "after", "1m")));
		ConfigurationPropertySources.attach(environment);
		assertThatNoException().isThrownBy(new GatewayPropertiesVerifier(environment)::verify);
	}

	@ParameterizedTest
	@ValueSource(strings = { "APPROVERS_BOARD_EXCLUDE_REQUESTERS", "APPROVAL_DENIAL_COOLDWN",
			"PAIRINGS_FINANCE_PRINCIPAL", "APPROVERS_BOARD_ESCALATION_0_AFTR", "APPROVERS_BOARD_ESCALATION_X_AFTER",
			"BASEURL_HOST", "BAS_URL", "APPROVERS_FOUR_EYES_EXCLUDEREQUESTER", "APPROVERS_BOARD_EX_CLUDEREQUESTER" })
	void misspeltEnvironmentVariableIsLogged(String name) {
		verifyVariable("AIRLOCK_GATEWAY_" + name);
		assertThat(this.log.list).singleElement()
			.satisfies((event) -> assertThat(event.getFormattedMessage()).isEqualTo(
					"The environment variable 'AIRLOCK_GATEWAY_%s' is no property, so it has no effect unless something refers to it",
					name));
	}

	@ParameterizedTest
	@ValueSource(strings = { "APPROVERS_BOARD_EXCLUDEREQUESTER", "APPROVERS_FOUREYES_EXCLUDEREQUESTER",
			"APPROVERS_BOARD_ESCALATION_0_ONUNAVAILABLE", "APPROVERS_BOARD_PAIRINGS", "APPROVERS_BOARD_PAIRINGS_0",
			"APPROVAL_PAUSE_FOR", "BASEURL", "BASE_URL", "PAIRING_SIGNERKEYS_KEY1", "PAIRINGS_FINANCE_CODE",
			"ENFORCER_ID", "DURABLE_TIMEOUT", "SERVICE_HOST", "PORT_443_TCP_ADDR", "PORT", "API_SERVICE_HOST",
			"API_PORT_443_TCP", "API_PORT" })
	void environmentVariableThatIsAPropertyOrOfAServiceIsNotLogged(String name) {
		verifyVariable("AIRLOCK_GATEWAY_" + name);
		assertThat(this.log.list).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "ENABLED", "HALT_STORE", "PAIRING_STORE_TYPE" })
	void environmentVariableThatConditionsReadOtherwiseIsRefused(String name) {
		assertThatExceptionOfType(AirlockConfigurationException.class)
			.isThrownBy(() -> verifyVariable("AIRLOCK_GATEWAY_" + name))
			.withMessageContaining("it is not exactly one of '")
			.withMessageNotContaining("hush");
	}

	private static void verifyVariable(String name) {
		verifyVariable(name, "hush");
	}

	private static void verifyVariable(String name, String value) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.of(name, value)));
		ConfigurationPropertySources.attach(environment);
		new GatewayPropertiesVerifier(environment).verify();
	}

	@ParameterizedTest
	@CsvSource({ "pairing.signer-keys.old, pairing.signer-keys.new, 1",
			"pairing.signer-keys.old, pairing.signerKeys.old, 0",
			"pairings.finance.signer-keys.old, pairings.finance.signer-keys.new, 1",
			"pairing.signer-keys.k.old, pairing.signer-keys.k.new, 1",
			"pairing.signer-keys.old, pairings.finance.signer-keys.new, 0" })
	void signerKeysOfSeveralSourcesAreLogged(String base, String profile, int logged) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.addFirst(new MapPropertySource("base.properties", Map.of("airlock.gateway." + base, "hush")));
		environment.getPropertySources()
			.addFirst(new MapPropertySource("prod.properties", Map.of("airlock.gateway." + profile, "hush")));
		ConfigurationPropertySources.attach(environment);
		new GatewayPropertiesVerifier(environment).verify();
		assertThat(this.log.list).hasSize(logged)
			.allSatisfy((event) -> assertThat(event.getFormattedMessage())
				.contains(".signer-keys' are accepted", "'new' from prod.properties, 'old' from base.properties")
				.doesNotContain("hush"));
	}

	@Test
	void namesBelowPrefixInOtherFormAreListed() {
		assertThatExceptionOfType(AirlockConfigurationException.class)
			.isThrownBy(() -> verify(Map.of("airlock.gateway.auth.deviceLogin.issuer", "x")))
			.satisfies((ex) -> assertThat(ex.getAction()).contains("'issuer-uri'"));
	}

	@Test
	void placeholdersOfFeaturesThatAreOffAreIgnored() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class,
					AirlockApprovalAutoConfiguration.class))
			.withPropertyValues("airlock.gateway.enabled=false", "airlock.gateway.auth.device-login.enabled=false",
					"airlock.gateway.auth.device-login.issuer-uri=${IDP_ISSUER}")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	/**
	 * Conditions compare the text, which the binding converts.
	 */
	@ParameterizedTest
	@CsvSource({ "enabled, yes", "enabled, ''", "auth.device-login.enabled, on", "presence.enabled, 1",
			"approval.journal, 'jdbc '", "halt.store, ''", "pairing.store.type, ' jdbc'", "rate-limit.store, j-dbc" })
	void valueThatConditionsReadOtherwiseIsRefused(String name, String value) {
		String property = "airlock.gateway." + name;
		assertThatExceptionOfType(AirlockConfigurationException.class).isThrownBy(() -> verify(Map.of(property, value)))
			.withMessageStartingWith("Property '%s' cannot be used: it is not exactly one of '", property);
	}

	@ParameterizedTest
	@CsvSource({ "enabled, FALSE", "presence.enabled, false", "halt.store, JDBC", "pairing.store.type, file" })
	void valueThatConditionsReadIsPermitted(String name, String value) {
		assertThatNoException().isThrownBy(() -> verify(Map.of("airlock.gateway." + name, value)));
	}

	/**
	 * Spring Boot reads it as milliseconds.
	 */
	@ParameterizedTest
	@CsvSource({ "approval.denial-cooldown, 30", "approval.pause.for, 600", "rate-limit.period, ' 60'",
			"pairing.pollInterval, 5000", "approvers.board.timeout, ${TIMEOUT:5}",
			"approvers.board.escalation[0].after, 1" })
	void durationWithoutAUnitIsRefused(String name, String value) {
		String property = "airlock.gateway." + name;
		assertThatExceptionOfType(AirlockConfigurationException.class).isThrownBy(() -> verify(Map.of(property, value)))
			.withMessageStartingWith("Property '")
			.withMessageEndingWith("cannot be used: it is a number without a unit, which would be milliseconds");
	}

	@ParameterizedTest
	@ValueSource(strings = { "APPROVAL_DENIALCOOLDOWN", "APPROVERS_FOUREYES_TIMEOUT", "CONNECTTIMEOUT" })
	void durationWithoutAUnitInAnEnvironmentVariableIsRefused(String name) {
		assertThatExceptionOfType(AirlockConfigurationException.class)
			.isThrownBy(() -> verifyVariable("AIRLOCK_GATEWAY_" + name, "30"))
			.withMessageContaining("it is a number without a unit");
	}

	@ParameterizedTest
	@CsvSource({ "approval.denial-cooldown, 0", "approval.pause.for, 600s", "rate-limit.period, PT60S",
			"rate-limit.requests, 60", "connect-timeout, 500ms" })
	void durationWithAUnitOrOfZeroIsPermitted(String name, String value) {
		assertThatNoException().isThrownBy(() -> verify(Map.of("airlock.gateway." + name, value)));
	}

	@Test
	void nameWithoutAValueIsIgnored() {
		assertThatNoException().isThrownBy(() -> verify(Map.of("airlock.gateway.pairing.store.typ", "${STORE_TYPE:}",
				"airlock.gateway.pairing.poll-interval", "")));
	}

	@Test
	void environmentVariableOfServiceIsIgnored() {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource("test", Map.of("AIRLOCK_GATEWAY_SERVICE_HOST", "10.0.0.1")));
		ConfigurationPropertySources.attach(environment);
		assertThatNoException().isThrownBy(new GatewayPropertiesVerifier(environment)::verify);
	}

	@Test
	void misspeltNameFailsTheStart() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class,
					AirlockApprovalAutoConfiguration.class))
			.withPropertyValues("airlock.gateway.enabled=false", "airlock.gateway.aproval.timeout=1m")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessage("Property 'airlock.gateway.aproval.timeout' cannot be used: there is no such property"));
	}

	private static void verify(Map<String, Object> properties) {
		ConfigurableEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
		ConfigurationPropertySources.attach(environment);
		new GatewayPropertiesVerifier(environment).verify();
	}

}

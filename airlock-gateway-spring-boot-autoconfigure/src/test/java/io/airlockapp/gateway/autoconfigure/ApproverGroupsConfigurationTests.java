/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.endpoint.AirlockEndpoint;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.harp.TestSigner;
import io.airlockapp.gateway.pairing.PairingManager;
import io.airlockapp.gateway.store.InMemoryPairingStore;
import io.airlockapp.gateway.store.PairingStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the properties of groups of approvers, and for what is logged about them.
 */
@ExtendWith(OutputCaptureExtension.class)
class ApproverGroupsConfigurationTests {

	private static final String GROUP = "airlock.gateway.approvers.refunds.";

	private static final List<String> KEYS = IntStream.range(0, 11)
		.mapToObj((i) -> TestSigner.signer().encoded())
		.toList();

	private final ApplicationContextRunner gateway = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(AirlockStoreAutoConfiguration.class, AirlockGatewayAutoConfiguration.class,
						AirlockPairingAutoConfiguration.class, AirlockApprovalAutoConfiguration.class,
						AirlockActuatorAutoConfiguration.class, EndpointAutoConfiguration.class))
		.withPropertyValues("airlock.gateway.base-url=http://localhost:1", "airlock.gateway.auth.pat=airpat_1",
				"management.endpoints.web.exposure.include=airlock");

	/**
	 * An application with the pairings {@code a}, {@code b} and {@code c}.
	 */
	private final ApplicationContextRunner paired = paired(0, 1, 2);

	@AfterEach
	void awaitEndOfLog() {
		BackgroundThreads.awaitEnd("airlock-approvers");
	}

	@Test
	void groupHasAllItsProperties() {
		this.paired
			.withPropertyValues(GROUP + "pairings=a, b", GROUP + "quorum=2", GROUP + "timeout=20m",
					GROUP + "exclude-requester=true", GROUP + "unknown-requester=ask", GROUP + "escalation[0].after=5m",
					GROUP + "escalation[0].pairings=c", GROUP + "escalation[0].on-unavailable=false",
					"airlock.gateway.pairings.a.principals=alice,ALICE@work",
					"airlock.gateway.pairings.b.principals=bob", "airlock.gateway.pairings.c.principals=carol")
			.run((context) -> {
				ApproverGroups groups = context.getBean(ApproverGroups.class);
				ApproverGroup group = groups.require("refunds");
				assertThat(group.members()).containsExactly("a", "b", "c");
				assertThat(group.quorum()).isEqualTo(2);
				assertThat(group.timeout()).isEqualTo(Duration.ofMinutes(20));
				assertThat(group.excludeRequester()).isTrue();
				assertThat(group.askUnknownRequester()).isTrue();
				assertThat(group.escalation()).singleElement().satisfies((step) -> {
					assertThat(step.after()).isEqualTo(Duration.ofMinutes(5));
					assertThat(step.onUnavailable()).isFalse();
				});
				assertThat(groups.persons().isOwnedBy("a", "alice@WORK")).isTrue();
			});
	}

	@Test
	void groupHasDefaults() {
		this.paired.withPropertyValues(GROUP + "pairings=a", GROUP + "escalation[0].after=1m",
				GROUP + "escalation[0].pairings=b", GROUP + "quorum=1", "airlock.gateway.approvers.single.pairings=c")
			.run((context) -> {
				ApproverGroup group = context.getBean(ApproverGroups.class).require("refunds");
				assertThat(group.timeout()).isNull();
				assertThat(group.excludeRequester()).isFalse();
				assertThat(group.askUnknownRequester()).isFalse();
				assertThat(group.escalation().get(0).onUnavailable()).isTrue();
				assertThat(context.getBean(ApproverGroups.class).require("single").quorum()).isEqualTo(1);
			});
	}

	@Test
	void configurationOfTheGuideIsValid() throws IOException {
		String page = Files.readString(Path.of("..", "docs", "approvers.md"));
		int start = page.indexOf("```properties") + "```properties".length();
		String[] properties = page.substring(start, page.indexOf("```", start)).strip().split("\\R");
		this.gateway.withBean(PairingStore.class, InMemoryPairingStore::new)
			.withPropertyValues(properties)
			.run((context) -> {
				ApproverGroups groups = context.getBean(ApproverGroups.class);
				ApproverGroup group = groups.requireFor("refunds", null, Duration.ofMinutes(5));
				assertThat(group.quorum()).isEqualTo(2);
				assertThat(group.members()).hasSize(3);
			});
	}

	@Test
	void thereAreNoGroupsByDefault() {
		this.paired.run((context) -> assertThat(context.getBean(ApproverGroups.class).all()).isEmpty());
	}

	@Test
	void backsOffForOtherGroups() {
		ApproverGroups own = new ApproverGroups(List.of(), Persons.unknown());
		this.paired.withBean(ApproverGroups.class, () -> own)
			.run((context) -> assertThat(context.getBean(ApproverGroups.class)).isSameAs(own));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					approvers.Refunds.pairings=a | approvers.Refunds.* | its name cannot be one of a group
					.quorum=1                    | .pairings   | it is missing
					.pairings=                   | .pairings   | it is missing
					.pairings=a,,b               | .pairings   | '' cannot be the name of a pairing
					.pairings=a,B                | .pairings   | 'B' cannot be the name of a pairing
					.pairings=a,b,a              | .pairings   | the pairing 'a' belongs to the group already
					.pairings=a,b                | .quorum     | it is missing, while the group has several pairings
					.pairings=a,b;.quorum=0      | .quorum     | it is less than 1
					.pairings=a,b;.quorum=3      | .quorum     | persons who own the pairings, which is 2
					.pairings=a;.quorum=0        | .quorum     | it is less than 1
					.pairings=a;.quorum=2        | .quorum     | persons who own the pairings, which is 1
					.pairings=a;.timeout=0s      | .timeout    | it is out of range
					.pairings=a;.timeout=8d      | .timeout    | it is out of range
					.pairings=a;.quorum=1;.timeout=1m;.escalation[0].after=31s;.escalation[0].pairings=b | .timeout    | airlock.gateway.approvers.refunds.escalation[0].after
					.pairings=p1,p2,p3,p4,p5,p6,p7,p8,p9;.quorum=2;.escalation[0].after=1m;.escalation[0].pairings=p10,p11 | .pairings   | more than 10 pairings
					.pairings=a,b;.quorum=2;pairings.a.principals=alice;pairings.b.principals=Alice | .quorum     | persons who own the pairings, which is 1
					.pairings=a;pairings.a.principals=,alice | pairings.a.principals | blank
					.pairings=a;pairings.a.principals=alice,${NO_SUCH_USER} | pairings.a.principals | placeholder without a value
					.pairings=a,b;.quorum=1;.exclude-requester=true;pairings.a.principals=alice | pairings.b.principals | 'refunds' exclude the requester
					.pairings=default;.exclude-requester=true | pairing.principals | 'refunds' exclude the requester
					""")
	void invalidGroupFailsTheStart(String properties, String property, String reason) {
		String[] values = Stream.of(properties.split(";"))
			.map(ApproverGroupsConfigurationTests::name)
			.toArray(String[]::new);
		assertFails(this.paired.withPropertyValues(values), name(property), reason);
	}

	private static String name(String property) {
		return property.startsWith(".") ? GROUP + property.substring(1) : "airlock.gateway." + property;
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					[0].after=1m                                                | [0].pairings | it is missing
					[0].pairings=b                                              | [0].after    | it is missing
					[0].after=-1m;[0].pairings=b                                | [0].after    | it is out of range
					[0].after=1m;[0].pairings=a                                 | [0].pairings | the pairing 'a' belongs to the group already
					[0].after=1m;[0].pairings=b;[1].after=1m;[1].pairings=c     | [1].after    | it is not later than the step before
					[0].after=1m;[0].pairings=b;[1].after=59s;[1].pairings=c    | [1].after    | it is not later than the step before
					[0].after=1m;[0].pairings=b;[1].after=2m;[1].pairings=b     | [1].pairings | the pairing 'b' belongs to the group already
					""")
	void invalidEscalationFailsTheStart(String properties, String property, String reason) {
		List<String> values = new ArrayList<>(List.of(GROUP + "pairings=a", GROUP + "quorum=1"));
		Stream.of(properties.split(";")).forEach((value) -> values.add(GROUP + "escalation" + value));
		assertFails(this.paired.withPropertyValues(values.toArray(String[]::new)), GROUP + "escalation" + property,
				reason);
	}

	@ParameterizedTest
	@ValueSource(strings = { "pairings=a,d;quorum=2", "pairings=a;escalation[0].after=1m;escalation[0].pairings=d" })
	void missingPairingThatCannotBeStoredFailsStart(String properties) {
		String[] values = Stream.of(properties.split(";")).map((value) -> GROUP + value).toArray(String[]::new);
		assertFails(this.paired.withPropertyValues(values).withPropertyValues(GROUP + "quorum=1"),
				"airlock.gateway.pairings.d.*",
				"it is missing, but the approvers 'refunds' need this pairing, and a new one could not be stored");
	}

	/**
	 * A group without a timeout has that of each method.
	 */
	@Test
	void methodWithTimeoutBeforeEscalationFailsStart() {
		ApplicationContextRunner escalating = this.paired.withPropertyValues(GROUP + "pairings=a", GROUP + "quorum=1",
				GROUP + "escalation[0].after=1h", GROUP + "escalation[0].pairings=b");
		escalating.run((context) -> assertThat(context).hasNotFailed());
		escalating.withBean(WithTimeout.class).run((context) -> assertThat(context).hasNotFailed());
		escalating.withBean(WithoutTimeout.class)
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("escalation"));
	}

	static class WithTimeout {

		@RequiresAirlockApproval(approvers = "refunds", timeout = "2h")
		void refund() {
		}

	}

	static class WithoutTimeout {

		@RequiresAirlockApproval(approvers = "refunds")
		void refund() {
		}

	}

	@Test
	void excludedRequesterWhenKeysAreSharedMustLeaveQuorum() {
		ApplicationContextRunner owned = paired(0, 0, 2)
			.withPropertyValues("airlock.gateway.pairings.a.principals=alice",
					"airlock.gateway.pairings.b.principals=bob", "airlock.gateway.pairings.c.principals=carol")
			.withPropertyValues(GROUP + "pairings=a,b,c", GROUP + "quorum=2");
		owned.run((context) -> assertThat(context).hasNotFailed());
		assertFails(owned.withPropertyValues(GROUP + "exclude-requester=true"), GROUP + "quorum",
				"'a' and 'b' have the same signer key " + fingerprint(0));
	}

	@Test
	void excludedRequesterWhenTooFewOthersRemainFailsStart() {
		ApplicationContextRunner owned = this.paired.withPropertyValues(GROUP + "pairings=a,b",
				GROUP + "exclude-requester=true", "airlock.gateway.pairings.a.principals=alice",
				"airlock.gateway.pairings.b.principals=bob", "airlock.gateway.pairings.c.principals=carol");
		assertFails(owned.withPropertyValues(GROUP + "quorum=2"), GROUP + "quorum",
				"it exceeds the number of persons other than the requester, which is 1");
		assertFails(
				this.paired.withPropertyValues(GROUP + "pairings=a", GROUP + "exclude-requester=true",
						"airlock.gateway.pairings.a.principals=alice"),
				GROUP + "quorum", "which is 0 Add the pairing of another person.");
		owned
			.withPropertyValues(GROUP + "quorum=2", GROUP + "escalation[0].after=1m",
					GROUP + "escalation[0].pairings=c")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void keysThatLeaveTooFewPersonsFailTheStart() {
		assertFails(paired(0, 0).withPropertyValues(GROUP + "pairings=a,b", GROUP + "quorum=2"), GROUP + "quorum",
				"'a' and 'b' have the same signer key " + fingerprint(0) + ", which counts once");
		assertFails(paired(0, 0).withPropertyValues(GROUP + "pairings=a,b", GROUP + "quorum=2"), GROUP + "quorum",
				"Pair another phone, or lower the quorum to 1.");
	}

	@Test
	void keysThatLeaveEnoughPersonsAreAWarning(CapturedOutput output) {
		paired(0, 1, 2, 0).withPropertyValues(GROUP + "pairings=a,b,d", GROUP + "quorum=2").run((context) -> {
			assertThat(context).hasNotFailed();
			await().until(() -> output.getOut()
				.contains("The approvers 'refunds' can give 2 approvals, but not all of them can approve: 'a' and 'd' "
						+ "have the same signer key " + fingerprint(0)));
		});
	}

	@Test
	void pairingThatIsNotInTheStoreYetIsAWarningUntilItIsPaired(CapturedOutput output) {
		this.paired.withBean(PairingStore.class, InMemoryPairingStore::new)
			.withPropertyValues(GROUP + "pairings=a,d", GROUP + "quorum=2")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				await().until(() -> output.getOut()
					.contains("The approvers 'refunds' cannot give 2 approvals: 'd' is "
							+ "not paired. Pair them, such as by 'airlock.gateway.pairings.<name>.code', or lower 'airlock.gateway.approvers.refunds.quorum'"));
				assertThat(context.getBean(AirlockEndpoint.class).state().approvers()).singleElement()
					.satisfies((state) -> {
						assertThat(state.name()).isEqualTo("refunds");
						assertThat(state.members()).containsExactly("a", "d");
						assertThat(state.inForce()).containsExactly("a");
						assertThat(state.quorum()).isEqualTo(2);
						assertThat(state.excludeRequester()).isFalse();
						assertThat(state.problem()).contains("'d' is not paired");
						assertThat(new JsonMapper().writeValueAsString(state)).doesNotContain("rt-a",
								PairedProperties.ENCRYPTION_KEY);
					});
			});
	}

	@Test
	void changeOfAPairingIsAWarning(CapturedOutput output) {
		this.paired.withPropertyValues(GROUP + "pairings=a,b,c", GROUP + "quorum=2").run((context) -> {
			PairingManager pairings = context.getBean(PairingManager.class);
			pairings.revoke("b");
			assertThat(output)
				.contains("The approvers 'refunds' can give 2 approvals, but not all of them can approve: "
						+ "'b' is not in force (The pairing 'b' from the properties");
			pairings.revoke("c");
			assertThat(output).contains("The approvers 'refunds' cannot give 2 approvals: 'b' is not in force");
		});
	}

	@Test
	void allPairingsInForceAreNoWarning(CapturedOutput output) {
		this.paired
			.withPropertyValues(GROUP + "pairings=a,b", GROUP + "quorum=1", GROUP + "exclude-requester=true",
					"airlock.gateway.pairings.a.principals=alice", "airlock.gateway.pairings.b.principals=bob")
			.run((context) -> {
				context.getBean(PairingManager.class).revoke("c");
				assertThat(output).doesNotContain("The approvers '");
				assertThat(context.getBean(AirlockEndpoint.class).state().approvers()).singleElement()
					.satisfies((state) -> {
						assertThat(state.problem()).isNull();
						assertThat(state.excludeRequester()).isTrue();
					});
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "airlock.gateway.enabled=false", "airlock.gateway.approval.mode=bypass" })
	void pairingsWhenDisabledOrBypassedAreNotRequired(String property) {
		ApplicationContextRunner runner = this.gateway.withPropertyValues(property, GROUP + "pairings=a,b");
		runner.withPropertyValues(GROUP + "quorum=2").run((context) -> assertThat(context).hasNotFailed());
		assertFails(runner, GROUP + "quorum", "it is missing");
	}

	@Test
	void pairingsOfOtherSourceAreNotVerified() {
		this.gateway.withBean(PairingSource.class, () -> (name) -> null)
			.withPropertyValues(GROUP + "pairings=a,b", GROUP + "quorum=2")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void invalidGroupFailsTheStartOfALazyApplication() {
		assertFails(
				this.paired.withPropertyValues(GROUP + "pairings=a,b")
					.withInitializer((context) -> context
						.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor())),
				GROUP + "quorum", "it is missing");
	}

	private static void assertFails(ApplicationContextRunner runner, String property, String reason) {
		runner.run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = new AirlockFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis).isNotNull();
			assertThat(analysis.getDescription()).startsWith("Property '" + property + "' cannot be used: ");
			assertThat(analysis.getDescription() + " " + analysis.getAction()).contains(reason);
			assertThat(analysis.getAction()).endsWith(".").hasSizeGreaterThan(15);
		});
	}

	private ApplicationContextRunner paired(int... keys) {
		ApplicationContextRunner runner = this.gateway;
		for (int i = 0; i < keys.length; i++) {
			String name = String.valueOf((char) ('a' + i));
			String prefix = "airlock.gateway.pairings." + name + ".";
			runner = runner.withPropertyValues(prefix + "routing-token=rt-" + name,
					prefix + "encryption-key=" + PairedProperties.ENCRYPTION_KEY,
					prefix + "signer-keys.key-" + name + "=" + KEYS.get(keys[i]));
		}
		return runner;
	}

	private static String fingerprint(int key) {
		return SignerKey.of("key", KEYS.get(key)).fingerprint();
	}

}

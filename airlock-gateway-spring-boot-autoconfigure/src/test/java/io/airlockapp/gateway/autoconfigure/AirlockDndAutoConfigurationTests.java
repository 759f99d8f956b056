/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalDeniedByPolicyException;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalOutcome;
import io.airlockapp.gateway.ApprovalResult;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approval.AirlockOmitted;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.ApprovalGateDecorator;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.auth.AccessTokenSource;
import io.airlockapp.gateway.client.DndPolicies;
import io.airlockapp.gateway.client.DndPolicy;
import io.airlockapp.gateway.policy.DndMode;
import io.airlockapp.gateway.policy.DoNotDisturb;
import io.airlockapp.gateway.policy.EffectivePolicies;
import io.airlockapp.gateway.support.VirtualTicker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.Ordered;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;

/**
 * Tests for {@link AirlockDndAutoConfiguration}.
 */
@ExtendWith(OutputCaptureExtension.class)
class AirlockDndAutoConfigurationTests {

	private static final ApprovalGate CLOSED = (call) -> {
		throw new ApprovalUnavailableException("Not now", null, null);
	};

	private static final ThreadLocal<@Nullable String> USER = new ThreadLocal<>();

	private final AirlockGatewayOperations gateway = mock();

	private final Person person = new Person();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class,
				AirlockApprovalAutoConfiguration.class, AirlockDndAutoConfiguration.class))
		.withBean(AirlockGatewayOperations.class, () -> this.gateway)
		.withBean("person", ApprovalGateDecorator.class, () -> this.person)
		.withBean(Vault.class)
		.withPropertyValues(PairedProperties.all());

	@Test
	void denialByPolicyByDefaultDeniesCall(CapturedOutput output) {
		givenPolicy("deny_all");
		this.contextRunner.run((context) -> {
			assertThat(context.getBean(DoNotDisturb.class).getMode()).isEqualTo(DndMode.DENY_ONLY);
			assertThatExceptionOfType(ApprovalDeniedByPolicyException.class)
				.isThrownBy(() -> context.getBean(Vault.class).open())
				.withMessage("Vault.open was denied without a request, by the do-not-disturb policy \"req-policy\" "
						+ "(deny_all for this workspace, until 9999-12-31T00:00:00Z)")
				.satisfies((ex) -> assertThat(ex.getPolicyId()).isEqualTo("req-policy"))
				.satisfies((ex) -> assertThat(ex.getExpiresAt()).isEqualTo("9999-12-31T00:00:00Z"))
				.satisfies((ex) -> assertThat(ex.getRequestId()).isNull())
				.satisfies((ex) -> assertThat(ex.getReason()).isNull());
			assertThat(this.person.asked).isZero();
		});
		assertThat(output).doesNotContain("WITHOUT");
	}

	@ParameterizedTest
	@ValueSource(strings = { "deny-only", "DENY_ONLY", "off" })
	void approvalByPolicyWhenModeIsNotFullIsIgnored(String mode) {
		givenPolicy("approve_all");
		this.contextRunner.withPropertyValues("airlock.gateway.dnd.mode=" + mode).run((context) -> {
			assertThat(callIsAllowed(context.getBean(Vault.class))).isFalse();
			assertThat(this.person.asked).isEqualTo(1);
		});
	}

	@Test
	void approvalByPolicyWhenModeIsFullRunsMethodAndModeIsLogged(CapturedOutput output) {
		givenPolicy("approve_all");
		this.contextRunner.withPropertyValues("airlock.gateway.dnd.mode=full").run((context) -> {
			assertThat(output).containsOnlyOnce("'airlock.gateway.dnd.mode' is 'full'");
			assertThat(callIsAllowed(context.getBean(Vault.class))).isTrue();
			assertThat(this.person.asked).isZero();
			assertThat(output.getOut().lines().filter((line) -> line.contains("decided by policy"))).singleElement()
				.asString()
				.contains("Vault.open runs without a request, by the do-not-disturb policy \"req-policy\"");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "deny-only", "full" })
	void decoratorOfApplicationDecidesBeforePolicies(String mode) {
		givenPolicy("approve_all");
		this.contextRunner.withPropertyValues("airlock.gateway.dnd.mode=" + mode)
			.withBean("closed", ApprovalGateDecorator.class, () -> (gate) -> CLOSED)
			.run((context) -> assertThatExceptionOfType(ApprovalUnavailableException.class)
				.isThrownBy(() -> context.getBean(Vault.class).open())
				.withMessage("Not now"));
	}

	@Test
	void approvalByPolicyDoesNotCoverOwnCalls() {
		givenPolicy("approve_all");
		this.contextRunner.withPropertyValues("airlock.gateway.dnd.mode=full")
			.withBean(SafeWithLog.class)
			.run((context) -> {
				SafeWithLog safe = context.getBean(SafeWithLog.class);
				assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(safe::log)
					.withMessageContaining("SafeWithLog.open does not run");
				assertThat(safe.open()).isEqualTo("open");
			});
	}

	@Test
	void policiesAreRequestedOnBehalfOfNoUser() {
		DndPolicies policies = new DndPolicies(List.of());
		List<Object> users = new ArrayList<>();
		given(this.gateway.getEffectivePolicies("spring-boot", "default", null)).willAnswer((call) -> {
			users.add(String.valueOf(SecurityContextHolder.getContext().getAuthentication()));
			users.add(String.valueOf(USER.get()));
			return policies;
		});
		SecurityContextHolder.setStrategyName(SecurityContextHolder.MODE_INHERITABLETHREADLOCAL);
		try {
			SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("alice", ""));
			USER.set("alice");
			this.contextRunner.withPropertyValues("airlock.gateway.dnd.mode=full")
				.withBean(AccessTokenSource.class, TokensOfUsers::new)
				.run((context) -> callIsAllowed(context.getBean(Vault.class)));
		}
		finally {
			SecurityContextHolder.clearContext();
			SecurityContextHolder.setStrategyName(SecurityContextHolder.MODE_THREADLOCAL);
			USER.remove();
		}
		assertThat(users).containsExactly("null", "null");
	}

	@Test
	void approvalByPolicyWithoutPairingIsIgnored() {
		givenPolicy("approve_all");
		this.contextRunner.withPropertyValues("airlock.gateway.dnd.mode=full").run((context) -> {
			assertThatExceptionOfType(ApprovalDeniedException.class)
				.isThrownBy(() -> context.getBean(Vault.class).openForFinance());
			assertThat(this.person.asked).isEqualTo(1);
		});
	}

	@Test
	void approvalByPolicyWhenPairingCannotBeReadIsIgnored() {
		givenPolicy("approve_all");
		this.contextRunner.withPropertyValues("airlock.gateway.dnd.mode=full")
			.withBean(PairingSource.class, () -> new PairingSource() {

				@Override
				public @Nullable Pairing getPairing(String name) {
					throw new IllegalStateException("down");
				}

				@Override
				public boolean isPaired() {
					return true;
				}

			})
			.run((context) -> {
				assertThat(callIsAllowed(context.getBean(Vault.class))).isFalse();
				assertThat(this.person.asked).isEqualTo(1);
			});
	}

	@Test
	void modeFullIsLoggedAtStartWhenBeansAreLazy(CapturedOutput output) {
		this.contextRunner.withPropertyValues("airlock.gateway.dnd.mode=full", "spring.main.lazy-initialization=true")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsOnlyOnce("'airlock.gateway.dnd.mode' is 'full'");
	}

	@Test
	void modeOffRequestsNoPolicies() {
		this.contextRunner.withPropertyValues("airlock.gateway.dnd.mode=off").run((context) -> {
			assertThat(callIsAllowed(context.getBean(Vault.class))).isFalse();
			verify(this.gateway, never()).getEffectivePolicies(any(), any(), any());
		});
	}

	@Test
	void modeOffInYamlIsRecognized() throws IOException {
		PropertySource<?> yaml = new YamlPropertySourceLoader()
			.load("test", new ByteArrayResource("airlock.gateway.dnd.mode: off".getBytes(StandardCharsets.UTF_8)))
			.get(0);
		this.contextRunner.withInitializer((context) -> context.getEnvironment().getPropertySources().addFirst(yaml))
			.run((context) -> assertThat(context.getBean(DoNotDisturb.class).getMode()).isEqualTo(DndMode.OFF));
	}

	@ParameterizedTest
	@ValueSource(strings = { "open", "true", "approve", "full,off" })
	void otherModesFailTheStart(String mode) {
		this.contextRunner.withPropertyValues("airlock.gateway.dnd.mode=" + mode)
			.run((context) -> assertThat(context).hasFailed());
	}

	@Test
	void policiesWithoutPairingAreNotRequested() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class,
					AirlockApprovalAutoConfiguration.class, AirlockDndAutoConfiguration.class))
			.withBean(AirlockGatewayOperations.class, () -> this.gateway)
			.run((context) -> {
				assertThat(context.getBean(DoNotDisturb.class).getRules().isEmpty()).isTrue();
				verifyNoInteractions(this.gateway);
			});
	}

	@Test
	void withoutConnectionThereAreNoPolicies() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class,
					AirlockApprovalAutoConfiguration.class, AirlockDndAutoConfiguration.class))
			.withPropertyValues("airlock.gateway.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(DoNotDisturb.class)
				.doesNotHaveBean(ApprovalGateDecorator.class)
				.hasSingleBean(ApprovalGate.class));
	}

	@Test
	void bypassNeedsNoPolicies() {
		givenPolicy("deny_all");
		this.contextRunner.withPropertyValues("airlock.gateway.approval.mode=bypass").run((context) -> {
			assertThat(callIsAllowed(context.getBean(Vault.class))).isTrue();
			verifyNoInteractions(this.gateway);
		});
	}

	@Test
	void gateOfUserIgnoresPolicies() {
		givenPolicy("approve_all");
		this.contextRunner.withPropertyValues("airlock.gateway.dnd.mode=full")
			.withBean(ApprovalGate.class, () -> CLOSED)
			.run((context) -> {
				assertThat(callIsAllowed(context.getBean(Vault.class))).isFalse();
				verifyNoInteractions(this.gateway);
			});
	}

	@Test
	void decoratorOfTheUserWins() {
		ApprovalGateDecorator own = (gate) -> CLOSED;
		givenPolicy("approve_all");
		this.contextRunner.withPropertyValues("airlock.gateway.dnd.mode=full")
			.withBean("airlockDndGateDecorator", ApprovalGateDecorator.class, () -> own)
			.run((context) -> {
				assertThat(context.getBeansOfType(ApprovalGateDecorator.class)).hasSize(2).containsValue(own);
				assertThat(callIsAllowed(context.getBean(Vault.class))).isFalse();
			});
	}

	@ParameterizedTest
	@CsvSource({ "full", "deny-only" })
	void approvalWhenGatewayReturnsNoPoliciesIsRequested(String mode) {
		given(this.gateway.getEffectivePolicies(any(), any(), any())).willReturn(null);
		this.contextRunner.withPropertyValues("airlock.gateway.dnd.mode=" + mode).run((context) -> {
			assertThat(callIsAllowed(context.getBean(Vault.class))).isFalse();
			assertThat(this.person.asked).isEqualTo(1);
		});
	}

	@Test
	void denialWithinCooldownTakesPrecedenceOverApprovalByPolicy() {
		VirtualTicker ticker = new VirtualTicker();
		EffectivePolicies policies = new EffectivePolicies(
				() -> this.gateway.getEffectivePolicies("spring-boot", "default", null), () -> true, Runnable::run,
				ticker);
		Enforcer enforcer = new Enforcer("spring-boot", "Shop", "dev-1", "default", "", "shop");
		this.contextRunner.withPropertyValues("airlock.gateway.approval.denial-cooldown=1h")
			.withBean(DoNotDisturb.class,
					() -> new DoNotDisturb(DndMode.FULL, policies, enforcer, InstantSource.system()))
			.run((context) -> {
				Vault vault = context.getBean(Vault.class);
				assertThat(callIsAllowed(vault)).isFalse();
				givenPolicy("approve_all");
				ticker.advance(Duration.ofSeconds(15));
				assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(vault::open)
					.withMessageContaining("denied a moment ago");
				assertThat(context.getBean(DoNotDisturb.class).getRules().isEmpty()).isFalse();
				assertThat(this.person.asked).isEqualTo(1);
			});
	}

	@Test
	void argumentThatChangesAfterThePolicyWasFoundKeepsTheMethodFromRunning() {
		givenPolicy("approve_all");
		// Nothing else is to read the arguments
		this.contextRunner
			.withPropertyValues("airlock.gateway.dnd.mode=full", "airlock.gateway.approval.limits.duplicates=allow")
			.run((context) -> {
				Vault vault = context.getBean(Vault.class);
				assertThatExceptionOfType(ApprovalVerificationException.class)
					.isThrownBy(() -> vault.take(new Restless()))
					.withMessageContaining("were changed");
				verify(this.gateway, never()).submitArtifact(any());
			});
	}

	@Test
	void policiesInOpenTransactionAreNotRequested() {
		givenPolicy("approve_all");
		this.contextRunner.withPropertyValues("airlock.gateway.dnd.mode=full").run((context) -> {
			TransactionSynchronizationManager.setActualTransactionActive(true);
			try {
				assertThatExceptionOfType(InvalidApprovalUsageException.class)
					.isThrownBy(() -> context.getBean(Vault.class).open())
					.withMessageContaining("open transaction");
			}
			finally {
				TransactionSynchronizationManager.setActualTransactionActive(false);
			}
			verifyNoInteractions(this.gateway);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "deny_all", "approve_all" })
	void listenersReceiveOutcomeOfPolicy(String mode) {
		givenPolicy(mode);
		List<ApprovalOutcome> outcomes = new ArrayList<>();
		this.contextRunner.withPropertyValues("airlock.gateway.dnd.mode=full")
			.withBean(ApprovalListener.class, () -> (request, artifactType) -> outcomes::add)
			.run((context) -> {
				boolean approved = mode.equals("approve_all");
				assertThat(callIsAllowed(context.getBean(Vault.class))).isEqualTo(approved);
				assertThat(outcomes).singleElement().satisfies((outcome) -> {
					assertThat(outcome.result()).isEqualTo(ApprovalResult.POLICY);
					assertThat(outcome.failure() == null).isEqualTo(approved);
					assertThat(outcome.decision()).isNull();
				});
			});
	}

	private void givenPolicy(String mode) {
		DndPolicy policy = new DndPolicy("req-policy", "airlock.dnd.workspace", "default", null, "spring-boot", mode,
				null, null, null, null, Instant.parse("9999-12-31T00:00:00Z"));
		given(this.gateway.getEffectivePolicies("spring-boot", "default", null))
			.willReturn(new DndPolicies(List.of(policy)));
	}

	private static boolean callIsAllowed(Vault vault) {
		try {
			vault.open();
			return true;
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

	static class Vault {

		@RequiresAirlockApproval
		public void open() {
		}

		@RequiresAirlockApproval(pairing = "finance")
		public void openForFinance() {
		}

		@RequiresAirlockApproval
		public void take(Restless amount) {
		}

	}

	/**
	 * Is the same when it is asked about, which is when it is read twice, and then not.
	 */
	static class Restless extends AbstractList<Integer> {

		@AirlockOmitted
		private int reads;

		@Override
		public Integer get(int index) {
			return (++this.reads <= 2) ? 1 : this.reads;
		}

		@Override
		public int size() {
			return 1;
		}

	}

	/**
	 * Rejects everything, next to the gate that would request the approval.
	 */
	private static final class Person implements ApprovalGateDecorator, Ordered {

		private int asked;

		@Override
		public ApprovalGate decorate(ApprovalGate gate) {
			return (call) -> {
				this.asked++;
				throw new ApprovalDeniedException("no", "req-1", null);
			};
		}

		@Override
		public int getOrder() {
			return HIGHEST_PRECEDENCE;
		}

	}

	static class SafeWithLog {

		@RequiresAirlockApproval
		public String log() {
			return open();
		}

		@RequiresAirlockApproval
		public String open() {
			return "open";
		}

	}

	static class TokensOfUsers implements AccessTokenSource {

		@Override
		public @Nullable String getAccessToken() {
			return USER.get();
		}

		@Override
		public Runnable bindToUser(Runnable task) {
			String user = USER.get();
			return () -> {
				USER.set(user);
				task.run();
			};
		}

		@Override
		public boolean isPerUser() {
			return true;
		}

	}

}

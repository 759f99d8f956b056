/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.airlockapp.gateway.AccessTokenException;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.auth.AccessTokenSource;
import io.airlockapp.gateway.autoconfigure.AirlockActuatorAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockConsentAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayAutoConfiguration;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Access tokens of one user that cannot be obtained cost neither other users nor the
 * caller more than its timeout.
 */
@Timeout(60)
class AccessTokenFaultTests extends SimulatorTests {

	private static final ThreadLocal<@Nullable String> USER = new ThreadLocal<>();

	@Override
	AirlockSimulator startSimulator() {
		return AirlockSimulator.builder().bearerTokens("alice"::equals).start();
	}

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class,
				AirlockApprovalAutoConfiguration.class, JacksonAutoConfiguration.class,
				AirlockConsentAutoConfiguration.class, AirlockActuatorAutoConfiguration.class))
		.withUserConfiguration(Application.class)
		.withPropertyValues(Stream.of(SimulatedApplications.properties(this.simulator))
			.filter((property) -> !property.startsWith("airlock.gateway.auth."))
			.toArray(String[]::new))
		.withPropertyValues("airlock.gateway.presence.enabled=false", "airlock.gateway.rate-limit.period=1h",
				"airlock.gateway.connect-timeout=1s", "airlock.gateway.read-timeout=2s");

	@AfterEach
	void stop() {
		USER.remove();
	}

	@Test
	void callsWithoutATokenTakeNoTurnsOfOthers() {
		approveAll();
		run(this.contextRunner, Vault.class, (vault) -> {
			for (int i = 0; i < 100; i++) {
				USER.set("nobody");
				assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(vault::open);
			}
			USER.set("alice");
			assertThat(vault.open()).isEqualTo("opened");
			assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).hasSize(1);
		});
	}

	@Test
	void sourceThatDoesNotRespondCostsTheCallerItsTimeout() {
		approveAll();
		run(this.contextRunner.withPropertyValues("airlock.gateway.approval.timeout=4s",
				"airlock.gateway.approval.max-pending=4"), Vault.class, (vault, context) -> {
					USER.set("silent");
					List<CompletableFuture<String>> calls = new ArrayList<>();
					for (int i = 0; i < 2; i++) {
						calls.add(vault.openLater(i));
					}
					for (CompletableFuture<String> call : calls) {
						assertThat(call).failsWithin(Duration.ofSeconds(15))
							.withThrowableThat()
							.havingRootCause()
							.isInstanceOf(AccessTokenException.class)
							.withMessageContaining("does not respond");
					}
					await().until(() -> context.getBean(PendingApprovals.class).list().isEmpty());
					USER.set("alice");
					assertThat(vault.openLater(3)).succeedsWithin(Duration.ofSeconds(15));
					context.getBean(UserTokens.class).responded.countDown();
				});
	}

	@Test
	void callThatWaitsForATokenCanBeCancelled() {
		this.contextRunner.run((context) -> {
			USER.set("silent");
			CompletableFuture<String> call = context.getBean(Vault.class).openLater(1);
			UserTokens tokens = context.getBean(UserTokens.class);
			tokens.called.await();
			call.cancel(true);
			await().until(() -> context.getBean(PendingApprovals.class).list().isEmpty());
			tokens.responded.countDown();
			assertThat(tokens.interrupted).isFalse();
			assertThat(this.simulator.requests()).isEmpty();
		});
	}

	@Test
	void failureOfATokenIsNoFailureOfTheGateway() {
		approveAll();
		run(this.contextRunner.withPropertyValues("airlock.gateway.approval.timeout=1s"), HealthIndicator.class,
				(health, context) -> {
					USER.set("alice");
					assertThat(health.health(true).getStatus()).isEqualTo(Status.UP);
					USER.set("failing");
					assertThatExceptionOfType(ApprovalUnavailableException.class)
						.isThrownBy(context.getBean(Vault.class)::open)
						.withMessageContaining("no token today")
						.withMessageNotContaining("base-url");
					USER.set("alice");
					assertThat(health.health(true).getStatus()).isEqualTo(Status.UP);
					USER.set("failing");
					assertThat(health.health(true).getStatus()).isIn(Status.UP, Status.UNKNOWN);
				});
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		Vault vault() {
			return new Vault();
		}

		@Bean
		UserTokens tokens() {
			return new UserTokens();
		}

	}

	static class Vault {

		@RequiresAirlockApproval("Open")
		String open() {
			return "opened";
		}

		@RequiresAirlockApproval("Open")
		CompletableFuture<String> openLater(int number) {
			return CompletableFuture.completedFuture("opened " + number);
		}

	}

	/**
	 * Source of tokens that are the names of their users.
	 */
	static class UserTokens implements AccessTokenSource {

		private final CountDownLatch called = new CountDownLatch(1);

		private final CountDownLatch responded = new CountDownLatch(1);

		private volatile boolean interrupted;

		@Override
		public @Nullable String getAccessToken() {
			String user = String.valueOf(USER.get());
			switch (user) {
				case "null", "nobody":
					return null;
				case "failing":
					throw new AirlockGatewayException("There is no token today", null, null);
				case "silent":
					awaitResponse();
					return user;
				default:
					return user;
			}
		}

		private void awaitResponse() {
			this.called.countDown();
			try {
				this.responded.await(1, TimeUnit.MINUTES);
			}
			catch (InterruptedException ex) {
				this.interrupted = true;
			}
		}

		@Override
		public Runnable bindToUser(Runnable task) {
			String user = USER.get();
			return () -> {
				String before = USER.get();
				USER.set(user);
				try {
					task.run();
				}
				finally {
					USER.set(before);
				}
			};
		}

		@Override
		public boolean isPerUser() {
			return true;
		}

		@Override
		public @Nullable Object findUserKey() {
			return USER.get();
		}

	}

}

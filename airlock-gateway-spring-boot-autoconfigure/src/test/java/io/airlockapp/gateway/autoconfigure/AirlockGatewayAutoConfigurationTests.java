/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.AirlockGatewayTemplate;
import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.auth.AccessTokenSource;
import io.airlockapp.gateway.auth.GatewayCredentials;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.AirlockGatewayRestClientCustomizer;
import io.airlockapp.gateway.client.http.GatewayRequestFactory;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.exchange.ApprovalTaskExecutor;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.exchange.PendingLimits;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.harp.DecisionVerifier;
import io.airlockapp.gateway.harp.InMemoryReplayJournal;
import io.airlockapp.gateway.harp.ReplayJournal;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.presence.PresenceHeartbeat;
import io.airlockapp.gateway.support.Ticker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskExecutor;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockingDetails;
import static org.mockito.Mockito.verifyNoInteractions;

/**
 * Tests for {@link AirlockGatewayAutoConfiguration}.
 */
class AirlockGatewayAutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class));

	@Test
	void createsBeansWithoutAnyProperty() {
		this.contextRunner.run((context) -> {
			assertThat(context).hasSingleBean(AirlockGatewayTemplate.class)
				.hasSingleBean(AirlockGatewayOperations.class)
				.hasSingleBean(AirlockGatewayApi.class)
				.hasSingleBean(Enforcer.class)
				.hasSingleBean(PairingSource.class)
				.hasSingleBean(DecisionVerifier.class)
				.hasSingleBean(InMemoryReplayJournal.class)
				.hasSingleBean(PendingApprovals.class);
			AirlockGatewayConnectionDetails details = context.getBean(AirlockGatewayConnectionDetails.class);
			assertThat(details.getBaseUrl()).isEqualTo(URI.create("https://igw.airlocks.io"));
			assertThat(details.getCredentials().isEmpty()).isTrue();
			assertThat(context.getBean(PairingSource.class).getPairing(Pairing.DEFAULT_NAME)).isNull();
		});
	}

	@Test
	void tokensOfAParentContextAreCredentials() {
		AccessTokenSource source = () -> "token";
		new ApplicationContextRunner().withBean(AccessTokenSource.class, () -> source)
			.run((parent) -> this.contextRunner.withParent(parent)
				.withPropertyValues("airlock.gateway.base-url=https://gateway.example")
				.run((context) -> assertThat(context).hasNotFailed()));
	}

	@Test
	void approvalTaskIsBoundToUserOfCaller() {
		List<String> ran = new CopyOnWriteArrayList<>();
		AccessTokenSource source = new AccessTokenSource() {

			@Override
			public String getAccessToken() {
				return "token";
			}

			@Override
			public Runnable bindToUser(Runnable task) {
				String caller = Thread.currentThread().getName();
				return () -> {
					ran.add("for " + caller);
					task.run();
				};
			}

		};
		this.contextRunner.withBean(AccessTokenSource.class, () -> source).run((context) -> {
			context.getBean(ApprovalTaskExecutor.class)
				.executor()
				.submit(() -> ran.add("task"))
				.get(10, TimeUnit.SECONDS);
			assertThat(ran).containsExactly("for " + Thread.currentThread().getName(), "task");
		});
	}

	@Test
	void connectionDetailsAreOfTheProperties() {
		this.contextRunner.withPropertyValues(PairedProperties.all()).run((context) -> {
			AirlockGatewayConnectionDetails details = context.getBean(AirlockGatewayConnectionDetails.class);
			assertThat(details.getBaseUrl()).isEqualTo(URI.create("http://localhost:1"));
			assertThat(details.getCredentials().pat()).isEqualTo(PairedProperties.PAT);
			Pairing pairing = context.getBean(PairingSource.class).getPairing(Pairing.DEFAULT_NAME);
			assertThat(pairing).isNotNull();
			assertThat(pairing.routingToken()).isEqualTo(PairedProperties.ROUTING_TOKEN);
			assertThat(pairing.encryptionKey().encode()).isEqualTo(PairedProperties.ENCRYPTION_KEY);
			assertThat(pairing.signerKeys()).singleElement().satisfies((key) -> {
				assertThat(key.id()).isEqualTo("key-1");
				assertThat(key.encode()).isEqualTo(PairedProperties.SIGNER_KEY);
			});
		});
	}

	@Test
	void enforcerIsNamedAfterTheApplication() {
		this.contextRunner.withPropertyValues("spring.application.name=refund-desk")
			.run((context) -> assertThat(context.getBean(Enforcer.class))
				.isEqualTo(new Enforcer("refund-desk", "refund-desk", "refund-desk", "default", "", "refund-desk")));
	}

	@Test
	void enforcerIsNamedByProperties() {
		this.contextRunner
			.withPropertyValues("spring.application.name=refund-desk", "airlock.gateway.enforcer.id=enf-1",
					"airlock.gateway.enforcer.label=Refunds", "airlock.gateway.enforcer.device-id=dev-1",
					"airlock.gateway.workspace.name=payments", "airlock.gateway.workspace.repo-name=refunds")
			.run((context) -> assertThat(context.getBean(Enforcer.class))
				.isEqualTo(new Enforcer("enf-1", "Refunds", "dev-1", "payments", "refunds", "refund-desk")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "text", "TEXT", "sdk-json", "core" })
	void signatureFormsBindLeniently(String form) {
		this.contextRunner.withPropertyValues("airlock.gateway.approval.signature-forms=" + form)
			.run((context) -> assertThat(context.getBean(AirlockGatewayProperties.class).approval().signatureForms())
				.singleElement()
				.isIn(EnumSet.allOf(SignatureForm.class)));
	}

	@Test
	void disabledCreatesNothing() {
		this.contextRunner.withPropertyValues("airlock.gateway.enabled=false")
			.withPropertyValues("airlock.gateway.base-url=not a url")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(AirlockGatewayOperations.class)
				.doesNotHaveBean(AirlockGatewayConnectionDetails.class)
				.doesNotHaveBean(AirlockGatewayApi.class)
				.doesNotHaveBean(PendingApprovals.class));
	}

	@Test
	void withoutRestClientCreatesNothing() {
		this.contextRunner.withClassLoader(new FilteredClassLoader(RestClient.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(AirlockGatewayOperations.class));
	}

	@Test
	void operationsOfTheUserWin() {
		AirlockGatewayOperations operations = mock();
		this.contextRunner.withBean("own", AirlockGatewayOperations.class, () -> operations)
			.run((context) -> assertThat(context).doesNotHaveBean(AirlockGatewayTemplate.class)
				.getBean(AirlockGatewayOperations.class)
				.isSameAs(operations));
	}

	@ParameterizedTest
	@MethodSource("beansOfTheUser")
	<T> void beanOfTheUserWins(String name, Class<T> type, T bean) {
		this.contextRunner.withBean(name, type, () -> bean)
			.run((context) -> assertThat(context).hasNotFailed().getBean(type).isSameAs(bean));
	}

	static Stream<Arguments> beansOfTheUser() {
		return Stream.of(arguments("own", AirlockGatewayApi.class, mock(AirlockGatewayApi.class)),
				arguments("own", Enforcer.class, new Enforcer("own", "own", "own", "own", "", "own")),
				arguments("own", PairingSource.class, mock(PairingSource.class)),
				arguments("own", ReplayJournal.class, mock(ReplayJournal.class)),
				arguments("own", ApprovalJournal.class, mock(ApprovalJournal.class)),
				arguments("own", DecisionVerifier.class,
						new DecisionVerifier(EnumSet.of(SignatureForm.CORE), new InMemoryReplayJournal(),
								InstantSource.system())),
				arguments("own", PendingApprovals.class,
						new PendingApprovals(PendingLimits.of(10), Duration.ZERO, Halt.inMemory())),
				arguments("own", GatewayRateLimiter.class,
						new GatewayRateLimiter(10, Duration.ofSeconds(1), Ticker.system())),
				arguments("airlockGatewayRequestFactory", GatewayRequestFactory.class, new GatewayRequestFactory(
						(executor) -> HttpClient.newHttpClient(), Duration.ofSeconds(1), Duration.ofSeconds(1))));
	}

	@Test
	void connectionDetailsOfTheUserWin() {
		AirlockGatewayConnectionDetails details = new FixedConnectionDetails();
		this.contextRunner.withPropertyValues("airlock.gateway.base-url=not a url")
			.withBean("details", AirlockGatewayConnectionDetails.class, () -> details)
			.run((context) -> assertThat(context).hasNotFailed()
				.getBean(AirlockGatewayConnectionDetails.class)
				.isSameAs(details));
	}

	@Test
	void requestFactoryIsNotInjectedIntoOtherBeans() {
		this.contextRunner.withUserConfiguration(NeedsRequestFactory.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(NeedsRequestFactory.Holder.class).present()).isFalse();
		});
	}

	@Test
	void customizersOfTheUserAreApplied() {
		RestClientCustomizer customizer = mock();
		this.contextRunner.withBean(RestClientCustomizer.class, () -> customizer)
			.run((context) -> assertThat(mockingDetails(customizer).getInvocations()).hasSize(1));
	}

	@Test
	void customizersOfThisClientAloneComeLast() {
		List<String> applied = new ArrayList<>();
		this.contextRunner.withBean(AirlockGatewayRestClientCustomizer.class, () -> (builder) -> applied.add("gateway"))
			.withBean(RestClientCustomizer.class, () -> (builder) -> applied.add("all"))
			.run((context) -> assertThat(applied).containsExactly("all", "gateway"));
	}

	@Test
	void customizersCannotChangeBaseUrlOrRequestFactory() {
		ClientHttpRequestFactory elsewhere = mock();
		List<String> seen = new ArrayList<>();
		this.contextRunner.withPropertyValues(PairedProperties.all())
			.withBean(RestClientCustomizer.class,
					() -> (builder) -> builder.baseUrl("https://elsewhere.example.org")
						.requestFactory(elsewhere)
						.requestInterceptor((request, body, execution) -> {
							seen.add(describe(request));
							try {
								return execution.execute(request, body);
							}
							finally {
								seen.add(describe(request));
							}
						}))
			.run((context) -> {
				assertThatExceptionOfType(AirlockGatewayException.class)
					.isThrownBy(() -> context.getBean(AirlockGatewayOperations.class).echo());
				assertThat(seen).hasSize(2).containsOnly("http://localhost:1/echo without X-PAT");
				verifyNoInteractions(elsewhere);
			});
	}

	private static String describe(HttpRequest request) {
		return request.getURI() + (request.getHeaders().containsHeader("X-PAT") ? " with" : " without") + " X-PAT";
	}

	@Test
	void addsOnlyBeansOfItsOwnTypes() {
		ApplicationContextRunner plain = new ApplicationContextRunner().withUserConfiguration(Scheduling.class)
			.withConfiguration(AutoConfigurations.of(TaskSchedulingAutoConfiguration.class,
					TaskExecutionAutoConfiguration.class, JacksonAutoConfiguration.class, SslAutoConfiguration.class,
					HttpClientAutoConfiguration.class, ImperativeHttpClientAutoConfiguration.class,
					RestClientAutoConfiguration.class));
		plain.run((without) -> plain
			.withConfiguration(
					AutoConfigurations.of(AirlockApprovalAutoConfiguration.class, AirlockGatewayAutoConfiguration.class,
							AirlockPresenceAutoConfiguration.class, AirlockActuatorAutoConfiguration.class))
			.withPropertyValues(PairedProperties.all())
			.run((with) -> {
				Set<String> added = new LinkedHashSet<>(Set.of(with.getBeanDefinitionNames()));
				added.removeAll(Set.of(without.getBeanDefinitionNames()));
				assertThat(added).hasSizeGreaterThan(10)
					.allMatch((name) -> name.startsWith("airlock") || name.contains("io.airlockapp.gateway.")
							|| name.startsWith("org.springframework.aop."));
				assertThat(with.getBeanDefinitionNames()).contains(without.getBeanDefinitionNames());
				for (Class<?> type : Set.of(TaskScheduler.class, Executor.class, TaskExecutor.class, JsonMapper.class,
						ObjectMapper.class, RestClient.class, RestClient.Builder.class, HttpClient.class,
						InstantSource.class)) {
					assertThat(with.getBeanNamesForType(type)).as(type.getName())
						.isEqualTo(without.getBeanNamesForType(type));
				}
				assertThat(with.getBeanProvider(ClientHttpRequestFactory.class).getIfUnique()).isNotNull()
					.isNotInstanceOf(GatewayRequestFactory.class);
				assertThat(without.getBeanNamesForType(TaskScheduler.class)).containsExactly("taskScheduler");
				assertThat(without.getBeanNamesForType(TaskExecutor.class)).contains("applicationTaskExecutor");
				assertThat(without.getBeanNamesForType(JsonMapper.class)).containsExactly("jacksonJsonMapper");
			}));
	}

	@Test
	void lazyInitializationKeepsTheGuardAndTheHeartbeat() {
		this.contextRunner
			.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class,
					AirlockPresenceAutoConfiguration.class))
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> {
				assertThat(context.getBeanFactory().containsSingleton("airlockPresenceHeartbeat")).isTrue();
				assertThat(context.getBeanFactory().containsSingleton("airlockApprovalGate")).isTrue();
				assertThat(context.getBeansOfType(ApprovalGate.class)).hasSize(1);
				assertThat(context).hasSingleBean(PresenceHeartbeat.class);
			});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Scheduling {

	}

	@Configuration(proxyBeanMethods = false)
	static class NeedsRequestFactory {

		@Bean
		Holder holder(ObjectProvider<ClientHttpRequestFactory> factory, Map<String, ClientHttpRequestFactory> all) {
			return new Holder(factory.getIfAvailable() != null || !all.isEmpty());
		}

		record Holder(boolean present) {
		}

	}

	private static final class FixedConnectionDetails implements AirlockGatewayConnectionDetails {

		@Override
		public URI getBaseUrl() {
			return URI.create("https://gateway.example.org");
		}

		@Override
		public GatewayCredentials getCredentials() {
			return GatewayCredentials.NONE;
		}

	}

}

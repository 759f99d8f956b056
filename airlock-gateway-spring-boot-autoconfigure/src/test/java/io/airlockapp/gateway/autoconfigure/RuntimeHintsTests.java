/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.io.IOException;
import java.net.http.HttpClient;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.verification.ProcessedContext;
import io.airlockapp.gateway.approval.AirlockOmitted;
import io.airlockapp.gateway.approval.AirlockSensitive;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.ArtifactSubmission;
import io.airlockapp.gateway.client.DndPolicy;
import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.client.ExchangeState;
import io.airlockapp.gateway.client.ExchangeStatus;
import io.airlockapp.gateway.client.Heartbeat;
import io.airlockapp.gateway.client.PairingStatus;
import io.airlockapp.gateway.harp.DecisionEvidence;
import io.airlockapp.gateway.web.ApprovalProblems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.support.DelegatePerTargetObjectIntroductionInterceptor;
import org.springframework.aop.support.DelegatingIntroductionInterceptor;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.factory.aot.AotServices;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.FactoryBeanRegistrySupport;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.ResolvableType;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what a native image is told, whatever is guarded.
 */
class RuntimeHintsTests {

	private static final RuntimeHints HINTS = registered();

	private static RuntimeHints registered() {
		RuntimeHints hints = new RuntimeHints();
		AotServices.factories()
			.load(RuntimeHintsRegistrar.class)
			.asList()
			.stream()
			.filter((registrar) -> registrar.getClass().getName().startsWith("io.airlockapp."))
			.forEach((registrar) -> registrar.registerHints(hints, RuntimeHintsTests.class.getClassLoader()));
		return hints;
	}

	private static Stream<Class<?>> wire() {
		Stream<Class<?>> messages = Arrays.stream(AirlockGatewayApi.class.getMethods())
			.flatMap((method) -> Stream.concat(Stream.of(ResolvableType.forMethodReturnType(method)),
					IntStream.range(0, method.getParameterCount())
						.mapToObj((index) -> ResolvableType.forMethodParameter(method, index))))
			.flatMap((type) -> Stream.of(type, type.getGeneric(), type.getGeneric().getGeneric()))
			.<Class<?>>map((type) -> type.resolve(Void.class))
			.filter(Class::isRecord);
		return Stream.concat(messages.distinct(), others());
	}

	private static Stream<Class<?>> others() {
		return Stream.of(Envelope.Sender.class, DndPolicy.class, DndPolicy.ActionSelector.class, DecisionEvidence.class,
				type("pairing.PairingDocument"), type("pairing.ActivePairing"),
				type("pairing.PairingDocument$Revocation"), type("auth.device.Login"));
	}

	private static Class<?> type(String name) {
		return ClassUtils.resolveClassName("io.airlockapp.gateway." + name, null);
	}

	@ParameterizedTest
	@ValueSource(classes = { RuntimeHintsRegistrar.class, BeanFactoryInitializationAotProcessor.class,
			BeanRegistrationAotProcessor.class })
	void factoriesNameEveryImplementation(Class<?> type) {
		ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
		scanner.addIncludeFilter(new AssignableTypeFilter(type));
		List<String> implementations = scanner.findCandidateComponents("io.airlockapp.gateway")
			.stream()
			.map((definition) -> String.valueOf(definition.getBeanClassName()))
			// Nested ones are imported by the configuration that they are for
			.filter((name) -> !name.contains("Configuration$"))
			.toList();
		assertThat(AotServices.factories().load(type).asList()).map((loaded) -> loaded.getClass().getName())
			.filteredOn((name) -> name.startsWith("io.airlockapp."))
			.isNotEmpty()
			.containsExactlyInAnyOrderElementsOf(implementations);
	}

	@ParameterizedTest
	@MethodSource("wire")
	void recordCanBeReadAndWritten(Class<?> type) {
		assertThat(type.getRecordComponents()).isNotEmpty()
			.allSatisfy((component) -> assertThat(HINTS)
				.matches(RuntimeHintsPredicates.reflection().onMethodInvocation(component.getAccessor())));
		assertThat(type.getDeclaredConstructors()).anySatisfy((constructor) -> assertThat(HINTS)
			.matches(RuntimeHintsPredicates.reflection().onConstructorInvocation(constructor)));
	}

	@Test
	void messagesOfGatewayAreIncluded() {
		assertThat(wire()).contains(Envelope.class, ArtifactSubmission.class, ExchangeStatus.class, Heartbeat.class,
				PairingStatus.class);
	}

	@Test
	void exchangeStatesHaveFieldHints() {
		assertThat(HINTS)
			.matches(RuntimeHintsPredicates.reflection().onFieldAccess(ExchangeState.class, "PENDING_APPROVAL"));
	}

	@Test
	void introductionDelegatesHaveFieldHints() {
		assertThat(HINTS)
			.matches(RuntimeHintsPredicates.reflection()
				.onFieldAccess(DelegatingIntroductionInterceptor.class, "delegate"))
			.matches(RuntimeHintsPredicates.reflection()
				.onFieldAccess(DelegatePerTargetObjectIntroductionInterceptor.class, "defaultImplType"));
	}

	@ParameterizedTest
	@ValueSource(classes = { RequiresAirlockApproval.class, AirlockSensitive.class, AirlockOmitted.class })
	void annotationHasReflectionAndProxyHints(Class<?> annotation) {
		assertThat(HINTS).matches(RuntimeHintsPredicates.reflection().onType(annotation))
			.matches(RuntimeHintsPredicates.proxies().forInterfaces(annotation));
	}

	@ParameterizedTest
	@ValueSource(strings = { "reactor.core.publisher.Mono",
			"org.springframework.transaction.support.TransactionSynchronizationManager",
			"io.micrometer.context.ContextSnapshotFactory" })
	void optionalLibraryHasTypeHint(String name) {
		assertThat(HINTS).matches(RuntimeHintsPredicates.reflection().onType(TypeReference.of(name)));
	}

	@Test
	void schemasHaveResourceHints() throws IOException {
		String root = "io/airlockapp/gateway/";
		assertThat(new PathMatchingResourcePatternResolver().getResources("classpath*:" + root + "**/*.sql"))
			.hasSize(10)
			.allSatisfy((schema) -> assertThat(HINTS).matches(RuntimeHintsPredicates.resource()
				.forResource(schema.getURL().toString().replaceFirst(".*/" + root, root))));
	}

	@Test
	void optionalMethodsCanBeCalled() throws Exception {
		assertThat(HINTS).matches(RuntimeHintsPredicates.reflection()
			.onMethodInvocation(ApprovalProblems.class.getMethod("describe", Throwable.class, Locale.class)));
		assertThat(HINTS).matches(RuntimeHintsPredicates.reflection()
			.onMethodInvocation(FactoryBeanRegistrySupport.class, "getCachedObjectForFactoryBean"));
		assertThat(HINTS.reflection().getTypeHint(HttpClient.class)).isNotNull()
			.satisfies(
					(hint) -> assertThat(hint.methods()).anyMatch((method) -> method.getName().equals("shutdownNow")));
	}

	@Test
	void propertiesCanBeBound() {
		ProcessedContext processed = ProcessedContext.of((context) -> context
			.register(AirlockGatewayAutoConfiguration.class, AirlockPresenceAutoConfiguration.class));
		assertThat(processed.hints())
			.matches(RuntimeHintsPredicates.reflection().onType(AirlockGatewayProperties.class));
		assertThat(AirlockGatewayProperties.class.getDeclaredConstructors()).singleElement()
			.satisfies((constructor) -> assertThat(processed.hints())
				.matches(RuntimeHintsPredicates.reflection().onConstructorInvocation(constructor)));
	}

}

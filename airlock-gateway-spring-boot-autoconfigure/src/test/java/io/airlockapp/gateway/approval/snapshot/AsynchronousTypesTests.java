/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

import net.bytebuddy.ByteBuddy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.ParallelFlux;

import org.springframework.core.GenericTypeResolver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AsynchronousTypes}.
 */
class AsynchronousTypesTests {

	@ParameterizedTest
	@MethodSource("supported")
	void obstacleWhenTypesAreSupportedReturnsNull(Method method) {
		assertThat(AsynchronousTypes.obstacle(method, Supported.class)).isNull();
	}

	@ParameterizedTest
	@MethodSource("unsupported")
	void obstacleWhenTypesAreUnsupportedNamesTypeAndAlternative(Method method) {
		assertThat(AsynchronousTypes.obstacle(method, Unsupported.class)).isNotNull()
			.matches((obstacle) -> Stream.of(method.getParameterTypes())
				.map(Class::getName)
				.findFirst()
				.or(() -> Optional.of(method.getReturnType().getName()))
				.filter(obstacle::contains)
				.isPresent())
			.containsAnyOf("can be subscribed to several times", "return a CompletableFuture",
					"return a Mono or a Flux");
	}

	@Test
	void obstacleWhenFunctionIsSuspendingNamesIt() throws Exception {
		Class<?> continuation = new ByteBuddy().makeInterface()
			.name("kotlin.coroutines.Continuation")
			.make()
			.load(ClassLoader.getPlatformClassLoader())
			.getLoaded();
		Class<?> type = new ByteBuddy().subclass(Object.class)
			.defineMethod("refund", Object.class, Modifier.PUBLIC | Modifier.ABSTRACT)
			.withParameters(int.class, continuation)
			.withoutCode()
			.modifiers(Modifier.PUBLIC | Modifier.ABSTRACT)
			.make()
			.load(continuation.getClassLoader())
			.getLoaded();
		assertThat(AsynchronousTypes.obstacle(type.getMethod("refund", int.class, continuation), type))
			.contains("suspending function");
	}

	@Test
	void returnTypeWhenClassResolvesTypeVariableIsThatType() throws Exception {
		Method method = Desk.class.getMethod("handle");
		assertThat(GenericTypeResolver.resolveReturnType(method, ReactiveDesk.class)).isEqualTo(Mono.class);
		assertThat(GenericTypeResolver.resolveReturnType(method, Desk.class)).isEqualTo(Object.class);
	}

	@ParameterizedTest
	@ValueSource(
			classes = { Own.class, OwnPublisher.class, OwnMono.class, Flow.Processor.class, CompletableFuture.class })
	void isAsynchronousWhenTypeIsPublisherOrFutureReturnsTrue(Class<?> type) {
		assertThat(AsynchronousTypes.isAsynchronous(type)).isTrue();
		assertThat(AsynchronousTypes.isAsynchronous(Supported.class)).isFalse();
	}

	private static Stream<Method> supported() {
		return Arrays.stream(Supported.class.getDeclaredMethods()).filter((method) -> !method.isSynthetic());
	}

	private static Stream<Method> unsupported() {
		return Arrays.stream(Unsupported.class.getDeclaredMethods()).filter((method) -> !method.isSynthetic());
	}

	interface Supported {

		void nothing();

		Object object(Object object);

		List<CompletableFuture<String>> list(List<String> list);

		Enum<?> enumeration();

		@SuppressWarnings("rawtypes")
		Enum rawEnumeration();

		<T extends Comparable<T>> T variable();

		CompletableFuture<String> completableFuture();

		CompletionStage<String> completionStage();

		Mono<String> mono();

		Flux<String> flux();

		Publisher<String> publisher();

		Flow.Publisher<String> flowPublisher();

	}

	interface Unsupported {

		Future<String> future();

		FutureTask<String> futureTask();

		ParallelFlux<String> parallelFlux();

		Optional<Mono<String>> optional();

		Map<String, ? extends List<Flow.Publisher<String>>> map();

		Flux<String>[] array();

		Mono<Optional<Flux<String>>> nested();

		CompletableFuture<Publisher<String>> futurePublisher();

		OwnMono ownMono();

	}

	abstract static class OwnMono extends Mono<String> {

	}

	abstract static class Desk<T> {

		public abstract T handle();

	}

	abstract static class ReactiveDesk extends Desk<Mono<String>> {

	}

	interface OwnPublisher extends Publisher<String> {

	}

	abstract static class Own implements Publisher<String> {

	}

}

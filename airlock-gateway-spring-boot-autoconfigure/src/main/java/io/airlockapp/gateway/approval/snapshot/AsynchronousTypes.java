/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.core.GenericTypeResolver;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.util.ClassUtils;

/**
 * Identifies the types whose values are produced asynchronously, and those of them that a
 * guarded method can return.
 */
public final class AsynchronousTypes {

	public static final String REACTOR = "reactor.core.publisher.Mono";

	public static final boolean REACTOR_PRESENT = ClassUtils.isPresent(REACTOR,
			AsynchronousTypes.class.getClassLoader());

	private static final List<String> ASYNC = List.of("org.springframework.scheduling.annotation.Async",
			"jakarta.ejb.Asynchronous", "jakarta.enterprise.concurrent.Asynchronous");

	private static final String CONTINUATION = "kotlin.coroutines.Continuation";

	/**
	 * The packages of reactive libraries, which are optional.
	 */
	private static final List<String> REACTIVE = List.of("org.reactivestreams.", "reactor.core.publisher.",
			"io.reactivex.", "io.smallrye.mutiny.", "kotlinx.coroutines.");

	/**
	 * The beginnings of the names of Kotlin's types that are code which runs at each use.
	 */
	private static final List<String> LAZY = List.of("kotlin.Function", "kotlin.jvm.functions.", "kotlin.sequences.");

	/**
	 * The reactive types, because they are needed for the result of each method.
	 */
	private static final ClassValue<Boolean> reactive = LibraryTypes
		.cache((type) -> !isFuture(type) && (Flow.Publisher.class.isAssignableFrom(type) || LibraryTypes.hierarchy(type)
			.anyMatch((current) -> REACTIVE.stream().anyMatch(current.getName()::startsWith))));

	private AsynchronousTypes() {
	}

	public static boolean isFuture(Class<?> type) {
		return Future.class.isAssignableFrom(type) || CompletionStage.class.isAssignableFrom(type);
	}

	/**
	 * Return whether values of a type become available later.
	 * @param type the type
	 * @return whether it is a future or a reactive type
	 */
	public static boolean isAsynchronous(Class<?> type) {
		return isFuture(type) || isReactive(type);
	}

	/**
	 * Return whether a type may start its work at each subscription.
	 * @param type the type
	 * @return whether it is a reactive type, and no future
	 */
	public static boolean isReactive(Class<?> type) {
		return reactive.get(type);
	}

	/**
	 * Return the adapter that converts a reactive type from and to publishers.
	 * @param type the type
	 * @return the adapter, or {@code null} if the type cannot be created from a publisher
	 */
	public static @Nullable ReactiveAdapter adapter(Class<?> type) {
		ReactiveAdapter adapter = REACTOR_PRESENT ? ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) : null;
		return (adapter != null && type.isAssignableFrom(adapter.getReactiveType())) ? adapter : null;
	}

	/**
	 * Return the reason why a method cannot be guarded without blocking its caller.
	 * @param method the method
	 * @param targetClass the class of the target
	 * @return the reason, or {@code null} if there is none
	 */
	public static @Nullable String obstacle(Method method, Class<?> targetClass) {
		if (Stream.of(method.getParameterTypes()).anyMatch((type) -> type.getName().equals(CONTINUATION))) {
			return "it is a suspending function, or takes a Continuation, which is not supported; return a "
					+ "CompletableFuture, a Mono, a Flux or a Flow of Kotlin, or nothing if the method is durable";
		}
		Class<?> type = GenericTypeResolver.resolveReturnType(method, targetClass);
		if (containsReactive(ResolvableType.forMethodReturnType(method, targetClass), 5)) {
			return ("it returns a %s with a reactive type inside, which can be subscribed to several times with one approval; "
					+ "return a Mono or a Flux of plain values")
				.formatted(type.getName());
		}
		if (LAZY.stream().anyMatch(type.getName()::startsWith)) {
			return "it returns a %s, whose code could run several times with one approval; return its result"
				.formatted(type.getName());
		}
		if (isFuture(type)) {
			return (type == CompletableFuture.class || type == CompletionStage.class) ? null
					: "it returns a %s, which cannot be created or does not signal its completion; return a CompletableFuture"
						.formatted(type.getName());
		}
		if (!isAsynchronous(type) || adapter(type) != null) {
			return null;
		}
		return (REACTOR_PRESENT ? "it returns a %s, which cannot be created from a Publisher; return a Mono or a Flux"
				: "it returns a %s, for which 'io.projectreactor:reactor-core' must be on the class path")
			.formatted(type.getName());
	}

	/**
	 * Return whether an annotation says that a method runs in another thread, so that its
	 * caller knows neither its result nor its failure.
	 * @param method the method
	 * @param targetClass the class of the target
	 */
	public static boolean isInAnotherThread(Method method, Class<?> targetClass) {
		return Stream.of(method, targetClass, method.getDeclaringClass())
			.map((element) -> MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY))
			.anyMatch((annotations) -> ASYNC.stream().anyMatch(annotations::isPresent));
	}

	/**
	 * Return whether there is a reactive type among the type arguments and components of
	 * a type. The levels are limited, since a type variable may be bounded by itself.
	 */
	private static boolean containsReactive(ResolvableType type, int levels) {
		return levels > 0 && Stream.concat(Stream.of(type.getComponentType()), Stream.of(type.getGenerics()))
			.anyMatch((part) -> isReactive(part.toClass()) || containsReactive(part, levels - 1));
	}

}

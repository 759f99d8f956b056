/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.lang.reflect.Method;
import java.util.stream.Stream;

import kotlin.reflect.KClass;
import kotlin.reflect.KFunction;
import kotlin.reflect.KParameter;
import kotlin.reflect.KType;
import kotlin.reflect.jvm.ReflectJvmMapping;
import org.jspecify.annotations.Nullable;

import org.springframework.core.BridgeMethodResolver;

/**
 * Reads the signatures of functions as declared in Kotlin. Only loaded when the
 * reflection library of Kotlin is present.
 */
final class KotlinSignatures {

	private KotlinSignatures() {
	}

	/**
	 * Return whether a method takes context parameters, which no name belongs to.
	 */
	static boolean hasContextParameters(Method method) {
		KFunction<?> function = find(method);
		return function != null && function.getParameters()
			.stream()
			.filter((parameter) -> parameter.getKind() == KParameter.Kind.VALUE
					|| parameter.getKind() == KParameter.Kind.EXTENSION_RECEIVER)
			.count() + (function.isSuspend() ? 1 : 0) != method.getParameterCount();
	}

	/**
	 * Return whether a method takes or returns a {@code Result}, the only value class
	 * that does not change the name of a method.
	 */
	static boolean hasResult(Method method) {
		KFunction<?> function = find(method);
		return function != null && Stream
			.concat(Stream.of(function.getReturnType()), function.getParameters().stream().map(KParameter::getType))
			.anyMatch(KotlinSignatures::isResult);
	}

	private static boolean isResult(KType type) {
		return type.getClassifier() instanceof KClass<?> classifier
				&& "kotlin.Result".equals(classifier.getQualifiedName());
	}

	/**
	 * Return the name of a function. The compiler adds the module to that of an internal
	 * one, and a hash to that of one with a value class.
	 */
	static @Nullable String findName(Method method) {
		KFunction<?> function = find(method);
		return (function != null) ? function.getName() : null;
	}

	private static @Nullable KFunction<?> find(Method method) {
		try {
			return ReflectJvmMapping.getKotlinFunction(BridgeMethodResolver.findBridgedMethod(method));
		}
		catch (UnsupportedOperationException ex) {
			// A class that the compiler generated, such as that of a lambda expression
			return null;
		}
	}

}

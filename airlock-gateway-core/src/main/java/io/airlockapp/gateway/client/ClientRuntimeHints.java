/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.lang.reflect.Type;
import java.net.http.HttpClient;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.airlockapp.gateway.support.Deadline;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.http.converter.HttpMessageConverters;
import org.springframework.util.ClassUtils;

/**
 * {@link RuntimeHintsRegistrar} for the messages of an {@link AirlockGatewayApi}, and for
 * methods that exist only in some versions of Java and Spring.
 */
final class ClientRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		if (!ClassUtils.isPresent("org.springframework.web.client.RestClient", classLoader)) {
			return;
		}
		BindingReflectionHintsRegistrar binding = new BindingReflectionHintsRegistrar();
		messages().forEach((type) -> binding.registerReflectionHints(hints.reflection(), type));
		hints.reflection()
			.registerType(HttpClient.class,
					(type) -> type.withMethod("shutdown", List.of(), ExecutableMode.INVOKE)
						.withMethod("shutdownNow", List.of(), ExecutableMode.INVOKE))
			.registerType(HttpMessageConverters.Builder.class,
					(type) -> type.withMethod("configureMessageConvertersList", TypeReference.listOf(Consumer.class),
							ExecutableMode.INVOKE));
	}

	/**
	 * Return the types of all messages that are sent or received.
	 */
	private static Stream<Type> messages() {
		Stream<Type> declared = Arrays.stream(AirlockGatewayApi.class.getMethods())
			.flatMap((method) -> Stream.concat(Stream.of(method.getGenericReturnType()),
					Arrays.stream(method.getGenericParameterTypes())))
			.filter((type) -> type != void.class && type != int.class && type != String.class
					&& type != Deadline.class);
		// Bound by the creator of DndPolicies, so it appears in no signature
		return Stream.concat(declared, Stream.of(DndPolicy.class));
	}

}

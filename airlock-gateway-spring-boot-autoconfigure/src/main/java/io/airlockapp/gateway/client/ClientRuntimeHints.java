package io.airlockapp.gateway.client;

import java.net.http.HttpClient;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.annotation.ReflectiveRuntimeHintsRegistrar;
import org.springframework.http.converter.HttpMessageConverters;
import org.springframework.util.ClassUtils;

/**
 * Registers the gateway's interface with what it sends and gets, also for an
 * {@link AirlockGatewayApi} that is no bean, and the methods that not every version of
 * Java and of Spring has.
 */
final class ClientRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		if (!ClassUtils.isPresent("org.springframework.web.client.RestClient", classLoader)) {
			return;
		}
		hints.proxies().registerJdkProxy(AopProxyUtils.completeJdkProxyInterfaces(AirlockGatewayApi.class));
		new ReflectiveRuntimeHintsRegistrar().registerRuntimeHints(hints, AirlockGatewayApi.class);
		// Bound by what reads the others
		new BindingReflectionHintsRegistrar().registerReflectionHints(hints.reflection(), DndPolicy.class);
		hints.reflection()
			.registerType(HttpClient.class, (type) -> type.withMethod("shutdownNow", List.of(), ExecutableMode.INVOKE))
			.registerType(HttpMessageConverters.Builder.class,
					(type) -> type.withMethod("configureMessageConvertersList", TypeReference.listOf(Consumer.class),
							ExecutableMode.INVOKE));
	}

}

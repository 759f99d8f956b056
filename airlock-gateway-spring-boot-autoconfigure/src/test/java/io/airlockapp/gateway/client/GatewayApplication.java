/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.util.ArrayList;
import java.util.List;

import io.airlockapp.gateway.AirlockGatewayTemplate;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayAutoConfiguration;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.Configurations;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * Applications that call a gateway, assembled by the auto-configuration and closed after
 * the tests of a class.
 */
public final class GatewayApplication implements AfterAllCallback {

	/**
	 * The personal access token of an application that names no other credentials.
	 */
	public static final String PAT = GatewayClients.PAT;

	private static final Class<?>[] AUTO_CONFIGURATIONS = Configurations
		.getClasses(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class, HttpClientAutoConfiguration.class,
				RestClientAutoConfiguration.class, JacksonAutoConfiguration.class));

	private final List<AnnotationConfigApplicationContext> contexts = new ArrayList<>();

	/**
	 * Return the template of a new application that has {@link #PAT}.
	 * @param baseUrl the gateway
	 * @param properties more properties
	 * @return the template
	 */
	public AirlockGatewayTemplate withPat(String baseUrl, String... properties) {
		return withPat(Plain.class, baseUrl, properties);
	}

	/**
	 * Return the template of a new application that has {@link #PAT}.
	 * @param configuration the application's own beans
	 * @param baseUrl the gateway
	 * @param properties more properties
	 * @return the template
	 */
	public AirlockGatewayTemplate withPat(Class<?> configuration, String baseUrl, String... properties) {
		List<String> all = new ArrayList<>(List.of(properties));
		all.add("airlock.gateway.auth.pat=" + PAT);
		return with(configuration, baseUrl, all.toArray(String[]::new));
	}

	/**
	 * Return the template of a new application.
	 * @param configuration the application's own beans
	 * @param baseUrl the gateway
	 * @param properties more properties
	 * @return the template
	 */
	public AirlockGatewayTemplate with(Class<?> configuration, String baseUrl, String... properties) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		this.contexts.add(context);
		TestPropertyValues.of(properties)
			.and("airlock.gateway.base-url=" + baseUrl, "airlock.gateway.enforcer.id=refunds",
					"airlock.gateway.rate-limit.requests=1000000", "airlock.gateway.rate-limit.period=1s")
			.applyTo(context);
		context.register(configuration);
		context.register(AUTO_CONFIGURATIONS);
		context.refresh();
		return context.getBean(AirlockGatewayTemplate.class);
	}

	@Override
	public void afterAll(ExtensionContext context) {
		this.contexts.forEach(AnnotationConfigApplicationContext::close);
		this.contexts.clear();
	}

	/**
	 * An application without beans of its own.
	 */
	@Configuration(proxyBeanMethods = false)
	public static class Plain {

	}

}

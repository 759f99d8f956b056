/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.compatibility;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.function.ThrowingSupplier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that was started as its {@code main} method would, and a client of it.
 */
final class RunningApplication implements AutoCloseable {

	private static final Map<String, String> DEFAULTS = Map.of("server.port", "0", "spring.main.banner-mode", "off",
			"spring.ai.mcp.server.enabled", "false", "spring.ai.mcp.server.annotation-scanner.enabled", "false",
			"management.endpoints.web.exposure.include", "*", "management.endpoint.health.show-details", "always");

	private final HttpClient client = HttpClient.newHttpClient();

	private final ConfigurableApplicationContext context;

	private RunningApplication(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static RunningApplication start(Class<?> application, WebApplicationType type, Map<String, String> properties) {
		Map<String, String> all = new LinkedHashMap<>(DEFAULTS);
		all.putAll(properties);
		return new RunningApplication(new SpringApplicationBuilder(application).web(type)
			.run(all.entrySet()
				.stream()
				.map((entry) -> "--" + entry.getKey() + "=" + entry.getValue())
				.toArray(String[]::new)));
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	<T> Collection<T> beans(Class<T> type) {
		return this.context.getBeansOfType(type).values();
	}

	String url() {
		return "http://127.0.0.1:" + this.context.getEnvironment().getProperty("local.server.port");
	}

	HttpResponse<String> get(String path) {
		return send(request(path));
	}

	JsonNode getJson(String path) {
		return json(get(path));
	}

	HttpResponse<String> post(String path) {
		return send(request(path).POST(BodyPublishers.noBody()));
	}

	JsonNode postJson(String path, Map<String, String> body) {
		return json(send(request(path).header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(new JsonMapper().writeValueAsString(body)))));
	}

	static void assertProblem(HttpResponse<String> response, int status, String... contents) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(response.body()).contains(contents);
	}

	private static JsonNode json(HttpResponse<String> response) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		return new JsonMapper().readTree(response.body());
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create(url() + path));
	}

	private HttpResponse<String> send(HttpRequest.Builder request) {
		return ThrowingSupplier.of(() -> this.client.send(request.build(), BodyHandlers.ofString())).get();
	}

	@Override
	public void close() {
		this.context.close();
	}

}

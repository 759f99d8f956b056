/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.identity;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the documented access to the actuator endpoint with Spring Security.
 */
@Tag("slow")
class EndpointSecurityTests {

	private final HttpClient client = HttpClient.newHttpClient();

	private AirlockSimulator simulator;

	private ConfigurableApplicationContext application;

	@BeforeEach
	void start() {
		this.simulator = AirlockSimulator.start();
		Map<String, Object> properties = new LinkedHashMap<>(this.simulator.properties());
		properties.put("management.endpoint.airlock.access", "unrestricted");
		properties.put("management.endpoints.web.exposure.include", "airlock,health");
		properties.put("server.port", "0");
		this.application = new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.properties(properties)
			.run();
	}

	@AfterEach
	void stop() {
		this.application.close();
		this.simulator.close();
	}

	@Test
	void operatorCanReadAndWrite() throws Exception {
		assertThat(status("operator", request("airlock"))).isEqualTo(200);
		assertThat(status("operator", halt())).isEqualTo(200);
		assertThat(this.application.getBean(Halt.class).current()).isNotNull();
	}

	@Test
	void othersCannotReadOrWrite() throws Exception {
		assertThat(status(null, request("airlock"))).isEqualTo(401);
		assertThat(status(null, halt())).isEqualTo(401);
		assertThat(status("clerk", request("airlock"))).isEqualTo(403);
		assertThat(status("clerk", halt())).isEqualTo(403);
		assertThat(this.application.getBean(Halt.class).current()).isNull();
	}

	@Test
	void otherRequestsKeepTheRulesOfTheApplication() throws Exception {
		assertThat(status(null, request("health"))).isEqualTo(200);
	}

	private HttpRequest.Builder halt() {
		return request("airlock/halt").header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("{\"reason\": \"stolen phone\"}"));
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://localhost:%s/actuator/%s"
			.formatted(this.application.getEnvironment().getProperty("local.server.port"), path)));
	}

	private int status(String user, HttpRequest.Builder request) throws Exception {
		if (user != null) {
			String credentials = user + ":secret";
			request.header("Authorization",
					"Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
		}
		return this.client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		// tag::security[]
		@Bean
		@Order(0)
		SecurityFilterChain airlockEndpointSecurity(HttpSecurity http) {
			return http.securityMatcher(EndpointRequest.to("airlock"))
				.authorizeHttpRequests((requests) -> requests.anyRequest().hasRole("OPERATOR"))
				.httpBasic(Customizer.withDefaults())
				.sessionManagement((session) -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
				.csrf((csrf) -> csrf.disable())
				.build();
		}
		// end::security[]

		@Bean
		SecurityFilterChain otherSecurity(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll()).build();
		}

		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(
					User.withUsername("operator").password("{noop}secret").roles("OPERATOR").build(),
					User.withUsername("clerk").password("{noop}secret").roles("CLERK").build());
		}

	}

}

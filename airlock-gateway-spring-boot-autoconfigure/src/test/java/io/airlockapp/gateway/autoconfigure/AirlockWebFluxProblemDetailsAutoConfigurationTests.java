/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.airlockapp.gateway.web.ApprovalWebExceptionHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.error.ErrorWebFluxAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.JsonPathAssertions;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient.BodyContentSpec;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.result.method.annotation.ResponseEntityResultHandler;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.WebExceptionHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AirlockProblemDetailsAutoConfiguration}.
 */
class AirlockWebFluxProblemDetailsAutoConfigurationTests {

	private static final String ENABLED = "airlock.gateway.web.problem-details.enabled";

	private final ReactiveWebApplicationContextRunner contextRunner = new ReactiveWebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, CodecsAutoConfiguration.class,
				HttpHandlerAutoConfiguration.class, WebFluxAutoConfiguration.class, ErrorWebFluxAutoConfiguration.class,
				AirlockProblemDetailsAutoConfiguration.class))
		.withUserConfiguration(Desk.class);

	@Test
	void handlerIsPresentInReactiveWebApplication() {
		this.contextRunner.run((context) -> assertThat(context).hasSingleBean(ApprovalWebExceptionHandler.class));
	}

	@Test
	void handlerIsMissingInOtherApplications() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AirlockProblemDetailsAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ApprovalWebExceptionHandler.class));
	}

	@Test
	void handlerIsMissingWithoutSpringWebFlux() {
		new ReactiveWebApplicationContextRunner()
			.withClassLoader(new FilteredClassLoader(ResponseEntityResultHandler.class))
			.withConfiguration(AutoConfigurations.of(AirlockProblemDetailsAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("airlockApprovalWebExceptionHandler"));
	}

	@Test
	void canBeSwitchedOff() {
		this.contextRunner.withPropertyValues(ENABLED + "=false")
			.run((context) -> assertThat(context).doesNotHaveBean(ApprovalWebExceptionHandler.class));
	}

	@Test
	void backsOff() {
		this.contextRunner
			.withBean("mine", ApprovalWebExceptionHandler.class,
					() -> new ApprovalWebExceptionHandler(null, null, null))
			.run((context) -> assertThat(context).getBeanNames(ApprovalWebExceptionHandler.class)
				.containsExactly("mine"));
	}

	@Test
	void failureIsReturnedAsProblem() {
		runForEach((client, failure) -> {
			for (String kind : new String[] { "thrown", "mono", "flux", "future", "functional" }) {
				String path = "/%s/%s".formatted(kind, failure);
				assertProblem(client.get().uri(path).exchange(), failure).jsonPath("$.instance").isEqualTo(path);
			}
		});
	}

	@Test
	void retryAfterIsThatOfGateway() {
		run((client) -> client.get()
			.uri("/thrown/UNAVAILABLE")
			.exchange()
			.expectHeader()
			.valueEquals(HttpHeaders.RETRY_AFTER, "17"));
	}

	@Test
	void reasonByDefaultIsNotIncluded() {
		run((client) -> client.get().uri("/mono/DENIED").exchange().expectBody().jsonPath("$.reason").doesNotExist());
	}

	@Test
	void reasonWhenEnabledIsIncludedSanitized() {
		run((client) -> assertProblem(client.get().uri("/mono/DENIED").exchange(), ApprovalFailure.DENIED)
			.jsonPath("$.reason")
			.isEqualTo("<b>No</b> & \"never\" *** X-Injected: 1"),
				"airlock.gateway.web.problem-details.include-reason=true");
	}

	@Test
	void problemWhenJsonIsAcceptableIsJson() {
		run((client) -> AirlockWebMvcProblemDetailsAutoConfigurationTests.ACCEPTING_JSON
			.forEach((accept) -> assertProblem(
					client.get().uri("/mono/DENIED").header(HttpHeaders.ACCEPT, accept).exchange(),
					ApprovalFailure.DENIED)));
	}

	@Test
	void failureWhenHtmlIsPreferredShowsErrorPage() {
		runForEach((client, failure) -> {
			ResponseSpec response = client.get()
				.uri("/thrown/" + failure)
				.header(HttpHeaders.ACCEPT, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
				.exchange()
				.expectStatus()
				.isEqualTo(failure.status())
				.expectHeader()
				.contentTypeCompatibleWith(MediaType.TEXT_HTML);
			assertThat(response.returnResult(String.class).getResponseHeaders().getFirst(HttpHeaders.RETRY_AFTER))
				.isEqualTo((failure == ApprovalFailure.UNAVAILABLE) ? "17" : null);
			response.expectBody(String.class)
				.value((page) -> assertThat(page).contains("<html", "status=" + failure.status())
					.doesNotContain(PairedProperties.PAT, "airlock.gateway", failure.exception().getMessage()));
		}, "spring.web.error.include-message=always");
	}

	@Test
	void problemIgnoresMediaTypeOfHandler() {
		run((client) -> assertProblem(
				client.get().uri("/csv/TIMEOUT").header(HttpHeaders.ACCEPT, "text/csv").exchange(),
				ApprovalFailure.TIMEOUT));
	}

	@Test
	void otherExceptionsAreNotHandled() {
		run((client) -> {
			client.get()
				.uri("/conflict")
				.exchange()
				.expectStatus()
				.isEqualTo(HttpStatus.CONFLICT)
				.expectHeader()
				.contentType(MediaType.APPLICATION_JSON);
			client.get().uri("/caused").exchange().expectStatus().isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { AirlockWebMvcProblemDetailsAutoConfigurationTests.OwnAdvice.class,
			AirlockWebMvcProblemDetailsAutoConfigurationTests.CatchAllAdvice.class, HandlerBeforeBoots.class,
			HandlerLikeBoots.class })
	void handlerOfApplicationTakesPrecedence(Class<?> handler) {
		this.contextRunner.withUserConfiguration(handler)
			.run((context) -> WebTestClient.bindToApplicationContext(context)
				.build()
				.get()
				.uri("/mono/DENIED")
				.exchange()
				.expectStatus()
				.isEqualTo(HttpStatus.NOT_IMPLEMENTED));
	}

	@Test
	void failureWhenDisabledIsNotHandled() {
		run((client) -> client.get()
			.uri("/mono/DENIED")
			.exchange()
			.expectStatus()
			.isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR), ENABLED + "=false");
	}

	private void run(Consumer<WebTestClient> test, String... properties) {
		this.contextRunner.withPropertyValues(properties)
			.run((context) -> test.accept(WebTestClient.bindToApplicationContext(context).build()));
	}

	private void runForEach(BiConsumer<WebTestClient, ApprovalFailure> test, String... properties) {
		run((client) -> Stream.of(ApprovalFailure.values()).forEach((failure) -> test.accept(client, failure)),
				properties);
	}

	private static BodyContentSpec assertProblem(ResponseSpec response, ApprovalFailure failure) {
		response.expectStatus()
			.isEqualTo(failure.status())
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON);
		BodyContentSpec body = response.expectBody();
		body.consumeWith((result) -> assertThat(result.getResponseBody()).asString()
			.doesNotContain(PairedProperties.PAT, "airlock.gateway"));
		JsonPathAssertions requestId = body.jsonPath("$.requestId");
		return ((failure.requestId() != null) ? requestId.isEqualTo(failure.requestId()) : requestId.doesNotExist())
			.jsonPath("$.status")
			.isEqualTo(failure.status())
			.jsonPath("$.type")
			.isEqualTo(failure.type())
			.jsonPath("$.detail")
			.isNotEmpty();
	}

	@Configuration(proxyBeanMethods = false)
	@RestController
	static class Desk {

		@GetMapping("/thrown/{failure}")
		String thrown(@PathVariable ApprovalFailure failure) {
			throw failure.exception();
		}

		@GetMapping("/mono/{failure}")
		Mono<String> mono(@PathVariable ApprovalFailure failure) {
			return Mono.error(failure.exception());
		}

		@GetMapping("/flux/{failure}")
		Flux<String> flux(@PathVariable ApprovalFailure failure) {
			return Flux.error(failure.exception());
		}

		@GetMapping("/future/{failure}")
		CompletableFuture<String> future(@PathVariable ApprovalFailure failure) {
			return CompletableFuture.supplyAsync(() -> {
				throw failure.exception();
			}).thenApply(String::valueOf);
		}

		@GetMapping(path = "/csv/{failure}", produces = "text/csv")
		Mono<String> csv(@PathVariable ApprovalFailure failure) {
			return Mono.error(failure.exception());
		}

		@GetMapping("/conflict")
		Mono<String> conflict() {
			return Mono
				.error(new ResponseStatusException(HttpStatus.CONFLICT, null, ApprovalFailure.DENIED.exception()));
		}

		@GetMapping("/caused")
		Mono<String> caused() {
			return Mono.error(new IllegalStateException(ApprovalFailure.DENIED.exception()));
		}

		@Bean
		RouterFunction<ServerResponse> functional() {
			return RouterFunctions.route()
				.GET("/functional/{failure}",
						(request) -> Mono.error(ApprovalFailure.valueOf(request.pathVariable("failure")).exception()))
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HandlerBeforeBoots {

		@Bean
		@Order(-2)
		WebExceptionHandler ownHandler() {
			return notImplemented();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HandlerLikeBoots {

		@Bean
		@Order(-1)
		WebExceptionHandler ownHandler() {
			return notImplemented();
		}

	}

	private static WebExceptionHandler notImplemented() {
		return (exchange, ex) -> {
			exchange.getResponse().setStatusCode(HttpStatus.NOT_IMPLEMENTED);
			return exchange.getResponse().setComplete();
		};
	}

}

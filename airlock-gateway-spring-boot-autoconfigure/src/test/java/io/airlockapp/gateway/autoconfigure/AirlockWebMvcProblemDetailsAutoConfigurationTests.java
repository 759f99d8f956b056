/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.support.AirlockConfigurationException;
import io.airlockapp.gateway.web.ApprovalExceptionResolver;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.MessageSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.StaticMessageSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AirlockProblemDetailsAutoConfiguration}.
 */
class AirlockWebMvcProblemDetailsAutoConfigurationTests {

	private static final String ENABLED = "airlock.gateway.web.problem-details.enabled";

	static final List<String> ACCEPTING_JSON = List.of("*/*", "application/json", "application/problem+json",
			"text/plain", "image/png", "application/json, text/html", "text/html;q=0.5, application/json");

	private final WebApplicationContextRunner contextRunner = new WebApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(JacksonAutoConfiguration.class, HttpMessageConvertersAutoConfiguration.class,
						DispatcherServletAutoConfiguration.class, WebMvcAutoConfiguration.class,
						ErrorMvcAutoConfiguration.class, AirlockProblemDetailsAutoConfiguration.class))
		.withUserConfiguration(Desk.class);

	@Test
	void resolverIsPresentInWebApplication() {
		this.contextRunner.run((context) -> assertThat(context).hasSingleBean(ApprovalExceptionResolver.class));
	}

	@Test
	void resolverIsMissingInOtherApplications() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AirlockProblemDetailsAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ApprovalExceptionResolver.class));
	}

	@Test
	void resolverIsMissingWithoutSpringMvc() {
		new WebApplicationContextRunner().withClassLoader(new FilteredClassLoader(DispatcherServlet.class))
			.withConfiguration(AutoConfigurations.of(AirlockProblemDetailsAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("airlockApprovalExceptionResolver"));
	}

	@Test
	void resolverIsMissingWhenSpringMvcIsNotConfigured() {
		new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AirlockProblemDetailsAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ApprovalExceptionResolver.class));
	}

	@Test
	void canBeSwitchedOff() {
		this.contextRunner.withPropertyValues(ENABLED + "=false")
			.run((context) -> assertThat(context).doesNotHaveBean(ApprovalExceptionResolver.class));
	}

	@Test
	void backsOff() {
		this.contextRunner
			.withBean("mine", ApprovalExceptionResolver.class, () -> new ApprovalExceptionResolver(null, null, null))
			.run((context) -> assertThat(context).getBeanNames(ApprovalExceptionResolver.class)
				.containsExactly("mine"));
	}

	@Test
	void retryAfterBelowOneSecondFailsStart() {
		this.contextRunner.withPropertyValues("airlock.gateway.web.problem-details.retry-after=500ms")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(AirlockConfigurationException.class)
				.hasMessageContaining("airlock.gateway.web.problem-details.retry-after"));
	}

	@Test
	void failureIsReturnedAsProblem() {
		runForEach((mvc, failure) -> {
			MvcTestResult result = mvc.get().uri("/thrown/" + failure).exchange();
			assertProblem(result, failure);
			assertThat(result).bodyJson().extractingPath("$.instance").isEqualTo("/thrown/" + failure);
		});
	}

	@Test
	void problemIsAsDocumented() throws IOException {
		String page = Files.readString(Path.of("..", "docs", "web.md"));
		String documented = page.substring(page.indexOf("```json") + "```json".length());
		String expected = documented.substring(0, documented.indexOf("```"))
			.replace("/refunds", "/thrown/DENIED")
			.replaceAll("req-[0-9a-f-]+", ApprovalFailure.REQUEST_ID);
		run((mvc) -> assertThat(mvc.get().uri("/thrown/DENIED")).bodyJson().isStrictlyEqualTo(expected));
	}

	@Test
	void asynchronousFailureIsReturnedAsProblem() {
		runForEach((mvc, failure) -> {
			for (String kind : new String[] { "callable", "deferred", "future", "composed", "functional" }) {
				assertProblem(mvc.get().uri("/%s/%s".formatted(kind, failure)).exchange(), failure);
			}
		});
	}

	@Test
	void retryAfterIsThatOfGatewayAndOnlyForUnavailableApproval() {
		runForEach((mvc,
				failure) -> assertThat(
						mvc.get().uri("/thrown/" + failure).exchange().getResponse().getHeader(HttpHeaders.RETRY_AFTER))
					.isEqualTo((failure == ApprovalFailure.UNAVAILABLE) ? "17" : null));
	}

	@Test
	void reasonByDefaultIsNotIncluded() {
		run((mvc) -> assertThat(mvc.get().uri("/thrown/DENIED")).bodyJson().doesNotHavePath("$.reason"));
	}

	@Test
	void reasonWhenEnabledIsIncludedSanitized() {
		run((mvc) -> {
			MvcTestResult result = mvc.get().uri("/thrown/DENIED").exchange();
			assertProblem(result, ApprovalFailure.DENIED);
			assertThat(result).bodyJson()
				.extractingPath("$.reason")
				.isEqualTo("<b>No</b> & \"never\" *** X-Injected: 1");
			assertThat(result).doesNotContainHeader("X-Injected");
		}, "airlock.gateway.web.problem-details.include-reason=true");
	}

	@Test
	void problemWhenXmlIsRequestedIsXml() {
		run((mvc) -> assertThat(mvc.get().uri("/thrown/DENIED").accept(MediaType.APPLICATION_PROBLEM_XML))
			.hasContentType(MediaType.APPLICATION_PROBLEM_XML)
			.hasStatus(HttpStatus.FORBIDDEN)
			.bodyText()
			.contains("<requestId>" + ApprovalFailure.REQUEST_ID + "</requestId>", "&lt;b>No&lt;/b>")
			.doesNotContain(PairedProperties.PAT), "airlock.gateway.web.problem-details.include-reason=true");
	}

	@Test
	void problemOtherwiseIsJson() {
		run((mvc) -> ACCEPTING_JSON.forEach(
				(accept) -> assertProblem(mvc.get().uri("/thrown/DENIED").header(HttpHeaders.ACCEPT, accept).exchange(),
						ApprovalFailure.DENIED)));
	}

	@Test
	void statusWhenAcceptHeaderIsInvalidIsReturned() {
		run((mvc) -> assertThat(mvc.get().uri("/thrown/DENIED").header(HttpHeaders.ACCEPT, "?"))
			.hasStatus(HttpStatus.FORBIDDEN));
	}

	@Test
	void failureWhenHtmlIsPreferredIsSentAsError() {
		runForEach((mvc,
				failure) -> assertThat(mvc.get()
					.uri("/thrown/" + failure)
					.header(HttpHeaders.ACCEPT, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"))
					.hasStatus(failure.status())
					.satisfies((result) -> {
						assertThat(result.getResponse().getHeader(HttpHeaders.RETRY_AFTER))
							.isEqualTo((failure == ApprovalFailure.UNAVAILABLE) ? "17" : null);
						assertThat(result.getResponse().getContentAsByteArray()).isEmpty();
						assertThat(result.getResponse().getErrorMessage()).isNotBlank()
							.doesNotContain(failure.exception().getMessage(), "airlock.gateway");
					}));
	}

	@Test
	void problemIgnoresMediaTypeOfHandler() {
		run((mvc) -> assertProblem(mvc.get().uri("/csv/TIMEOUT").accept("text/csv").exchange(),
				ApprovalFailure.TIMEOUT));
	}

	@Test
	void failureWhenResponseIsCommittedIsNotHandled() {
		run((mvc) -> assertThat(mvc.get().uri("/sent/DENIED")).hasFailed()
			.failure()
			.hasRootCauseInstanceOf(ApprovalDeniedException.class));
	}

	@ParameterizedTest
	@CsvSource({ "/conflict, 409", "/missing, 404" })
	void otherExceptionsAreNotHandled(String path, int status) {
		run((mvc) -> assertThat(mvc.get().uri(path)).hasStatus(status)
			.satisfies((result) -> assertThat(result.getResponse().getContentAsString()).isEmpty()));
	}

	@Test
	void exceptionsCausedByFailureAreNotHandled() {
		run((mvc) -> assertThat(mvc.get().uri("/caused")).hasFailed()
			.failure()
			.rootCause()
			.isInstanceOf(ApprovalDeniedException.class));
	}

	@ParameterizedTest
	@ValueSource(classes = { OwnAdvice.class, CatchAllAdvice.class, OwnResolver.class })
	void handlerOfApplicationTakesPrecedence(Class<?> handler) {
		this.contextRunner.withUserConfiguration(handler)
			.run((context) -> assertThat(tester(context).get().uri("/thrown/DENIED"))
				.hasStatus(HttpStatus.NOT_IMPLEMENTED));
	}

	@Test
	void failureWhenDisabledIsNotHandled() {
		run((mvc) -> assertThat(mvc.get().uri("/thrown/DENIED")).hasFailed(), ENABLED + "=false");
	}

	@Test
	void problemUsesMessagesOfApplication() {
		StaticMessageSource messages = new StaticMessageSource();
		messages.addMessage("problemDetail.title." + ApprovalDeniedException.class.getName(), Locale.GERMAN,
				"Nicht freigegeben");
		this.contextRunner.withBean("messageSource", MessageSource.class, () -> messages)
			.run((context) -> assertThat(
					tester(context).get().uri("/thrown/DENIED").header(HttpHeaders.ACCEPT_LANGUAGE, "de"))
				.bodyJson()
				.extractingPath("$.title")
				.isEqualTo("Nicht freigegeben"));
	}

	private void run(Consumer<MockMvcTester> test, String... properties) {
		this.contextRunner.withPropertyValues(properties).run((context) -> test.accept(tester(context)));
	}

	private void runForEach(BiConsumer<MockMvcTester, ApprovalFailure> test) {
		run((mvc) -> Stream.of(ApprovalFailure.values()).forEach((failure) -> test.accept(mvc, failure)));
	}

	private static MockMvcTester tester(WebApplicationContext context) {
		return MockMvcTester.from(context);
	}

	private static void assertProblem(MvcTestResult result, ApprovalFailure failure) {
		assertThat(result).hasStatus(failure.status()).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(result).bodyJson().extractingPath("$.status").isEqualTo(failure.status());
		assertThat(result).bodyJson().extractingPath("$.type").isEqualTo(failure.type());
		assertThat(result).bodyJson().extractingPath("$.title").asString().startsWith("Approval ");
		assertThat(result).bodyJson().extractingPath("$.detail").asString().endsWith(".");
		if (failure.requestId() != null) {
			assertThat(result).bodyJson().extractingPath("$.requestId").isEqualTo(failure.requestId());
		}
		else {
			assertThat(result).bodyJson().doesNotHavePath("$.requestId");
		}
		assertThat(new String(result.getResponse().getContentAsByteArray(), StandardCharsets.UTF_8))
			.doesNotContain(PairedProperties.PAT, "airlock.gateway");
	}

	@Configuration(proxyBeanMethods = false)
	@RestController
	static class Desk {

		@GetMapping("/thrown/{failure}")
		String thrown(@PathVariable ApprovalFailure failure) {
			throw failure.exception();
		}

		@GetMapping("/callable/{failure}")
		Callable<String> callable(@PathVariable ApprovalFailure failure) {
			return () -> {
				throw failure.exception();
			};
		}

		@GetMapping("/deferred/{failure}")
		DeferredResult<String> deferred(@PathVariable ApprovalFailure failure) {
			DeferredResult<String> result = new DeferredResult<>();
			result.setErrorResult(new CompletionException(failure.exception()));
			return result;
		}

		@GetMapping("/future/{failure}")
		CompletableFuture<String> future(@PathVariable ApprovalFailure failure) {
			return CompletableFuture.failedFuture(failure.exception());
		}

		@GetMapping("/composed/{failure}")
		CompletableFuture<String> composed(@PathVariable ApprovalFailure failure) {
			return CompletableFuture.supplyAsync(() -> {
				throw failure.exception();
			}).thenApply(String::valueOf);
		}

		@GetMapping(path = "/csv/{failure}", produces = "text/csv")
		String csv(@PathVariable ApprovalFailure failure) {
			throw failure.exception();
		}

		@GetMapping("/sent/{failure}")
		void sent(@PathVariable ApprovalFailure failure, HttpServletResponse response) throws Exception {
			response.flushBuffer();
			throw failure.exception();
		}

		@GetMapping("/conflict")
		String conflict() {
			throw new OrderChangedException(ApprovalFailure.DENIED.exception());
		}

		@GetMapping("/caused")
		String caused() {
			throw new IllegalStateException(ApprovalFailure.DENIED.exception());
		}

		@Bean
		RouterFunction<ServerResponse> functional() {
			return RouterFunctions.route().GET("/functional/{failure}", (request) -> {
				throw ApprovalFailure.valueOf(request.pathVariable("failure")).exception();
			}).build();
		}

	}

	@ResponseStatus(HttpStatus.CONFLICT)
	@SuppressWarnings("serial")
	static class OrderChangedException extends RuntimeException {

		OrderChangedException(Throwable cause) {
			super(cause);
		}

	}

	@RestControllerAdvice
	static class OwnAdvice {

		@ExceptionHandler
		ProblemDetail denied(ApprovalDeniedException ex) {
			return ProblemDetail.forStatus(HttpStatus.NOT_IMPLEMENTED);
		}

	}

	@RestControllerAdvice
	static class CatchAllAdvice {

		@ExceptionHandler
		ProblemDetail failed(Exception ex) {
			return ProblemDetail.forStatus(HttpStatus.NOT_IMPLEMENTED);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnResolver {

		@Bean
		HandlerExceptionResolver ownResolver() {
			return (request, response, handler, ex) -> {
				response.setStatus(HttpStatus.NOT_IMPLEMENTED.value());
				return new ModelAndView();
			};
		}

	}

}

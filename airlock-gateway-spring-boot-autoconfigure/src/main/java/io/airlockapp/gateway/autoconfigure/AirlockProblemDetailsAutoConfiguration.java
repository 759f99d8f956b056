/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.autoconfigure.AirlockGatewayProperties.Web.ProblemDetails;
import io.airlockapp.gateway.support.AirlockConfigurationException;
import io.airlockapp.gateway.web.ApprovalExceptionResolver;
import io.airlockapp.gateway.web.ApprovalProblems;
import io.airlockapp.gateway.web.ApprovalWebExceptionHandler;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.MessageSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.accept.ContentNegotiationManager;
import org.springframework.web.reactive.accept.RequestedContentTypeResolver;
import org.springframework.web.reactive.result.method.annotation.ResponseEntityResultHandler;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

/**
 * Auto-configuration for problem details about approvals in Spring MVC and Spring
 * WebFlux. It is ordered before Spring Boot's auto-configuration for WebFlux errors, so
 * that its handler takes precedence over Spring Boot's.
 */
@AutoConfiguration(afterName = "org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration",
		beforeName = "org.springframework.boot.webflux.autoconfigure.error.ErrorWebFluxAutoConfiguration")
@ConditionalOnWebApplication
@ConditionalOnBooleanProperty(name = "airlock.gateway.web.problem-details.enabled", matchIfMissing = true)
@EnableConfigurationProperties(AirlockGatewayProperties.class)
public final class AirlockProblemDetailsAutoConfiguration {

	private static ApprovalProblems problems(AirlockGatewayProperties properties, MessageSource messageSource) {
		ProblemDetails details = properties.web().problemDetails();
		AirlockConfigurationException.throwIf(details.retryAfter().toSeconds() < 1,
				"airlock.gateway.web.problem-details.retry-after", "it is below one second",
				"Set it to a duration such as '30s'.");
		return new ApprovalProblems(messageSource, details.retryAfter(), details.includeReason());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnClass(DispatcherServlet.class)
	@ConditionalOnBean(name = { "requestMappingHandlerAdapter", "mvcContentNegotiationManager" })
	static class WebMvcConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ApprovalExceptionResolver airlockApprovalExceptionResolver(AirlockGatewayProperties properties,
				MessageSource messageSource,
				@Qualifier("requestMappingHandlerAdapter") RequestMappingHandlerAdapter adapter,
				@Qualifier("mvcContentNegotiationManager") ContentNegotiationManager contentNegotiation) {
			return new ApprovalExceptionResolver(problems(properties, messageSource), adapter, contentNegotiation);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	@ConditionalOnClass(ResponseEntityResultHandler.class)
	static class WebFluxConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ApprovalWebExceptionHandler airlockApprovalWebExceptionHandler(AirlockGatewayProperties properties,
				MessageSource messageSource,
				@Qualifier("responseEntityResultHandler") ResponseEntityResultHandler resultHandler,
				@Qualifier("webFluxContentTypeResolver") RequestedContentTypeResolver contentTypeResolver) {
			return new ApprovalWebExceptionHandler(problems(properties, messageSource), resultHandler,
					contentTypeResolver);
		}

	}

}

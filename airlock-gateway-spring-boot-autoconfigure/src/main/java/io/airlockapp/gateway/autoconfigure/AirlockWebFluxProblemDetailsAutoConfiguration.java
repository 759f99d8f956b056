package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.web.ApprovalWebExceptionHandler;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.webflux.autoconfigure.error.ErrorWebFluxAutoConfiguration;
import org.springframework.context.MessageSource;
import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.accept.RequestedContentTypeResolver;
import org.springframework.web.reactive.result.method.annotation.ResponseEntityResultHandler;

/**
 * Auto-configuration for problem details about approvals in Spring WebFlux. It is
 * registered before Spring Boot's handler of errors, to come before it.
 */
@AutoConfiguration(before = ErrorWebFluxAutoConfiguration.class)
@ConditionalOnWebApplication(type = Type.REACTIVE)
@ConditionalOnClass(ResponseEntityResultHandler.class)
@ConditionalOnBooleanProperty(name = "airlock.gateway.web.problem-details.enabled", matchIfMissing = true)
@EnableConfigurationProperties(AirlockProblemDetailsProperties.class)
public final class AirlockWebFluxProblemDetailsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ApprovalWebExceptionHandler airlockApprovalWebExceptionHandler(AirlockProblemDetailsProperties properties,
			MessageSource messageSource,
			@Qualifier("responseEntityResultHandler") ResponseEntityResultHandler resultHandler,
			@Qualifier("webFluxContentTypeResolver") RequestedContentTypeResolver contentTypeResolver) {
		return new ApprovalWebExceptionHandler(properties.toProblems(messageSource), resultHandler,
				contentTypeResolver);
	}

}

package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.web.ApprovalExceptionResolver;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.MessageSource;
import org.springframework.context.annotation.Bean;
import org.springframework.web.accept.ContentNegotiationManager;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

/**
 * Auto-configuration for problem details about approvals in Spring MVC.
 */
@AutoConfiguration(after = WebMvcAutoConfiguration.class)
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnClass(DispatcherServlet.class)
@ConditionalOnBean(name = { "requestMappingHandlerAdapter", "mvcContentNegotiationManager" })
@ConditionalOnBooleanProperty(name = "airlock.gateway.web.problem-details.enabled", matchIfMissing = true)
@EnableConfigurationProperties(AirlockProblemDetailsProperties.class)
public final class AirlockWebMvcProblemDetailsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ApprovalExceptionResolver airlockApprovalExceptionResolver(AirlockProblemDetailsProperties properties,
			MessageSource messageSource,
			@Qualifier("requestMappingHandlerAdapter") RequestMappingHandlerAdapter adapter,
			@Qualifier("mvcContentNegotiationManager") ContentNegotiationManager contentNegotiation) {
		return new ApprovalExceptionResolver(properties.toProblems(messageSource), adapter, contentNegotiation);
	}

}

package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.approval.interceptor.ApprovalSubscriptionAdvisor;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for guarded methods that Spring Security's reactive method security
 * authorizes.
 */
@AutoConfiguration(after = AirlockApprovalAutoConfiguration.class)
@ConditionalOnClass(Mono.class)
@ConditionalOnBean(
		type = "org.springframework.security.config.annotation.method.configuration.ReactiveAuthorizationManagerMethodSecurityConfiguration")
public final class AirlockReactiveSecurityAutoConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ApprovalSubscriptionAdvisor airlockApprovalSubscriptionAdvisor(Environment environment) {
		return new ApprovalSubscriptionAdvisor(environment);
	}

}

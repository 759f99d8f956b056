package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.audit.ApprovalAuditor;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.audit.listener.AbstractAuditListener;
import org.springframework.boot.actuate.autoconfigure.audit.AuditAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for audit events of approvals, where audit events are recorded.
 */
@AutoConfiguration(after = { AirlockGatewayAutoConfiguration.class, AuditAutoConfiguration.class })
@ConditionalOnClass(AbstractAuditListener.class)
@ConditionalOnBean(AbstractAuditListener.class)
@EnableConfigurationProperties(AirlockGatewayProperties.class)
public final class AirlockAuditAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ApprovalAuditor airlockApprovalAuditor(ApplicationEventPublisher publisher, ObjectProvider<Enforcer> enforcer,
			Environment environment, AirlockGatewayProperties properties) {
		Enforcer present = enforcer.getIfAvailable();
		String principal = (present != null) ? present.id()
				: environment.getProperty("spring.application.name", "spring-boot");
		return new ApprovalAuditor(publisher, principal, properties.audit().evidence());
	}

}

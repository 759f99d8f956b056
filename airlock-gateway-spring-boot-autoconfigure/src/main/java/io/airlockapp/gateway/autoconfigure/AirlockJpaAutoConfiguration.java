package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.jpa.OpenInViewWarning;
import io.airlockapp.gateway.jpa.SessionConnectionReleaser;
import org.hibernate.engine.spi.SessionImplementor;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.annotation.Bean;
import org.springframework.orm.jpa.EntityManagerHolder;

/**
 * Auto-configuration for JPA: an open session in view holds no database connection while
 * a person decides.
 */
@AutoConfiguration(after = AirlockApprovalAutoConfiguration.class)
@ConditionalOnClass(EntityManagerHolder.class)
public final class AirlockJpaAutoConfiguration {

	@Bean
	@ConditionalOnClass(SessionImplementor.class)
	@ConditionalOnMissingBean
	SessionConnectionReleaser airlockSessionConnectionReleaser() {
		return new SessionConnectionReleaser();
	}

	@Bean
	@ConditionalOnWebApplication(type = Type.SERVLET)
	static OpenInViewWarning airlockOpenInViewWarning(ListableBeanFactory beanFactory) {
		return new OpenInViewWarning(beanFactory);
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.jpa.SessionConnectionReleaser;
import org.hibernate.engine.spi.SessionImplementor;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.orm.jpa.EntityManagerHolder;

/**
 * Auto-configuration for Hibernate. An open session in view holds no database connection
 * while an approval is pending.
 */
@AutoConfiguration(after = AirlockApprovalAutoConfiguration.class)
@ConditionalOnClass({ EntityManagerHolder.class, SessionImplementor.class })
public final class AirlockJpaAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	SessionConnectionReleaser airlockSessionConnectionReleaser() {
		return new SessionConnectionReleaser();
	}

}

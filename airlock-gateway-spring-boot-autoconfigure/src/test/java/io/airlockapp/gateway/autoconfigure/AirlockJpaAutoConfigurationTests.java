/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.jpa.SessionConnectionReleaser;
import org.hibernate.engine.spi.SessionImplementor;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.orm.jpa.EntityManagerHolder;
import org.springframework.orm.jpa.support.OpenEntityManagerInViewInterceptor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AirlockJpaAutoConfiguration}.
 */
class AirlockJpaAutoConfigurationTests {

	private static final String HANDLING_MODE = "spring.jpa.properties.hibernate.connection.handling_mode=";

	private final WebApplicationContextRunner contextRunner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockJpaAutoConfiguration.class, DataSourceAutoConfiguration.class,
				HibernateJpaAutoConfiguration.class))
		.withPropertyValues("spring.datasource.generate-unique-name=true");

	@Test
	void registersConnectionReleaser() {
		this.contextRunner.run((context) -> assertThat(context).hasSingleBean(OpenEntityManagerInViewInterceptor.class)
			.hasSingleBean(SessionConnectionReleaser.class));
		this.contextRunner.withPropertyValues(HANDLING_MODE + "DELAYED_ACQUISITION_AND_RELEASE_AFTER_TRANSACTION")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void backsOff() {
		SessionConnectionReleaser own = new SessionConnectionReleaser();
		this.contextRunner.withBean(SessionConnectionReleaser.class, () -> own)
			.run((context) -> assertThat(context.getBean(SessionConnectionReleaser.class)).isSameAs(own));
	}

	@Test
	void backsOffWithoutHibernateOrSpringOrm() {
		ApplicationContextRunner plain = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AirlockJpaAutoConfiguration.class));
		plain.withClassLoader(new FilteredClassLoader(SessionImplementor.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SessionConnectionReleaser.class));
		plain.withClassLoader(new FilteredClassLoader(EntityManagerHolder.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(AirlockJpaAutoConfiguration.class)
				.doesNotHaveBean(SessionConnectionReleaser.class));
	}

}

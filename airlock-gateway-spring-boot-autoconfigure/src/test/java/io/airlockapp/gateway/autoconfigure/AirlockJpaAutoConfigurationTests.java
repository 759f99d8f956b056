package io.airlockapp.gateway.autoconfigure;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.airlockapp.gateway.CapturedLog;
import io.airlockapp.gateway.jpa.OpenInViewWarning;
import io.airlockapp.gateway.jpa.SessionConnectionReleaser;
import org.hibernate.engine.spi.SessionImplementor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.orm.jpa.DefaultJpaDialect;
import org.springframework.orm.jpa.EntityManagerHolder;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.support.OpenEntityManagerInViewInterceptor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AirlockJpaAutoConfiguration}.
 */
class AirlockJpaAutoConfigurationTests {

	private static final String HANDLING_MODE = "spring.jpa.properties.hibernate.connection.handling_mode=";

	@RegisterExtension
	private final CapturedLog log = new CapturedLog(OpenInViewWarning.class);

	private final WebApplicationContextRunner contextRunner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockJpaAutoConfiguration.class, DataSourceAutoConfiguration.class,
				HibernateJpaAutoConfiguration.class))
		.withPropertyValues("spring.datasource.generate-unique-name=true");

	@Test
	void connectionsAreReleasedAndNothingIsWarnedAbout() {
		this.contextRunner.run((context) -> assertThat(context).hasSingleBean(OpenEntityManagerInViewInterceptor.class)
			.hasSingleBean(SessionConnectionReleaser.class));
		this.contextRunner.withPropertyValues(HANDLING_MODE + "DELAYED_ACQUISITION_AND_RELEASE_AFTER_TRANSACTION")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.log.list).isEmpty();
	}

	@Test
	void connectionThatIsKeptOnPurposeIsWarnedAboutOnce() {
		this.contextRunner.withPropertyValues(HANDLING_MODE + "immediate_acquisition_and_hold")
			.run((context) -> assertThat(context).hasNotFailed());
		assertWarning("spring.jpa.open-in-view", "hibernate.connection.handling_mode", "immediate_acquisition_and_hold",
				"DELAYED_ACQUISITION_AND_HOLD");
	}

	@Test
	void otherProviderIsWarnedAboutOnce() {
		this.contextRunner.withUserConfiguration(OtherProvider.class)
			.run((context) -> assertThat(context).hasNotFailed());
		assertWarning("spring.jpa.open-in-view", "not Hibernate");
	}

	@Test
	void withoutASessionInViewNothingIsWarnedAbout() {
		this.contextRunner.withUserConfiguration(OtherProvider.class)
			.withPropertyValues("spring.jpa.open-in-view=false", HANDLING_MODE + "IMMEDIATE_ACQUISITION_AND_HOLD")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.log.list).isEmpty();
	}

	private void assertWarning(String... parts) {
		assertThat(this.log.list).singleElement()
			.satisfies((event) -> assertThat(event.getLevel()).isEqualTo(Level.WARN))
			.extracting(ILoggingEvent::getFormattedMessage)
			.asString()
			.contains(parts);
	}

	@Test
	void backsOff() {
		SessionConnectionReleaser own = new SessionConnectionReleaser();
		this.contextRunner.withBean(SessionConnectionReleaser.class, () -> own)
			.run((context) -> assertThat(context.getBean(SessionConnectionReleaser.class)).isSameAs(own));
	}

	@Test
	void withoutHibernateOrSpringOrmThereIsNothing() {
		ApplicationContextRunner plain = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AirlockJpaAutoConfiguration.class));
		plain.withClassLoader(new FilteredClassLoader(SessionImplementor.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SessionConnectionReleaser.class));
		plain.withClassLoader(new FilteredClassLoader(EntityManagerHolder.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(AirlockJpaAutoConfiguration.class)
				.doesNotHaveBean(SessionConnectionReleaser.class));
	}

	@Configuration(proxyBeanMethods = false)
	static class OtherProvider {

		@Bean
		static BeanPostProcessor otherDialect() {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessBeforeInitialization(Object bean, String beanName) {
					if (bean instanceof LocalContainerEntityManagerFactoryBean factory) {
						factory.setJpaDialect(new DefaultJpaDialect());
					}
					return bean;
				}

			};
		}

	}

}

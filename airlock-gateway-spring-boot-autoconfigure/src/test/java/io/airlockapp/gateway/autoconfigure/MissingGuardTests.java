package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for applications whose beans ask for approval and that have no guard.
 */
@ExtendWith(OutputCaptureExtension.class)
class MissingGuardTests {

	private static final String EXCLUDED = "--spring.autoconfigure.exclude="
			+ "io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration";

	@Test
	void excludedAutoConfiguration(CapturedOutput output) {
		assertRefused(Application.class, EXCLUDED);
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("'airlock.gateway.approval.mode=bypass'")
			.contains("AirlockApprovalAutoConfiguration");
	}

	@ParameterizedTest
	@ValueSource(classes = { Vault.class, LazyVault.class, PrototypeVault.class })
	void noAutoConfiguration(Class<?> source) {
		assertRefused(source);
	}

	@Test
	void beanWhoseDefinitionDoesNotTell() {
		try (ConfigurableApplicationContext context = run(ReticentVault.class)) {
			assertThatException().isThrownBy(() -> context.getBean("vault"))
				.satisfies((ex) -> assertThat(NestedExceptionUtils.getMostSpecificCause(ex))
					.isInstanceOf(UnguardableMethodException.class));
		}
	}

	@Test
	void parentWithoutAutoConfiguration() {
		assertThatException()
			.isThrownBy(() -> new SpringApplicationBuilder(Vault.class).web(WebApplicationType.NONE)
				.child(Application.class)
				.web(WebApplicationType.NONE)
				.run()
				.close())
			.satisfies((ex) -> assertThat(NestedExceptionUtils.getMostSpecificCause(ex))
				.isInstanceOf(UnguardableMethodException.class));
	}

	@Test
	void bypassRunsWithoutTheGuardAndSaysSo(CapturedOutput output) {
		try (ConfigurableApplicationContext context = run(Application.class, EXCLUDED,
				"--airlock.gateway.approval.mode=bypass")) {
			assertThat(context.getBean(Vault.class).open()).isEqualTo("open");
			assertThat(output).containsOnlyOnce("run WITHOUT approval");
		}
	}

	@Test
	void applicationWithGuard() {
		try (ConfigurableApplicationContext context = run(Application.class)) {
			assertThatExceptionOfType(ApprovalUnavailableException.class)
				.isThrownBy(() -> context.getBean(Vault.class).open());
		}
	}

	@Test
	void applicationWithoutGuardedMethods() {
		try (ConfigurableApplicationContext context = run(Plain.class)) {
			assertThat(context.isActive()).isTrue();
		}
	}

	private static void assertRefused(Class<?> source, String... arguments) {
		assertThatException().isThrownBy(() -> run(source, arguments).close())
			.satisfies((ex) -> assertThat(NestedExceptionUtils.getMostSpecificCause(ex))
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll(ClassUtils.getShortName(Vault.class).replace('.', '$'),
						"has no guard of its own"));
	}

	private static ConfigurableApplicationContext run(Class<?> source, String... arguments) {
		return new SpringApplicationBuilder(source).web(WebApplicationType.NONE).run(arguments);
	}

	static class Vault {

		@RequiresAirlockApproval
		public String open() {
			return "open";
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Vault.class)
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyVault {

		@Bean
		@Lazy
		Vault vault() {
			return new Vault();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrototypeVault {

		@Bean
		@Scope(BeanDefinition.SCOPE_PROTOTYPE)
		Vault vault() {
			return new Vault();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ReticentVault {

		@Bean
		@Lazy
		Object vault() {
			return new Vault();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Plain {

	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.event.ApplicationEventMulticaster;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.scheduling.support.TaskUtils;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link UnguardedContext}.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnguardedContextTests {

	private static final String EXCLUDED = "--spring.autoconfigure.exclude="
			+ "io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration";

	private static final List<String> made = new CopyOnWriteArrayList<>();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class))
		.withBean(ApprovalGate.class, () -> (call) -> {
		});

	@AfterEach
	void forget() {
		made.clear();
	}

	@Test
	void guardedBeanWhenAutoConfigurationIsExcludedFailsStart(CapturedOutput output) {
		assertRefused(Application.class, EXCLUDED);
		assertThat(output).contains("APPLICATION FAILED TO START", "'airlock.gateway.approval.mode=bypass'",
				"AirlockApprovalAutoConfiguration");
	}

	@ParameterizedTest
	@ValueSource(classes = { Vault.class, LazyVault.class, PrototypeVault.class })
	void guardedBeanWithoutAutoConfigurationFailsStart(Class<?> source) {
		assertRefused(source);
	}

	@Test
	void beanWhoseDefinitionHidesTypeFailsOnCreation() {
		try (ConfigurableApplicationContext context = run(ReticentVault.class)) {
			assertThatException().isThrownBy(() -> context.getBean("vault"))
				.satisfies((ex) -> assertThat(NestedExceptionUtils.getMostSpecificCause(ex))
					.isInstanceOf(UnguardableMethodException.class));
		}
	}

	@Test
	void beanCreatedForRegistryPostProcessorFailsStart() {
		assertRefused(EarlyVault.class);
	}

	/**
	 * As Hibernate does for listeners of entities.
	 */
	@Test
	void objectCreatedByLibraryAfterRefusalFailsStart() {
		assertRefused(LibraryWithFallback.class);
	}

	@Test
	void syntheticBeanWhoseDefinitionHidesTypeFailsOnCreation() {
		RootBeanDefinition definition = new RootBeanDefinition(Object.class, Vault::new);
		definition.setSynthetic(true);
		definition.setLazyInit(true);
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Plain.class)
			.web(WebApplicationType.NONE)
			.initializers((initialized) -> ((BeanDefinitionRegistry) initialized.getBeanFactory())
				.registerBeanDefinition("vault", definition))
			.run()) {
			assertThatException().isThrownBy(() -> context.getBean("vault"))
				.havingRootCause()
				.isInstanceOf(UnguardableMethodException.class)
				.withMessageContaining("has no guard of its own");
		}
	}

	@Test
	void guardedBeanInParentWithoutAutoConfigurationFailsStart() {
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
	void bypassWithoutGuardRunsMethodAndLogsWarning(CapturedOutput output) {
		try (ConfigurableApplicationContext context = run(Application.class, EXCLUDED,
				"--airlock.gateway.approval.mode=bypass")) {
			assertThat(context.getBean(Vault.class).open()).isEqualTo("open");
			assertThat(output).containsOnlyOnce("run WITHOUT approval");
		}
	}

	@Test
	void applicationWithGuardDeniesCall() {
		try (ConfigurableApplicationContext context = run(Application.class)) {
			assertThatExceptionOfType(ApprovalUnavailableException.class)
				.isThrownBy(() -> context.getBean(Vault.class).open());
		}
	}

	@Test
	void applicationWithoutGuardedMethodsStarts() {
		try (ConfigurableApplicationContext context = run(Plain.class)) {
			assertThat(context.isActive()).isTrue();
		}
	}

	@Test
	void guardedBeanOfParentWithoutGuardFailsStart() {
		assertParentIsRefused((parent) -> parent.registerBean(Guarded.class));
	}

	@Test
	void lazyGuardedBeanOfParentWithoutGuardFailsStart() {
		assertParentIsRefused(
				(parent) -> parent.registerBean(Guarded.class, (definition) -> definition.setLazyInit(true)));
		assertThat(made).isEmpty();
	}

	@Test
	void guardedBeanOfGrandparentWithoutGuardFailsStart() {
		try (AnnotationConfigApplicationContext grandparent = new AnnotationConfigApplicationContext(Guarded.class);
				AnnotationConfigApplicationContext parent = new AnnotationConfigApplicationContext()) {
			parent.setParent(grandparent);
			parent.refresh();
			UnguardableBeans.assertRefused(this.contextRunner.withParent(parent), "has no guard of its own");
		}
	}

	@Test
	void guardedPrototypeOfParentWithoutGuardFailsOnCreation() {
		try (AnnotationConfigApplicationContext parent = new AnnotationConfigApplicationContext()) {
			parent.registerBean("later", Object.class, Guarded::new, (definition) -> definition.setScope("prototype"));
			parent.refresh();
			this.contextRunner.withParent(parent).run((context) -> {
				assertThat(context).hasNotFailed();
				assertThatException().isThrownBy(() -> context.getBean("later"))
					.withRootCauseInstanceOf(UnguardableMethodException.class);
			});
		}
	}

	@Test
	void guardedBeanOfParentWithGuardIsAccepted() {
		this.contextRunner.withBean(Guarded.class)
			.run((parent) -> this.contextRunner.withParent(parent)
				.run((context) -> assertThat(context).hasNotFailed()));
	}

	@Test
	void guardedBeanOfChildWithoutGuardFailsRefresh() {
		this.contextRunner.run((parent) -> {
			try (AnnotationConfigApplicationContext child = new AnnotationConfigApplicationContext()) {
				child.setParent(parent);
				child.register(Guarded.class);
				assertThatExceptionOfType(UnguardableMethodException.class).isThrownBy(child::refresh)
					.withMessageContaining("has no guard of its own");
			}
		});
	}

	@Test
	void childWhenRefusalIsSuppressedIsClosed() {
		SimpleApplicationEventMulticaster multicaster = new SimpleApplicationEventMulticaster();
		multicaster.setTaskExecutor(Runnable::run);
		multicaster.setErrorHandler(TaskUtils.LOG_AND_SUPPRESS_ERROR_HANDLER);
		this.contextRunner.withBean("applicationEventMulticaster", ApplicationEventMulticaster.class, () -> multicaster)
			.run((parent) -> {
				AnnotationConfigApplicationContext child = new AnnotationConfigApplicationContext();
				child.setParent(parent);
				child.register(Guarded.class);
				child.refresh();
				assertThat(child.isActive()).isFalse();
				assertThatIllegalStateException().isThrownBy(() -> child.getBean(Guarded.class));
			});
	}

	@Test
	void childContextIsVerifiedBeforeItIsUsed() {
		SimpleApplicationEventMulticaster multicaster = new SimpleApplicationEventMulticaster();
		multicaster.setTaskExecutor((task) -> {
			// Some time later
		});
		this.contextRunner.withBean("applicationEventMulticaster", ApplicationEventMulticaster.class, () -> multicaster)
			.run((parent) -> {
				try (AnnotationConfigApplicationContext child = new AnnotationConfigApplicationContext()) {
					child.setParent(parent);
					child.register(Guarded.class);
					assertThatExceptionOfType(UnguardableMethodException.class).isThrownBy(child::refresh);
				}
			});
	}

	@Test
	void guardedElementOfBeanFailsStart() {
		assertThatException().isThrownBy(() -> run(ListOfVaults.class, EXCLUDED).close())
			.withRootCauseInstanceOf(UnguardableMethodException.class)
			.withStackTraceContaining("contains an object that requires approval");
	}

	@Test
	void beanOfChildWhoseDefinitionHidesTypeFailsOnCreation() {
		this.contextRunner.run((parent) -> {
			try (AnnotationConfigApplicationContext child = new AnnotationConfigApplicationContext()) {
				child.setParent(parent);
				child.register(ReticentConfiguration.class);
				child.refresh();
				assertThat(child.getBean("open")).isEqualTo("open");
				assertThatException().isThrownBy(() -> child.getBean("guarded"))
					.withRootCauseInstanceOf(UnguardableMethodException.class)
					.withStackTraceContaining("has no guard of its own");
			}
		});
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

	private void assertParentIsRefused(Consumer<AnnotationConfigApplicationContext> beans) {
		try (AnnotationConfigApplicationContext parent = new AnnotationConfigApplicationContext()) {
			beans.accept(parent);
			parent.refresh();
			UnguardableBeans.assertRefused(this.contextRunner.withParent(parent), "has no guard of its own");
		}
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
	@EnableAutoConfiguration
	static class ListOfVaults {

		@Bean
		List<Object> vaults() {
			return List.of(new Vault());
		}

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
	static class EarlyVault {

		@Bean
		static BeanDefinitionRegistryPostProcessor needsVault(BeanFactory beanFactory) {
			beanFactory.getBean("vault");
			return (registry) -> {
			};
		}

		@Bean
		static FactoryBean<?> vault() {
			return new VaultFactory();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LibraryWithFallback {

		@Bean
		Supplier<Vault> library(AutowireCapableBeanFactory beanFactory) {
			try {
				Vault vault = beanFactory.createBean(Vault.class);
				return () -> vault;
			}
			catch (BeansException ex) {
				return Vault::new;
			}
		}

	}

	static class VaultFactory implements FactoryBean<Object> {

		@Override
		public Object getObject() {
			return new Vault();
		}

		@Override
		public @Nullable Class<?> getObjectType() {
			return null;
		}

		@Override
		public boolean isSingleton() {
			return false;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Plain {

	}

	static class Guarded {

		Guarded() {
			made.add("guarded");
		}

		@RequiresAirlockApproval
		public void refund() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ReticentConfiguration {

		@Bean
		@Scope(BeanDefinition.SCOPE_PROTOTYPE)
		Object guarded() {
			return new Guarded();
		}

		@Bean
		@Scope(BeanDefinition.SCOPE_PROTOTYPE)
		Object open() {
			return "open";
		}

	}

}

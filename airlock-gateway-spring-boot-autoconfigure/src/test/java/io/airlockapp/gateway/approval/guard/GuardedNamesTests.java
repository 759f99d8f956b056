/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.GuardedCall;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.target.EmptyTargetSource;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the names that guarded methods of beans have.
 */
class GuardedNamesTests {

	private final List<String> asked = new ArrayList<>();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, AirlockApprovalAutoConfiguration.class))
		.withBean(ApprovalGate.class, () -> (GuardedCall call) -> this.asked.add(call.toRequest().getCommandText()));

	@Test
	void scopedBeanIsNamedByTargetBean() {
		this.contextRunner.withUserConfiguration(Scoped.class).run((context) -> {
			context.getBean(Accounts.class).delete(1);
			context.getBean("throughInterface", Job.class).delete(2);
			assertThat(this.asked).containsExactly("Accounts[accounts].delete(id=1)",
					"Bills[throughInterface].delete(id=2)");
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { Prototypes.class, Lazies.class })
	void beansOfAConfigurationAreNamedBeforeTheOtherOneIsCreated(Class<?> configuration) {
		assertNamed(this.contextRunner.withUserConfiguration(configuration),
				List.of("sandbox", "production", "sandbox", "production"), "Accounts[sandbox]", "Accounts[production]",
				"Accounts[sandbox]", "Accounts[production]");
	}

	@Test
	void productsOfFactoriesAreNamedBeforeTheOtherOneIsCreated() {
		assertNamed(this.contextRunner.withBean("sandbox", Factory.class).withBean("production", Factory.class),
				List.of("sandbox", "production"), "Accounts[sandbox]", "Accounts[production]");
	}

	@Test
	void productOfADeclaredClassIsNotNamed() {
		assertNamed(this.contextRunner.withBean("repository", Repository.class), List.of("repository"), "Job");
	}

	@Test
	void singletonRegisteredLaterIsNamed() {
		this.contextRunner.withBean("sandbox", Accounts.class).run((context) -> {
			delete(context.getBean("sandbox"));
			ConfigurableListableBeanFactory beans = context.getSourceApplicationContext().getBeanFactory();
			delete(beans.initializeBean(new Accounts(), "production"));
			delete(context.getBean("sandbox"));
			assertThat(this.asked).containsExactly("Accounts.delete(id=1)", "Accounts[production].delete(id=1)",
					"Accounts[sandbox].delete(id=1)");
		});
	}

	@Test
	void beanIsNamedIfABeanOfTheParentHasItsClass() {
		this.contextRunner.withBean("sandbox", Accounts.class)
			.run((parent) -> this.contextRunner.withParent(parent)
				.withBean("production", Accounts.class)
				.run((context) -> delete(context.getBean("production"))));
		assertThat(this.asked).containsExactly("Accounts[production].delete(id=1)");
	}

	@Test
	void abstractServicesAreNamedByTheirClass() {
		assertNamed(this.contextRunner.withBean("accounts", Accounts.class).withBean("bills", Bills.class),
				List.of("accounts", "bills"), "Accounts", "Bills");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void beansOfTheSameClassAreNamed(boolean targetClass) {
		assertNamed(
				this.contextRunner.withPropertyValues("spring.aop.proxy-target-class=" + targetClass)
					.withBean("sandbox", Accounts.class)
					.withBean("production", Deleting.class, Accounts::new),
				List.of("sandbox", "production"), "Accounts[sandbox]", "Accounts[production]");
	}

	@Test
	void beanIsNamedIfAnotherOneOfItsClassIsNotCreatedYet() {
		assertNamed(
				this.contextRunner
					.withBean("sandbox", Accounts.class, Accounts::new, (definition) -> definition.setLazyInit(true))
					.withBean("production bank", Accounts.class),
				List.of("production bank"), "Accounts[\"production bank\"]");
	}

	@Test
	void equalCallsOfTwoBeansAreNotTheSame() {
		List<String> digests = new ArrayList<>();
		List<List<List<String>>> tokens = new ArrayList<>();
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(AopAutoConfiguration.class, AirlockApprovalAutoConfiguration.class))
			.withBean(ApprovalGate.class, () -> (GuardedCall call) -> {
				digests.add(call.comparableDigest());
				tokens.add(call.commandTokens());
			})
			.withBean("sandbox", Accounts.class)
			.withBean("production", Accounts.class)
			.run((context) -> {
				delete(context.getBean("sandbox"));
				delete(context.getBean("production"));
				assertThat(digests).hasSize(2).doesNotHaveDuplicates();
				assertThat(tokens.get(1)).contains(List.of("Accounts[production].delete", "id=1"));
			});
	}

	@Test
	void lambdaExpressionIsNamedByItsInterface() {
		assertNamed(
				this.contextRunner.withBean("one", Job.class, GuardedNamesTests::job)
					.withBean("other", Job.class, GuardedNamesTests::job),
				List.of("one", "other"), "Job[one]", "Job[other]");
	}

	@Test
	void lambdaExpressionOfTwoInterfacesIsNamedByNeither() {
		assertNamed(this.contextRunner.withBean("x", Deleting.class, () -> (Deleting<Integer>) (Look & Wipe) (id) -> {
		}), List.of("x"), "Deleting");
	}

	@Test
	void proxyWithoutTargetIsNamedByItsOwnInterface() {
		assertNamed(this.contextRunner.withBean("job", Job.class, () -> {
			ProxyFactory factory = new ProxyFactory(Job.class, EmptyTargetSource.INSTANCE);
			factory.addAdvice((MethodInterceptor) (invocation) -> null);
			return (Job) factory.getProxy();
		}), List.of("job"), "Job");
	}

	@Test
	void beansOfClassesOfTheSameNameAreNamed() {
		assertNamed(this.contextRunner.withBean("accounts", Accounts.class).withBean("other", Elsewhere.Accounts.class),
				List.of("accounts", "other"), "Accounts[accounts]", "Accounts[other]");
	}

	@Test
	void beansOfAnonymousClassesAreNamed() {
		assertNamed(this.contextRunner.withBean("one", Job.class, () -> new Job() {

			@Override
			public void delete(Integer id) {
			}

		}).withBean("other", Job.class, () -> new Job() {

			@Override
			public void delete(Integer id) {
			}

		}), List.of("one", "other"), "Job[one]", "Job[other]");
	}

	private void assertNamed(ApplicationContextRunner runner, List<String> beans, String... names) {
		runner.run((context) -> {
			beans.forEach((bean) -> delete(context.getBean(bean)));
			assertThat(this.asked)
				.containsExactly(Stream.of(names).map((name) -> name + ".delete(id=1)").toArray(String[]::new));
		});
	}

	@SuppressWarnings("unchecked")
	private static void delete(Object bean) {
		((Deleting<Integer>) bean).delete(1);
	}

	private static Job job() {
		return (id) -> {
		};
	}

	interface Deleting<T> {

		@RequiresAirlockApproval
		void delete(T id);

	}

	interface Job extends Deleting<Integer> {

	}

	interface Look extends Deleting<Integer> {

	}

	interface Wipe extends Deleting<Integer> {

	}

	abstract static class Service<T> implements Deleting<T> {

		@Override
		public void delete(T id) {
		}

	}

	static class Accounts extends Service<Integer> {

	}

	static class Factory implements FactoryBean<Deleting<Integer>> {

		@Override
		public Deleting<Integer> getObject() {
			return new Accounts();
		}

		@Override
		public Class<?> getObjectType() {
			return Deleting.class;
		}

	}

	static class Repository implements FactoryBean<Job> {

		@Override
		public Job getObject() {
			return ProxyFactory.getProxy(Job.class, (MethodInterceptor) (invocation) -> null);
		}

		@Override
		public Class<?> getObjectType() {
			return Job.class;
		}

	}

	static class Bills extends Service<Integer> implements Job {

	}

	static class Elsewhere {

		static class Accounts extends Service<Integer> {

		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Scoped {

		@Bean
		@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
		Accounts accounts() {
			return new Accounts();
		}

		@Bean
		@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.INTERFACES)
		Bills throughInterface() {
			return new Bills();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Prototypes {

		@Bean
		@Scope("prototype")
		Deleting<Integer> sandbox() {
			return new Accounts();
		}

		@Bean
		@Scope("prototype")
		Deleting<Integer> production() {
			return new Accounts();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Lazy
	static class Lazies {

		@Bean
		Deleting<Integer> sandbox() {
			return new Accounts();
		}

		@Bean
		Deleting<Integer> production() {
			return new Accounts();
		}

	}

}

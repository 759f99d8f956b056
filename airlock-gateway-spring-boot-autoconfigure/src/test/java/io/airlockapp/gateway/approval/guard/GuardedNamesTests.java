/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.util.ArrayList;
import java.util.List;

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
	void scopedBeans() {
		this.contextRunner.withUserConfiguration(Scoped.class).run((context) -> {
			context.getBean(Accounts.class).delete(1);
			context.getBean("throughInterface", Job.class).delete(2);
			assertThat(this.asked).containsExactly("Accounts[accounts].delete(id=1)",
					"Bills[throughInterface].delete(id=2)");
		});
	}

	@Test
	void prototypesAreNamed() {
		this.contextRunner.withUserConfiguration(Prototypes.class).run((context) -> {
			for (int call = 0; call < 2; call++) {
				delete(context.getBean("sandbox"));
				delete(context.getBean("production"));
			}
			assertThat(this.asked).containsExactly("Accounts[sandbox].delete(id=1)",
					"Accounts[production].delete(id=1)", "Accounts[sandbox].delete(id=1)",
					"Accounts[production].delete(id=1)");
		});
	}

	@Test
	void lazyBeansAreNamedBeforeTheOtherOneIsCreated() {
		this.contextRunner.withUserConfiguration(Lazies.class).run((context) -> {
			delete(context.getBean("sandbox"));
			delete(context.getBean("production"));
			assertThat(this.asked).containsExactly("Accounts[sandbox].delete(id=1)",
					"Accounts[production].delete(id=1)");
		});
	}

	@Test
	void productsOfFactoriesAreNamedBeforeTheOtherOneIsCreated() {
		this.contextRunner.withBean("sandbox", Factory.class).withBean("production", Factory.class).run((context) -> {
			delete(context.getBean("sandbox"));
			delete(context.getBean("production"));
			assertThat(this.asked).containsExactly("Accounts[sandbox].delete(id=1)",
					"Accounts[production].delete(id=1)");
		});
	}

	@Test
	void productOfADeclaredClassIsNotNamed() {
		this.contextRunner.withBean("repository", Repository.class).run((context) -> {
			delete(context.getBean("repository"));
			assertThat(this.asked).containsExactly("Job.delete(id=1)");
		});
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
		this.contextRunner.withBean(Accounts.class).withBean(Bills.class).run((context) -> {
			context.getBean(Accounts.class).delete(1);
			context.getBean(Bills.class).delete(1);
			assertThat(this.asked).containsExactly("Accounts.delete(id=1)", "Bills.delete(id=1)");
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void beansOfTheSameClassAreNamed(boolean targetClass) {
		this.contextRunner.withPropertyValues("spring.aop.proxy-target-class=" + targetClass)
			.withBean("sandbox", Accounts.class)
			.withBean("production", Deleting.class, Accounts::new)
			.run((context) -> {
				delete(context.getBean("sandbox"));
				delete(context.getBean("production"));
				assertThat(this.asked).containsExactly("Accounts[sandbox].delete(id=1)",
						"Accounts[production].delete(id=1)");
			});
	}

	@Test
	void beanIsNamedIfAnotherOneOfItsClassIsNotCreatedYet() {
		this.contextRunner
			.withBean("sandbox", Accounts.class, Accounts::new, (definition) -> definition.setLazyInit(true))
			.withBean("production bank", Accounts.class)
			.run((context) -> {
				delete(context.getBean("production bank"));
				assertThat(this.asked).containsExactly("Accounts[\"production bank\"].delete(id=1)");
			});
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
		this.contextRunner.withBean("one", Job.class, GuardedNamesTests::job)
			.withBean("other", Job.class, GuardedNamesTests::job)
			.run((context) -> {
				context.getBean("one", Job.class).delete(1);
				context.getBean("other", Job.class).delete(2);
				assertThat(this.asked).containsExactly("Job[one].delete(id=1)", "Job[other].delete(id=2)");
			});
	}

	@Test
	void lambdaExpressionOfTwoInterfacesIsNamedByNeither() {
		this.contextRunner.withBean("x", Deleting.class, () -> (Deleting<Integer>) (Look & Wipe) (id) -> {
		}).run((context) -> {
			delete(context.getBean("x"));
			assertThat(this.asked).containsExactly("Deleting.delete(id=1)");
		});
	}

	@Test
	void proxyWithoutTargetIsNamedByItsOwnInterface() {
		this.contextRunner.withBean(Job.class, () -> {
			ProxyFactory factory = new ProxyFactory(Job.class, EmptyTargetSource.INSTANCE);
			factory.addAdvice((MethodInterceptor) (invocation) -> null);
			return (Job) factory.getProxy();
		}).run((context) -> {
			context.getBean(Job.class).delete(1);
			assertThat(this.asked).containsExactly("Job.delete(id=1)");
		});
	}

	@Test
	void beansOfClassesOfTheSameNameAreNamed() {
		this.contextRunner.withBean("accounts", Accounts.class)
			.withBean("other", Elsewhere.Accounts.class)
			.run((context) -> {
				delete(context.getBean("accounts"));
				delete(context.getBean("other"));
				assertThat(this.asked).containsExactly("Accounts[accounts].delete(id=1)",
						"Accounts[other].delete(id=1)");
			});
	}

	@Test
	void beansOfAnonymousClassesAreNamed() {
		this.contextRunner.withBean("one", Job.class, () -> new Job() {

			@Override
			public void delete(Integer id) {
			}

		}).withBean("other", Job.class, () -> new Job() {

			@Override
			public void delete(Integer id) {
			}

		}).run((context) -> {
			delete(context.getBean("one"));
			delete(context.getBean("other"));
			assertThat(this.asked).containsExactly("Job[one].delete(id=1)", "Job[other].delete(id=1)");
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

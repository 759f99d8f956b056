/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.security.ProtectionDomain;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.CompiledClasses;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.verification.elsewhere.Desk;
import io.airlockapp.gateway.approval.verification.elsewhere.GuardedDesk;
import io.airlockapp.gateway.approval.verification.elsewhere.OpenDesk;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import org.aopalliance.aop.Advice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.ai.tool.annotation.Tool;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.ProxyType;
import org.springframework.context.annotation.Proxyable;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.event.EventListener;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.SmartClassLoader;
import org.springframework.scheduling.annotation.Async;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.validation.BindingResult;

import static io.airlockapp.gateway.approval.verification.UnguardableBeans.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link ProxyabilityChecks}: an application does not start with a method that
 * requires approval and that no proxy guards.
 */
public class ProxyabilityChecksTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class));

	@ParameterizedTest
	@ValueSource(classes = { PrivateMethod.class, FinalMethod.class, StaticMethod.class, FinalClass.class,
			FinalMethodOfGuardedType.class, InheritedPrivateMethod.class, FinalInstance.class,
			MethodOfAnotherPackage.class, MethodOfAGuardedTypeOfAnotherPackage.class, OwnScopedObject.class,
			PrivateHandlerOfGuardedType.class, StaticHandlerOfGuardedType.class, PrivateToolOfGuardedType.class,
			HandlerOfAnotherPackage.class })
	void methodThatCannotBeOverriddenFailsStart(Class<?> type) {
		assertRefused(this.contextRunner.withBean(type), "ProxyabilityChecksTests$", ".refund", "cannot be guarded");
	}

	/**
	 * Spring may take one for the other.
	 */
	@Test
	void methodWithOverloadForPrimitiveTypeFailsStart() {
		assertRefused(this.contextRunner.withBean(OverloadedConsumer.class), "OverloadedConsumer.accept",
				"cannot be guarded", "another name");
	}

	@ParameterizedTest
	@ValueSource(classes = { GuardedEquals.class, GuardedHashCode.class })
	void equalsOrHashCodeFailsStart(Class<?> type) {
		assertRefused(this.contextRunner.withBean(type), "cannot be guarded", "proxies implement equals and hashCode");
	}

	@Test
	void methodCalledByJavaFailsStart() {
		assertRefused(this.contextRunner.withBean(Finalizable.class), "Finalizable.finalize",
				"Java itself calls it on the object");
		assertRefused(this.contextRunner.withBean(OwnThread.class, OwnThread::new), "OwnThread.run",
				"Java itself calls it on the object");
	}

	@ParameterizedTest
	@ValueSource(strings = { "dev.langchain4j.agent.tool.Tool", "org.axonframework.eventhandling.EventHandler" })
	void privateMethodOfGuardedTypeThatALibraryCalls(String annotation) {
		Class<?> type = annotated(annotation, """
				@io.airlockapp.gateway.approval.RequiresAirlockApproval
				public class Payouts {
					@%s
					private void pay(String order) {
					}
				}
				""");
		assertRefused(this.contextRunner.withBean(type), "Payouts.pay", "the method is private");
	}

	@Test
	void finalClassFailsStartUnlessRemedyIsApplied() {
		assertRefused(this.contextRunner.withBean(FinalClass.class),
				"implement an interface that has the method, with @Proxyable(ProxyType.INTERFACES)");
		this.contextRunner.withBean(FinalClassWithInterface.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(GuardedProxies.findUnguarded(context.getBean(Refunds.class))).isNull();
		});
	}

	@Test
	void privateMethodThatItsClassCallsIsFirstOfAllPrivate() {
		this.contextRunner.withBean(PrivateMethodCalledByItsClass.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("the method is private")
				.hasMessageNotContaining("@Lazy"));
	}

	@Test
	void guardedTypeMayHaveASuperclassWithMethodsForItsOwnPackage() {
		this.contextRunner.withBean(GuardedTypeOfAnotherPackage.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void guardedTypeMayHaveMethodsForItself() {
		this.contextRunner.withBean(MethodsForItselfOfGuardedType.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void packagePrivateMethodWhenProxyHasOtherClassLoaderFailsStart() {
		assertRefused(
				this.contextRunner.withClassLoader(new ProxyClassLoader(getClass().getClassLoader()))
					.withBean(PackagePrivateMethod.class),
				PackagePrivateMethod.class.getName() + ".refund", "the proxy has another class loader");
		this.contextRunner.withClassLoader(new ProxyClassLoader(getClass().getClassLoader()))
			.withBean(ProtectedMethod.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void packagePrivateMethodWhenClassIsNotRestartedFailsStart() {
		ApplicationContextRunner restarted = this.contextRunner
			.withClassLoader(new RestartedClassLoader(getClass().getClassLoader()));
		assertRefused(restarted.withBean(PackagePrivateMethod.class), PackagePrivateMethod.class.getName() + ".refund",
				"its class is not restarted");
		restarted.withUserConfiguration(ScopedPackagePrivateMethod.class)
			.run((context) -> assertThatException().isThrownBy(() -> context.getBean(ScopedPackagePrivateMethod.class))
				.withRootCauseInstanceOf(UnguardableMethodException.class)
				.havingRootCause()
				.withMessageContaining("the proxy has another class loader"));
	}

	@ParameterizedTest
	@ValueSource(classes = { StreamArgument.class, BindingResultArgument.class, TimeArgument.class })
	void methodWithUnreadableParameterFailsStart(Class<?> type) {
		assertRefused(this.contextRunner.withBean("desk", type), type.getName() + ".refund of bean 'desk'",
				"cannot be guarded", "its parameter 'order' is a ", "take plain data");
	}

	@ParameterizedTest
	@ValueSource(classes = { UnsupportedFuture.class, AsynchronousArgument.class })
	void methodWithUnsupportedAsynchronousTypeFailsStart(Class<?> type) {
		assertRefused(this.contextRunner.withBean(type), type.getName() + ".refund", "cannot be guarded");
	}

	@ParameterizedTest
	@ValueSource(classes = { AfterCommitListener.class, BeforeCommitListener.class, AsyncListener.class })
	void transactionalEventListenerFailsStart(Class<?> type) {
		assertRefused(this.contextRunner.withBean("desk", type), type.getName() + ".refund of bean 'desk'",
				"@TransactionalEventListener",
				"let a listener with @Async and without @Transactional call a guarded method of another bean");
	}

	@Test
	void camelConsumerFailsStart() {
		Class<?> type = annotated("org.apache.camel.Consume", """
				public class Payouts {
					@%s
					@io.airlockapp.gateway.approval.RequiresAirlockApproval
					public void pay(String order) {
					}
				}
				""");
		assertRefused(this.contextRunner.withBean("payouts", type), "Payouts.pay of bean 'payouts'",
				"Camel calls a @Consume method on the object");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Saga", "Aggregate" })
	void componentOfWhichAxonCreatesObjects(String name) {
		String annotation = "org.axonframework.spring.stereotype." + name;
		Class<?> type = annotated(annotation, """
				@%s
				public class Payouts {
					@io.airlockapp.gateway.approval.RequiresAirlockApproval
					public void pay(String order) {
					}
				}
				""");
		// Such beans are prototypes that nobody requests
		assertRefused(
				this.contextRunner.withInitializer((context) -> ((GenericApplicationContext) context)
					.registerBean("payouts", type, (definition) -> definition.setScope("prototype"))),
				"Payouts requires approval", "Axon for sagas and aggregates");
	}

	@Test
	void resourceOfJerseyThatItCreates() {
		Class<?> config = CompiledClasses.of(Map.of("org.glassfish.jersey.server.ResourceConfig", """
				package org.glassfish.jersey.server;

				public class ResourceConfig {
					private final java.util.Set<Class<?>> classes;
					public ResourceConfig(Class<?> type) {
						this.classes = java.util.Set.of(type);
					}
					public final java.util.Set<Class<?>> getClasses() {
						return this.classes;
					}
				}
				""")).find("org.glassfish.jersey.server.ResourceConfig");
		ApplicationContextRunner resource = registering(config, Resource.class);
		assertRefused(resource.withBean(Resource.class), Resource.class.getName(),
				"bean 'resources' registers the class with Jersey");
		ApplicationContextRunner component = registering(config, ComponentResource.class);
		component.withBean(ComponentResource.class).run((context) -> assertThat(context).hasNotFailed());
		assertRefused(component.withBean("eu", ComponentResource.class).withBean("us", ComponentResource.class),
				ComponentResource.class.getName(), "bean 'resources' registers the class with Jersey");
	}

	private ApplicationContextRunner registering(Class<?> config, Class<?> resource) {
		return this.contextRunner.withBean("resources", Object.class,
				() -> BeanUtils.instantiateClass(config.getConstructors()[0], resource));
	}

	@Test
	void springBatchListenerFailsStart() {
		Class<?> type = annotated("org.springframework.batch.core.annotation.BeforeJob", """
				public class Payouts {
					@%s
					@io.airlockapp.gateway.approval.RequiresAirlockApproval
					public void release() {
					}
				}
				""");
		assertRefused(this.contextRunner.withBean("payouts", type), "Payouts.release of bean 'payouts'",
				"Spring Batch calls it on the object", "call a guarded method of another bean");
	}

	@ParameterizedTest
	@CsvSource({ "org.apache.camel.RoutesBuilder, routes of Camel call methods on the object itself",
			"org.springframework.integration.dsl.IntegrationFlow, flows of Spring Integration" })
	void methodOfRoutesAndFlowsFailsStart(String implemented, String reason) {
		Class<?> type = using("public interface", implemented, """
				public class Payouts implements %s {
					@io.airlockapp.gateway.approval.RequiresAirlockApproval
					public void pay(String order) {
					}
				}
				""");
		assertRefused(this.contextRunner.withBean("payouts", type), "Payouts.pay of bean 'payouts'", reason,
				"guarded method of another bean");
	}

	@ParameterizedTest
	@ValueSource(strings = { "jakarta.websocket.server.ServerEndpoint", "jakarta.servlet.annotation.WebListener",
			"jakarta.servlet.annotation.WebFilter", "jakarta.servlet.annotation.WebServlet" })
	void webServerComponentFailsStart(String annotation) {
		Class<?> type = annotated(annotation, """
				@%s
				public class Payouts {
					@io.airlockapp.gateway.approval.RequiresAirlockApproval
					public void pay(String order) {
					}
				}
				""");
		assertRefused(this.contextRunner.withBean("payouts", type), "Payouts.pay of bean 'payouts'",
				"a web server can create objects of a ", "guarded method of another bean");
	}

	@Test
	void groovyClassFailsStart() {
		CompiledClasses classes = CompiledClasses.of(Map.of("groovy.lang.GroovyObject",
				"package groovy.lang; public interface GroovyObject { }", "desk.Refunds", """
						package desk;

						public class Refunds implements groovy.lang.GroovyObject {
							@io.airlockapp.gateway.approval.RequiresAirlockApproval
							public void refund(String order) {
							}
						}
						"""));
		assertRefused(this.contextRunner.withClassLoader(classes).withBean(classes.find("desk.Refunds")),
				"Refunds.refund of bean", "its class is written in Groovy");
	}

	@ParameterizedTest
	@CsvSource({ "int,int,$mcII$sp,true", "Object,Object,$mcII$sp,true", "Object,Object,$mIc$sp,true",
			"String,boolean,$mcII$sp,false", "int,String,$mcII$sp,false" })
	void methodSpecializedByScalaFailsStart(String parameter, String result, String variant, boolean refused) {
		CompiledClasses classes = CompiledClasses.of(Map.of("desk.Refund", """
				package desk;

				public class Refund {
					@io.airlockapp.gateway.approval.RequiresAirlockApproval
					public %2$s apply(%1$s amount) {
						throw new AssertionError();
					}
					public int apply%3$s(int amount) {
						return amount;
					}
				}
				""".formatted(parameter, result, variant)));
		ApplicationContextRunner runner = this.contextRunner.withClassLoader(classes)
			.withBean("refund", classes.find("desk.Refund"));
		if (refused) {
			assertRefused(runner, "Refund.apply of bean 'refund'",
					"Scala calls a method for primitive types in its place");
		}
		else {
			runner.run((context) -> assertThat(context).hasNotFailed());
		}
	}

	private static Class<?> annotated(String annotation, String source) {
		return using("@java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME) public @interface",
				annotation, source);
	}

	/**
	 * Compile payouts with a type of a library that the tests do without.
	 */
	private static Class<?> using(String declaration, String library, String source) {
		int separator = library.lastIndexOf('.');
		return CompiledClasses.of(Map.of(library,
				"package %s; %s %s { }".formatted(library.substring(0, separator), declaration,
						library.substring(separator + 1)),
				"desk.Payouts", "package desk; " + source.formatted(library)))
			.find("desk.Payouts");
	}

	/**
	 * A public one is called on the proxy, but not if its circuit breaker is open.
	 */
	@ParameterizedTest
	@CsvSource({ "protected, false", "public, false", "'', true" })
	void springRetryRecoverMethodFailsStart(String access, boolean onType) {
		assertRefused(this.contextRunner.withBean("payouts", recovery(access, onType)),
				"Payouts.recover of bean 'payouts'",
				"spring-retry calls a @Recover or @Classifier method on the object", "guarded method of another bean");
	}

	@Test
	void springRetryClassifierFailsStart() {
		Class<?> type = annotated("org.springframework.classify.annotation.Classifier", """
				public class Payouts {
					@%s
					@io.airlockapp.gateway.approval.RequiresAirlockApproval
					public String classify(String order) {
						return order;
					}
				}
				""");
		assertRefused(this.contextRunner.withBean("payouts", type), "Payouts.classify of bean 'payouts'",
				"spring-retry calls a @Recover or @Classifier method on the object");
	}

	private static Class<?> recovery(String access, boolean onType) {
		String guard = "@io.airlockapp.gateway.approval.RequiresAirlockApproval";
		return annotated("org.springframework.retry.annotation.Recover", """
				%s
				public class Payouts {
					%s
					@%%s
					%s void recover() {
					}
				}
				""".formatted(onType ? guard : "", onType ? "" : guard, access));
	}

	@ParameterizedTest
	@ValueSource(classes = { GuardedInfrastructure.class, GuardedAdvice.class })
	void aopInfrastructureFailsStart(Class<?> type) {
		assertRefused(this.contextRunner.withBean(type));
	}

	@Test
	void originalInstanceFailsStartUnlessLocked() {
		String name = Guarded.class.getName() + ".ORIGINAL";
		assertRefused(this.contextRunner.withBean(name, Guarded.class, Guarded::new));
		// The class of an object with the lock has another name
		this.contextRunner.withBean(name, Guarded.class)
			.run((context) -> assertThat(GuardedProxies.hasGuard(context.getBean(name))).isTrue());
	}

	public static class PackagePrivateMethod {

		public PackagePrivateMethod() {
		}

		@RequiresAirlockApproval
		void refund() {
		}

	}

	@Scope(value = BeanDefinition.SCOPE_PROTOTYPE, proxyMode = ScopedProxyMode.TARGET_CLASS)
	public static class ScopedPackagePrivateMethod {

		public ScopedPackagePrivateMethod() {
		}

		@RequiresAirlockApproval
		void refund() {
		}

	}

	public static class ProtectedMethod {

		public ProtectedMethod() {
		}

		@RequiresAirlockApproval
		protected void refund() {
		}

	}

	/**
	 * Defines proxies of the classes of its parent, as each class loader does with
	 * {@code --add-opens=java.base/java.lang=ALL-UNNAMED}, an option of Tomcat.
	 */
	public static class ProxyClassLoader extends ClassLoader {

		ProxyClassLoader(ClassLoader parent) {
			super(parent);
		}

		public Class<?> publicDefineClass(String name, byte[] file, ProtectionDomain domain) {
			return defineClass(name, file, 0, file.length, domain);
		}

	}

	/**
	 * Class loader like that of the developer tools.
	 */
	public static final class RestartedClassLoader extends ProxyClassLoader implements SmartClassLoader {

		RestartedClassLoader(ClassLoader parent) {
			super(parent);
		}

		@Override
		public ClassLoader getOriginalClassLoader() {
			return getParent();
		}

	}

	static class OverloadedConsumer implements Consumer<Integer> {

		@Override
		public void accept(Integer amount) {
		}

		@RequiresAirlockApproval
		public void accept(int amount) {
		}

	}

	static class PrivateMethod {

		@RequiresAirlockApproval
		private void refund() {
		}

	}

	static class GuardedEquals {

		@Override
		@RequiresAirlockApproval
		public boolean equals(Object other) {
			return this == other;
		}

		@Override
		public int hashCode() {
			return 1;
		}

	}

	static class GuardedHashCode {

		@Override
		public boolean equals(Object other) {
			return this == other;
		}

		@Override
		@RequiresAirlockApproval
		public int hashCode() {
			return 1;
		}

	}

	static class OwnScopedObject extends PrivateMethod implements ScopedObject {

		@Override
		public Object getTargetObject() {
			return this;
		}

		@Override
		public void removeFromScope() {
		}

	}

	static class PrivateMethodCalledByItsClass {

		void refundAll() {
			refund();
		}

		@RequiresAirlockApproval
		private void refund() {
		}

	}

	static class InheritedPrivateMethod extends PrivateMethod {

	}

	static class MethodOfAnotherPackage extends Desk {

	}

	static class MethodOfAGuardedTypeOfAnotherPackage extends GuardedDesk {

	}

	@RequiresAirlockApproval
	static class GuardedTypeOfAnotherPackage extends OpenDesk {

	}

	static class FinalMethod {

		@RequiresAirlockApproval
		final void refund() {
		}

	}

	static class StaticMethod {

		@RequiresAirlockApproval
		static void refund() {
		}

	}

	static final class FinalClass {

		@RequiresAirlockApproval
		void refund() {
		}

	}

	@RequiresAirlockApproval
	static class PrivateHandlerOfGuardedType {

		@EventListener
		private void refund(String order) {
		}

	}

	@RequiresAirlockApproval
	static class StaticHandlerOfGuardedType {

		@EventListener
		static void refund(String order) {
		}

	}

	@RequiresAirlockApproval
	static class PrivateToolOfGuardedType {

		@Tool
		private String refund(String order) {
			return order;
		}

	}

	@RequiresAirlockApproval
	static class HandlerOfAnotherPackage extends OpenDesk.Listening {

	}

	@RequiresAirlockApproval
	static class MethodsForItselfOfGuardedType {

		public String refund(String order) {
			return normalize(order) + trim(order);
		}

		private String normalize(String order) {
			return order;
		}

		@SafeVarargs
		private static <T> T trim(T... orders) {
			return orders[0];
		}

		@Autowired
		private void inject(BeanFactory beanFactory) {
		}

		@Autowired
		@Lazy
		private void injectLater(BeanFactory beanFactory) {
		}

		@Bean
		@Lazy
		static String currency() {
			return "EUR";
		}

	}

	static class Finalizable {

		@Override
		@RequiresAirlockApproval
		@SuppressWarnings({ "deprecation", "removal" })
		public void finalize() {
		}

	}

	static class OwnThread extends Thread {

		@Override
		@RequiresAirlockApproval
		public void run() {
		}

	}

	@RequiresAirlockApproval
	static class FinalMethodOfGuardedType {

		public final void refund() {
		}

	}

	interface Refunds {

		@RequiresAirlockApproval
		void refund();

	}

	static class FinalInstance implements Refunds {

		@Override
		public final void refund() {
		}

	}

	@Proxyable(ProxyType.INTERFACES)
	static final class FinalClassWithInterface implements Refunds {

		@Override
		public void refund() {
		}

	}

	static class UnsupportedFuture {

		@RequiresAirlockApproval
		FutureTask<String> refund() {
			return new FutureTask<>(() -> "refunded");
		}

	}

	static class AsynchronousArgument {

		@RequiresAirlockApproval
		void refund(Mono<String> order) {
		}

	}

	static class StreamArgument {

		@RequiresAirlockApproval
		void refund(Stream<String> order) {
		}

	}

	static class TimeArgument {

		@RequiresAirlockApproval
		public void refund(java.sql.Time order) {
		}

	}

	static class BindingResultArgument {

		@RequiresAirlockApproval
		void refund(BindingResult order) {
		}

	}

	static class Resource {

		@RequiresAirlockApproval
		public void refund(String order) {
		}

	}

	@Component
	static class ComponentResource extends Resource {

	}

	static class AfterCommitListener {

		@TransactionalEventListener
		@RequiresAirlockApproval
		void refund(String order) {
		}

	}

	static class BeforeCommitListener {

		@TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
		@RequiresAirlockApproval
		void refund(String order) {
		}

	}

	@Async
	@RequiresAirlockApproval
	static class AsyncListener {

		@TransactionalEventListener
		void refund(String order) {
		}

	}

	static class Guarded {

		@RequiresAirlockApproval
		void refund() {
		}

	}

	static class GuardedInfrastructure extends Guarded implements AopInfrastructureBean {

	}

	static class GuardedAdvice extends Guarded implements Advice {

	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Proxy;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.annotation.AnnotationDescription;
import net.bytebuddy.description.modifier.Visibility;
import net.bytebuddy.dynamic.loading.ClassLoadingStrategy;
import net.bytebuddy.implementation.StubMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

import static io.airlockapp.gateway.approval.verification.UnguardableBeans.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for objects that the application creates and that may call their own guarded
 * methods past the proxy.
 */
class SelfCallsTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class))
		.withBean(ApprovalGate.class, () -> (call) -> {
		});

	@ParameterizedTest
	@ValueSource(classes = { Direct.class, ByReference.class, ByReferenceOfASupertype.class, InALambda.class,
			AtConstruction.class, BySuper.class, BySuperOfAnOverridingClass.class, InAnInheritedMethod.class,
			InADefaultMethod.class, InAGenericMethod.class, InAStaticHelper.class,
			InADefaultMethodOfASuperinterface.class, WithinTheGuardedMethodByAHelper.class, InANestedClass.class,
			InAnAnonymousClass.class, Bridged.class, OfAGuardedType.class, InACallbackOfAGuardedType.class,
			OfAGuardedInterface.class, OnItsBean.class, InALambdaOfAGuardedMethod.class,
			InALambdaOfAnApprovedMethod.class, ReferenceInAnApprovedMethod.class, InAClassOfAnApprovedMethod.class,
			InDefaultImplementations.class, Decorator.class, RefundFunction.class, RefundList.class,
			InANestedClassOfALibrary.class, InAConditionalMethod.class, RecursiveIfConditional.class,
			ConditionalWithSuperOfAnother.class, WithOtherApprovers.class })
	void callOnObjectItselfFailsStart(Class<?> type) {
		assertRefused(created(type), type.getName() + ".", " requires approval", "on the object itself (this)");
	}

	@ParameterizedTest
	@ValueSource(classes = { OfAGuardedTypeWithSuper.class, AtConstructionOfAGuardedTypeWithSuper.class,
			ConditionalWithSuperOfAnother.class })
	void superCallOfLockedTypeFailsStart(Class<?> type) {
		assertRefused(this.contextRunner.withBean(type), type.getName() + ".refund", "on the object itself (this)");
	}

	@ParameterizedTest
	@ValueSource(classes = { OfAGuardedLibrary.class, OfAnInterfaceOfALibrary.class })
	void callOfLockedTypeInheritedFromLibraryFailsStart(Class<?> type) {
		assertRefused(this.contextRunner.withBean(type), type.getName() + ".", "on the object itself (this)");
	}

	@Test
	void callOnTheObjectItselfFailsTheBuild() {
		assertThatException().isThrownBy(() -> ProcessedContext.of((context) -> {
			context.register(AirlockApprovalAutoConfiguration.class);
			context.register(DirectConfiguration.class);
		})).havingRootCause().isInstanceOf(UnguardableMethodException.class);
	}

	@ParameterizedTest
	@ValueSource(classes = { WithinTheGuardedMethod.class, OverridingWithSuper.class, OnAGuardedType.class,
			OfAnotherName.class, OverloadedByAnother.class, WithLifecycleOnAGuardedType.class, GuardedDecorator.class,
			RefundSupplier.class, ConditionalOverridingWithSuper.class, ConditionalBridge.class,
			GenericOverridingWithSuper.class })
	void callsThatKeepGuardAreAccepted(Class<?> type) {
		created(type).run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@ValueSource(classes = { OnItsBean.class, InALambdaOfAnApprovedMethod.class, Decorator.class, RefundFunction.class,
			RefundList.class })
	void objectsWithALockAreNotSearched(Class<?> type) {
		this.contextRunner.withBean(type).run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void classWithoutClassFileFailsStart(boolean locked) {
		Class<?> type = new ByteBuddy().subclass(Object.class)
			.name("com.example.Unreadable")
			.defineMethod("refund", void.class, Visibility.PUBLIC)
			.intercept(StubMethod.INSTANCE)
			.annotateMethod(AnnotationDescription.Builder.ofType(RequiresAirlockApproval.class).build())
			.make()
			.load(getClass().getClassLoader(), ClassLoadingStrategy.Default.WRAPPER)
			.getLoaded();
		ApplicationContextRunner runner = locked ? this.contextRunner.withBean(type) : created(type);
		assertRefused(runner, "cannot be guarded", "the class file of " + type.getName() + " cannot be read");
	}

	@Test
	void proxyAndLambdaExpressionHaveNoClassFile() {
		this.contextRunner.withBean("lambda", GuardedInterface.class, () -> () -> {
		})
			.withBean("proxy", GuardedInterface.class,
					() -> (GuardedInterface) Proxy.newProxyInstance(getClass().getClassLoader(),
							new Class<?>[] { GuardedInterface.class },
							(proxy, method, arguments) -> (method.getReturnType() == int.class) ? 7 : null))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void selfCallOfFactoryProductFailsOnCreation() {
		this.contextRunner.withBean(DirectFactory.class)
			.run((context) -> assertThatException().isThrownBy(() -> context.getBean(Direct.class))
				.havingRootCause()
				.isInstanceOf(UnguardableMethodException.class)
				.withMessageContaining("on the object itself (this)"));
	}

	@Test
	void lifecycleMethodOfFactoryProductFailsOnCreation() {
		this.contextRunner.withBean(ClosingFactory.class)
			.run((context) -> assertThatException().isThrownBy(() -> context.getBean(Closing.class))
				.havingRootCause()
				.isInstanceOf(UnguardableMethodException.class)
				.withMessageContaining("Spring calls it"));
	}

	private <T> ApplicationContextRunner created(Class<T> type) {
		return this.contextRunner.withBean(type, () -> BeanUtils.instantiateClass(type));
	}

	abstract static class Guarded {

		@RequiresAirlockApproval
		public void refund(long amount) {
		}

	}

	static class Direct {

		@RequiresAirlockApproval
		public void refund() {
		}

		public void retry() {
			refund();
		}

	}

	static class ByReference extends Guarded {

		public void retry(Consumer<Consumer<Long>> registry) {
			registry.accept(this::refund);
		}

	}

	static class ByReferenceOfASupertype extends Guarded {

		public void retry(Consumer<Consumer<Long>> registry) {
			registry.accept(super::refund);
		}

	}

	static class InALambda extends Guarded {

		public void retry(Executor executor) {
			executor.execute(() -> refund(1));
		}

	}

	static class InAStaticHelper extends Guarded {

		public void retry() {
			retry(2L, this);
		}

		private static void retry(long amount, InAStaticHelper refunds) {
			refunds.refund(amount);
		}

	}

	static class AtConstruction {

		private final List<Object> refunds = new ArrayList<>();

		AtConstruction() {
			refund();
		}

		@RequiresAirlockApproval
		public void refund() {
			this.refunds.add("refund");
		}

	}

	static class BySuper extends Guarded {

		public void retry() {
			super.refund(1);
		}

	}

	abstract static class RetryingClass extends Guarded {

		public void retry() {
			refund(1);
		}

	}

	static class BySuperOfAnOverridingClass extends RetryingClass {

		@Override
		public void retry() {
		}

		public void retryAll() {
			super.retry();
		}

	}

	abstract static class Template {

		public void retry() {
			refund();
		}

		protected abstract void refund();

	}

	static class InAnInheritedMethod extends Template {

		@Override
		@RequiresAirlockApproval
		protected void refund() {
		}

	}

	interface Retrying {

		void refund();

		default void retry() {
			refund();
		}

	}

	static class InADefaultMethod implements Retrying {

		@Override
		@RequiresAirlockApproval
		public void refund() {
		}

	}

	interface RetryingQuietly extends Retrying {

	}

	static class InADefaultMethodOfASuperinterface implements RetryingQuietly {

		@Override
		@RequiresAirlockApproval
		public void refund() {
		}

	}

	interface Desk<T> {

		@RequiresAirlockApproval
		void refund(T item);

		default void retry(T item) {
			refund(item);
		}

	}

	static class InAGenericMethod implements Desk<String> {

		@Override
		public void refund(String item) {
		}

	}

	static class OnItsBean extends Guarded {

		@Autowired
		@Lazy
		private OnItsBean self;

		public void retry() {
			this.self.refund(1);
		}

	}

	static class WithinTheGuardedMethod {

		@RequiresAirlockApproval
		public void refund(int amount) {
			if (amount > 0) {
				refund(amount - 1);
			}
			cancel();
		}

		@RequiresAirlockApproval
		public void cancel() {
		}

	}

	static class WithinTheGuardedMethodByAHelper {

		@RequiresAirlockApproval
		public void refund() {
			Runnable helper = () -> help();
			helper.run();
		}

		private void help() {
			cancel();
		}

		@RequiresAirlockApproval
		public void cancel() {
		}

	}

	static class OverridingWithSuper extends Guarded {

		@Override
		public void refund(long amount) {
			super.refund(amount);
		}

	}

	@RequiresAirlockApproval
	static class OnAGuardedType {

		public void refund() {
		}

		public void retry() {
			refund();
		}

	}

	@RequiresAirlockApproval
	static class WithLifecycleOnAGuardedType extends Opening {

		@Override
		public void afterPropertiesSet() {
			super.afterPropertiesSet();
			close();
			describe();
		}

		public void refund() {
			close();
		}

		@PreDestroy
		public void close() {
		}

		private String describe() {
			return toString();
		}

		@Override
		public String toString() {
			return super.toString();
		}

	}

	static class Opening implements InitializingBean {

		@Override
		public void afterPropertiesSet() {
		}

	}

	@RequiresAirlockApproval
	static class OfAGuardedType {

		@PostConstruct
		void open() {
			refund();
		}

		public void refund() {
		}

	}

	@RequiresAirlockApproval
	static class InACallbackOfAGuardedType implements InitializingBean {

		Runnable later;

		@Override
		public void afterPropertiesSet() {
			this.later = () -> refund();
		}

		public void refund() {
		}

	}

	@RequiresAirlockApproval
	interface GuardedInterface {

		void refund();

	}

	static class OfAGuardedInterface implements GuardedInterface {

		@PostConstruct
		void open() {
			refund();
		}

		@Override
		public void refund() {
		}

	}

	@RequiresAirlockApproval
	static class InALambdaOfAGuardedMethod {

		public Supplier<Runnable> refundLater() {
			return () -> () -> refund();
		}

		public void refund() {
		}

	}

	static class InALambdaOfAnApprovedMethod {

		@RequiresAirlockApproval
		public CompletableFuture<Void> refundLater() {
			return CompletableFuture.runAsync(() -> refund());
		}

		@RequiresAirlockApproval
		public void refund() {
		}

	}

	static class ReferenceInAnApprovedMethod {

		@RequiresAirlockApproval
		public CompletableFuture<Void> refundLater() {
			return CompletableFuture.runAsync(this::refund);
		}

		@RequiresAirlockApproval
		public void refund() {
		}

	}

	static class InAClassOfAnApprovedMethod {

		@RequiresAirlockApproval
		public Runnable refundLater() {
			return new Runnable() {

				@Override
				public void run() {
					refund();
				}

			};
		}

		@RequiresAirlockApproval
		public void refund() {
		}

	}

	interface Refunding {

		void refund();

		void refundAll(int count);

	}

	static class Decorator implements Refunding {

		private Refunding delegate;

		@Override
		@RequiresAirlockApproval
		public void refund() {
			this.delegate.refund();
		}

		@Override
		public void refundAll(int count) {
			for (int number = 0; number < count; number++) {
				this.delegate.refund();
			}
		}

	}

	@RequiresAirlockApproval
	static class GuardedDecorator implements Refunding {

		private Refunding delegate;

		@Override
		public void refund() {
			this.delegate.refund();
		}

		@Override
		public void refundAll(int count) {
			for (int number = 0; number < count; number++) {
				this.delegate.refund();
			}
		}

	}

	static class RefundFunction implements Function<String, String> {

		@Override
		@RequiresAirlockApproval
		public String apply(String order) {
			return order;
		}

	}

	static class RefundSupplier implements Supplier<String>, Runnable {

		@Override
		@RequiresAirlockApproval
		public String get() {
			return "refund";
		}

		@Override
		@RequiresAirlockApproval
		public void run() {
		}

	}

	@SuppressWarnings("serial")
	static class RefundList extends ArrayList<String> {

		@Override
		@RequiresAirlockApproval
		public boolean add(String order) {
			return true;
		}

	}

	static class InANestedClassOfALibrary extends AbstractList<String> {

		@Override
		@RequiresAirlockApproval
		public String get(int index) {
			return "";
		}

		@Override
		public int size() {
			return 1;
		}

	}

	static class InAConditionalMethod extends Guarded {

		@RequiresAirlockApproval(condition = "#amounts.size() > 10")
		public void refundAll(List<Long> amounts) {
			for (long amount : amounts) {
				refund(amount);
			}
		}

	}

	static class RecursiveIfConditional {

		@RequiresAirlockApproval(condition = "#amount > 100")
		public void refund(long amount) {
			refund(amount * 1000);
		}

	}

	static class ConditionalWithSuperOfAnother extends Guarded {

		@RequiresAirlockApproval(condition = "#amount > 100")
		public void retry(long amount) {
			super.refund(amount);
		}

	}

	static class WithOtherApprovers extends Guarded {

		@RequiresAirlockApproval(pairing = "finance")
		public void retry(long amount) {
			refund(amount);
		}

	}

	static class Conditional {

		@RequiresAirlockApproval(condition = "#amount > 100")
		public void refund(long amount) {
		}

	}

	static class ConditionalOverridingWithSuper extends Conditional {

		@Override
		public void refund(long amount) {
			super.refund(amount);
		}

	}

	abstract static class GenericDesk<T> {

		@RequiresAirlockApproval(condition = "#item != 'tea'")
		public void refund(T item) {
		}

	}

	static class GenericOverridingWithSuper extends GenericDesk<String> {

		@Override
		public void refund(String item) {
			super.refund(item);
		}

	}

	interface Till<T> {

		void refund(T item);

	}

	static class ConditionalBridge implements Till<String> {

		@Override
		@RequiresAirlockApproval(condition = "#item != 'tea'")
		public void refund(String item) {
		}

	}

	@RequiresAirlockApproval
	static class OfAGuardedLibrary extends InMemoryUserDetailsManager {

	}

	@RequiresAirlockApproval
	static class OfAnInterfaceOfALibrary implements Iterable<String> {

		@Override
		public Iterator<String> iterator() {
			return List.of("").iterator();
		}

	}

	static class Unguarded {

		public void refund() {
		}

	}

	@RequiresAirlockApproval
	static class OfAGuardedTypeWithSuper extends Unguarded {

		@PostConstruct
		void open() {
			super.refund();
		}

	}

	@RequiresAirlockApproval
	static class AtConstructionOfAGuardedTypeWithSuper extends Unguarded {

		AtConstructionOfAGuardedTypeWithSuper() {
			super.refund();
		}

	}

	static class OfAnotherName extends Guarded {

		public void retry() {
			find();
		}

		public void find() {
		}

	}

	static class OverloadedByAnother extends Guarded {

		public void retry() {
			refund("none");
		}

		public void refund(String none) {
		}

	}

	static class Bridged implements Desk<String> {

		@Override
		public void refund(String item) {
		}

		@Override
		public void retry(String item) {
		}

	}

	interface Compiled {

		@RequiresAirlockApproval
		void refund();

		void retry();

		/**
		 * As Kotlin compiles the code of interfaces for older Java versions.
		 */
		final class DefaultImpls {

			private DefaultImpls() {
			}

			static void retry(Compiled self) {
				self.refund();
			}

		}

	}

	static class InDefaultImplementations implements Compiled {

		@Override
		public void refund() {
		}

		@Override
		public void retry() {
			DefaultImpls.retry(this);
		}

	}

	static class InANestedClass extends Guarded {

		public void retry() {
			new Task(this).run();
		}

		private record Task(InANestedClass refunds) {

			void run() {
				this.refunds.refund(1);
			}

		}

	}

	static class InAnAnonymousClass extends Guarded {

		public void retry(Executor executor) {
			executor.execute(new Runnable() {

				@Override
				public void run() {
					refund(1);
				}

			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DirectConfiguration {

		@Bean
		Direct direct() {
			return new Direct();
		}

	}

	static class DirectFactory implements FactoryBean<Direct> {

		@Override
		public Direct getObject() {
			return new Direct();
		}

		@Override
		public Class<?> getObjectType() {
			return Direct.class;
		}

	}

	static class Closing implements InitializingBean {

		@Override
		@RequiresAirlockApproval
		public void afterPropertiesSet() {
		}

	}

	static class ClosingFactory implements FactoryBean<Closing> {

		@Override
		public Closing getObject() {
			return new Closing();
		}

		@Override
		public Class<?> getObjectType() {
			return Closing.class;
		}

	}

}

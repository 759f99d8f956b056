/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.approval.CompiledClasses;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.snapshot.UnreadableTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.ClassFilter;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.core.OverridingClassLoader;
import org.springframework.core.annotation.AliasFor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link GuardedMethods}: what it overlooks would be left without guard.
 */
class GuardedMethodsTests {

	private final ClassFilter filter = GuardedMethods::mayGuard;

	@ParameterizedTest
	@ValueSource(classes = { OnMethod.class, OnType.class, OnPrivateMethod.class, OnInterface.class, ByMeta.class,
			ByRepeatedMeta.class, ByRepeatedMetaOnType.class, ExtendsType.class, ExtendsPrivateMethod.class,
			ImplementsInterface.class, ImplementsByParent.class, ExtendsInterface.class, ImplementsGeneric.class })
	void mayGuardWhenTypeHasGuardedMethodsReturnsTrue(Class<?> type) throws Exception {
		assertThat(GuardedMethods.mayGuard(type)).isTrue();
		assertThat(GuardedMethods.mayGuard(seenForTheFirstTime(type))).isTrue();
		assertThat(this.filter.matches(type)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(classes = { Plain.class, Object.class, String.class, ArrayList.class, List.class, int.class,
			OnType[].class, RequiresAirlockApproval.class })
	void mayGuardWhenTypeHasNoGuardedMethodReturnsFalse(Class<?> type) throws Exception {
		assertThat(GuardedMethods.mayGuard(type)).isFalse();
		assertThat(GuardedMethods.mayGuard(seenForTheFirstTime(type))).isFalse();
		assertThat(this.filter.matches(type)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(classes = { NamesMissing.class, NamesMissingOnType.class, NamesMissingByMeta.class,
			NamesMissingByRepeated.class, NamesMissingInRepeated.class, NamesMissingInAlias.class })
	void annotationThatNamesAMissingClassIsNotIgnored(Class<?> type) throws Exception {
		assertThat(GuardedMethods.mayGuard(type)).isTrue();
		Class<?> withoutMissing = seenForTheFirstTime(type);
		assertThatExceptionOfType(UnguardableMethodException.class)
			.isThrownBy(() -> GuardedMethods.mayGuard(withoutMissing))
			.withMessageContaining("cannot be guarded: Spring ignores that annotation");
	}

	@Test
	void bridgeOfCloneIsResolved() {
		assertThat(GuardedMethods.of(Cloning.class)).singleElement()
			.satisfies((method) -> assertThat(method.isBridge()).isFalse());
	}

	@ParameterizedTest
	@ValueSource(classes = { Overloads.class, OverloadsInAnotherOrder.class, VisibleOverloads.class,
			PrivateOverload.class, StaticOverload.class })
	void methodThatSpringMayTakeForAnOverloadIsRefused(Class<?> type) {
		assertThat(GuardedMethods.of(type)).anySatisfy((method) -> assertThat(UnreadableTypes.find(method, type))
			.startsWith("it has an overload that differs only in whether a number can be null"));
	}

	/**
	 * Another annotation that has an effect hides none.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "Account", "OfAnAccount", "OfAGuardedClass", "OfAGuardedInterface", "WithGuardedMethod" })
	void annotationOfTheApplicationOnAFieldIsRefused(String name) {
		CompiledClasses classes = CompiledClasses.of(Map.of("desk.Account", """
				package desk;

				import io.airlockapp.gateway.approval.RequiresAirlockApproval;
				import java.lang.annotation.*;

				public class Account {
					@Anywhere
					long limit;
				}

				class OfAnAccount extends Account {
				}

				class Guarded {
					@Anywhere
					public void pay(String order) {
					}
				}

				class OfAGuardedClass extends Guarded {
					@Anywhere
					long limit;
				}

				@Anywhere
				interface OfGuarded {
				}

				class OfAGuardedInterface implements OfGuarded {
					@Anywhere
					long limit;
				}

				class WithGuardedMethod extends Account {
					@Anywhere
					public void pay(String order) {
					}
				}

				@Retention(RetentionPolicy.RUNTIME)
				@RequiresAirlockApproval
				@interface Anywhere {
				}
				"""));
		assertThatExceptionOfType(UnguardableMethodException.class)
			.isThrownBy(() -> GuardedMethods.mayGuard(classes.loadClass("desk." + name)))
			.withMessageContaining("limit', where it has no effect");
	}

	@ParameterizedTest
	@ValueSource(strings = { "OnConstructor", "OnParameter", "OnParameterOfConstructor" })
	void annotationOfTheApplicationWithoutEffectIsRefused(String name) {
		CompiledClasses classes = CompiledClasses.of(Map.of("desk.Anywhere", """
				package desk;

				import io.airlockapp.gateway.approval.RequiresAirlockApproval;
				import java.lang.annotation.*;

				@Retention(RetentionPolicy.RUNTIME)
				@RequiresAirlockApproval
				public @interface Anywhere {
				}

				class OnConstructor {
					@Anywhere
					OnConstructor() {
					}
				}

				class OnParameter {
					void pay(String order, @Anywhere String account) {
					}
				}

				class OnParameterOfConstructor {
					OnParameterOfConstructor(@Anywhere String account) {
					}
				}
				"""));
		assertThatExceptionOfType(UnguardableMethodException.class)
			.isThrownBy(() -> GuardedMethods.mayGuard(classes.loadClass("desk." + name)))
			.withMessageContainingAll("desk." + name, "where it has no effect");
	}

	/**
	 * The group of approvers would not be asked.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "Desk", "OfMeta", "BesideTheAnnotation", "BesideAnother", "OfPair", "OfTeam", "OfCircle" })
	void attributeWithoutAliasIsRefused(String name) {
		CompiledClasses classes = CompiledClasses.of(Map.of("desk.Desk", """
				package desk;

				import io.airlockapp.gateway.approval.RequiresAirlockApproval;
				import java.lang.annotation.*;
				import org.springframework.core.annotation.AliasFor;

				public class Desk {
					@ByTwo("money")
					public void pay(String order) {
					}
				}

				class OfMeta {
					@ByTwoOfMeta
					public void pay(String order) {
					}
				}

				class BesideTheAnnotation {
					@Both
					public void pay(String order) {
					}
				}

				class BesideAnother {
					@BothOfOne
					public void pay(String order) {
					}
				}

				class OfPair {
					@ByPair("managers")
					public void pay(String order) {
					}
				}

				@Retention(RetentionPolicy.RUNTIME)
				@RequiresAirlockApproval
				@interface One {
				}

				@Retention(RetentionPolicy.RUNTIME)
				@One
				@interface ByTwoOfOne {
					String approvers() default "managers";
				}

				@Retention(RetentionPolicy.RUNTIME)
				@One
				@ByTwoOfOne
				@interface BothOfOne {
				}

				@Retention(RetentionPolicy.RUNTIME)
				@RequiresAirlockApproval
				@ByTwo
				@interface Both {
				}

				@Retention(RetentionPolicy.RUNTIME)
				@RequiresAirlockApproval
				@interface ByPair {
					@AliasFor("approvers")
					String value() default "";
					@AliasFor("value")
					String approvers() default "";
				}

				class OfTeam {
					@ByTeam
					public void pay(String order) {
					}
				}

				class OfCircle {
					@ByCircle
					public void pay(String order) {
					}
				}

				@Retention(RetentionPolicy.RUNTIME)
				@interface Team {
					String names() default "";
				}

				@Retention(RetentionPolicy.RUNTIME)
				@RequiresAirlockApproval
				@Team
				@interface ByTeam {
					@AliasFor(annotation = Team.class, attribute = "names")
					String approvers() default "managers";
				}

				@Retention(RetentionPolicy.RUNTIME)
				@Circular
				@interface ByCircle {
					String approvers() default "managers";
				}

				@Retention(RetentionPolicy.RUNTIME)
				@RequiresAirlockApproval
				@ByCircle
				@interface Circular {
				}

				@Retention(RetentionPolicy.RUNTIME)
				@RequiresAirlockApproval
				@interface ByTwo {
					String value() default "";
					String approvers() default "managers";
				}

				@ByTwo
				@Retention(RetentionPolicy.RUNTIME)
				@interface ByTwoOfMeta {
				}
				"""));
		assertThatExceptionOfType(UnguardableMethodException.class)
			.isThrownBy(() -> GuardedMethods.mayGuard(classes.loadClass("desk." + name)))
			.withMessageMatching(
					"The annotation desk\\.By(Two|TwoOfOne|Pair|Team|Circle) requires approval, but its attribute 'approvers' has no effect");
	}

	@Test
	void aliasesOfOtherAnnotationsArePermitted() {
		assertThat(GuardedMethods.mayGuard(Cached.class)).isTrue();
	}

	@Test
	void annotationThatQualifiesAnInjectedBeanIsPermitted() {
		assertThat(GuardedMethods.mayGuard(WithQualifiedField.class)).isFalse();
	}

	/**
	 * Only an annotation of the field is unknown then.
	 */
	@Test
	void fieldOfAMissingTypeHidesNoMethod() {
		CompiledClasses classes = CompiledClasses
			.of(Map.of("desk.Missing", "package desk; public class Missing { }", "desk.Account", """
					package desk;

					public class Account {
						private Missing optional;

						@io.airlockapp.gateway.approval.RequiresAirlockApproval
						public void pay(String order) {
						}
					}
					"""));
		assertThat(GuardedMethods.mayGuard(classes.without("desk.Missing").find("desk.Account"))).isTrue();
	}

	@Test
	void bridgeOfAnInheritedCloneIsResolved() {
		assertThat(GuardedMethods.of(CloningAgain.class)).isNotEmpty().noneMatch(Method::isBridge);
	}

	@Test
	void privateMethodOfASuperclassIsNotCalledByABridge() {
		assertThat(GuardedMethods.of(BesideAPrivateMethod.class)).singleElement()
			.satisfies((method) -> assertThat(method.isBridge()).isFalse());
	}

	@Test
	void mayGuardWhenClassIsProxyOrLambdaReturnsTrue() {
		Object jdkProxy = Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { OnInterface.class },
				(proxy, method, arguments) -> null);
		assertThat(GuardedMethods.mayGuard(jdkProxy.getClass())).isTrue();
		ProxyFactory factory = new ProxyFactory(new OnMethod());
		factory.setProxyTargetClass(true);
		assertThat(GuardedMethods.mayGuard(factory.getProxy().getClass())).isTrue();
		OnInterface lambda = () -> {
		};
		assertThat(GuardedMethods.mayGuard(lambda.getClass())).isTrue();
	}

	@ParameterizedTest
	@ValueSource(classes = { WithPrivateMethodOfAnInterface.class, WithStaticMethodOfASuperinterface.class,
			WithPrivateMethodOfASuperinterface.class })
	void methodsOfInterfaceThatCannotBeOverriddenAreNotListed(Class<?> type) {
		assertThat(GuardedMethods.of(type)).extracting(Method::getName).containsExactly("refund");
	}

	/**
	 * Return a type of which nothing is remembered from other tests.
	 */
	private static Class<?> seenForTheFirstTime(Class<?> type) throws ClassNotFoundException {
		ClassLoader classLoader = new OverridingClassLoader(type.getClassLoader()) {

			@Override
			protected boolean isEligibleForOverriding(String className) {
				return className.startsWith(GuardedMethodsTests.class.getName());
			}

			@Override
			protected byte[] loadBytesForClass(String className) throws ClassNotFoundException {
				if (className.equals(Missing.class.getName())) {
					throw new ClassNotFoundException(className);
				}
				return super.loadBytesForClass(className);
			}

		};
		return (type.isPrimitive() || type.isArray()) ? type : Class.forName(type.getName(), false, classLoader);
	}

	@Retention(RetentionPolicy.RUNTIME)
	@RequiresAirlockApproval
	@interface Meta {

	}

	static class Missing {

	}

	@Retention(RetentionPolicy.RUNTIME)
	@RequiresAirlockApproval
	@interface Naming {

		Class<?> value();

	}

	@Retention(RetentionPolicy.RUNTIME)
	@Naming(Missing.class)
	@interface MetaNaming {

	}

	abstract static class NamesMissing {

		@Naming(Missing.class)
		public abstract void refund();

	}

	@Naming(Missing.class)
	static class NamesMissingOnType {

	}

	abstract static class NamesMissingByMeta {

		@MetaNaming
		public abstract void refund();

	}

	@Retention(RetentionPolicy.RUNTIME)
	@Repeatable(RepeatedNaming.Container.class)
	@Naming(Missing.class)
	@interface RepeatedNaming {

		String value();

		@Retention(RetentionPolicy.RUNTIME)
		@interface Container {

			RepeatedNaming[] value();

		}

	}

	abstract static class NamesMissingByRepeated {

		@RepeatedNaming("a")
		@RepeatedNaming("b")
		public abstract void refund();

	}

	@Retention(RetentionPolicy.RUNTIME)
	@Repeatable(AliasNaming.Container.class)
	@RequiresAirlockApproval
	@interface AliasNaming {

		@AliasFor("types")
		Class<?>[] value() default {};

		@AliasFor("value")
		Class<?>[] types() default {};

		@Retention(RetentionPolicy.RUNTIME)
		@interface Container {

			AliasNaming[] value();

		}

	}

	abstract static class NamesMissingInRepeated {

		@AliasNaming(Missing.class)
		@AliasNaming(Missing.class)
		public abstract void refund();

	}

	@Retention(RetentionPolicy.RUNTIME)
	@RequiresAirlockApproval
	@Cacheable("prices")
	@interface CachedApproval {

		@AliasFor(annotation = Cacheable.class)
		String condition() default "";

		@AliasFor(annotation = RequiresAirlockApproval.class)
		String approvers() default "";

	}

	abstract static class Cached {

		@CachedApproval(condition = "#amount < 100")
		public abstract void price(int amount);

	}

	@Retention(RetentionPolicy.RUNTIME)
	@RequiresAirlockApproval
	@interface NestedNaming {

		@AliasFor("parts")
		AliasNaming[] value() default {};

		@AliasFor("value")
		AliasNaming[] parts() default {};

	}

	abstract static class NamesMissingInAlias {

		@NestedNaming(@AliasNaming(Missing.class))
		public abstract void refund();

	}

	@Retention(RetentionPolicy.RUNTIME)
	@Repeatable(RepeatedMeta.Container.class)
	@RequiresAirlockApproval
	public @interface RepeatedMeta {

		String value();

		@Retention(RetentionPolicy.RUNTIME)
		@interface Container {

			RepeatedMeta[] value();

		}

	}

	abstract static class ByRepeatedMeta {

		@RepeatedMeta("a")
		@RepeatedMeta("b")
		abstract void refund();

	}

	@RepeatedMeta("a")
	@RepeatedMeta("b")
	static class ByRepeatedMetaOnType {

	}

	abstract static class Plain {

		@Deprecated
		abstract void refund();

	}

	static class OnMethod {

		@RequiresAirlockApproval
		void refund() {
		}

	}

	@RequiresAirlockApproval
	static class OnType {

	}

	static class OnPrivateMethod {

		@RequiresAirlockApproval
		private void refund() {
		}

	}

	interface OnInterface {

		@RequiresAirlockApproval
		void refund();

	}

	interface OnGeneric<T> {

		@RequiresAirlockApproval
		void refund(T order);

	}

	interface OnPrivateMethodOfAnInterface {

		@RequiresAirlockApproval
		private void refund() {
		}

		default void retry() {
			refund();
		}

	}

	interface ExtendsPrivateMethodOfAnInterface extends OnPrivateMethodOfAnInterface {

	}

	interface OnStaticMethodOfAnInterface {

		@RequiresAirlockApproval
		static void refund() {
		}

	}

	interface ExtendsStaticMethodOfAnInterface extends OnStaticMethodOfAnInterface {

	}

	static class WithPrivateMethodOfAnInterface implements OnPrivateMethodOfAnInterface {

	}

	static class WithPrivateMethodOfASuperinterface extends WithoutMethods
			implements ExtendsPrivateMethodOfAnInterface {

	}

	static class WithStaticMethodOfASuperinterface extends WithoutMethods implements ExtendsStaticMethodOfAnInterface {

	}

	static class WithoutMethods {

	}

	abstract static class ByMeta {

		@Meta
		abstract void refund();

	}

	static class ExtendsType extends OnType {

	}

	static class ExtendsPrivateMethod extends OnPrivateMethod {

	}

	abstract static class ImplementsInterface implements OnInterface {

		@Override
		public abstract void refund();

	}

	abstract static class ImplementsByParent extends ImplementsInterface {

	}

	interface ExtendsInterface extends OnInterface {

	}

	abstract static class ImplementsGeneric implements OnGeneric<String> {

		@Override
		public abstract void refund(String order);

	}

	@RequiresAirlockApproval
	static class Cloning implements Cloneable {

		@Override
		public Cloning clone() {
			return new Cloning();
		}

	}

	@RequiresAirlockApproval
	static class CloningAgain extends Cloning {

		@Override
		public CloningAgain clone() {
			return new CloningAgain();
		}

	}

	interface OfAmount<T> {

		@RequiresAirlockApproval
		void pay(T amount);

	}

	static class Overloads implements OfAmount<Integer> {

		@Override
		public void pay(Integer amount) {
		}

		@RequiresAirlockApproval
		public void pay(int amount) {
		}

	}

	static class PrivateOverload implements OfAmount<Integer> {

		@Override
		@RequiresAirlockApproval
		public void pay(Integer amount) {
			pay(amount.intValue());
		}

		private void pay(int amount) {
		}

	}

	static class StaticOverload implements OfAmount<Integer> {

		@Override
		@RequiresAirlockApproval
		public void pay(Integer amount) {
		}

		static void pay(int amount) {
		}

	}

	static class OverloadsInAnotherOrder implements OfAmount<Integer> {

		@RequiresAirlockApproval
		public void pay(int amount) {
		}

		@Override
		public void pay(Integer amount) {
		}

	}

	@Qualifier
	@RequiresAirlockApproval
	@Retention(RetentionPolicy.RUNTIME)
	@interface Guarded {

	}

	static class WithQualifiedField {

		@Guarded
		private final Object desk;

		WithQualifiedField(@Guarded Object desk) {
			this.desk = desk;
		}

		@Override
		public String toString() {
			return this.desk.toString();
		}

	}

	static class WithPrivateMethod {

		private void pay(Integer amount) {
		}

	}

	static class BesideAPrivateMethod extends WithPrivateMethod implements OfAmount<Integer> {

		@Override
		public void pay(Integer amount) {
		}

	}

	static class PackagePrivate {

		@RequiresAirlockApproval
		public void pay(Integer amount) {
		}

		@RequiresAirlockApproval
		public void pay(int amount) {
		}

	}

	public static class VisibleOverloads extends PackagePrivate {

	}

}

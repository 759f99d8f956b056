/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;
import java.util.Arrays;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ApprovalAttributeSource}.
 */
class ApprovalAttributeSourceTests {

	private final ApprovalAttributeSource source = new ApprovalAttributeSource(new MockEnvironment());

	@ParameterizedTest
	@ValueSource(classes = { OfTwoMethods.class, OfTwoTypes.class, OfMethodAndType.class,
			OfTwoComposedAnnotations.class, OfSuperclassAndInterface.class, OfTypeAndMethodOfInterface.class,
			OfTypeAndMethodOfSuperclass.class, OfTypeThatInheritsTheMethod.class, OfSubinterfaceThatInherits.class,
			OfTwoClasses.class, OfTwoClassesAndMethod.class, OwnAnnotation.class, OfSubinterface.class,
			OwnAnnotationOfType.class, OfMethodAndOtherType.class })
	void annotationsThatDifferFailTheStart(Class<?> type) {
		assertThat(ApprovalAttributeSource.requiresApproval(pay(type), type)).isTrue();
		assertThatExceptionOfType(UnguardableMethodException.class).isThrownBy(() -> find(type))
			.withMessageContaining("has several annotations @RequiresAirlockApproval that differ")
			.satisfies((ex) -> assertThat(ex.getRemedy())
				.isEqualTo("Annotate it in one of these places, or equally in all of them."));
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class))
			.withBean(type)
			.run((context) -> assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
				.isInstanceOf(UnguardableMethodException.class));
	}

	@ParameterizedTest
	@CsvSource({ "unnamed, ofDefault, true", "ofPlaceholder, ofSamePlaceholder, true", "unnamed, ofPlaceholder, false",
			"unnamed, withoutAnnotation, false" })
	void approversAreComparedAsWritten(String method, String other, boolean same) {
		assertThat(ApprovalAttributeSource.haveSameApprovers(ReflectionUtils.findMethod(OwnCalls.class, method),
				ReflectionUtils.findMethod(OwnCalls.class, other), OwnCalls.class))
			.isEqualTo(same);
	}

	interface OwnCalls {

		@RequiresAirlockApproval
		void unnamed();

		@RequiresAirlockApproval(pairing = "default")
		void ofDefault();

		@RequiresAirlockApproval(pairing = "${finance.pairing}")
		void ofPlaceholder();

		@RequiresAirlockApproval(pairing = "${finance.pairing}")
		void ofSamePlaceholder();

		void withoutAnnotation();

	}

	@Test
	void refusalNamesEachPlace() {
		assertThatExceptionOfType(UnguardableMethodException.class).isThrownBy(() -> find(OfMethodAndType.class))
			.withMessageEndingWith(
					"that differ: on %s.pay, %s".formatted(Conditional.class.getName(), Payouts.class.getName()));
	}

	@Test
	void annotationsWhenEqualAreAccepted() {
		assertThat(find(OfEqualMethods.class).pairing()).isEqualTo("finance");
	}

	/**
	 * The proxy is called by a method whose erasure is another one than that of the
	 * annotated method.
	 */
	@Test
	void annotationOfASiblingDeclarationAppliesToAGenericMethod() throws Exception {
		Purchases target = (order) -> {
			throw new AssertionError();
		};
		Method generic = Crud.class.getMethod("delete", Object.class);
		assertThat(ApprovalAttributeSource.requiresApproval(generic, target.getClass())).isTrue();
		assertThat(ApprovalAttributeSource.requiresApproval(generic, Purchases.class)).isTrue();
		assertThat(ApprovalAttributeSource.requiresApproval(generic, Crud.class)).isFalse();
		Method erased = target.getClass().getMethod("delete", Object.class);
		assertThat(ApprovalAttributeSource.requiresApproval(erased, target.getClass())).isTrue();
	}

	private ApprovalAttribute find(Class<?> type) {
		return this.source.find(pay(type), type);
	}

	private static Method pay(Class<?> type) {
		return Arrays.stream(type.getMethods())
			.filter((method) -> method.getName().equals("pay") && !method.isBridge())
			.findFirst()
			.orElseThrow();
	}

	interface Crud<T> {

		void delete(T entity);

	}

	interface Purge {

		@RequiresAirlockApproval
		void delete(String order);

	}

	@FunctionalInterface
	interface Purchases extends Crud<String>, Purge {

	}

	interface Conditional {

		@RequiresAirlockApproval(condition = "#amount > 100")
		void pay(long amount);

	}

	interface OfFinance {

		@RequiresAirlockApproval(pairing = "finance")
		void pay(long amount);

	}

	interface AlsoOfFinance<T> {

		@RequiresAirlockApproval(pairing = "finance")
		void pay(T amount);

	}

	interface OfBoxedFinance {

		@RequiresAirlockApproval(pairing = "finance")
		void pay(Long amount);

	}

	interface Sub extends OfFinance {

		@Override
		@RequiresAirlockApproval(pairing = "sub")
		void pay(long amount);

	}

	@RequiresAirlockApproval(pairing = "board")
	interface Board extends OfFinance {

	}

	@RequiresAirlockApproval(pairing = "operations")
	interface Maintenance {

		void restart();

	}

	@RequiresAirlockApproval(pairing = "finance")
	interface Payouts {

		void pay(long amount);

	}

	@Retention(RetentionPolicy.RUNTIME)
	@RequiresAirlockApproval(pairing = "team")
	@interface Team {

	}

	@Retention(RetentionPolicy.RUNTIME)
	@RequiresAirlockApproval(approvers = "finance")
	@interface Finance {

	}

	static class OfTwoMethods implements Conditional, OfFinance {

		@Override
		public void pay(long amount) {
			throw new AssertionError();
		}

	}

	static class OfTwoTypes implements Maintenance, Payouts {

		@Override
		public void restart() {
			throw new AssertionError();
		}

		@Override
		public void pay(long amount) {
			throw new AssertionError();
		}

	}

	static class OfMethodAndType implements Conditional, Payouts {

		@Override
		public void pay(long amount) {
			throw new AssertionError();
		}

	}

	static class OfTwoComposedAnnotations {

		@Team
		@Finance
		public void pay(long amount) {
			throw new AssertionError();
		}

	}

	static class Base {

		@RequiresAirlockApproval(pairing = "operations")
		public void pay(long amount) {
			throw new AssertionError();
		}

	}

	static class OfSuperclassAndInterface extends Base implements OfFinance {

	}

	@RequiresAirlockApproval(pairing = "finance")
	static class FinanceService {

		public void pay(long amount) {
			throw new AssertionError();
		}

	}

	@RequiresAirlockApproval(pairing = "operations")
	static class OfTwoClasses extends FinanceService {

		public void restart() {
			throw new AssertionError();
		}

	}

	interface OfOperations {

		@RequiresAirlockApproval(pairing = "operations")
		void pay(long amount);

	}

	@RequiresAirlockApproval(pairing = "operations")
	static class OfTwoClassesAndMethod extends FinanceService implements OfOperations {

	}

	@RequiresAirlockApproval(approvers = "finance")
	static class OfTypeAndMethodOfInterface implements Conditional {

		@Override
		public void pay(long amount) {
			throw new AssertionError();
		}

	}

	@RequiresAirlockApproval(approvers = "finance")
	static class OfTypeAndMethodOfSuperclass extends Base {

		@Override
		public void pay(long amount) {
			throw new AssertionError();
		}

	}

	@RequiresAirlockApproval(pairing = "finance")
	static class OfTypeThatInheritsTheMethod extends Base {

		public void restart() {
			throw new AssertionError();
		}

	}

	static class OwnAnnotation extends Base implements OfFinance, Maintenance {

		@Override
		@RequiresAirlockApproval(pairing = "own")
		public void pay(long amount) {
			throw new AssertionError();
		}

		@Override
		public void restart() {
			throw new AssertionError();
		}

	}

	@RequiresAirlockApproval(pairing = "own")
	static class OwnAnnotationOfType implements Maintenance, Payouts {

		@Override
		public void restart() {
			throw new AssertionError();
		}

		@Override
		public void pay(long amount) {
			throw new AssertionError();
		}

	}

	static class OfSubinterface implements Sub, OfFinance {

		@Override
		public void pay(long amount) {
			throw new AssertionError();
		}

	}

	static class OfSubinterfaceThatInherits implements Board {

		@Override
		public void pay(long amount) {
			throw new AssertionError();
		}

	}

	abstract static class OfEqualMethods implements AlsoOfFinance<Long>, OfBoxedFinance {

		@Override
		public abstract void pay(Long amount);

	}

	static class OfMethodAndOtherType implements Maintenance, OfFinance {

		@Override
		public void restart() {
			throw new AssertionError();
		}

		@Override
		public void pay(long amount) {
			throw new AssertionError();
		}

	}

}

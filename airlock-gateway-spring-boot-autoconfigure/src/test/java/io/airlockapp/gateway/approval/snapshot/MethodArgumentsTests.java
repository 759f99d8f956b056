/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.lang.annotation.ElementType;
import java.lang.annotation.Target;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;

import io.airlockapp.gateway.approval.AirlockOmitted;
import io.airlockapp.gateway.approval.AirlockSensitive;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.snapshot.MethodArguments.Argument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MethodArguments}.
 */
class MethodArgumentsTests {

	@ParameterizedTest
	@ValueSource(classes = { Direct.class, Redeclared.class, OfRedeclaringClass.class, Inherited.class,
			OfTypeVariable.class, OfInheritedTypeVariable.class })
	void parameterIsSensitiveIfAnyDeclarationSaysSo(Class<?> type) {
		assertThat(number(type).sensitive()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(classes = { SensitiveInClass.class, OmittedInClass.class })
	void parameterWhenSensitiveInOneDeclarationAndOmittedInAnotherIsMasked(Class<?> type) {
		assertThat(number(type).sensitive()).isTrue();
		assertThat(number(type).omitted()).isFalse();
	}

	/**
	 * Kotlin puts the annotation of a property on its field.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "setPin", "setCode", "setToken", "setIsLocked", "unlock" })
	void parameterOfASensitivePropertyOrMethodIsSensitive(String name) {
		assertThat(ofSafe(name).sensitive()).isTrue();
	}

	/**
	 * Parameters of its name belong to other methods.
	 */
	@Test
	void parameterWithNameOfSensitivePropertyInOtherSetterIsShown() {
		assertThat(ofSafe("setOwner").sensitive()).isFalse();
	}

	@Test
	void omittedParameterOfASensitiveMethodIsLeftOut() {
		assertThat(ofSafe("upload").omitted()).isTrue();
	}

	private static Argument ofSafe(String name) {
		Method method = Arrays.stream(Safe.class.getMethods())
			.filter((candidate) -> candidate.getName().equals(name))
			.findFirst()
			.orElseThrow();
		return MethodArguments.parameters(Safe.class, method).get(0);
	}

	@Test
	void annotationsApplyOnlyToParametersFieldsAndMethods() {
		for (Class<?> annotation : List.of(AirlockSensitive.class, AirlockOmitted.class)) {
			assertThat(annotation.getAnnotation(Target.class).value()).isSubsetOf(ElementType.PARAMETER,
					ElementType.FIELD, ElementType.METHOD);
		}
	}

	@Test
	void parameterIsLeftOutIfADeclarationSaysSo() {
		assertThat(number(RedeclaringOmitted.class).omitted()).isTrue();
	}

	@Test
	void parameterIgnoresAnnotationOfPrivateMethodInSuperclass() {
		assertThat(number(WithPrivateSuperclassMethod.class).omitted()).isFalse();
	}

	@Test
	void parameterIgnoresAnnotationOfOverloadForWrapperType() throws NoSuchMethodException {
		for (Class<?> type : List.of(Overloads.class, OverloadsOfASubclass.class, OverloadsWithABridge.class)) {
			Method pay = type.getMethod("pay", String.class, int.class);
			assertThat(MethodArguments.parameters(type, pay)).noneMatch(Argument::sensitive)
				.noneMatch(Argument::omitted);
			assertThat(MethodArguments.parameters(type, type.getMethod("pay", String.class, Integer.class)))
				.extracting(Argument::sensitive)
				.containsExactly(true, false);
		}
	}

	@Test
	void parameterIgnoresAnnotationOfOverload() {
		Argument number = number(Overloading.class);
		assertThat(number.omitted()).isFalse();
		assertThat(number.sensitive()).isFalse();
	}

	@Test
	void argumentsHaveTheNamesAndValuesOfTheirParameters() {
		List<Argument> arguments = new MethodArguments(Direct.class, pay(Direct.class), new Object[] { "4111", 5 })
			.list();
		assertThat(arguments).extracting(Argument::name).containsExactly("number", "amount");
		assertThat(arguments).extracting(Argument::index).containsExactly(0, 1);
		assertThat(arguments).extracting(Argument::sensitive).containsExactly(true, false);
	}

	@Test
	void anonymousClassHasTheNameOfItsInterfaceOrSuperclass() {
		Payments payments = new Payments() {

			@Override
			public void pay(String number, int amount) {
			}

		};
		Direct direct = new Direct() {
		};
		assertThat(MethodArguments.namedType(payments.getClass())).isEqualTo(Payments.class);
		assertThat(MethodArguments.namedType(direct.getClass())).isEqualTo(Direct.class);
		assertThat(MethodArguments.namedType(Direct.class)).isEqualTo(Direct.class);
	}

	@Test
	void nameOfAJavaMethodIsShownAsItIs() throws NoSuchMethodException {
		assertThat(MethodArguments.declaredName(Overloading.class.getDeclaredMethod("pay$now"))).isEqualTo("pay$now");
	}

	@Test
	void isDeclaredWhenTypeOfClassDeclaresMethodReturnsTrue() {
		Method pay = pay(Inherited.class);
		assertThat(MethodDeclarations.isDeclared(pay, Base.class, Inherited.class)).isTrue();
		assertThat(MethodDeclarations.isDeclared(pay, Payments.class, Inherited.class)).isTrue();
		assertThat(MethodDeclarations.isDeclared(pay, Inherited.class, Inherited.class)).isFalse();
		assertThat(MethodDeclarations.isDeclared(pay, Omitting.class, Inherited.class)).isFalse();
		assertThat(MethodDeclarations.of(pay, Inherited.class).findFirst()).contains(pay);
	}

	private static Argument number(Class<?> type) {
		return new MethodArguments(type, pay(type), new Object[] { "4111", 5 }).list().get(0);
	}

	private static Method pay(Class<?> type) {
		return Arrays.stream(type.getMethods())
			.filter((method) -> method.getName().equals("pay") && !method.isBridge())
			.filter((method) -> Arrays.asList(method.getParameterTypes()).contains(int.class))
			.findFirst()
			.orElseThrow();
	}

	interface Payments {

		@RequiresAirlockApproval
		void pay(@AirlockSensitive String number, int amount);

	}

	interface Subinterface extends Payments {

		@Override
		void pay(String number, int amount);

	}

	interface GenericPayments<T> {

		@RequiresAirlockApproval
		void pay(@AirlockSensitive T number, int amount);

	}

	static class Direct implements Payments {

		@Override
		public void pay(String number, int amount) {
		}

	}

	abstract static class Redeclared implements Subinterface {

		@Override
		public abstract void pay(String number, int amount);

	}

	abstract static class Redeclaring implements Payments {

		@Override
		public abstract void pay(String number, int amount);

	}

	abstract static class OfRedeclaringClass extends Redeclaring {

		@Override
		public abstract void pay(String number, int amount);

	}

	static class Base {

		public void pay(String number, int amount) {
		}

	}

	static class Inherited extends Base implements Subinterface {

	}

	abstract static class Generic<T extends CharSequence> implements GenericPayments<T> {

		@Override
		public abstract void pay(T number, int amount);

	}

	abstract static class OfTypeVariable extends Generic<String> {

	}

	static class GenericBase<T> {

		public void pay(T number, int amount) {
		}

	}

	static class OfInheritedTypeVariable extends GenericBase<String> implements GenericPayments<String> {

	}

	interface Omitting {

		void pay(@AirlockOmitted String number, int amount);

	}

	abstract static class SensitiveInClass implements Omitting {

		@Override
		@RequiresAirlockApproval
		public abstract void pay(@AirlockSensitive String number, int amount);

	}

	abstract static class OmittedInClass implements Payments {

		@Override
		public abstract void pay(@AirlockOmitted String number, int amount);

	}

	abstract static class RedeclaringOmitted implements Omitting {

		@Override
		@RequiresAirlockApproval
		public abstract void pay(String number, int amount);

	}

	interface OtherPayments {

		void pay(@AirlockOmitted String number);

		void pay(@AirlockOmitted String number, long amount);

		void paid(@AirlockSensitive String number, int amount);

		static void pay(@AirlockOmitted String number, int amount) {
		}

	}

	abstract static class Overloading implements OtherPayments {

		@RequiresAirlockApproval
		public abstract void pay(String number, int amount);

		@Override
		public abstract void pay(String number);

		@Override
		public abstract void pay(String number, long amount);

		@Override
		public abstract void paid(String number, int amount);

		abstract void pay$now();

	}

	static class WithPrivateMethod {

		private void pay(@AirlockOmitted String number, int amount) {
		}

	}

	abstract static class WithPrivateSuperclassMethod extends WithPrivateMethod {

		@RequiresAirlockApproval
		public abstract void pay(String number, int amount);

	}

	abstract static class Boxed {

		public abstract void pay(@AirlockSensitive String number, @AirlockOmitted Integer amount);

	}

	abstract static class Overloads extends Boxed {

		@Override
		public abstract void pay(String number, Integer amount);

		public abstract void pay(String number, int amount);

	}

	interface OfAmount<T> {

		void pay(@AirlockSensitive String number, @AirlockOmitted T amount);

	}

	abstract static class OverloadsWithABridge implements OfAmount<Integer> {

		@Override
		public abstract void pay(String number, Integer amount);

		public abstract void pay(String number, int amount);

	}

	abstract static class OverloadsOfASubclass extends Boxed {

		public abstract void pay(String number, int amount);

	}

	public static class Safe {

		@AirlockSensitive
		private String pin = "";

		@AirlockSensitive
		private boolean isLocked;

		private String code = "";

		private String token = "";

		public void setPin(String pin) {
			this.pin = pin;
		}

		public void setIsLocked(boolean locked) {
			this.isLocked = locked;
		}

		public String getPin() {
			return this.pin;
		}

		@AirlockSensitive
		public void setCode(String code) {
			this.code = code;
		}

		public void setOwner(String owner) {
		}

		public void give(@AirlockSensitive String owner, String reason) {
		}

		public void trust(@AirlockSensitive String owner) {
		}

		@AirlockSensitive
		public void upload(@AirlockOmitted String content) {
		}

		public void setToken(String token) {
			this.token = token;
		}

		@AirlockSensitive
		public String getToken() {
			return this.token + this.code;
		}

		@AirlockSensitive
		public void unlock(String secret) {
		}

	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.lang.reflect.Method;
import java.util.Arrays;

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
	void parameterThatIsSensitiveInOneDeclarationIsLeftOutByNone(Class<?> type) {
		assertThat(number(type).sensitive()).isTrue();
		assertThat(number(type).omitted()).isFalse();
	}

	@Test
	void parameterIsLeftOutIfADeclarationSaysSo() {
		assertThat(number(RedeclaringOmitted.class).omitted()).isTrue();
	}

	@Test
	void parameterOfAPrivateMethodIsAnother() {
		assertThat(number(WithPrivateSuperclassMethod.class).omitted()).isFalse();
	}

	private static Argument number(Class<?> type) {
		Method pay = Arrays.stream(type.getMethods())
			.filter((method) -> method.getName().equals("pay") && !method.isBridge())
			.findFirst()
			.orElseThrow();
		return new MethodArguments(type, pay, new Object[] { "4111", 5 }).list().get(0);
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

	static class Redeclared implements Subinterface {

		@Override
		public void pay(String number, int amount) {
		}

	}

	abstract static class Redeclaring implements Payments {

		@Override
		public abstract void pay(String number, int amount);

	}

	static class OfRedeclaringClass extends Redeclaring {

		@Override
		public void pay(String number, int amount) {
		}

	}

	static class Base {

		public void pay(String number, int amount) {
		}

	}

	static class Inherited extends Base implements Subinterface {

	}

	abstract static class Generic<T extends CharSequence> implements GenericPayments<T> {

		@Override
		public void pay(T number, int amount) {
		}

	}

	static class OfTypeVariable extends Generic<String> {

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

	static class SensitiveInClass implements Omitting {

		@Override
		@RequiresAirlockApproval
		public void pay(@AirlockSensitive String number, int amount) {
		}

	}

	static class OmittedInClass implements Payments {

		@Override
		public void pay(@AirlockOmitted String number, int amount) {
		}

	}

	static class RedeclaringOmitted implements Omitting {

		@Override
		@RequiresAirlockApproval
		public void pay(String number, int amount) {
		}

	}

	static class WithPrivateMethod {

		private void pay(@AirlockOmitted String number, int amount) {
		}

	}

	static class WithPrivateSuperclassMethod extends WithPrivateMethod {

		@RequiresAirlockApproval
		public void pay(String number, int amount) {
		}

	}

}

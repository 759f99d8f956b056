/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.ArgumentFormatter;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.stereotype.Component;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the formatter that the documentation shows.
 */
class ArgumentFormatterTests {

	private final List<String> shown = new ArrayList<>();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class))
		.withBean(ApprovalGate.class, () -> (call) -> this.shown.add(call.toRequest().getCommandText()))
		.withBean(Desk.class);

	@Test
	void valueIsShownByItsText() {
		this.contextRunner.withBean(MoneyFormatter.class).run((context) -> {
			context.getBean(Desk.class).pay(new Money(new BigDecimal("2.50"), "EUR"));
			assertThat(this.shown).containsExactly("Desk.pay(amount=\"EUR 2.50\")");
		});
	}

	@Test
	void withoutFormatterFieldsAreShown() {
		this.contextRunner.run((context) -> {
			context.getBean(Desk.class).pay(new Money(new BigDecimal("2.50"), "EUR"));
			assertThat(this.shown).containsExactly("Desk.pay(amount={amount=2.50, currency=EUR})");
		});
	}

	@Test
	void formatterForATypeOfJavaFailsTheStart() {
		this.contextRunner.withBean(ObjectFormatter.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContaining("is for java.lang.Object, which is a type of Java"));
	}

	static class Desk {

		@RequiresAirlockApproval
		public void pay(Money amount) {
		}

	}

	record Money(BigDecimal amount, String currency) {
	}

	static class ObjectFormatter implements ArgumentFormatter<Object> {

		@Override
		public Class<Object> getType() {
			return Object.class;
		}

		@Override
		public String format(Object value) {
			return "";
		}

	}

	// tag::formatter[]
	@Component
	static class MoneyFormatter implements ArgumentFormatter<Money> {

		@Override
		public Class<Money> getType() {
			return Money.class;
		}

		@Override
		public String format(Money value) {
			return value.currency() + " " + value.amount().toPlainString();
		}

	}
	// end::formatter[]

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.util.Map;

import ch.qos.logback.classic.Level;
import io.airlockapp.gateway.CapturedLog;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the conditions that the documentation shows.
 */
class ConditionExamplesTests {

	@RegisterExtension
	private final CapturedLog log = new CapturedLog("io.airlockapp.gateway.approval.guard.GuardedInvocationExecutor");

	private int asked;

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class))
		.withBean(ApprovalGate.class, () -> (call) -> this.asked++)
		.withBean("limits", Limits.class)
		.withBean(Desk.class);

	@Test
	void documentedConditionsRequestApprovalAsDescribed() {
		this.contextRunner.run((context) -> {
			Desk desk = context.getBean(Desk.class);
			assertAsked(false, () -> desk.refund(new BigDecimal("100.00")));
			assertAsked(true, () -> desk.refund(new BigDecimal("100.01")));
			assertAsked(true, () -> desk.refund(new BigDecimal("-5000")));
			assertAsked(true, () -> desk.refund(null));
			assertAsked(false, () -> desk.buy(10, 100));
			assertAsked(true, () -> desk.buy(65536, 65536));
			assertAsked(false, () -> desk.transfer(new Transfer(new BigDecimal("5"), "USD")));
			assertAsked(true, () -> desk.transfer(new Transfer(new BigDecimal("-5"), "USD")));
			assertAsked(true, () -> desk.transfer(new Transfer(new BigDecimal("5"), "XXX")));
			assertAsked(true, () -> desk.transfer(new Transfer(new BigDecimal("5"), null)));
			assertAsked(false, () -> desk.call(Map.of("amount", 5)));
			assertAsked(true, () -> desk.call(Map.of("Amount", 5000)));
			assertAsked(false, () -> desk.discount(null));
			assertAsked(true, () -> desk.discount(50));
			assertAsked(true, () -> desk.discount(-50));
			assertAsked(false, () -> desk.deploy(DayOfWeek.MONDAY));
			assertAsked(true, () -> desk.deploy(DayOfWeek.FRIDAY));
			assertAsked(false, () -> desk.payOut(5));
			assertAsked(true, () -> desk.payOut(5000));
		});
	}

	@Test
	void callWhoseConditionIsFalseIsLoggedAtDebug() {
		this.contextRunner.run((context) -> {
			Desk desk = context.getBean(Desk.class);
			desk.payOut(5000);
			assertThat(this.log.list).isEmpty();
			desk.payOut(5);
			assertThat(this.log.list).singleElement().satisfies((event) -> {
				assertThat(event.getLevel()).isEqualTo(Level.DEBUG);
				assertThat(event.getFormattedMessage()).isEqualTo("Desk.payOut needs no approval by its condition");
			});
		});
	}

	private void assertAsked(boolean expected, Runnable call) {
		this.asked = 0;
		call.run();
		assertThat(this.asked).isEqualTo(expected ? 1 : 0);
	}

	static class Desk {

		// tag::conditions[]
		// Exact, whatever the types of the numbers are. null requires approval
		@RequiresAirlockApproval(condition = "#amount < 0 or #amount > 100")
		public void refund(@Nullable BigDecimal amount) {
		}

		// A currency that is not listed requires approval, and so does null
		@RequiresAirlockApproval(condition = "#transfer.amount < 0 or #transfer.amount > 100"
				+ " or !{'EUR', 'USD'}.contains(#transfer.currency)")
		public void transfer(Transfer transfer) {
		}

		// A missing key requires approval
		@RequiresAirlockApproval(condition = "#request['amount'] < 0 or #request['amount'] > 100")
		public void call(Map<String, Object> request) {
		}

		// null does not require approval
		@RequiresAirlockApproval(condition = "#percent != null and (#percent < 0 or #percent > 10)")
		public void discount(@Nullable Integer percent) {
		}

		// An enum constant is compared by its name
		@RequiresAirlockApproval(condition = "#day == 'FRIDAY'")
		public void deploy(DayOfWeek day) {
		}

		// Everything else is decided by a bean, which gets the argument itself
		@RequiresAirlockApproval(condition = "@limits.above(#amount)")
		public void payOut(long amount) {
		}
		// end::conditions[]

		// Does not overflow
		@RequiresAirlockApproval(condition = "#count * #price > 1000")
		public void buy(int count, int price) {
		}

	}

	record Transfer(BigDecimal amount, @Nullable String currency) {

	}

	public static class Limits {

		public boolean above(long amount) {
			return amount > 100;
		}

	}

}

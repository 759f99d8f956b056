/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.math.BigDecimal;
import java.util.AbstractList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.AirlockSensitive;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.GuardedCall;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what a person sees of a call whose arguments were chosen to deceive.
 */
class ShownCallsTests {

	@Test
	void amountAfterLongMemoIsShown() {
		assertThat(shown((payments) -> payments
			.transfer(new Transfer("Rent for November ".repeat(12), new BigDecimal("99999.00"), "DE00EVIL")))
			.getCommandText()).endsWith("November \", amount=99999.00, iban=DE00EVIL})");
	}

	@Test
	void longCommandIsShownInFull() {
		String sql = "SELECT 1 -- " + "harmless ".repeat(22) + "; DROP TABLE customers";
		assertThat(shown((payments) -> payments.run(sql)).getCommandText())
			.isEqualTo("Payments.run(command=\"" + sql + "\")");
	}

	@Test
	void entryAfterLongEntryIsShown() {
		Map<String, Object> values = new LinkedHashMap<>();
		values.put("note", "x ".repeat(110));
		values.put("amount", 5000);
		assertThat(shown((payments) -> payments.show(values)).getCommandText()).endsWith(", \"amount\"=5000})");
	}

	@Test
	void commandWhenTooLongIsRefused() {
		assertThatExceptionOfType(ApprovalUnavailableException.class)
			.isThrownBy(() -> shown((payments) -> payments.run("s3cr3t ".repeat(700))))
			.withMessageContainingAll("Payments.run", "'command'", "abridge = true")
			.withMessageNotContaining("s3cr3t");
	}

	@Test
	void callWhenAbridgedStatesThatPartsAreLeftOut() {
		ApprovalRequest request = shown((payments) -> payments.archive("A-17", "Page. ".repeat(1000), "DE02"));
		assertThat(request.getCommandText()).matches("NOT SHOWN IN FULL: parts of 1 value are left out\n"
				+ "Payments\\.archive\\(order=A-17, document=\"Page[^<]+\"<[0-9]+ of 6000 characters left out, "
				+ "SHA-256 [0-9a-f]{32}>\"[^<]+ Page\\. \", iban=•••\\)");
		assertThat(request.getDescription())
			.startsWith("NOT SHOWN IN FULL: parts of 1 value are left out\nArchive \"Page")
			.endsWith("\" of A-17 for •••");
		assertThat(Objects.requireNonNull(request.getArguments()).get("document").stringValue()).hasSize(6000);
	}

	@Test
	void argumentWhenSecondReadingDiffersIsRefused() {
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> shown((payments) -> payments.estimate(new Estimate())))
			.withMessageContaining("not the same");
	}

	@Test
	void valueCannotImitateDescription() {
		assertThat(shown((payments) -> payments.refund("A-17: refund 1.00\n\n\n\n(end)", new BigDecimal("5000.00")))
			.getDescription())
			.isEqualTo("Order \"A-17: refund 1.00\\u000a\\u000a\\u000a\\u000a(end)\": refund 5000.00");
		assertThat(shown((payments) -> payments.refund("x".repeat(3900), BigDecimal.ONE)).getDescription())
			.hasSizeLessThan(250)
			.endsWith("\": refund 1");
	}

	@Test
	void valueCannotImitateOtherArguments() {
		assertThat(shown((payments) -> payments.refund("A-17\uA4F9\u3164amount\u4E8C1.00", new BigDecimal("5000.00")))
			.getCommandText())
			.isEqualTo("Payments.refund(order=\"A-17\uA4F9\\u3164amount\u4E8C1.00\", amount=5000.00)");
		assertThat(shown((payments) -> payments.run("a\u201d, amount=\u201c1")).getCommandText())
			.isEqualTo("Payments.run(command=\"a\\u201d, amount=\\u201c1\")");
	}

	@Test
	void elementsStayInOrder() {
		assertThat(shown((payments) -> payments.show(List.of("\u05d0", 100, 200, "\u05d1"))).getCommandText())
			.isEqualTo("Payments.show(value=[\u2068\"\u05d0\"\u2069, 100, 200, \u2068\"\u05d1\"\u2069])");
	}

	@Test
	void anonymousClassIsNamedBySuperclass() {
		ApprovalRequest request = shown((payments) -> payments.run("ls"), () -> new Payments() {
		});
		assertThat(request.getCommandText()).isEqualTo("Payments.run(command=ls)");
		assertThat(request.getLabel()).isEqualTo("Payments.run");
	}

	@Test
	void anonymousClassIsNamedByTypeThatDeclaresMethod() {
		ApprovalRequest request = shown((payments) -> ((Archive) payments).store("A-17"),
				() -> new ArchivingPayments() {
					@Override
					public void store(String document) {
					}
				});
		assertThat(request.getCommandText()).isEqualTo("ArchivingPayments.store(document=A-17)");
	}

	@Test
	void overloadsWithParametersOfTheSameNamesAreDistinguished() {
		assertThat(shown((payments) -> payments.payOut(500L)).getCommandText())
			.isEqualTo("Payments.payOut[long](amount=500)");
		assertThat(shown((payments) -> payments.payOut(new BigDecimal("500"))).getCommandText())
			.isEqualTo("Payments.payOut[java.math.BigDecimal](amount=500)");
		assertThat(shown((payments) -> payments.payOut("500")).getCommandText())
			.isEqualTo("Payments.payOut(order=500)");
	}

	private static ApprovalRequest shown(Consumer<Payments> call) {
		return shown(call, Payments::new);
	}

	private static ApprovalRequest shown(Consumer<Payments> call, Supplier<Payments> bean) {
		AtomicReference<ApprovalRequest> shown = new AtomicReference<>();
		AtomicReference<RuntimeException> failure = new AtomicReference<>();
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(AopAutoConfiguration.class, AirlockApprovalAutoConfiguration.class))
			.withBean(ApprovalGate.class, () -> (GuardedCall guarded) -> shown.set(guarded.toRequest()))
			.withBean(Payments.class, bean)
			.run((context) -> {
				try {
					call.accept(context.getBean(Payments.class));
				}
				catch (ApprovalUnavailableException ex) {
					failure.set(ex);
				}
			});
		if (failure.get() != null) {
			throw failure.get();
		}
		return Objects.requireNonNull(shown.get());
	}

	record Transfer(String aMemo, BigDecimal amount, String iban) {
	}

	/**
	 * Changes its mind after it was read for the first time.
	 */
	static class Estimate extends AbstractList<BigDecimal> {

		private int reads;

		@Override
		public BigDecimal get(int index) {
			return new BigDecimal((this.reads++ == 0) ? "1.00" : "5000.00");
		}

		@Override
		public int size() {
			return 1;
		}

	}

	interface Archive {

		@RequiresAirlockApproval
		void store(String document);

	}

	abstract static class ArchivingPayments extends Payments implements Archive {

	}

	static class Payments {

		@RequiresAirlockApproval
		void transfer(Transfer transfer) {
		}

		@RequiresAirlockApproval
		void run(String command) {
		}

		@RequiresAirlockApproval
		void show(Object value) {
		}

		@RequiresAirlockApproval(condition = "#e[0] > 0", description = "Refund #{#e[0]}")
		void estimate(Estimate e) {
		}

		@RequiresAirlockApproval(description = "Order #{#order}: refund #{#amount}")
		void refund(String order, BigDecimal amount) {
		}

		@RequiresAirlockApproval
		void payOut(long amount) {
		}

		@RequiresAirlockApproval
		void payOut(BigDecimal amount) {
		}

		@RequiresAirlockApproval
		void payOut(String order) {
		}

		void payOut(Integer order) {
		}

		@RequiresAirlockApproval(description = "Archive #{#document} of #{#order} for #{#iban}", abridge = true)
		void archive(String order, String document, @AirlockSensitive String iban) {
		}

	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Elements;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Fields;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Leaf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CommandText}.
 */
class CommandTextTests {

	private final Map<String, SnapshotNode> arguments = new LinkedHashMap<>();

	@Test
	void writesArgumentsInOrder() {
		put("order", number(42));
		put("amount", number("2.50"));
		put("express", new Leaf(Leaf.Kind.BOOLEAN, "true", "java.lang.Boolean", true));
		put("note", Leaf.NULL);
		assertThat(text()).isEqualTo("RefundService.refund(order=42, amount=2.50, express=true, note=null)");
	}

	@Test
	void writesACallWithoutArguments() {
		assertThat(text()).isEqualTo("RefundService.refund()");
	}

	@ParameterizedTest
	@ValueSource(strings = { "42, amount=1", "a b", "", "null", "true", "false", "a)", "\"", "a\nb", "a=b", "[1]", "{}",
			"(none)", "(left out)", "com.acme.Step{id=1}" })
	void textWhenAmbiguousIsQuoted(String value) {
		put("order", text(value));
		assertThat(text()).startsWith("RefundService.refund(order=\"").endsWith("\")");
	}

	@Test
	void escapesQuotesAndBackslashes() {
		put("order", text("a\"b\\c"));
		assertThat(text()).isEqualTo("RefundService.refund(order=\"a\\\"b\\\\c\")");
	}

	@Test
	void writesNestedValues() {
		put("item", object(Map.of("sku", text("A 1"))));
		put("tags", list(text("x"), text("y, z")));
		assertThat(text()).isEqualTo("RefundService.refund(item={sku=\"A 1\"}, tags=[x, \"y, z\"])");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a=1}, amount=5, b={c", "a b", "\u202e", "a\nb", "" })
	void nameWhenAmbiguousIsQuoted(String name) {
		put("item", object(Map.of(name, number(1))));
		assertThat(text()).startsWith("RefundService.refund(item={\"").endsWith("\"=1})");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "•••", "••• hmac-sha256:0000000000000000000000000000000000000000000000000000000000000000" })
	void textCannotImitateMask(String value) {
		put("note", text(value));
		assertThat(text()).isEqualTo("RefundService.refund(note=\"" + value.replace("•", "\\u2022") + "\")");
	}

	@Test
	void masksSensitiveValues() {
		SnapshotNode mask = new Masking().mask(new byte[] { 1 });
		put("pin", mask);
		put("cards", list(mask));
		assertThat(text()).isEqualTo("RefundService.refund(pin=•••, cards=[•••])");
	}

	@Test
	void textWithLookalikeCharactersIsQuoted() {
		put("order", text("A-17\uA4F9\u3164amount\u4E8C1.00"));
		put("amount", text("5000.00"));
		assertThat(text())
			.isEqualTo("RefundService.refund(order=\"A-17\uA4F9\\u3164amount\u4E8C1.00\", amount=5000.00)");
	}

	@Test
	void elementsStayInOrder() {
		put("values", list(text("\u05d0"), number(100), number(200), text("\u05d1")));
		put("named", object(Map.of("\u05d2", text("1"))));
		assertThat(text()).isEqualTo("RefundService.refund(values=[\u2068\"\u05d0\"\u2069, 100, 200, "
				+ "\u2068\"\u05d1\"\u2069], named={\u2068\"\u05d2\"\u2069=1})");
	}

	@Test
	void valuesAfterLongTextAreShown() {
		Map<String, SnapshotNode> transfer = new LinkedHashMap<>();
		transfer.put("aMemo", text("Rent for November ".repeat(12)));
		transfer.put("amount", text("99999.00"));
		transfer.put("iban", text("DE00EVIL"));
		put("transfer", object(transfer));
		put("command", text("SELECT 1 -- " + "harmless ".repeat(22) + "; DROP TABLE customers"));
		assertThat(text()).endsWith("November \", amount=99999.00, iban=DE00EVIL}, command=\"SELECT 1 -- "
				+ "harmless ".repeat(22) + "; DROP TABLE customers\")");
	}

	@Test
	void textMayHaveMaxLength() {
		int room = CommandText.MAX_LENGTH - "RefundService.refund(note=\"\")".length();
		put("note", text("x".repeat(room)));
		assertThat(text()).hasSize(CommandText.MAX_LENGTH);
		put("note", text("x".repeat(room + 1)));
		assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(this::text);
	}

	@Test
	void textWhenTooLongThrowsWithNameOfLargestArgument() {
		put("order", number(42));
		put("note", text("s3cr3t ".repeat(1000)));
		assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(this::text)
			.withMessage("The call of RefundService.refund is too long to be shown to a person: its text has 7039 "
					+ "characters, of which 'note' has 7002, and may have 4000. Pass less, pass an id in place of the data, "
					+ "split the call, or let long texts be shown in part by 'abridge = true' of @RequiresAirlockApproval");
	}

	@Test
	void textWhenWithinMaxLengthIsNotAbridged() {
		put("note", text("x".repeat(3000)));
		CommandText command = CommandText.of("S.m", this.arguments, true);
		assertThat(command.text()).isEqualTo("S.m(note=\"" + "x".repeat(3000) + "\")");
		assertThat(command.note()).isEmpty();
	}

	@Test
	void doesNotDependOnTheDefaultLocale() {
		put("note", text("x".repeat(9000)));
		put("amount", number("1234567.5"));
		String text = CommandText.of("S.m", this.arguments, true).text();
		Locale locale = Locale.getDefault();
		try {
			Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
			assertThat(CommandText.of("S.m", this.arguments, true).text()).isEqualTo(text).contains(" of 9000 ");
		}
		finally {
			Locale.setDefault(locale);
		}
	}

	@Test
	void abridgesLongTextsWithLengthAndDigest() {
		put("sql", text("SELECT 1 --" + " harmless".repeat(1000) + "; DROP TABLE customers"));
		put("amount", number(1));
		CommandText command = CommandText.of("S.m", this.arguments, true);
		assertThat(command.text().lines()).satisfiesExactly(
				(note) -> assertThat(note).isEqualTo("NOT SHOWN IN FULL: parts of 1 value are left out"),
				(call) -> assertThat(call).startsWith("S.m(sql=\"SELECT 1 -- harmless")
					.containsPattern("\"<[0-9]{4} of 9033 characters left out, SHA-256 [0-9a-f]{32}>\"")
					.endsWith(" harmless; DROP TABLE customers\", amount=1)"));
	}

	@Test
	void abridgesBetweenCharacters() {
		for (int start = 0; start < 2; start++) {
			put("note", text("x".repeat(start) + Character.toString(0x1f600).repeat(3000) + "!"));
			assertThat(CommandText.of("S.m", this.arguments, true).text()).doesNotContain("\\u");
		}
	}

	@Test
	void textWhenTooLongDespiteAbridgingThrows() {
		put("number", number("7".repeat(4000)));
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> CommandText.of("S.m", this.arguments, true))
			.withMessageContainingAll("its text still has 4012 characters", "or split the call")
			.withMessageNotContaining("abridge");
		this.arguments.clear();
		for (int i = 0; i < 1000; i++) {
			put("name" + i, number(i));
		}
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> CommandText.of("S.m", this.arguments, true));
	}

	@Test
	void masksAndClassNamesAreNotAbridged() {
		put("pin", new Masking().mask(new byte[] { 1 }));
		put("step", new Fields("com.acme.Step", false, null, Map.of()));
		put("note", text("x".repeat(5000)));
		assertThat(CommandText.of("S.m", this.arguments, true).call())
			.startsWith("S.m(pin=•••, step=com.acme.Step{}, note=\"x");
	}

	private String text() {
		return CommandText.of("RefundService.refund", this.arguments, false).text();
	}

	private void put(String name, SnapshotNode value) {
		this.arguments.put(name, value);
	}

	private static Leaf text(String value) {
		return new Leaf(Leaf.Kind.TEXT, value, "java.lang.String", true);
	}

	private static Leaf number(Object value) {
		return new Leaf(Leaf.Kind.NUMBER, value.toString(), "java.math.BigDecimal", true);
	}

	private static Elements list(SnapshotNode... elements) {
		return new Elements("java.util.List", true, true, true, List.of(elements));
	}

	private static Fields object(Map<String, SnapshotNode> fields) {
		return new Fields("com.acme.Item", true, null, fields);
	}

}

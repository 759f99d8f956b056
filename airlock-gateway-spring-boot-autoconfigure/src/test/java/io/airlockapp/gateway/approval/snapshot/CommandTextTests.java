package io.airlockapp.gateway.approval.snapshot;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.snapshot.Masking;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CommandText}.
 */
class CommandTextTests {

	private final ObjectNode arguments = JsonNodeFactory.instance.objectNode();

	@Test
	void writesArgumentsInOrder() {
		this.arguments.put("order", 42).put("amount", "2.50").put("express", true).putNull("note");
		assertThat(text()).isEqualTo("RefundService.refund(order=42, amount=2.50, express=true, note=null)");
	}

	@Test
	void writesACallWithoutArguments() {
		assertThat(text()).isEqualTo("RefundService.refund()");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "42, amount=1", "a b", "", "null", "true", "false", "a)", "\"", "a\nb", "a=b", "[1]", "{}" })
	void quotesWhatCouldPassForSomethingElse(String value) {
		this.arguments.put("order", value);
		assertThat(text()).startsWith("RefundService.refund(order=\"").endsWith("\")");
	}

	@Test
	void escapesQuotesAndBackslashes() {
		this.arguments.put("order", "a\"b\\c");
		assertThat(text()).isEqualTo("RefundService.refund(order=\"a\\\"b\\\\c\")");
	}

	@Test
	void writesNestedValues() {
		this.arguments.putObject("item").put("sku", "A 1").put("count", 2);
		this.arguments.putArray("tags").add("x").add("y, z");
		assertThat(text()).isEqualTo("RefundService.refund(item={sku=\"A 1\", count=2}, tags=[x, \"y, z\"])");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a=1}, amount=5, b={c", "a b", "\u202e", "a\nb", "" })
	void quotesNamesThatCouldPassForSomethingElse(String name) {
		this.arguments.putObject("item").put(name, 1);
		assertThat(text()).startsWith("RefundService.refund(item={\"").endsWith("\"=1})");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "•••", "••• hmac-sha256:0000000000000000000000000000000000000000000000000000000000000000" })
	void noTextPassesForAMask(String value) {
		this.arguments.put("note", value);
		assertThat(text()).isEqualTo("RefundService.refund(note=\"" + value.replace("•", "\\u2022") + "\")");
	}

	@Test
	void masksSensitiveValues() {
		this.arguments.set("pin", new Masking().mask(new byte[] { 1 }));
		this.arguments.putArray("cards").add(this.arguments.get("pin"));
		assertThat(text()).isEqualTo("RefundService.refund(pin=•••, cards=[•••])");
	}

	@Test
	void lookAlikesAreNotPlain() {
		this.arguments.put("order", "A-17\uA4F9\u3164amount\u4E8C1.00").put("amount", "5000.00");
		assertThat(text())
			.isEqualTo("RefundService.refund(order=\"A-17\uA4F9\\u3164amount\u4E8C1.00\", amount=5000.00)");
	}

	@Test
	void elementsStayInOrder() {
		this.arguments.putArray("values").add("\u05d0").add(100).add(200).add("\u05d1");
		this.arguments.putObject("named").put("\u05d2", "1");
		assertThat(text()).isEqualTo("RefundService.refund(values=[\u2068\"\u05d0\"\u2069, 100, 200, "
				+ "\u2068\"\u05d1\"\u2069], named={\u2068\"\u05d2\"\u2069=1})");
	}

	@Test
	void longValuesHideNothing() {
		this.arguments.putObject("transfer")
			.put("aMemo", "Rent for November ".repeat(12))
			.put("amount", "99999.00")
			.put("iban", "DE00EVIL");
		this.arguments.put("command", "SELECT 1 -- " + "harmless ".repeat(22) + "; DROP TABLE customers");
		assertThat(text()).endsWith("November \", amount=99999.00, iban=DE00EVIL}, command=\"SELECT 1 -- "
				+ "harmless ".repeat(22) + "; DROP TABLE customers\")");
	}

	@Test
	void showsAsMuchAsAPersonCanRead() {
		int room = CommandText.MAX_LENGTH - "RefundService.refund(note=\"\")".length();
		this.arguments.put("note", "x".repeat(room));
		assertThat(text()).hasSize(CommandText.MAX_LENGTH);
		this.arguments.put("note", "x".repeat(room + 1));
		assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(this::text);
	}

	@Test
	void refusesWhatIsTooLongAndNamesTheLargestArgument() {
		this.arguments.put("order", 42).put("note", "s3cr3t ".repeat(1000));
		assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(this::text)
			.withMessage("The call of RefundService.refund is too long to be shown to a person: its text has 7039 "
					+ "characters, of which 'note' has 7002, and may have 4000. Pass less, pass an id in place of the data, "
					+ "split the call, or let long texts be shown in part by 'abridge = true' of @RequiresAirlockApproval");
	}

	@Test
	void abridgesNothingThatFits() {
		this.arguments.put("note", "x".repeat(3000));
		CommandText command = CommandText.of("S.m", this.arguments, true);
		assertThat(command.text()).isEqualTo("S.m(note=\"" + "x".repeat(3000) + "\")");
		assertThat(command.note()).isEmpty();
	}

	@Test
	void abridgesLongTextsWithLengthAndDigest() {
		this.arguments.put("sql", "SELECT 1 --" + " harmless".repeat(1000) + "; DROP TABLE customers").put("amount", 1);
		CommandText command = CommandText.of("S.m", this.arguments, true);
		assertThat(command.text().lines()).satisfiesExactly(
				(note) -> assertThat(note).isEqualTo("NOT SHOWN IN FULL: parts of 1 value are left out"),
				(call) -> assertThat(call).startsWith("S.m(sql=\"SELECT 1 -- harmless")
					.containsPattern("\"<[0-9]{4} of 9033 characters left out, SHA-256 [0-9a-f]{16}>\"")
					.endsWith(" harmless; DROP TABLE customers\", amount=1)"));
	}

	@Test
	void abridgesBetweenCharacters() {
		for (int start = 0; start < 2; start++) {
			this.arguments.put("note", "x".repeat(start) + Character.toString(0x1f600).repeat(3000) + "!");
			assertThat(CommandText.of("S.m", this.arguments, true).text()).doesNotContain("\\u");
		}
	}

	@Test
	void refusesWhatIsTooLongEvenIfItIsAbridged() {
		this.arguments.put("number", "7".repeat(4000));
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> CommandText.of("S.m", this.arguments, true))
			.withMessageContainingAll("its text still has 4014 characters", "or split the call")
			.withMessageNotContaining("abridge");
		this.arguments.removeAll();
		for (int i = 0; i < 1000; i++) {
			this.arguments.put("name" + i, i);
		}
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> CommandText.of("S.m", this.arguments, true));
	}

	@Test
	void abridgesNoMask() {
		this.arguments.set("pin", new Masking().mask(new byte[] { 1 }));
		this.arguments.put("note", "x".repeat(5000));
		assertThat(CommandText.of("S.m", this.arguments, true).call()).startsWith("S.m(pin=•••, note=\"x");
	}

	private String text() {
		return CommandText.of("RefundService.refund", this.arguments, false).text();
	}

}

package io.airlockapp.gateway.approval;

import java.math.BigDecimal;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

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

	@ParameterizedTest
	@ValueSource(strings = { "A-17", "2.50", "someone@example.org", "2026-11-24T10:00:00Z", "Größe", "a/b" })
	void leavesPlainWordsAlone(String value) {
		this.arguments.put("order", value);
		assertThat(text()).isEqualTo("RefundService.refund(order=" + value + ")");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0x202e, 0x200b, 0x7, 0x2028, 0xfeff, 0x2066 })
	void showsWhatIsInvisible(int invisible) {
		this.arguments.put("order", "a" + Character.toString(invisible) + "b");
		assertThat(text()).isEqualTo("RefundService.refund(order=\"a\\u%04xb\")".formatted(invisible));
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

	@Test
	void shortensLongValuesAndSaysSo() {
		this.arguments.put("note", "x ".repeat(5000)).put("amount", new BigDecimal("1"));
		assertThat(text()).hasSizeLessThan(300).contains("… (10002 characters), amount=1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a=1}, amount=5, b={c", "a b", "\u202e", "a\nb", "" })
	void quotesNamesThatCouldPassForSomethingElse(String name) {
		this.arguments.putObject("item").put(name, 1);
		assertThat(text()).startsWith("RefundService.refund(item={\"").endsWith("\"=1})");
	}

	@Test
	void shortensBetweenCharacters() {
		for (int start = 195; start < 201; start++) {
			this.arguments.put("note", "x".repeat(start) + Character.toString(0x1f600) + "!");
			assertThat(text().chars().filter((c) -> Character.isSurrogate((char) c)).count()).isIn(0L, 2L);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "••• hmac-sha256:", "••• hmac-sha256: delete all",
			"••• hmac-sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef!" })
	void showsWhatOnlyBeginsLikeAMask(String value) {
		this.arguments.put("note", value);
		assertThat(text()).isEqualTo("RefundService.refund(note=\"" + value + "\")");
	}

	@Test
	void masksSensitiveValues() {
		this.arguments.set("pin", new Masking().mask(new byte[] { 1 }));
		assertThat(text()).isEqualTo("RefundService.refund(pin=•••)");
	}

	@Property(tries = 2000)
	void noTextLooksLikeMoreArguments(@ForAll String value) {
		ObjectNode one = JsonNodeFactory.instance.objectNode().put("a", value);
		String text = CommandText.of("S.m", one);
		String rendered = text.substring("S.m(a=".length(), text.length() - 1);
		if (!rendered.startsWith("\"")) {
			assertThat(rendered).doesNotContain(",", "=", "(", ")", "\"", " ");
		}
		else if (!rendered.contains("… (")) {
			assertThat(rendered.substring(1, rendered.length() - 1).replace("\\\\", "").replace("\\\"", ""))
				.doesNotContain("\"");
		}
		assertThat(text.codePoints()).noneMatch((c) -> Character.getType(c) == Character.CONTROL);
	}

	private String text() {
		return CommandText.of("RefundService.refund", this.arguments);
	}

}

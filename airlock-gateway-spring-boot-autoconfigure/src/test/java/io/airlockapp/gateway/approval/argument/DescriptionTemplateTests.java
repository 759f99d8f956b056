package io.airlockapp.gateway.approval.argument;

import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.approval.snapshot.Masking;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DescriptionTemplate}.
 */
class DescriptionTemplateTests {

	private final ObjectNode arguments = JsonNodeFactory.instance.objectNode();

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			Refund #{#amount} for #{#order.id}        | Refund 2.50 for A-17
			Pay #{#order.customer.name}                   | Pay "Ann Smith"
			Pay #{#items[0].sku}, #{#items[1].sku}        | Pay a, "b c"
			Pay #{#limits['day']} #{#limits.day}          | Pay 100 100
			Pay #{#limits['1']} #{#limits[1]}             | Pay one one
			Pay #{#a0} #{#p0}                             | Pay 2.50 2.50
			Pay #{#order.card}, #{#order.card.number}     | Pay •••, •••
			Pay #{#order}                                 | Pay {id=A-17, customer={name="Ann Smith"}, card=•••}
			Pay #{#items}                                 | Pay [{sku=a}, {sku="b c"}]
			Pay #{#note}                                  | Pay null
			Pay #{#note.none} #{#items[7]} #{#order.none} | Pay (none) (none) (none)
			Pay #{#order?.customer?.name} #{#note?.none}  | Pay "Ann Smith" (none)
			Pay #{'•••'} #{42} #{true} #{null} #{1.5}     | Pay ••• 42 true null 1.5
			""")
	void showsPartsOfTheSnapshot(String template, String expected) {
		this.arguments.put("amount", "2.50");
		ObjectNode order = this.arguments.putObject("order").put("id", "A-17");
		order.putObject("customer").put("name", "Ann Smith");
		order.set("card", new Masking().mask(new byte[1]));
		this.arguments.putArray("items").addObject().put("sku", "a");
		this.arguments.withArray("items").addObject().put("sku", "b c");
		this.arguments.putObject("limits").put("day", 100).put("1", "one");
		this.arguments.putNull("note");
		assertThat(describe(template)).isEqualTo(expected);
	}

	@Test
	void keepsTheAuthorsText() {
		this.arguments.put("order", "A-17");
		assertThat(describe("\u200fNote:\n\t#{#order}  \u202e")).isEqualTo("\u200fNote:\n\tA-17  \u202e");
	}

	@Test
	void noValueAddsLinesOrPassesForTheTemplate() {
		this.arguments.put("order", "A-17: refund 1.00\n\n\n(end)").put("amount", "5000.00");
		assertThat(describe("Order #{#order}: refund #{#amount}"))
			.isEqualTo("Order \"A-17: refund 1.00\\u000a\\u000a\\u000a(end)\": refund 5000.00");
		this.arguments.put("order", "(none)");
		assertThat(describe("Order #{#order}")).isEqualTo("Order \"(none)\"");
	}

	@Test
	void longValuesHaveHeadAndTail() {
		this.arguments.put("note", "Rent for November " + "x".repeat(1_000_000) + "; 99999.00");
		assertThat(describe("Pay #{#note}, #{#amount}"))
			.matches("Pay \"Rent for November x+\"<[0-9]+ of 1000028 characters left out, SHA-256 [0-9a-f]{16}>"
					+ "\"x+; 99999.00\", \\(none\\)")
			.hasSizeLessThan(220);
	}

	@Test
	void longObjectsAndListsSayHowMuchIsMissing() {
		for (int i = 0; i < 1000; i++) {
			this.arguments.withArray("items").add("item " + i);
			this.arguments.withObject("limits").put("<" + i + " more>", i);
		}
		assertThat(describe("#{#items}")).startsWith("[\"item 0\", \"item 1\", ")
			.endsWith(" <%d more>]".formatted(1000 - describe("#{#items}").split("item").length + 1));
		assertThat(describe("#{#limits}")).startsWith("{\"<0 more>\"=0, ").matches(".* <98[0-9] more>}");
		this.arguments.putObject("order").put("x".repeat(5000), 1).put("b", 2);
		assertThat(describe("#{#order}")).isEqualTo("{<2 more>}");
		this.arguments.put("amount", "7".repeat(5000));
		assertThat(describe("#{#amount}")).isEqualTo("<5002 characters>");
	}

	@Property(tries = 1000)
	void hasNoMoreLinesThanItsTemplateAndIsBounded(@ForAll("snapshots") ObjectNode snapshot) {
		this.arguments.set("order", snapshot);
		snapshot.properties().stream().findFirst().ifPresent((first) -> this.arguments.set("note", first.getValue()));
		String description = describe("First #{#order}\nSecond #{#note} and #{#order.x}\nEnd");
		assertThat(description.split("\\R|[\\x0b\\x0c\\x1c-\\x1e\\u0085]", -1)).hasSize(3);
		assertThat(description).hasSizeLessThan(700)
			.doesNotContainPattern("[\\p{C}\\p{Zl}\\p{Zp}&&[^\\n\u2068\u2069]]")
			.doesNotContainPattern("\u201d|\u3164|\u0338");
		assertThat(description.chars().filter((c) -> c == '\u2068').count())
			.isEqualTo(description.chars().filter((c) -> c == '\u2069').count());
	}

	@Provide
	Arbitrary<ObjectNode> snapshots() {
		return Snapshots.large();
	}

	private String describe(String template) {
		return DescriptionParser
			.parse(template, Service.class, ReflectionUtils.findMethod(Service.class, "call", (Class<?>[]) null))
			.describe(this.arguments);
	}

	static class Service {

		void call(Object amount, Object order, List<Map<String, Object>> items, Map<Object, Object> limits,
				Object note) {
		}

	}

}

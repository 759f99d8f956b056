/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.condition;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import io.airlockapp.gateway.approval.AirlockOmitted;
import io.airlockapp.gateway.approval.AirlockSensitive;
import io.airlockapp.gateway.approval.snapshot.ArgumentSnapshot;
import io.airlockapp.gateway.approval.snapshot.Masking;
import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Fields;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Leaf;
import io.airlockapp.gateway.approval.snapshot.SnapshotWriter;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.LinkedCaseInsensitiveMap;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DescriptionTemplate}.
 */
class DescriptionTemplateTests {

	private final Map<String, @Nullable Object> arguments = new LinkedHashMap<>();

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					Refund #{#amount} for #{#order.id}            | Refund 2.50 for A-17
					Pay #{#order.customer.name}                   | Pay "Ann Smith"
					Pay #{#items[0].sku}, #{#items[1].sku}        | Pay a, "b c"
					Pay #{#limits['Day']}                         | Pay org.springframework.util.LinkedCaseInsensitiveMap{day=100}
					Pay #{#a0} #{#p0}                             | Pay 2.50 2.50
					Pay #{#order.card}, #{#order.card.number}     | Pay •••, •••
					Pay #{#order.session} #{#order.session.sku}   | Pay (left out) (left out)
					Pay #{#order.customer}                        | Pay {name="Ann Smith"}
					Pay #{#maybe.sku} #{#nothing} #{#nothing.sku} | Pay a (none) (none)
					Pay #{#missing} #{#missing.x}                 | Pay null (none)
					Pay #{#items[7]} #{#any.none} #{#any[0]}      | Pay (none) 5 5
					Pay #{'•••'} #{42} #{true} #{null} #{1.5}     | Pay ••• 42 true null 1.5
					""")
	void showsPartsOfTheSnapshot(String template, String expected) {
		this.arguments.put("amount", new BigDecimal("2.50"));
		this.arguments.put("order", new Order("A-17", new Customer("Ann Smith"), new Card(42), new Item("s")));
		this.arguments.put("items", List.of(new Item("a"), new Item("b c")));
		Map<String, Object> limits = new LinkedCaseInsensitiveMap<>();
		limits.put("day", 100);
		this.arguments.put("limits", limits);
		this.arguments.put("maybe", Optional.of(new Item("a")));
		this.arguments.put("nothing", Optional.empty());
		this.arguments.put("any", 5);
		assertThat(describe(template)).isEqualTo(expected);
	}

	@Test
	void keyWhenMissingInExactMapIsShownAsNone() {
		this.arguments.put("limits", new HashMap<>(Map.of("day", 100)));
		assertThat(describe("#{#limits['Day']}")).isEqualTo("(none)");
		this.arguments.put("limits", Collections.unmodifiableMap(new HashMap<>(Map.of("day", 100))));
		assertThat(describe("#{#limits['Day']}")).isEqualTo("{day=100}");
		this.arguments.put("any", new EnumMap<>(Map.of(Level.HIGH, 100)));
		assertThat(describe("#{#any['HIGH']}")).contains("HIGH)=100");
		this.arguments.put("any", new HashMap<>(Map.of(0, 100)));
		assertThat(describe("#{#any[0]}")).contains("0=100");
		this.arguments.put("any", Collections.unmodifiableList(Arrays.asList(100)));
		assertThat(describe("#{#any[1]}")).contains("100");
	}

	@Test
	void textOfTemplateIsNotChanged() {
		this.arguments.put("note", "A-17");
		assertThat(describe("\u200fNote:\n\t#{#note}  \u202e")).isEqualTo("\u200fNote:\n\t\u2068A-17\u2069  \u202e");
	}

	@Test
	void valuesAreIsolatedFromRightToLeftText() {
		this.arguments.put("note", "1/A");
		this.arguments.put("any", "\u05d0");
		assertThat(describe("\u05d0\u05d1 #{#note} #{#any}"))
			.isEqualTo("\u05d0\u05d1 \u20681/A\u2069 \u2068\u2068\"\u05d0\"\u2069\u2069");
	}

	/**
	 * A tree finds no key that is out of order, and a view what its list finds.
	 */
	@Test
	void partWhenContainerIsNotExactShowsWholeContainer() {
		this.arguments.put("limits", new TreeMap<>(Map.of("day", 5)));
		assertThat(describe("#{#limits['day']}")).isEqualTo("{day=5}");
		this.arguments.put("any", Collections.unmodifiableList(Arrays.asList(1000)));
		assertThat(describe("#{#any[0]}")).contains("[1000]");
	}

	@Test
	void showsAValueWithAFormatterInPlaceOfItsParts() {
		Method method = ReflectionUtils.findMethod(Service.class, "call", (Class<?>[]) null);
		Leaf customer = new Leaf(Leaf.Kind.OTHER, "Ann", Customer.class.getName(), true);
		Fields order = new Fields(Order.class.getName(), true, null, Map.of("customer", customer));
		assertThat(DescriptionTemplate.parse("Pay #{#order.customer.name}", Service.class, method)
			.describe((index) -> order)).isEqualTo("Pay Ann");
	}

	@Test
	void fieldOfEnumConstantShowsConstant() {
		this.arguments.put("any", Level.HIGH);
		assertThat(describe("Deploy to #{#any.label}")).isEqualTo("Deploy to " + Level.class.getName() + "(HIGH)");
	}

	/**
	 * A reader may take an entry for the field.
	 */
	@Test
	void fieldWhenMissingShowsWholeValue() {
		this.arguments.put("any", Map.of("amount", 5000));
		assertThat(describe("Pay #{#any.amount} #{#any.amount.cents}"))
			.isEqualTo("Pay {\"amount\"=5000} {\"amount\"=5000}");
		this.arguments.put("any", List.of(5000));
		assertThat(describe("Pay #{#any.amount} #{#any.amount[0]}")).isEqualTo("Pay [5000] [5000]");
		this.arguments.put("any", Map.of("eur", 1));
		assertThat(describe("Pay #{#any.amount['eur']}")).isEqualTo("Pay {\"eur\"=1}");
		this.arguments.put("any", new Item("a"));
		assertThat(describe("Pay #{#any.amount.sku}")).isEqualTo("Pay " + Item.class.getName() + "{sku=a}");
	}

	@Test
	void valueCannotAddLinesOrImitateTemplate() {
		this.arguments.put("note", "A-17: refund 1.00\n\n\n(end)");
		this.arguments.put("amount", new BigDecimal("5000.00"));
		assertThat(describe("Order #{#note}: refund #{#amount}"))
			.isEqualTo("Order \"A-17: refund 1.00\\u000a\\u000a\\u000a(end)\": refund 5000.00");
		this.arguments.put("note", "(none)");
		assertThat(describe("Order #{#note}")).isEqualTo("Order \"(none)\"");
	}

	@Test
	void valueWhenLongIsShownByHeadAndTail() {
		this.arguments.put("note", "Rent for November " + "x".repeat(100_000) + "; 99999.00");
		assertThat(describe("Pay #{#note}"))
			.matches("Pay \"Rent for November x+\"<[0-9]+ of 100028 characters left out, SHA-256 [0-9a-f]{32}>"
					+ "\"x+; 99999.00\"")
			.hasSizeLessThan(220);
	}

	@Test
	void longObjectsAndListsSayHowLongTheyAre() {
		List<String> texts = Collections.nCopies(100, "item");
		this.arguments.put("texts", texts);
		this.arguments.put("maybeTexts", Optional.of(texts));
		this.arguments.put("limits", Map.of("x".repeat(5000), 1));
		this.arguments.put("parts", new Parts("y".repeat(120), "x".repeat(90), "z"));
		this.arguments.put("number", BigInteger.TEN.pow(4999));
		assertThat(describe("#{#texts} #{#maybeTexts}")).isEqualTo("<600 characters> <600 characters>");
		assertThat(describe("#{#limits}")).matches("<[0-9]+ characters>");
		assertThat(describe("#{#parts}")).matches("<[0-9]+ characters>");
		assertThat(describe("#{#number}")).isEqualTo("<5000 characters>");
	}

	@Property(tries = 300)
	void hasNoMoreLinesThanItsTemplateAndIsBounded(@ForAll("values") Object value, @ForAll String note) {
		this.arguments.put("any", value);
		this.arguments.put("note", note.replaceAll("[\\ud800-\\udfff]", "\u202e"));
		String description = describe("First #{#any}\nSecond #{#note} and #{#any.x}\nEnd");
		assertThat(description.split("\\R|[\\x0b\\x0c\\x1c-\\x1e\\u0085]", -1)).hasSize(3);
		assertThat(description).hasSizeLessThan(700)
			.doesNotContainPattern("[\\p{C}\\p{Zl}\\p{Zp}&&[^\\n\u2068\u2069]]")
			.doesNotContainPattern("\u201d|\u3164|\u0338");
		assertThat(description.chars().filter((c) -> c == '\u2068').count())
			.isEqualTo(description.chars().filter((c) -> c == '\u2069').count());
	}

	@Provide
	Arbitrary<Object> values() {
		Arbitrary<Object> texts = Arbitraries.strings()
			.withChars("ab \n\r\t\u0085\u2028\u202e\u3164\u0338\u201d\u05d0\"\\•{}[],=<>")
			.ofMaxLength(300)
			.map((text) -> text);
		Arbitrary<Object> leaves = Arbitraries.oneOf(texts, Arbitraries.integers().map((number) -> number),
				Arbitraries.bigIntegers().map((number) -> number));
		return Arbitraries.oneOf(leaves, leaves.list().ofMaxSize(20).map((list) -> list),
				Arbitraries.maps(texts, leaves).ofMaxSize(20).map((map) -> map),
				texts.map((text) -> new Item(text.toString())),
				texts.map((text) -> new Parts(text.toString(), text.toString(), text.toString())));
	}

	/**
	 * A sorted map that was deserialized with its keys out of order finds another value
	 * than the first one.
	 */
	@Test
	void keyWhenDuplicateShowsWholeMap() throws Exception {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		new ObjectOutputStream(bytes).writeObject(new TreeMap<>(Map.of("daa", 1, "dab", 9999, "dac", 2)));
		byte[] changed = bytes.toString(StandardCharsets.ISO_8859_1)
			.replaceAll("da[abc]", "day")
			.getBytes(StandardCharsets.ISO_8859_1);
		Map<?, ?> limits = (Map<?, ?>) new ObjectInputStream(new ByteArrayInputStream(changed)).readObject();
		this.arguments.put("limits", limits);
		assertThat(limits.get("day")).isEqualTo(9999);
		assertThat(describe("#{#limits['day']}")).contains("9999");
	}

	private String describe(String template) {
		Method method = ReflectionUtils.findMethod(Service.class, "call", (Class<?>[]) null);
		@Nullable Object[] values = Arrays.stream(method.getParameters())
			.map((parameter) -> this.arguments.get(parameter.getName()))
			.toArray();
		ArgumentSnapshot snapshot = new SnapshotWriter(List.of(new JsonMapper()), DataSize.ofMegabytes(1), List.of())
			.snapshot(new MethodArguments(Service.class, method, values), new Masking());
		return DescriptionTemplate.parse(template, Service.class, method).describe(snapshot::get);
	}

	record Order(String id, Customer customer, @AirlockSensitive Card card, @AirlockOmitted Item session) {
	}

	record Customer(String name) {
	}

	record Card(int number) {
	}

	record Item(String sku) {
	}

	enum Level {

		HIGH;

		final String label = "high";

	}

	record Parts(String one, String two, String three) {
	}

	static class Service {

		void call(BigDecimal amount, Order order, List<Item> items, Map<String, Object> limits, Optional<Item> maybe,
				Optional<Item> nothing, Object missing, String note, Object any, Parts parts, List<String> texts,
				Optional<List<String>> maybeTexts, BigInteger number) {
		}

	}

}

package io.airlockapp.gateway.approval.argument;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.expression.ParseException;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link DescriptionParser}.
 */
class DescriptionParserTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			Pay #{#order.describe()}                  | a method call ('describe()')
			Pay #{@orders.name}                       | a bean ('@orders')
			Pay #{@orders}                            | a bean ('@orders')
			Pay #{T(java.lang.Math).random()}         | a type ('T(java.lang.Math)')
			Pay #{new String('a')}                    | a constructor ('new String('a')')
			Pay #{#describe(#order)}                  | a function ('#describe(#order)')
			Pay #{#amount > 100 ? 'much' : 'little'}  | a choice
			Pay #{#amount ?: 'nothing'}               | a choice
			Pay #{#amount + 1}                        | an operator ('(#amount + 1)')
			Pay #{-#amount}                           | an operator ('-#amount')
			Pay #{#amount > 100}                      | an operator
			Pay #{#items.![sku]}                      | a projection or selection
			Pay #{#items.?[true]}                     | a projection or selection
			Pay #{#note = 'a'}                        | an assignment
			Pay #{{1, 2}}                             | a list or map
			Pay #{#limits[#note]}                     | a computed index
			Pay #{#limits[day]}                       | a computed index
			Pay #{order}                              | something that is no argument ('order')
			""")
	void refusesWhatComputesSomething(String template, String construct) {
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> parse(template))
			.withMessageContaining(" has " + construct)
			.withMessageContaining("have what it would compute passed as an argument");
	}

	@ParameterizedTest
	@ValueSource(strings = { "none", "this", "root", "a14", "p14", "arg0", "Order" })
	void refusesWhatIsNoParameter(String name) {
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> parse("#{#" + name + "}"))
			.withMessageContaining("'#" + name + "' is no parameter. The method has #order, #amount, #items, #limits,");
	}

	@ParameterizedTest
	@CsvSource({ "#order.none,none", "#order.customer.none,none", "#order.customer.name.length,length",
			"#amount.scale,scale", "#items[0].none,none", "#items.size,size", "#limits['day'].none,none",
			"#limits.day.none,none", "#maybe.none,none", "#array.length,length", "#bean.none,none",
			"#bean.own.none,none", "#box.content.none,none", "#amount['none'],none", "#array['none'],none" })
	void refusesPropertiesThatCanNotBe(String path, String property) {
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> parse("#{" + path + "}"))
			.withMessageContaining(" has no property '" + property + "'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "#order[0]", "#amount[0]", "#order.customer.name[0]" })
	void refusesElementsThatCanNotBe(String path) {
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> parse("#{" + path + "}"))
			.withMessageContaining(" has no element [0]");
	}

	@ParameterizedTest
	@ValueSource(strings = { "#order.id", "#order['id']", "#order['mixed-in'].else", "#order.customer.name",
			"#order.customer_name", "#items[0].sku", "#limits['day'].currency", "#maybe.sku", "#array[3].sku",
			"#bean.name", "#bean.active", "#bean.own.id", "#bean.inherited", "#any.thing[0].else", "#json.thing",
			"#face.thing", "#named.thing", "#box.content.sku", "#raw.thing.else", "#a0.id", "#p1", "#order.when.year" })
	void acceptsWhatMayBe(String path) {
		assertThat(parse("#{" + path + "}").parts()).hasSize(1);
	}

	@Test
	void knowsWhatATypeParameterStandsFor() {
		assertThat(parse("#{#value.id}", Orders.class).parts()).hasSize(1);
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> parse("#{#value.none}", Orders.class))
			.withMessageContaining("has no property 'none'");
		assertThat(parse("#{#value.none}", Values.class).parts()).hasSize(1);
	}

	@Test
	void refusesWhatIsNoTemplate() {
		assertThatExceptionOfType(ParseException.class).isThrownBy(() -> parse("Refund #{#amount"));
	}

	@Test
	void refusesWhatCanBecomeTooLong() {
		parse("x".repeat(DescriptionTemplate.MAX_LENGTH - DescriptionTemplate.MAX_VALUE_LENGTH) + "#{#amount}");
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(
					() -> parse("x".repeat(DescriptionTemplate.MAX_LENGTH - DescriptionTemplate.MAX_VALUE_LENGTH + 1)
							+ "#{#amount}"))
			.withMessageContaining("can become 4001 characters long");
	}

	private static DescriptionTemplate parse(String template) {
		return parse(template, Service.class);
	}

	private static DescriptionTemplate parse(String template, Class<?> type) {
		return DescriptionParser.parse(template, type, ReflectionUtils.findMethod(type, "call", (Class<?>[]) null));
	}

	static class Values<T> {

		void call(T value) {
		}

	}

	static class Orders extends Values<Order> {

	}

	record Order(String id, Customer customer, String customerName, java.time.LocalDate when) {
	}

	record Customer(String name) {
	}

	record Item(String sku) {
	}

	record Money(BigDecimal amount, String currency) {
	}

	record Named(@JsonProperty("thing") String name) {
	}

	record Box<T>(T content) {
	}

	interface Face {

	}

	static class Base {

		public String inherited = "";

	}

	static class Bean extends Base {

		public String getName() {
			return "";
		}

		public boolean isActive() {
			return true;
		}

		public Order own() {
			throw new UnsupportedOperationException();
		}

		public static String none() {
			return "";
		}

	}

	static class Service {

		void call(Order order, BigDecimal amount, List<Item> items, Map<String, Money> limits, Optional<Item> maybe,
				Item[] array, Bean bean, Object any, JsonNode json, Face face, Named named, Box<Item> box,
				@SuppressWarnings("rawtypes") Map raw, String note) {
		}

	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.condition;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.airlockapp.gateway.approval.AirlockSensitive;
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
 * Tests for the parser of {@link DescriptionTemplate}.
 */
class DescriptionTemplateParseTests {

	@ParameterizedTest
	@ValueSource(strings = { "#order.describe()", "@orders.name", "@orders", "T(java.lang.Math).random()",
			"new String('a')", "#describe(#order)", "#amount > 100 ? 'much' : 'little'", "#amount ?: 'nothing'",
			"#amount + 1", "-#amount", "#amount > 100", "#items.![sku]", "#items.?[true]", "#note = 'a'", "{1, 2}",
			"#limits[#note]", "#limits[day]", "#items[-1]", "#items[0L]", "#items.size()", "order", "order.id",
			"#order?.customer" })
	void parseWhenExpressionIsNotPartOfArgumentThrows(String expression) {
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> parse("Pay #{" + expression + "}"))
			.withMessageContainingAll("cannot be shown: ", "have what it would compute passed as an argument")
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("condition", "bean decide"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "none", "this", "root", "a14", "p14", "arg0", "Order" })
	void parseWhenNameIsNotParameterThrows(String name) {
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> parse("#{#" + name + "}"))
			.withMessageContaining(
					"'#" + name + "' is not a parameter. The method has #order, #amount, #items, #limits,");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			has no field 'none', only id, customer | #order.none
			has no field 'describe'               | #order.describe
			has no field 'none'                   | #order.customer.none
			has no field 'length'                 | #order.customer.name.length
			has no field 'scale'                  | #amount.scale
			has no field 'none'                   | #items[0].none
			has no field 'size'                   | #items.size
			has no field 'none'                   | #limits['day'].none
			has no field 'day'; write ['day']     | #limits.day
			has no field 'thing'; write ['thing'] | #json.thing
			has no field 'none'                   | #maybe.none
			has no field 'length'                 | #array.length
			has no field 'none'                   | #bean.none
			has no field 'none'                   | #box.content.none
			has no field 'name'                   | #named.name
			has no keys                           | #amount['none']
			has no keys                           | #array['none']
			has no keys                           | #order['id']
			has no elements                       | #order[0]
			has no elements                       | #limits[0]
			has no elements                       | #order.customer.name[0]
			""")
	void parseWhenDeclaredTypeLacksPartThrows(String message, String path) {
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> parse("#{" + path + "}"))
			.withMessageContaining(message);
	}

	@ParameterizedTest
	@ValueSource(strings = { "#order.id", "#order.customer.name", "#items[0].sku", "#limits['day'].currency",
			"#maybe.sku", "#array[3].sku", "#bean.name", "#bean.own.id", "#bean.inherited", "#bean.pin",
			"#any.thing[0]['else']", "#json['thing'][0]", "#face.thing", "#named.thing", "#box.content.sku",
			"#raw['thing'].else", "#a0.id", "#p1", "'text'", "5" })
	void parseWhenDeclaredTypeMayHavePartSucceeds(String path) {
		assertThat(parse("#{" + path + "}")).isNotNull();
	}

	@Test
	void parseResolvesTypeParameters() {
		assertThat(parse("#{#value.id}", Orders.class)).isNotNull();
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> parse("#{#value.none}", Orders.class))
			.withMessageContaining("has no field 'none'");
		assertThat(parse("#{#value.none}", Values.class)).isNotNull();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			has no keys that are a text  | #fees['EUR']
			has no keys that are a text  | #maybeFees['EUR'].amount
			has no order, so no [0]      | #items[0]
			has no order, so no [1]      | #maybeItems[1].sku
			""")
	void parseWhenContainerHasNoSuchKeysOrIndexesThrows(String message, String path) {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> parse("#{" + path + "}", Unnamed.class))
			.withMessageContaining(message);
	}

	@ParameterizedTest
	@ValueSource(strings = { "#level.label", "#entry.value.sku" })
	void refusesFieldsThatAreNotShown(String path) {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> parse("#{" + path + "}", Unnamed.class))
			.withMessageContaining("has no fields that are shown");
	}

	@Test
	void parseWhenExpressionIsNotClosedThrows() {
		assertThatExceptionOfType(ParseException.class).isThrownBy(() -> parse("Refund #{#amount"));
	}

	@Test
	void parseWhenTemplateHasPlaceholderThrows() {
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> parse("Refund ${amount}"))
			.withMessageContaining("'${...}' is not replaced in a description");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Refund #amount", "Refund {#amount}", "{#amount}, #{#amount}", "#amount.currency",
			"Refund {amount}" })
	void parseWhenTextNamesArgumentThrows(String template) {
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> parse(template))
			.withMessage("it contains the name of the argument 'amount', not its value: write it as '#{#amount}'");
		assertThat(parse("Ticket #1, colour {#ff0000}, #amounts, {amounts}, {the amount}")).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "Refund #{#amount}#{#order.id} now", "Refund #{#amount}#{''}#{#order.id} now" })
	void parseWhenValuesAreNotSeparatedThrows(String template) {
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> parse(template))
			.withMessage("the values of '#{#amount}#{#order.id}' would look like one: write a text between them");
		assertThat(parse("#{#amount} #{#order.id}")).isNotNull();
		assertThat(parse("#{'EUR'}#{#amount}#{'.'}#{#order.id}")).isNotNull();
	}

	@Test
	void parseWhenDescriptionMayExceedMaxLengthThrows() {
		String text = "x".repeat(DescriptionTemplate.MAX_LENGTH - DescriptionTemplate.MAX_VALUE_LENGTH);
		assertThat(parse(text + "#{#amount}")).isNotNull();
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> parse(text + "x#{#amount}"))
			.withMessageContaining("can become 4001 characters long");
	}

	private static DescriptionTemplate parse(String template) {
		return parse(template, Service.class);
	}

	private static DescriptionTemplate parse(String template, Class<?> type) {
		return DescriptionTemplate.parse(template, type, ReflectionUtils.findMethod(type, "call", (Class<?>[]) null));
	}

	static class Values<T> {

		void call(T value) {
		}

	}

	static class Orders extends Values<Order> {

	}

	static class Unnamed {

		void call(Map<Currency, Money> fees, Optional<Map<Long, Money>> maybeFees, Set<Item> items,
				Optional<LinkedHashSet<Item>> maybeItems, Level level, Map.Entry<String, Item> entry) {
		}

	}

	record Order(String id, Customer customer) {

		String describe() {
			return "";
		}

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

	enum Level {

		HIGH;

		final String label = "high";

	}

	static class Base {

		public String inherited = "";

	}

	static class Bean extends Base {

		private String name = "";

		private Order own = new Order("", new Customer(""));

		@AirlockSensitive
		private String pin = "";

		public String getName() {
			return this.name;
		}

		public Order getOwn() {
			return this.own;
		}

	}

	static class Service {

		void call(Order order, BigDecimal amount, List<Item> items, Map<String, Money> limits, Optional<Item> maybe,
				Item[] array, Bean bean, Object any, JsonNode json, Face face, Named named, Box<Item> box,
				@SuppressWarnings("rawtypes") Map raw, String note) {
		}

	}

}

package io.airlockapp.gateway.approval.argument;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.expression.ParseException;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link DescriptionParser}.
 */
class DescriptionParserTests {

	@ParameterizedTest
	@ValueSource(strings = { "Pay #{#order.describe()}", "Pay #{@orders.name}", "Pay #{@orders}",
			"Pay #{T(java.lang.Math).random()}", "Pay #{new String('a')}", "Pay #{#describe(#order)}",
			"Pay #{#amount > 100 ? 'much' : 'little'}", "Pay #{#amount ?: 'nothing'}", "Pay #{#amount + 1}",
			"Pay #{-#amount}", "Pay #{#amount > 100}", "Pay #{#items.![sku]}", "Pay #{#items.?[true]}",
			"Pay #{#note = 'a'}", "Pay #{{1, 2}}", "Pay #{#limits[#note]}", "Pay #{#limits[day]}", "Pay #{order}" })
	void refusesWhatComputesSomething(String template) {
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> parse(template))
			.withMessageContaining(" has something that is no argument ('")
			.withMessageContaining("have what it would compute passed as an argument");
	}

	@ParameterizedTest
	@ValueSource(strings = { "none", "this", "root", "a14", "p14", "arg0", "Order" })
	void refusesWhatIsNoParameter(String name) {
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> parse("#{#" + name + "}"))
			.withMessageContaining("'#" + name + "' is no parameter. The method has #order, #amount, #items, #limits,");
	}

	@ParameterizedTest
	@ValueSource(strings = { "#order.id", "#order['id']", "#order['mixed-in'].else", "#order.customer.name",
			"#order.customer_name", "#items[0].sku", "#limits['day'].currency", "#maybe.sku", "#array[3].sku",
			"#bean.name", "#bean.active", "#bean.own.id", "#bean.inherited", "#any.thing[0].else", "#json.thing",
			"#face.thing", "#named.thing", "#box.content.sku", "#raw.thing.else", "#a0.id", "#p1" })
	void acceptsWhatMayBe(String path) {
		assertThat(parse("#{" + path + "}").parts()).hasSize(1);
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
		return DescriptionParser.parse(template, ReflectionUtils.findMethod(Service.class, "call", (Class<?>[]) null));
	}

	static class Service {

		void call(Object order, Object amount, Object items, Object limits, Object maybe, Object array, Object bean,
				Object any, Object json, Object face, Object named, Object box, Object raw, String note) {
		}

	}

}

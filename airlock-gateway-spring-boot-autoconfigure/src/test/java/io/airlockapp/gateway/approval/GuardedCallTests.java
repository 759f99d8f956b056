package io.airlockapp.gateway.approval;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.airlockapp.gateway.ApprovalUnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.expression.common.TemplateParserContext;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link GuardedCall}.
 */
class GuardedCallTests {

	@ParameterizedTest
	@MethodSource("unrepeatable")
	void nobodyIsAskedAboutWhatIsNotTheSameWhenItIsReadAgain(Object value) {
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> call(value, "Pay").toRequest())
			.withMessageNotContaining("s3cr3t");
	}

	static List<Object> unrepeatable() {
		return List.of(new Page(Stream.of("s3cr3t")), Map.of("a", List.of("s3cr3t").iterator()),
				new Page(List.of(Stream.of("s3cr3t"))), new Counting(),
				(Iterable<String>) Stream.of("s3cr3t")::iterator);
	}

	@Test
	void whatMakesAStreamEachTimeIsRepeatable() {
		GuardedCall call = call(new Basket(List.of("a")), "Pay");
		assertThat(call.toRequest().getCommandText())
			.isEqualTo("Service.call(value={@type=GuardedCallTests.Basket, items=[a], names=•••})");
		assertThat(call.isUnchanged()).isTrue();
	}

	private static GuardedCall call(Object value, String description) {
		Method method = ReflectionUtils.findMethod(Service.class, "call", (Class<?>[]) null);
		ArgumentWriter writer = new ArgumentWriter(new JsonMapper());
		return new GuardedCall(
				new ApprovalAttribute("Pay",
						new SpelExpressionParser().parseExpression(description, new TemplateParserContext()), null,
						null, null, "default", false),
				new MethodArguments(Service.class, method, new Object[] { value }),
				new ApprovalExpressions(new DefaultListableBeanFactory()), () -> writer, false);
	}

	record Page(Object items) {
	}

	static class Counting {

		private int count;

		public int getCount() {
			return ++this.count;
		}

	}

	record Basket(@JsonIgnore List<String> names) {

		public Stream<String> getItems() {
			return this.names.stream();
		}

	}

	static class Service {

		void call(Object value) {
		}

	}

}

package io.airlockapp.gateway.approval;

import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.airlockapp.gateway.ApprovalUnavailableException;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.modifier.Visibility;
import net.bytebuddy.description.type.TypeDescription;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
		assertThat(call.toRequest().getCommandText()).isEqualTo("Service.call(value={items=[a]})");
		assertThat(call.isUnchanged()).isTrue();
	}

	@Test
	void describingLoadsNothing() {
		Order order = new Order();
		GuardedCall call = call(order, "Pay #{#value}");
		assertThat(call.toRequest().getDescription()).isEqualTo("Pay Order 17");
		assertThat(order.lines.loaded).isFalse();
		assertThat(call.isUnchanged()).isTrue();
	}

	@Test
	void whatDescribingLoadsIsShown() {
		GuardedCall call = call(new Order(), "Pay #{#value} of #{#value.size()}");
		assertThat(call.toRequest().getCommandText()).contains("lines=[line]");
		assertThat(call.isUnchanged()).isTrue();
	}

	@Test
	void textOfWhatCannotBeLookedIntoIsHidden(@TempDir Path directory) throws Exception {
		TypeDescription missing = new ByteBuddy().subclass(Object.class)
			.name("missing.Missing")
			.make()
			.getTypeDescription();
		new ByteBuddy().subclass(Object.class)
			.name("missing.Library")
			.modifiers(Visibility.PUBLIC)
			.defineField("missing", missing, Visibility.PRIVATE)
			.make()
			.saveIn(directory.toFile());
		try (URLClassLoader loader = new URLClassLoader(new URL[] { directory.toUri().toURL() })) {
			Object library = loader.loadClass("missing.Library").getConstructor().newInstance();
			assertThat(call(new Using(library), "Pay #{#value}").toRequest().getDescription()).isEqualTo("Pay •••");
		}
	}

	private static GuardedCall call(Object value, String description) {
		Method method = ReflectionUtils.findMethod(Service.class, "call", (Class<?>[]) null);
		ArgumentWriter writer = new ArgumentWriter(new JsonMapper());
		return new GuardedCall(
				new ApprovalAttribute("Pay",
						new SpelExpressionParser().parseExpression(description, new TemplateParserContext()), null,
						null, null, "default", false),
				new MethodArguments(Service.class, method, new Object[] { value }),
				new ApprovalExpressions(new DefaultListableBeanFactory()), () -> writer, new Caller(false, null));
	}

	record Page(Object items) {
	}

	record Using(@JsonIgnore Object library) {

		public String getName() {
			return "name";
		}

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

	static class Order {

		private final LazyLines lines = new LazyLines();

		public @Nullable List<String> getLines() {
			return this.lines.loaded ? this.lines : null;
		}

		public int size() {
			return this.lines.size();
		}

		@Override
		public String toString() {
			return "Order 17";
		}

	}

	static class LazyLines extends AbstractList<String> {

		private boolean loaded;

		@Override
		public String get(int index) {
			this.loaded = true;
			return "line";
		}

		@Override
		public int size() {
			this.loaded = true;
			return 1;
		}

	}

	static class Service {

		void call(Object value) {
		}

	}

}

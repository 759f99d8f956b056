package io.airlockapp.gateway.approval.snapshot;

import java.io.ByteArrayInputStream;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.AbstractCollection;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.AirlockSensitive;
import io.airlockapp.gateway.approval.snapshot.Masking;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.ser.std.ToStringSerializer;

import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ArgumentWriter}.
 */
class ArgumentWriterTests {

	private final Masking masking = new Masking();

	private final ArgumentWriter writer = new ArgumentWriter(new JsonMapper());

	@Test
	void keepsNumbersExact() {
		assertThat(write("numbers", 42, new BigDecimal("2.50"), 9007199254740993L, 0.1, 1.5f))
			.hasToString("{\"a\":42,\"b\":\"2.50\",\"c\":\"9007199254740993\",\"d\":\"0.1\",\"e\":\"1.5\"}");
	}

	@Test
	void writesAsTheApplicationDoes() {
		ArgumentWriter snakeCase = new ArgumentWriter(
				JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build());
		assertThat(snakeCase.write(arguments("object", new Item("A", 1)), this.masking)).hasToString(
				"{\"value\":{\"@type\":\"ArgumentWriterTests.Item\",\"article_number\":\"A\",\"item_count\":1}}");
	}

	@Test
	void seesAChangeOfWhatIsShown() {
		StringBuilder text = new StringBuilder("a");
		Map<String, Object> value = new LinkedHashMap<>(Map.of("text", List.of(text)));
		String before = ArgumentWriter.digest(write("object", value));
		assertThat(ArgumentWriter.digest(write("object", value))).isEqualTo(before);
		value.put("more", 1);
		assertThat(ArgumentWriter.digest(write("object", value))).isNotEqualTo(before);
	}

	@Test
	void seesAChangeOfWhatIsMasked() {
		Secret secret = new Secret();
		String before = ArgumentWriter.digest(write("object", secret));
		assertThat(write("object", secret).toString()).doesNotContain("s3cr3t");
		assertThat(ArgumentWriter.digest(write("object", secret))).isEqualTo(before);
		secret.field = "other";
		assertThat(ArgumentWriter.digest(write("object", secret))).isNotEqualTo(before);
	}

	@ParameterizedTest
	@MethodSource("marked")
	void masksWhateverTheMarkIsOn(Object value) {
		assertThat(write("object", value).toString()).doesNotContain("s3cr3t").contains("••• hmac-sha256:");
	}

	static Stream<Object> marked() {
		String captured = "name";
		class Local extends Person {

			Local(@AirlockSensitive String iban) {
				super(captured, iban);
			}

		}
		return Stream.of(new Person("Ann", "s3cr3t"), new Child("s3cr3t"), new Local("s3cr3t"), new Renamed("s3cr3t"),
				new ByConstructor("s3cr3t"), new Shouting(), new WithSetter(), new Inheriting(), new Iban("s3cr3t"),
				List.of(new Iban("s3cr3t")), new WithUsing("s3cr3t"), new Texted("s3cr3t"), new RenamedChild("s3cr3t"));
	}

	@Test
	void masksNullsThatAConstructorMarks() {
		assertThat(write("object", new RenamedChild(null)).at("/value/iban").stringValue())
			.startsWith("••• hmac-sha256:");
	}

	@Test
	void masksWhatASerializerOfTheApplicationWrites() {
		ArgumentWriter writer = new ArgumentWriter(JsonMapper.builder()
			.addModule(new SimpleModule().addSerializer(Texted.class, ToStringSerializer.instance))
			.build());
		assertThat(writer.write(arguments("object", new Texted("s3cr3t")), this.masking).path("value").stringValue())
			.startsWith("••• hmac-sha256:");
	}

	@Test
	void writesLocalClassesWhoseConstructorsAreAnnotated() {
		String captured = "a";
		class Local {

			public final String text;

			Local(@JsonProperty("text") String text) {
				this.text = text + captured;
			}

		}
		assertThat(write("object", new Local("b")).at("/value/text").stringValue()).isEqualTo("ba");
	}

	@Test
	void masksWhatIsMarkedInTheConstructorOnly() {
		assertThat(write("object", new Person("Ann", "s3cr3t")).at("/value/name").stringValue()).isEqualTo("Ann");
		assertThat(write("object", new Person("Ann", "s3cr3t")).at("/value/iban").stringValue())
			.startsWith("••• hmac-sha256:");
	}

	@Test
	void masksNullsToo() {
		Secret secret = new Secret();
		secret.field = null;
		assertThat(write("object", secret).at("/value/field").stringValue()).startsWith("••• hmac-sha256:");
		assertThat(write("sensitive", (Object) null).path("value").stringValue()).startsWith("••• hmac-sha256:");
	}

	@Test
	void masksEqualValuesDifferentlyInOtherCalls() {
		ObjectNode first = this.writer.write(arguments("sensitive", "1234"), new Masking());
		ObjectNode second = this.writer.write(arguments("sensitive", "1234"), new Masking());
		assertThat(first).isNotEqualTo(second);
	}

	@Test
	void writesObjectsWithoutMembersAndEmptyCollections() {
		assertThat(write("object", List.of(new Nothing(), Map.of(), List.of())))
			.hasToString("{\"value\":[{\"@type\":\"ArgumentWriterTests.Nothing\"},{},[]]}");
	}

	@ParameterizedTest
	@MethodSource("unusable")
	void refusesWhatCannotBeShown(Object value, String reason) {
		assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(() -> write("object", value))
			.withMessageStartingWith("Argument 'value' of Methods.object can't be shown to the approver")
			.withMessageContaining(reason)
			.withMessageNotContaining("s3cr3t");
	}

	static Stream<Object[]> unusable() {
		Map<Object, Object> clash = new LinkedHashMap<>();
		clash.put(1, "s3cr3t");
		clash.put("1", "b");
		Object deep = "s3cr3t";
		for (int i = 0; i < 70; i++) {
			deep = List.of(deep);
		}
		return Stream.of(new Object[] { Stream.of("s3cr3t"), "only once" },
				new Object[] { List.of("s3cr3t").iterator(), "only once" },
				new Object[] { CompletableFuture.completedFuture("s3cr3t"), "is not there yet" },
				new Object[] { new OnceOnly(), "only once" },
				new Object[] { new BitSet(), "a java.util.BitSet is no data" },
				new Object[] { List.of(new BitSet()), "a java.util.BitSet is no data" },
				new Object[] { Map.of(new Iban("s3cr3t"), 1), "has no text" },
				new Object[] { new ByteArrayInputStream(new byte[1]), "only once" },
				new Object[] { new Object(), "no properties of" },
				new Object[] { new Hidden("s3cr3t"), "no properties of" }, new Object[] { (Runnable) () -> {
				}, "a lambda is no data" }, new Object[] { new OwnText(), "no properties of" },
				new Object[] { new Marked(), "no properties of" },
				new Object[] { List.of(Map.of("a", new Marked())), "no properties of" },
				new Object[] { Map.of(new Item("s3cr3t", 1), 1), "has no text" },
				new Object[] { new ByItem(Map.of(new Item("s3cr3t", 1), 1)), "has no text" },
				new Object[] { new Failing(), "can't be written as JSON" },
				new Object[] { clash, "can't be written as JSON" }, new Object[] { deep, "" },
				new Object[] { "s3cr3t \ud800", "surrogate" });
	}

	private ObjectNode write(String method, Object... values) {
		return this.writer.write(arguments(method, (values != null) ? values : new Object[] { null }), this.masking);
	}

	private static MethodArguments arguments(String name, Object... values) {
		Method method = Arrays.stream(Methods.class.getDeclaredMethods())
			.filter((candidate) -> candidate.getName().equals(name))
			.findFirst()
			.orElseThrow();
		return new MethodArguments(Methods.class, method, values);
	}

	@Test
	void writesMapsWithKeysThatSayHow() {
		Map<Object, Object> map = new LinkedHashMap<>();
		map.put(Severity.HIGH, 2);
		map.put(7, 3);
		map.put(LocalDate.of(2026, 1, 31), 4);
		map.put(Optional.class, 5);
		assertThat(write("object", map))
			.hasToString("{\"value\":{\"HIGH\":2,\"7\":3,\"2026-01-31\":4,\"java.util.Optional\":5}}");
		assertThat(write("object", new EnumMap<>(Map.of(Severity.HIGH, 2)))).hasToString("{\"value\":{\"HIGH\":2}}");
	}

	static class Methods {

		void numbers(int a, BigDecimal b, long c, double d, float e) {
		}

		void object(Object value) {
		}

		void sensitive(@AirlockSensitive Object value) {
		}

	}

	record Nothing() {
	}

	@Configuration
	static class Marked {

		private final String value = "s3cr3t";

		@Override
		public String toString() {
			return this.value;
		}

	}

	record Item(String articleNumber, int itemCount) {
	}

	record Iban(@JsonValue @AirlockSensitive String text) {
	}

	static class OnceOnly extends AbstractCollection<String> implements Iterator<String> {

		@Override
		public Iterator<String> iterator() {
			return this;
		}

		@Override
		public int size() {
			return 1;
		}

		@Override
		public boolean hasNext() {
			return false;
		}

		@Override
		public String next() {
			throw new NoSuchElementException();
		}

	}

	record ByItem(Map<Item, Integer> counts) {
	}

	enum Severity {

		HIGH

	}

	static class Secret {

		@AirlockSensitive
		public String field = "s3cr3t";

		@AirlockSensitive
		public String getText() {
			return "s3cr3t";
		}

	}

	static class Person {

		private final String name;

		private final String iban;

		Person(String name, @AirlockSensitive String iban) {
			this.name = name;
			this.iban = iban;
		}

		public String getName() {
			return this.name;
		}

		public String getIban() {
			return this.iban;
		}

	}

	static class Unmarked {

		private final String iban;

		Unmarked(String iban) {
			this.iban = iban;
		}

		public String getIban() {
			return this.iban;
		}

	}

	static class Child extends Unmarked {

		Child(@AirlockSensitive String iban) {
			super(iban);
		}

	}

	static class RenamedChild extends Unmarked {

		RenamedChild(@AirlockSensitive String account) {
			super(account);
		}

	}

	static class Texted extends Unmarked {

		Texted(@AirlockSensitive String iban) {
			super(iban);
		}

		@Override
		public String toString() {
			return getIban();
		}

	}

	@JsonSerialize(using = ToStringSerializer.class)
	static class OwnText {

		@AirlockSensitive
		private final String iban = "s3cr3t";

		@Override
		public String toString() {
			return this.iban;
		}

	}

	static class Renamed {

		private final String number;

		Renamed(@AirlockSensitive String cardNumber) {
			this.number = cardNumber;
		}

		public String getNumber() {
			return this.number;
		}

	}

	record ByConstructor(String iban) {

		ByConstructor(@AirlockSensitive String iban) {
			this.iban = iban;
		}

	}

	static class Shouting {

		@AirlockSensitive
		private final String iban = "s3cr3t";

		public String getIBAN() {
			return this.iban;
		}

	}

	static class WithSetter {

		private String iban = "s3cr3t";

		public String getIban() {
			return this.iban;
		}

		public void setIban(@AirlockSensitive String iban) {
			this.iban = iban;
		}

	}

	interface HasIban {

		@AirlockSensitive
		String getIban();

	}

	static class Inheriting extends Unmarked implements HasIban {

		Inheriting() {
			super("s3cr3t");
		}

	}

	record WithUsing(@AirlockSensitive @JsonSerialize(using = ToStringSerializer.class) String iban) {
	}

	static class Hidden {

		@JsonIgnore
		public final String value;

		Hidden(String value) {
			this.value = value;
		}

	}

	static class Failing {

		public String getValue() {
			throw new IllegalStateException("s3cr3t");
		}

	}

}

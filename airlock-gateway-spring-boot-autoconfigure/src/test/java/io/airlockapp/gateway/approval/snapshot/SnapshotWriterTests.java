/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.AbstractCollection;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonFilter;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIdentityInfo;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.annotation.JsonView;
import com.fasterxml.jackson.annotation.ObjectIdGenerators;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.AirlockOmitted;
import io.airlockapp.gateway.approval.AirlockSensitive;
import io.airlockapp.gateway.approval.ArgumentFormatter;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.SimpleFilterProvider;
import tools.jackson.databind.ser.std.ToStringSerializer;

import org.springframework.dao.QueryTimeoutException;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SnapshotWriter} and {@link ArgumentSnapshot}.
 */
class SnapshotWriterTests {

	private final ShownArgument argument = new ShownArgument(Methods.class);

	@Test
	void argumentsAreWrittenByName() {
		Method method = Arrays.stream(Methods.class.getDeclaredMethods())
			.filter((candidate) -> candidate.getName().equals("numbers"))
			.findFirst()
			.orElseThrow();
		MethodArguments arguments = new MethodArguments(Methods.class, method,
				new Object[] { 42, new BigDecimal("2.50"), 9007199254740993L, 0.1, 1.5f });
		assertThat(new SnapshotWriter(new JsonMapper()).snapshot(arguments, new Masking()).toJson())
			.hasToString("{\"a\":42,\"b\":\"2.50\",\"c\":\"9007199254740993\",\"d\":\"0.1\",\"e\":\"1.5\"}");
	}

	@Test
	void objectsAreWrittenWithTheirClasses() {
		assertThat(this.argument.write("object", new Item("A", List.of(1)))).hasToString(
				"{\"value\":{\"@type\":\"%s$Item\",\"number\":\"A\",\"counts\":[{\"@type\":\"java.lang.Integer\",\"@value\":1}]}}"
					.formatted(getClass().getName()));
		assertThat(this.argument.write("texts", Map.of("a", "b"))).hasToString("{\"value\":[\"a\",\"b\"]}");
		assertThat(this.argument.write("leftOut", "a")).hasToString("{\"value\":{\"@omitted\":true}}");
		assertThat(this.argument.write("sensitive", "a").toString())
			.matches("\\{\"value\":\\{\"@masked\":\"hmac-sha256:[0-9a-f]{64}\"}}");
	}

	@ParameterizedTest
	@MethodSource("mappers")
	void mapperOfApplicationDoesNotAffectCommand(UnaryOperator<JsonMapper.Builder> customizer) {
		SnapshotWriter writer = new SnapshotWriter(customizer.apply(JsonMapper.builder()).build());
		ShownArgument customized = new ShownArgument(Methods.class, writer);
		assertThat(customized.command("shaped", new Shaped()))
			.isEqualTo("{articleNumber=A, nothing=null, zero=0, date=1970-01-01T00:00:00.123Z, inner={name=a}, "
					+ "text=\"a\\\\b\", amount=5.99, byText={name=a}, byValue={name=a}, byId={name=a}, filtered={name=a}, "
					+ "view=a, level=HIGH, action=Refund{amount=5}, bytes=\"AQ==\", single=[a]}");
	}

	static Stream<Named<UnaryOperator<JsonMapper.Builder>>> mappers() {
		return Stream.of(mapper("none", (builder) -> builder),
				mapper("naming", (builder) -> builder.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)),
				mapper("inclusion",
						(builder) -> builder.changeDefaultPropertyInclusion((inclusion) -> JsonInclude.Value
							.construct(JsonInclude.Include.NON_DEFAULT, JsonInclude.Include.NON_NULL))),
				mapper("features",
						(builder) -> builder
							.enable(SerializationFeature.WRAP_ROOT_VALUE,
									SerializationFeature.WRITE_SINGLE_ELEM_ARRAYS_UNWRAPPED)
							.enable(EnumFeature.WRITE_ENUMS_USING_TO_STRING, EnumFeature.WRITE_ENUMS_USING_INDEX)
							.enable(MapperFeature.USE_STATIC_TYPING, MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)),
				mapper("time zone", (builder) -> builder.defaultTimeZone(TimeZone.getTimeZone("Asia/Tokyo"))),
				mapper("filters",
						(builder) -> builder.filterProvider(new SimpleFilterProvider().addFilter("filter",
								tools.jackson.databind.ser.std.SimpleBeanPropertyFilter.serializeAllExcept("name")))),
				mapper("type ids",
						(builder) -> builder.activateDefaultTyping(
								BasicPolymorphicTypeValidator.builder().allowIfSubType(Object.class).build())),
				mapper("serializers",
						(builder) -> builder
							.addModule(new SimpleModule().addSerializer(String.class, new Shortening<>())
								.addSerializer(BigDecimal.class, new Shortening<>())
								.addSerializer(byte[].class, new Shortening<>())
								.addSerializer(Part.class, new Shortening<>()))));
	}

	private static Named<UnaryOperator<JsonMapper.Builder>> mapper(String name,
			UnaryOperator<JsonMapper.Builder> customizer) {
		return Named.of(name, customizer);
	}

	@Test
	void findChangeWhenShownValueChangesReturnsIt() {
		StringBuilder text = new StringBuilder("a");
		Map<String, Object> value = new LinkedHashMap<>(Map.of("text", List.of(text)));
		ArgumentSnapshot snapshot = this.argument.snapshot("object", value);
		String before = snapshot.toJson().toString();
		assertThat(snapshot.findChange()).isNull();
		text.append("b");
		assertThat(snapshot.findChange()).isNotNull();
		text.setLength(1);
		value.put("more", 1);
		assertThat(snapshot.findChange()).isNotNull();
		assertThat(snapshot.toJson()).hasToString(before);
		value.remove("more");
		assertThat(snapshot.findChange()).isNull();
	}

	@Test
	void findChangeWhenArgumentIsNoLongerReadableReturnsIt() {
		StringBuilder text = new StringBuilder("a");
		ArgumentSnapshot snapshot = this.argument.snapshot("object", text);
		snapshot.toJson();
		text.append('\ud800');
		assertThat(snapshot.findChange()).isNotNull();
	}

	@Test
	void argumentIsNotReadBeforeFirstGet() {
		ArgumentSnapshot snapshot = this.argument.snapshot("object", Stream.of(1));
		assertThat(snapshot.findChange()).isNull();
		assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(() -> snapshot.get(0));
	}

	@Test
	void sensitiveArgumentsAreMaskedAndBound() {
		assertThat(this.argument.write("sensitive", "s3cr3t").toString()).doesNotContain("s3cr3t");
		assertThat(this.argument.command("sensitive", "s3cr3t")).isEqualTo("•••");
		assertThat(this.argument.command("sensitive", null)).isEqualTo("•••");
		assertThat(this.argument.digest("sensitive", "a")).isEqualTo(this.argument.digest("sensitive", "a"))
			.isNotEqualTo(this.argument.digest("sensitive", "b"))
			.isNotEqualTo(this.argument.digest("sensitive", null));
	}

	@Test
	void argumentsThatAreLeftOutAreNotRead() {
		assertThat(this.argument.command("leftOut", Thread.currentThread())).isEqualTo("(left out)");
		assertThat(this.argument.digest("leftOut", "a")).isEqualTo(this.argument.digest("leftOut", Stream.of(1)));
	}

	@Test
	void equalValuesAreMaskedDifferentlyInOtherCalls() {
		assertThat(this.argument.snapshotOfAnotherCall("sensitive", "1234").toJson())
			.isNotEqualTo(this.argument.snapshotOfAnotherCall("sensitive", "1234").toJson());
	}

	@Test
	void comparableDigestIncludesHiddenValues() {
		String digest = this.argument.snapshotOfAnotherCall("sensitive", "a").comparableDigest();
		assertThat(this.argument.snapshotOfAnotherCall("sensitive", "a").comparableDigest()).isEqualTo(digest);
		assertThat(this.argument.snapshotOfAnotherCall("sensitive", "b").comparableDigest()).isNotEqualTo(digest);
		assertThat(this.argument.snapshotOfAnotherCall("object", List.of(1, "a")).comparableDigest())
			.isEqualTo(this.argument.snapshotOfAnotherCall("object", List.of(1, "a")).comparableDigest())
			.isNotEqualTo(this.argument.snapshotOfAnotherCall("object", List.of(1, "b")).comparableDigest());
	}

	@ParameterizedTest
	@MethodSource("unrepeatable")
	void argumentThatIsNotTheSameWhenItIsReadAgainIsRefused(Object value) {
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> this.argument.write("object", value))
			.withMessageContaining("Argument 'value' of Methods.object is not the same when it is read again")
			.withMessageNotContaining("s3cr3t");
	}

	static Stream<Object> unrepeatable() {
		return Stream.of(new Counting(), List.of(new Counting()), Map.of("a", new Counting()), new OnceOnly());
	}

	@Test
	void refusalWhenSecondReadingDiffersNamesPath() {
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> this.argument.write("object", new Item("A", List.of(1, new Counting()))))
			.withMessageContaining("at 'value.counts[1][0]'");
	}

	@ParameterizedTest
	@MethodSource("failing")
	void argumentWhenReadingItFailsIsRefusedAsInvalidUsage(Throwable failure) {
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> this.argument.write("object", List.of(new Unreadable(failure))))
			.withMessage(
					"Argument 'value' of Methods.object cannot be shown to the approver, so it cannot be approved: at "
							+ "'value[0]', it cannot be read (%s). Pass plain data, or leave it out with @AirlockOmitted",
					failure.getClass().getSimpleName());
	}

	static Stream<Throwable> failing() {
		return Stream.of(new IllegalStateException("s3cr3t"), new NoClassDefFoundError("s3cr3t"),
				new StackOverflowError(), new OutOfMemoryError("s3cr3t"), new QueryTimeoutException("s3cr3t"));
	}

	@Test
	void argumentsAreLimitedWhileTheyAreRead() {
		for (String method : List.of("object", "sensitive")) {
			Endless endless = new Endless();
			assertThatExceptionOfType(InvalidApprovalUsageException.class)
				.isThrownBy(() -> this.argument.write(method, endless))
				.withMessageContainingAll("Argument 'value' of ",
						"larger than 65536 bytes. Pass less, such as an id, or raise 'airlock.gateway.approval.max-size");
			assertThat(endless.read).isLessThan(70_000);
		}
	}

	@ParameterizedTest
	@MethodSource("large")
	void argumentsWhenLargerThanLimitAreRefused(Object value) {
		ShownArgument limited = new ShownArgument(Methods.class,
				new SnapshotWriter(List.of(new JsonMapper()), DataSize.ofBytes(1000), List.of()));
		assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(() -> limited.write("object", value))
			.withMessageContaining("larger than 1000 bytes");
	}

	@Test
	void valuesAsLargeAsTheLimitAreWritten() {
		assertThat(this.argument.write("object", "x".repeat(65_000)).toString()).hasSizeGreaterThan(65_000);
		assertThat(this.argument.write("object", new byte[48_000])).isNotEmpty();
		assertThat(this.argument.write("object", BigInteger.TEN.pow(60_000))).isNotEmpty();
		for (Object value : List.of("x".repeat(65_536), new byte[49_152], BigInteger.TEN.pow(65_536))) {
			assertThatExceptionOfType(InvalidApprovalUsageException.class)
				.isThrownBy(() -> this.argument.write("object", value))
				.withMessageContaining("larger than 65536 bytes");
		}
	}

	/**
	 * The text of such a number would take minutes.
	 */
	@Test
	void numberWithMillionsOfDigitsIsRefusedBeforeItBecomesText() {
		BigDecimal number = new BigDecimal(BigInteger.ONE.shiftLeft(100_000_000), 5);
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> this.argument.write("object", number))
			.withMessageContaining("larger than 65536 bytes");
	}

	static Stream<Named<Object>> large() {
		LongName[] named = new LongName[20];
		Arrays.fill(named, new LongName());
		return Stream.of(Named.of("elements", Collections.nCopies(600, Optional.empty())),
				Named.of("classes", Collections.nCopies(100, new Empty())), Named.of("names of fields", named),
				Named.of("name of the argument", "a".repeat(992)),
				Named.of("credential", "s3cr3t".repeat(200).toCharArray()));
	}

	@Test
	void formatterShowsAndBindsAValueByItsText() {
		ShownArgument formatted = formatted("EUR 5");
		assertThat(formatted.command("amount", new Amount())).isEqualTo("\"EUR 5\"");
		assertThat(formatted.command("object", new Amount())).isEqualTo("Amount(\"EUR 5\")");
		assertThat(formatted.command("amount", new Price())).isEqualTo("Price(\"EUR 5\")");
		assertThat(formatted.digest("object", new Amount())).isEqualTo(formatted.digest("object", new Amount()))
			.isNotEqualTo(formatted.digest("object", new Price()))
			.isNotEqualTo(formatted.digest("object", "EUR 5"));
		assertThat(formatted.command("sensitive", new Amount())).isEqualTo("•••");
		assertThat(formatted.command("object", new Empty())).isEqualTo("Empty{}");
	}

	@Test
	void formatterOfClassIsNotUsedForSubclassWithFurtherFields() {
		ShownArgument formatted = new ShownArgument(Methods.class, writer(Total.class, "EUR 5"));
		assertThat(formatted.command("object", new Total())).isEqualTo("Total(\"EUR 5\")");
		assertThat(formatted.command("object", new Discount(1))).isEqualTo("Discount{percent=1}");
		assertThat(formatted.digest("object", new Discount(1)))
			.isNotEqualTo(formatted.digest("object", new Discount(2)));
		assertThat(formatted.command("object", Bonus.MODULE$)).isEqualTo("Bonus{percent=•••}");
		ShownArgument abstractly = new ShownArgument(Methods.class, writer(Payable.class, "EUR 5"));
		assertThat(abstractly.command("object", new Discount(1))).isEqualTo("Discount(\"EUR 5\")");
	}

	@Test
	void formatterWithoutAValidTextIsRefused() {
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> formatted(null).write("object", List.of(new Amount())))
			.withMessageContainingAll("at 'value[0]', the ArgumentFormatter ", "returns no text");
		SnapshotWriter failing = writer(Amount.class, () -> {
			throw new IllegalStateException("secret");
		});
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> new ShownArgument(Methods.class, failing).command("object", new Amount()))
			.withMessageContaining("Tests$1 failed (IllegalStateException)")
			.withMessageNotContaining("secret");
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> formatted("\ud800").digest("object", new Amount()))
			.withMessageContaining("surrogate");
	}

	@Test
	void formatterForATypeOfJavaIsRefused() {
		assertThatExceptionOfType(UnguardableMethodException.class).isThrownBy(() -> writer(String.class, "a"))
			.withMessageContaining("is for java.lang.String, which is a type of Java");
		assertThatExceptionOfType(UnguardableMethodException.class).isThrownBy(() -> writer(Level.class, "a"))
			.withMessageContaining("$Level, which is a type of Java or an enum");
	}

	private static ShownArgument formatted(@Nullable String text) {
		return new ShownArgument(Methods.class, writer(Amount.class, text));
	}

	private static <T> SnapshotWriter writer(Class<T> type, @Nullable String text) {
		return writer(type, () -> text);
	}

	@SuppressWarnings("NullAway")
	private static <T> SnapshotWriter writer(Class<T> type, Supplier<@Nullable String> text) {
		ArgumentFormatter<T> formatter = new ArgumentFormatter<>() {

			@Override
			public Class<T> getType() {
				return type;
			}

			@Override
			public String format(T value) {
				return text.get();
			}

		};
		return new SnapshotWriter(List.of(new JsonMapper()), DataSize.ofKilobytes(64), List.of(formatter));
	}

	interface Methods {

		void numbers(int a, BigDecimal b, long c, double d, float e);

		void object(Object value);

		void amount(Amount value);

		void texts(Map<String, String> value);

		void sensitive(@AirlockSensitive Object value);

		void leftOut(@AirlockOmitted Object value);

		void shaped(Shaped value);

	}

	record Item(String number, List<Object> counts) {
	}

	record Empty() {
	}

	record LongName(@Nullable Object nameOfAFieldThatIsSoLongThatTwentyOfThemAreLargerThanTheLimit) {

		LongName() {
			this(null);
		}

	}

	static class Price extends Amount {

	}

	interface Payable {

	}

	static class Total implements Payable {

	}

	/**
	 * Compiled as an object of Scala.
	 */
	private static final class Bonus extends Total {

		public static final Bonus MODULE$ = new Bonus();

		private static int percent = 1;

	}

	static class Discount extends Total {

		public final int percent;

		Discount(int percent) {
			this.percent = percent;
		}

	}

	static class Amount {

		private final Thread thread = Thread.currentThread();

		int priority() {
			return this.thread.getPriority();
		}

	}

	static class Shaped {

		public String articleNumber = "A";

		@JsonInclude(JsonInclude.Include.NON_NULL)
		public @Nullable String nothing;

		@JsonInclude(JsonInclude.Include.NON_DEFAULT)
		public int zero;

		@JsonFormat(shape = JsonFormat.Shape.STRING, pattern = "yyyy")
		public Date date = new Date(123);

		@JsonUnwrapped(prefix = "inner_")
		public Part inner = new Part();

		@JsonSerialize(using = Shortening.class)
		public String text = "a\\b";

		@JsonSerialize(as = Comparable.class)
		public BigDecimal amount = new BigDecimal("5.99");

		public ByText byText = new ByText();

		public ByValue byValue = new ByValue();

		public ById byId = new ById();

		public Filtered filtered = new Filtered();

		@JsonView(Runnable.class)
		public String view = "a";

		public Level level = Level.HIGH;

		public Action action = new Refund(5);

		public byte[] bytes = { 1 };

		public List<String> single = List.of("a");

	}

	static class Part {

		public String name = "a";

	}

	@JsonSerialize(using = ToStringSerializer.class)
	static class ByText extends Part {

		@Override
		public String toString() {
			return "text";
		}

	}

	static class ByValue extends Part {

		@JsonValue
		public String text() {
			return "text";
		}

	}

	@JsonIdentityInfo(generator = ObjectIdGenerators.PropertyGenerator.class, property = "name")
	static class ById extends Part {

	}

	@JsonFilter("filter")
	static class Filtered extends Part {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
	interface Action {

	}

	record Refund(int amount) implements Action {
	}

	enum Level {

		HIGH;

		@JsonValue
		String code() {
			return "same";
		}

		@Override
		public String toString() {
			return "same";
		}

	}

	static class Shortening<T> extends ValueSerializer<T> {

		@Override
		public void serialize(T value, JsonGenerator generator, SerializationContext context) {
			generator.writeString("short");
		}

	}

	static class Counting extends AbstractList<Integer> {

		@AirlockOmitted
		private int count;

		@Override
		public Integer get(int index) {
			return ++this.count;
		}

		@Override
		public int size() {
			return 1;
		}

	}

	static class OnceOnly extends AbstractCollection<String> {

		@AirlockOmitted
		private boolean read;

		@Override
		public Iterator<String> iterator() {
			Iterator<String> iterator = this.read ? List.<String>of().iterator() : List.of("s3cr3t").iterator();
			this.read = true;
			return iterator;
		}

		@Override
		public int size() {
			return 1;
		}

		@Override
		public String toString() {
			return "OnceOnly";
		}

	}

	static class Endless extends AbstractList<String> {

		private int read;

		@Override
		public String get(int index) {
			this.read++;
			return "x";
		}

		@Override
		public int size() {
			return Integer.MAX_VALUE;
		}

	}

	static class Unreadable extends AbstractList<String> {

		@AirlockOmitted
		private final Throwable failure;

		Unreadable(Throwable failure) {
			this.failure = failure;
		}

		@Override
		public String get(int index) {
			return Unreadable.<RuntimeException>fail(this.failure);
		}

		@Override
		public int size() {
			return 1;
		}

		@SuppressWarnings("unchecked")
		private static <E extends Throwable> String fail(Throwable failure) throws E {
			throw (E) failure;
		}

	}

}

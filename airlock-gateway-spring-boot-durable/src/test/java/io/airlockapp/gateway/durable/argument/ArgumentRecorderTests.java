/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.argument;

import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Timestamp;
import java.text.SimpleDateFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Date;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonBackReference;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonManagedReference;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.AirlockOmitted;
import io.airlockapp.gateway.approval.AirlockSensitive;
import io.airlockapp.gateway.approval.snapshot.ArgumentSnapshot;
import io.airlockapp.gateway.approval.snapshot.SnapshotWriter;
import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import io.airlockapp.gateway.approval.snapshot.Masking;
import io.airlockapp.gateway.harp.CanonicalJson;
import io.airlockapp.gateway.harp.HarpJson;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.DefaultTyping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

import org.springframework.util.ReflectionUtils;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link ArgumentRecorder}.
 */
class ArgumentRecorderTests {

	private final Masking masking = new Masking();

	private JsonMapper mapper = new JsonMapper();

	/**
	 * The order of a map is another one in each process, and calls of two are compared.
	 */
	@Test
	void equalMapsAreComparable() {
		Map<String, BigDecimal> ordered = new LinkedHashMap<>();
		ordered.put("a", new BigDecimal("9007199254740993.10"));
		ordered.put("b", BigDecimal.ONE);
		Map<String, BigDecimal> reversed = new LinkedHashMap<>();
		reversed.put("b", BigDecimal.ONE);
		reversed.put("a", new BigDecimal("9007199254740993.10"));
		assertThat(comparable("map", ordered)).isEqualTo(comparable("map", reversed)).contains("9007199254740993.10");
		ordered.put("a", new BigDecimal("9007199254740993.11"));
		assertThat(comparable("map", ordered)).isNotEqualTo(comparable("map", reversed));
		assertThat(comparable("texts", List.of("a", "b"))).isNotEqualTo(comparable("texts", List.of("b", "a")));
	}

	private String comparable(String method, Object value) {
		return recorder().comparable(record(method(method), value));
	}

	/**
	 * Its number is another one after the next release.
	 */
	@Test
	void enumConstantsAreRecordedByTheirNames() {
		this.mapper = JsonMapper.builder().enable(EnumFeature.WRITE_ENUMS_USING_INDEX).build();
		assertThat(comparable("unit", TimeUnit.DAYS)).contains("\"DAYS\"");
		assertThat(comparable("numbered", new Numbered(TimeUnit.DAYS))).contains("\"DAYS\"");
	}

	@ParameterizedTest
	@MethodSource
	void rebuildsWhatWasRecorded(String method, @Nullable Object value) {
		assertThat(DurableSignatureChecks.find(method(method), Target.class)).isNull();
		assertThat(recorder().findObstacle(method(method), Target.class)).isNull();
		RebuiltArguments rebuilt = roundTrip(method, value);
		assertThat(rebuilt.arguments().values()).hasSize(1);
		assertThat(rebuilt.arguments().values()[0]).usingRecursiveComparison()
			.withEqualsForType(Double::equals, Double.class)
			.ignoringCollectionOrder()
			.isEqualTo(value);
		assertThat(rebuilt.areThoseOf(plaintext(method, value))).isTrue();
	}

	static Stream<Arguments> rebuildsWhatWasRecorded() {
		Set<String> ordered = new LinkedHashSet<>(List.of("z", "a", "m", "k"));
		Map<String, List<Order>> orders = new LinkedHashMap<>();
		orders.put("z", List.of(order("2.50"), order("0.1")));
		orders.put("a", List.of());
		EnumMap<TimeUnit, Integer> units = new EnumMap<>(Map.of(TimeUnit.DAYS, 2, TimeUnit.HOURS, 1));
		return Stream.of(arguments("number", 42), arguments("number", Integer.MIN_VALUE),
				arguments("large", Long.MAX_VALUE), arguments("real", 0.1), arguments("real", -0.0),
				arguments("real", Double.NaN), arguments("single", 1.1f), arguments("flag", true),
				arguments("character", 'x'), arguments("small", (byte) -1), arguments("boxed", 42),
				arguments("boxed", null), arguments("text", "a \"b\" \\ \u0000 é \ud83d\ude00"),
				arguments("text", null), arguments("text", ""), arguments("unit", TimeUnit.DAYS),
				arguments("decimal", new BigDecimal("2.50")), arguments("decimal", new BigDecimal("1E+3")),
				arguments("decimal", new BigDecimal("0.000")),
				arguments("decimal", new BigDecimal("12345678901234567890.10")),
				arguments("integer", BigInteger.TWO.pow(100)), arguments("instant", Instant.ofEpochSecond(1, 2)),
				arguments("time", OffsetDateTime.parse("2026-01-02T03:04:05.000000006+02:00")),
				arguments("time", OffsetDateTime.parse("2026-01-02T03:04:05Z")),
				arguments("zoned", ZonedDateTime.parse("2026-10-25T02:30:00+01:00[Europe/Berlin]")),
				arguments("date", LocalDate.of(2026, 2, 3)), arguments("duration", Duration.ofSeconds(-1, 5)),
				arguments("zone", ZoneId.of("Europe/Berlin")),
				arguments("id", UUID.fromString("6f1f44d8-8d1c-4dd5-ab54-6d3f7d0f2ad1")),
				arguments("bytes", new byte[] { 1, -1, 0 }), arguments("numbers", new int[] { 3, 1 }),
				arguments("characters", new char[] { 'a', 'b' }), arguments("order", order("2.50")),
				arguments("order", null), arguments("account", new Account("a", 3)),
				arguments("shape", new Circle(new BigDecimal("1.0"))), arguments("shape", new Square(2)),
				arguments("shapes", List.of(new Square(1), new Circle(BigDecimal.ONE))),
				arguments("bounded", List.of(new Square(1), new Circle(BigDecimal.ONE))),
				arguments("array", new Order[] { order("1"), order("2") }),
				arguments("optional", Optional.of(order("1"))), arguments("optional", Optional.empty()),
				arguments("texts", List.of("b", "a")), arguments("texts", Arrays.asList("b", null)),
				arguments("set", ordered), arguments("set", new HashSet<>(ordered)),
				arguments("set", Set.copyOf(ordered)), arguments("sorted", new TreeSet<>(ordered)),
				arguments("collection", new ArrayList<>(ordered)), arguments("dates", Set.of(LocalDate.EPOCH)),
				arguments("map", Map.of("b", new BigDecimal("1.10"), "a", BigDecimal.ONE)), arguments("units", units),
				arguments("unitMap", new LinkedHashMap<>(units)), arguments("orders", orders),
				arguments("nested", Map.of(1L, Optional.of(List.of(Set.of(order("3.0")))))),
				arguments("page", new Page<>(List.of(order("1.0")), 1)), arguments("inherited", order("1.00")),
				arguments("references", new References(3)), arguments("parent", new Parent("a", new Child("b"))),
				arguments("inheritedList", List.of(order("1.00"))),
				arguments("customer", new Customer("Ann", "DE02 1203", new AtomicInteger(3))),
				arguments("copying", new Copying(Set.of("a"))),
				arguments("copyingMap", new CopyingMap(Map.of("a", "b"))),
				arguments("hashing", new Hashing(Set.of(TimeUnit.DAYS), "a")),
				arguments("hashingTexts", new HashingTexts(ordered)),
				arguments("sqlDate", java.sql.Date.valueOf("2026-01-01")),
				arguments("sqlTimestamp", Timestamp.valueOf("2026-01-01 10:15:30.5")),
				arguments("javaDate", Date.from(Instant.parse("2026-01-01T10:15:30.123Z"))),
				arguments("formatted", new Formatted(LocalDate.of(2026, 3, 1), new Date(1), Word.I)),
				arguments("nested", Map.of(1L, Optional.empty())));
	}

	@ParameterizedTest
	@MethodSource
	void runsAsItWasRecordedInOtherTimeZonesAndLocales(String method, Object value, Function<Object, String> text) {
		this.mapper = JsonMapper.builder()
			.defaultDateFormat(new SimpleDateFormat("yyyy-MM-dd HH:mm", Locale.getDefault()))
			.build();
		TimeZone zone = TimeZone.getDefault();
		Locale locale = Locale.getDefault();
		try {
			TimeZone.setDefault(TimeZone.getTimeZone("Europe/Berlin"));
			Locale.setDefault(Locale.GERMANY);
			Object recordedValue = (value instanceof Supplier<?> supplier) ? supplier.get() : value;
			String expected = text.apply(recordedValue);
			String recorded = record(method(method), recordedValue);
			JsonNode plaintext = plaintext(method, recordedValue);
			TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
			Locale.setDefault(Locale.forLanguageTag("tr-TR"));
			RebuiltArguments rebuilt = recorder().rebuild(recorded, method(method), Target.class);
			assertThat(text.apply(rebuilt.arguments().values()[0])).isEqualTo(expected);
			assertThat(rebuilt.areThoseOf(plaintext)).isTrue();
		}
		finally {
			TimeZone.setDefault(zone);
			Locale.setDefault(locale);
		}
	}

	static Stream<Arguments> runsAsItWasRecordedInOtherTimeZonesAndLocales() {
		Function<Object, String> text = Object::toString;
		Supplier<Object> day = () -> java.sql.Date.valueOf("2026-01-01");
		return Stream.of(arguments("sqlDate", day, text),
				arguments("sqlTimestamp", Timestamp.from(Instant.parse("2026-01-01T10:15:30.120Z")),
						(Function<Object, String>) (value) -> ((Timestamp) value).toInstant().toString()),
				arguments("javaDate", Date.from(Instant.parse("2026-01-01T10:15:30.123Z")),
						(Function<Object, String>) (value) -> ((Date) value).toInstant().toString()),
				arguments("formatted", new Formatted(LocalDate.of(2026, 3, 1), new Date(1), Word.I),
						(Function<Object, String>) (value) -> "%s %d %s".formatted(((Formatted) value).day(),
								((Formatted) value).time().getTime(), ((Formatted) value).word().name())),
				arguments("zoned", ZonedDateTime.parse("2026-10-25T02:30:00+01:00[Europe/Berlin]"), text),
				arguments("instant", Instant.ofEpochSecond(1, 2), text),
				arguments("date", LocalDate.of(2026, 2, 3), text),
				arguments("decimal", new BigDecimal("1234567.50"), text), arguments("unit", TimeUnit.MINUTES, text));
	}

	@Test
	void rebuildsNoArguments() {
		Method method = method("nothing");
		String recorded = record(method);
		RebuiltArguments rebuilt = recorder().rebuild(recorded, method, Target.class);
		assertThat(rebuilt.arguments().values()).isEmpty();
		assertThat(rebuilt.areThoseOf(HarpJson.mapper().createObjectNode())).isTrue();
	}

	@Test
	void rebuildsSeveralArguments() {
		Method method = method("several");
		String recorded = record(method, 1, order("2.50"), null);
		assertThat(recorder().rebuild(recorded, method, Target.class).arguments().values()).containsExactly(1,
				order("2.50"), null);
	}

	@Test
	void keepsTheOrderOfElementsAndEntries() {
		List<String> order = List.of("z", "a", "m", "k", "b", "y");
		Map<String, BigDecimal> map = new LinkedHashMap<>();
		order.forEach((key) -> map.put(key, BigDecimal.ONE));
		assertThat((Set<?>) value("set", new LinkedHashSet<>(order))).map(Object::toString)
			.containsExactlyElementsOf(order);
		assertThat(value("map", new TreeMap<>(map))).isEqualTo(map);
		assertThat(((Map<?, ?>) value("map", map)).keySet()).map(Object::toString).containsExactlyElementsOf(order);
		Map<TimeUnit, Integer> units = new LinkedHashMap<>();
		units.put(TimeUnit.DAYS, 1);
		units.put(TimeUnit.HOURS, 2);
		units.put(TimeUnit.MINUTES, 3);
		assertThat(((Map<?, ?>) value("unitMap", units)).keySet()).map(Object::toString)
			.containsExactly("DAYS", "HOURS", "MINUTES");
	}

	@Test
	void losesNoNullWhereDefaultsAreLeftOut() {
		WithDefaults value = new WithDefaults();
		value.note = null;
		assertThat(((WithDefaults) value("withDefaults", value)).note).isNull();
	}

	@Test
	void membersAreKeptDespiteSettingsOfApplicationMapper() {
		this.mapper = JsonMapper.builder()
			.changeDefaultPropertyInclusion((inclusion) -> JsonInclude.Value.construct(JsonInclude.Include.NON_EMPTY,
					JsonInclude.Include.NON_EMPTY))
			.enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
			.enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
			.build();
		assertThat(value("copying", new Copying(Set.of()))).isEqualTo(new Copying(Set.of()));
		assertThat(value("decimal", new BigDecimal("1E+3"))).isEqualTo(new BigDecimal("1E+3"));
		Map<String, BigDecimal> map = new LinkedHashMap<>();
		map.put("z", BigDecimal.ONE);
		map.put("a", BigDecimal.TEN);
		assertThat(((Map<?, ?>) value("map", map)).keySet()).map(Object::toString).containsExactly("z", "a");
	}

	@Test
	void timeZonesAreKeptDespiteSettingsOfApplicationMapper() {
		OffsetDateTime time = OffsetDateTime.parse("2026-01-02T03:04:05+02:00");
		this.mapper = JsonMapper.builder()
			.defaultTimeZone(TimeZone.getTimeZone("Asia/Tokyo"))
			.enable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
			.build();
		assertThat(value("time", time)).isEqualTo(time);
	}

	@Test
	void writesAndReadsAsTheApplicationDoes() {
		this.mapper = JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
		assertThat(record(method("order"), order("2.50"))).contains("\"unit_price\":2.50");
		assertThat(value("order", order("2.50"))).isEqualTo(order("2.50"));
	}

	@Test
	void maskedValuesAreRecordedWithTheirMasking() {
		Customer customer = new Customer("Ann", "s3cr3t", new AtomicInteger());
		String recorded = record(method("customer"), customer);
		assertThat(recorded).contains("s3cr3t");
		JsonNode plaintext = plaintext("customer", customer);
		assertThat(plaintext.toString()).contains("hmac-sha256:").doesNotContain("s3cr3t");
		RebuiltArguments rebuilt = recorder().rebuild(recorded, method("customer"), Target.class);
		assertThat(rebuilt.areThoseOf(plaintext)).isTrue();
		assertThat(rebuilt).asString().doesNotContain("s3cr3t");
	}

	@ParameterizedTest
	@MethodSource
	void refusesWhatWouldBeRebuiltAsSomethingElse(String method, Object value, String reason) {
		assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(() -> record(method(method), value))
			.withMessageContainingAll("Argument 'value' of Target." + method + " cannot be ", reason)
			.withNoCause()
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("s3cr3t", "4711"));
	}

	static Stream<Arguments> refusesWhatWouldBeRebuiltAsSomethingElse() {
		Map<String, BigDecimal> caseInsensitive = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		caseInsensitive.put("s3cr3t", BigDecimal.ONE);
		SortedSet<String> reverse = new TreeSet<>(Comparator.reverseOrder());
		reverse.addAll(List.of("s3cr3t", "b"));
		return Stream.of(
				arguments("details", new Details(Map.of("s3cr3t", new BigDecimal("2.5"))),
						"at 'value.values[…]', a java.math.BigDecimal would become a java.lang.Double"),
				arguments("details", new Details(Map.of("s3cr3t", 4711L)),
						"a java.lang.Long would become a java.lang.Integer"),
				arguments("details", new Details(Map.of("s3cr3t", order("1"))), "would become a java.util.Map"),
				arguments("details", new Details(Map.of("s3cr3t", LocalDate.EPOCH)), "would become a java.lang.String"),
				arguments("details", new Details(Map.of("s3cr3t", Set.of("a"))),
						"a java.util.Set would become a java.util.List"),
				arguments("account", new SavingsAccount("s3cr3t", 4711),
						"a %s would become a %s".formatted(SavingsAccount.class.getName(), Account.class.getName())),
				arguments("accounts", List.of(new Account("a", 1), new EmptyAccount("s3cr3t", 4711)),
						"at 'value[1]', a %s would become a %s".formatted(EmptyAccount.class.getName(),
								Account.class.getName())),
				arguments("hidden", new Hidden(1, "s3cr3t"), "at 'value.note', it would have another value"),
				arguments("cached", new Cached("a", "s3cr3t"), "at 'value.cache', it is left out by @AirlockOmitted"),
				arguments("counted", new Counted(4711), "at 'value.count', it is left out by @AirlockOmitted"),
				arguments("derived", new Derived(4711),
						"UnrecognizedPropertyException for 'twice' of " + Derived.class.getName()),
				arguments("unreadable", new Unreadable("s3cr3t"), "cannot be read as it is written"),
				arguments("doubling", new Doubling(List.of("s3cr3t")),
						"at 'value.values', it would have another value"),
				arguments("failing", Failing.of("s3cr3t"), "cannot be read as it is written "),
				arguments("inner", new ArgumentRecorderTests().new Inner(), "has an enclosing instance"),
				arguments("withoutNull", new WithoutNull(null, "s3cr3t"),
						"at 'value.note', it would have another value"),
				arguments("copying", new Copying(Set.of("a", "s3cr3t")),
						"at 'value.tags', its order would be another one in another process"),
				arguments("copyingMap", new CopyingMap(Map.of("a", "s3cr3t", "b", "4711")),
						"at 'value.entries', its order would be another one in another process"),
				arguments("hashing", new Hashing(Set.of(TimeUnit.DAYS, TimeUnit.HOURS), "s3cr3t"),
						"at 'value.units', its order would be another one in another process"),
				arguments("map", caseInsensitive, "a java.util.TreeMap has a comparator"),
				arguments("set", reverse, "a java.util.TreeSet has a comparator"),
				arguments("collection", Set.of("s3cr3t"), "a java.util.Set would become a java.util.List"),
				arguments("texts", new OwnList("s3cr3t"), OwnList.class.getName()),
				arguments("optionalIn", new WithOptional(null), "at 'value.note'"));
	}

	/**
	 * It is measured before it is written, which would not end.
	 */
	@Test
	void refusesAnArgumentThatIsTooLarge() {
		Details details = new Details(Map.of("a", shared(25)));
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> record(method("details"), details))
			.withMessageContaining("larger than");
	}

	/**
	 * As classes that are generated from an XML schema do.
	 */
	@Test
	void accessorCanCreateItsList() {
		RebuiltArguments rebuilt = roundTrip("creating", new Creating());
		assertThat(rebuilt.arguments().values()[0]).isInstanceOf(Creating.class);
	}

	private static List<?> shared(int levels) {
		List<?> shared = List.of("s3cr3t");
		for (int i = 0; i < levels; i++) {
			shared = List.of(shared, shared);
		}
		return shared;
	}

	@Test
	void refusesAParameterThatIsLeftOut() {
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> record(method("omitted"), "s3cr3t"))
			.withMessageContaining("@AirlockOmitted")
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("s3cr3t"));
	}

	@Test
	void refusesDefaultTyping() {
		this.mapper = JsonMapper.builder()
			.activateDefaultTyping(BasicPolymorphicTypeValidator.builder().allowIfSubType(Order.class).build(),
					DefaultTyping.NON_FINAL)
			.build();
		Details details = new Details(Map.of("a", order("1")));
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> record(method("details"), details));
	}

	@Test
	void recordsMembersThatAreLeftOutAndEmpty() {
		Cached cached = new Cached("a", null);
		String recorded = record(method("cached"), cached);
		assertThat(recorded).doesNotContain("cache\"");
		assertThat(roundTrip("cached", cached).areThoseOf(plaintext("cached", cached))).isTrue();
	}

	@ParameterizedTest
	@MethodSource
	void omittedMembersAreNotRead(String method, Object value, String from) {
		String recorded = record(method(method), value);
		String changed = recorded.replace(from,
				from.replace("null", "") + ((from.endsWith("null")) ? "\"injected\"" : ",\"cache\":\"injected\""));
		assertThat(changed).isNotEqualTo(recorded);
		assertThat(isApproved(recorded, method, plaintext(method, value))).isTrue();
		assertThat(isApproved(changed, method, plaintext(method, value))).isFalse();
	}

	static Stream<Arguments> omittedMembersAreNotRead() {
		String note = "\"note\":\"a\"";
		return Stream.of(arguments("cached", new Cached("a", null), note),
				arguments("lenient", new LenientBean("a"), note), arguments("cachedBean", new CachedBean("a"), note),
				arguments("cachedByConstructor", new CachedByConstructor("a", null), note),
				arguments("cachedByAnotherName", new CachedByAnotherName("a"), "\"copy\":null"));
	}

	@Test
	void ignoredMembersDoNotChangeArguments() {
		Lenient lenient = new Lenient("a", null);
		String recorded = record(method("lenientRecord"), lenient);
		String changed = recorded.replace("\"note\":\"a\"", "\"note\":\"a\",\"more\":1");
		assertThat(changed).isNotEqualTo(recorded);
		RebuiltArguments rebuilt = recorder().rebuild(changed, method("lenientRecord"), Target.class);
		assertThat(rebuilt.arguments().values()).containsExactly(lenient);
		assertThat(rebuilt.areThoseOf(plaintext("lenientRecord", lenient))).isTrue();
	}

	@ParameterizedTest
	@MethodSource
	void refusesChangedRecords(String from, String to) {
		Customer customer = new Customer("Ann", "s3cr3t", new AtomicInteger(3));
		String recorded = record(method("customer"), customer);
		String changed = recorded.replace(from, to);
		assertThat(changed).isNotEqualTo(recorded);
		assertThat(isApproved(changed, "customer", plaintext("customer", customer))).isFalse();
	}

	static Stream<Arguments> refusesChangedRecords() {
		return Stream.of(arguments("s3cr3t", "s3cr3u"), arguments("Ann", "Bob"),
				arguments("\"visits\":3", "\"visits\":4"), arguments("\"visits\":3", "\"visits\":3,\"more\":1"),
				arguments("\"Ann\"", "null"), arguments("\"Ann\"", "\"Ann\",\"name\":\"Ann\""),
				arguments("}}", "},\"more\":1}"), arguments("}}", "}}1"), arguments("}}", "}"),
				arguments("\"value\"", "\"other\""), arguments("\"value\":{", "\"value\":[{"),
				arguments("maskingKey\":\"", "maskingKey\":\"AAAA"), arguments("maskingKey", "key"),
				arguments("\"arguments\":{", "\"arguments\":{\"more\":1,"), arguments("{", "["), arguments("\"", ""));
	}

	@Test
	void anotherValueWithTheSameKeyIsNotApproved() {
		Customer customer = new Customer("Ann", "s3cr3t", new AtomicInteger(3));
		Customer other = new Customer("Ann", "other", new AtomicInteger(3));
		JsonNode approved = plaintext("customer", customer);
		// Whoever knows the key can compute the mask, but not change what was signed
		String forged = record(method("customer"), other);
		assertThat(
				recorder().rebuild(forged, method("customer"), Target.class).areThoseOf(plaintext("customer", other)))
			.isTrue();
		assertThat(isApproved(forged, "customer", approved)).isFalse();
	}

	@Test
	void argumentsWithAnotherMaskingAreNotApproved() {
		Customer customer = new Customer("Ann", "s3cr3t", new AtomicInteger(3));
		Method method = method("customer");
		MethodArguments arguments = new MethodArguments(Target.class, method, new Object[] { customer });
		Masking other = new Masking();
		String recorded = recorder().record(arguments, other).text();
		assertThat(isApproved(recorded, "customer", plaintext("customer", customer))).isFalse();
	}

	@Test
	void nothingIsApprovedByAPlaintextWithoutArguments() {
		RebuiltArguments rebuilt = roundTrip("text", "a");
		assertThat(rebuilt.areThoseOf(null)).isFalse();
		assertThat(rebuilt.areThoseOf(HarpJson.mapper().missingNode())).isFalse();
		assertThat(rebuilt.areThoseOf(HarpJson.mapper().createObjectNode())).isFalse();
	}

	@Test
	void aChangeAfterRebuildingIsSeen() {
		Account account = new Account("a", 1);
		RebuiltArguments rebuilt = roundTrip("account", account);
		((Account) rebuilt.arguments().values()[0]).setBalance(2);
		assertThat(rebuilt.areThoseOf(plaintext("account", account))).isFalse();
	}

	@Test
	void argumentsThatCannotBeShownAreNotApproved() {
		ArgumentRecorder recorder = new ArgumentRecorder(this.mapper,
				new SnapshotWriter(List.of(this.mapper), DataSize.ofBytes(4), List.of()));
		String recorded = record(method("text"), "a long text");
		RebuiltArguments rebuilt = recorder.rebuild(recorded, method("text"), Target.class);
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> rebuilt.areThoseOf(plaintext("text", "a long text")))
			.withMessageContaining("larger than 4 bytes");
	}

	@Test
	void findsObstaclesInMembers() {
		assertThat(recorder().findObstacle(method("details"), Target.class)).isEqualTo(
				"its parameter 'value.values' has an Object, whose class is not known when it is rebuilt; declare a "
						+ "class");
		assertThat(recorder().findObstacle(method("list"), Target.class)).startsWith("its parameter 'value' has a");
		assertThat(recorder().findObstacle(method("detailsInside"), Target.class))
			.startsWith("its parameter 'value.details.values' has an Object");
		assertThat(recorder().findObstacle(method("taggedByClass"), Target.class)).startsWith(
				"its parameter 'value' has a " + TaggedByClass.class.getName() + ", which the JsonMapper cannot read");
		assertThat(recorder().findObstacle(method("tree"), Target.class)).isNull();
		assertThat(recorder().findObstacle(method("tagged"), Target.class)).isNull();
	}

	private RebuiltArguments roundTrip(String method, @Nullable Object value) {
		String recorded = record(method(method), value);
		return recorder().rebuild(recorded, method(method), Target.class);
	}

	private @Nullable Object value(String method, @Nullable Object value) {
		return roundTrip(method, value).arguments().values()[0];
	}

	private boolean isApproved(String recorded, String method, JsonNode approved) {
		try {
			return recorder().rebuild(recorded, method(method), Target.class).areThoseOf(approved);
		}
		catch (InvalidApprovalUsageException ex) {
			assertThat(ex.getMessage()).doesNotContain("s3cr3", "Ann");
			return false;
		}
	}

	private String record(Method method, @Nullable Object... values) {
		return recorder().record(new MethodArguments(Target.class, method, values), this.masking).text();
	}

	private ArgumentSnapshot snapshot(Method method, @Nullable Object... values) {
		return writer().snapshot(new MethodArguments(Target.class, method, values), this.masking);
	}

	/**
	 * Return the arguments as they are in the plaintext.
	 */
	private JsonNode plaintext(String method, @Nullable Object value) {
		return HarpJson.mapper().readTree(CanonicalJson.toText(snapshot(method(method), value).toJson()));
	}

	private ArgumentRecorder recorder() {
		return new ArgumentRecorder(this.mapper, writer());
	}

	private SnapshotWriter writer() {
		return new SnapshotWriter(this.mapper);
	}

	private static Method method(String name) {
		return Arrays.stream(ReflectionUtils.getUniqueDeclaredMethods(Target.class))
			.filter((method) -> method.getName().equals(name))
			.findFirst()
			.orElseThrow();
	}

	private static Order order(String price) {
		return new Order("A", new BigDecimal(price));
	}

	abstract static class Generic<T> {

		abstract void inherited(T value);

		abstract void inheritedList(List<T> value);

	}

	@JsonInclude(JsonInclude.Include.NON_DEFAULT)
	static class WithDefaults {

		public @Nullable String note = "none";

	}

	abstract static class Target extends Generic<Order> {

		abstract void nothing();

		abstract void withDefaults(WithDefaults value);

		abstract void several(int number, Order order, @Nullable String text);

		abstract void number(int value);

		abstract void large(long value);

		abstract void real(double value);

		abstract void single(float value);

		abstract void flag(boolean value);

		abstract void character(char value);

		abstract void small(byte value);

		abstract void boxed(Integer value);

		abstract void text(String value);

		abstract void unit(TimeUnit value);

		abstract void numbered(Numbered value);

		abstract void decimal(BigDecimal value);

		abstract void integer(BigInteger value);

		abstract void instant(Instant value);

		abstract void time(OffsetDateTime value);

		abstract void zoned(ZonedDateTime value);

		abstract void date(LocalDate value);

		abstract void duration(Duration value);

		abstract void zone(ZoneId value);

		abstract void id(UUID value);

		abstract void bytes(byte[] value);

		abstract void numbers(int[] value);

		abstract void characters(char[] value);

		abstract void order(Order value);

		abstract void account(Account value);

		abstract void accounts(List<Account> value);

		abstract void shape(Shape value);

		abstract void shapes(List<Shape> value);

		abstract void bounded(List<? extends Shape> value);

		abstract void array(Order[] value);

		abstract void optional(Optional<Order> value);

		abstract void texts(List<String> value);

		abstract void set(Set<String> value);

		abstract void sorted(SortedSet<String> value);

		abstract void collection(Collection<String> value);

		abstract void dates(Set<LocalDate> value);

		abstract void map(Map<String, BigDecimal> value);

		abstract void units(EnumMap<TimeUnit, Integer> value);

		abstract void unitMap(Map<TimeUnit, Integer> value);

		abstract void orders(Map<String, List<Order>> value);

		abstract void nested(Map<Long, Optional<List<Set<Order>>>> value);

		abstract void page(Page<Order> value);

		abstract void customer(Customer value);

		abstract void references(References value);

		abstract void parent(Parent value);

		abstract void lenientRecord(Lenient value);

		abstract void lenient(LenientBean value);

		abstract void cachedByAnotherName(CachedByAnotherName value);

		abstract void copyingMap(CopyingMap value);

		abstract void hashing(Hashing value);

		abstract void hashingTexts(HashingTexts value);

		abstract void sqlDate(java.sql.Date value);

		abstract void sqlTimestamp(Timestamp value);

		abstract void javaDate(Date value);

		abstract void formatted(Formatted value);

		abstract void taggedByClass(TaggedByClass value);

		abstract void details(Details value);

		abstract void creating(Creating value);

		abstract void detailsInside(DetailsInside value);

		abstract void hidden(Hidden value);

		abstract void cached(Cached value);

		abstract void cachedBean(CachedBean value);

		abstract void cachedByConstructor(CachedByConstructor value);

		abstract void counted(Counted value);

		abstract void derived(Derived value);

		abstract void unreadable(Unreadable value);

		abstract void doubling(Doubling value);

		abstract void failing(Failing value);

		abstract void inner(Inner value);

		abstract void withoutNull(WithoutNull value);

		abstract void copying(Copying value);

		abstract void optionalIn(WithOptional value);

		abstract void omitted(@AirlockOmitted String value);

		abstract void list(List<Map<String, Object>> value);

		abstract void tree(Tree value);

		abstract void tagged(Tagged value);

	}

	record Order(String article, BigDecimal unitPrice) {
	}

	static class Account {

		private String name = "";

		private long balance;

		Account() {
		}

		Account(String name, long balance) {
			this.name = name;
			this.balance = balance;
		}

		public String getName() {
			return this.name;
		}

		public void setName(String name) {
			this.name = name;
		}

		public long getBalance() {
			return this.balance;
		}

		public void setBalance(long balance) {
			this.balance = balance;
		}

	}

	static class SavingsAccount extends Account {

		public int rate = 3;

		SavingsAccount(String name, long balance) {
			super(name, balance);
		}

	}

	static class EmptyAccount extends Account {

		EmptyAccount(String name, long balance) {
			super(name, balance);
		}

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	@JsonSubTypes({ @JsonSubTypes.Type(Circle.class), @JsonSubTypes.Type(Square.class) })
	sealed interface Shape permits Circle, Square {

	}

	record Circle(BigDecimal radius) implements Shape {
	}

	record Square(int side) implements Shape {
	}

	record Page<T>(List<T> content, int number) {
	}

	record Customer(String name, @AirlockSensitive String iban, AtomicInteger visits) {
	}

	static class Creating {

		private @Nullable List<String> items;

		public List<String> getItems() {
			if (this.items == null) {
				this.items = new ArrayList<>();
			}
			return this.items;
		}

		public void setItems(List<String> items) {
			this.items = items;
		}

	}

	record Details(Map<String, Object> values) {
	}

	record DetailsInside(String name, List<Details> details) {
	}

	record Tree(String name, List<Tree> children) {
	}

	record Tagged(@JsonTypeInfo(use = JsonTypeInfo.Id.NAME) @JsonSubTypes( {
			@JsonSubTypes.Type(Order.class), @JsonSubTypes.Type(Account.class) }) Object value){
	}

	record TaggedByClass(@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS) List<Object> values) {
	}

	@JsonIgnoreProperties(ignoreUnknown = true)
	record Lenient(String note, @AirlockOmitted @Nullable String cache) {
	}

	record References(AtomicInteger number, Optional<String> text, int[][] grid) {

		References(int number) {
			this(new AtomicInteger(number), Optional.of("a"), new int[][] { { 1 }, {} });
		}

	}

	static class Parent {

		public String name = "";

		@JsonManagedReference
		public List<Child> children = new ArrayList<>();

		Parent() {
		}

		Parent(String name, Child child) {
			this.name = name;
			this.children.add(child);
			child.parent = this;
		}

	}

	static class Child {

		public String name = "";

		@JsonBackReference
		private @Nullable Parent parent;

		Child() {
		}

		Child(String name) {
			this.name = name;
		}

	}

	record Hidden(int number, @JsonIgnore String note) {
	}

	record Cached(String note, @AirlockOmitted @Nullable String cache) {
	}

	static class CachedBean {

		private String note = "";

		@AirlockOmitted
		private @Nullable String cache;

		CachedBean() {
		}

		CachedBean(String note) {
			this.note = note;
		}

		public String getNote() {
			return this.note;
		}

		public void setNote(String note) {
			this.note = note;
		}

		public @Nullable String getCache() {
			return this.cache;
		}

		public void setCache(@Nullable String cache) {
			this.cache = cache;
		}

	}

	static class CachedByConstructor {

		private final String note;

		@AirlockOmitted
		private final @Nullable String cache;

		CachedByConstructor(@JsonProperty("note") String note, @JsonProperty("cache") @Nullable String cache) {
			this.note = note;
			this.cache = cache;
		}

		public String getNote() {
			return this.note;
		}

		public @Nullable String getCache() {
			return this.cache;
		}

	}

	static class Counted {

		@AirlockOmitted
		private int count;

		public String note = "a";

		Counted() {
		}

		Counted(int count) {
			this.count = count;
		}

	}

	record Derived(int number) {

		@JsonProperty
		public int twice() {
			return 2 * this.number;
		}

	}

	static class Unreadable {

		private final String note;

		Unreadable(String text) {
			this.note = text;
		}

		public String getNote() {
			return this.note;
		}

	}

	record Doubling(List<String> values) {

		Doubling {
			List<String> doubled = new ArrayList<>(values);
			doubled.addAll(values);
			values = Collections.unmodifiableList(doubled);
		}

	}

	static class Failing {

		private String text = "";

		static Failing of(String text) {
			Failing failing = new Failing();
			failing.text = text;
			return failing;
		}

		public String getText() {
			return this.text;
		}

		public void setText(String text) {
			throw new IllegalStateException(text);
		}

	}

	final class Inner {

		public String getText() {
			return "s3cr3t";
		}

	}

	static class WithoutNull {

		@JsonInclude(JsonInclude.Include.NON_NULL)
		public @Nullable String note = "default";

		public String text = "";

		WithoutNull() {
		}

		WithoutNull(@Nullable String note, String text) {
			this.note = note;
			this.text = text;
		}

	}

	record Copying(Set<String> tags) {

		Copying {
			tags = Set.copyOf(tags);
		}

	}

	record CopyingMap(Map<String, String> entries) {

		CopyingMap {
			entries = Map.copyOf(entries);
		}

	}

	record Hashing(Set<TimeUnit> units, String text) {

		Hashing {
			units = new HashSet<>(units);
		}

	}

	record HashingTexts(Set<String> texts) {

		HashingTexts {
			texts = new HashSet<>(texts);
		}

	}

	record Formatted(@JsonFormat(pattern = "dd MMM yy") LocalDate day,
			@JsonFormat(pattern = "yyyy-MM-dd", timezone = "Asia/Tokyo") Date time, Word word) {
	}

	record Numbered(@JsonFormat(shape = JsonFormat.Shape.NUMBER) TimeUnit unit) {
	}

	enum Word {

		I;

		@Override
		public String toString() {
			return name().toLowerCase(Locale.getDefault());
		}

	}

	@JsonIgnoreProperties(ignoreUnknown = true)
	static class LenientBean extends CachedBean {

		LenientBean() {
		}

		LenientBean(String note) {
			super(note);
		}

	}

	static class CachedByAnotherName extends CachedBean {

		CachedByAnotherName() {
		}

		CachedByAnotherName(String note) {
			super(note);
		}

		public @Nullable String getCopy() {
			return super.cache;
		}

		public void setCopy(@Nullable String copy) {
			super.cache = copy;
		}

	}

	record WithOptional(@Nullable Optional<String> note) {
	}

	@SuppressWarnings("serial")
	static class OwnList extends ArrayList<String> {

		OwnList(String element) {
			add(element);
		}

	}

}

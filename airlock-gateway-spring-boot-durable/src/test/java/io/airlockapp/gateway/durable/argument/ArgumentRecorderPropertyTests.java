/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.argument;

import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonInclude;
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
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.statistics.Statistics;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Property tests for {@link ArgumentRecorder}: whatever is passed, it is rebuilt as what
 * it is, or refused without a word of it.
 */
class ArgumentRecorderPropertyTests {

	private static final String MARK = "s3cr3t";

	private static final Pattern TOKEN = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|-?[0-9][0-9.eE+-]*|null|true|false");

	private static final JsonMapper mapper = new JsonMapper();

	private static final SnapshotWriter writer = new SnapshotWriter(mapper);

	private static final ArgumentRecorder recorder = new ArgumentRecorder(mapper, writer);

	@Property(tries = 100)
	void argumentsOfDeclaredClassesAreRebuilt(@ForAll("parts") List<Part> parts) {
		assertRebuilt(parts);
	}

	@Tag("slow")
	@Property(tries = 3000)
	void manyArgumentsOfDeclaredClassesAreRebuilt(@ForAll("parts") List<Part> parts) {
		assertRebuilt(parts);
	}

	private static void assertRebuilt(List<Part> parts) {
		Statistics.collect(verify(method("parts"), parts));
		Statistics.coverage((coverage) -> coverage.check("rebuilt").percentage((share) -> share > 50));
	}

	@Property(tries = 200)
	void argumentsOfAnyClassAreRebuiltOrRefused(@ForAll("anything") Object value) {
		Statistics.collect(verify(method("anything"), new Anything(value)));
	}

	@Property(tries = 100)
	void changedRecordsAreNotApproved(@ForAll("parts") List<Part> parts, @ForAll("parts") List<Part> others) {
		Masking masking = new Masking();
		Method method = method("parts");
		MethodArguments arguments = arguments(method, parts);
		MethodArguments changed = arguments(method, others);
		JsonNode approved;
		String forged;
		try {
			approved = plaintext(snapshot(arguments, masking));
			forged = recorder.record(changed, masking).text();
		}
		catch (InvalidApprovalUsageException ex) {
			return;
		}
		assertThat(recorder.rebuild(forged, method, Target.class).areThoseOf(approved))
			.isEqualTo(approved.equals(plaintext(snapshot(changed, masking))));
	}

	@Property(tries = 100)
	void changedTextIsNotApprovedOrTheSameCall(@ForAll("parts") List<Part> parts, @ForAll int position,
			@ForAll @CharRange(from = ' ', to = '~') char replacement, @ForAll int other) {
		assertNotApprovedOrTheSameCall(parts, position, replacement, other);
	}

	@Tag("slow")
	@Property(tries = 5000)
	void manyChangedTextsAreNotApprovedOrTheSameCall(@ForAll("parts") List<Part> parts, @ForAll int position,
			@ForAll @CharRange(from = ' ', to = '~') char replacement, @ForAll int other) {
		assertNotApprovedOrTheSameCall(parts, position, replacement, other);
	}

	private static void assertNotApprovedOrTheSameCall(List<Part> parts, int position, char replacement, int other) {
		Masking masking = new Masking();
		MethodArguments arguments = arguments(method("parts"), parts);
		JsonNode approved;
		String recorded;
		try {
			approved = plaintext(snapshot(arguments, masking));
			recorded = recorder.record(arguments, masking).text();
		}
		catch (InvalidApprovalUsageException ex) {
			return;
		}
		int index = Math.floorMod(position, recorded.length());
		String replaced = recorded.substring(0, index) + replacement + recorded.substring(index + 1);
		String removed = recorded.substring(0, index) + recorded.substring(index + 1);
		String exchanged = exchangeTokens(recorded, position, other);
		Stream.of(replaced, removed, exchanged)
			.forEach((changed) -> Statistics.collect(verifyChanged(changed, arguments, approved, masking)));
		Statistics.coverage((coverage) -> coverage.check("not approved").percentage((share) -> share > 5));
	}

	private static String verifyChanged(String changed, MethodArguments arguments, JsonNode approved, Masking masking) {
		RebuiltArguments rebuilt;
		try {
			rebuilt = recorder.rebuild(changed, arguments.method(), Target.class);
		}
		catch (InvalidApprovalUsageException ex) {
			assertThat(ex.getMessage()).doesNotContain(MARK);
			return "not rebuilt";
		}
		if (!rebuilt.areThoseOf(approved)) {
			return "not approved";
		}
		assertThat(complete(rebuilt.arguments(), masking)).isEqualTo(complete(arguments, masking));
		return "the same";
	}

	/**
	 * Replace one of the names and values by another one.
	 */
	private static String exchangeTokens(String json, int from, int to) {
		List<MatchResult> tokens = TOKEN.matcher(json).results().toList();
		MatchResult token = tokens.get(Math.floorMod(from, tokens.size()));
		String other = tokens.get(Math.floorMod(to, tokens.size())).group();
		return json.substring(0, token.start()) + other + json.substring(token.end());
	}

	private static JsonNode complete(MethodArguments arguments, Masking masking) {
		return writer.completeSnapshot(arguments, masking).toJson();
	}

	private static String verify(Method method, Object value) {
		Masking masking = new Masking();
		MethodArguments arguments = arguments(method, value);
		ArgumentSnapshot snapshot;
		try {
			snapshot = snapshot(arguments, masking);
		}
		catch (InvalidApprovalUsageException ex) {
			return "cannot be shown";
		}
		String recorded;
		try {
			recorded = recorder.record(arguments, masking).text();
		}
		catch (InvalidApprovalUsageException ex) {
			assertThat(ex.getMessage()).doesNotContain(MARK).startsWith("Argument 'value' of Target.");
			return "refused";
		}
		RebuiltArguments rebuilt = recorder.rebuild(recorded, method, Target.class);
		assertThat(rebuilt.areThoseOf(plaintext(snapshot))).isTrue();
		assertThat(rebuilt.arguments().values()[0]).isEqualTo(value);
		assertThat(complete(rebuilt.arguments(), masking)).isEqualTo(complete(arguments, masking));
		return "rebuilt";
	}

	private static MethodArguments arguments(Method method, Object value) {
		return new MethodArguments(Target.class, method, new Object[] { value });
	}

	private static ArgumentSnapshot snapshot(MethodArguments arguments, Masking masking) {
		return writer.snapshot(arguments, masking);
	}

	private static JsonNode plaintext(ArgumentSnapshot snapshot) {
		return HarpJson.mapper().readTree(CanonicalJson.toText(snapshot.toJson()));
	}

	private static Method method(String name) {
		return Arrays.stream(Target.class.getDeclaredMethods())
			.filter((method) -> method.getName().equals(name))
			.findFirst()
			.orElseThrow();
	}

	private static Arbitrary<String> texts() {
		return Arbitraries.oneOf(Arbitraries.strings().withCharRange('\0', '\ud7ff').ofMaxLength(5),
				Arbitraries.strings().ascii().ofMaxLength(5));
	}

	@Provide
	Arbitrary<List<Part>> parts() {
		Arbitrary<Part> leaves = Arbitraries.oneOf(amounts(), times(), notes()).withoutEdgeCases();
		Arbitrary<Part> parts = leaves;
		for (int level = 0; level < 2; level++) {
			parts = Arbitraries.oneOf(leaves, groups(parts));
		}
		return parts.withoutEdgeCases().list().ofMaxSize(3).withoutEdgeCases();
	}

	private static Arbitrary<Part> amounts() {
		Arbitrary<BigDecimal> decimals = Arbitraries.bigDecimals()
			.ofScale(3)
			.map(ArgumentRecorderPropertyTests::scaled);
		return Combinators
			.combine(decimals.injectNull(0.1), Arbitraries.longs(), Arbitraries.bigIntegers().injectNull(0.1),
					Arbitraries.doubles(), Arbitraries.floats())
			.as(Amount::new);
	}

	private static BigDecimal scaled(BigDecimal value) {
		return (value.signum() < 0) ? value.stripTrailingZeros() : value;
	}

	private static Arbitrary<Part> times() {
		Arbitrary<Instant> instants = Arbitraries.longs()
			.between(-4_000_000_000L, 4_000_000_000L)
			.map((seconds) -> Instant.ofEpochSecond(seconds, Math.floorMod(seconds * 7919, 1_000_000_000L)));
		Arbitrary<ZoneOffset> offsets = Arbitraries.integers()
			.between(-18 * 60, 18 * 60)
			.map((minutes) -> ZoneOffset.ofTotalSeconds(minutes * 60));
		return Combinators
			.combine(instants, offsets, Arbitraries.longs().between(-100_000, 100_000),
					Arbitraries.of(TimeUnit.values()))
			.as((instant, offset, amount, unit) -> new Time(instant, instant.atOffset(offset),
					LocalDate.ofEpochDay(amount), Duration.of(amount, unit.toChronoUnit()), new UUID(amount, -amount),
					unit));
	}

	private static Arbitrary<Part> notes() {
		Arbitrary<String> texts = texts().map((text) -> text + MARK);
		return Combinators.combine(texts, texts, texts.injectNull(0.98), texts.optional(), texts.array(String[].class))
			.as((text, secret, cache, more, lines) -> new Note(text, secret, cache, more, List.of(lines)));
	}

	private static Arbitrary<Part> groups(Arbitrary<Part> parts) {
		return Combinators
			.combine(parts.list().ofMaxSize(3), parts.set().ofMaxSize(3), Arbitraries.maps(texts(), parts).ofMaxSize(3),
					Arbitraries.integers())
			.as((list, set, map, kind) -> new Group(list,
					(kind % 2 == 0) ? new LinkedHashSet<>(set) : new HashSet<>(set),
					(kind % 3 == 0) ? new LinkedHashMap<>(map) : new HashMap<>(map)));
	}

	@Provide
	Arbitrary<Object> anything() {
		Arbitrary<Object> scalars = Arbitraries.oneOf(texts().map((text) -> text + MARK),
				Arbitraries.integers().map(Object.class::cast), Arbitraries.longs().map(Object.class::cast),
				Arbitraries.doubles().map(Object.class::cast), Arbitraries.bigDecimals().map(Object.class::cast),
				Arbitraries.of(true, LocalDate.EPOCH, TimeUnit.DAYS, BigInteger.TEN, Optional.of(1)),
				amounts().map(Object.class::cast));
		Arbitrary<Object> values = scalars;
		for (int level = 0; level < 2; level++) {
			Arbitrary<Object> inner = values;
			values = Arbitraries.oneOf(scalars, inner.list().ofMaxSize(3).map(ArrayList::new),
					inner.set().ofMaxSize(3).map(LinkedHashSet::new),
					Arbitraries.maps(texts(), inner).ofMaxSize(3).map(LinkedHashMap::new));
		}
		return values.withoutEdgeCases();
	}

	static class Target {

		void parts(List<Part> value) {
		}

		void anything(Anything value) {
		}

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	@JsonSubTypes({ @JsonSubTypes.Type(Amount.class), @JsonSubTypes.Type(Time.class), @JsonSubTypes.Type(Note.class),
			@JsonSubTypes.Type(Group.class) })
	sealed interface Part {

	}

	record Amount(@Nullable BigDecimal decimal, long number, @Nullable BigInteger large, double real,
			float single) implements Part {
	}

	record Time(Instant instant, OffsetDateTime time, LocalDate date, Duration duration, UUID id,
			TimeUnit unit) implements Part {
	}

	record Note(String text, @AirlockSensitive String secret, @AirlockOmitted @Nullable String cache,
			@JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<String> more, List<String> lines) implements Part {
	}

	record Group(List<Part> list, Set<Part> set, Map<String, Part> map) implements Part {
	}

	record Anything(Object value) {
	}

}

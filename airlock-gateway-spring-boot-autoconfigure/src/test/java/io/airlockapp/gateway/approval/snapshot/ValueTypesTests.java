/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.io.File;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.BitSet;
import java.util.Currency;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Locale;
import java.util.SimpleTimeZone;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.security.auth.kerberos.KerberosKey;
import javax.security.auth.kerberos.KerberosPrincipal;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.support.VisibleText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link ValueTypes}.
 */
class ValueTypesTests {

	private final ShownArgument argument = new ShownArgument(Methods.class);

	@ParameterizedTest
	@MethodSource("values")
	void valueIsWrittenInFull(Object value, String type, String text) {
		assertThat(this.argument.write("object", value).toString())
			.isEqualTo("{\"value\":{\"@type\":\"%s\",\"@value\":%s}}".formatted(type, text));
	}

	static Stream<Arguments> values() throws Exception {
		ZonedDateTime time = ZonedDateTime.of(2026, 11, 26, 9, 0, 0, 1, ZoneId.of("Europe/Berlin"));
		return Stream.of(arguments(true, "java.lang.Boolean", "true"), arguments(42, "java.lang.Integer", "42"),
				arguments((byte) -1, "java.lang.Byte", "-1"), arguments((short) 2, "java.lang.Short", "2"),
				arguments(9007199254740991L, "java.lang.Long", "9007199254740991"),
				arguments(9007199254740993L, "java.lang.Long", "\"9007199254740993\""),
				arguments(0.1, "java.lang.Double", "\"0.1\""), arguments(-0.0, "java.lang.Double", "\"-0.0\""),
				arguments(0.0, "java.lang.Double", "\"0.0\""), arguments(-0.0f, "java.lang.Float", "\"-0.0\""),
				arguments(Double.NaN, "java.lang.Double", "\"NaN\""),
				arguments(new BigDecimal("2.50"), "java.math.BigDecimal", "\"2.50\""),
				arguments(new BigDecimal("1E+900"), "java.math.BigDecimal", "\"1E+900\""),
				arguments(BigInteger.TWO, "java.math.BigInteger", "2"),
				arguments(new AtomicInteger(3), "java.util.concurrent.atomic.AtomicInteger", "3"),
				arguments("5", "java.lang.String", "\"5\""), arguments('x', "java.lang.Character", "\"x\""),
				arguments(new StringBuilder("a"), "java.lang.StringBuilder", "\"a\""),
				arguments(new byte[] { 1 }, "byte[]", "\"AQ==\""),
				arguments(new UUID(0, 1), "java.util.UUID", "\"00000000-0000-0000-0000-000000000001\""),
				arguments(Currency.getInstance("EUR"), "java.util.Currency", "\"EUR\""),
				arguments(URI.create("https://a/b%2Fc"), "java.net.URI", "\"https://a/b%2Fc\""),
				arguments(new File("a/b"), "java.io.File", "\"a/b\""),
				arguments(Path.of("a/b"), "java.nio.file.Path", "\"a/b\""),
				arguments(StandardCharsets.UTF_8, "java.nio.charset.Charset", "\"UTF-8\""),
				arguments(List.class, "java.lang.Class", "\"java.util.List\""),
				arguments(TimeUnit.DAYS, "java.util.concurrent.TimeUnit", "\"DAYS\""),
				arguments(time, "java.time.ZonedDateTime", "\"2026-11-26T09:00:00.000000001+01:00[Europe/Berlin]\""),
				arguments(LocalDate.of(2026, 1, 31), "java.time.LocalDate", "\"2026-01-31\""),
				arguments(Duration.ofHours(1), "java.time.Duration", "\"PT1H\""),
				arguments(Period.ofDays(1), "java.time.Period", "\"P1D\""),
				arguments(ZoneId.of("Europe/Berlin"), "java.time.ZoneId", "\"Europe/Berlin\""),
				arguments(ZoneOffset.UTC, "java.time.ZoneId", "\"Z\""),
				arguments(new Date(1), "java.util.Date", "\"1970-01-01T00:00:00.001Z\""),
				arguments(Timestamp.from(Instant.parse("2026-11-26T09:00:00.123456789Z")), "java.sql.Timestamp",
						"\"2026-11-26T09:00:00.123456789Z\""),
				arguments(java.sql.Date.valueOf("2026-01-31"), "java.sql.Date", "\"2026-01-31\""),
				arguments(Locale.GERMANY, "java.util.Locale", "\"de-DE\""));
	}

	@ParameterizedTest
	@MethodSource("refused")
	void typeWithStateBesidesItsTextIsRefused(Object value, String reason) {
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> this.argument.write("object", value))
			.withMessageStartingWith("Argument 'value' of Methods.object cannot be shown to the approver")
			.withMessageContaining(reason)
			.withMessageEndingWith(", or leave it out with @AirlockOmitted");
	}

	static Stream<Arguments> refused() throws Exception {
		return Stream.of(
				arguments(new GregorianCalendar(new SimpleTimeZone(1234567, "Odd/Zone")),
						"a java.util.GregorianCalendar is not data"),
				arguments(TimeZone.getTimeZone("Europe/Berlin"), "a sun.util.calendar.ZoneInfo is not data"),
				arguments(new java.sql.Date(86400001L), "a java.sql.Date has state besides its text"),
				arguments(new Time(1), "a java.sql.Time is not data"),
				arguments(DateTimeFormatter.ISO_DATE, "a java.time.format.DateTimeFormatter is not data"),
				arguments(ByteBuffer.wrap(new byte[2]), "is not data"),
				arguments(new URL("https://a"), "a java.net.URL is not data"),
				arguments(Pattern.compile("a"), "a java.util.regex.Pattern is not data"),
				arguments(new KerberosKey(new KerberosPrincipal("ann@EXAMPLE.COM"), new byte[16], 17, 1),
						"a javax.security.auth.kerberos.KerberosKey has state besides its text"),
				arguments(
						SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
							.generateSecret(new PBEKeySpec("secret".toCharArray(), new byte[8], 1, 128)),
						"has state besides its text"),
				arguments(new AtomicIntegerArray(1), "a java.util.concurrent.atomic.AtomicIntegerArray is not data"),
				arguments(new OwnReference("a"),
						"extends java.util.concurrent.atomic.AtomicReference, which has state that cannot be read"),
				arguments(new BitSet(), "a java.util.BitSet is not data"), arguments(new Object(), "is not data"),
				arguments(Thread.currentThread(), "is not data"), arguments("s3cr3t \ud800", "surrogate"));
	}

	@Test
	@SuppressWarnings("deprecation")
	void localeWithOnlyVariantDiffersFromRoot() {
		assertThat(this.argument.command("object", Locale.ROOT)).isEqualTo("java.util.Locale(und)");
		assertThat(this.argument.command("object", new Locale("", "", "POSIX")))
			.isEqualTo("java.util.Locale(und-POSIX)");
	}

	@Test
	@SuppressWarnings("deprecation")
	void localeWithASeparatorInAPartIsRefused() {
		for (Locale locale : List.of(new Locale("en", "US_X"), new Locale("zh", "TW", "#Hant"))) {
			assertThatExceptionOfType(InvalidApprovalUsageException.class)
				.isThrownBy(() -> this.argument.write("object", locale))
				.withMessageContaining("has state besides its text");
		}
		for (Locale locale : List.of(new Locale("ja", "JP", "JP"), Locale.forLanguageTag("zh-Hant-TW"))) {
			assertThat(this.argument.command("object", locale))
				.isEqualTo("java.util.Locale(%s)".formatted(locale.toLanguageTag()));
		}
	}

	@Test
	void relativeUriThatLooksAbsoluteIsRefused() {
		URI path = URI.create("https://example.com/").relativize(URI.create("https://example.com/mailto:a"));
		assertThat(path.getScheme()).isNull();
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> this.argument.write("object", path))
			.withMessageContaining("has state besides its text");
		assertThat(this.argument.command("object", URI.create("mailto:a"))).isEqualTo("java.net.URI(mailto:a)");
	}

	@Test
	void classIsLeftOutWhereItIsDeclared() {
		assertThat(this.argument.write("number", 42)).hasToString("{\"value\":42}");
		assertThat(this.argument.write("amount", new BigDecimal("2.50"))).hasToString("{\"value\":\"2.50\"}");
		assertThat(this.argument.write("level", Level.HIGH)).hasToString("{\"value\":\"HIGH\"}");
		assertThat(this.argument.write("zone", ZoneOffset.UTC)).hasToString("{\"value\":\"Z\"}");
	}

	@Test
	void constantsAreShownByTheirNames() {
		assertThat(this.argument.command("level", Level.HIGH)).isEqualTo("HIGH");
		assertThat(this.argument.command("object", Level.LOW)).isEqualTo("Level(LOW)");
		assertThat(this.argument.write("object", Level.LOW).toString()).contains("ValueTypesTests$Level\"");
	}

	@Test
	void equalTextsOfDifferentTypesAreDistinguished() {
		List<Object> alike = List.of("5", 5, 5L, (short) 5, '5', new BigDecimal("5"), BigInteger.valueOf(5),
				new AtomicInteger(5), new StringBuilder("5"), new File("5"), Path.of("5"), URI.create("5"));
		assertThat(alike.stream().map((value) -> this.argument.digest("object", value))).doesNotHaveDuplicates();
		assertThat(this.argument.digest("object", Level.HIGH)).isNotEqualTo(this.argument.digest("object", Other.HIGH));
	}

	interface Methods {

		void object(Object value);

		void number(int value);

		void amount(BigDecimal value);

		void level(Level value);

		void zone(ZoneId value);

	}

	@SuppressWarnings("serial")
	static class OwnReference extends AtomicReference<String> {

		OwnReference(String value) {
			super(value);
		}

	}

	enum Level {

		HIGH, LOW {
			@Override
			public String toString() {
				return "same";
			}
		};

		@Override
		public String toString() {
			return "same";
		}

	}

	enum Other {

		HIGH

	}

}

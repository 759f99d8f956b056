package io.airlockapp.gateway.approval.argument.json;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.Buffer;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Calendar;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.Locale;
import java.util.Set;
import java.util.SimpleTimeZone;
import java.util.TimeZone;
import java.util.function.Function;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

import org.springframework.util.ClassUtils;

/**
 * Provides serializers for values of Java and Spring that Jackson does not write
 * completely. Each value is written as a text, or as an object of its fields, that no
 * other value has.
 */
final class JavaValues {

	/**
	 * Types of Spring with a complete string representation, but incomplete properties.
	 */
	private static final Set<String> TEXTS = Set.of("org.springframework.http.CacheControl",
			"org.springframework.http.ContentDisposition", "org.springframework.http.DefaultHttpStatusCode",
			"org.springframework.http.HttpMethod", "org.springframework.http.HttpRange",
			"org.springframework.scheduling.support.CronExpression",
			"org.springframework.security.core.authority.SimpleGrantedAuthority", "org.springframework.util.MimeType",
			"org.springframework.util.unit.DataSize", "org.springframework.web.util.UriTemplate");

	/**
	 * Type of Spring whose string representation is ambiguous, and which has no other
	 * form.
	 */
	private static final String AMBIGUOUS = "org.springframework.web.util.UriComponents";

	/**
	 * Types of Spring that are written by their fields, which are the data by which users
	 * identify them.
	 */
	private static final Set<String> FIELDS = Set.of("org.springframework.data.domain.AbstractPageRequest",
			"org.springframework.data.domain.Chunk", "org.springframework.data.domain.ExampleMatcher$PropertySpecifier",
			"org.springframework.data.domain.ExampleMatcher$PropertySpecifiers",
			"org.springframework.data.domain.Limit$Limited", "org.springframework.data.domain.Limit$Unlimited",
			"org.springframework.data.domain.Sort", "org.springframework.data.domain.Sort$Order",
			"org.springframework.data.domain.TypedExample", "org.springframework.data.domain.TypedExampleMatcher",
			"org.springframework.data.domain.Unpaged", "org.springframework.data.geo.Distance",
			"org.springframework.http.HttpEntity", "org.springframework.http.ProblemDetail",
			"org.springframework.scheduling.support.CronTrigger",
			"org.springframework.scheduling.support.PeriodicTrigger");

	/**
	 * Types whose class name contains their meaning.
	 */
	private static final Set<String> NAMED = Set.of("org.springframework.data.domain.Limit$Unlimited",
			"org.springframework.data.domain.Unpaged");

	private JavaValues() {
	}

	/**
	 * Return the serializer for values of a type.
	 * @return the serializer, or {@code null} if that of Jackson is exact
	 */
	static @Nullable ValueSerializer<Object> serializer(Class<?> type) {
		Function<Object, @Nullable String> text = text(type);
		if (text != null) {
			return new TextSerializer(text);
		}
		return isIn(FIELDS, type)
				? new FieldsSerializer(HiddenFields.ofLibrary(type), isIn(NAMED, type) ? type.getSimpleName() : null)
				: null;
	}

	private static @Nullable Function<Object, @Nullable String> text(Class<?> type) {
		if (Enum.class.isAssignableFrom(type)) {
			// The name is unique among the constants
			return (value) -> ((Enum<?>) value).name();
		}
		if (isTime(type)) {
			return Object::toString;
		}
		if (type == Locale.class) {
			return (value) -> locale((Locale) value);
		}
		if (Date.class.isAssignableFrom(type)) {
			return (value) -> instant((Date) value).toString();
		}
		if (Calendar.class.isAssignableFrom(type)) {
			return (value) -> calendar((Calendar) value);
		}
		if (TimeZone.class.isAssignableFrom(type)) {
			return (value) -> zone((TimeZone) value);
		}
		if (type == Pattern.class) {
			return (value) -> pattern((Pattern) value);
		}
		if (InetAddress.class.isAssignableFrom(type) || InetSocketAddress.class.isAssignableFrom(type)) {
			return Object::toString;
		}
		if (Buffer.class.isAssignableFrom(type) || isIn(Set.of(AMBIGUOUS), type)) {
			return (value) -> null;
		}
		return isIn(TEXTS, type) ? Object::toString : null;
	}

	private static Instant instant(Date date) {
		return (date instanceof Timestamp timestamp) ? timestamp.toInstant() : Instant.ofEpochMilli(date.getTime());
	}

	/**
	 * Return whether a type is a date, time, zone or amount of time, and not a format.
	 */
	private static boolean isTime(Class<?> type) {
		return type.getName().startsWith("java.time.") && !type.getName().startsWith("java.time.format.");
	}

	private static @Nullable String locale(Locale locale) {
		// Also empty for a locale that has only a variant
		boolean empty = locale.toString().isEmpty() && !locale.equals(Locale.ROOT);
		return empty ? null : locale.toString();
	}

	private static @Nullable String calendar(Calendar calendar) {
		boolean exact = calendar.getClass() == GregorianCalendar.class && zone(calendar.getTimeZone()) != null;
		return exact ? ((GregorianCalendar) calendar).toZonedDateTime().toString() : null;
	}

	private static @Nullable String zone(TimeZone zone) {
		boolean known = !(zone instanceof SimpleTimeZone) && TimeZone.getTimeZone(zone.getID()).hasSameRules(zone);
		return known ? zone.getID() : null;
	}

	private static String pattern(Pattern pattern) {
		return (pattern.flags() == 0) ? pattern.pattern() : "(flags %s) %s".formatted(pattern.flags(), pattern);
	}

	private static boolean isIn(Set<String> names, Class<?> type) {
		for (Class<?> current = type; current != null; current = current.getSuperclass()) {
			if (names.contains(current.getName())) {
				return true;
			}
		}
		return false;
	}

	private static final class TextSerializer extends ValueSerializer<Object> {

		private final Function<Object, @Nullable String> text;

		private TextSerializer(Function<Object, @Nullable String> text) {
			this.text = text;
		}

		@Override
		public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
			String written = this.text.apply(value);
			if (written == null) {
				throw new UnserializableValueException(generator,
						"a %s has state that can't be written".formatted(value.getClass().getName()),
						context.constructType(ClassUtils.getUserClass(value)));
			}
			generator.writeString(written);
		}

	}

}

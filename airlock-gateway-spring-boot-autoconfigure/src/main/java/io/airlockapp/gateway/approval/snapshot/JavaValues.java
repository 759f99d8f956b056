package io.airlockapp.gateway.approval.snapshot;

import java.io.File;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.ZoneId;
import java.time.temporal.Temporal;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.Base64;
import java.util.Currency;
import java.util.Date;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SimpleTimeZone;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Leaf;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Leaf.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Holds the types of Java and Spring whose objects are values: each has a text that no
 * other value of its type has. The list is closed, so that a type with more state than
 * its text is refused and not shown in part.
 */
final class JavaValues {

	/**
	 * Types of Spring with a complete string representation.
	 */
	private static final Set<String> TEXTS_OF_SPRING = Set.of("org.springframework.http.ContentDisposition",
			"org.springframework.http.DefaultHttpStatusCode", "org.springframework.http.HttpMethod",
			"org.springframework.http.MediaType", "org.springframework.scheduling.support.CronExpression",
			"org.springframework.security.core.authority.SimpleGrantedAuthority", "org.springframework.util.MimeType",
			"org.springframework.util.unit.DataSize", "org.springframework.web.util.UriTemplate");

	private static final int MAX_PLAIN_SCALE = 100;

	private static final Map<Class<?>, ValueType> types = new HashMap<>();

	/**
	 * The types by class, also for their implementations that are not public.
	 */
	private static final ClassValue<ValueType> known = new ClassValue<>() {

		@Override
		protected ValueType computeValue(Class<?> type) {
			ValueType exact = types.get(type);
			ValueType found = (exact != null) ? exact : find(type);
			return (found != null) ? found : ValueType.NONE;
		}

	};

	static {
		add(Boolean.class, Kind.BOOLEAN, Object::toString);
		add(Byte.class, Kind.NUMBER, Object::toString);
		add(Short.class, Kind.NUMBER, Object::toString);
		add(Integer.class, Kind.NUMBER, Object::toString);
		add(Long.class, Kind.NUMBER, Object::toString);
		add(Float.class, Kind.NUMBER, Object::toString);
		add(Double.class, Kind.NUMBER, Object::toString);
		add(BigInteger.class, Kind.NUMBER, Object::toString);
		add(BigDecimal.class, Kind.NUMBER, JavaValues::text);
		add(AtomicInteger.class, Kind.NUMBER, Object::toString);
		add(AtomicLong.class, Kind.NUMBER, Object::toString);
		add(AtomicBoolean.class, Kind.BOOLEAN, Object::toString);
		add(String.class, Kind.TEXT, Object::toString);
		add(StringBuilder.class, Kind.TEXT, Object::toString);
		add(StringBuffer.class, Kind.TEXT, Object::toString);
		add(Character.class, Kind.TEXT, Object::toString);
		add(byte[].class, Kind.TEXT, (bytes) -> Base64.getEncoder().encodeToString(bytes));
		add(UUID.class, Kind.TEXT, Object::toString);
		add(Currency.class, Kind.TEXT, Currency::getCurrencyCode);
		add(URI.class, Kind.OTHER, Object::toString);
		add(File.class, Kind.OTHER, File::getPath);
		add(Locale.class, Kind.OTHER, JavaValues::text);
		add(Date.class, Kind.OTHER, (date) -> date.toInstant().toString());
		add(java.sql.Date.class, Kind.OTHER, JavaValues::text);
		add(Time.class, Kind.OTHER, JavaValues::text);
		add(Timestamp.class, Kind.OTHER, (timestamp) -> timestamp.toInstant().toString());
		add(InetSocketAddress.class, Kind.OTHER, Object::toString);
	}

	private JavaValues() {
	}

	private static <T> void add(Class<T> type, Kind kind, Function<T, @Nullable String> text) {
		types.put(type, new ValueType(type, kind, (value) -> text.apply(type.cast(value))));
	}

	private static @Nullable ValueType find(Class<?> type) {
		if (Enum.class.isAssignableFrom(type) && type != Enum.class) {
			Class<?> declaring = type.isEnum() ? type : type.getSuperclass();
			return new ValueType(declaring, Kind.CONSTANT, (value) -> ((Enum<?>) value).name());
		}
		if (type == Class.class) {
			return new ValueType(type, Kind.OTHER, (value) -> ((Class<?>) value).getName());
		}
		if (isTime(type)) {
			Class<?> name = ZoneId.class.isAssignableFrom(type) ? ZoneId.class : type;
			return new ValueType(name, Kind.OTHER, Object::toString);
		}
		if (LibraryTypes.isOfJava(type)) {
			if (Path.class.isAssignableFrom(type)) {
				return new ValueType(Path.class, Kind.OTHER, (path) -> text((Path) path));
			}
			if (Charset.class.isAssignableFrom(type)) {
				return new ValueType(Charset.class, Kind.OTHER, (charset) -> ((Charset) charset).name());
			}
			if (TimeZone.class.isAssignableFrom(type)) {
				return new ValueType(TimeZone.class, Kind.OTHER, (zone) -> text((TimeZone) zone));
			}
			return InetAddress.class.isAssignableFrom(type)
					? new ValueType(InetAddress.class, Kind.OTHER, Object::toString) : null;
		}
		return TEXTS_OF_SPRING.contains(type.getName()) ? new ValueType(type, Kind.OTHER, Object::toString) : null;
	}

	/**
	 * Return whether a type is a date, time, zone or amount of time.
	 */
	private static boolean isTime(Class<?> type) {
		return type.getName().startsWith("java.time.") && !type.getName().startsWith("java.time.format.")
				&& (TemporalAccessor.class.isAssignableFrom(type) || Temporal.class.isAssignableFrom(type)
						|| TemporalAmount.class.isAssignableFrom(type) || ZoneId.class.isAssignableFrom(type));
	}

	/**
	 * Return how values of a class are written.
	 * @param type the class
	 * @return the type, or {@code null} if its objects are no values
	 */
	static @Nullable ValueType of(Class<?> type) {
		ValueType found = known.get(type);
		return (found != ValueType.NONE) ? found : null;
	}

	private static String text(BigDecimal number) {
		boolean plain = number.scale() >= 0 && number.scale() <= MAX_PLAIN_SCALE;
		// Java caches this text, which is plain without an exponent
		String text = number.toString();
		return (plain && text.indexOf('E') >= 0) ? number.toPlainString() : text;
	}

	private static @Nullable String text(Locale locale) {
		// Also empty for a locale that has only a variant
		boolean empty = locale.toString().isEmpty() && !locale.equals(Locale.ROOT);
		// Otherwise a part can contain the separator of the parts
		boolean wellFormed = Locale.forLanguageTag(locale.toLanguageTag()).equals(locale);
		return (empty || !wellFormed) ? null : locale.toString();
	}

	private static @Nullable String text(java.sql.Date date) {
		boolean day = java.sql.Date.valueOf(date.toLocalDate()).getTime() == date.getTime();
		return day ? date.toLocalDate().toString() : null;
	}

	private static @Nullable String text(Time time) {
		boolean exact = Time.valueOf(time.toLocalTime()).getTime() == time.getTime();
		return exact ? time.toLocalTime().toString() : null;
	}

	private static @Nullable String text(Path path) {
		return (path.getFileSystem() == FileSystems.getDefault()) ? path.toString() : null;
	}

	private static @Nullable String text(TimeZone zone) {
		boolean known = !(zone instanceof SimpleTimeZone) && TimeZone.getTimeZone(zone.getID()).hasSameRules(zone);
		return known ? zone.getID() : null;
	}

	/**
	 * Type of values.
	 *
	 * @param type the class that identifies the type
	 * @param kind the kind of the values
	 * @param text returns the text of a value, or {@code null} if it has state besides
	 */
	record ValueType(Class<?> type, Kind kind, Function<Object, @Nullable String> text) {

		private static final ValueType NONE = new ValueType(Void.class, Kind.OTHER, (value) -> null);

		/**
		 * Return a value as a node.
		 * @return the node, or {@code null} if the value has state besides its text
		 */
		@Nullable Leaf write(Object value, boolean declared) {
			String written = this.text.apply(value);
			return (written != null) ? new Leaf(this.kind, written, this.type.getTypeName(), declared) : null;
		}

	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.io.File;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URL;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.security.Key;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.sql.Timestamp;
import java.time.ZoneId;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.Arrays;
import java.util.Base64;
import java.util.Currency;
import java.util.Date;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.approval.ArgumentFormatter;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Leaf.Kind;
import javax.crypto.interfaces.PBEKey;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

import org.springframework.util.MimeType;

/**
 * Holds the types whose objects are values: each has a text that no other value of its
 * type has. The list is closed, except for formatters of the application, so that a type
 * with more state than its text is refused and not shown in part.
 */
final class ValueTypes {

	/**
	 * Types of Spring whose objects are shown by their texts.
	 */
	private static final Set<String> TEXTS_OF_SPRING = Set.of("org.springframework.http.DefaultHttpStatusCode",
			"org.springframework.http.HttpMethod", "org.springframework.http.MediaType",
			"org.springframework.scheduling.support.CronExpression",
			"org.springframework.security.core.authority.SimpleGrantedAuthority", "org.springframework.util.MimeType",
			"org.springframework.util.unit.DataSize", "org.springframework.web.util.UriTemplate");

	/**
	 * The types whose implementations are not public.
	 */
	private static final List<Class<?>> ABSTRACT = List.of(Certificate.class, Charset.class, Key.class, Path.class,
			ZoneId.class);

	private final List<ArgumentFormatter<?>> formatters;

	/**
	 * The types by class, also for implementations and subclasses, without those of
	 * formatters: Java keeps its own classes, and so what is known of them. It is not
	 * static, since Java would then keep the class loader of a web application that was
	 * undeployed.
	 */
	private final ClassValue<@Nullable ValueType> known = LibraryTypes.cache(ValueTypes::inspect);

	ValueTypes(List<ArgumentFormatter<?>> formatters) {
		this.formatters = List.copyOf(formatters);
		for (ArgumentFormatter<?> formatter : formatters) {
			Class<?> type = formatter.getType();
			if (LibraryTypes.isOfJava(type) || type.isEnum()) {
				throw UnguardableMethodException.withRemedy(
						"The ArgumentFormatter %s is for %s, which is a type of Java or an enum"
							.formatted(formatter.getClass().getName(), type.getName()),
						"Return the type whose objects are values, or remove the formatter.");
			}
		}
	}

	/**
	 * Find the type of the values of a class.
	 * @param type the class
	 * @return the type, or {@code null} if objects of the class are no values, or hidden
	 */
	@Nullable ValueType find(Class<?> type) {
		ValueType found = this.known.get(type);
		return (found != null || this.formatters.isEmpty()) ? found : findFormatted(type);
	}

	private @Nullable ValueType findFormatted(Class<?> type) {
		return this.formatters.stream()
			.filter((formatter) -> formatter.getType().isAssignableFrom(type) && !addsFields(type, formatter.getType())
					&& !CredentialTypes.contain(type))
			.findFirst()
			.map((formatter) -> new ValueType(type, Kind.OTHER, (value) -> format(formatter, value)))
			.orElse(null);
	}

	private static @Nullable ValueType inspect(Class<?> type) {
		if (Enum.class.isAssignableFrom(type) && type != Enum.class) {
			Class<?> declaring = type.isEnum() ? type : type.getSuperclass();
			return new ValueType(declaring, Kind.CONSTANT, (value) -> ((Enum<?>) value).name());
		}
		if (LibraryTypes.isOfJava(type)) {
			Class<?> known = ABSTRACT.stream()
				.filter((candidate) -> candidate.isAssignableFrom(type))
				.findFirst()
				.orElse(type);
			return isTime(known) ? new ValueType(type, Kind.OTHER, Object::toString) : JavaTypes.known.get(known);
		}
		if (TEXTS_OF_SPRING.contains(type.getName())) {
			// A parameter of a media type that is in quotation marks can contain others
			return new ValueType(type, Kind.OTHER, (value) -> (value instanceof MimeType mimeType)
					? text(mimeType, mimeType.toString(), MimeType::valueOf) : value.toString());
		}
		return null;
	}

	/**
	 * Return whether a class adds state to the one that a formatter is for. The formatter
	 * of an abstract type is written for its subclasses, any other one knows none.
	 */
	private static boolean addsFields(Class<?> type, Class<?> formatted) {
		return type != formatted && !Modifier.isAbstract(formatted.getModifiers())
				&& (Arrays.stream(type.getDeclaredFields()).anyMatch(StateFields::isState)
						|| addsFields(type.getSuperclass(), formatted));
	}

	/**
	 * Return whether a type is a date, a time or an amount of time.
	 */
	private static boolean isTime(Class<?> type) {
		return type.getName().startsWith("java.time.") && !type.getName().startsWith("java.time.format.")
				&& (TemporalAccessor.class.isAssignableFrom(type) || TemporalAmount.class.isAssignableFrom(type));
	}

	private static <T> String format(ArgumentFormatter<T> formatter, Object value) {
		String text;
		try {
			text = formatter.format(formatter.getType().cast(value));
		}
		catch (AirlockGatewayException ex) {
			throw ex;
		}
		catch (Throwable ex) {
			// Its message can contain the value
			throw new UnreadableValueException("the ArgumentFormatter %s failed (%s)"
				.formatted(formatter.getClass().getName(), ex.getClass().getSimpleName()));
		}
		if (text == null) {
			throw new UnreadableValueException(
					"the ArgumentFormatter %s returns no text".formatted(formatter.getClass().getName()));
		}
		return text;
	}

	private static @Nullable String text(Key key) {
		// A key of Kerberos also has a principal, and one of a password the password
		boolean encoded = key.getEncoded() != null && !(key instanceof PBEKey)
				&& !key.getClass().getName().startsWith("javax.security.auth.kerberos.");
		// A secret key can have the bytes of an encoded public one
		return encoded ? key.getAlgorithm() + ":" + key.getFormat() + ":" + HexFormat.of().formatHex(key.getEncoded())
				: null;
	}

	private static @Nullable String text(Certificate certificate) {
		try {
			return HexFormat.of().formatHex(certificate.getEncoded());
		}
		catch (CertificateEncodingException ex) {
			return null;
		}
	}

	private static String text(BigDecimal number) {
		boolean plain = number.scale() >= 0 && number.scale() <= 100;
		// Java caches this text, which is plain without an exponent
		String text = number.toString();
		return (plain && text.indexOf('E') >= 0) ? number.toPlainString() : text;
	}

	/**
	 * Return a text if it is read as an equal value, so that it is that of no other one.
	 */
	private static <T> @Nullable String text(T value, String text, Function<String, T> reader) {
		try {
			return reader.apply(text).equals(value) ? text : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	/**
	 * Type of values.
	 *
	 * @param type the class that identifies the type
	 * @param kind the kind of the values
	 * @param text returns the text of a value, or {@code null} if it has state besides
	 */
	record ValueType(Class<?> type, Kind kind, Function<Object, @Nullable String> text) {
	}

	/**
	 * Holds the types of Java, which are needed only when a call is shown.
	 */
	private static final class JavaTypes {

		private static final Map<Class<?>, ValueType> known = new HashMap<>();

		static {
			for (Class<?> number : List.of(Byte.class, Short.class, Integer.class, Long.class, Float.class,
					Double.class, BigInteger.class, AtomicInteger.class, AtomicLong.class)) {
				add(number, Kind.NUMBER, Object::toString);
			}
			add(BigDecimal.class, Kind.NUMBER, ValueTypes::text);
			add(Boolean.class, Kind.BOOLEAN, Object::toString);
			add(AtomicBoolean.class, Kind.BOOLEAN, Object::toString);
			for (Class<?> text : List.of(String.class, StringBuilder.class, StringBuffer.class, Character.class,
					UUID.class, Currency.class)) {
				add(text, Kind.TEXT, Object::toString);
			}
			// URI.relativize creates paths whose texts have a scheme
			add(URI.class, Kind.OTHER, (uri) -> text(uri, uri.toString(), URI::create));
			for (Class<?> other : List.of(File.class, Charset.class, ZoneId.class)) {
				add(other, Kind.OTHER, Object::toString);
			}
			add(byte[].class, Kind.TEXT, (bytes) -> Base64.getEncoder().encodeToString(bytes));
			add(Class.class, Kind.OTHER, (type) -> type.getName());
			// Credentials, which are hidden, and what is a value in them only
			add(char[].class, Kind.TEXT, (characters) -> new String(characters));
			add(Key.class, Kind.OTHER, ValueTypes::text);
			add(Certificate.class, Kind.OTHER, ValueTypes::text);
			add(X500Principal.class, Kind.OTHER, (principal) -> HexFormat.of().formatHex(principal.getEncoded()));
			add(URL.class, Kind.OTHER, URL::toExternalForm);
			// A name can have bytes that are not of the encoding of file names
			add(Path.class, Kind.OTHER, (path) -> text(path, path.toString(), Path::of));
			// A part can contain the separator of the parts
			add(Locale.class, Kind.OTHER, (locale) -> text(locale, locale.toLanguageTag(), Locale::forLanguageTag));
			add(Date.class, Kind.OTHER, (date) -> date.toInstant().toString());
			add(Timestamp.class, Kind.OTHER, (timestamp) -> timestamp.toInstant().toString());
			add(java.sql.Date.class, Kind.OTHER,
					(date) -> text(date, date.toLocalDate().toString(), java.sql.Date::valueOf));
		}

		private static <T> void add(Class<T> type, Kind kind, Function<T, @Nullable String> text) {
			known.put(type, new ValueType(type, kind, (value) -> text.apply(type.cast(value))));
		}

	}

}

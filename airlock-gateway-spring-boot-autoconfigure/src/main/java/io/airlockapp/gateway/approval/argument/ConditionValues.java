package io.airlockapp.gateway.approval.argument;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Compares values in a condition if the result is clear, and fails otherwise. SpEL
 * instead treats {@code null} and NaN as less than a number, and a text as different from
 * an enum constant of that name.
 */
final class ConditionValues {

	private static final Set<Class<?>> ORDERED = Set.of(LocalDate.class, LocalTime.class, LocalDateTime.class,
			Instant.class, Duration.class, Year.class, YearMonth.class);

	private static final Set<Class<?>> COMPARED = Set.of(String.class, Boolean.class, Character.class, UUID.class);

	private static final Set<Class<?>> UNCHANGEABLE = Set.of(Byte.class, Short.class, Integer.class, Long.class,
			Float.class, Double.class, BigInteger.class, BigDecimal.class, OffsetDateTime.class, ZonedDateTime.class,
			OffsetTime.class, Period.class, MonthDay.class, ZoneOffset.class);

	private ConditionValues() {
	}

	/**
	 * Return whether a value can't change, and runs no code of the caller.
	 * @return {@code true} only for {@code null}, enums, and values of exactly these
	 * types of Java
	 */
	static boolean isUnchangeable(@Nullable Object value) {
		return value == null || value instanceof Enum || ORDERED.contains(value.getClass())
				|| COMPARED.contains(value.getClass()) || UNCHANGEABLE.contains(value.getClass());
	}

	static boolean isTrue(@Nullable Object value) {
		if (value instanceof Boolean bool) {
			return bool;
		}
		throw new UnclearConditionException("what has to be true or false is neither");
	}

	@SuppressWarnings({ "unchecked", "rawtypes" })
	static boolean isLess(@Nullable Object left, @Nullable Object right) {
		if (left != null && right != null && (areEnums(left, right) || areOf(ORDERED, left, right))) {
			return ((Comparable) left).compareTo(right) < 0;
		}
		return ExactNumber.of(left).isLess(ExactNumber.of(right));
	}

	static boolean isEqual(@Nullable Object left, @Nullable Object right) {
		if (left == null || right == null) {
			throw new UnclearConditionException("a value that is compared is null");
		}
		if (areEnums(left, right)) {
			return left == right;
		}
		if (areOf(COMPARED, left, right) || areOf(ORDERED, left, right)) {
			return left.equals(right);
		}
		if (isNumber(left) && isNumber(right)) {
			return ExactNumber.of(left).isEqual(ExactNumber.of(right));
		}
		throw new UnclearConditionException("a %s and a %s can't be compared%s".formatted(left.getClass().getName(),
				right.getClass().getName(),
				(left instanceof Enum || right instanceof Enum) ? "; write a constant as in 'T(type).NAME'" : ""));
	}

	/**
	 * Return a value that is passed to a method.
	 * @throws UnclearConditionException if it is a number with unexpected results of
	 * comparisons
	 */
	static @Nullable Object requireClear(@Nullable Object value) {
		if (value instanceof Double || value instanceof Float) {
			ExactNumber.of(value);
		}
		return value;
	}

	private static boolean isNumber(Object value) {
		return value instanceof Number || value instanceof ExactNumber;
	}

	private static boolean areOf(Set<Class<?>> types, Object left, Object right) {
		return left.getClass() == right.getClass() && types.contains(left.getClass());
	}

	private static boolean areEnums(Object left, Object right) {
		return left instanceof Enum<?> one && right instanceof Enum<?> other
				&& one.getDeclaringClass() == other.getDeclaringClass();
	}

}

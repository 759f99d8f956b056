package io.airlockapp.gateway.approval.argument;

import java.math.BigDecimal;
import java.math.BigInteger;

import org.jspecify.annotations.Nullable;

import org.springframework.core.convert.TypeDescriptor;
import org.springframework.expression.TypeConverter;
import org.springframework.util.ClassUtils;

/**
 * Converts values for the methods that a condition calls. Numbers are converted only if
 * their value stays the same: SpEL's converter turns NaN into 0 and 100.99 into 100.
 */
final class ExactTypeConverter implements TypeConverter {

	@Override
	public boolean canConvert(@Nullable TypeDescriptor sourceType, TypeDescriptor targetType) {
		return sourceType == null || sourceType.isAssignableTo(targetType)
				|| (Number.class.isAssignableFrom(sourceType.getObjectType())
						&& Number.class.isAssignableFrom(targetType.getObjectType()));
	}

	@Override
	public @Nullable Object convertValue(@Nullable Object value, @Nullable TypeDescriptor sourceType,
			TypeDescriptor targetType) {
		if ((value == null && !targetType.isPrimitive()) || targetType.getObjectType().isInstance(value)) {
			return value;
		}
		return convert(ExactNumber.of(value).exact(), ClassUtils.resolvePrimitiveIfNecessary(targetType.getType()));
	}

	private static Object convert(BigDecimal number, Class<?> type) {
		try {
			if (type == BigDecimal.class) {
				return number;
			}
			if (type == BigInteger.class) {
				return number.toBigIntegerExact();
			}
			if (type == Long.class) {
				return number.longValueExact();
			}
			if (type == Integer.class) {
				return number.intValueExact();
			}
			if (type == Short.class) {
				return number.shortValueExact();
			}
			if (type == Byte.class) {
				return number.byteValueExact();
			}
			if (type == Double.class && isSame(number.doubleValue(), number)) {
				return number.doubleValue();
			}
		}
		catch (ArithmeticException ex) {
			// The number does not fit
		}
		throw new UnclearConditionException(
				"a method takes a %s, and is passed another value".formatted(type.getName()));
	}

	private static boolean isSame(double converted, BigDecimal number) {
		return Double.isFinite(converted) && (new BigDecimal(converted).compareTo(number) == 0
				|| BigDecimal.valueOf(converted).compareTo(number) == 0);
	}

}

package io.airlockapp.gateway.approval.argument;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Number in a condition. A {@code double} that is written as 0.1 is slightly more than
 * 0.1, so it represents both. If the two lead to different results, the result is not
 * clear.
 *
 * @param low the lower bound of the number
 * @param high the upper bound of the number
 */
record ExactNumber(BigDecimal low, BigDecimal high) {

	/**
	 * More than any {@code double} needs, and few enough for a fast calculation: a
	 * decimal number such as 1E+1000000000 would exhaust the memory.
	 */
	private static final int MAX_DIGITS = 5000;

	private static final int MAX_EXPONENT = 64;

	ExactNumber {
		requireFew(low);
		requireFew(high);
	}

	private static void requireFew(BigDecimal number) {
		if (Math.abs((long) number.scale()) > MAX_DIGITS || number.unscaledValue().bitLength() > MAX_DIGITS * 4) {
			throw new UnclearConditionException("a number has too many digits");
		}
	}

	/**
	 * Return a value as a number.
	 * @param value a number of exactly one of Java's types, since subclasses could return
	 * any value
	 * @throws UnclearConditionException if it is not such a number, or not finite
	 */
	static ExactNumber of(@Nullable Object value) {
		if (value == null) {
			throw new UnclearConditionException("a value that is compared or calculated with is null");
		}
		if (value instanceof ExactNumber number) {
			return number;
		}
		Class<?> type = value.getClass();
		if (type == BigDecimal.class) {
			return exactly((BigDecimal) value);
		}
		if (type == BigInteger.class) {
			return exactly(new BigDecimal((BigInteger) value));
		}
		if (type == Integer.class || type == Long.class || type == Short.class || type == Byte.class) {
			return exactly(BigDecimal.valueOf(((Number) value).longValue()));
		}
		if (type == Double.class || type == Float.class) {
			return ofBinary((Number) value);
		}
		throw new UnclearConditionException("a %s is no number".formatted(type.getName()));
	}

	private static ExactNumber ofBinary(Number value) {
		double number = value.doubleValue();
		if (!Double.isFinite(number)) {
			throw new UnclearConditionException("a number is NaN or infinite");
		}
		if (Double.compare(number, -0.0) == 0) {
			throw new UnclearConditionException("a number is -0.0");
		}
		BigDecimal exact = new BigDecimal(number);
		BigDecimal written = new BigDecimal(value.toString());
		return new ExactNumber(exact.min(written), exact.max(written));
	}

	static ExactNumber exactly(BigDecimal value) {
		return new ExactNumber(value, value);
	}

	private boolean isExact() {
		return this.low.compareTo(this.high) == 0;
	}

	private boolean isWhole() {
		return this.low.signum() == 0 || this.low.stripTrailingZeros().scale() <= 0;
	}

	/**
	 * Return the exact number.
	 * @throws UnclearConditionException if it represents two numbers
	 */
	BigDecimal exact() {
		if (!isExact()) {
			throw new UnclearConditionException("a double is not the decimal number that it is written as");
		}
		return this.low;
	}

	boolean isLess(ExactNumber other) {
		if (this.high.compareTo(other.low) < 0) {
			return true;
		}
		if (this.low.compareTo(other.high) >= 0) {
			return false;
		}
		throw new UnclearConditionException("a double is not the decimal number that it is written as");
	}

	boolean isEqual(ExactNumber other) {
		if (this.high.compareTo(other.low) < 0 || this.low.compareTo(other.high) > 0) {
			return false;
		}
		return exact().compareTo(other.exact()) == 0;
	}

	ExactNumber negate() {
		return new ExactNumber(this.high.negate(), this.low.negate());
	}

	ExactNumber plus(ExactNumber other) {
		return new ExactNumber(this.low.add(other.low), this.high.add(other.high));
	}

	ExactNumber minus(ExactNumber other) {
		return plus(other.negate());
	}

	ExactNumber times(ExactNumber other) {
		BigDecimal[] products = Stream.of(this.low, this.high)
			.flatMap((factor) -> Stream.of(factor.multiply(other.low), factor.multiply(other.high)))
			.toArray(BigDecimal[]::new);
		return new ExactNumber(Stream.of(products).reduce(products[0], BigDecimal::min),
				Stream.of(products).reduce(products[0], BigDecimal::max));
	}

	/**
	 * Divide by a number. Java truncates the quotient of whole numbers, so the result is
	 * clear only without a remainder.
	 */
	ExactNumber dividedBy(ExactNumber other) {
		BigDecimal quotient = divide(other, BigDecimal::divide);
		ExactNumber result = exactly(quotient);
		if (isWhole() && other.isWhole() && !result.isWhole()) {
			throw new UnclearConditionException("a division of whole numbers leaves a remainder");
		}
		return result;
	}

	ExactNumber remainder(ExactNumber other) {
		if (!isWhole() || !other.isWhole()) {
			throw new UnclearConditionException("the remainder is taken of a number that is not whole");
		}
		return exactly(divide(other, BigDecimal::remainder));
	}

	private BigDecimal divide(ExactNumber other, BinaryOperator<BigDecimal> division) {
		try {
			return division.apply(exact(), other.exact());
		}
		catch (ArithmeticException ex) {
			throw new UnclearConditionException("a division is by zero or has no exact result");
		}
	}

	ExactNumber power(ExactNumber exponent) {
		BigDecimal times = exponent.exact();
		if (!exponent.isWhole() || times.signum() < 0 || times.compareTo(BigDecimal.valueOf(MAX_EXPONENT)) > 0) {
			throw new UnclearConditionException("an exponent is not one of 0 to " + MAX_EXPONENT);
		}
		ExactNumber result = exactly(BigDecimal.ONE);
		for (int i = 0; i < times.intValueExact(); i++) {
			result = result.times(this);
		}
		return result;
	}

	@Override
	public String toString() {
		return "(number)";
	}

}

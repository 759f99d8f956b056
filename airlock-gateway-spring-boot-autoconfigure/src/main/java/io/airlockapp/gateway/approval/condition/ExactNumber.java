/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.condition;

import java.math.BigDecimal;
import java.util.Set;
import java.util.function.BinaryOperator;

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

	/**
	 * The length of a text with that many digits, a sign, a point and an exponent.
	 */
	private static final int MAX_LENGTH = MAX_DIGITS + 20;

	/**
	 * The types whose texts are their values. All others may be binary.
	 */
	private static final Set<String> EXACT_TYPES = Set.of("java.lang.Byte", "java.lang.Short", "java.lang.Integer",
			"java.lang.Long", "java.math.BigInteger", "java.math.BigDecimal",
			"java.util.concurrent.atomic.AtomicInteger", "java.util.concurrent.atomic.AtomicLong");

	ExactNumber {
		requireFewDigits(Math.abs((long) low.scale()) <= MAX_DIGITS && low.precision() <= MAX_DIGITS);
		requireFewDigits(Math.abs((long) high.scale()) <= MAX_DIGITS && high.precision() <= MAX_DIGITS);
	}

	private static void requireFewDigits(boolean few) {
		if (!few) {
			throw new UnclearConditionException("a number has too many digits");
		}
	}

	/**
	 * Return a number of Java.
	 * @param text the text of the number
	 * @param type the name of its class
	 * @throws UnclearConditionException if it is not finite, or has too many digits
	 */
	static ExactNumber of(String text, String type) {
		requireFewDigits(text.length() <= MAX_LENGTH);
		if (EXACT_TYPES.contains(type)) {
			return exactly(new BigDecimal(text));
		}
		double binary = type.equals("java.lang.Float") ? Float.parseFloat(text) : Double.parseDouble(text);
		if (!Double.isFinite(binary) || Double.compare(binary, -0.0) == 0) {
			throw new UnclearConditionException("a number is NaN, infinite or -0.0");
		}
		BigDecimal exact = new BigDecimal(binary);
		BigDecimal written = new BigDecimal(text);
		return new ExactNumber(exact.min(written), exact.max(written));
	}

	static ExactNumber exactly(BigDecimal value) {
		return new ExactNumber(value, value);
	}

	boolean isLess(ExactNumber other) {
		if (this.high.compareTo(other.low) < 0) {
			return true;
		}
		if (this.low.compareTo(other.high) >= 0) {
			return false;
		}
		throw inexact();
	}

	boolean isEqual(ExactNumber other) {
		if (this.high.compareTo(other.low) < 0 || this.low.compareTo(other.high) > 0) {
			return false;
		}
		return exact().compareTo(other.exact()) == 0;
	}

	ExactNumber calculate(BinaryOperator<BigDecimal> calculation, ExactNumber other) {
		return exactly(calculation.apply(exact(), other.exact()));
	}

	private BigDecimal exact() {
		if (this.low.compareTo(this.high) != 0) {
			throw inexact();
		}
		return this.low;
	}

	private static UnclearConditionException inexact() {
		return new UnclearConditionException("a double has no exact decimal value");
	}

	@Override
	public String toString() {
		return "(number)";
	}

}

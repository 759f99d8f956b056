/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

import tools.jackson.core.io.NumberOutput;

/**
 * Formats a double like ECMAScript's {@code Number::toString}, which RFC 8785 specifies
 * as the canonical form.
 *
 * @see <a href="https://tc39.es/ecma262/#sec-numeric-types-number-tostring">ECMAScript,
 * Number::toString</a>
 */
final class EcmaScriptNumber {

	private EcmaScriptNumber() {
	}

	static String toText(double value) {
		if (!Double.isFinite(value)) {
			throw new IllegalArgumentException("JSON has no number " + value);
		}
		if (value == 0) {
			return "0";
		}
		BigDecimal shortest = shortest(Math.abs(value));
		String text = format(shortest.unscaledValue().toString(), shortest.precision() - shortest.scale());
		return (value < 0) ? "-" + text : text;
	}

	private static BigDecimal shortest(double value) {
		// Before Java 19, Double.toString is not the shortest form; Jackson's is
		BigDecimal decimal = new BigDecimal(NumberOutput.toString(value, true)).stripTrailingZeros();
		if (decimal.precision() == 2) {
			// Java requires two digits where one is sufficient: 4.9E-324 is 5e-324
			for (RoundingMode mode : new RoundingMode[] { RoundingMode.HALF_EVEN, RoundingMode.DOWN,
					RoundingMode.UP }) {
				BigDecimal oneDigit = decimal.round(new MathContext(1, mode)).stripTrailingZeros();
				if (oneDigit.doubleValue() == value) {
					return oneDigit;
				}
			}
		}
		return decimal;
	}

	/**
	 * Place the decimal point. The value is {@code 0.digits} times ten to the power of
	 * {@code point}.
	 */
	private static String format(String digits, int point) {
		int count = digits.length();
		if (count <= point && point <= 21) {
			return digits + "0".repeat(point - count);
		}
		if (0 < point && point <= 21) {
			return digits.substring(0, point) + "." + digits.substring(point);
		}
		if (-6 < point && point <= 0) {
			return "0." + "0".repeat(-point) + digits;
		}
		int exponent = point - 1;
		String mantissa = (count == 1) ? digits : digits.charAt(0) + "." + digits.substring(1);
		return mantissa + "e" + ((exponent < 0) ? "-" : "+") + Math.abs(exponent);
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class EcmaScriptNumberTests {

	/**
	 * The checksums that the author of RFC 8785 published for the first lines of his file
	 * of numbers.
	 */
	@ParameterizedTest
	@CsvSource({ "1000, be18b62b6f69cdab33a7e0dae0d9cfa869fda80ddc712221570f9f40a5878687",
			"10000, b9f7a8e75ef22a835685a52ccba7f7d6bdc99e34b010992cbc5864cd12be6892",
			"100000, 22776e6d4b49fa294a0d0f349268e5c28808fe7e0cb2bcbe28f63894e494d4c7" })
	void writesThePublishedNumbers(int lines, String checksum) throws GeneralSecurityException {
		assertThat(checksum(lines)).isEqualTo(checksum);
	}

	@Tag("slow")
	@Test
	void writesAMillionPublishedNumbers() throws GeneralSecurityException {
		assertThat(checksum(1_000_000)).isEqualTo("49415fee2c56c77864931bd3624faad425c3c577d6d74e89a83bc725506dad16");
	}

	private static String checksum(int lines) throws GeneralSecurityException {
		MessageDigest digest = MessageDigest.getInstance("SHA-256");
		PublishedNumbers numbers = new PublishedNumbers();
		for (int i = 0; i < lines; i++) {
			double number = numbers.next();
			String line = Long.toHexString(Double.doubleToRawLongBits(number)) + "," + EcmaScriptNumber.toText(number)
					+ "\n";
			digest.update(line.getBytes(StandardCharsets.US_ASCII));
		}
		return HexFormat.of().formatHex(digest.digest());
	}

	@ParameterizedTest
	@CsvSource({ "0x0p0, 0", "-0x0p0, 0", "0x1p-1074, 5e-324", "0x1.fffffffffffffp1023, 1.7976931348623157e+308",
			"1e20, 100000000000000000000", "1e21, 1e+21", "123456789012345680000, 123456789012345680000",
			"1e-6, 0.000001", "1e-7, 1e-7", "-1.5e-9, -1.5e-9", "9007199254740993, 9007199254740992", "2e23, 2e+23",
			"4.35, 4.35" })
	void writesAsEcmaScriptDoes(double value, String text) {
		assertThat(EcmaScriptNumber.toText(value)).isEqualTo(text);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 4, 5, 6, 7, 8, 9 })
	void writesOneDigitForEachOneDigitDecimal(int digit) {
		for (int exponent = -323; exponent <= 308; exponent++) {
			double value = new BigDecimal(digit + "e" + exponent).doubleValue();
			if (Double.isFinite(value)) {
				assertThat(EcmaScriptNumber.toText(value)).isEqualTo(oneDigit(digit, exponent));
			}
		}
	}

	private static String oneDigit(int digit, int exponent) {
		if (exponent > 20 || exponent < -6) {
			return digit + "e" + ((exponent > 0) ? "+" : "") + exponent;
		}
		return (exponent >= 0) ? digit + "0".repeat(exponent) : "0." + "0".repeat(-exponent - 1) + digit;
	}

	@ParameterizedTest
	@ValueSource(doubles = { Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY })
	void refusesWhatIsNotFinite(double value) {
		assertThatIllegalArgumentException().isThrownBy(() -> EcmaScriptNumber.toText(value));
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;

import static org.assertj.core.api.Assertions.assertThat;

class EcmaScriptNumberPropertyTests {

	@Property(tries = 20_000)
	void readsBackAsTheSameDouble(@ForAll("doubles") double value) {
		assertThat(Double.parseDouble(EcmaScriptNumber.toText(value)) + 0.0).isEqualTo(value + 0.0);
	}

	@Property(tries = 20_000)
	void hasAnEcmaScriptShape(@ForAll("doubles") double value) {
		assertThat(EcmaScriptNumber.toText(value))
			.matches("-?(0|[1-9]\\d{0,20})(\\.\\d*[1-9])?|-?[1-9](\\.\\d*[1-9])?e[+-][1-9]\\d{0,2}");
	}

	@Property
	void writesIntegersPlainly(@ForAll("safeIntegers") long value) {
		assertThat(EcmaScriptNumber.toText(value)).isEqualTo(Long.toString(value));
	}

	@Provide
	Arbitrary<Double> doubles() {
		Arbitrary<Double> anyBits = Arbitraries.longs()
			.withDistribution(RandomDistribution.uniform())
			.map(Double::longBitsToDouble)
			.filter(Double::isFinite);
		Arbitrary<Double> decimals = Arbitraries.bigDecimals().ofScale(12).map(Number::doubleValue);
		return Arbitraries.oneOf(anyBits, decimals, Arbitraries.doubles());
	}

	@Provide
	Arbitrary<Long> safeIntegers() {
		return Arbitraries.longs().between(-(1L << 53), 1L << 53);
	}

}

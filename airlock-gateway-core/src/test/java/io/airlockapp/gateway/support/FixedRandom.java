/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import java.util.function.LongBinaryOperator;
import java.util.random.RandomGenerator;

/**
 * A generator that always draws one end of the range.
 */
public final class FixedRandom {

	private FixedRandom() {
	}

	public static RandomGenerator highest() {
		return drawing((origin, bound) -> bound - 1);
	}

	public static RandomGenerator lowest() {
		return drawing((origin, bound) -> origin);
	}

	private static RandomGenerator drawing(LongBinaryOperator end) {
		return new RandomGenerator() {

			@Override
			public long nextLong() {
				throw new UnsupportedOperationException();
			}

			@Override
			public long nextLong(long origin, long bound) {
				return end.applyAsLong(origin, bound);
			}

		};
	}

}

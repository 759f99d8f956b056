/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.util.random.RandomGenerator;

/**
 * A generator that always draws one end of the range.
 */
final class FixedRandom {

	private FixedRandom() {
	}

	static RandomGenerator highest() {
		return new RandomGenerator() {

			@Override
			public long nextLong() {
				throw new UnsupportedOperationException();
			}

			@Override
			public long nextLong(long origin, long bound) {
				return bound - 1;
			}

		};
	}

	static RandomGenerator lowest() {
		return new RandomGenerator() {

			@Override
			public long nextLong() {
				throw new UnsupportedOperationException();
			}

			@Override
			public long nextLong(long origin, long bound) {
				return origin;
			}

		};
	}

}

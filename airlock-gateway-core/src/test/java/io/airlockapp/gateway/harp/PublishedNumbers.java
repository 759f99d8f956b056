/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The endless sequence of doubles for which the author of RFC 8785 published the
 * checksums of their ECMAScript forms: first values near which writers of numbers err,
 * then the 2,000 smallest normal ones, then those that a chain of SHA-256 hashes gives.
 *
 * @see <a href="https://github.com/cyberphone/json-canonicalization">The author's
 * repository</a>
 */
final class PublishedNumbers {

	/**
	 * How many units in the last place the powers of ten times a third, from 10^22 down,
	 * differ from the correctly rounded ones. After these, only the last one does.
	 */
	private static final int[] THIRDS_OFFSETS = { 0, 0, 1, 1, 1, 2, 1, 1, 3, 1, 2, 2, 1, 1, 1, 0, 0, 0, -1 };

	private static final int THIRDS = 50;

	private static final long[] ENDS = { 0x3ff0000000000000L, 0xbff0000000000000L, 0xbfeffffffffffffaL,
			0xbfeffffffffffffbL, 0x3feffffffffffffaL, 0x3feffffffffffffbL, 0x3feffffffffffffcL, 0x3feffffffffffffeL,
			0xbfefffffffffffffL, 0xbfefffffffffffffL, 0x3fefffffffffffffL, 0x3fefffffffffffffL, 0x3fd3333333333332L,
			0x3fd3333333333333L, 0x3fd3333333333334L, 0x0010000000000000L, 0x000ffffffffffffdL, 0x000fffffffffffffL,
			0x7fefffffffffffffL, 0xffefffffffffffffL, 0x4340000000000000L, 0xc340000000000000L, 0x4430000000000000L,
			0x44b52d02c7e14af5L, 0x44b52d02c7e14af6L, 0x44b52d02c7e14af7L, 0x444b1ae4d6e2ef4eL, 0x444b1ae4d6e2ef4fL,
			0x444b1ae4d6e2ef50L, 0x3eb0c6f7a0b5ed8cL, 0x3eb0c6f7a0b5ed8dL, 0x41b3de4355555553L, 0x41b3de4355555554L,
			0x41b3de4355555555L, 0x41b3de4355555556L, 0x41b3de4355555557L, 0xbecbf647612f3696L, 0x43143ff3c1cb0959L };

	private final Iterator<Double> fixed = fixed().iterator();

	private ByteBuffer hashed = ByteBuffer.allocate(32).position(32);

	double next() {
		return this.fixed.hasNext() ? this.fixed.next() : nextHashed();
	}

	private double nextHashed() {
		double value;
		do {
			if (!this.hashed.hasRemaining()) {
				this.hashed = ByteBuffer.wrap(ArtifactHash.sha256(this.hashed.array())).order(ByteOrder.LITTLE_ENDIAN);
			}
			value = this.hashed.getDouble();
		}
		while (value == 0 || !Double.isFinite(value));
		return value;
	}

	private static Stream<Double> fixed() {
		DoubleStream zeros = DoubleStream.of(0.0, -0.0, Double.MIN_VALUE, -Double.MIN_VALUE);
		List<Double> thirds = thirds();
		Stream<Double> edges = Stream
			.of(zeros.boxed(), thirds.stream().map((third) -> -third), thirds.stream(), fives().stream(),
					LongStream.of(ENDS).mapToObj(Double::longBitsToDouble))
			.flatMap((values) -> values);
		Stream<Double> smallest = LongStream.range(0, 2000)
			.mapToObj((i) -> Double.longBitsToDouble(Double.doubleToRawLongBits(Double.MIN_NORMAL) + i));
		return Stream.concat(edges, smallest);
	}

	private static List<Double> thirds() {
		List<Double> values = new ArrayList<>();
		for (int i = 0; i < THIRDS; i++) {
			double exact = new BigDecimal("3.33333333333333333333e" + (21 - i)).doubleValue();
			int offset = (i < THIRDS_OFFSETS.length) ? THIRDS_OFFSETS[i] : i / (THIRDS - 1);
			values.add(Double.longBitsToDouble(Double.doubleToRawLongBits(exact) + offset));
		}
		return values;
	}

	private static List<Double> fives() {
		List<Double> values = new ArrayList<>();
		values.add(10.0);
		for (int exponent = 0; exponent >= -9; exponent--) {
			values.add(new BigDecimal("5e" + exponent).doubleValue());
		}
		for (int zeros = 1; zeros <= 14; zeros++) {
			values.add(new BigDecimal("5." + "0".repeat(zeros) + "6e-6").doubleValue());
		}
		values.add(5e-6);
		return values;
	}

}

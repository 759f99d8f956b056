/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.math.BigInteger;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Plain arithmetic on the curve of Ed25519, with none of the constants of the code under
 * test: what RFC 8032 gives is its equation {@code -x² + y² = 1 + dx²y²}, the field and
 * the group order.
 */
final class Edwards25519 {

	static final BigInteger FIELD = BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));

	static final BigInteger ORDER = BigInteger.ONE.shiftLeft(252)
		.add(new BigInteger("14def9dea2f79cd65812631a5cf5d3ed", 16));

	private static final BigInteger D = divide(BigInteger.valueOf(-121665), BigInteger.valueOf(121666));

	private static final Point NEUTRAL = new Point(BigInteger.ZERO, BigInteger.ONE);

	private Edwards25519() {
	}

	/**
	 * Return all points whose order divides 8: multiplying any point by the group order
	 * leaves only the part of it that is one of them.
	 */
	static Set<Point> smallOrderPoints() {
		return IntStream.range(2, 60)
			.mapToObj(BigInteger::valueOf)
			.filter((y) -> xSquared(y).modPow(halfOf(FIELD), FIELD).equals(BigInteger.ONE))
			.map((y) -> new Point(squareRoot(xSquared(y)), y).times(ORDER))
			.collect(Collectors.toSet());
	}

	/**
	 * Return 32 bytes: the number in little-endian order, and the topmost bit.
	 */
	static byte[] encode(BigInteger number, boolean topBit) {
		byte[] encoded = new byte[32];
		for (int i = 0; i < encoded.length; i++) {
			encoded[i] = number.shiftRight(8 * i).byteValue();
		}
		encoded[31] |= (byte) (topBit ? 0x80 : 0);
		return encoded;
	}

	static BigInteger decode(byte[] littleEndian) {
		BigInteger number = BigInteger.ZERO;
		for (int i = littleEndian.length - 1; i >= 0; i--) {
			number = number.shiftLeft(8).or(BigInteger.valueOf(littleEndian[i] & 0xff));
		}
		return number;
	}

	static BigInteger divide(BigInteger dividend, BigInteger divisor) {
		return dividend.multiply(divisor.modInverse(FIELD)).mod(FIELD);
	}

	static boolean isOnCurve(BigInteger y) {
		BigInteger square = xSquared(y);
		return square.signum() == 0 || square.modPow(halfOf(FIELD), FIELD).equals(BigInteger.ONE);
	}

	private static BigInteger xSquared(BigInteger y) {
		BigInteger square = y.multiply(y);
		return divide(square.subtract(BigInteger.ONE), D.multiply(square).add(BigInteger.ONE));
	}

	private static BigInteger halfOf(BigInteger field) {
		return field.shiftRight(1);
	}

	private static BigInteger squareRoot(BigInteger square) {
		BigInteger root = square.modPow(FIELD.add(BigInteger.valueOf(3)).shiftRight(3), FIELD);
		if (root.multiply(root).subtract(square).mod(FIELD).signum() == 0) {
			return root;
		}
		BigInteger squareRootOfMinusOne = BigInteger.TWO.modPow(FIELD.shiftRight(2), FIELD);
		return root.multiply(squareRootOfMinusOne).mod(FIELD);
	}

	record Point(BigInteger x, BigInteger y) {

		Point plus(Point other) {
			BigInteger product = D.multiply(this.x).multiply(other.x).multiply(this.y).multiply(other.y).mod(FIELD);
			return new Point(
					divide(this.x.multiply(other.y).add(this.y.multiply(other.x)), BigInteger.ONE.add(product)),
					divide(this.y.multiply(other.y).add(this.x.multiply(other.x)), BigInteger.ONE.subtract(product)));
		}

		Point times(BigInteger factor) {
			Point result = NEUTRAL;
			for (int i = factor.bitLength() - 1; i >= 0; i--) {
				result = result.plus(result);
				if (factor.testBit(i)) {
					result = result.plus(this);
				}
			}
			return result;
		}

		byte[] encode() {
			return Edwards25519.encode(this.y, this.x.testBit(0));
		}

	}

}

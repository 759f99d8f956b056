/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.util.function.Consumer;

/**
 * Changes bytes by one bit.
 */
final class Bits {

	private Bits() {
	}

	static byte[] flip(byte[] bytes, int bit) {
		byte[] flipped = bytes.clone();
		flipped[bit / 8] ^= (byte) (1 << (bit % 8));
		return flipped;
	}

	static void flipEach(byte[] bytes, Consumer<byte[]> check) {
		for (int bit = 0; bit < bytes.length * 8; bit++) {
			check.accept(flip(bytes, bit));
		}
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/**
 * Changes a text by one character.
 */
final class Characters {

	private Characters() {
	}

	/**
	 * Characters that are likely to have a meaning where they are put, and any others.
	 */
	static Arbitrary<Character> arbitrary() {
		return Arbitraries.oneOf(Arbitraries.chars().range('!', '~'), Arbitraries.chars().all());
	}

	static String replace(String text, int position, char replacement) {
		int index = position % text.length();
		return text.substring(0, index) + replacement + text.substring(index + 1);
	}

	/**
	 * Return whether the texts are the same but for the alphabet of base64 they use.
	 */
	static boolean isSameBase64(String left, String right) {
		return left.replace('+', '-').replace('/', '_').equals(right.replace('+', '-').replace('/', '_'));
	}

}

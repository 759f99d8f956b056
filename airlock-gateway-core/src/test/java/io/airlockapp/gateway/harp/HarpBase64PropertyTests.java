/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.util.Base64;

import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class HarpBase64PropertyTests {

	@Property
	void decodesEachSpelling(@ForAll byte[] bytes) {
		assertThat(HarpBase64.decode(HarpBase64.encode(bytes))).isEqualTo(bytes);
		assertThat(HarpBase64.decode(HarpBase64.encodeUrl(bytes))).isEqualTo(bytes);
		assertThat(HarpBase64.decode(Base64.getUrlEncoder().encodeToString(bytes))).isEqualTo(bytes);
		assertThat(HarpBase64.decode(Base64.getEncoder().withoutPadding().encodeToString(bytes))).isEqualTo(bytes);
	}

	@Property
	void refusesAnyStrayBitAtTheEnd(@ForAll byte[] bytes, @ForAll @IntRange(min = 1, max = 15) int stray) {
		int unused = switch (bytes.length % 3) {
			case 1 -> stray;
			case 2 -> stray & 3;
			default -> 0;
		};
		Assume.that(unused != 0);
		String text = HarpBase64.encodeUrl(bytes);
		String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
		char last = alphabet.charAt(alphabet.indexOf(text.charAt(text.length() - 1)) | unused);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> HarpBase64.decode(text.substring(0, text.length() - 1) + last));
	}

	@Property
	void decodesAnyTextToBytesThatItSpellsOrRefusesIt(@ForAll String text) {
		byte[] bytes;
		try {
			bytes = HarpBase64.decode(text);
		}
		catch (IllegalArgumentException ex) {
			return;
		}
		assertThat(text).isIn(HarpBase64.encode(bytes), HarpBase64.encodeUrl(bytes),
				Base64.getUrlEncoder().encodeToString(bytes),
				Base64.getEncoder().withoutPadding().encodeToString(bytes));
	}

}

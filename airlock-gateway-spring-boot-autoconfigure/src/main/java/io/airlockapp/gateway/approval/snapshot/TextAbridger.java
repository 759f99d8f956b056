/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.support.VisibleText;

/**
 * Abridges long texts to {@code "head"<980 of 1200 characters left out, SHA-256
 * 0123456789abcdef0123456789abcdef>"tail"}, and counts them. The note in the middle is
 * outside of the quotation marks, where no text of a value can be. The digest is the
 * first 128 bits of SHA-256 of the omitted part, in UTF-8: a caller who wrote two texts
 * must not find the same for both. Numbers are not abridged.
 */
public final class TextAbridger implements UnaryOperator<String> {

	private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

	/**
	 * The length of the note, with space for large numbers.
	 */
	private static final int NOTE_LENGTH = 96;

	private final int limit;

	private int count;

	/**
	 * Create an abridger.
	 * @param limit the length beyond which texts are abridged, without the note
	 */
	public TextAbridger(int limit) {
		this.limit = limit;
	}

	/**
	 * Return the number of texts that were abridged.
	 */
	public int count() {
		return this.count;
	}

	@Override
	public String apply(String text) {
		if (text.length() <= this.limit + NOTE_LENGTH || NUMBER.matcher(text).matches()) {
			return VisibleText.ofValue(text);
		}
		this.count++;
		int head = boundary(text, this.limit / 2);
		int tail = boundary(text, text.length() - this.limit / 4);
		String omitted = text.substring(head, tail);
		String digest = ArtifactHash.of(omitted.getBytes(StandardCharsets.UTF_8)).substring(0, 32);
		return "%s<%s of %s characters left out, SHA-256 %s>%s".formatted(VisibleText.quote(text.substring(0, head)),
				omitted.codePointCount(0, omitted.length()), text.codePointCount(0, text.length()), digest,
				VisibleText.quote(text.substring(tail)));
	}

	/**
	 * Return an index that does not separate a surrogate pair.
	 */
	private static int boundary(String text, int index) {
		boolean inside = index > 0 && index < text.length()
				&& Character.isSurrogatePair(text.charAt(index - 1), text.charAt(index));
		return inside ? index - 1 : index;
	}

}

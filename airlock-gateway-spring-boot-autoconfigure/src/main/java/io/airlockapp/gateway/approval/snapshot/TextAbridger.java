package io.airlockapp.gateway.approval.snapshot;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import io.airlockapp.gateway.VisibleText;

/**
 * Abridges long texts to {@code "head"<980 of 1200 characters left out, SHA-256
 * 0123456789abcdef>"tail"}, and counts them. The note in the middle is outside of the
 * quotation marks, where no text of a value can be. The digest is the first 64 bits of
 * SHA-256 of the omitted part, in UTF-8. Numbers are not abridged.
 */
public final class TextAbridger implements UnaryOperator<String> {

	private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

	/**
	 * The length of the note, with space for large numbers.
	 */
	private static final int NOTE_LENGTH = 80;

	private static final int DIGEST_BYTES = 8;

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
		String whole = VisibleText.ofValue(text);
		if (whole.length() <= this.limit + NOTE_LENGTH || NUMBER.matcher(text).matches()) {
			return whole;
		}
		this.count++;
		int head = head(text, this.limit / 2);
		int tail = Math.max(head, tail(text, this.limit / 4));
		String omitted = text.substring(head, tail);
		return "%s<%s of %s characters left out, SHA-256 %s>%s".formatted(VisibleText.quote(text.substring(0, head)),
				omitted.codePointCount(0, omitted.length()), text.codePointCount(0, text.length()), digest(omitted),
				VisibleText.quote(text.substring(tail)));
	}

	private static int head(String text, int limit) {
		int end = Math.min(limit, text.length());
		while (end > 0) {
			end = Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end;
			int length = VisibleText.quote(text.substring(0, end)).length();
			if (length <= limit) {
				return end;
			}
			end = end * limit / length;
		}
		return 0;
	}

	private static int tail(String text, int limit) {
		int size = Math.min(limit, text.length());
		while (size > 0) {
			int start = text.length() - size;
			start = Character.isLowSurrogate(text.charAt(start)) ? start + 1 : start;
			int length = VisibleText.quote(text.substring(start)).length();
			if (length <= limit) {
				return start;
			}
			size = size * limit / length;
		}
		return text.length();
	}

	private static String digest(String text) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.nio.charset.StandardCharsets;

import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.support.VisibleText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TextAbridger}.
 */
class TextAbridgerTests {

	private final TextAbridger abridger = new TextAbridger(100);

	@Test
	void textWithinTheLimitAndTheNoteIsShownInFull() {
		String text = "a".repeat(196);
		assertThat(this.abridger.apply(text)).isEqualTo(VisibleText.ofValue(text));
		assertThat(this.abridger.count()).isZero();
		assertThat(this.abridger.apply(text + "a")).contains("characters left out");
		assertThat(this.abridger.count()).isOne();
	}

	@Test
	void numberIsNeverAbridged() {
		String number = "-" + "9".repeat(500) + ".5e+7";
		assertThat(this.abridger.apply(number)).isEqualTo(VisibleText.ofValue(number));
		assertThat(this.abridger.count()).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "a, 50, 25", "é, 50, 25", "😀, 50, 26" })
	void headAndTailAreShown(String letter, int head, int tail) {
		String text = letter.repeat(1000);
		assertAbridged(text, head, tail);
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "" })
	void surrogatePairIsNotSeparated(String before) {
		String text = before + "😀".repeat(500) + "b".repeat(1 - before.length());
		assertAbridged(text, before.isEmpty() ? 50 : 49, before.isEmpty() ? 25 : 26);
	}

	private void assertAbridged(String text, int head, int tail) {
		String omitted = text.substring(head, text.length() - tail);
		assertThat(this.abridger.apply(text)).isEqualTo(
				"%s<%s of %s characters left out, SHA-256 %s>%s".formatted(VisibleText.quote(text.substring(0, head)),
						omitted.codePointCount(0, omitted.length()), text.codePointCount(0, text.length()),
						ArtifactHash.of(omitted.getBytes(StandardCharsets.UTF_8)).substring(0, 32),
						VisibleText.quote(text.substring(text.length() - tail))));
	}

}

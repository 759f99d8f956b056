/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.halt;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

import io.airlockapp.gateway.client.SafeText;
import io.airlockapp.gateway.support.VisibleText;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Holds why, when and by whom the guarded methods were halted. All texts are safe to be
 * logged.
 *
 * @param reason the reason
 * @param operator the name of the operator, or {@code null} if it is not known
 * @param since the time
 */
public record HaltState(String reason, @Nullable String operator, Instant since) {

	private static final int MAX_NAME_LENGTH = 100;

	public HaltState {
		reason = SafeText.of(reason);
		operator = StringUtils.hasText(operator) ? name(operator) : null;
		since = since.truncatedTo(ChronoUnit.MILLIS);
	}

	/**
	 * Return a name that is safe to be logged. It is not masked as a token would be,
	 * since it may be a long id.
	 */
	static String name(String operator) {
		String line = operator.replaceAll("\\s+", " ");
		return VisibleText.of(line.substring(0, Math.min(line.length(), MAX_NAME_LENGTH)));
	}

	@Override
	public String toString() {
		return "halted since %s%s: %s".formatted(this.since.truncatedTo(ChronoUnit.SECONDS),
				(this.operator != null) ? " by " + this.operator : "", this.reason);
	}

}

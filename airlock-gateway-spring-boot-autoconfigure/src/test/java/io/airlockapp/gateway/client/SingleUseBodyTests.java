package io.airlockapp.gateway.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.airlockapp.gateway.client.SingleUseBody.SentAgainException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SingleUseBody}.
 */
class SingleUseBodyTests {

	private final VirtualTicker ticker = new VirtualTicker();

	@Test
	void tellsItsLengthToOneTryAsOftenAsItAsks() {
		SingleUseBody body = new SingleUseBody("{}".getBytes(StandardCharsets.UTF_8), this.ticker);
		assertThat(body.contentLength()).isEqualTo(2);
		this.ticker.advance(Duration.ofMillis(100));
		assertThat(body.contentLength()).isEqualTo(2);
	}

	@Test
	void row11_isNotSentAgain() {
		SingleUseBody body = new SingleUseBody(new byte[0], this.ticker);
		assertThat(body.contentLength()).isZero();
		this.ticker.advance(Duration.ofMillis(101));
		assertThatExceptionOfType(SentAgainException.class).isThrownBy(body::contentLength);
	}

}

package io.airlockapp.gateway.client.http;

import java.net.http.HttpRequest.BodyPublishers;

import io.airlockapp.gateway.client.http.SingleUseBody.SentAgainException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SingleUseBody}.
 */
class SingleUseBodyTests {

	@Test
	void hasTheLengthOfItsContent() {
		assertThat(new SingleUseBody(BodyPublishers.ofString("{}")).contentLength()).isEqualTo(2);
	}

	@Test
	void row11_isNotSentAgainHoweverSoon() {
		SingleUseBody body = new SingleUseBody(BodyPublishers.noBody());
		assertThat(body.contentLength()).isZero();
		assertThatExceptionOfType(SentAgainException.class).isThrownBy(body::contentLength);
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.http;

import java.net.http.HttpRequest.BodyPublishers;

import io.airlockapp.gateway.client.http.GatewayRequestBody.SentAgainException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link GatewayRequestBody}.
 */
class GatewayRequestBodyTests {

	@Test
	void contentLengthIsThatOfContent() {
		assertThat(new GatewayRequestBody(BodyPublishers.ofString("{}"), true).contentLength()).isEqualTo(2);
	}

	@Test
	void connectedOnceContentLengthIsRead() {
		GatewayRequestBody body = new GatewayRequestBody(BodyPublishers.noBody(), true);
		assertThat(body.isConnected()).isFalse();
		body.contentLength();
		assertThat(body.isConnected()).isTrue();
	}

	@Test
	void contentLengthWhenRepeatableCanBeReadTwice() {
		GatewayRequestBody body = new GatewayRequestBody(BodyPublishers.ofString("{}"), true);
		body.contentLength();
		assertThat(body.contentLength()).isEqualTo(2);
	}

	@Test
	void row11_contentLengthWhenNotRepeatableThrowsAtSecondRead() {
		GatewayRequestBody body = new GatewayRequestBody(BodyPublishers.noBody(), false);
		assertThat(body.contentLength()).isZero();
		assertThatExceptionOfType(SentAgainException.class).isThrownBy(body::contentLength);
	}

}

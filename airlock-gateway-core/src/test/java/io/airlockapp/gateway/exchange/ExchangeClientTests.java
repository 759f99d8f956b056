/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.time.Instant;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.GatewayRequestExecutor;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.VirtualTicker;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;

/**
 * Tests for {@link ExchangeClient}.
 */
class ExchangeClientTests {

	private final AirlockGatewayApi api = mock();

	private final VirtualTicker ticker = new VirtualTicker();

	private final GatewayRateLimiter rateLimiter = new GatewayRateLimiter(60, Duration.ofMinutes(1), this.ticker);

	private final ExchangeClient client = new ExchangeClient(this.api, new GatewayRequestExecutor(this.rateLimiter),
			"shop", () -> Instant.EPOCH);

	@Test
	void turnThatLeavesNoTimeForItsRequestIsNotTaken() {
		this.rateLimiter.refused(Duration.ofSeconds(4));
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(() -> withdraw(Duration.ofSeconds(5)))
			.matches(AirlockGatewayException::isOwnLimit);
		verifyNoInteractions(this.api);
	}

	@Test
	void turnThatLeavesTimeForItsRequestIsTaken() {
		this.rateLimiter.refused(Duration.ofSeconds(2));
		given(this.api.withdraw(any(), any())).willAnswer((invocation) -> {
			assertThat(invocation.getArgument(1, Deadline.class).remaining()).isEqualTo(Duration.ofSeconds(3));
			return SingleExchange.withdrawn();
		});
		assertThat(withdraw(Duration.ofSeconds(5))).isTrue();
	}

	private boolean withdraw(Duration time) {
		return this.client.withdraw("req-1", time, Deadline.in(time, this.ticker));
	}

}

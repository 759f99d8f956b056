/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.airlockapp.gateway.AccessTokenException;
import io.airlockapp.gateway.GatewayRequestExecutor;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.support.VirtualTicker;
import org.junit.jupiter.api.Test;

import org.springframework.core.task.support.TaskExecutorAdapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

/**
 * Tests for {@link Acknowledger}.
 */
class AcknowledgerTests {

	private final AirlockGatewayApi api = mock();

	private final VirtualTicker ticker = new VirtualTicker();

	private final List<Duration> patience = new ArrayList<>();

	@Test
	void identityOfAnAcknowledgementIsAwaitedOnceForAShortTime() {
		acknowledger((longest, origin) -> {
			this.patience.add(longest);
			throw new AccessTokenException("The identity provider does not respond", null);
		}).acknowledge("req-1", "msg-2");
		assertThat(this.patience).containsExactly(Duration.ofSeconds(5));
	}

	@Test
	void acknowledgementIsSentAfterItsIdentityIsObtained() {
		acknowledger((longest, origin) -> {
			this.patience.add(longest);
			return GatewayRequestExecutor.Identification.NONE.identify(longest, origin);
		}).acknowledge("req-1", "msg-2");
		assertThat(this.patience).hasSize(1);
		verify(this.api).acknowledge(any());
	}

	private Acknowledger acknowledger(GatewayRequestExecutor.Identification identification) {
		GatewayRequestExecutor executor = new GatewayRequestExecutor(
				new GatewayRateLimiter(100, Duration.ofSeconds(10), this.ticker))
			.identifiedBy(identification);
		ExchangeClient calls = new ExchangeClient(this.api, executor, "shop", () -> Instant.EPOCH);
		return new Acknowledger(calls, new TaskExecutorAdapter(Runnable::run), (task) -> task, this.ticker);
	}

}

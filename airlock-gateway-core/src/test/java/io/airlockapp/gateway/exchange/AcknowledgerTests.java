/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.airlockapp.gateway.AccessTokenException;
import io.airlockapp.gateway.GatewayRequestExecutor;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.support.VirtualTicker;
import org.junit.jupiter.api.Test;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.support.TaskExecutorAdapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
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

	@Test
	void threadThatDoesNotBeginIsReplaced() {
		AtomicInteger failures = new AtomicInteger(10);
		try (ApprovalTaskExecutor threads = new ApprovalTaskExecutor(false, (task) -> () -> {
			if (failures.getAndDecrement() > 0) {
				throw new IllegalStateException("The context cannot be set");
			}
			task.run();
		})) {
			Acknowledger acknowledger = acknowledger(GatewayRequestExecutor.Identification.NONE, threads.executor(),
					(task) -> task);
			for (int i = 0; i < 11; i++) {
				acknowledger.acknowledge("req-1", "msg-" + i);
				int left = 9 - i;
				await().until(() -> failures.get() <= left);
			}
			await().untilAsserted(() -> verify(this.api, times(11)).acknowledge(any()));
		}
	}

	@Test
	void receiptThatIsNotBoundToItsUserKeepsNoOther() {
		AtomicInteger failures = new AtomicInteger(1);
		List<Runnable> threads = new ArrayList<>();
		Acknowledger acknowledger = acknowledger(GatewayRequestExecutor.Identification.NONE,
				new TaskExecutorAdapter(threads::add), (task) -> () -> {
					if (failures.getAndDecrement() > 0) {
						throw new IllegalStateException("The session store is down");
					}
					task.run();
				});
		acknowledger.acknowledge("req-1", "msg-1");
		acknowledger.acknowledge("req-2", "msg-2");
		threads.get(0).run();
		verify(this.api, times(1)).acknowledge(any());
	}

	private Acknowledger acknowledger(GatewayRequestExecutor.Identification identification) {
		return acknowledger(identification, new TaskExecutorAdapter(Runnable::run), (task) -> task);
	}

	private Acknowledger acknowledger(GatewayRequestExecutor.Identification identification, AsyncTaskExecutor threads,
			TaskDecorator userBinding) {
		GatewayRequestExecutor executor = new GatewayRequestExecutor(
				new GatewayRateLimiter(100, Duration.ofSeconds(10), this.ticker))
			.identifiedBy(identification);
		ExchangeClient calls = new ExchangeClient(this.api, executor, "shop", () -> Instant.EPOCH);
		return new Acknowledger(calls, threads, userBinding, this.ticker);
	}

}

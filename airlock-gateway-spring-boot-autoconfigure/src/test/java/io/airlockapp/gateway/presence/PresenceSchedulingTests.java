/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.presence;

import java.lang.Thread.State;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.CapturedLog;
import io.airlockapp.gateway.Enforcer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link PresenceScheduling}.
 */
class PresenceSchedulingTests {

	@RegisterExtension
	final CapturedLog log = new CapturedLog(PresenceHeartbeat.class);

	private final AirlockGatewayOperations gateway = mock();

	private final PresenceHeartbeat heartbeat = new PresenceHeartbeat(this.gateway,
			new Enforcer("enf-1", "Refunds", "dev-1", "payments", "", "refund-desk"), () -> true,
			InstantSource.system());

	private final PresenceScheduling scheduling = new PresenceScheduling(this.heartbeat, Duration.ofSeconds(30));

	@Test
	void destroyWaitsForBeatInProgress() throws Exception {
		CountDownLatch beating = new CountDownLatch(1);
		CountDownLatch response = new CountDownLatch(1);
		willAnswer((invocation) -> {
			beating.countDown();
			response.await();
			return null;
		}).given(this.gateway).sendHeartbeat(any());
		this.scheduling.start();
		assertThat(beating.await(10, TimeUnit.SECONDS)).isTrue();
		Thread stopping = new Thread(this.scheduling::destroy);
		stopping.start();
		await().until(() -> Set.of(State.TIMED_WAITING, State.TERMINATED).contains(stopping.getState()));
		response.countDown();
		stopping.join();
		assertThat(this.heartbeat.getSuccesses()).isOne();
		assertThat(this.log.list).isEmpty();
	}

}

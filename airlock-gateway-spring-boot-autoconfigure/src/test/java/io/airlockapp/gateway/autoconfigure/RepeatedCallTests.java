/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approval.ApprovalGateDecorator;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.support.Latches;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for a call that is repeated while the first one is denied, with a cooldown.
 */
class RepeatedCallTests {

	private final AtomicInteger asked = new AtomicInteger();

	private final CountDownLatch asking = new CountDownLatch(1);

	private final CountDownLatch denying = new CountDownLatch(1);

	private final Pairing pairing = PairedProperties.pairing();

	private volatile Runnable onReading = () -> {
	};

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(AirlockGatewayAutoConfiguration.class, AirlockApprovalAutoConfiguration.class))
		.withBean(ApprovalGateDecorator.class, () -> (gate) -> (call) -> {
			this.asked.incrementAndGet();
			this.asking.countDown();
			Latches.await(this.denying);
			throw new ApprovalDeniedException("No", "req-1", null);
		})
		.withBean(PairingSource.class, () -> (name) -> {
			this.onReading.run();
			return this.pairing;
		})
		.withBean(Door.class)
		.withPropertyValues(PairedProperties.all())
		.withPropertyValues("airlock.gateway.approval.denial-cooldown=1h",
				"airlock.gateway.approval.limits.duplicates=refuse");

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 4 })
	void approvalWhenFirstCallIsDeniedDuringRepetitionIsNotRequestedAgain(int reading) {
		this.contextRunner.run((context) -> {
			Door door = context.getBean(Door.class);
			CompletableFuture<Void> first = CompletableFuture.runAsync(door::open);
			Latches.await(this.asking);
			Thread repeating = Thread.currentThread();
			AtomicInteger readings = new AtomicInteger();
			this.onReading = () -> {
				if (Thread.currentThread() == repeating && readings.incrementAndGet() == reading) {
					this.denying.countDown();
					first.exceptionally((ex) -> null).join();
				}
			};
			assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(door::open);
			this.denying.countDown();
			assertThat(first.handle((value, ex) -> ex).join()).hasCauseInstanceOf(ApprovalDeniedException.class);
			assertThat(this.asked).hasValue(1);
		});
	}

	static class Door {

		@RequiresAirlockApproval
		public void open() {
		}

	}

}

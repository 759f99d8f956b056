/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayTemplate;
import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalSettings;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.GatewayRequestExecutor;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.client.ratelimit.RequestOrigin;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.harp.DecisionVerifier;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.InMemoryReplayJournal;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.support.FixedRandom;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.VirtualTicker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.task.SimpleAsyncTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.spy;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;

/**
 * Tests that requests take their place first and give it back whatever fails.
 */
class AdmissionOfRequestsTests {

	private static final Pairing PAIRING = new Pairing("routing-token", EncryptionKey.of(new byte[32]),
			List.of(SignerKey.of("key-1", "faNZHuVE0rWOA9nlwnRCUH9k8d7qZUUDzWNxa83lqRU=")));

	private static final ApprovalRequest REQUEST = ApprovalRequest.builder("Pay out", "payOut").build();

	private final AirlockGatewayApi api = mock();

	private final PendingApprovals pending = new PendingApprovals(PendingLimits.of(4), Duration.ofSeconds(20),
			Halt.inMemory());

	private final AtomicInteger ended = new AtomicInteger();

	private final GatewayRateLimiter rateLimiter = spy(
			new GatewayRateLimiter(1_000_000, Duration.ofSeconds(1), new VirtualTicker()));

	@Test
	void requestWithoutPlaceIsNotPrepared() {
		PairingSource pairings = mock();
		for (int i = 0; i < 4; i++) {
			this.pending.admit(null, "requester " + i, List.of("default"));
		}
		AirlockGatewayTemplate template = template(pairings, new Random(0) {

			@Override
			public int nextInt(int bound) {
				return 1;
			}

		});
		assertThatExceptionOfType(ApprovalUnavailableException.class)
			.isThrownBy(() -> template.requestApproval(REQUEST))
			.withMessageContaining("'airlock.gateway.approval.max-pending'");
		assertThat(template.requestApprovalAsync(REQUEST)).isCompletedExceptionally();
		verifyNoInteractions(pairings, this.api);
		assertThat(this.ended).hasValue(2);
	}

	@Test
	void revocationBeforeTheRegistrationEndsTheWait() {
		AirlockGatewayTemplate template = template((name) -> {
			this.pending.pairingRevoked(name);
			return PAIRING;
		}, new Random(0));
		assertThatExceptionOfType(ApprovalUnavailableException.class)
			.isThrownBy(() -> template.requestApproval(REQUEST))
			.withMessageMatching("The pairing was revoked while .*, so request req-.* was not sent");
		verifyNoInteractions(this.api);
	}

	/**
	 * Audits of calls that a policy approved are submitted so, and must not delay the
	 * requests for policies.
	 */
	@Test
	void artifactOfASingleStepTakesTurnsLikeAMethod() throws Exception {
		template((name) -> PAIRING, new Random(0)).submitArtifact(SingleExchange.artifact().envelope());
		verify(this.rateLimiter).acquire(any(), any(), eq(RequestOrigin.of(null, null)));
		verify(this.api).submitArtifact(any(), any());
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3 })
	void placesAreReleasedAfterAnyFailure(long seed) {
		Random random = new Random(seed);
		given(this.api.submitArtifact(any(), any())).willAnswer((call) -> {
			fail(random);
			throw SingleExchange.error(400);
		});
		AirlockGatewayTemplate template = template((name) -> {
			fail(random);
			return PAIRING;
		}, random);
		for (int i = 0; i < 200; i++) {
			try {
				if (i % 2 == 0) {
					template.requestApproval(REQUEST);
				}
				else {
					CompletableFuture<?> result = template.requestApprovalAsync(REQUEST);
					if (i % 3 == 0) {
						result.cancel(true);
					}
					result.join();
				}
			}
			catch (RuntimeException ex) {
				// The place is what counts
			}
		}
		// Waits for those that were cancelled
		this.pending.stop();
		long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
		while (this.pending.places().taken() > 0 && System.nanoTime() < deadline) {
			Thread.onSpinWait();
		}
		assertThat(this.pending.places().taken()).isZero();
		assertThat(this.ended).hasPositiveValue();
	}

	/**
	 * One person may log in as Eve and as eve.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "eve", "Eve" })
	void spellingsOfANameTakeOneTurn(String name) throws Exception {
		given(this.api.submitArtifact(any(), any())).willThrow(SingleExchange.error(400));
		ApprovalService service = new ApprovalService(this.api, dependencies((pairing) -> PAIRING, new Random(0)));
		Admission admission = this.pending.admit("Refunds.pay", name, List.of("default"));
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(() -> service.request(REQUEST, admission));
		verify(this.rateLimiter).acquire(any(), any(), eq(RequestOrigin.of("Refunds.pay", "eve")));
	}

	private AirlockGatewayTemplate template(PairingSource pairings, Random random) {
		return dependencies(pairings, random).createTemplate(this.api);
	}

	private ApprovalDependencies dependencies(PairingSource pairings, Random random) {
		SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor();
		executor.setTaskDecorator((task) -> {
			synchronized (random) {
				if (random.nextInt(4) == 0) {
					throw new RejectedExecutionException();
				}
			}
			return task;
		});
		Ticker ticker = new VirtualTicker();
		return new ApprovalDependencies(new Enforcer("shop", "Shop", "shop", "default", "", "shop"),
				new ApprovalSettings(Duration.ofSeconds(20), Duration.ofSeconds(1), "command.review"), pairings,
				new DecisionVerifier(EnumSet.allOf(SignatureForm.class), new InMemoryReplayJournal(),
						InstantSource.fixed(Instant.EPOCH)),
				this.pending, new GatewayRequestExecutor(this.rateLimiter), ApprovalJournal.none(),
				(request, artifactType) -> (outcome) -> this.ended.incrementAndGet(), executor, (task) -> {
					fail(random);
					return task;
				}, () -> null, InstantSource.fixed(Instant.EPOCH), ticker, FixedRandom.highest(),
				ApproverGroups.none());
	}

	private static void fail(Random random) {
		synchronized (random) {
			if (random.nextInt(4) == 0) {
				throw new IllegalStateException("random");
			}
		}
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.exchange;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalSettings;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.GatewayRequestExecutor;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.client.ExchangeState;
import io.airlockapp.gateway.client.ExchangeStatus;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.client.ratelimit.RequestBudget;
import io.airlockapp.gateway.exchange.ApprovalDependencies;
import io.airlockapp.gateway.exchange.ArtifactHeader;
import io.airlockapp.gateway.exchange.ExchangeReport.Standing;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.exchange.PendingLimits;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.harp.ArtifactCipher;
import io.airlockapp.gateway.harp.DecisionVerifier;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.InMemoryReplayJournal;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.VirtualTicker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.mockito.invocation.InvocationOnMock;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.http.ResponseEntity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for the requests of {@link ApprovalSteps} while all instances wait for turns.
 */
class ApprovalStepsTests {

	private static final Pairing PAIRING = new Pairing("routing-token", EncryptionKey.of(new byte[32]),
			List.of(SignerKey.of("key-1", "faNZHuVE0rWOA9nlwnRCUH9k8d7qZUUDzWNxa83lqRU=")));

	private final AirlockGatewayApi api = mock();

	private final VirtualTicker ticker = new VirtualTicker();

	/**
	 * The time until the next turn in the budget of all instances.
	 */
	private Duration ahead = Duration.ofSeconds(29);

	private @Nullable Duration left;

	private final ApprovalSteps steps = new ApprovalSteps(this.api, dependencies());

	@Test
	void submissionHasItsTimeFromItsTurnOn() {
		given(this.api.submitArtifact(any(), any())).willAnswer((invocation) -> sent(invocation, null));
		ArtifactHeader header = new ArtifactHeader("req-1", "00ff", "Pay", "command.review", Instant.EPOCH,
				Instant.EPOCH.plusSeconds(300), Map.of());
		this.steps.submit(header, sealed(PAIRING.encryptionKey()), Pairing.DEFAULT_NAME);
		assertThat(this.left).isGreaterThanOrEqualTo(Duration.ofSeconds(10));
	}

	@Test
	void withdrawalHasItsTimeFromItsTurnOn() {
		given(this.api.withdraw(any(), any())).willAnswer((invocation) -> sent(invocation,
				new Envelope<>("msg-1", "exchange.withdrawn", "req-1", null, null, null, null, null, null)));
		assertThat(this.steps.withdraw("req-1", "00ff").standing()).isEqualTo(Standing.WITHDRAWN);
		assertThat(this.left).isGreaterThanOrEqualTo(Duration.ofSeconds(10));
	}

	@Test
	void pollHasItsTimeFromItsTurnOn() {
		given(this.api.awaitDecision(any(), anyInt(), any()))
			.willAnswer((invocation) -> sent(invocation, ResponseEntity.noContent().build()));
		assertThat(this.steps.poll("req-1", "00ff", Duration.ofSeconds(25)).standing()).isEqualTo(Standing.UNDECIDED);
		assertThat(this.left).isGreaterThanOrEqualTo(Duration.ofSeconds(35));
	}

	@Test
	void decisionIsLookedForBeforeTheTurnsThatOthersHaveTaken() {
		given(this.api.getExchange(any(), any()))
			.willAnswer((invocation) -> sent(invocation, new Envelope<>("msg-1", "exchange.status", "req-1", null, null,
					null, null, null, new ExchangeStatus("req-1", ExchangeState.WITHDRAWN, "00ff", null))));
		long start = this.ticker.nanoTime();
		assertThat(this.steps.inspect("req-1", "00ff").standing()).isEqualTo(Standing.WITHDRAWN);
		assertThat(this.ticker.nanoTime()).isEqualTo(start);
		this.ahead = Duration.ofSeconds(59);
		assertThat(this.steps.inspect("req-1", "00ff").standing()).isEqualTo(Standing.WITHDRAWN);
		assertThat(this.left).isGreaterThanOrEqualTo(Duration.ofSeconds(10));
	}

	@Test
	void keysForReturnsKeysOfPairingOfRequest() throws Exception {
		assertThat(this.steps.keysFor("default", this.steps.seal("{}", "default"))).isEqualTo(PAIRING.signerKeys());
		EncryptionKey former = EncryptionKey.of("former-encryption-key-of-a-phone".getBytes());
		assertThatExceptionOfType(OtherPairingException.class)
			.isThrownBy(() -> this.steps.keysFor("default", sealed(former)));
	}

	private static SealedArtifact sealed(EncryptionKey key) {
		return new SealedArtifact(ArtifactCipher.seal(key, new byte[1]), key.id(), PAIRING.signerKeys());
	}

	/**
	 * Record the time that a request has.
	 */
	private <T extends @Nullable Object> T sent(InvocationOnMock request, T response) {
		Deadline deadline = request.getArgument(request.getArguments().length - 1);
		this.left = (deadline != null) ? deadline.remaining() : Duration.ofDays(1);
		return response;
	}

	private ApprovalDependencies dependencies() {
		GatewayRequestExecutor executor = new GatewayRequestExecutor(
				new GatewayRateLimiter(1_000_000, Duration.ofSeconds(1), this.ticker));
		return new ApprovalDependencies(new Enforcer("shop", "Shop", "shop", "default", "", "shop"),
				new ApprovalSettings(Duration.ofMinutes(5), Duration.ofSeconds(25), "command.review"),
				(name) -> PAIRING,
				new DecisionVerifier(EnumSet.allOf(SignatureForm.class), new InMemoryReplayJournal(),
						() -> Instant.EPOCH),
				new PendingApprovals(PendingLimits.of(10), Duration.ofSeconds(1), Halt.inMemory()),
				executor.withBudget(new Budget(), this.ticker), ApprovalJournal.none(), ApprovalListener.of(List.of()),
				new SimpleAsyncTaskExecutor("test-"), (task) -> task, () -> null, () -> Instant.EPOCH, this.ticker,
				() -> 0, ApproverGroups.none());
	}

	/**
	 * Budget whose turns others have taken for some time.
	 */
	private final class Budget implements RequestBudget {

		@Override
		public Duration takeTurn(Duration longest) {
			return ApprovalStepsTests.this.ahead;
		}

		@Override
		public void pause(Duration pause) {
			// Nothing is refused
		}

	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.time.Duration;

import io.airlockapp.gateway.CapturedOutput;
import io.airlockapp.gateway.client.PairingState;
import io.airlockapp.gateway.client.PairingStatus;
import io.airlockapp.gateway.harp.PairingKeyAgreement;
import io.airlockapp.gateway.pairing.PairingChangedEvent.Change;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

@ExtendWith(CapturedOutput.Extension.class)
class PairingPollerTests {

	private static final Duration VALIDITY = Duration.ofMinutes(10);

	private final PairingWorld world = new PairingWorld();

	private final PairingKeyAgreement keys = PairingKeyAgreement.generate();

	@Test
	void completesThroughTransientFailures() throws InterruptedException {
		begin("pn-1");
		given(this.world.operations.getPairingStatus("pn-1"))
			.willReturn(PairingWorld.status(PairingState.PENDING, null, null))
			.willThrow(PairingWorld.lost(), PairingWorld.refusal(503), PairingWorld.refusal(429),
					PairingWorld.refusal(401))
			.willReturn(PairingWorld.status(PairingState.UNKNOWN, null, null), PairingWorld.status(null, null, null),
					PairingWorld.status(PairingState.COMPLETED, null, null))
			.willReturn(this.world.completed("pn-1"));
		this.world.poll();
		ActivePairing pairing = this.world.document().inForce();
		assertThat(pairing).isNotNull();
		assertThat(pairing.encryptionKey()).isEqualTo(this.world.approver.encryptionKey(this.keys.publicKey()));
		assertThat(pairing.signerKeys()).containsExactly(this.world.approver.key());
		assertThat(pairing.routingToken()).isEqualTo("rt-1");
		assertThat(this.world.document().attempt()).isNull();
		assertThat(this.world.ticker.sleeps()).hasSizeGreaterThanOrEqualTo(8).containsOnly(PairingWorld.INTERVAL);
	}

	@Test
	void sameFailureIsLoggedOnce(CapturedOutput output) throws InterruptedException {
		begin("pn-1");
		given(this.world.operations.getPairingStatus("pn-1"))
			.willThrow(PairingWorld.refusal(503), PairingWorld.refusal(503), PairingWorld.refusal(503))
			.willReturn(this.world.completed("pn-1"));
		this.world.poll();
		assertThat(output.getAll().lines().filter((line) -> line.contains("503"))).hasSize(1);
	}

	@Test
	void warnsOnceOfFailuresWhoseMessagesDiffer(CapturedOutput output) throws InterruptedException {
		begin("pn-1");
		given(this.world.operations.getPairingStatus("pn-1"))
			.willThrow(PairingWorld.refusal(500), PairingWorld.refusal(502), PairingWorld.refusal(503))
			.willReturn(this.world.completed("pn-1"));
		this.world.poll();
		assertThat(output.getAll()
			.lines()
			.filter((line) -> line.contains("is not available yet"))
			.filter((line) -> line.contains("WARN"))).hasSize(1);
	}

	@Test
	void pollContinuesAfterErrorOfStore(CapturedOutput output) throws InterruptedException {
		begin("pn-1");
		given(this.world.operations.getPairingStatus("pn-1")).willReturn(this.world.completed("pn-1"));
		this.world.store.failNextRead(new NoSuchMethodError("treeToValue"));
		this.world.poll();
		assertThat(this.world.document().inForce()).isNotNull();
		assertThat(output).containsOnlyOnce("The store of pairings fails: java.lang.NoSuchMethodError: treeToValue");
	}

	@ParameterizedTest
	@EnumSource(names = { "EXPIRED", "REVOKED" })
	void pollWhenGatewayReportsEndFails(PairingState state) throws InterruptedException {
		begin("pn-1");
		given(this.world.operations.getPairingStatus("pn-1")).willReturn(PairingWorld.status(state, null, null));
		this.world.poll();
		assertFailed("start it again");
		verify(this.world.operations).getPairingStatus("pn-1");
	}

	@Test
	void pollWhenIntermediaryRespondsNotFoundContinues() throws InterruptedException {
		begin("pn-1");
		given(this.world.operations.getPairingStatus("pn-1"))
			.willThrow(PairingWorld.refusal(404), PairingWorld.refusal(404), PairingWorld.refusal(404))
			.willReturn(PairingWorld.status(PairingState.PENDING, null, null))
			.willThrow(PairingWorld.refusal(404))
			.willReturn(this.world.completed("pn-1"));
		this.world.poll();
		assertThat(this.world.document().inForce()).isNotNull();
	}

	@Test
	void completesWithARoutingTokenThatComesLater() throws InterruptedException {
		begin("pn-1");
		PairingStatus completed = this.world.completed("pn-1");
		given(this.world.operations.getPairingStatus("pn-1"))
			.willReturn(PairingWorld.status(PairingState.COMPLETED, completed.responseJson(), null))
			.willReturn(completed);
		this.world.poll();
		assertThat(this.world.document().inForce()).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(ints = { 404, 410 })
	void pollWhenGatewayNoLongerKnowsPairingFails(int status) throws InterruptedException {
		begin("pn-1");
		given(this.world.operations.getPairingStatus("pn-1")).willThrow(PairingWorld.refusal(status));
		this.world.poll();
		assertFailed("was not completed in time");
	}

	@Test
	void givesUpAMinuteAfterTheDeadline() throws InterruptedException {
		begin("pn-1");
		given(this.world.operations.getPairingStatus("pn-1"))
			.willReturn(PairingWorld.status(PairingState.PENDING, null, null));
		this.world.poll();
		assertFailed("was not completed in time");
		int polls = (int) VALIDITY.plusSeconds(60).dividedBy(PairingWorld.INTERVAL);
		verify(this.world.operations, times(polls + 2)).getPairingStatus("pn-1");
	}

	@Test
	void pollAfterDeadlineRequestsStatusOnce() throws InterruptedException {
		begin("pn-1");
		this.world.ticker.advance(Duration.ofHours(3));
		given(this.world.operations.getPairingStatus("pn-1")).willReturn(this.world.completed("pn-1"));
		this.world.poll();
		assertThat(this.world.document().inForce()).isNotNull();
	}

	@Test
	void pollWhenStoreFailsCompletesLater(CapturedOutput output) throws InterruptedException {
		begin("pn-1");
		given(this.world.operations.getPairingStatus("pn-1")).willAnswer((call) -> {
			this.world.store.beforeNextWrite(() -> {
				throw new IllegalStateException("jdbc:secret@host");
			});
			return this.world.completed("pn-1");
		}).willReturn(this.world.completed("pn-1"));
		this.world.poll();
		assertThat(this.world.document().inForce()).isNotNull();
		assertThat(output).contains("IllegalStateException").doesNotContain("jdbc:secret");
	}

	@Test
	void pollWhenAnotherInstanceCompletesFirstChangesNothing() throws InterruptedException {
		begin("pn-1");
		given(this.world.operations.getPairingStatus("pn-1")).willAnswer((call) -> {
			this.world.store.beforeNextWrite(this::completeElsewhere);
			return this.world.completed("pn-1");
		});
		this.world.poll();
		assertThat(this.world.document().inForce()).isNotNull();
		assertThat(this.world.document().retiredKeys()).isEmpty();
		assertThat(this.world.events).extracting(PairingChangedEvent::change).containsExactly(Change.PAIRED);
	}

	private void completeElsewhere() {
		PairingAttempt attempt = this.world.document().attempt();
		assertThat(attempt).isNotNull();
		this.world.source.changes()
			.complete("default", attempt, PairingPoller.verify(attempt, "pn-1", this.world.approver.response("pn-1"),
					"rt-1", this.world.now()));
	}

	@Test
	void pollWhenNewAttemptBeginsDoesNotFailIt() throws InterruptedException {
		begin("pn-1");
		given(this.world.operations.getPairingStatus("pn-1")).willAnswer((call) -> {
			begin("pn-2");
			return PairingWorld.status(PairingState.EXPIRED, null, null);
		});
		given(this.world.operations.getPairingStatus("pn-2")).willReturn(this.world.completed("pn-2"));
		this.world.poll();
		assertThat(this.world.document().inForce()).isNotNull();
		assertThat(this.world.events).extracting(PairingChangedEvent::change).containsExactly(Change.PAIRED);
	}

	@Test
	void pollWithoutAttemptSendsNoRequest() throws InterruptedException {
		this.world.poll();
		verify(this.world.operations, never()).getPairingStatus(any());
	}

	private void begin(String nonce) {
		this.world.source.documents()
			.update("default", (document) -> document
				.attempting(PairingAttempt.initiated(this.keys, nonce, this.world.now().plus(VALIDITY))));
	}

	private void assertFailed(String reason) {
		PairingDocument document = this.world.document();
		assertThat(document.attempt()).isNull();
		assertThat(document.inForce()).isNull();
		assertThat(document.failure()).isNotNull();
		assertThat(document.failure().reason()).contains(reason);
		assertThat(this.world.events).extracting(PairingChangedEvent::change).containsExactly(Change.FAILED);
	}

}

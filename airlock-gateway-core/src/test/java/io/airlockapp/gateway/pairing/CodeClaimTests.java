/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.util.List;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.CapturedOutput;
import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.client.ClaimedPairing;
import io.airlockapp.gateway.client.GatewayError;
import io.airlockapp.gateway.client.PairingClaim;
import io.airlockapp.gateway.harp.PairingKeyAgreement;
import io.airlockapp.gateway.pairing.CodeClaim.Progress;
import io.airlockapp.gateway.store.PairingStoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mockito.ArgumentCaptor;
import org.mockito.BDDMockito.BDDMyOngoingStubbing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;

/**
 * Tests for the claim of a code, wherever an instance dies or another comes in between.
 */
@ExtendWith(CapturedOutput.Extension.class)
class CodeClaimTests {

	private static final String CODE = "QX7K93";

	private static final ClaimedPairing CLAIMED = new ClaimedPairing("pn-1", PairingWorld.START.plusSeconds(600),
			"rt-early");

	private final PairingWorld world = new PairingWorld();

	@Test
	void attemptIsStoredBeforeClaimIsRequested() {
		givenClaim().willAnswer((call) -> {
			PairingClaim claim = call.getArgument(0);
			assertThat(this.world.document().attempt()).isNotNull()
				.satisfies((attempt) -> assertThat(attempt.keys().publicKey()).isEqualTo(claim.x25519PublicKey()));
			assertThat(this.world.store.text("default")).doesNotContain(CODE);
			return CLAIMED;
		});
		assertThat(this.world.claim(CODE).advance()).isEqualTo(Progress.CLAIMED);
		assertThat(this.world.document().attempt()).isNotNull()
			.satisfies((attempt) -> assertThat(attempt.nonce()).isEqualTo("pn-1"))
			.satisfies((attempt) -> assertThat(attempt.routingToken()).isEqualTo("rt-early"))
			.satisfies((attempt) -> assertThat(attempt.expiresAt()).isEqualTo(PairingWorld.START.plusSeconds(600)));
	}

	@Test
	void claimAfterStopBeforeRequestUsesSameKeys() throws InterruptedException {
		givenClaim().willThrow(new Died()).willReturn(CLAIMED);
		assertThatExceptionOfType(Died.class).isThrownBy(() -> this.world.runClaim(CODE));
		this.world.runClaim(CODE);
		assertSameKeys(claims(2));
		assertThat(this.world.ticker.sleeps()).containsExactly(PairingWorld.INTERVAL);
	}

	@Test
	void claimAfterStopBeforeResponseIsStoredUsesSameKeys() throws InterruptedException {
		givenClaim().willAnswer((call) -> {
			this.world.store.beforeNextWrite(() -> {
				throw new Died();
			});
			return CLAIMED;
		}).willReturn(CLAIMED);
		assertThatExceptionOfType(PairingStoreException.class).isThrownBy(() -> this.world.claim(CODE).advance())
			.withCauseInstanceOf(Died.class);
		this.world.runClaim(CODE);
		assertSameKeys(claims(2));
		assertClaimed();
	}

	@Test
	void claimResponseIsKeptWhenStoreFailsOnce() throws InterruptedException {
		givenClaim().willAnswer((call) -> {
			this.world.store.failNextWrite();
			return CLAIMED;
		}).willThrow(PairingWorld.refusal(409));
		this.world.runClaim(CODE);
		claims(1);
		assertThat(this.world.document().failure()).isNull();
		assertClaimed();
	}

	@Test
	void waitsUntilSomebodyHasSignedIn(CapturedOutput output) throws InterruptedException {
		givenClaim().willThrow(new IdentityUnavailableException("No user has signed in yet", null)).willReturn(CLAIMED);
		this.world.runClaim(CODE);
		assertSameKeys(claims(2));
		assertClaimed();
		assertThat(output).contains("cannot be claimed yet", "No user has signed in yet");
		assertThat(this.world.events).isEmpty();
	}

	@Test
	void codeThatAnOperatorGaveUpIsNotClaimedAtTheNextStart() throws InterruptedException {
		givenClaim().willThrow(PairingWorld.lost());
		this.world.claim(CODE).advance();
		giveUp();
		this.world.runClaim(CODE);
		claims(1);
		assertThat(this.world.document().attempt()).isNull();
	}

	@Test
	void codeWhoseClaimAnotherPairingReplacedIsNotClaimedAtTheNextStart() throws InterruptedException {
		givenClaim().willThrow(PairingWorld.lost());
		this.world.claim(CODE).advance();
		PairingAttempt initiated = PairingAttempt.initiated(PairingKeyAgreement.generate(), "pn-2",
				PairingWorld.START.plusSeconds(600));
		this.world.source.documents().update("default", (document) -> document.attempting(initiated));
		this.world.runClaim(CODE);
		claims(1);
		assertThat(this.world.document().attempt()).isEqualTo(initiated);
	}

	@Test
	void repeatedClaimWhenGatewayReportsConflictFails() throws InterruptedException {
		givenClaim().willThrow(PairingWorld.lost()).willThrow(PairingWorld.refusal(409));
		this.world.runClaim(CODE);
		assertThat(this.world.document().failure()).isNotNull()
			.satisfies((failure) -> assertThat(failure.reason()).contains("response was lost", "revoke it there"));
	}

	@Test
	void claimAfterStopIsNotRequestedAgainWhenResponseIsStored() throws InterruptedException {
		givenClaim().willReturn(CLAIMED);
		this.world.claim(CODE).advance();
		this.world.runClaim(CODE);
		claims(1);
		assertThat(this.world.ticker.sleeps()).isEmpty();
		given(this.world.operations.getPairingStatus("pn-1")).willReturn(this.world.completed("pn-1"));
		this.world.poll();
		assertThat(this.world.document().inForce()).isNotNull();
		this.world.runClaim(CODE);
		claims(1);
	}

	@Test
	void claimIsRepeatedWithSameKeysWhileGatewayIsUnavailable(CapturedOutput output) throws InterruptedException {
		givenClaim().willThrow(PairingWorld.lost(), PairingWorld.refusal(503), PairingWorld.refusal(429))
			.willReturn(CLAIMED);
		this.world.runClaim(CODE);
		assertSameKeys(claims(4));
		assertThat(this.world.ticker.sleeps()).hasSize(3).containsOnly(PairingWorld.INTERVAL);
		assertThat(output.getAll().lines().filter((line) -> line.contains("cannot be claimed yet"))).hasSize(1);
	}

	@Test
	void givesUpWhenTheCodeMustBeExpired() throws InterruptedException {
		givenClaim().willThrow(PairingWorld.lost());
		this.world.runClaim(CODE);
		assertThat(this.world.document().attempt()).isNull();
		assertThat(this.world.document().failure()).isNotNull()
			.satisfies((failure) -> assertThat(failure.reason()).contains("could not be claimed in time"));
	}

	@Test
	void claimInProgressIsNotRequestedByOthers() throws InterruptedException {
		givenClaim().willAnswer((call) -> {
			// Another starts meanwhile
			CodeClaim other = this.world.claim(CODE);
			assertThat(other.advance()).isEqualTo(Progress.UNDER_WAY);
			return CLAIMED;
		});
		this.world.runClaim(CODE);
		assertThat(this.world.claim(CODE).advance()).isEqualTo(Progress.CLAIMED);
		claims(1);
	}

	@Test
	void claimWhenAnotherStoresFirstIsNotRequested() {
		givenClaim().willReturn(CLAIMED);
		CodeClaim faster = this.world.claim(CODE);
		this.world.store.beforeNextWrite(() -> faster.advance());
		CodeClaim slower = this.world.claim(CODE);
		assertThat(slower.advance()).isEqualTo(Progress.UNDER_WAY);
		assertThat(slower.advance()).isEqualTo(Progress.CLAIMED);
		claims(1);
	}

	@Test
	void waitingClaimWhenOtherClaimIsRefusedIsSettled() throws InterruptedException {
		CodeClaim waiting = this.world.claim(CODE);
		givenClaim().willAnswer((call) -> {
			assertThat(waiting.advance()).isEqualTo(Progress.UNDER_WAY);
			throw PairingWorld.refusal(404);
		});
		this.world.runClaim(CODE);
		assertThat(waiting.advance()).isEqualTo(Progress.SETTLED);
		claims(1);
	}

	@Test
	void refusedCodeIsTriedAgainAtTheNextStart() throws InterruptedException {
		givenClaim().willThrow(PairingWorld.refusal(401)).willReturn(CLAIMED);
		this.world.runClaim(CODE);
		assertThat(this.world.document().failure()).isNotNull();
		this.world.runClaim(CODE);
		assertThat(this.world.document().failure()).isNull();
		claims(2);
	}

	@Test
	void refusedCodeIsNotTriedAgainWhenItCannotBeValidAnymore() throws InterruptedException {
		givenClaim().willThrow(PairingWorld.refusal(404));
		this.world.runClaim(CODE);
		this.world.ticker.sleep(PairingAttempt.VALIDITY.plusMillis(1));
		assertThat(this.world.claim(CODE).advance()).isEqualTo(Progress.SETTLED);
		claims(1);
	}

	@Test
	void refusalsDoNotKeepACodeAlive() throws InterruptedException {
		givenClaim().willThrow(PairingWorld.refusal(401));
		for (int i = 0; i < 10; i++) {
			this.world.runClaim(CODE);
			this.world.ticker.sleep(PairingAttempt.VALIDITY.dividedBy(4));
		}
		claims(5);
		assertThat(this.world.claim(CODE).advance()).isEqualTo(Progress.SETTLED);
	}

	@Test
	void codeThatCouldNotBeClaimedInTimeIsNotClaimedAgain() throws InterruptedException {
		givenClaim().willThrow(PairingWorld.lost());
		CodeClaim claim = this.world.claim(CODE);
		assertThat(claim.advance()).isEqualTo(Progress.UNDER_WAY);
		this.world.ticker.sleep(PairingAttempt.VALIDITY.plusMillis(1));
		this.world.runClaim(CODE);
		assertThat(this.world.document().failure().reason()).contains("could not be claimed in time");
		assertThat(this.world.claim(CODE).advance()).isEqualTo(Progress.SETTLED);
		claims(1);
	}

	@Test
	void claimThatIsStillRepeatedIsNotTakenOver() {
		givenClaim().willThrow(PairingWorld.lost());
		CodeClaim alive = this.world.claim(CODE);
		CodeClaim other = this.world.claim(CODE);
		for (int i = 1; i < 5; i++) {
			assertThat(alive.advance()).isEqualTo(Progress.UNDER_WAY);
			assertThat(other.advance()).isEqualTo(Progress.UNDER_WAY);
			claims(i);
		}
		other.advance();
		assertSameKeys(claims(5));
	}

	@Test
	void claimResponseAfterTakeoverIsKept() {
		givenClaim().willAnswer((call) -> {
			// Slower than an interval, so that another's claim comes second
			assertThatExceptionOfType(PairingException.class).isThrownBy(() -> this.world.runTwice(CODE));
			return CLAIMED;
		}).willThrow(PairingWorld.refusal(409));
		assertThat(this.world.claim(CODE).advance()).isEqualTo(Progress.CLAIMED);
		assertThat(this.world.document().failure()).isNull();
		assertClaimed();
	}

	@Test
	void claimResponseAfterRestartedClaimIsKept() throws InterruptedException {
		CodeClaim slow = this.world.claim(CODE);
		CodeClaim restarted = this.world.claim(CODE);
		givenClaim().willAnswer((call) -> {
			assertThatExceptionOfType(PairingException.class).isThrownBy(() -> this.world.runTwice(CODE));
			restarted.advance();
			return CLAIMED;
		}).willThrow(PairingWorld.refusal(409)).willThrow(PairingWorld.lost()).willThrow(PairingWorld.refusal(409));
		assertThat(slow.advance()).isEqualTo(Progress.CLAIMED);
		this.world.run(restarted);
		assertThat(this.world.document().failure()).isNull();
		assertClaimed();
	}

	@Test
	void refusalAfterAnotherTookOverIsNoFailure() {
		givenClaim().willAnswer((call) -> {
			assertThat(this.world.runTwice(CODE)).isEqualTo(Progress.CLAIMED);
			throw PairingWorld.refusal(409);
		}).willReturn(CLAIMED);
		CodeClaim slow = this.world.claim(CODE);
		assertThat(slow.advance()).isEqualTo(Progress.UNDER_WAY);
		assertThat(slow.advance()).isEqualTo(Progress.CLAIMED);
		assertThat(this.world.events).isEmpty();
	}

	@Test
	void claimThatOperatorGivesUpIsSettled() {
		givenClaim().willThrow(PairingWorld.lost());
		CodeClaim claim = this.world.claim(CODE);
		claim.advance();
		giveUp();
		assertThat(claim.advance()).isEqualTo(Progress.SETTLED);
		claims(1);
	}

	@Test
	void claimWhenStoreFailsOnceIsRequestedLater() throws InterruptedException {
		givenClaim().willReturn(CLAIMED);
		this.world.store.failNextWrite();
		this.world.runClaim(CODE);
		claims(1);
		assertThat(this.world.ticker.sleeps()).hasSize(1);
	}

	@Test
	void claimIsNotRequestedWhenStoreFails() {
		this.world.store.failNextWrite();
		assertThatExceptionOfType(PairingStoreException.class).isThrownBy(() -> this.world.claim(CODE).advance());
		then(this.world.operations).should(never()).claimPairing(any());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			404 | is not known to the gateway
			409 | was used before
			410 | is expired
			401 | Check the credentials in 'airlock.gateway.auth.*'
			403 | Check the credentials in 'airlock.gateway.auth.*'
			422 | could not be claimed
			""")
	void claimWhenRefusedNamesRemedy(int status, String told, CapturedOutput output) {
		givenClaim().willThrow(PairingWorld.refusal(status));
		assertThatExceptionOfType(PairingException.class).isThrownBy(() -> this.world.claim(CODE).advance())
			.withMessageContaining(told)
			.satisfies((ex) -> assertThat(ex).hasMessageNotContaining(CODE));
		assertThat(output).contains(told).doesNotContain(CODE);
		assertThat(this.world.source.whyNotPaired("default")).contains(told);
	}

	@Test
	void claimResponseWithoutNonceFails() {
		givenClaim().willReturn(new ClaimedPairing(null, null, null));
		assertThatExceptionOfType(PairingException.class).isThrownBy(() -> this.world.claim(CODE).advance())
			.withMessageContaining("no usable pairing nonce");
	}

	@Test
	void claimWhenGatewayReportsExpiryFails() {
		givenClaim().willThrow(new AirlockGatewayException(new GatewayError(400, "expired", null, null, null)));
		assertThatExceptionOfType(PairingException.class).isThrownBy(() -> this.world.claim(CODE).advance())
			.withMessageContaining("is expired");
	}

	private BDDMyOngoingStubbing<ClaimedPairing> givenClaim() {
		return given(this.world.operations.claimPairing(any()));
	}

	private void giveUp() {
		this.world.source.documents()
			.update("default", (document) -> document
				.cleared(new PairingDocument.Revocation(this.world.now(), PairingDocument.Revoker.OPERATOR)));
	}

	private void assertClaimed() {
		assertThat(this.world.document().attempt()).isNotNull()
			.satisfies((attempt) -> assertThat(attempt.nonce()).isEqualTo("pn-1"));
	}

	private List<PairingClaim> claims(int count) {
		ArgumentCaptor<PairingClaim> claims = ArgumentCaptor.captor();
		then(this.world.operations).should(times(count)).claimPairing(claims.capture());
		return claims.getAllValues();
	}

	private static void assertSameKeys(List<PairingClaim> claims) {
		assertThat(claims.stream().map(PairingClaim::x25519PublicKey).distinct()).hasSize(1);
	}

	/**
	 * What nobody catches, as the end of a process.
	 */
	@SuppressWarnings("serial")
	private static final class Died extends Error {

	}

}

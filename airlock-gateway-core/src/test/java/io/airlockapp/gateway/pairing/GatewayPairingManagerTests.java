/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

import io.airlockapp.gateway.CapturedOutput;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.client.ClaimedPairing;
import io.airlockapp.gateway.client.InitiatedPairing;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.pairing.PairingChangedEvent.Change;
import io.airlockapp.gateway.pairing.PairingInfo.State;
import io.airlockapp.gateway.store.PairingStoreException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.never;

/**
 * Tests for what operators can do. Nothing is done in the background where the manager is
 * not started.
 */
@ExtendWith(CapturedOutput.Extension.class)
class GatewayPairingManagerTests {

	private static final String ENCRYPTION_KEY = EncryptionKey.of(new byte[32]).encode();

	private final PairingWorld world = new PairingWorld();

	private final GatewayPairingManager manager = manager(Map.of());

	private GatewayPairingManager manager(Map<String, String> codes) {
		return new GatewayPairingManager(this.world.source, this.world.dependencies(), codes, Set.of("shift-1"));
	}

	@Test
	void statusWithoutPairingIsNotPaired() {
		PairingInfo info = this.manager.getStatus("default");
		assertThat(info).isEqualTo(new PairingInfo("default", State.NOT_PAIRED, false, null, List.of(), null, null));
	}

	@Test
	void pairingWhoseTaskIsNotBoundToItsUserIsPolledOnceItIs() {
		AtomicBoolean down = new AtomicBoolean(true);
		this.world.userBinding = (task) -> () -> {
			if (down.get()) {
				throw new IllegalStateException("The session store is down");
			}
			task.run();
		};
		givenInitiated("QX7K93", null);
		given(this.world.operations.getPairingStatus(any())).willAnswer((call) -> this.world.completed("pn-1"));
		GatewayPairingManager started = manager(Map.of());
		started.start();
		try {
			started.initiate("finance");
			await().until(() -> this.world.source.names().whyBrokenOff("finance") != null);
			down.set(false);
			started.initiate("finance");
			await().until(() -> started.getStatus("finance").state() == State.PAIRED);
		}
		finally {
			started.stop();
		}
	}

	/**
	 * The name of a pairing of a group is in properties, and all else in the store.
	 */
	@Test
	void pairingInPropertiesThatAnotherInstanceBeganIsCompleted() {
		givenInitiated("QX7K93", null);
		this.manager.initiate("shift-1");
		given(this.world.operations.getPairingStatus(any())).willAnswer((call) -> this.world.completed("pn-1"));
		GatewayPairingManager started = new GatewayPairingManager(this.world.source(), this.world.dependencies(),
				Map.of(), Set.of("shift-1"));
		started.start();
		try {
			await().until(() -> this.world.source.getPairing("shift-1") != null);
		}
		finally {
			started.stop();
		}
	}

	@Test
	void stateIsPolledAsTheUserWhoStartedThePairing() {
		ThreadLocal<String> user = new InheritableThreadLocal<>();
		this.world.userBinding = (task) -> {
			String bound = user.get();
			return () -> {
				assertThat(user.get()).as("inherited").isNull();
				user.set(bound);
				try {
					task.run();
				}
				finally {
					user.remove();
				}
			};
		};
		BlockingQueue<String> polls = new LinkedBlockingQueue<>();
		givenInitiated("QX7K93", null);
		given(this.world.operations.getPairingStatus(any())).willAnswer((call) -> {
			polls.add(String.valueOf(user.get()));
			return this.world.completed("pn-1");
		});
		GatewayPairingManager started = manager(Map.of());
		started.start();
		try {
			user.set("olga");
			started.initiate("finance");
			user.set("otto");
			started.initiate("ops");
			await().until(() -> polls.size() >= 2);
			assertThat(polls).containsOnly("olga", "otto");
			await().until(() -> started.getStatus("finance").state() == State.PAIRED);
		}
		finally {
			user.remove();
			started.stop();
		}
	}

	@Test
	void listContainsPairingWithKey() {
		store("rt-1");
		SignerKey key = this.world.approver.key();
		assertThat(this.manager.list())
			.containsExactly(new PairingInfo("default", State.PAIRED, false, PairingWorld.START,
					List.of(new PairingInfo.Key("key-1", key.fingerprint(), PairingWorld.START, false)), null, null));
	}

	@Test
	void initiatedPairingIsUnderWay() {
		Instant deadline = PairingWorld.START.plusSeconds(600);
		givenInitiated("QX7K93", deadline);
		PairingInvitation invitation = this.manager.initiate("finance");
		assertThat(invitation.code()).isEqualTo("QX7K93");
		assertThat(invitation.toString()).doesNotContain("QX7K93");
		assertThat(this.manager.getStatus("finance").pendingUntil()).isEqualTo(deadline);
		assertThat(this.manager.list()).extracting(PairingInfo::name).containsExactly("default", "finance");
	}

	@Test
	void codeIsNotLogged(CapturedOutput output) {
		givenInitiated("QX7K93", PairingWorld.START.plusSeconds(600));
		this.manager.initiate("finance");
		assertThat(output).contains("To complete the pairing 'finance'").doesNotContain("QX7K93");
	}

	@Test
	void errorInBackgroundIsLoggedAndReportedAsReason(CapturedOutput output) {
		given(this.world.operations.claimPairing(any())).willThrow(new NoSuchMethodError("treeToValue"))
			.willThrow(PairingWorld.lost());
		givenInitiated("QX7K93", PairingWorld.START.plusSeconds(600));
		given(this.world.operations.getPairingStatus("pn-1")).willReturn(this.world.completed("pn-1"));
		GatewayPairingManager started = manager(Map.of("default", "QX7K93"));
		started.start();
		try {
			await().untilAsserted(() -> assertThat(this.world.source.whyNotPaired("default")).contains("cannot go on",
					"java.lang.NoSuchMethodError: treeToValue"));
			assertThat(output).contains("ERROR", "The pairing 'default' cannot go on")
				.doesNotContain("Exception in thread");
			started.initiate("default");
			assertThat(String.valueOf(this.world.source.whyNotPaired("default"))).doesNotContain("cannot go on");
			await().until(() -> started.getStatus("default").state() == State.PAIRED);
		}
		finally {
			started.stop();
		}
	}

	@Test
	void deadlineBeyondReasonIsCut() {
		givenInitiated("QX7K93", Instant.MAX);
		assertThat(this.manager.initiate("default").expiresAt()).isEqualTo("2026-11-25T10:00:00Z");
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", " ", "a\nb", "QX7K93\u202e" })
	void initiateWhenCodeIsUnusableThrows(String code) {
		givenInitiated(code, null);
		assertThatException().isThrownBy(() -> this.manager.initiate("default"))
			.withMessageContaining("no usable pairing code");
		assertThat(this.manager.getStatus("default").pendingUntil()).isNull();
	}

	@Test
	void namesAreChecked() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.manager.initiate("../default"));
		assertThatIllegalArgumentException().isThrownBy(() -> this.manager.claim("A", "QX7K93"));
		assertThatIllegalArgumentException().isThrownBy(() -> this.manager.getStatus("."));
	}

	@Test
	void pairWhenStoreIsReadOnlySendsNoRequest() {
		this.world.store.makeReadOnly();
		assertThatExceptionOfType(PairingException.class).isThrownBy(() -> this.manager.initiate("default"))
			.withMessageContaining("airlock.gateway.pairing.store.type");
		assertThatExceptionOfType(PairingException.class).isThrownBy(() -> this.manager.claim("default", "QX7K93"));
		then(this.world.operations).shouldHaveNoInteractions();
	}

	@Test
	void pairWhenStoredEntryIsMalformedSendsNoRequest() {
		this.world.store.put("default", "{}");
		assertThatExceptionOfType(PairingStoreException.class).isThrownBy(() -> this.manager.initiate("default"));
		assertThat(this.world.store.text("default")).isEqualTo("{}");
		then(this.world.operations).shouldHaveNoInteractions();
	}

	@Test
	void revokeWhenStoreFailsNotifiesGateway() {
		store("rt-1");
		this.world.store.failNextWrite();
		assertThatExceptionOfType(PairingStoreException.class).isThrownBy(() -> this.manager.revoke("default"));
		then(this.world.operations).should().revokePairing("rt-1");
		assertThat(this.world.source.getPairing("default")).isNull();
		assertThat(this.world.ended).containsExactly("default");
		assertThat(this.world.events).extracting(PairingChangedEvent::problem)
			.singleElement(STRING)
			.contains("but only in this instance", "revoke it again");
	}

	@Test
	void newPairingWithAFormerRoutingTokenIsInForceWithoutARestart() {
		store("rt-1");
		this.manager.revoke("default");
		store("rt-1");
		assertThat(this.world.source.getPairing("default")).isEqualTo(pairing("rt-1"));
	}

	@Test
	void newPairingWithAFormerRoutingTokenIsInForceEvenIfTheRevocationWasNotStored() {
		store("rt-1");
		this.world.store.failNextWrite();
		assertThatExceptionOfType(PairingStoreException.class).isThrownBy(() -> this.manager.revoke("default"));
		this.manager.revokeSignerKey("default", "key-1");
		store("rt-1");
		assertThat(this.world.source.getPairing("default")).isNull();
		store("rt-1",
				EncryptionKey
					.of(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
							24, 25, 26, 27, 28, 29, 30, 31, 32 })
					.encode());
		assertThat(this.world.source.getPairing("default")).isNotNull();
		assertThat(this.manager.getStatus("default").state()).isEqualTo(State.PAIRED);
	}

	@Test
	void revocationEndsNoPairingOfAnotherName() {
		this.world.configured.put("default", pairing("rt-1"));
		this.world.configured.put("shop", pairing("rt-1"));
		this.manager.revoke("default");
		assertThat(this.world.source.getPairing("default")).isNull();
		assertThat(this.world.source.getPairing("shop")).isNotNull();
	}

	@Test
	void revokeEndsPendingAttempt() {
		givenInitiated("QX7K93", null);
		this.manager.initiate("default");
		PairingInfo info = this.manager.revoke("default");
		assertThat(info.pendingUntil()).isNull();
		then(this.world.operations).should(never()).revokePairing(any());
	}

	@Test
	void revocationEndsACodeThatWasRefused() throws InterruptedException {
		given(this.world.operations.claimPairing(any())).willThrow(PairingWorld.refusal(401));
		this.world.runClaim("QX7K93");
		assertThat(this.manager.revoke("default").problem()).doesNotContain("QX7K93");
		this.world.runClaim("QX7K93");
		then(this.world.operations).should().claimPairing(any());
	}

	@Test
	void revocationOfNothingIsRefusedAndNotPublished() {
		assertThatExceptionOfType(PairingException.class).isThrownBy(() -> this.manager.revoke("default"))
			.withMessageContaining("nothing to revoke");
		assertThat(this.world.events).isEmpty();
		assertThat(this.world.ended).isEmpty();
	}

	@Test
	void secondRevocationChangesNothing() {
		store("rt-1");
		this.manager.revoke("default");
		this.world.events.clear();
		assertThat(this.manager.revoke("default").state()).isEqualTo(State.REVOKED);
		this.world.configured.put("shop", pairing("rt-2"));
		this.manager.revoke("shop");
		this.world.events.clear();
		assertThat(this.manager.revoke("shop").state()).isEqualTo(State.REVOKED);
		assertThat(this.world.events).isEmpty();
		then(this.world.operations).should().revokePairing("rt-1");
		then(this.world.operations).should().revokePairing("rt-2");
	}

	@Test
	void pairingInPropertiesIsRevokedUntilTheNextStart() {
		this.world.configured.put("default", pairing("rt-1"));
		assertThat(this.manager.revoke("default").state()).isEqualTo(State.REVOKED);
		assertThat(this.world.source.getPairing("default")).isNull();
		assertThat(this.world.source.whyNotPaired("default")).contains("from the properties");
		assertThat(this.world.source().getPairing("default")).isNotNull();
		assertThat(this.world.events).extracting(PairingChangedEvent::change).containsExactly(Change.REVOKED);
		assertThat(this.world.events).extracting(PairingChangedEvent::problem)
			.singleElement(STRING)
			.contains("from the properties", "but only in this instance");
		then(this.world.operations).should().revokePairing("rt-1");
	}

	@Test
	void pairingInPropertiesIsNotReplacedByAnother() {
		this.world.configured.put("default", pairing("rt-1"));
		this.manager.revoke("default");
		assertThatExceptionOfType(PairingException.class).isThrownBy(() -> this.manager.initiate("default"))
			.withMessageContaining("remove those");
		assertThatExceptionOfType(PairingException.class).isThrownBy(() -> this.manager.claim("default", "QX7K93"))
			.withMessageContaining("remove those");
	}

	@Test
	void keysInPropertiesAreNotRevokedOneByOne() {
		this.world.configured.put("default", pairing("rt-1"));
		assertThatExceptionOfType(PairingException.class)
			.isThrownBy(() -> this.manager.revokeSignerKey("default", "key-1"))
			.withMessageContaining("revoke the whole pairing now");
		assertThat(this.world.source.getPairing("default")).isNotNull();
	}

	@Test
	void revokeWhenStoreIsReadOnlyAppliesToThisInstance() {
		store("rt-1");
		this.world.store.makeReadOnly();
		assertThatExceptionOfType(PairingException.class)
			.isThrownBy(() -> this.manager.revokeSignerKey("default", "key-1"))
			.withMessageContaining("revoke the whole pairing now");
		this.manager.revoke("default");
		assertThat(this.world.source.getPairing("default")).isNull();
		assertThat(this.world.source().getPairing("default")).isNotNull();
		assertThat(this.world.events).extracting(PairingChangedEvent::problem)
			.singleElement(STRING)
			.contains("but only in this instance");
	}

	@Test
	void revokedKeyCanBePairedAgain() {
		store("rt-1");
		assertThat(this.manager.revokeSignerKey("default", "key-1").state()).isEqualTo(State.REVOKED);
		store("rt-2");
		assertThat(this.world.source.getPairing("default")).isEqualTo(pairing("rt-2"));
	}

	@Test
	void revokedKeyDoesNotCountUnderAnOlderIdEither() {
		store("rt-1");
		SignerKey again = SignerKey.of("key-of-the-same-phone", this.world.approver.key().encode());
		ActivePairing repaired = new ActivePairing("rt-2", ENCRYPTION_KEY,
				List.of(ActivePairing.Key.of(again, this.world.now())), this.world.now());
		this.world.source.documents().update("default", (document) -> document.completed(repaired));
		this.manager.revokeSignerKey("default", "key-of-the-same-phone");
		assertThat(this.world.document().inForce()).isNull();
		assertThat(this.world.document().retiredKeys()).isEmpty();
	}

	@Test
	void revokeSignerKeyWhenKeyIsUnknownThrows() {
		store("rt-1");
		assertThatExceptionOfType(PairingException.class)
			.isThrownBy(() -> this.manager.revokeSignerKey("default", "key-2"));
	}

	@Test
	void claimWhenStoreFailsForResponseIsPending() {
		given(this.world.operations.claimPairing(any())).willAnswer((call) -> {
			this.world.store.failNextWrite();
			return new ClaimedPairing("pn-1", null, null);
		});
		assertThat(this.manager.claim("default", "QX7K93").pendingUntil()).isNotNull();
	}

	@Test
	void listReportsMalformedEntry() {
		this.world.store.put("default", "{}");
		this.world.configured.put("finance", pairing("rt-1"));
		assertThat(this.manager.list()).extracting(PairingInfo::name, PairingInfo::state)
			.containsExactly(tuple("default", State.NOT_PAIRED), tuple("finance", State.PAIRED));
		assertThat(this.manager.list().get(0).problem()).contains("is malformed");
		assertThatExceptionOfType(PairingStoreException.class).isThrownBy(() -> this.manager.getStatus("default"));
	}

	private void givenInitiated(@Nullable String code, @Nullable Instant expiresAt) {
		given(this.world.operations.initiatePairing(any()))
			.willReturn(new InitiatedPairing("pn-1", code, null, null, expiresAt));
	}

	private void store(String routingToken) {
		store(routingToken, ENCRYPTION_KEY);
	}

	private void store(String routingToken, String encryptionKey) {
		ActivePairing active = new ActivePairing(routingToken, encryptionKey,
				List.of(ActivePairing.Key.of(this.world.approver.key(), this.world.now())), this.world.now());
		this.world.source.documents().update("default", (document) -> document.completed(active));
	}

	private Pairing pairing(String routingToken) {
		return new Pairing(routingToken, EncryptionKey.parse(ENCRYPTION_KEY), List.of(this.world.approver.key()));
	}

}

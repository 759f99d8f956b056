/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.pairing.PairingChangedEvent;
import io.airlockapp.gateway.pairing.PairingChangedEvent.Change;
import io.airlockapp.gateway.pairing.PairingException;
import io.airlockapp.gateway.pairing.PairingInfo;
import io.airlockapp.gateway.pairing.PairingInfo.State;
import io.airlockapp.gateway.pairing.PairingInvitation;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatorCall;
import io.airlockapp.gateway.store.FilePairingStore;
import io.airlockapp.gateway.store.InMemoryPairingStore;
import io.airlockapp.gateway.store.PairingStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Pairing from end to end, with real keys on both sides.
 */
@ExtendWith(OutputCaptureExtension.class)
class PairingFlowTests extends PairableTests {

	@Test
	void codeInTheEnvironmentEndsPaired(CapturedOutput output) throws Exception {
		try (PairableApplication application = startPaired()) {
			application.assertOpensWhenApproved(this.simulator);
			String fingerprint = this.simulator.signerKey().fingerprint();
			assertThat(output).contains("Compare with the phone: its key's fingerprint is " + fingerprint)
				.doesNotContain("Approvals cannot be requested");
			assertThat(application.events())
				.containsExactly(new PairingChangedEvent("default", Change.PAIRED, List.of(fingerprint), null));
			assertThat(application.status().keys()).extracting(PairingInfo.Key::fingerprint)
				.containsExactly(fingerprint);
		}
	}

	@Test
	void pairingOutlivesARestartInFiles(@TempDir Path directory) throws Exception {
		PairingStore files = new FilePairingStore(directory.resolve("pairings"), false);
		String code = "airlock.gateway.pairing.code=" + this.simulator.preGeneratePairingCode();
		PairableApplication.start(this.simulator, files, code).awaitPairedAndClose();
		PairingStore reopened = new FilePairingStore(directory.resolve("pairings"), false);
		try (PairableApplication application = PairableApplication.start(this.simulator, reopened, code)) {
			application.assertOpensWhenApproved(this.simulator);
			assertThat(this.simulator.requests(SimulatorCall.PAIRING_CLAIM)).hasSize(1);
		}
	}

	@Test
	void restartNeedsNoCode() throws Exception {
		String code = this.simulator.preGeneratePairingCode();
		startWith(code).awaitPairedAndClose();
		for (String property : List.of("", "airlock.gateway.pairing.code=" + code)) {
			try (PairableApplication application = PairableApplication.start(this.simulator, this.store, property)) {
				application.assertOpensWhenApproved(this.simulator);
			}
		}
		assertThat(this.simulator.requests(SimulatorCall.PAIRING_CLAIM)).hasSize(1);
	}

	@Test
	void instancesThatStartAtOnceClaimOnce() throws Exception {
		String code = this.simulator.preGeneratePairingCode();
		CompletableFuture<PairableApplication> other = CompletableFuture.supplyAsync(() -> startWith(code));
		try (PairableApplication first = startWith(code); PairableApplication second = other.get()) {
			first.awaitPaired();
			second.awaitPaired();
			first.assertOpensWhenApproved(this.simulator);
			second.assertOpensWhenApproved(this.simulator);
			assertThat(this.simulator.requests(SimulatorCall.PAIRING_CLAIM)).hasSize(1);
			assertThat(first.events().size() + second.events().size()).isEqualTo(1);
		}
	}

	@Test
	void newCodeReplacesThePairing() throws Exception {
		startWith(this.simulator.preGeneratePairingCode()).awaitPairedAndClose();
		this.simulator.renewSignerKey();
		String fingerprint = this.simulator.signerKey().fingerprint();
		try (PairableApplication application = startWith(this.simulator.preGeneratePairingCode())) {
			await().until(() -> !application.events().isEmpty());
			assertThat(application.events())
				.containsExactly(new PairingChangedEvent("default", Change.REPLACED, List.of(fingerprint), null));
			application.assertOpensWhenApproved(this.simulator);
		}
	}

	@Test
	void operatorPairsByACodeOfTheGateway(CapturedOutput output) throws Exception {
		try (PairableApplication application = PairableApplication.start(this.simulator, this.store)) {
			assertUnavailable(application.vault()::open, "'airlock.gateway.pairing.code'");
			PairingInvitation invitation = application.manager().initiate(Pairing.DEFAULT_NAME);
			assertThat(output).contains("To complete the pairing 'default'").doesNotContain(invitation.code());
			assertThat(invitation.expiresAt()).isEqualTo(application.status().pendingUntil());
			assertThat(HarpJson.mapper().readTree(invitation.qrText())).isEqualTo(HarpJson.mapper()
				.createObjectNode()
				.put("gatewayUrl", this.simulator.baseUrl())
				.put("pairingCode", invitation.code()));
			assertUnavailable(application.vault()::open, "under way");
			this.simulator.enterPairingCode(invitation.code());
			application.awaitPaired();
			application.assertOpensWhenApproved(this.simulator);
		}
	}

	@Test
	void decisionOnRequestBeforeRotationCounts() throws Exception {
		try (PairableApplication application = startPaired()) {
			CompletableFuture<String> before = CompletableFuture.supplyAsync(application.vault()::open);
			PendingRequest pending = this.simulator.awaitPending();
			rotate(application);
			this.simulator.approve(pending.requestId());
			assertThat(before.get(10, TimeUnit.SECONDS)).isEqualTo("open");
			application.assertOpensWhenApproved(this.simulator);
		}
	}

	@Test
	void decisionByTheLostPhoneDoesNotCount() throws Exception {
		try (PairableApplication application = startPaired()) {
			String lostKey = this.simulator.signerKey().id();
			// The rest is decided by the phone that is lost then
			CompletableFuture<String> before = CompletableFuture.supplyAsync(application.vault()::open);
			PendingRequest pending = this.simulator.awaitPending();
			PairingInfo info = application.manager().revokeSignerKey(Pairing.DEFAULT_NAME, lostKey);
			assertThat(info.state()).isEqualTo(State.REVOKED);
			assertFails(before, ApprovalUnavailableException.class);
			assertThat(this.simulator.pending()).doesNotContain(pending);
			assertUnavailable(application.vault()::open, "pair again");
			rotate(application);
			application.assertOpensWhenApproved(this.simulator);
		}
	}

	@Test
	void keyOfAReplacedPairingCanBeRevoked() throws Exception {
		try (PairableApplication application = startPaired()) {
			String lostKey = this.simulator.signerKey().id();
			CompletableFuture<String> before = CompletableFuture.supplyAsync(application.vault()::open);
			PendingRequest pending = this.simulator.awaitPending();
			// Signed with the lost phone's key, but delivered only later
			this.simulator.tamperDecisions((decision) -> {
				rotate(application);
				application.manager().revokeSignerKey(Pairing.DEFAULT_NAME, lostKey);
				return decision;
			});
			this.simulator.approve(pending.requestId());
			assertThat(before).failsWithin(20, TimeUnit.SECONDS)
				.withThrowableThat()
				.withMessageContaining("or its key, was revoked");
		}
	}

	private void rotate(PairableApplication application) {
		this.simulator.renewSignerKey();
		PairingInvitation invitation = application.manager().initiate(Pairing.DEFAULT_NAME);
		this.simulator.enterPairingCode(invitation.code());
		String fingerprint = this.simulator.signerKey().fingerprint();
		await()
			.until(() -> application.status().keys().stream().anyMatch((key) -> key.fingerprint().equals(fingerprint)));
	}

	@Test
	void pairingsStandSideBySide() throws Exception {
		try (PairableApplication application = startPaired(
				"airlock.gateway.pairings.finance.code=" + this.simulator.preGeneratePairingCode())) {
			await().until(() -> application.manager().getStatus("finance").state() == State.PAIRED);
			CompletableFuture<String> paid = CompletableFuture.supplyAsync(application.vault()::pay);
			approveNext();
			assertThat(paid.get(10, TimeUnit.SECONDS)).isEqualTo("paid");
			application.manager().revoke("finance");
			application.assertOpensWhenApproved(this.simulator);
			assertUnavailable(application.vault()::pay, "'finance' was revoked");
			assertThat(application.manager().list()).extracting(PairingInfo::name)
				.containsExactly("default", "finance");
		}
	}

	@Test
	void callWithUnpairedNameThrowsAndNamesProperty() {
		try (PairableApplication application = startPaired()) {
			assertUnavailable(application.vault()::pay, "'finance'", "airlock.gateway.pairings.finance.code");
		}
	}

	@Test
	void startWithUnknownCodeReportsProblem(CapturedOutput output) {
		try (PairableApplication application = startWith("WRONG1")) {
			await().until(() -> application.status().problem() != null);
			assertUnavailable(application.vault()::open, "is not known to the gateway", "generate a new one");
			assertThat(application.status().problem()).contains("is not known to the gateway");
			assertThat(application.events()).extracting(PairingChangedEvent::change).containsExactly(Change.FAILED);
			assertThat(output).contains("is not known to the gateway").doesNotContain("WRONG1");
		}
	}

	@Test
	void claimWithUsedCodeThrows() {
		String code = this.simulator.preGeneratePairingCode();
		PairableApplication.start(this.simulator, new InMemoryPairingStore(), "airlock.gateway.pairing.code=" + code)
			.awaitPairedAndClose();
		try (PairableApplication application = PairableApplication.start(this.simulator, this.store)) {
			assertThatExceptionOfType(PairingException.class)
				.isThrownBy(() -> application.manager().claim(Pairing.DEFAULT_NAME, code))
				.withMessageContaining("was used before")
				.satisfies((ex) -> assertThat(ex).hasMessageNotContaining(code));
			assertThat(application.status().state()).isEqualTo(State.NOT_PAIRED);
		}
	}

	@Test
	void failedRotationLeavesThePairingInForce() throws Exception {
		try (PairableApplication application = startPaired()) {
			assertThatExceptionOfType(PairingException.class)
				.isThrownBy(() -> application.manager().claim(Pairing.DEFAULT_NAME, "WRONG1"));
			assertThat(application.status().problem()).contains("is not known to the gateway");
			application.assertOpensWhenApproved(this.simulator);
		}
	}

	@Test
	void revokedPairingIsForgottenWhenGatewayFails(CapturedOutput output) {
		String code = this.simulator.preGeneratePairingCode();
		try (PairableApplication application = startWith(code)) {
			application.awaitPaired();
			this.simulator.failNext(SimulatorCall.PAIRING_REVOKE, 500);
			assertThat(application.manager().revoke(Pairing.DEFAULT_NAME).state()).isEqualTo(State.REVOKED);
			assertThat(output).contains("but not at the gateway");
			assertThat(this.store.read("pairing.default").text()).doesNotContain("encryptionKey", "routingToken");
		}
		// The code is known as used all the same
		try (PairableApplication application = startWith(code)) {
			assertUnavailable(application.vault()::open, "was revoked at");
			assertThat(this.simulator.requests(SimulatorCall.PAIRING_CLAIM)).hasSize(1);
		}
	}

	@Test
	void propertiesOverrideStoredPairing() throws Exception {
		startWith(this.simulator.preGeneratePairingCode()).awaitPairedAndClose();
		try (PairableApplication application = PairableApplication.start(this.simulator, this.store,
				SimulatedApplications.properties(this.simulator))) {
			assertThat(application.status().configured()).isTrue();
			application.assertOpensWhenApproved(this.simulator);
			assertThatExceptionOfType(PairingException.class)
				.isThrownBy(() -> application.manager().initiate(Pairing.DEFAULT_NAME))
				.withMessageContaining("set by the properties");
		}
	}

	@Test
	void outputAndLogContainNoSecrets(CapturedOutput output) throws Exception {
		String code = this.simulator.preGeneratePairingCode();
		try (LogRecorder log = LogRecorder.attach(); PairableApplication application = startWith(code)) {
			application.awaitPaired();
			application.assertOpensWhenApproved(this.simulator);
			String document = this.store.read("pairing.default").text();
			String routingToken = HarpJson.mapper().readTree(document).at("/active/routingToken").stringValue();
			String encryptionKey = HarpJson.mapper().readTree(document).at("/active/encryptionKey").stringValue();
			String told = output + log.text() + application.status() + application.events()
					+ this.store.read("pairing.default");
			assertThat(told).doesNotContain(code, routingToken, encryptionKey, this.simulator.pat());
		}
	}

}

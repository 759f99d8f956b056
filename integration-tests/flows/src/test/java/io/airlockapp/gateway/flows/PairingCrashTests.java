/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.pairing.PairingInfo.State;
import io.airlockapp.gateway.simulator.SimulatedFault;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Pairings whose calls get lost, and applications that stop in between.
 */
class PairingCrashTests extends PairableTests {

	@Test
	void claimThatGetsLostIsRepeated() throws Exception {
		this.simulator.failNext(SimulatorCall.PAIRING_CLAIM, SimulatedFault.dropBeforeHandling());
		try (PairableApplication application = startPaired()) {
			application.assertOpensWhenApproved(this.simulator);
		}
	}

	@Test
	void lostResponseToClaimIsReported() {
		this.simulator.failNext(SimulatorCall.PAIRING_CLAIM, SimulatedFault.dropAfterHandling());
		try (PairableApplication application = startWith(this.simulator.preGeneratePairingCode())) {
			await().atMost(10, TimeUnit.SECONDS).until(() -> application.status().problem() != null);
			assertThat(application.status().problem()).contains("was used before, possibly by this application");
			assertThat(application.status().state()).isEqualTo(State.NOT_PAIRED);
		}
	}

	@Test
	void lostResponsesToPollsAreRequestedAgain() throws Exception {
		this.simulator.failNext(SimulatorCall.PAIRING_STATUS, SimulatedFault.dropAfterHandling());
		this.simulator.failNext(SimulatorCall.PAIRING_STATUS, 503);
		try (PairableApplication application = startPaired()) {
			application.assertOpensWhenApproved(this.simulator);
		}
	}

	@Test
	void restartContinuesPendingPairing() throws Exception {
		String code;
		try (PairableApplication application = PairableApplication.start(this.simulator, this.store)) {
			code = application.manager().initiate("default").code();
		}
		this.simulator.enterPairingCode(code);
		try (PairableApplication application = PairableApplication.start(this.simulator, this.store)) {
			application.awaitPaired();
			application.assertOpensWhenApproved(this.simulator);
		}
	}

	@Test
	void anotherInstanceCompletesPendingPairing() throws Exception {
		try (PairableApplication other = PairableApplication.start(this.simulator, this.store)) {
			String code;
			try (PairableApplication application = PairableApplication.start(this.simulator, this.store)) {
				code = application.manager().initiate("default").code();
			}
			this.simulator.enterPairingCode(code);
			other.awaitPaired();
			other.assertOpensWhenApproved(this.simulator);
		}
	}

}

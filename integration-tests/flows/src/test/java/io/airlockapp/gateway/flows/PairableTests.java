/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.stream.Stream;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.store.InMemoryPairingStore;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Base of tests with applications that are paired while they run, and that share a store
 * of pairings.
 */
abstract class PairableTests extends SimulatorTests {

	final InMemoryPairingStore store = new InMemoryPairingStore();

	/**
	 * Start an application with a pairing code.
	 */
	final PairableApplication startWith(String code, String... properties) {
		return PairableApplication.start(this.simulator, this.store,
				Stream.concat(Stream.of(properties), Stream.of("airlock.gateway.pairing.code=" + code))
					.toArray(String[]::new));
	}

	/**
	 * Start an application with a pairing code, and wait until it is paired.
	 */
	final PairableApplication startPaired(String... properties) {
		PairableApplication application = startWith(this.simulator.preGeneratePairingCode(), properties);
		application.awaitPaired();
		return application;
	}

	static void assertUnavailable(ThrowingCallable call, String... message) {
		Throwable failure = catchThrowable(call);
		assertThat(failure).isInstanceOf(ApprovalUnavailableException.class);
		assertThat(message).allSatisfy((part) -> assertThat(failure).hasMessageContaining(part));
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.support.Concurrently;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class InMemoryReplayJournalTests {

	private static final int CAPACITY = 100_000;

	private static final int ROUNDS = 1000;

	private static final int NONCES_PER_ROUND = 50;

	private final InMemoryReplayJournal journal = new InMemoryReplayJournal();

	private final DecisionSigner signer = new DecisionSigner("key-1");

	private final SignerKey key = this.signer.key();

	@Test
	void takesNonceForOneRequest() {
		assertThat(this.journal.use(this.key, "nonce", "req-1")).isTrue();
		assertThat(this.journal.use(this.key, "nonce", "req-2")).isFalse();
		assertThat(this.journal.use(this.key, "nonce", "req-2")).isFalse();
		assertThat(this.journal.use(this.key, "nonce", "req-1")).isTrue();
		assertThat(this.journal.use(this.key, "other", "req-2")).isTrue();
	}

	@Test
	void takesSameNonceWithAnotherKey() {
		assertThat(this.journal.use(this.key, "nonce", "req-1")).isTrue();
		assertThat(this.journal.use(new DecisionSigner("key-2").key(), "nonce", "req-2")).isTrue();
	}

	@Test
	void nonceIsKnownWhenKeyHasAnotherId() {
		assertThat(this.journal.use(this.key, "nonce", "req-1")).isTrue();
		assertThat(this.journal.use(this.signer.keyNamed("renamed"), "nonce", "req-2")).isFalse();
	}

	@Test
	void forgetsOnlyTheOldestBeyondItsCapacity() {
		for (int i = 0; i < CAPACITY; i++) {
			assertThat(this.journal.use(this.key, "nonce-" + i, "req-1")).isTrue();
		}
		assertThat(this.journal.use(this.key, "nonce-0", "req-2")).isFalse();
		assertThat(this.journal.use(this.key, "one more", "req-1")).isTrue();
		assertThat(this.journal.use(this.key, "nonce-1", "req-2")).isFalse();
		assertThat(this.journal.use(this.key, "nonce-0", "req-2")).isTrue();
	}

	@Test
	void takesNonceForOneOfManyThreads() throws Exception {
		int threads = 4;
		CyclicBarrier round = new CyclicBarrier(threads);
		assertThat(Concurrently.call(threads, () -> uses(round)).stream().mapToInt(Integer::intValue).sum())
			.isEqualTo(ROUNDS * NONCES_PER_ROUND);
	}

	/**
	 * Use the same nonces as every other thread, each for another request. The rounds
	 * keep the threads together, so that they meet often.
	 */
	private int uses(CyclicBarrier round) throws Exception {
		String requestId = Thread.currentThread().getName();
		int first = 0;
		for (int nonce = 0; nonce < ROUNDS * NONCES_PER_ROUND; nonce++) {
			if (nonce % NONCES_PER_ROUND == 0) {
				round.await(30, TimeUnit.SECONDS);
			}
			first += this.journal.use(this.key, "nonce-" + nonce, requestId) ? 1 : 0;
		}
		return first;
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link CoalescedResult}.
 */
class CoalescedResultTests {

	private final CoalescedResult<String> results = new CoalescedResult<>();

	@Test
	void checksWhileThereIsNoResult() {
		assertThat(this.results.get((known) -> true, (known) -> "1")).isEqualTo("1");
		assertThat(this.results.get((known) -> true, (known) -> "2")).isEqualTo("1");
	}

	@Test
	void checksAgainWhenTheResultIsNotFresh() {
		this.results.get((known) -> true, (known) -> "1");
		assertThat(this.results.get("1"::equals, (known) -> "2")).isEqualTo("1");
		assertThat(this.results.get("2"::equals, (known) -> "2")).isEqualTo("2");
	}

	@Test
	void sameResultOfCheckIsKept() {
		this.results.get((known) -> true, (known) -> "1");
		assertThat(this.results.get((known) -> false, (known) -> known)).isEqualTo("1");
	}

	@Test
	void failedCheckIsRepeated() {
		assertThatIllegalStateException().isThrownBy(() -> this.results.get((known) -> true, (known) -> {
			throw new IllegalStateException("Not now");
		}));
		assertThat(this.results.get((known) -> true, (known) -> "1")).isEqualTo("1");
	}

	@Test
	void othersGetTheResultBeforeWhileACheckRuns() throws Exception {
		this.results.get((known) -> true, (known) -> "1");
		CountDownLatch started = new CountDownLatch(1);
		CountDownLatch asked = new CountDownLatch(1);
		CompletableFuture<String> first = CompletableFuture
			.supplyAsync(() -> this.results.get((known) -> false, (known) -> {
				started.countDown();
				Latches.await(asked);
				return "2";
			}));
		started.await();
		assertThat(this.results.get((known) -> false, (known) -> "3")).isEqualTo("1");
		asked.countDown();
		assertThat(first.get()).isEqualTo("2");
		assertThat(this.results.get((known) -> true, (known) -> "4")).isEqualTo("2");
	}

	@Test
	void interruptedThreadGetsKnownResult() throws Exception {
		CountDownLatch started = new CountDownLatch(1);
		CountDownLatch asked = new CountDownLatch(1);
		CompletableFuture<String> first = CompletableFuture
			.supplyAsync(() -> this.results.get((known) -> false, (known) -> {
				started.countDown();
				Latches.await(asked);
				return "1";
			}));
		started.await();
		Thread.currentThread().interrupt();
		assertThat(this.results.get((known) -> false, (known) -> "2")).isNull();
		assertThat(Thread.interrupted()).isTrue();
		asked.countDown();
		assertThat(first.get()).isEqualTo("1");
	}

}

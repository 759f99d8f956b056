/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.ratelimit;

import java.time.Duration;

import io.airlockapp.gateway.support.VirtualTicker;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RetryBudget}.
 */
class RetryBudgetTests {

	private final VirtualTicker ticker = new VirtualTicker();

	private final RetryBudget budget = new RetryBudget(3, Duration.ofSeconds(10), this.ticker);

	@Test
	void row41_isEmptyAfterItsCapacity() {
		assertTakes(3);
	}

	@Test
	void row41_refillsWithTime() {
		assertTakes(3);
		this.ticker.advance(Duration.ofMillis(9_999));
		assertTakes(0);
		this.ticker.advance(Duration.ofMillis(1));
		assertTakes(1);
		this.ticker.advance(Duration.ofSeconds(25));
		assertTakes(2);
		this.ticker.advance(Duration.ofSeconds(5));
		assertTakes(1);
	}

	@Test
	void row41_neverHoldsMoreThanItsCapacity() {
		this.ticker.advance(Duration.ofDays(365));
		assertTakes(3);
		this.ticker.advance(Duration.ofDays(365));
		assertTakes(3);
	}

	private void assertTakes(int count) {
		for (int i = 0; i < count; i++) {
			assertThat(this.budget.tryTake()).isTrue();
		}
		assertThat(this.budget.tryTake()).isFalse();
	}

}

package io.airlockapp.gateway.durable;

import java.time.Duration;

import io.airlockapp.gateway.durable.PendingCounts.Counts;
import io.airlockapp.gateway.durable.PendingCounts.Places;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PendingCounts}.
 */
class PendingCountsTests {

	private final TestInstance instance = new TestInstance();

	private final PendingCounts counts = new PendingCounts(this.instance.store, this.instance.clock);

	@AfterEach
	void close() {
		this.instance.close();
	}

	@Test
	void countsRecordedAndSubmittedCalls() {
		this.instance.record();
		this.instance.ask().perform(this.instance.record().id());
		assertThat(this.instance.approvals().cancel(this.instance.record().id())).isTrue();
		assertThat(this.counts.get()).isEqualTo(new Counts(TestInstance.START, 2, 2));
	}

	@Test
	void callsAreYoungForTenMinutesAndShortlyBeforeTheirExpiry() {
		this.instance.record();
		this.instance.pass(Duration.ofMinutes(10).minusMillis(1));
		assertThat(this.counts.get().young()).isEqualTo(1);
		this.instance.pass(Duration.ofMinutes(5));
		assertThat(this.counts.get().young()).isZero();
		assertThat(this.counts.get().pending()).isEqualTo(1);
		this.instance.pass(Duration.ofMinutes(11));
		assertThat(this.counts.get().young()).isEqualTo(1);
	}

	@Test
	void numbersAreReadEveryFifteenSeconds() {
		assertThat(this.counts.get().pending()).isZero();
		this.instance.record();
		this.instance.pass(Duration.ofMillis(14_999));
		assertThat(this.counts.get().pending()).isZero();
		this.instance.pass(Duration.ofMillis(1));
		assertThat(this.counts.get().pending()).isEqualTo(1);
	}

	@Test
	void numbersAreReadAfterTheClockWasPutBack() {
		assertThat(this.counts.get().pending()).isZero();
		this.instance.record();
		this.instance.pass(Duration.ofSeconds(-15));
		assertThat(this.counts.get().pending()).isEqualTo(1);
	}

	@Test
	void ownCallsAreAddedUntilTheyAreCounted() {
		assertThat(this.counts.places("Payouts.pay", null)).isEqualTo(new Places(0, 0, 0));
		this.instance.record();
		this.counts.added("Payouts.pay", null);
		assertThat(this.counts.places("Payouts.pay", null)).isEqualTo(new Places(1, 1, 1));
		this.instance.pass(Duration.ofSeconds(15));
		assertThat(this.counts.places("Payouts.pay", null)).isEqualTo(new Places(1, 1, 1));
		assertThat(this.counts.places("Payouts.close", "ann")).isEqualTo(new Places(1, 0, 0));
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.ratelimit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for several instances that share the quota of one gateway without knowledge of
 * each other, in simulated time.
 */
class SharedQuotaTests {

	private static final long PERIOD = SimulatedGateway.PERIOD.toNanos();

	@ParameterizedTest
	@CsvSource({ "1,0", "2,5", "3,5", "5,10" })
	void fewRequestsAreRefused(int instances, int percent) {
		SimulatedGateway gateway = new SimulatedGateway(instances, 40);
		gateway.run();
		assertThat(gateway.requests()).isGreaterThan(400);
		assertThat(100.0 * gateway.refused() / gateway.requests())
			.as("%d of %d refused", gateway.refused(), gateway.requests())
			.isLessThanOrEqualTo(percent);
	}

	@Test
	void quotaIsUsed() {
		SimulatedGateway gateway = new SimulatedGateway(3, 40);
		gateway.run();
		assertThat(gateway.requests() - gateway.refused()).isGreaterThan(SimulatedGateway.QUOTA * 30 * 7 / 10);
	}

	@Test
	void noInstanceIsStarved() {
		SimulatedGateway gateway = new SimulatedGateway(3, 40);
		gateway.run();
		int fair = (gateway.requests() - gateway.refused()) / 3;
		assertThat(gateway.instances())
			.allSatisfy((instance) -> assertThat(instance.accepted()).isGreaterThan(fair / 3));
	}

	@Test
	void heartbeatsAreOnTime() {
		SimulatedGateway gateway = new SimulatedGateway(3, 40);
		gateway.run();
		assertThat(gateway.instances())
			.allSatisfy((instance) -> assertThat(instance.heartbeats()).filteredOn((delay) -> delay.toSeconds() < 15)
				.hasSizeGreaterThan(8));
	}

	@Test
	void shareRecovers() {
		QuotaShare share = new QuotaShare(60, PERIOD);
		share.refused(0);
		assertThat(share.current(0)).isEqualTo(40);
		share.refused(PERIOD / 4);
		assertThat(share.current(PERIOD / 4)).isEqualTo(40);
		share.refused(PERIOD * 3 / 4);
		assertThat(share.current(PERIOD * 3 / 4)).isEqualTo(26);
		assertThat(share.current(PERIOD * 7 / 4)).isEqualTo(27);
		assertThat(share.current(PERIOD * 40)).isEqualTo(60);
	}

	@Test
	void shareIsNeverLessThanTheLeastLimit() {
		QuotaShare share = new QuotaShare(60, PERIOD);
		for (int i = 0; i < 20; i++) {
			share.refused(i * PERIOD * 3 / 4);
		}
		assertThat(share.current(15 * PERIOD)).isGreaterThanOrEqualTo(5);
	}

}

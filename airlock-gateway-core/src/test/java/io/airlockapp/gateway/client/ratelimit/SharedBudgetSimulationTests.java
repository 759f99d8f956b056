/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.ratelimit;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

import io.airlockapp.gateway.client.ratelimit.SimulatedGateway.Database;
import io.airlockapp.gateway.jdbc.JdbcRequestBudget;
import io.airlockapp.gateway.jdbc.Tables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for several instances that share the quota of one gateway by one row of a
 * database, in simulated time. The statements are those of {@link JdbcRequestBudget}.
 */
class SharedBudgetSimulationTests {

	private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

	private final SingleConnectionDataSource connection = new SingleConnectionDataSource(
			"jdbc:h2:mem:" + UUID.randomUUID(), true);

	private final SimulatedTimeDataSource database = new SimulatedTimeDataSource(this.connection);

	private SimulatedGateway gateway;

	@BeforeEach
	void createTable() {
		Tables.create(this.connection, "AIRLOCK_REQUEST_BUDGET");
	}

	@AfterEach
	void close() {
		assertThat(this.database.uses()).isGreaterThan(100);
		this.connection.destroy();
	}

	private SimulatedGateway gateway(Duration skew, Integer... pending) {
		JdbcRequestBudget budget = new JdbcRequestBudget(this.database, "gateway", SimulatedGateway.QUOTA,
				SimulatedGateway.PERIOD);
		this.gateway = new SimulatedGateway(budget, List.of(pending), skew);
		this.database.time(() -> START.plus(this.gateway.now()));
		return this.gateway;
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3, 5 })
	void almostNoRequestsAreRefused(int instances) {
		gateway(Duration.ZERO, Collections.nCopies(instances, 40).toArray(Integer[]::new)).run();
		assertThat(this.gateway.requests()).isGreaterThan(400);
		assertThat(percentRefused()).as(this.gateway.toString()).isLessThanOrEqualTo(2);
	}

	@Test
	void quotaIsUsedAndNoInstanceIsStarved() {
		gateway(Duration.ZERO, 200, 200, 200).run();
		int accepted = this.gateway.requests() - this.gateway.refused();
		assertThat(accepted).as(this.gateway.toString()).isGreaterThan(SimulatedGateway.QUOTA * 30 * 8 / 10);
		assertThat(this.gateway.instances()).as(this.gateway.toString())
			.allSatisfy((instance) -> assertThat(instance.accepted()).isGreaterThan(accepted / 3 * 9 / 10));
	}

	@Test
	void instanceWithFewApprovalsDoesNotWaitForThoseOfOthers() {
		gateway(Duration.ZERO, 200, 200, 1).run();
		assertThat(this.gateway.instances().get(2).queued()).as(this.gateway.toString())
			.hasSizeGreaterThan(9)
			.allSatisfy((time) -> assertThat(time).isLessThan(Duration.ofSeconds(1)));
	}

	@ParameterizedTest
	@ValueSource(ints = { 3, 10 })
	void heartbeatsAreOnTime(int instances) {
		gateway(Duration.ZERO, Collections.nCopies(instances, 100).toArray(Integer[]::new)).run();
		assertHeartbeatsWithin(Duration.ofSeconds(2));
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT1M", "PT-1M" })
	void clocksOfInstancesCanDiffer(Duration skew) {
		gateway(skew, 40, 40, 40).run();
		assertThat(percentRefused()).as(this.gateway.toString()).isLessThanOrEqualTo(2);
		assertHeartbeatsWithin(Duration.ofSeconds(2));
	}

	@Test
	void refusalPausesAllInstances() {
		gateway(Duration.ZERO, 100, 100, 100).exhaustQuotaAt(Duration.ofSeconds(100));
		this.gateway.run();
		// Each instance may have a turn from before the refusal
		assertThat(this.gateway.refused()).as(this.gateway.toString()).isBetween(1, 4);
		assertThat(this.gateway.arrivalsBetween(Duration.ofSeconds(102), Duration.ofSeconds(109))).isZero();
		assertThat(this.gateway.arrivalsBetween(Duration.ofSeconds(112), Duration.ofSeconds(122))).isGreaterThan(40);
	}

	@ParameterizedTest
	@ValueSource(strings = { "DOWN", "HANGING" })
	void instancesEstimateTheirShareWithoutTheDatabase(Database failure) {
		gateway(Duration.ZERO, 100, 100, 100).database(() -> isBetween(100, 200) ? failure : Database.UP);
		this.gateway.run();
		assertThat(percentRefused()).as(this.gateway.toString()).isLessThanOrEqualTo(5);
		assertThat(this.gateway.arrivalsBetween(Duration.ofSeconds(100), Duration.ofSeconds(200)))
			.isGreaterThan(10 * SimulatedGateway.QUOTA * 7 / 10);
		int fair = (this.gateway.requests() - this.gateway.refused()) / 3;
		assertThat(this.gateway.instances())
			.allSatisfy((instance) -> assertThat(instance.accepted()).isGreaterThan(fair / 2));
		assertThat(this.gateway.instances())
			.allSatisfy((instance) -> assertThat(instance.heartbeats()).filteredOn((delay) -> delay.toSeconds() < 15)
				.hasSizeGreaterThan(8));
	}

	@Test
	void databaseIsUsedAgainAfterItsFailure() {
		gateway(Duration.ZERO, 100, 100, 100).database(() -> isBetween(100, 120) ? Database.DOWN : Database.UP);
		this.gateway.exhaustQuotaAt(Duration.ofSeconds(200));
		this.gateway.run();
		assertThat(this.gateway.arrivalsBetween(Duration.ofSeconds(202), Duration.ofSeconds(209)))
			.as(this.gateway.toString())
			.isZero();
	}

	private boolean isBetween(int from, int to) {
		long now = this.gateway.now().toSeconds();
		return now >= from && now < to;
	}

	private double percentRefused() {
		return 100.0 * this.gateway.refused() / this.gateway.requests();
	}

	private void assertHeartbeatsWithin(Duration delay) {
		assertThat(this.gateway.instances()).as(this.gateway.toString())
			.allSatisfy((instance) -> assertThat(instance.heartbeats()).hasSizeGreaterThan(8)
				.allSatisfy((time) -> assertThat(time).isLessThan(delay)));
	}

}

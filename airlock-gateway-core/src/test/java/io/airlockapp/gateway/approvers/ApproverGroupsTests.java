/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approvers;

import java.time.Duration;
import java.util.List;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ApproverGroups}.
 */
class ApproverGroupsTests {

	private static final Duration DEFAULT = Duration.ofMinutes(5);

	@Test
	void unknownGroupIsRefusedWithTheKnownOnes() {
		ApproverGroups groups = groups(null, "1m");
		assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(() -> groups.require("payouts"))
			.withMessage("The approvers 'payouts' are not configured: set "
					+ "'airlock.gateway.approvers.payouts.pairings', or use one of [refunds]");
		assertThatIllegalArgumentException().isThrownBy(() -> groups.requireFor("payouts", null, DEFAULT))
			.withMessageStartingWith("the approvers 'payouts' are not configured: set");
		assertThat(groups.require("refunds").members()).containsExactly("a", "b");
		assertThat(ApproverGroups.none().all()).isEmpty();
	}

	@Test
	void pairingsOfStepsBelongToTheGroup() {
		ApproverGroups groups = groups(null, "1m");
		assertThat(groups.contain("a")).isTrue();
		assertThat(groups.contain("b")).isTrue();
		assertThat(groups.contain("default")).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "30s,60s", "120s,150s", "240s,300s", "8m,10m" })
	void lastStepLeavesThirtySecondsAndAFifth(String after, String timeout) {
		assertThat(groups(null, after).requireFor("refunds", duration(timeout), DEFAULT)).isNotNull();
	}

	@ParameterizedTest
	@CsvSource({ "31s,60s", "121s,150s", "241s,300s", "481s,10m", "5m,1m" })
	void lastStepThatLeavesLessIsRefused(String after, String timeout) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> groups(null, after).requireFor("refunds", duration(timeout), DEFAULT))
			.withMessageContaining("'airlock.gateway.approvers.refunds.escalation[0].after'");
	}

	@Test
	void timeoutOfTheGroupIsBetweenThoseOfTheMethodAndTheApplication() {
		ApproverGroups groups = groups("20m", "10m");
		assertThat(groups.requireFor("refunds", null, DEFAULT)).isNotNull();
		assertThatIllegalArgumentException().isThrownBy(() -> groups.requireFor("refunds", DEFAULT, DEFAULT));
		assertThatIllegalArgumentException().isThrownBy(() -> groups(null, "10m").requireFor("refunds", null, DEFAULT));
	}

	@Test
	void quorumIsPositive() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new ApproverGroup("refunds", List.of("a"), 0, null, false, false, List.of()));
	}

	private static ApproverGroups groups(@Nullable String timeout, String after) {
		EscalationStep step = new EscalationStep(duration(after), List.of("b"), true);
		return new ApproverGroups(List.of(new ApproverGroup("refunds", List.of("a"), 1,
				(timeout != null) ? duration(timeout) : null, false, false, List.of(step))), Persons.unknown());
	}

	private static Duration duration(String text) {
		return Duration.parse("PT" + text);
	}

}

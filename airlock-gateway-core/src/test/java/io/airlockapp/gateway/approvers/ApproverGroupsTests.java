/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approvers;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

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
		List<String> ten = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
		assertThat(new ApproverGroup("refunds", ten, 1, null, false, false, List.of()).members()).hasSize(10);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new ApproverGroup("refunds", ten, 1, null, false, false,
					List.of(new EscalationStep(Duration.ofMinutes(1), List.of("k"), false))))
			.withMessageContaining("more than 10 pairings");
	}

	@Test
	void statesAreThoseOfAllGroups() {
		ApproverGroups groups = groups(null, "1m");
		assertThat(groups.all()).containsExactly(groups.require("refunds"));
		assertThat(groups.getStates((name) -> null)).extracting(ApproverGroupState::group)
			.containsExactlyElementsOf(groups.all());
	}

	@ParameterizedTest
	@ValueSource(strings = { "ann", "ANN", "okta\u001fann" })
	void pairingsOfExcludedRequesterAreNotMembers(String requester) {
		ApproverGroups groups = excluding(false, "ann");
		assertThat(groups.forRequester("refunds", requester).members()).containsExactly("b");
		assertThat(groups.pairings("refunds", requester, "default")).containsExactly("b");
		assertThat(groups.excludedPairings("refunds", requester)).containsExactlyInAnyOrder("a", "laptop");
	}

	@Test
	void excludedRequesterOfAClientRegistrationIsNoOther() {
		ApproverGroups groups = excluding(false, "okta/ann");
		assertThat(groups.pairings("refunds", "okta\u001fann", "default")).containsExactly("b");
		assertThat(groups.pairings("refunds", "github\u001fann", "default")).containsExactly("a", "b");
		assertThat(groups.pairings("refunds", "ann", "default")).containsExactly("a", "b");
		assertThat(groups.excludedPairings("refunds", "github\u001fann")).isEmpty();
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", " ", "\u200b" })
	void forRequesterWhenRequesterIsUnknownThrowsUnlessAllowed(@Nullable String requester) {
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> excluding(false, "ann").forRequester("refunds", requester))
			.withMessageContaining("airlock.gateway.approvers.refunds.unknown-requester=ask");
		ApproverGroups asking = excluding(true, "ann");
		assertThat(asking.forRequester("refunds", requester)).isSameAs(asking.require("refunds"));
		assertThat(asking.excludedPairings("refunds", requester)).isEmpty();
	}

	@Test
	void pairingsWhenRequesterIsNotExcludedContainThoseOfRequester() {
		ApproverGroups groups = new ApproverGroups(List.of(group(null, false, false, List.of())),
				new Persons(Map.of("a", List.of("ann"))));
		assertThat(groups.pairings("refunds", "ann", "default")).containsExactly("a", "b");
		assertThat(groups.pairings("refunds", null, "default")).containsExactly("a", "b");
		assertThat(groups.excludedPairings("refunds", "ann")).isEmpty();
		assertThat(groups.pairings(null, "ann", "default")).containsExactly("default");
	}

	private static ApproverGroups excluding(boolean askUnknown, String principal) {
		return new ApproverGroups(List.of(group(null, true, askUnknown, List.of())),
				new Persons(Map.of("a", List.of(principal), "b", List.of("bob"), "laptop", List.of(principal))));
	}

	private static ApproverGroup group(@Nullable Duration timeout, boolean exclude, boolean askUnknown,
			List<EscalationStep> steps) {
		return new ApproverGroup("refunds", steps.isEmpty() ? List.of("a", "b") : List.of("a"), 1, timeout, exclude,
				askUnknown, steps);
	}

	private static ApproverGroups groups(@Nullable String timeout, String after) {
		EscalationStep step = new EscalationStep(duration(after), List.of("b"), true);
		return new ApproverGroups(
				List.of(group((timeout != null) ? duration(timeout) : null, false, false, List.of(step))),
				Persons.unknown());
	}

	private static Duration duration(String text) {
		return Duration.parse("PT" + text);
	}

}

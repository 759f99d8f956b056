/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.approvers.EscalationStep;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.durable.DurableSettings;
import io.airlockapp.gateway.durable.method.DurableTargets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link DurableApproversVerifier}.
 */
class DurableApproversVerifierTests {

	private final DurableTargets targets = mock();

	private final DurableApproversVerifier verifier = new DurableApproversVerifier(this.targets, new DurableSettings(
			"one", "command.review", Duration.ofMinutes(10), Duration.ofMinutes(5), 1000, 0, 4, 4, 30,
			Duration.ofSeconds(25), Duration.ofMinutes(2), 1, Duration.ofSeconds(40),
			new ApproverGroups(
					List.of(group("soon", Duration.ofMinutes(8), null), group("late", Duration.ofMinutes(9), null),
							group("patient", Duration.ofMinutes(9), Duration.ofMinutes(20))),
					Persons.unknown())));

	private static ApproverGroup group(String name, Duration after, @Nullable Duration timeout) {
		return new ApproverGroup(name, List.of("ann", "bob"), 2, timeout, true, false,
				List.of(new EscalationStep(after, List.of("cleo"), true)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "soon", "patient" })
	void escalationLeavesTimeToDecide(String name) {
		given(this.targets.approvers()).willReturn(Set.of(name));
		assertThatNoException().isThrownBy(this.verifier::afterSingletonsInstantiated);
	}

	@Test
	void escalationThatLeavesNoTimeToDecideIsRefused() {
		given(this.targets.approvers()).willReturn(Set.of("late"));
		assertThatExceptionOfType(DurableConfigurationException.class)
			.isThrownBy(this.verifier::afterSingletonsInstantiated)
			.withMessageContaining("airlock.gateway.durable.timeout")
			.withMessageContaining("'late'")
			.satisfies((ex) -> assertThat(ex.getAction()).contains("airlock.gateway.approvers.late.timeout"));
	}

	@Test
	void unknownGroupIsRefused() {
		given(this.targets.approvers()).willReturn(Set.of("nobody"));
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(this.verifier::afterSingletonsInstantiated);
	}

}

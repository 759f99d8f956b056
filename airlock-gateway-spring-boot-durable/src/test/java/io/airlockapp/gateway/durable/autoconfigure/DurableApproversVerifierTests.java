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
import io.airlockapp.gateway.durable.method.DurableTargets;
import org.junit.jupiter.api.Test;

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

	private final DurableApproversVerifier verifier = new DurableApproversVerifier(this.targets,
			new ApproverGroups(
					List.of(group("board", false, List.of()), group("four-eyes", true, List.of()),
							group("shifts", false,
									List.of(new EscalationStep(Duration.ofMinutes(2), List.of("cleo"), true)))),
					Persons.unknown()));

	private static ApproverGroup group(String name, boolean excludeRequester, List<EscalationStep> escalation) {
		return new ApproverGroup(name, List.of("ann", "bob"), 2, null, excludeRequester, false, escalation);
	}

	@Test
	void groupIsSupported() {
		given(this.targets.approvers()).willReturn(Set.of("board"));
		assertThatNoException().isThrownBy(this.verifier::afterSingletonsInstantiated);
	}

	@Test
	void groupThatExcludesTheRequesterIsRefused() {
		given(this.targets.approvers()).willReturn(Set.of("four-eyes"));
		assertThatExceptionOfType(DurableConfigurationException.class)
			.isThrownBy(this.verifier::afterSingletonsInstantiated)
			.withMessageContaining("'four-eyes'")
			.satisfies((ex) -> assertThat(ex.getAction())
				.contains("airlock.gateway.approvers.four-eyes.exclude-requester"));
	}

	@Test
	void groupWithAnEscalationIsRefused() {
		given(this.targets.approvers()).willReturn(Set.of("shifts"));
		assertThatExceptionOfType(DurableConfigurationException.class)
			.isThrownBy(this.verifier::afterSingletonsInstantiated)
			.withMessageContaining("'shifts'");
	}

	@Test
	void unknownGroupIsRefused() {
		given(this.targets.approvers()).willReturn(Set.of("nobody"));
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(this.verifier::afterSingletonsInstantiated);
	}

}

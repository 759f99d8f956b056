/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.reflect.Method;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.mock.env.MockEnvironment;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the attribute {@link RequiresAirlockApproval#approvers()}.
 */
class ApproversAttributeTests {

	private final ApprovalAttributeSource source = new ApprovalAttributeSource(
			new MockEnvironment().withProperty("group", "refunds"));

	@Test
	void resolvesPlaceholders() {
		assertThat(attribute("placeholder").approvers()).isEqualTo("refunds");
		assertThat(attribute("none").approvers()).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "besidePairing, cannot be set beside it", "malformed, lower-case letters" })
	void refusesWhatCannotBeMeant(String method, String reason) {
		assertThatExceptionOfType(UnguardableMethodException.class).isThrownBy(() -> attribute(method))
			.withMessageContainingAll("The attribute 'approvers' of @RequiresAirlockApproval on ", reason);
	}

	private ApprovalAttribute attribute(String name) {
		Method method = ReflectionUtils.findMethod(Service.class, name);
		return this.source.find(method, Service.class);
	}

	static class Service {

		@RequiresAirlockApproval
		void none() {
		}

		@RequiresAirlockApproval(approvers = "${group}")
		void placeholder() {
		}

		@RequiresAirlockApproval(approvers = "refunds", pairing = "default")
		void besidePairing() {
		}

		@RequiresAirlockApproval(approvers = "Refunds!")
		void malformed() {
		}

	}

}

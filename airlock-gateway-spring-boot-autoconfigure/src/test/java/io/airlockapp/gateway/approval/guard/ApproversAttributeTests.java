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
			new MockEnvironment().withProperty("group", "refunds").withProperty("blank", ""));

	@Test
	void resolvesPlaceholders() {
		assertThat(attribute("placeholder").approvers()).isEqualTo("refunds");
		assertThat(attribute("none").approvers()).isNull();
		assertThat(attribute("emptyDefault").approvers()).isNull();
		assertThat(attribute("nestedEmptyDefault").approvers()).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "besidePairing, cannot be set beside it", "malformed, lower-case letters",
			"ofBlankProperty, the property to which '${blank}' refers is blank",
			"ofBlankPropertyWithAnInnerDefault, refers is blank" })
	void attributeWhenApproversAreInvalidThrows(String method, String reason) {
		assertThatExceptionOfType(UnguardableMethodException.class).isThrownBy(() -> attribute(method))
			.withMessageContainingAll("The attribute 'approvers' of @RequiresAirlockApproval on ", reason);
	}

	@Test
	void refusesPairingOfABlankProperty() {
		assertThatExceptionOfType(UnguardableMethodException.class)
			.isThrownBy(() -> attribute("ofBlankPropertyForPairing"))
			.withMessageContainingAll("The attribute 'pairing' of @RequiresAirlockApproval on ", "'${blank}'");
	}

	private ApprovalAttribute attribute(String name) {
		Method method = ReflectionUtils.findMethod(Service.class, name);
		return this.source.find(method, Service.class);
	}

	interface Service {

		@RequiresAirlockApproval
		void none();

		@RequiresAirlockApproval(approvers = "${group}")
		void placeholder();

		@RequiresAirlockApproval(approvers = "${missing:}")
		void emptyDefault();

		@RequiresAirlockApproval(approvers = "${missing:${blank:}}")
		void nestedEmptyDefault();

		@RequiresAirlockApproval(approvers = "${blank${missing:}}")
		void ofBlankPropertyWithAnInnerDefault();

		@RequiresAirlockApproval(approvers = "${blank}")
		void ofBlankProperty();

		@RequiresAirlockApproval(pairing = "${blank}")
		void ofBlankPropertyForPairing();

		@RequiresAirlockApproval(approvers = "refunds", pairing = "default")
		void besidePairing();

		@RequiresAirlockApproval(approvers = "Refunds!")
		void malformed();

	}

}

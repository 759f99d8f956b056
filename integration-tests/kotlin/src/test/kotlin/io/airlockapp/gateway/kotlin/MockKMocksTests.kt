/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.kotlin

import io.airlockapp.gateway.approval.RequiresAirlockApproval
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration
import io.mockk.every
import io.mockk.mockk
import io.mockk.spyk
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.MethodSource
import org.springframework.beans.factory.config.BeanFactoryPostProcessor
import org.springframework.boot.autoconfigure.AutoConfigurations
import org.springframework.boot.test.context.runner.ApplicationContextRunner

/**
 * Mocks of MockK can replace guarded beans, as those of Mockito can.
 */
class MockKMocksTests {

	@ParameterizedTest
	@MethodSource("mocks")
	fun mockIsHandedOutWithoutGuard(mock: Refunds) {
		every { mock.refund() } returns "mocked"
		ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration::class.java))
			.withBean(BeanFactoryPostProcessor::class.java,
					{ BeanFactoryPostProcessor { it.registerSingleton("refunds", mock) } })
			.run { context -> assertThat(context.getBean(Refunds::class.java).refund()).isEqualTo("mocked") }
	}

	open class Refunds {

		@RequiresAirlockApproval("Refund")
		open fun refund() = "refunded"

	}

	companion object {

		@JvmStatic
		fun mocks(): List<Refunds> = listOf(mockk<Refunds>(), spyk(Refunds()))

	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.kotlin

import io.airlockapp.gateway.simulator.SimulatedApprover
import io.airlockapp.gateway.test.ApproveAll
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator
import io.airlockapp.gateway.test.assertj.AirlockAssertions
import org.junit.jupiter.api.Test
import org.springframework.beans.factory.annotation.Autowired
import org.springframework.boot.autoconfigure.EnableAutoConfiguration
import org.springframework.boot.test.context.SpringBootTest
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import org.springframework.context.annotation.Import
import tools.jackson.databind.json.JsonMapper

/**
 * An application whose mapper knows nothing of Kotlin.
 */
@SpringBootTest
@AutoConfigureAirlockSimulator
class PlainMapperTests(@param:Autowired val desk: RefundDesk, @param:Autowired val approver: SimulatedApprover) {

	@Test
	@ApproveAll
	fun hidesWhatAConstructorMarksAsSensitive() {
		desk.show(Customer("Ann", "DE02120300000000202051"))
		AirlockAssertions.assertThat(approver).wasAskedTo("Show")
			.hasCommandText("RefundDesk.show(value=${Customer::class.java.name}{name=Ann, iban=•••, note=null})")
			.doesNotReveal("DE02120300000000202051")
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(RefundDesk::class)
	class Application {

		@Bean
		fun jsonMapper(): JsonMapper = JsonMapper.builder().build()

	}

}

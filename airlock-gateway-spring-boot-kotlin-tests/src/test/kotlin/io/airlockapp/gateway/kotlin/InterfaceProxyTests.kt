package io.airlockapp.gateway.kotlin

import io.airlockapp.gateway.ApprovalDeniedException
import io.airlockapp.gateway.approval.RequiresAirlockApproval
import io.airlockapp.gateway.simulator.SimulatedApprover
import io.airlockapp.gateway.test.ApproveAll
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator
import io.airlockapp.gateway.test.RejectAll
import io.airlockapp.gateway.test.assertj.AirlockAssertions
import kotlinx.coroutines.runBlocking
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.springframework.beans.factory.annotation.Autowired
import org.springframework.boot.autoconfigure.EnableAutoConfiguration
import org.springframework.boot.test.context.SpringBootTest
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import java.lang.reflect.Proxy

/**
 * Suspending functions of interfaces, behind the proxies of Java.
 */
@SpringBootTest(properties = ["spring.aop.proxy-target-class=false"])
@AutoConfigureAirlockSimulator
class InterfaceProxyTests(@param:Autowired val ledger: Ledger, @param:Autowired val approver: SimulatedApprover) {

	@Test
	@ApproveAll
	fun runsOnceApproved() = runBlocking<Unit> {
		assertThat(Proxy.isProxyClass(ledger.javaClass)).isTrue()
		assertThat(ledger.book("A-17")).isEqualTo(Receipt("A-17"))
		AirlockAssertions.assertThat(approver).wasAskedTo("Book").hasOnlyArguments("order")
	}

	@Test
	@RejectAll
	fun doesNotRunWhenDenied() = runBlocking<Unit> {
		assertThrows<ApprovalDeniedException> { ledger.book("never") }
	}

	interface Ledger {

		@RequiresAirlockApproval("Book")
		suspend fun book(order: String): Receipt

	}

	private class OwnLedger : Ledger {

		override suspend fun book(order: String): Receipt {
			check(order != "never")
			return Receipt(order)
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	class Application {

		@Bean
		fun ledger(): Ledger = OwnLedger()

	}

}

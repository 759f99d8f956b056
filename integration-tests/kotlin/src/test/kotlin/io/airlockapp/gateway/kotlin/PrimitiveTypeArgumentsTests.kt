/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.kotlin

import io.airlockapp.gateway.ApprovalDeniedException
import io.airlockapp.gateway.approval.AirlockSensitive
import io.airlockapp.gateway.approval.RequiresAirlockApproval
import io.airlockapp.gateway.simulator.SimulatedApprover
import io.airlockapp.gateway.test.ApproveAll
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator
import io.airlockapp.gateway.test.RejectAll
import io.airlockapp.gateway.test.assertj.AirlockAssertions
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.springframework.beans.factory.FactoryBean
import org.springframework.beans.factory.annotation.Autowired
import org.springframework.boot.autoconfigure.EnableAutoConfiguration
import org.springframework.boot.test.context.SpringBootTest
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import org.springframework.context.annotation.Import
import java.lang.reflect.Proxy

/**
 * Tests for functions that implement one of a generic type with a parameter that is
 * primitive in Java.
 */
@SpringBootTest
@AutoConfigureAirlockSimulator
class PrimitiveTypeArgumentsTests(@param:Autowired val approver: SimulatedApprover, @param:Autowired val till: Till,
		@param:Autowired val inheriting: InheritingTill, @param:Autowired val extending: ExtendingTill,
		@param:Autowired val account: Account, @param:Autowired val safe: Safe) {

	@Test
	@RejectAll
	fun functionsAreGuarded() {
		val calls: List<() -> Any> = listOf({ till.pay(5) }, { pay(till, 5) }, { inheriting.pay(5) },
				{ pay(inheriting, 5) }, { extending.pay(5) }, { (extending as AbstractTill<Long>).pay(5) },
				{ account.limit = 5 }, { (account as Limited<Long>).limit = 5 })
		for (call in calls) {
			assertThrows<ApprovalDeniedException> { call() }
		}
		assertThat(approver.asked()).hasSize(calls.size)
	}

	@Test
	@ApproveAll
	fun functionsRunAfterTheApproval() {
		assertThat(till.pay(5)).isEqualTo("paid 5")
		assertThat(pay(inheriting, 5)).isEqualTo("paid 5")
		assertThat(extending.pay(5)).isEqualTo("paid 5")
		account.limit = 5
		assertThat(account.limit).isEqualTo(5)
	}

	@Test
	@ApproveAll
	fun annotationsOfParametersApply() {
		assertThat(safe.unlock(4711, "Ann Lee")).isEqualTo("unlocked")
		AirlockAssertions.assertThat(approver).wasAskedTo("Unlock")
			.hasCommandText("Safe.unlock(pin=•••, owner=•••)")
			.doesNotReveal("4711")
			.doesNotReveal("Ann Lee")
	}

	@Test
	@RejectAll
	fun functionsOfAProxyAreGuarded(@Autowired client: Client) {
		assertThrows<ApprovalDeniedException> { client.pay(5) }
		assertThrows<ApprovalDeniedException> { pay(client, 5) }
		assertThat(approver.asked()).hasSize(2)
	}

	private fun pay(payable: Payable<Int>, amount: Int) = payable.pay(amount)

	interface Payable<T> {

		@RequiresAirlockApproval("Pay")
		fun pay(amount: T): String

	}

	interface Client : Payable<Int> {

		override fun pay(amount: Int): String

	}

	open class Till : Payable<Int> {

		override fun pay(amount: Int) = "paid $amount"

	}

	open class OpenTill {

		open fun pay(amount: Int) = "paid $amount"

	}

	open class InheritingTill : OpenTill(), Payable<Int>

	abstract class AbstractTill<T> {

		@RequiresAirlockApproval("Pay")
		abstract fun pay(amount: T): String

	}

	open class ExtendingTill : AbstractTill<Long>() {

		override fun pay(amount: Long) = "paid $amount"

	}

	interface Limited<T> {

		@set:RequiresAirlockApproval("Limit")
		var limit: T

	}

	open class Account : Limited<Long> {

		private var value = 0L

		override var limit: Long
			get() = value
			set(limit) {
				value = limit
			}

	}

	interface Unlockable<T> {

		fun unlock(@AirlockSensitive pin: T, @AirlockSensitive owner: String): String

	}

	open class Safe : Unlockable<Int> {

		@RequiresAirlockApproval("Unlock")
		override fun unlock(pin: Int, owner: String) = "unlocked"

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Till::class, InheritingTill::class, ExtendingTill::class, Account::class, Safe::class)
	class Application {

		@Bean
		fun client() = object : FactoryBean<Client> {

			override fun getObject() = Proxy.newProxyInstance(Client::class.java.classLoader,
					arrayOf(Client::class.java)) { _, method, arguments ->
				if (method.declaringClass == Any::class.java) "client".hashCode() else "paid ${arguments[0]}"
			} as Client

			override fun getObjectType() = Client::class.java

		}

	}

}

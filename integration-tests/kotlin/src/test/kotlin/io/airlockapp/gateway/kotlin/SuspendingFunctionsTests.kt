/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.kotlin

import io.airlockapp.gateway.ApprovalDeniedException
import io.airlockapp.gateway.ApprovalVerificationException
import io.airlockapp.gateway.InvalidApprovalUsageException
import io.airlockapp.gateway.approval.ApprovalDecidedEvent
import io.airlockapp.gateway.approval.RequiresAirlockApproval
import io.airlockapp.gateway.simulator.HandledRequest
import io.airlockapp.gateway.simulator.SimulatedApprover
import io.airlockapp.gateway.test.ApproveAll
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator
import io.airlockapp.gateway.test.RejectAll
import io.airlockapp.gateway.test.assertj.AirlockAssertions
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.reactor.asCoroutineContext
import kotlinx.coroutines.reactor.awaitSingle
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import org.assertj.core.api.Assertions.assertThat
import org.awaitility.Awaitility.await
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.springframework.beans.factory.annotation.Autowired
import org.springframework.boot.autoconfigure.EnableAutoConfiguration
import org.springframework.boot.test.context.SpringBootTest
import org.springframework.context.annotation.Configuration
import org.springframework.context.annotation.Import
import org.springframework.context.event.EventListener
import org.springframework.stereotype.Service
import reactor.core.publisher.Mono
import reactor.util.context.Context
import java.io.IOException
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicReference
import kotlin.coroutines.CoroutineContext

/**
 * Suspending functions: the caller's coroutine is suspended while a person decides, and
 * the body starts with the arguments that were approved.
 */
@SpringBootTest
@AutoConfigureAirlockSimulator
class SuspendingFunctionsTests(@param:Autowired val desk: Desk, @param:Autowired val decided: Decided,
		@param:Autowired val approver: SimulatedApprover) {

	@BeforeEach
	fun reset() {
		desk.paid.clear()
		decided.then.set {}
	}

	@Test
	@ApproveAll
	fun approvedBodyRunsAndReturns() = runBlocking<Unit> {
		assertThat(desk.pay(Payment(5))).isEqualTo("paid 5")
		assertThat(desk.cancel("A-17")).isEqualTo(Unit)
		assertThat(desk.paid).containsExactly("5", "A-17")
		AirlockAssertions.assertThat(approver).wasAskedTo("Pay")
			.hasDescription("Pay 5")
			.hasCommandText("Desk.pay(payment={amount=5})")
	}

	@Test
	@ApproveAll
	fun conditionReadsTheArguments() = runBlocking<Unit> {
		assertThat(desk.payMuch(Payment(100))).isEqualTo("paid 100")
		AirlockAssertions.assertThat(approver).wasNotAsked()
		assertThat(desk.payMuch(Payment(101))).isEqualTo("paid 101")
		AirlockAssertions.assertThat(approver).wasAskedTimes(1)
	}

	@Test
	@RejectAll("Wrong customer")
	fun deniedBodyDoesNotStart() = runBlocking<Unit> {
		assertThat(assertThrows<ApprovalDeniedException> { desk.pay(Payment(5)) }.reason).isEqualTo("Wrong customer")
		assertThat(desk.paid).isEmpty()
	}

	@Test
	@ApproveAll
	fun argumentThatChangesAfterTheApprovalIsRefused() = runBlocking<Unit> {
		val payment = Payment(5)
		decided.then.set { payment.amount = 5000 }
		assertThrows<ApprovalVerificationException> { desk.pay(payment) }
		assertThat(desk.paid).isEmpty()
	}

	@Test
	@ApproveAll
	fun dispatcherOfTheCallerHasNoTimeToChangeAnArgument() = runBlocking<Unit> {
		val payment = Payment(5)
		val changing = object : CoroutineDispatcher() {

			override fun dispatch(context: CoroutineContext, block: Runnable) {
				if (decided.count > 0) {
					payment.amount = 5000
				}
				Dispatchers.IO.dispatch(context, block)
			}

		}
		decided.count = 0
		withContext(changing) { desk.pay(payment) }
		assertThat(payment.amount).isEqualTo(5000)
		assertThat(desk.paid).containsExactly("5")
	}

	@Test
	@ApproveAll
	fun nullIsNotReplacedByADefaultArgument() = runBlocking<Unit> {
		desk.limit("Ann", null)
		AirlockAssertions.assertThat(approver).wasAskedTo("Limit")
			.hasCommandText("Desk.limit(customer=Ann, limit=null)")
		desk.limit("Bob")
		assertThat(desk.paid).containsExactly("Ann null", "Bob 1000000")
	}

	@Test
	@ApproveAll
	fun bodyStartsInTheThreadOfItsApproval() = runBlocking<Unit> {
		val threads = withContext(Dispatchers.Unconfined) { List(200) { desk.thread(it) } }
		assertThat(threads).allMatch { thread -> thread.startsWith("airlock-approval-") }
	}

	@Test
	@ApproveAll
	fun bodyHasTheContextOfTheCaller() = runBlocking<Unit> {
		assertThat(withContext(Context.of("user", "Ann").asCoroutineContext()) { desk.user() }).isEqualTo("Ann")
	}

	@Test
	@ApproveAll
	fun failureOfTheBodyIsThatOfTheCaller() = runBlocking<Unit> {
		assertThat(assertThrows<IOException> { desk.fail(false) }).hasMessage("early")
		assertThat(assertThrows<IOException> { desk.fail(true) }).hasMessage("late")
	}

	@Test
	@ApproveAll
	fun cancelledCoroutineCancelsTheBody() = runBlocking<Unit> {
		val call = launch(Dispatchers.IO) { desk.hang() }
		await().until { desk.paid.contains("started") }
		call.cancelAndJoin()
		await().until { desk.paid.contains("cancelled") }
	}

	@Test
	fun cancelledCoroutineWithdraws() = runBlocking<Unit> {
		approver.decideByHand()
		val call = launch(Dispatchers.IO) { desk.pay(Payment(5)) }
		approver.awaitRequest()
		call.cancel()
		await().untilAsserted {
			assertThat(approver.history()).extracting<Any>(HandledRequest::outcome)
				.last().hasToString("WITHDRAWN")
		}
		assertThat(desk.paid).isEmpty()
	}

	@Test
	@ApproveAll
	fun bodyOnTheObjectItselfIsDenied() = runBlocking<Unit> {
		val first = async(Dispatchers.IO) { assertThrows<InvalidApprovalUsageException> { desk.payLater(Payment(5)) } }
		assertThat(first.await()).hasMessageContaining("called on the object itself")
		assertThat(desk.paid).isEmpty()
		AirlockAssertions.assertThat(approver).wasNotAsked()
	}

	data class Payment(var amount: Int)

	@Service
	class Desk {

		val paid = CopyOnWriteArrayList<String>()

		@RequiresAirlockApproval("Pay", description = "Pay #{#payment.amount}")
		suspend fun pay(payment: Payment): String {
			val amount = payment.amount
			paid.add("$amount")
			withContext(Dispatchers.IO) { yield() }
			return "paid $amount"
		}

		@RequiresAirlockApproval("Pay much", condition = "#payment.amount > 100")
		suspend fun payMuch(payment: Payment): String {
			yield()
			return "paid ${payment.amount}"
		}

		@RequiresAirlockApproval("Cancel")
		suspend fun cancel(order: String) {
			yield()
			paid.add(order)
		}

		@RequiresAirlockApproval("Limit")
		suspend fun limit(customer: String, limit: Long? = 1000000) {
			paid.add("$customer $limit")
		}

		@RequiresAirlockApproval("Thread", condition = "#number > 198")
		suspend fun thread(number: Int): String {
			val thread = Thread.currentThread().name
			yield()
			return thread
		}

		@RequiresAirlockApproval("User")
		suspend fun user(): String = Mono.deferContextual { Mono.just(it.get<String>("user")) }.awaitSingle()

		@RequiresAirlockApproval("Fail")
		suspend fun fail(late: Boolean) {
			if (!late) {
				throw IOException("early")
			}
			withContext(Dispatchers.IO) { yield() }
			throw IOException("late")
		}

		@RequiresAirlockApproval("Hang")
		suspend fun hang() {
			try {
				paid.add("started")
				awaitCancellation()
			}
			finally {
				paid.add("cancelled")
			}
		}

		suspend fun payLater(payment: Payment) = withContext(Dispatchers.IO) { pay(payment) }

	}

	class Decided {

		val then = AtomicReference {}

		@Volatile
		var count = 0

		@EventListener
		fun decided(event: ApprovalDecidedEvent) {
			count++
			then.get()()
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Desk::class, Decided::class)
	class Application

}

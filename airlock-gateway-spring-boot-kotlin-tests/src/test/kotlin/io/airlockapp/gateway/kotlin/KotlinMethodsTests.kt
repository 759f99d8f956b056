package io.airlockapp.gateway.kotlin

import io.airlockapp.gateway.ApprovalDeniedException
import io.airlockapp.gateway.simulator.SimulatedApprover
import io.airlockapp.gateway.test.ApproveAll
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator
import io.airlockapp.gateway.test.RejectAll
import io.airlockapp.gateway.test.assertj.AirlockAssertions
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
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
import java.math.BigDecimal

/**
 * What Kotlin makes of methods: default arguments, properties of data classes, value
 * classes, and functions that suspend.
 */
@SpringBootTest
@AutoConfigureAirlockSimulator
class KotlinMethodsTests(@param:Autowired val desk: RefundDesk, @param:Autowired val approver: SimulatedApprover) {

	@BeforeEach
	fun reset() = desk.runs.set(0)

	@Test
	@ApproveAll
	fun showsDataClassesAndDefaultArguments() {
		val receipt = desk.refund("A-17", Money(BigDecimal("2.50")), Customer("Ann", "DE02120300000000202051"))
		assertThat(receipt).isEqualTo(Receipt("A-17"))
		AirlockAssertions.assertThat(approver).wasAskedTo("Refund")
			.hasDescription("Refund 2.50 for A-17")
			.hasCommandText("RefundDesk.refund(order=A-17, money={amount=2.50, currency=EUR}, "
					+ "customer={name=Ann, iban=•••, note=null}, reason=unknown)")
			.doesNotReveal("DE02120300000000202051")
			.wasApproved()
	}

	@Test
	@ApproveAll
	fun showsValueClasses() {
		assertThat(desk.refundById(OrderId("A-17"))).isEqualTo(Receipt("A-17"))
		AirlockAssertions.assertThat(approver).wasAskedTo("Refund by id").hasArgument("order", "A-17")
	}

	@Test
	fun suspendsUntilAPersonHasApproved() = runBlocking<Unit> {
		val receipt = async(start = CoroutineStart.UNDISPATCHED) { desk.refundLater("A-17", 5) }
		// Reached only because the one thread that there is doesn't wait
		val request = approver.awaitRequest()
		AirlockAssertions.assertThat(request).hasDescription("Refund 5 for A-17")
			.hasOnlyArguments("order", "amount", "pin")
			.masks("pin")
		assertThat(desk.runs).hasValue(0)
		approver.approve(request)
		assertThat(receipt.await()).isEqualTo(Receipt("A-17"))
		assertThat(desk.runs).hasValue(1)
	}

	@Test
	@RejectAll("Wrong customer")
	fun suspendingFunctionDoesNotRunWhenDenied() = runBlocking<Unit> {
		val failure = assertThrows<ApprovalDeniedException> { desk.refundLater("A-17", 5) }
		assertThat(failure.reason).isEqualTo("Wrong customer")
		assertThat(desk.runs).hasValue(0)
	}

	@Test
	fun cancellingTheCoroutineWithdrawsTheRequest() = runBlocking<Unit> {
		val receipt = async(start = CoroutineStart.UNDISPATCHED) { desk.refundLater("A-17", 5) }
		approver.awaitRequest()
		receipt.cancelAndJoin()
		await().untilAsserted { AirlockAssertions.assertThat(approver).wasAskedOnce().wasWithdrawn() }
		assertThat(desk.runs).hasValue(0)
	}

	@Test
	fun conditionSeesTheArguments() = runBlocking<Unit> {
		assertThat(desk.refundMuch("A-17", 100)).isEqualTo(Receipt("A-17"))
		assertThat(desk.refundMuch("A-17", 0)).isNull()
		AirlockAssertions.assertThat(approver).wasNotAsked()
	}

	@Test
	@RejectAll
	fun conditionThatIsMetAsks() = runBlocking<Unit> {
		assertThrows<ApprovalDeniedException> { desk.refundMuch("A-17", 101) }
		assertThat(desk.runs).hasValue(0)
	}

	@Test
	@ApproveAll
	fun suspendingFunctionMayReturnNothing() = runBlocking<Unit> {
		desk.forget()
		AirlockAssertions.assertThat(approver).wasAskedTo("Forget").hasCommandText("RefundDesk.forget()")
		assertThat(desk.runs).hasValue(1)
	}

	@Test
	@ApproveAll
	fun eachCollectorOfAFlowIsAskedAbout() = runBlocking<Unit> {
		val receipts = desk.refundEach("A-17", "A-18")
		AirlockAssertions.assertThat(approver).wasNotAsked()
		assertThat(receipts.toList()).containsExactly(Receipt("A-17"), Receipt("A-18"))
		receipts.toList()
		AirlockAssertions.assertThat(approver).wasAskedTimes(2)
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(RefundDesk::class)
	class Application

}

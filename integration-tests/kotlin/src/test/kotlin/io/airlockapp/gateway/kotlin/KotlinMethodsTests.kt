/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.kotlin

import io.airlockapp.gateway.ApprovalDeniedException
import io.airlockapp.gateway.ApprovalUnavailableException
import io.airlockapp.gateway.simulator.SimulatedApprover
import io.airlockapp.gateway.test.ApproveAll
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator
import io.airlockapp.gateway.test.RejectAll
import io.airlockapp.gateway.test.assertj.AirlockAssertions
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.MethodSource
import org.springframework.beans.factory.annotation.Autowired
import org.springframework.boot.autoconfigure.EnableAutoConfiguration
import org.springframework.boot.test.context.SpringBootTest
import org.springframework.context.annotation.Configuration
import org.springframework.context.annotation.Import
import java.math.BigDecimal

/**
 * Tests for functions as Kotlin compiles them: default arguments, properties of data classes,
 * value classes, sequences and flows.
 */
@SpringBootTest
@AutoConfigureAirlockSimulator
class KotlinMethodsTests(@param:Autowired val desk: RefundDesk, @param:Autowired val approver: SimulatedApprover) {

	private val customer = Customer("Ann", "DE02120300000000202051")

	@BeforeEach
	fun reset() = desk.runs.set(0)

	@Test
	@ApproveAll
	fun showsDataClassesAndDefaultArguments() {
		assertThat(desk.refund("A-17", Money(BigDecimal("2.50")), customer)).isEqualTo(Receipt("A-17"))
		AirlockAssertions.assertThat(approver).wasAskedTo("Refund")
			.hasDescription("Refund 2.50 for A-17")
			.hasCommandText("RefundDesk.refund(order=A-17, money={amount=2.50, currency=EUR}, "
					+ "customer={name=Ann, iban=•••, note=null}, reason=unknown)")
			.doesNotReveal(customer.iban)
			.wasApproved()
	}

	@Test
	@ApproveAll
	fun descriptionsShowNothingThatAConstructorMarksAsSensitive() {
		desk.transfer(customer, listOf(1 to customer))
		AirlockAssertions.assertThat(approver).wasAskedTo("Transfer")
			.hasDescription("••• of {name=Ann, iban=•••, note=null}, "
					+ "[{first=1, second={name=Ann, iban=•••, note=null}}]")
			.doesNotReveal(customer.iban)
	}

	@ParameterizedTest
	@MethodSource("unshowable")
	@ApproveAll
	fun argumentThatCannotBeShownRequestsNoApproval(value: Any, reason: String) {
		val failure = assertThrows<ApprovalUnavailableException> { desk.show(value) }
		assertThat(failure).hasMessageContaining(reason)
		AirlockAssertions.assertThat(approver).wasNotAsked()
		assertThat(desk.runs).hasValue(0)
	}

	@Test
	@ApproveAll
	fun documentedServiceIsGuarded(@Autowired service: RefundService) {
		assertThat(service.refund("A-17", BigDecimal("2.50"), "ann@example.com")).isEqualTo(Receipt("A-17"))
		AirlockAssertions.assertThat(approver).wasAskedTo("Refund")
			.hasDescription("Refund 2.50 for order A-17")
			.hasCommandText("RefundService.refund(order=A-17, amount=2.50, email=•••)")
	}

	@Test
	@ApproveAll
	fun showsTheValueOfAResult() {
		desk.settle(Result.success(5))
		AirlockAssertions.assertThat(approver).wasAskedTo("Settle")
			.hasCommandText("RefundDesk.settle(result=java.lang.Long(5))")
	}

	@Test
	@ApproveAll
	fun showsInternalFunctionsByTheNamesOfTheirSource() {
		desk.wipe("acme")
		AirlockAssertions.assertThat(approver).wasAskedTo("RefundDesk.wipe")
			.hasCommandText("RefundDesk.wipe(tenant=acme)")
	}

	@Test
	@ApproveAll
	fun showsNoFieldAsTheInternalPropertyThatComputes() {
		desk.show(listOf(Scaled(5), Renamed(5)))
		val renamed = Renamed::class.java.name
		AirlockAssertions.assertThat(approver).wasAskedTo("Show")
			.hasCommandText("RefundDesk.show(value=[${Scaled::class.java.name}{amount=•••}, "
					+ "$renamed{$renamed.cents=•••}])")
	}

	/**
	 * The compiler adds a hash to the names of functions that return one.
	 */
	@Test
	@ApproveAll
	fun showsFieldsBesideFunctionsThatReturnValueClasses() {
		desk.show(listOf(Reservation("A-17", 5), Point(1, 2), Validity("A-17", 5)))
		AirlockAssertions.assertThat(approver).wasAskedTo("Show")
			.hasCommandText("RefundDesk.show(value=[${Reservation::class.java.name}{id=A-17, minutes=5}, "
					+ "${Point::class.java.name}{x=1, y=2}, ${Validity::class.java.name}{number=A-17, sum=5}])")
	}

	@Test
	@ApproveAll
	fun bindsTheStateOfAnObject() {
		desk.show(listOf(Production, Fixed, Region, Tenant.INSTANCE))
		AirlockAssertions.assertThat(approver).wasAskedTo("Show")
			.hasCommandText("RefundDesk.show(value=[${Production::class.java.name}{url=•••}, "
					+ "${Fixed::class.java.name}{}, ${Region::class.java.name}\$Companion{code=•••}, "
					+ "${Tenant::class.java.name}{id=1}])")
			.doesNotReveal(Production.url)
	}

	@Test
	@ApproveAll
	fun showsCollectionsOfKotlinByTheirElements() {
		desk.show(buildMap {
			put("list", buildList { add("a") })
			put("set", buildSet { add("b") })
			put("entries", Stage.entries)
			put("deque", ArrayDeque(listOf("c")))
		})
		val stage = Stage::class.java.name
		AirlockAssertions.assertThat(approver).wasAskedTo("Show")
			.hasCommandText("""RefundDesk.show(value={"list"=["a"], "set"=java.util.Set["b"], """
					+ """"entries"=[$stage(TEST), $stage(LIVE)], "deque"=["c"]})""")
	}

	@Test
	@ApproveAll
	fun showsObjectsWithoutStateByTheirName() {
		desk.show(Cash)
		AirlockAssertions.assertThat(approver).wasAskedTo("Show")
			.hasCommandText("RefundDesk.show(value=${Cash::class.java.name}{})")
	}

	@Test
	@ApproveAll
	fun eachCollectorOfFlowRequestsApproval() = runBlocking<Unit> {
		val receipts = desk.refundEach("A-17", "A-18")
		AirlockAssertions.assertThat(approver).wasNotAsked()
		assertThat(receipts.toList()).containsExactly(Receipt("A-17"), Receipt("A-18"))
		receipts.toList()
		AirlockAssertions.assertThat(approver).wasAskedTimes(2)
	}

	@Test
	@RejectAll("Wrong customer")
	fun collectorOfAFlowLearnsWhyNot() = runBlocking<Unit> {
		val failure = assertThrows<ApprovalDeniedException> { desk.refundEach("A-17").toList() }
		assertThat(failure.reason).isEqualTo("Wrong customer")
		assertThat(desk.runs).hasValue(0)
	}

	enum class Stage {

		TEST, LIVE

	}

	data object Cash

	companion object {

		@JvmStatic
		fun unshowable(): List<Array<Any>> = listOf(
				arrayOf(Bill(1u), "a Kotlin value class, which"),
				arrayOf(Asset(1u), "a Kotlin value class, which"),
				arrayOf(Invoice(1u), "a Kotlin value class, which"),
				arrayOf(Renaming(3_000_000_000u, Pin("0815")), "a Kotlin value class, which"),
				arrayOf(Counting(3_000_000_000u), "a Kotlin value class, which"),
				arrayOf(Unlocking(Pin("0815")), "a Kotlin value class, which"),
				arrayOf(listOf(Bill(1u)), "a Kotlin value class, which"),
				arrayOf(listOf(3_000_000_000u), "a Kotlin value class, which"),
				arrayOf(listOf(Pin("0815")), "a Kotlin value class, which"),
				arrayOf(sequenceOf("A-17"), "can be read only once"),
				arrayOf(Page(listOf("A-17").iterator().asSequence()), "can be read only once"),
				arrayOf({ "A-17" }, "a lambda is not data"))

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(RefundDesk::class, RefundService::class)
	class Application

}

object Production {

	var url = "https://prod.example"

}

object Fixed {

	val url = "https://fixed.example"

}

interface Region {

	companion object {

		var code = "eu"

	}

}

class Tenant(val id: Int) {

	companion object Registry {

		@JvmField
		val INSTANCE = Tenant(1)

		var size = 1

	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.kotlin

import com.fasterxml.jackson.annotation.JsonProperty
import io.airlockapp.gateway.approval.AirlockSensitive
import io.airlockapp.gateway.approval.RequiresAirlockApproval
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flowOf
import org.springframework.stereotype.Service
import java.math.BigDecimal
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration
import kotlin.time.Duration.Companion.minutes

@JvmInline
value class Pin(@AirlockSensitive val digits: String)

data class Money(val amount: BigDecimal, val currency: String = "EUR")

data class Customer(val name: String, @AirlockSensitive val iban: String, val note: String? = null)

class Bill(val amount: UInt)

class Asset(val assetId: UInt)

class Charge(@field:JsonProperty private val amount: UInt)

@JvmRecord
data class Invoice(val amount: UInt)

class Renaming(@get:JvmName("getCount") val count: UInt, @get:JvmName("getPin") val pin: Pin)

class Counting(private val count: UInt) {

	fun count(): Int = count.toInt()

}

class Unlocking(private val pin: Pin) {

	fun getPin(): String = pin.digits

}

data class Reservation(val id: String, val minutes: Long) {

	val validity: Duration get() = minutes.minutes

}

data class Point(val x: Int, val y: Int) {

	val eta: Duration get() = x.minutes

}

@JvmRecord
data class Validity(val number: String, val sum: Long) {

	fun validFor(): Duration = sum.minutes

}

class Scaled(amount: Int) {

	@field:JsonProperty
	internal val amount: Int = amount
		get() = field * 100

}

class Renamed(@field:JsonProperty("amount") private val cents: Int) {

	internal val amount: Int
		get() = cents * 100

}

data class Page(val orders: Sequence<String>)

data class Receipt(val order: String)

@Service
class RefundDesk {

	val runs = AtomicInteger()

	@RequiresAirlockApproval("Refund", description = "Refund #{#money.amount} for #{#order}")
	fun refund(order: String, money: Money, customer: Customer, reason: String? = "unknown") = run(order)

	@RequiresAirlockApproval("Transfer", description = "#{#customer.iban} of #{#customer}, #{#all}")
	fun transfer(customer: Customer, all: List<Pair<Int, Customer>>) = run("all")

	@RequiresAirlockApproval("Show")
	fun show(value: Any) = run("value")

	@RequiresAirlockApproval("Settle")
	fun settle(result: Result<Long>) = run("result")

	@RequiresAirlockApproval
	internal fun wipe(tenant: String) = run(tenant)

	@RequiresAirlockApproval("Refund each")
	fun refundEach(vararg orders: String): Flow<Receipt> = flowOf(*orders.map(::run).toTypedArray())

	private fun run(order: String): Receipt {
		this.runs.incrementAndGet()
		return Receipt(order)
	}

}

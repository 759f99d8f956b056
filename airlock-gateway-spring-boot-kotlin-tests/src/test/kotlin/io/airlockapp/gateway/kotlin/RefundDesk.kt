package io.airlockapp.gateway.kotlin

import io.airlockapp.gateway.approval.AirlockSensitive
import io.airlockapp.gateway.approval.RequiresAirlockApproval
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.withContext
import org.springframework.stereotype.Service
import java.math.BigDecimal
import java.util.concurrent.atomic.AtomicInteger

@JvmInline
value class OrderId(val value: String)

data class Money(val amount: BigDecimal, val currency: String = "EUR")

data class Customer(val name: String, @AirlockSensitive val iban: String, val note: String? = null)

data class Receipt(val order: String)

@Service
class RefundDesk {

	val runs = AtomicInteger()

	@RequiresAirlockApproval("Refund", description = "Refund #{#money.amount} for #{#order}")
	fun refund(order: String, money: Money, customer: Customer, reason: String? = "unknown") = run(order)

	@RequiresAirlockApproval("Refund by id")
	fun refundById(order: OrderId) = run(order.value)

	@RequiresAirlockApproval("Refund later", description = "Refund #{#p1} for #{#order}")
	suspend fun refundLater(order: String, amount: Int, @AirlockSensitive pin: String = "0000"): Receipt =
		withContext(Dispatchers.IO) { run(order) }

	@RequiresAirlockApproval("Refund much", condition = "#amount > 100")
	suspend fun refundMuch(order: String, amount: Int): Receipt? = run(order).takeIf { amount > 0 }

	@RequiresAirlockApproval("Forget")
	suspend fun forget() {
		withContext(Dispatchers.IO) { run("all") }
	}

	@RequiresAirlockApproval("Refund each")
	fun refundEach(vararg orders: String): Flow<Receipt> = flowOf(*orders.map(::run).toTypedArray())

	private fun run(order: String): Receipt {
		this.runs.incrementAndGet()
		return Receipt(order)
	}

}

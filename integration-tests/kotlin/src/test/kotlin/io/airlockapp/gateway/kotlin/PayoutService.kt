/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.kotlin

import io.airlockapp.gateway.approval.RequiresAirlockApproval
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.reactor.awaitSingle
import kotlinx.coroutines.reactor.mono
import kotlinx.coroutines.runInterruptible
import org.springframework.boot.SpringBootConfiguration
import org.springframework.boot.autoconfigure.EnableAutoConfiguration
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Import
import org.springframework.stereotype.Service
import reactor.core.publisher.Mono
import java.math.BigDecimal

class Ledger {

	val entries = mutableListOf<String>()

	suspend fun book(supplier: String) {
		delay(1)
		this.entries += supplier
	}

}

// tag::coroutine[]
@Service
class PayoutService(private val ledger: Ledger) {

	@RequiresAirlockApproval("Payout", description = "Payout of #{#amount} to #{#supplier}")
	fun pay(supplier: String, amount: BigDecimal): Mono<Receipt> = mono {
		// runs only after a person approved this amount to this supplier
		ledger.book(supplier)
		Receipt(supplier)
	}

}

@Service
class SupplierService(private val payouts: PayoutService) {

	suspend fun settle(supplier: String, amount: BigDecimal): Receipt =
		payouts.pay(supplier, amount).awaitSingle()

}
// end::coroutine[]

@Service
class OrderService(private val refunds: RefundService) {

	// tag::blocking[]
	suspend fun refund(order: String, amount: BigDecimal, email: String): Receipt =
		runInterruptible(Dispatchers.IO) { refunds.refund(order, amount, email) }
	// end::blocking[]

}

@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(PayoutService::class, SupplierService::class, RefundService::class, OrderService::class)
class PayoutApplication {

	@Bean
	fun ledger() = Ledger()

}

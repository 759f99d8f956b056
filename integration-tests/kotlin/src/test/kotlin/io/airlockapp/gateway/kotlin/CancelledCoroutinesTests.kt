/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.kotlin

import io.airlockapp.gateway.ApprovalUnavailableException
import io.airlockapp.gateway.simulator.SimulatedApprover
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator
import io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withContext
import org.assertj.core.api.Assertions.assertThat
import org.awaitility.Awaitility.await
import org.junit.jupiter.api.Test
import org.springframework.beans.factory.annotation.Autowired
import org.springframework.boot.test.context.SpringBootTest
import java.math.BigDecimal

/**
 * Tests that coroutines which are cancelled withdraw their requests, as documented.
 */
@SpringBootTest
@AutoConfigureAirlockSimulator
class CancelledCoroutinesTests(@param:Autowired val approver: SimulatedApprover) {

	@Test
	fun cancelledCoroutineWithdrawsTheRequest(@Autowired suppliers: SupplierService, @Autowired ledger: Ledger) = runBlocking<Unit> {
		val booked = ledger.entries.size
		val receipt = async { suppliers.settle("ACME", BigDecimal("2.50")) }
		withContext(Dispatchers.IO) { approver.awaitRequest() }
		receipt.cancel()
		await().untilAsserted { assertThat(approver).wasAskedTo("Payout").wasWithdrawn() }
		assertThat(ledger.entries).hasSize(booked)
	}

	@OptIn(ExperimentalCoroutinesApi::class)
	@Test
	fun cancelledCoroutineInterruptsTheWaitOfABlockingFunction(@Autowired orders: OrderService) = runBlocking<Unit> {
		supervisorScope {
			val receipt = async { orders.refund("A-17", BigDecimal("2.50"), "ann@example.com") }
			withContext(Dispatchers.IO) { approver.awaitRequest() }
			receipt.cancelAndJoin()
			assertThat(receipt.getCompletionExceptionOrNull()).isInstanceOf(ApprovalUnavailableException::class.java)
		}
		assertThat(approver).wasAskedTo("Refund").wasWithdrawn()
	}

}

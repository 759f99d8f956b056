/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.kotlin

// tag::imports[]
import io.airlockapp.gateway.ApprovalDeniedException
import io.airlockapp.gateway.simulator.SimulatedApprover
import io.airlockapp.gateway.test.ApproveAll
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator
import io.airlockapp.gateway.test.RejectAll
import io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
// end::imports[]
import org.springframework.beans.factory.annotation.Autowired
import org.springframework.boot.test.context.SpringBootTest
import java.math.BigDecimal

/**
 * Tests for guarded functions that coroutines await, which the documentation contains.
 */
// tag::test[]
@SpringBootTest
@AutoConfigureAirlockSimulator
class SupplierServiceTests(
	@param:Autowired val suppliers: SupplierService,
	@param:Autowired val approver: SimulatedApprover
) {

	@Test
	@ApproveAll
	fun paysOnceApproved() = runBlocking<Unit> {
		assertThat(suppliers.settle("ACME", BigDecimal("2.50"))).isEqualTo(Receipt("ACME"))
		assertThat(approver).wasAskedTo("Payout").hasDescription("Payout of 2.50 to ACME").wasApproved()
	}

	@Test
	@RejectAll("Unknown supplier")
	fun doesNotPayWhenDenied() = runBlocking<Unit> {
		val failure = assertThrows<ApprovalDeniedException> { suppliers.settle("ACME", BigDecimal("2.50")) }
		assertThat(failure.reason).isEqualTo("Unknown supplier")
	}

	@Test
	fun waitsForTheDecision() = runBlocking<Unit> {
		val receipt = async { suppliers.settle("ACME", BigDecimal("2.50")) }
		val request = withContext(Dispatchers.IO) { approver.awaitRequest() }
		assertThat(receipt.isCompleted).isFalse()
		approver.approve(request)
		assertThat(receipt.await()).isEqualTo(Receipt("ACME"))
	}

}
// end::test[]

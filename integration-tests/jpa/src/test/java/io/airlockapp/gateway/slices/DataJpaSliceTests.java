/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.slices;

import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import io.airlockapp.gateway.test.ApproveAll;
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator;
import io.airlockapp.gateway.test.RejectAll;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.data.jpa.test.autoconfigure.DataJpaTest;
import org.springframework.context.annotation.Import;

import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that a slice of repositories, whose tests are transactional, can be asked about.
 */
@DataJpaTest
@Import(PayoutService.class)
@AutoConfigureAirlockSimulator
class DataJpaSliceTests {

	@Autowired
	private PayoutRepository repository;

	@Autowired
	private PayoutService service;

	@Autowired
	private SimulatedApprover approver;

	@Test
	@ApproveAll
	void runsOnceApproved() {
		this.repository.save(new Payout("Kim"));
		assertThat(this.repository.deleteByRecipient("Kim")).isOne();
		assertThat(this.repository.count()).isZero();
		assertThat(this.approver).wasAskedTo("Forget a recipient").hasArgument("recipient", "Kim");
	}

	@Test
	@RejectAll
	void doesNotRunOnceRejected() {
		this.repository.save(new Payout("Kim"));
		assertThatExceptionOfType(ApprovalDeniedException.class)
			.isThrownBy(() -> this.repository.deleteByRecipient("Kim"));
		assertThat(this.repository.count()).isOne();
	}

	@Test
	@ApproveAll
	void transactionOfTheApplicationIsFound() {
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> this.service.forget("Kim"))
			.withMessageContaining("open transaction");
		assertThat(this.approver).wasNotAsked();
	}

}

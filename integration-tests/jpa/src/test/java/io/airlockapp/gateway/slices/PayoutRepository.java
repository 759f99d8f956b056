/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.slices;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

import org.springframework.data.jpa.repository.JpaRepository;

/**
 * A repository with a guarded method.
 */
interface PayoutRepository extends JpaRepository<Payout, Long> {

	@RequiresAirlockApproval("Forget a recipient")
	long deleteByRecipient(String recipient);

}

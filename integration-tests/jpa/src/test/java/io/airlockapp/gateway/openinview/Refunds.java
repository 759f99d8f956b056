/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.openinview;

import java.util.concurrent.CompletableFuture;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import org.jspecify.annotations.Nullable;

/**
 * Refunds that a person has to approve.
 */
class Refunds {

	@RequiresAirlockApproval("Refund")
	void refund(Long order) {
	}

	@RequiresAirlockApproval("Refund")
	void refundShown(CustomerOrder order) {
	}

	@RequiresAirlockApproval("Refund")
	CompletableFuture<@Nullable Void> refundLater(Long order) {
		return CompletableFuture.completedFuture(null);
	}

}

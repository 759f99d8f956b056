/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.identity;

import java.util.concurrent.atomic.AtomicInteger;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

/**
 * Something that opens with approval only.
 */
class Vault {

	private final AtomicInteger openings = new AtomicInteger();

	@RequiresAirlockApproval("Open the vault")
	public String open() {
		return "opened " + this.openings.incrementAndGet();
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test;

import java.util.concurrent.CompletableFuture;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

/**
 * A guarded bean.
 */
class Vault {

	@RequiresAirlockApproval(value = "Open", description = "Open the vault for #{#name}")
	public String open(String name) {
		return "open for " + name;
	}

	@RequiresAirlockApproval(value = "Open now", timeout = "1s")
	public String openNow() {
		return "open";
	}

	/**
	 * Call a vault from another thread, as an application's own threads do.
	 */
	static CompletableFuture<String> openElsewhere(Vault vault, String name) {
		return CompletableFuture.supplyAsync(() -> vault.open(name));
	}

}

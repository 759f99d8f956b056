/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.docs;

import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.springframework.stereotype.Component;

/**
 * Another system.
 */
@Component
class Bank {

	private final List<String> transfers = new CopyOnWriteArrayList<>();

	void transfer(String key, String account, BigDecimal amount) {
		this.transfers.add("%s: %s to %s for %s".formatted(key, amount, account, Tenant.current()));
	}

	List<String> transfers() {
		return this.transfers;
	}

}

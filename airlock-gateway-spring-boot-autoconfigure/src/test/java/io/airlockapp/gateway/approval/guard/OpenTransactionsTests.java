/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OpenTransactions}.
 */
class OpenTransactionsTests {

	@AfterEach
	void clear() {
		TransactionSynchronizationManager.clear();
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '"', value = { "shop.Orders.delete, \" of 'shop.Orders.delete'\"",
			"shop.Orders$$AirlockLock$$0.delete, \" of 'shop.Orders.delete'\"", "nightly, \" of 'nightly'\"", ",\"\"" })
	void describeNameWhenClassIsLockedReturnsNameOfUserClass(String name, String expected) {
		TransactionSynchronizationManager.setCurrentTransactionName(name);
		assertThat(OpenTransactions.describeName()).isEqualTo(expected);
	}

}

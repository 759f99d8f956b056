/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.util.function.BooleanSupplier;

import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.beans.BeanUtils;
import org.springframework.transaction.NoTransactionException;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;

/**
 * Detects whether a caller is inside an open transaction, if Spring's transaction support
 * is present. The transaction that Spring manages for a test is ignored if the test
 * module is present.
 */
public final class OpenTransactions {

	public static final String TRANSACTIONS = "org.springframework.transaction.support.TransactionSynchronizationManager";

	/**
	 * The name of a class in the test module. The class is neither a bean nor loaded by a
	 * factory, so that nothing an application can declare disables this check.
	 */
	public static final String TEST_MANAGED = "io.airlockapp.gateway.test.TestManagedTransactions";

	private static final @Nullable BooleanSupplier testManaged = findTestManaged();

	private static final boolean SUPPORTED = ClassUtils.isPresent(TRANSACTIONS,
			OpenTransactions.class.getClassLoader());

	private OpenTransactions() {
	}

	private static @Nullable BooleanSupplier findTestManaged() {
		Class<?> type = LibraryTypes.find(TEST_MANAGED, OpenTransactions.class.getClassLoader());
		return (type != null) ? (BooleanSupplier) BeanUtils.instantiateClass(type) : null;
	}

	/**
	 * Return the remedy for a call inside an open transaction.
	 */
	static String remedy() {
		return "Call it outside, guard the method that opens the transaction instead, make it durable if it returns nothing, "
				+ "or allow it with 'allowInTransaction = true' or "
				+ "'airlock.gateway.approval.allow-in-transaction=true'"
				+ ((testManaged != null)
						? ". In a test, only the transaction that Spring's test framework manages for it is allowed"
						: "");
	}

	/**
	 * Return the name of the current thread's transaction, which is that of the method
	 * with {@code @Transactional}, as a part of a sentence. The suffix of a generated
	 * class is left out.
	 */
	static String describeName() {
		String name = SUPPORTED ? TransactionSynchronizationManager.getCurrentTransactionName() : null;
		return (name != null) ? " of '%s'".formatted(name.replaceFirst("\\$\\$.*(?=\\.)", "")) : "";
	}

	/**
	 * Return whether a transaction is open in the current thread.
	 * @return whether one is open
	 */
	public static boolean isOpenInThread() {
		return SUPPORTED && TransactionSynchronizationManager.isActualTransactionActive()
				&& (testManaged == null || !testManaged.getAsBoolean());
	}

	/**
	 * Return whether a transaction is open for a subscriber: in its context, or in the
	 * subscribing thread. Requires Reactor.
	 * @return a publisher of the result for each subscriber
	 */
	public static Mono<Boolean> isOpenForSubscriber() {
		return SUPPORTED ? Mono.defer(() -> isOpenInThread() ? Mono.just(true) : isOpenInContext()) : Mono.just(false);
	}

	private static Mono<Boolean> isOpenInContext() {
		return org.springframework.transaction.reactive.TransactionSynchronizationManager.forCurrentTransaction()
			.map((transaction) -> transaction.isActualTransactionActive())
			.onErrorReturn(NoTransactionException.class, false);
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test;

import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import java.util.function.BooleanSupplier;

import org.springframework.test.context.transaction.TestTransaction;
import org.springframework.transaction.interceptor.TransactionAspectSupport;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.ClassUtils;

/**
 * Detects whether the open transaction exists for the test alone, so that the same
 * invocation has none in production. The guard loads this class by its name, and calls it
 * only inside an open transaction.
 * <p>
 * The application may have joined the transaction of the test, which leaves no trace in
 * the transaction. However, the code that joined it, by annotation or by template, is
 * still on the stack, while Spring's test framework has returned.
 */
final class TestManagedTransactions implements BooleanSupplier {

	private static final boolean SUPPORTED = ClassUtils.isPresent(
			"org.springframework.test.context.transaction.TestTransaction",
			TestManagedTransactions.class.getClassLoader());

	@Override
	public boolean getAsBoolean() {
		return SUPPORTED && TestTransaction.isActive() && isNamed() && !isJoined();
	}

	/**
	 * Return whether the transaction has a name, like those of tests. A new transaction
	 * that the application begins programmatically has none. It may be in another thread,
	 * which inherits the state that the test's transaction is active.
	 */
	private static boolean isNamed() {
		return TransactionSynchronizationManager.getCurrentTransactionName() != null;
	}

	private static boolean isJoined() {
		return StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE)
			.walk((frames) -> frames.map(StackFrame::getDeclaringClass)
				.anyMatch((type) -> TransactionAspectSupport.class.isAssignableFrom(type)
						|| TransactionTemplate.class.isAssignableFrom(type)));
	}

}

package io.airlockapp.gateway.approval;

import reactor.core.publisher.Mono;

import org.springframework.transaction.NoTransactionException;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;

/**
 * Tells whether a caller is inside an open transaction, if Spring's transactions are
 * there.
 */
final class OpenTransactions {

	static final String TRANSACTIONS = "org.springframework.transaction.support.TransactionSynchronizationManager";

	private static final boolean SUPPORTED = ClassUtils.isPresent(TRANSACTIONS,
			OpenTransactions.class.getClassLoader());

	private OpenTransactions() {
	}

	/**
	 * Return whether a transaction is open in the current thread.
	 * @return whether one is open
	 */
	static boolean isOpenInThread() {
		return SUPPORTED && ThreadBound.isOpen();
	}

	/**
	 * Return whether a transaction is open for a subscriber: in its context, or in the
	 * thread that subscribes. Needs Reactor.
	 * @return whether one is open, told to each subscriber
	 */
	static Mono<Boolean> isOpenForSubscriber() {
		return SUPPORTED ? Mono.defer(() -> ThreadBound.isOpen() ? Mono.just(true) : ContextBound.isOpen())
				: Mono.just(false);
	}

	private static final class ThreadBound {

		private static boolean isOpen() {
			return TransactionSynchronizationManager.isActualTransactionActive();
		}

	}

	private static final class ContextBound {

		private static Mono<Boolean> isOpen() {
			return org.springframework.transaction.reactive.TransactionSynchronizationManager.forCurrentTransaction()
				.map((transaction) -> transaction.isActualTransactionActive())
				.onErrorReturn(NoTransactionException.class, false);
		}

	}

}

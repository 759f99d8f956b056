package io.airlockapp.gateway.durable.autoconfigure;

import io.airlockapp.gateway.durable.jdbc.RunTransactionListener;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.transaction.ConfigurableTransactionManager;

/**
 * Adds the {@link RunTransactionListener} to the transaction managers of the application,
 * before the first call runs.
 */
final class RunTransactionListenerRegistrar implements SmartInitializingSingleton {

	private final ObjectProvider<ConfigurableTransactionManager> managers;

	private final RunTransactionListener listener;

	RunTransactionListenerRegistrar(ObjectProvider<ConfigurableTransactionManager> managers,
			RunTransactionListener listener) {
		this.managers = managers;
		this.listener = listener;
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.managers.stream(ObjectProvider.UNFILTERED, false).forEach((manager) -> manager.addListener(this.listener));
	}

}

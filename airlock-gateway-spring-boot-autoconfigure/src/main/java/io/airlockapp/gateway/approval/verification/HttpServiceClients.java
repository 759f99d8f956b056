/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.util.Set;

import io.airlockapp.gateway.approval.guard.GuardedMethods;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.web.service.registry.HttpServiceProxyRegistry;

/**
 * {@link BeanPostProcessor} that makes Spring's registry of HTTP service clients return
 * the bean of a client with guarded methods. Only that bean is made of the client without
 * the guard.
 */
final class HttpServiceClients implements BeanPostProcessor {

	private static final String REGISTRY = "org.springframework.web.service.registry.HttpServiceProxyRegistry";

	/**
	 * The separator between the group and the type of a client in the name of its bean.
	 */
	private static final String SEPARATOR = "#";

	private final BeanFactory beanFactory;

	private volatile @Nullable HttpServiceProxyRegistry unguarded;

	private HttpServiceClients(BeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * Guard the registry, if there is one.
	 * @param beanFactory the factory of the registry and its clients
	 */
	static void guard(ConfigurableListableBeanFactory beanFactory) {
		if (ClassUtils.isPresent(REGISTRY, beanFactory.getBeanClassLoader())) {
			HttpServiceClients clients = new HttpServiceClients(beanFactory);
			for (String name : beanFactory.getBeanDefinitionNames()) {
				if (name.contains(SEPARATOR)
						&& beanFactory.getBeanDefinition(name) instanceof AbstractBeanDefinition definition
						&& definition.getInstanceSupplier() != null) {
					clients.supply(name, definition, beanFactory.getBeanClassLoader());
				}
			}
			beanFactory.addBeanPostProcessor(clients);
		}
	}

	private void supply(String beanName, AbstractBeanDefinition definition, @Nullable ClassLoader classLoader) {
		int separator = beanName.lastIndexOf(SEPARATOR);
		Class<?> type = LibraryTypes.find(beanName.substring(separator + 1), classLoader);
		if (type != null && GuardedMethods.mayGuard(type)) {
			definition.setInstanceSupplier(() -> createClient(beanName.substring(0, separator), type));
		}
	}

	private Object createClient(String groupName, Class<?> type) {
		this.beanFactory.getBean(HttpServiceProxyRegistry.class);
		HttpServiceProxyRegistry registry = this.unguarded;
		Assert.state(registry != null, "The registry of HTTP service clients was not post-processed");
		return registry.getClient(groupName, type);
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof HttpServiceProxyRegistry registry) {
			this.unguarded = registry;
			return new GuardedRegistry(registry, this.beanFactory);
		}
		return bean;
	}

	/**
	 * Registry that returns beans.
	 *
	 * @param delegate the registry of clients without the guard
	 * @param beanFactory the factory of the beans
	 */
	private record GuardedRegistry(HttpServiceProxyRegistry delegate,
			BeanFactory beanFactory) implements HttpServiceProxyRegistry {

		@Override
		public <P> P getClient(Class<P> httpServiceType) {
			return GuardedMethods.mayGuard(httpServiceType) ? this.beanFactory.getBean(httpServiceType)
					: this.delegate.getClient(httpServiceType);
		}

		@Override
		public <P> P getClient(String groupName, Class<P> httpServiceType) {
			return GuardedMethods.mayGuard(httpServiceType)
					? this.beanFactory.getBean(groupName + SEPARATOR + httpServiceType.getName(), httpServiceType)
					: this.delegate.getClient(groupName, httpServiceType);
		}

		@Override
		public Set<String> getGroupNames() {
			return this.delegate.getGroupNames();
		}

		@Override
		public Set<Class<?>> getClientTypesInGroup(String groupName) {
			return this.delegate.getClientTypesInGroup(groupName);
		}

	}

}

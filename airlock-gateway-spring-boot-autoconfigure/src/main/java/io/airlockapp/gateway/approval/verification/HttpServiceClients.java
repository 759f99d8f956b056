package io.airlockapp.gateway.approval.verification;

import java.util.Set;
import java.util.function.Supplier;

import io.airlockapp.gateway.approval.guard.GuardedMethods;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.InstanceSupplier;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.core.NamedThreadLocal;
import org.springframework.util.ClassUtils;
import org.springframework.web.service.registry.HttpServiceProxyRegistry;

/**
 * {@link BeanPostProcessor} that makes Spring's registry of HTTP service clients return
 * the bean of a client with guarded methods. Only the supplier of that bean receives the
 * client without the guard.
 */
final class HttpServiceClients implements BeanPostProcessor {

	private static final String REGISTRY = "org.springframework.web.service.registry.HttpServiceProxyRegistry";

	/**
	 * The separator between the group and the type of a client in the name of its bean.
	 */
	private static final String SEPARATOR = "#";

	private final ThreadLocal<@Nullable String> making = new NamedThreadLocal<>("HTTP service client in the making");

	private final BeanFactory beanFactory;

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
						&& beanFactory.getBeanDefinition(name) instanceof AbstractBeanDefinition definition) {
					clients.observe(name, definition);
				}
			}
			beanFactory.addBeanPostProcessor(clients);
		}
	}

	private void observe(String beanName, AbstractBeanDefinition definition) {
		Supplier<?> supplier = definition.getInstanceSupplier();
		if (supplier != null) {
			definition.setInstanceSupplier(new ClientSupplier(beanName, supplier));
		}
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return (bean instanceof HttpServiceProxyRegistry registry) ? new GuardedRegistry(registry) : bean;
	}

	private final class GuardedRegistry implements HttpServiceProxyRegistry {

		private final HttpServiceProxyRegistry delegate;

		private GuardedRegistry(HttpServiceProxyRegistry delegate) {
			this.delegate = delegate;
		}

		@Override
		public <P> P getClient(Class<P> httpServiceType) {
			P client = this.delegate.getClient(httpServiceType);
			if (!GuardedMethods.mayGuard(httpServiceType)) {
				return client;
			}
			String group = getGroupNames().stream()
				.filter((name) -> getClientTypesInGroup(name).contains(httpServiceType))
				.findFirst()
				.orElseThrow();
			return getClient(group, httpServiceType);
		}

		@Override
		public <P> P getClient(String groupName, Class<P> httpServiceType) {
			P client = this.delegate.getClient(groupName, httpServiceType);
			String beanName = groupName + SEPARATOR + httpServiceType.getName();
			return (!GuardedMethods.mayGuard(httpServiceType) || beanName.equals(HttpServiceClients.this.making.get()))
					? client : HttpServiceClients.this.beanFactory.getBean(beanName, httpServiceType);
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

	/**
	 * Supplies the bean of a client, and marks it as in creation in the meantime.
	 */
	private final class ClientSupplier implements InstanceSupplier<Object> {

		private final String beanName;

		private final Supplier<?> delegate;

		private ClientSupplier(String beanName, Supplier<?> delegate) {
			this.beanName = beanName;
			this.delegate = delegate;
		}

		@Override
		public Object get(RegisteredBean registeredBean) throws Exception {
			ThreadLocal<@Nullable String> making = HttpServiceClients.this.making;
			String outer = making.get();
			making.set(this.beanName);
			try {
				return (this.delegate instanceof InstanceSupplier<?> supplier) ? supplier.get(registeredBean)
						: this.delegate.get();
			}
			finally {
				if (outer != null) {
					making.set(outer);
				}
				else {
					making.remove();
				}
			}
		}

	}

}

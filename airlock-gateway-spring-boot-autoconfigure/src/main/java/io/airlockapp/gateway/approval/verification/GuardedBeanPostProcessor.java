package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Method;
import java.util.List;

import io.airlockapp.gateway.approval.method.GuardedMethods;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.SmartInstantiationAwareBeanPostProcessor;
import org.springframework.util.ClassUtils;

/**
 * Rejects beans with a method that requires approval and is not guarded for every caller.
 */
final class GuardedBeanPostProcessor implements SmartInstantiationAwareBeanPostProcessor {

	private final ConfigurableListableBeanFactory beanFactory;

	private final ExpectedGuards expectedGuards;

	private final GuardedNames names = new GuardedNames();

	GuardedBeanPostProcessor(ConfigurableListableBeanFactory beanFactory, ExpectedGuards expectedGuards) {
		this.beanFactory = beanFactory;
		this.expectedGuards = expectedGuards;
	}

	/**
	 * Verify a bean before Spring calls its methods to inject something.
	 */
	@Override
	public boolean postProcessAfterInstantiation(Object bean, String beanName) {
		requireNoCallsPastTheProxy(bean, beanName);
		return true;
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		requireNoCallsPastTheProxy(bean, beanName);
		return bean;
	}

	private void requireNoCallsPastTheProxy(Object bean, String beanName) {
		Class<?> type = type(bean);
		List<Method> guarded = guardedMethods(bean, type);
		if (!guarded.isEmpty()) {
			ContainerCalls.requireNone(guarded, type, beanName, this.beanFactory);
			SelfCalls.requireNone(type, beanName);
		}
	}

	/**
	 * Refuse a bean in a circle: whatever post-processors keep of it until it is done has
	 * no proxy.
	 */
	@Override
	public Object getEarlyBeanReference(Object bean, String beanName) {
		Class<?> type = type(bean);
		guardedMethods(bean, type).stream().findFirst().ifPresent((method) -> {
			throw ProxyObstacles.exception(method, type, beanName,
					"other beans refer to this one in a circle, so what its post-processors are given is an object without "
							+ "its proxy; break the circle, such as with @Lazy");
		});
		return bean;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		this.expectedGuards.set(beanName, verify(bean, beanName));
		return bean;
	}

	/**
	 * Verify a bean.
	 * @param bean the bean
	 * @param beanName its name
	 * @return whether it asks for approval
	 */
	boolean verify(Object bean, String beanName) {
		Class<?> type = type(bean);
		List<Method> guarded = guardedMethods(bean, type);
		if (guarded.isEmpty() && !(bean instanceof ScopedObject)) {
			GuardedBeanMark.requireAbsent(bean, beanName, this.beanFactory);
		}
		for (Method method : guarded) {
			String obstacle = ProxyObstacles.find(method, type, beanName, this.beanFactory);
			if (obstacle != null) {
				throw ProxyObstacles.exception(method, type, beanName, obstacle);
			}
		}
		this.names.add(guarded, type);
		return !guarded.isEmpty();
	}

	private static Class<?> type(Object bean) {
		Class<?> type = ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(bean));
		// Of a repository, it is the proxy that has the user's interface
		return (!GuardedMethods.mayGuard(type) && GuardedMethods.mayGuard(bean.getClass()))
				? ClassUtils.getUserClass(bean) : type;
	}

	private static List<Method> guardedMethods(Object bean, Class<?> type) {
		return (bean instanceof ScopedObject) ? List.of() : GuardedMethods.of(type);
	}

}

package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import io.airlockapp.gateway.approval.guard.Declaration;
import io.airlockapp.gateway.approval.guard.GuardedMethods;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.SmartInstantiationAwareBeanPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
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
	 * Verify a bean before Spring calls its methods for injection.
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
			requireProxyable(guarded, type, beanName);
			LifecycleMethods.requireNone(guarded, type, beanName, this.beanFactory);
			TransactionalListeners.requireCallable(guarded, type, beanName, this.beanFactory);
			SelfCalls.requireNone(type, beanName, LockedClasses.isLocked(bean));
		}
	}

	/**
	 * Require that a proxy can override the guarded methods. A method that it cannot
	 * override stays unguarded, whoever calls it.
	 */
	private static void requireProxyable(List<Method> guarded, Class<?> type, String beanName) {
		for (Method method : guarded) {
			String obstacle = ProxyabilityChecks.find(method, type, beanName);
			if (obstacle != null) {
				throw ProxyabilityChecks.exception(method, type, beanName, obstacle);
			}
		}
	}

	/**
	 * Refuse a bean in a circular reference, since post-processors may keep the early
	 * object, which has no proxy.
	 */
	@Override
	public Object getEarlyBeanReference(Object bean, String beanName) {
		Class<?> type = type(bean);
		guardedMethods(bean, type).stream().findFirst().ifPresent((method) -> {
			throw ProxyabilityChecks.exception(method, type, beanName,
					"other beans refer to this one in a circle, so what its post-processors are given is an object without "
							+ "its proxy; break the circle, such as with @Lazy");
		});
		return bean;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		// Also of a factory's product, which no other callback receives
		requireNoCallsPastTheProxy(bean, beanName);
		requireNoWrapper(bean, beanName);
		this.expectedGuards.set(beanName, verify(bean, beanName));
		return bean;
	}

	/**
	 * Require that no other object stands in for an object with locked methods, since the
	 * guard would permit a call of the other object.
	 */
	private void requireNoWrapper(Object bean, String beanName) {
		if (!this.beanFactory.containsBeanDefinition(beanName) || LockedClasses.isLocked(bean)
				|| !(this.beanFactory.getMergedBeanDefinition(beanName) instanceof RootBeanDefinition definition)
				|| definition.getFactoryMethodName() != null || definition.getInstanceSupplier() != null
				|| !definition.hasBeanClass()) {
			return;
		}
		Class<?> created = definition.getBeanClass();
		if (GuardedMethods.mayGuard(created) && !FactoryBean.class.isAssignableFrom(created) && type(bean) != created
				&& !Mocks.isMock(bean)) {
			throw UnguardableMethodException.withRemedy(
					"Bean '%s' requires approval, but can't be guarded: a BeanPostProcessor wraps the object, a %s, in a %s"
						.formatted(beanName, created.getName(), bean.getClass().getName()),
					"Annotate another bean, or exclude this one from that BeanPostProcessor.");
		}
	}

	/**
	 * Verify a bean.
	 * @return whether the bean requires approval
	 */
	boolean verify(Object bean, String beanName) {
		Class<?> type = type(bean);
		KotlinFunctions.requireNoneGuarded(type, beanName);
		List<Method> guarded = guardedMethods(bean, type);
		if (guarded.isEmpty() && !(bean instanceof ScopedObject)) {
			GuardedBeanMark.requireAbsent(bean, beanName, this.beanFactory);
		}
		for (Method method : guarded) {
			String obstacle = ProxyabilityChecks.find(method, type, beanName, this.beanFactory);
			if (obstacle != null) {
				throw ProxyabilityChecks.exception(method, type, beanName, obstacle);
			}
		}
		this.names.add(guarded, type);
		return !guarded.isEmpty();
	}

	private static Class<?> type(Object bean) {
		Class<?> type = ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(bean));
		// Of a repository, only the proxy implements the user's interface
		return (!GuardedMethods.mayGuard(type) && GuardedMethods.mayGuard(bean.getClass()))
				? ClassUtils.getUserClass(bean) : type;
	}

	private static List<Method> guardedMethods(Object bean, Class<?> type) {
		return (bean instanceof ScopedObject) ? List.of() : GuardedMethods.of(type);
	}

	/**
	 * Logs a warning about guarded methods of different classes that are shown by the
	 * same name. Approvers can't distinguish them, and policies match both.
	 */
	private static final class GuardedNames {

		private static final Log logger = LogFactory.getLog(GuardedNames.class);

		private final Map<String, Class<?>> types = new ConcurrentHashMap<>();

		private final Set<Class<?>> warned = ConcurrentHashMap.newKeySet();

		void add(Collection<Method> methods, Class<?> type) {
			for (Method method : methods) {
				Declaration declaration = Declaration.of(method, type);
				Class<?> named = MethodArguments.namedType(declaration.type());
				Class<?> other = this.types.putIfAbsent(declaration.toString(), named);
				if (other != null && other != named && this.warned.add(named)) {
					logger.warn(
							"Methods of %s and %s are both shown as '%s': they can't be distinguished, and policies match both. Rename a class"
								.formatted(other.getName(), named.getName(), declaration));
				}
			}
		}

	}

	/**
	 * Holds the beans in creation that are expected to be guarded.
	 */
	static final class ExpectedGuards {

		private final Set<BeanInCreation> expected = ConcurrentHashMap.newKeySet();

		void set(String beanName, boolean isExpected) {
			if (!isExpected && this.expected.isEmpty()) {
				return;
			}
			BeanInCreation bean = BeanInCreation.named(beanName);
			if (isExpected) {
				this.expected.add(bean);
			}
			else {
				// A previous creation of a bean with this name may have failed
				this.expected.remove(bean);
			}
		}

		/**
		 * Return whether a guard is expected for a bean that the current thread creates.
		 * The expectation is removed.
		 */
		boolean take(String beanName) {
			return !this.expected.isEmpty() && this.expected.remove(BeanInCreation.named(beanName));
		}

		private record BeanInCreation(Thread maker, String name) {

			private static BeanInCreation named(String name) {
				return new BeanInCreation(Thread.currentThread(), name);
			}

		}

	}

}

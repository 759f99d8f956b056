package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;

import io.airlockapp.gateway.approval.method.GuardedMethods;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractAutowireCapableBeanFactory;
import org.springframework.beans.factory.support.InstantiationStrategy;
import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * {@link InstantiationStrategy} that creates objects with guarded methods from a locked
 * subclass, with the same constructor and arguments. The bean definition keeps the user's
 * class, so that constructors and their parameters are resolved as usual. The lock does
 * not cover objects that the application creates, such as in {@code @Bean} methods and
 * suppliers, including those generated ahead of time.
 */
final class LockingInstantiationStrategy implements InstantiationStrategy {

	private final InstantiationStrategy delegate;

	private LockingInstantiationStrategy(InstantiationStrategy delegate) {
		this.delegate = delegate;
	}

	/**
	 * Lock the guarded methods of all objects that a factory creates with a constructor
	 * from now on.
	 */
	static void setOn(ConfigurableListableBeanFactory beanFactory) {
		if (beanFactory instanceof AbstractAutowireCapableBeanFactory factory) {
			factory.setInstantiationStrategy(new LockingInstantiationStrategy(factory.getInstantiationStrategy()));
		}
	}

	@Override
	public Object instantiate(RootBeanDefinition definition, @Nullable String beanName, BeanFactory owner) {
		Constructor<?> constructor = find(definition.getBeanClass());
		Constructor<?> locked = (constructor != null) ? lock(constructor, definition) : null;
		return (locked != null) ? BeanUtils.instantiateClass(locked)
				: this.delegate.instantiate(definition, beanName, owner);
	}

	@Override
	public Object instantiate(RootBeanDefinition definition, @Nullable String beanName, BeanFactory owner,
			Constructor<?> constructor, @Nullable Object... arguments) {
		Constructor<?> locked = lock(constructor, definition);
		return (locked != null) ? BeanUtils.instantiateClass(locked, arguments)
				: this.delegate.instantiate(definition, beanName, owner, constructor, arguments);
	}

	@Override
	public Object instantiate(RootBeanDefinition definition, @Nullable String beanName, BeanFactory owner,
			@Nullable Object factoryBean, Method factoryMethod, @Nullable Object... arguments) {
		return this.delegate.instantiate(definition, beanName, owner, factoryBean, factoryMethod, arguments);
	}

	@Override
	public Class<?> getActualBeanClass(RootBeanDefinition definition, @Nullable String beanName, BeanFactory owner) {
		return this.delegate.getActualBeanClass(definition, beanName, owner);
	}

	/**
	 * Return the constructor of the locked subclass.
	 * @return the constructor, or {@code null} if the class has no guarded methods, or
	 * cannot be locked
	 */
	private static @Nullable Constructor<?> lock(Constructor<?> constructor, RootBeanDefinition definition) {
		Class<?> type = constructor.getDeclaringClass();
		if (!GuardedMethods.mayGuard(type) || definition.hasMethodOverrides()
				|| !LockedClasses.canLock(type, constructor)) {
			return null;
		}
		Set<Method> guarded = LifecycleMethods.removeFrom(GuardedMethods.of(type), type, definition);
		if (guarded.isEmpty() || !guarded.stream().allMatch((method) -> LockedClasses.canLock(method, type))) {
			// What cannot be overridden is refused when the bean is verified
			return null;
		}
		return find(LockedClasses.get(type, guarded), constructor.getParameterTypes());
	}

	private static @Nullable Constructor<?> find(Class<?> type, Class<?>... parameterTypes) {
		return Arrays.stream(type.getDeclaredConstructors())
			.filter((constructor) -> Arrays.equals(constructor.getParameterTypes(), parameterTypes))
			.findFirst()
			.orElse(null);
	}

}

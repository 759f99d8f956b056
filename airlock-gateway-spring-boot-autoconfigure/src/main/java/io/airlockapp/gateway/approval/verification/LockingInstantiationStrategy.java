package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.airlockapp.gateway.approval.guard.GuardedMethods;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.autoproxy.AbstractAdvisorAutoProxyCreator;
import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractAutowireCapableBeanFactory;
import org.springframework.beans.factory.support.InstantiationStrategy;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.util.Assert;
import org.springframework.util.ReflectionUtils;

/**
 * {@link InstantiationStrategy} that creates objects with guarded methods from a locked
 * subclass, with the same constructor and arguments. The bean definition keeps the user's
 * class, so that constructors and their parameters are resolved as usual. The lock does
 * not cover objects that the application creates, such as in {@code @Bean} methods and
 * suppliers, including those generated ahead of time.
 */
final class LockingInstantiationStrategy implements InstantiationStrategy {

	private final AbstractAutowireCapableBeanFactory factory;

	private final InstantiationStrategy delegate;

	private final Map<String, Match> matches = new ConcurrentHashMap<>();

	private LockingInstantiationStrategy(AbstractAutowireCapableBeanFactory factory) {
		this.factory = factory;
		this.delegate = factory.getInstantiationStrategy();
	}

	/**
	 * Lock the guarded methods of all objects that a factory creates with a constructor
	 * from now on.
	 */
	static void setOn(ConfigurableListableBeanFactory beanFactory) {
		if (beanFactory instanceof AbstractAutowireCapableBeanFactory factory) {
			factory.setInstantiationStrategy(new LockingInstantiationStrategy(factory));
		}
	}

	@Override
	public Object instantiate(RootBeanDefinition definition, @Nullable String beanName, BeanFactory owner) {
		Constructor<?> constructor = find(definition.getBeanClass());
		Constructor<?> locked = (constructor != null) ? lock(constructor, definition, beanName) : null;
		return (locked != null) ? BeanUtils.instantiateClass(locked)
				: this.delegate.instantiate(definition, beanName, owner);
	}

	@Override
	public Object instantiate(RootBeanDefinition definition, @Nullable String beanName, BeanFactory owner,
			Constructor<?> constructor, @Nullable Object... arguments) {
		Constructor<?> locked = lock(constructor, definition, beanName);
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
	private @Nullable Constructor<?> lock(Constructor<?> constructor, RootBeanDefinition definition,
			@Nullable String beanName) {
		Class<?> type = constructor.getDeclaringClass();
		if (!GuardedMethods.mayGuard(type) || definition.hasMethodOverrides()
				|| !LockedClasses.canLock(type, constructor)) {
			return null;
		}
		Set<Method> guarded = LockedClasses.findMethods(type, definition);
		if (guarded.isEmpty() || !guarded.stream().allMatch((method) -> LockedClasses.canLock(method, type))) {
			// What cannot be overridden is refused when the bean is verified
			return null;
		}
		Class<?> locked = LockedClasses.get(type, guarded);
		return hasSameAdvisors(locked, type, (beanName != null) ? beanName : type.getName())
				? find(locked, constructor.getParameterTypes()) : null;
	}

	/**
	 * Return whether all advisors for a class also apply to its subclass. The pointcut of
	 * one may match exactly that class, and must not be lost. Advisors are matched again
	 * only if others are available, such as one that was in creation before.
	 */
	private boolean hasSameAdvisors(Class<?> locked, Class<?> type, String beanName) {
		List<BeanPostProcessor> creators = this.factory.getBeanPostProcessors()
			.stream()
			.filter(AbstractAdvisorAutoProxyCreator.class::isInstance)
			.toList();
		List<Set<Object>> candidates = creators.stream()
			.map((creator) -> find("findCandidateAdvisors", creator))
			.toList();
		String key = locked.getName() + " " + beanName;
		Match match = this.matches.get(key);
		if (match == null || !match.candidates().equals(candidates)) {
			match = new Match(candidates,
					creators.stream()
						.allMatch((creator) -> find("findEligibleAdvisors", creator, locked, beanName)
							.equals(find("findEligibleAdvisors", creator, type, beanName))));
			this.matches.put(key, match);
		}
		return match.same();
	}

	private static Set<Object> find(String name, Object creator, Object... arguments) {
		Method method = ReflectionUtils.findMethod(creator.getClass(), name,
				(arguments.length > 0) ? new Class<?>[] { Class.class, String.class } : new Class<?>[0]);
		Assert.state(method != null, () -> "No method '" + name + "'");
		ReflectionUtils.makeAccessible(method);
		List<?> advisors = (List<?>) ReflectionUtils.invokeMethod(method, creator, arguments);
		return (advisors != null) ? new HashSet<>(advisors) : Set.of();
	}

	private static @Nullable Constructor<?> find(Class<?> type, Class<?>... parameterTypes) {
		return Arrays.stream(type.getDeclaredConstructors())
			.filter((constructor) -> Arrays.equals(constructor.getParameterTypes(), parameterTypes))
			.findFirst()
			.orElse(null);
	}

	/**
	 * Holds whether a locked subclass has the same advisors as its superclass.
	 *
	 * @param candidates the advisors that were available
	 * @param same whether each of them applies to both or to neither
	 */
	private record Match(List<Set<Object>> candidates, boolean same) {
	}

}

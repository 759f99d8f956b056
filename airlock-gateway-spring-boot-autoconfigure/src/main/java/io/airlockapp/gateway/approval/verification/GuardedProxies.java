/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.ApprovalAdvisor;
import io.airlockapp.gateway.approval.guard.ApprovalMethodInterceptor;
import io.airlockapp.gateway.approval.guard.GuardedChainAdvisor;
import io.airlockapp.gateway.approval.guard.ApprovalAttributeSource;
import io.airlockapp.gateway.approval.guard.GuardedMethods;
import io.airlockapp.gateway.approval.guard.GuardedNames;
import io.airlockapp.gateway.approval.snapshot.Containers;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import org.aopalliance.aop.Advice;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.Advisor;
import org.springframework.aop.IntroductionAdvisor;
import org.springframework.aop.IntroductionInterceptor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.DefaultAdvisorChainFactory;
import org.springframework.aop.framework.autoproxy.AbstractAutoProxyCreator;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DelegatePerTargetObjectIntroductionInterceptor;
import org.springframework.aop.support.DelegatingIntroductionInterceptor;
import org.springframework.aop.target.AbstractBeanFactoryBasedTargetSource;
import org.springframework.aop.target.SingletonTargetSource;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.cglib.proxy.Factory;
import org.springframework.core.DecoratingProxy;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Verifies that no method that requires approval can be called on an object without it.
 * It inspects the proxies of an object, and the advice that Spring AOP would apply to
 * each method, regardless of how the object was created.
 */
public final class GuardedProxies {

	/**
	 * The package of Spring's targets of dependencies with {@code @Lazy}.
	 */
	private static final String LAZY_INJECTION = "org.springframework.context.annotation.";

	private static final String HIDDEN_FROM_PROXY = "the method is visible only in the package of its class, and the "
			+ "proxy has another class loader, and so another package; make it protected or public";

	/**
	 * The fields of Spring's introductions with the object to which they delegate, or its
	 * class.
	 */
	static final String DELEGATE = "delegate";

	static final String DELEGATE_TYPE = "defaultImplType";

	private GuardedProxies() {
	}

	/**
	 * Put the guard in front of all other advisors of a bean's proxies.
	 * @param bean the exposed bean, which remains as it is if it has no guard
	 * @param beanName the name of the bean
	 * @param names the names of the guarded beans
	 */
	static void complete(Object bean, String beanName, GuardedNames names) {
		for (Object layer : layers(bean)) {
			if (layer instanceof Advised proxy) {
				nameUserClass(proxy);
				GuardedChainAdvisor.addFirst(proxy, beanName, names);
			}
		}
	}

	/**
	 * Let a proxy name the user's class of a target with locked methods, since libraries
	 * look for the annotated methods of a bean in the class of its proxy's target.
	 */
	private static void nameUserClass(Advised proxy) {
		if (proxy.getTargetSource().getClass() == SingletonTargetSource.class) {
			Object target = ((SingletonTargetSource) proxy.getTargetSource()).getTarget();
			if (!(target instanceof Advised) && LockedClasses.isLocked(target)) {
				proxy.setTargetSource(new SingletonTargetSource(target) {

					@Override
					public Class<?> getTargetClass() {
						return ClassUtils.getUserClass(target);
					}

				});
			}
		}
	}

	/**
	 * Require that each method of a bean that requires approval is behind exactly one
	 * guard, which is the first advisor of its proxy, since an interceptor in front of it
	 * could proceed past the guard.
	 * @param bean the exposed bean
	 * @param beanName the name of the bean
	 * @param beanFactory the factory that contains the auto-proxy creators
	 * @throws UnguardableMethodException if a method is not
	 */
	static void require(Object bean, String beanName, ListableBeanFactory beanFactory) {
		List<Advisor> first = new ArrayList<>();
		for (Object layer : layers(bean)) {
			Advisor[] advisors = (layer instanceof Advised proxy) ? proxy.getAdvisors() : new Advisor[0];
			for (Advisor advisor : advisors) {
				if (advisor instanceof ApprovalAdvisor) {
					first.add(advisors[0]);
				}
			}
		}
		if (first.size() > 1) {
			throw UnguardableMethodException.withRemedy(
					("Bean '%s' requires approval, but would do so twice for each call: several auto-proxy creators created a "
							+ "proxy of it (there are %s)")
						.formatted(beanName,
								String.join(", ",
										beanFactory.getBeanNamesForType(AbstractAutoProxyCreator.class, true, false))),
					"Remove the auto-proxy creator that is not Spring Boot's own.");
		}
		if (!first.isEmpty() && !(first.get(0) instanceof GuardedChainAdvisor)) {
			throw UnguardableMethodException.withRemedy(
					("Bean '%s' requires approval, but cannot be guarded: its proxy begins with %s instead of the guard's "
							+ "outermost advisor")
						.formatted(beanName, first.get(0)),
					"Let Spring create the proxy, and add advisors as beans, or with a BeanPostProcessor that has an order.");
		}
		Method method = findUnguarded(bean);
		if (method != null) {
			Class<?> type = userClass(bean);
			Class<?> declaringType = method.getDeclaringClass();
			throw ProxyabilityChecks.exception(method, declaringType.isAssignableFrom(type) ? type : declaringType,
					beanName,
					GuardedMethods.isHidden(method, bean.getClass()) ? HIDDEN_FROM_PROXY
							: ("the exposed object, a %s, calls it without the guard. Either no BeanPostProcessor saw the bean, because its "
									+ "definition is synthetic or it was registered by hand, or there is a wrapper, or a proxy created by "
									+ "hand, that the guard cannot look through; return the object itself from a @Bean method, and let "
									+ "Spring create its proxy")
								.formatted(bean.getClass().getName()));
		}
		requireIntroductions(bean, beanName);
		if (!first.isEmpty()) {
			requireTarget(bean, beanName);
		}
	}

	/**
	 * Require that no introduction calls an object with guarded methods that has no
	 * guard, since it is not a bean. The introduced interface may lack the annotation.
	 */
	private static void requireIntroductions(Object bean, String beanName) {
		layers(bean).stream()
			.flatMap((layer) -> (layer instanceof Advised proxy) ? Arrays.stream(proxy.getAdvisors()) : Stream.empty())
			// The advice of another advisor may be a bean that is created for the first
			// call
			.filter(IntroductionAdvisor.class::isInstance)
			.map(Advisor::getAdvice)
			.filter(IntroductionInterceptor.class::isInstance)
			.map(GuardedProxies::delegate)
			.filter((delegate) -> (delegate instanceof Class<?> type) ? !GuardedMethods.of(type).isEmpty()
					: isUnguarded(delegate))
			.findFirst()
			.ifPresent((delegate) -> {
				throw UnguardableMethodException.withRemedy(
						"Bean '%s' requires approval by %s, but cannot be guarded: an introduction adds an object of that class, without the guard"
							.formatted(beanName,
									((delegate instanceof Class<?> type) ? type : userClass(delegate)).getName()),
						"Make that object a bean. In place of @DeclareParents, define a DefaultIntroductionAdvisor whose 'matches' selects the class, with a DelegatingIntroductionInterceptor of that bean.");
			});
	}

	/**
	 * Return the object to which an introduction delegates, or the class of which it
	 * creates objects.
	 */
	private static Object delegate(Advice introduction) {
		for (Class<?> type = introduction.getClass(); type != null; type = type.getSuperclass()) {
			String name = (type == DelegatePerTargetObjectIntroductionInterceptor.class) ? DELEGATE_TYPE : DELEGATE;
			if (type == DelegatePerTargetObjectIntroductionInterceptor.class
					|| type == DelegatingIntroductionInterceptor.class) {
				Field field = Objects.requireNonNull(ReflectionUtils.findField(type, name));
				ReflectionUtils.makeAccessible(field);
				return Objects.requireNonNull(ReflectionUtils.getField(field, introduction));
			}
		}
		return introduction;
	}

	/**
	 * Require that the target of the guard's proxy is the object with the method, and not
	 * another proxy of it, whose interceptors could change the arguments of an approved
	 * call or repeat it. The proxy of a repository or of a client is the object itself.
	 */
	private static void requireTarget(Object bean, String beanName) {
		layers(bean).stream()
			.dropWhile((layer) -> !hasGuard(layer))
			.skip(1)
			.filter((layer) -> layer instanceof Advised proxy && isAroundGuarded(proxy))
			.findFirst()
			.ifPresent((proxy) -> {
				throw UnguardableMethodException.withRemedy(
						("Bean '%s' requires approval, but cannot be guarded: inside the proxy with the guard is another one, "
								+ "a %s, whose interceptors could change the arguments of an approved call or repeat it")
							.formatted(beanName, proxy.getClass().getName()),
						"Return the object itself from a @Bean method, define advisors as beans, and set no order on "
								+ "@EnableAsync, @EnableResilientMethods and a BeanPostProcessor that creates proxies.");
			});
	}

	/**
	 * Require that an object that Spring has not made a proxy of is no proxy with the
	 * guard already, and contains none.
	 * @throws UnguardableMethodException if it is another bean, or a proxy of one
	 */
	static void requireNoGuard(Object bean, String beanName) {
		for (Object layer : layers(bean)) {
			if (hasGuard(layer)) {
				String other = GuardedChainAdvisor.findBeanName(layer);
				throw UnguardableMethodException.withRemedy(
						"Bean '%s' requires approval, but would do so twice for each call: it is the guarded bean '%s', or a proxy of it"
							.formatted(beanName, other),
						"Give '%s' a second name in place of a second bean, such as @Bean({\"%s\", \"%s\"}), and define advisors as beans."
							.formatted(other, other, beanName));
			}
		}
	}

	/**
	 * Require that the elements of a container of Java are guarded. Spring injects such a
	 * bean as if its elements were beans.
	 * @throws UnguardableMethodException if one requires approval and is not guarded
	 */
	static void requireElements(Object bean, String beanName) {
		Set<Object> containers = Collections.newSetFromMap(new IdentityHashMap<>());
		elements(bean, containers).filter((element) -> element != bean && isUnguarded(element))
			.findFirst()
			.ifPresent((element) -> {
				throw UnguardableMethodException.withRemedy(
						"Bean '%s' contains an object that requires approval by %s, but cannot be guarded: only beans are, and not elements of one"
							.formatted(beanName, userClass(element).getName()),
						"Return each element from a @Bean method of its own; Spring injects them as a list or map.");
			});
	}

	/**
	 * Return whether an object has a method that requires approval and is not guarded.
	 */
	static boolean isUnguarded(Object element) {
		try {
			return findUnguarded(element) != null;
		}
		catch (IllegalStateException ex) {
			// Types of its methods are missing, as in objects of a servlet container
			return false;
		}
	}

	/**
	 * Return the elements of a container, and of those in it, or an object itself.
	 * @param containers the containers so far, each of which is read once
	 */
	private static Stream<?> elements(Object object, Set<Object> containers) {
		Stream<?> parts = parts(object);
		if (parts == null) {
			return Stream.of(object);
		}
		return containers.add(object) ? parts.filter(Objects::nonNull).flatMap((part) -> elements(part, containers))
				: Stream.empty();
	}

	/**
	 * Return the parts of a container of Java.
	 * @return the parts, or {@code null} if the object is no container
	 */
	static @Nullable Stream<?> parts(Object object) {
		if (object instanceof Object[] array) {
			return Arrays.stream(array);
		}
		if (object instanceof Optional<?> optional) {
			return optional.stream();
		}
		if (!(object instanceof Collection || object instanceof Map || object instanceof Map.Entry)
				|| !isReadable(object.getClass())) {
			return null;
		}
		if (object instanceof Map<?, ?> map) {
			return Stream.of(map.keySet(), map.values()).flatMap((elements) -> Arrays.stream(elements.toArray()));
		}
		// A copy, since another thread may add elements
		return (object instanceof Map.Entry<?, ?> entry) ? Stream.ofNullable(entry.getValue())
				: Arrays.stream(((Collection<?>) object).toArray());
	}

	/**
	 * Return whether the code that reads a container is that of Java or of a known
	 * library, also if an anonymous class adds the elements. Other code could access
	 * something remote.
	 * @param type the class of the container
	 * @return whether it can be read at start
	 */
	public static boolean isReadable(Class<?> type) {
		Class<?> parent = type.getSuperclass();
		return LibraryTypes.isOfJava(type) || Containers.isPlain(type)
				|| (parent != null && parent != Object.class && LibraryTypes.isOfJava(parent)
						&& !Modifier.isAbstract(parent.getModifiers()) && type.isAnonymousClass());
	}

	private static boolean isAroundGuarded(Advised proxy) {
		Class<?> targetClass = proxy.getTargetSource().getTargetClass();
		return targetClass != null && GuardedMethods.mayGuard(targetClass);
	}

	/**
	 * Return whether a bean is a proxy with the guard.
	 */
	static boolean hasGuard(Object bean) {
		return bean instanceof Advised proxy
				&& Arrays.stream(proxy.getAdvisors()).anyMatch(ApprovalAdvisor.class::isInstance);
	}

	/**
	 * Return whether a bean is an object, or proxies around it, or a mock in its place.
	 */
	static boolean isAround(Object object, Object bean) {
		return layers(bean).stream().anyMatch((layer) -> layer == object || Mocks.isMock(layer));
	}

	/**
	 * Return the user class of a bean: that of the target of its proxies, or of the bean
	 * itself if only that may have guarded methods. Of a repository, only the proxy
	 * implements the user's interface.
	 */
	static Class<?> userClass(Object bean) {
		// A source of targets names their class, and is none of them
		Class<?> type = ClassUtils
			.getUserClass(AopUtils.isAopProxy(bean) ? AopProxyUtils.ultimateTargetClass(bean) : bean.getClass());
		return (!GuardedMethods.mayGuard(type) && GuardedMethods.mayGuard(bean.getClass()))
				? ClassUtils.getUserClass(bean) : type;
	}

	/**
	 * Find a method that requires approval and is not guarded.
	 * @param object the exposed object
	 * @return the method, or {@code null} if there is none
	 */
	public static @Nullable Method findUnguarded(Object object) {
		if (!mayGuard(object) || Mocks.isMock(object)) {
			return null;
		}
		List<Object> layers = layers(object);
		Set<Class<?>> types = types(layers);
		return callable(object, types).filter((method) -> asks(method, types))
			.filter((method) -> !isGuarded(layers, method))
			.findFirst()
			.orElse(null);
	}

	/**
	 * Return whether a method requires approval and is not guarded when it is called on
	 * an object. Mocks are exempt.
	 * @param object the object, or {@code null} if the method is static
	 * @param method the method
	 * @return whether the method runs without approval
	 */
	public static boolean isUnguarded(@Nullable Object object, Method method) {
		if (object == null || Modifier.isStatic(method.getModifiers())) {
			return ApprovalAttributeSource.requiresApproval(method, method.getDeclaringClass());
		}
		List<Object> layers = layers(object);
		if (!asks(method, types(layers)) || Mocks.isMock(object)) {
			return false;
		}
		int modifiers = method.getModifiers();
		return Modifier.isPrivate(modifiers) || Modifier.isFinal(modifiers) || !isGuarded(layers, method);
	}

	/**
	 * Return whether an object may have guarded methods, by its class or by that of its
	 * proxy target.
	 */
	static boolean mayGuard(Object object) {
		return GuardedMethods.mayGuard(object.getClass())
				|| (object instanceof Advised && GuardedMethods.mayGuard(AopProxyUtils.ultimateTargetClass(object)))
				|| (object instanceof DecoratingProxy proxy && GuardedMethods.mayGuard(proxy.getDecoratedClass()));
	}

	/**
	 * Require that Spring finds the annotations of an object, and of the targets of its
	 * proxies.
	 * @throws UnguardableMethodException if it mistakes the class for a generated one
	 */
	static void requireFound(Object object, String beanName) {
		for (Object layer : layers(object)) {
			if (isMistaken(layer)) {
				throw UnguardableMethodException.ofObstacle(
						"Bean '%s' requires approval by %s, but cannot be guarded: ".formatted(beanName,
								layer.getClass().getName()),
						"Spring ignores the annotations of a class with '$$' in its name, because those of generated classes have it; rename the class");
			}
		}
	}

	private static boolean isMistaken(Object layer) {
		return GuardedMethods.mayGuard(layer.getClass())
				&& Stream.<Class<?>>iterate(layer.getClass(), Objects::nonNull, Class::getSuperclass)
					.anyMatch((type) -> GuardedMethods.isMistaken(type) && !LockedClasses.isLocked(type));
	}

	/**
	 * Return an object and, as far as it is a proxy with a known target, its targets.
	 */
	private static List<Object> layers(Object object) {
		List<Object> layers = new ArrayList<>();
		for (Object layer = object; layer != null; layer = AopProxyUtils.getSingletonTarget(layer)) {
			layers.add(layer);
		}
		return layers;
	}

	private static Set<Class<?>> types(List<Object> layers) {
		Set<Class<?>> types = new LinkedHashSet<>();
		for (Object layer : layers) {
			types.add(ClassUtils.getUserClass(layer));
			types.add(ClassUtils.getUserClass(AopUtils.getTargetClass(layer)));
			if (layer instanceof DecoratingProxy proxy) {
				types.add(ClassUtils.getUserClass(proxy.getDecoratedClass()));
			}
			if (isMistaken(layer)) {
				types.add(layer.getClass());
			}
		}
		return types;
	}

	private static Stream<Method> callable(Object object, Set<Class<?>> types) {
		Stream<Method> ofInterfaces = Arrays.stream(object.getClass().getInterfaces())
			.filter((type) -> !isOfSpringAop(type))
			.flatMap((type) -> Arrays.stream(type.getMethods()))
			.filter((method) -> !Modifier.isStatic(method.getModifiers()));
		if (Proxy.isProxyClass(object.getClass())) {
			return ofInterfaces;
		}
		return Stream.concat(types.stream()
			.filter((type) -> type.isInstance(object))
			.flatMap((type) -> GuardedMethods.of(type).stream()), ofInterfaces);
	}

	private static boolean isOfSpringAop(Class<?> type) {
		return type.isAssignableFrom(Advised.class) || type.getPackageName().startsWith("org.springframework.aop")
				|| type == DecoratingProxy.class || type == Factory.class;
	}

	private static boolean asks(Method method, Set<Class<?>> types) {
		return types.stream().anyMatch((type) -> ApprovalAttributeSource.requiresApproval(method, type));
	}

	/**
	 * Return whether a call passes the guard on its way from the outermost proxy inwards.
	 */
	private static boolean isGuarded(List<Object> layers, Method method) {
		for (Object layer : layers) {
			if (!(layer instanceof Advised proxy)) {
				return false;
			}
			Method called = AopUtils.getMostSpecificMethod(method, ClassUtils.getUserClass(layer));
			if (GuardedMethods.isHidden(called, layer.getClass())) {
				// A proxy in another class loader does not override the method
				return false;
			}
			for (Object interceptor : DefaultAdvisorChainFactory.INSTANCE
				.getInterceptorsAndDynamicInterceptionAdvice(proxy, called, AopUtils.getTargetClass(layer))) {
				if (interceptor instanceof ApprovalMethodInterceptor) {
					return true;
				}
				if (interceptor instanceof IntroductionInterceptor introduction
						&& introduction.implementsInterface(called.getDeclaringClass())) {
					// The introduction handles the call
					return false;
				}
			}
			if (isVerifiedItself(proxy)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return whether the target of a proxy is another bean, which is verified when it is
	 * created.
	 */
	private static boolean isVerifiedItself(Advised proxy) {
		return proxy.getTargetSource().getClass().getName().startsWith(LAZY_INJECTION)
				|| (proxy.getTargetSource() instanceof AbstractBeanFactoryBasedTargetSource target
						&& target.getBeanFactory().containsBean(target.getTargetBeanName())
						&& ApprovalGuardVerifier.isOn(target.getBeanFactory()));
	}

}

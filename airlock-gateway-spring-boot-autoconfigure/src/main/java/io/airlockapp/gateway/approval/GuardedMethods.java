package io.airlockapp.gateway.approval;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;

import org.aopalliance.aop.Advice;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.Advisor;
import org.springframework.aop.Pointcut;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds the methods of a type that ask for approval, and tells which of them can't be
 * guarded.
 */
final class GuardedMethods {

	private static final List<Class<?>> NEVER_PROXIED = List.of(AopInfrastructureBean.class, Advice.class,
			Advisor.class, Pointcut.class);

	private GuardedMethods() {
	}

	/**
	 * Return the methods of a type that ask for approval.
	 * @param type the type of a bean
	 * @return the methods, whether they can be guarded or not
	 */
	static List<Method> of(Class<?> type) {
		if (!GuardedTypes.mayGuard(type)) {
			return List.of();
		}
		return Arrays.stream(ReflectionUtils.getAllDeclaredMethods(type))
			.filter((method) -> isGuarded(method, type))
			.toList();
	}

	private static boolean isGuarded(Method method, Class<?> type) {
		if (method.isSynthetic() || method.getDeclaringClass() == Object.class) {
			return false;
		}
		boolean callable = !Modifier.isPrivate(method.getModifiers()) && !Modifier.isStatic(method.getModifiers());
		return callable ? ApprovalAttributeSource.findAnnotation(method, type) != null
				: ApprovalAttributeSource.findOwnAnnotation(method) != null;
	}

	/**
	 * Require that a method can be guarded, as far as its type tells.
	 * @param method a method that asks for approval
	 * @param type the type of the bean
	 * @param beanName the name of the bean
	 * @throws UnguardableMethodException if it can't
	 */
	static void requireGuardable(Method method, Class<?> type, String beanName) {
		String obstacle = obstacle(method, type, beanName);
		if (obstacle != null) {
			throw unguardable(method, type, beanName, obstacle);
		}
	}

	static UnguardableMethodException unguardable(Method method, Class<?> type, String beanName, String obstacle) {
		return new UnguardableMethodException("%s of bean '%s' asks for approval, but can't be guarded: %s"
			.formatted(ClassUtils.getQualifiedMethodName(method, type), beanName, obstacle), null);
	}

	private static @Nullable String obstacle(Method method, Class<?> type, String beanName) {
		int modifiers = method.getModifiers();
		if (Modifier.isStatic(modifiers)) {
			return "the method is static";
		}
		if (Modifier.isPrivate(modifiers)) {
			return "the method is private";
		}
		if (Modifier.isFinal(modifiers)) {
			return "the method is final";
		}
		if (Modifier.isFinal(type.getModifiers()) && !isOfInterface(method, type)) {
			return "its class is final";
		}
		if (NEVER_PROXIED.stream().anyMatch((infrastructure) -> infrastructure.isAssignableFrom(type))
				|| beanName.endsWith(AutowireCapableBeanFactory.ORIGINAL_INSTANCE_SUFFIX)) {
			return "Spring never proxies this bean, which belongs to its infrastructure by type or name";
		}
		return AsynchronousTypes.obstacle(method, type);
	}

	private static boolean isOfInterface(Method method, Class<?> type) {
		return ClassUtils.getInterfaceMethodIfPossible(method, type).getDeclaringClass().isInterface();
	}

}

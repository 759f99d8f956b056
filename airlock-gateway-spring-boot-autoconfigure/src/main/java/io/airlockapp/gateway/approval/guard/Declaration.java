/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;

import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import org.aopalliance.intercept.MethodInvocation;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ClassUtils;

/**
 * Identifies a method of an object as declared by the author of the object's class.
 * Generated classes, such as lambda expressions and the proxies of repositories and HTTP
 * service clients, are identified by their own interface, even for inherited methods,
 * since two repositories inherit the same methods.
 *
 * @param type the class of the target, or its interface
 * @param method the method of that type
 * @param key the key, which is unique to each method of each class
 */
public record Declaration(Class<?> type, Method method, String key) {

	/**
	 * Find the declaration of a method.
	 * @param method the method
	 * @param userClass the class of the target
	 * @return the declaration
	 */
	public static Declaration of(Method method, Class<?> userClass) {
		Method specific = AopUtils.getMostSpecificMethod(method, userClass);
		// Lambda expressions of the same interface are different methods
		String key = userClass.getName() + " " + specific;
		if (!isGenerated(userClass)) {
			return new Declaration(userClass, specific, key);
		}
		Method ofInterface = ClassUtils.getInterfaceMethodIfPossible(specific, userClass);
		Class<?> type = ownInterface(ofInterface.getDeclaringClass(), userClass);
		return new Declaration(type, AopUtils.getMostSpecificMethod(ofInterface, type), key);
	}

	private static boolean isGenerated(Class<?> type) {
		return Proxy.isProxyClass(type) || ClassUtils.isLambdaClass(type);
	}

	/**
	 * Return the interface by which a generated class inherits a method of another
	 * interface: the one that extends all others, if there is one.
	 */
	private static Class<?> ownInterface(Class<?> declaring, Class<?> generated) {
		List<Class<?>> own = Arrays.<Class<?>>stream(generated.getInterfaces())
			.filter(declaring::isAssignableFrom)
			.toList();
		return own.stream()
			.filter((candidate) -> own.stream().allMatch((other) -> other.isAssignableFrom(candidate)))
			.findFirst()
			.orElse(declaring);
	}

	/**
	 * Return the class for which the guard was found for an invocation: that of the
	 * target, even if the target is another proxy.
	 * @param invocation the invocation
	 * @return the user class
	 */
	public static Class<?> userClass(MethodInvocation invocation) {
		Object target = invocation.getThis();
		if (target == null && invocation instanceof ProxyMethodInvocation ofProxy) {
			// The proxy handles the invocation without a target
			target = ofProxy.getProxy();
		}
		return (target != null) ? userClass(target) : invocation.getMethod().getDeclaringClass();
	}

	/**
	 * Return the user class of an object: the class of its proxy target, if that belongs
	 * to the application and has all interfaces of the proxy, or else the class of the
	 * object.
	 */
	private static Class<?> userClass(Object object) {
		if (object instanceof Proxy && object instanceof Advised) {
			Class<?> target = ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(object));
			boolean same = Arrays.stream(AopProxyUtils.proxiedUserInterfaces(object))
				.allMatch((type) -> type.isAssignableFrom(target));
			if (same && !isGenerated(target) && !LibraryTypes.contain(target)) {
				return target;
			}
		}
		return ClassUtils.getUserClass(object);
	}

	/**
	 * Return the name of the method with the qualified name of its class.
	 */
	public String qualifiedName() {
		return this.type.getName() + "." + MethodArguments.declaredName(this.method);
	}

	@Override
	public String toString() {
		return MethodArguments.namedType(this.type).getSimpleName() + "." + MethodArguments.declaredName(this.method);
	}

}

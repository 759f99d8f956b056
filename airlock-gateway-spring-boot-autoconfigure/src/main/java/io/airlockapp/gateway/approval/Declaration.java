package io.airlockapp.gateway.approval;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

import org.aopalliance.intercept.MethodInvocation;

import org.springframework.aop.support.AopUtils;
import org.springframework.util.ClassUtils;

/**
 * A method as its author wrote it. For objects of classes that nobody wrote, such as the
 * proxies of HTTP service clients and lambda expressions, that is in an interface.
 *
 * @param type the class of the called object, or the interface
 * @param method the method, as that type declares it
 */
record Declaration(Class<?> type, Method method) {

	/**
	 * Find the declaration of a method.
	 * @param method the method
	 * @param userClass the class of the called object
	 * @return the declaration
	 */
	static Declaration of(Method method, Class<?> userClass) {
		Method specific = AopUtils.getMostSpecificMethod(method, userClass);
		if (!Proxy.isProxyClass(userClass) && !ClassUtils.isLambdaClass(userClass)) {
			return new Declaration(userClass, specific);
		}
		Method ofInterface = ClassUtils.getInterfaceMethodIfPossible(specific, userClass);
		return new Declaration(ofInterface.getDeclaringClass(), ofInterface);
	}

	/**
	 * Return the class by which the guard was found for a call: that of the object which
	 * is called, be it another proxy.
	 * @param invocation the call
	 * @return the class as its author wrote it
	 */
	static Class<?> userClass(MethodInvocation invocation) {
		Object target = invocation.getThis();
		return (target != null) ? ClassUtils.getUserClass(target) : invocation.getMethod().getDeclaringClass();
	}

	@Override
	public String toString() {
		return TypeNames.ofDeclaring(this.type) + "." + this.method.getName();
	}

}

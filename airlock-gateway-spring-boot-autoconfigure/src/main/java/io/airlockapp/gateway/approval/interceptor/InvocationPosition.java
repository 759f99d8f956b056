package io.airlockapp.gateway.approval.interceptor;

import java.lang.reflect.Field;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.framework.ReflectiveMethodInvocation;
import org.springframework.util.Assert;
import org.springframework.util.ReflectionUtils;

/**
 * Moves an invocation back by one interceptor, for which Spring has no method. Otherwise
 * an interceptor that sets new arguments on an invocation before each {@code proceed()}
 * would run the method without approval from the second time on.
 */
public final class InvocationPosition {

	/**
	 * The name of the field, for native images.
	 */
	public static final String NAME = "currentInterceptorIndex";

	private final Field position = find();

	private static Field find() {
		Field field = ReflectionUtils.findField(ReflectiveMethodInvocation.class, NAME, int.class);
		Assert.state(field != null, "This version of Spring has no ReflectiveMethodInvocation." + NAME);
		ReflectionUtils.makeAccessible(field);
		return field;
	}

	/**
	 * Have the next {@code proceed()} call the interceptor again that is being called.
	 * @param invocation the invocation that was given to that interceptor
	 */
	void moveBack(ProxyMethodInvocation invocation) {
		Integer current = (Integer) ReflectionUtils.getField(this.position, invocation);
		Assert.state(current != null, "No position");
		ReflectionUtils.setField(this.position, invocation, current - 1);
	}

}

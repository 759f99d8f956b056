package io.airlockapp.gateway.approval.interceptor;

import java.lang.reflect.Field;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.AopInvocationException;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.framework.ReflectiveMethodInvocation;
import org.springframework.aop.interceptor.ExposeInvocationInterceptor;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Copies invocations for later use, so that the originals can't bypass the guard.
 */
final class Invocations {

	/**
	 * The key of the user attribute in which AspectJ's advice caches the join point of an
	 * invocation.
	 */
	private static final String JOIN_POINT = "org.aspectj.lang.JoinPoint";

	private static final Object GUARDED = new Object() {

		@Override
		public String toString() {
			return "(guarded)";
		}

	};

	private Invocations() {
	}

	/**
	 * Take an invocation over from the interceptors outside the guard. An invocation
	 * proceeds from its current position: a second {@code proceed()} on the original by
	 * one of these interceptors would start behind the guard. The original is therefore
	 * set back to before the guard, and receives an additional argument, by which it is
	 * recognized if it is intercepted again. If an interceptor replaces its arguments, it
	 * is a new invocation, which requires a new approval.
	 * @param invocation the invocation
	 * @param position the field by which it is set back, since Spring has no method for
	 * it
	 * @return a copy with its own argument array
	 * @throws AopInvocationException if the invocation was taken over before
	 */
	static ProxyMethodInvocation take(MethodInvocation invocation, Field position) {
		ProxyMethodInvocation original = (ProxyMethodInvocation) invocation;
		ProxyMethodInvocation copy = copy(original);
		moveBack(original, position);
		@Nullable Object[] arguments = original.getArguments();
		if (arguments.length > 0 && arguments[arguments.length - 1] == GUARDED) {
			throw new AopInvocationException(("An invocation of %s was guarded once already: "
					+ "proceed on invocableClone(), or call the method again for each subscription")
				.formatted(ClassUtils.getQualifiedMethodName(invocation.getMethod())));
		}
		@Nullable Object[] unusable = new Object[arguments.length + 1];
		System.arraycopy(arguments, 0, unusable, 0, arguments.length);
		unusable[arguments.length] = GUARDED;
		original.setArguments(unusable);
		// Advice inside the guard must not see the arguments of the original
		copy.setUserAttribute(JOIN_POINT, null);
		return copy;
	}

	static Field findPosition() {
		Field field = ReflectionUtils.findField(ReflectiveMethodInvocation.class, ApprovalMethodInterceptor.POSITION,
				int.class);
		Assert.state(field != null, "This version of Spring does not say where an invocation is");
		ReflectionUtils.makeAccessible(field);
		return field;
	}

	/**
	 * Set an invocation back, so that the next {@code proceed()} calls the guard again.
	 * Otherwise, an interceptor that sets new arguments before each {@code proceed()}
	 * would run the method without approval from the second time on.
	 */
	private static void moveBack(ProxyMethodInvocation invocation, Field position) {
		Integer current = (Integer) ReflectionUtils.getField(position, invocation);
		Assert.state(current != null, "No position");
		ReflectionUtils.setField(position, invocation, current - 1);
	}

	/**
	 * Return a copy of an invocation, which has its own argument array and proceeds
	 * independently.
	 */
	static ProxyMethodInvocation copy(ProxyMethodInvocation invocation) {
		return (ProxyMethodInvocation) invocation.invocableClone();
	}

	/**
	 * Proceed in the current thread, which may differ from the caller's, with the
	 * invocation exposed to AspectJ's advice.
	 */
	static @Nullable Object proceed(MethodInvocation invocation) throws Throwable {
		return ExposeInvocationInterceptor.INSTANCE.invoke(invocation);
	}

}

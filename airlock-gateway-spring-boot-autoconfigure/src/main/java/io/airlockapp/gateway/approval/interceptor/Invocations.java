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
 * Copies invocations for later use, so that no way past the guard remains.
 */
final class Invocations {

	/**
	 * The key under which AspectJ's advice keeps the call that it was first asked about.
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
	 * Take an invocation over from the interceptors around the guard. An invocation goes
	 * on from where it is: with the original, a second {@code proceed()} of theirs would
	 * come in behind the guard. So it is put back to before the guard, and has an
	 * argument too many from now on, by which it is known if it comes again. Whoever
	 * gives it other arguments makes another call of it, which is asked about.
	 * @param invocation the invocation
	 * @param position the field by which it is put back, for which Spring has no method
	 * @return a copy with arguments of its own
	 * @throws AopInvocationException if it was taken over before
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
		// Advice within the guard is not to see the arguments of the original
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
	 * Have the next {@code proceed()} call the guard again. Otherwise an interceptor that
	 * sets new arguments before each {@code proceed()} would run the method without
	 * approval from the second time on.
	 */
	private static void moveBack(ProxyMethodInvocation invocation, Field position) {
		Integer current = (Integer) ReflectionUtils.getField(position, invocation);
		Assert.state(current != null, "No position");
		ReflectionUtils.setField(position, invocation, current - 1);
	}

	/**
	 * Return a copy of an invocation, which proceeds by itself.
	 * @param invocation the invocation
	 * @return a copy with arguments of its own
	 */
	static ProxyMethodInvocation copy(ProxyMethodInvocation invocation) {
		return (ProxyMethodInvocation) invocation.invocableClone();
	}

	/**
	 * Proceed in the current thread, which may be another than the caller's, with what
	 * AspectJ's advice expects to find in it.
	 * @param invocation the invocation
	 * @return what it returns
	 * @throws Throwable what it throws
	 */
	static @Nullable Object proceed(MethodInvocation invocation) throws Throwable {
		return ExposeInvocationInterceptor.INSTANCE.invoke(invocation);
	}

}

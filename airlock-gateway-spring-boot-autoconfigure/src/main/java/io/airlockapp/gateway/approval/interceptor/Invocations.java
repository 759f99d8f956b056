package io.airlockapp.gateway.approval.interceptor;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.AopInvocationException;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.interceptor.ExposeInvocationInterceptor;
import org.springframework.util.ClassUtils;

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
	 * @param position moves it back
	 * @return a copy with arguments of its own
	 * @throws AopInvocationException if it was taken over before
	 */
	static ProxyMethodInvocation take(MethodInvocation invocation, InvocationPosition position) {
		ProxyMethodInvocation original = (ProxyMethodInvocation) invocation;
		ProxyMethodInvocation copy = copy(original);
		position.moveBack(original);
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

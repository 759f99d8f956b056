package io.airlockapp.gateway.approval.interceptor;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.ReflectiveMethodInvocation;
import org.springframework.aop.interceptor.ExposeInvocationInterceptor;

/**
 * Invocation of the interceptors inside the guard, and of the method. It has its own
 * argument array, which nobody outside the guard can change.
 */
final class InnerInvocation extends ReflectiveMethodInvocation {

	/**
	 * The key of the user attribute in which AspectJ's advice caches the join point of an
	 * invocation.
	 */
	private static final String JOIN_POINT = "org.aspectj.lang.JoinPoint";

	private final GuardedChain chain;

	InnerInvocation(GuardedChain chain, Object proxy, @Nullable Object target, Method method,
			@Nullable Object[] arguments) {
		super(proxy, target, method, arguments.clone(), GuardedChain.targetClass(target), chain.inside());
		this.chain = chain;
	}

	InnerInvocation(ReflectiveMethodInvocation invocation, GuardedChain chain) {
		this(chain, invocation.getProxy(), invocation.getThis(), invocation.getMethod(), invocation.getArguments());
		invocation.getUserAttributes().forEach((key, value) -> {
			// Advice inside the guard must not see the arguments of the other invocation
			if (!JOIN_POINT.equals(key)) {
				setUserAttribute(key, value);
			}
		});
	}

	/**
	 * Return a copy that can be started independently.
	 */
	InnerInvocation copy() {
		return new InnerInvocation(this, this.chain);
	}

	/**
	 * Call the interceptors inside the guard, and the method, in the current thread,
	 * which may differ from the caller's. The invocation is exposed to AspectJ's advice.
	 */
	@Nullable Object start() throws Throwable {
		return ExposeInvocationInterceptor.INSTANCE.invoke(this);
	}

	@Override
	protected @Nullable Object invokeJoinpoint() throws Throwable {
		MethodPermit permit = MethodPermit.grant(getThis(), getMethod());
		try {
			return super.invokeJoinpoint();
		}
		finally {
			permit.revoke();
		}
	}

}

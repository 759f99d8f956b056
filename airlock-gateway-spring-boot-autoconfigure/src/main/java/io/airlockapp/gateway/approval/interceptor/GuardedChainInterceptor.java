package io.airlockapp.gateway.approval.interceptor;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.ProxyMethodInvocation;

/**
 * Takes the invocations of a guarded method over from Spring, as the outermost
 * interceptor of the proxy. Spring's invocations proceed from a position that each
 * {@code proceed()} moves on, so that an interceptor outside the guard could move one
 * past it. The interceptors of the application receive an {@link OuterInvocation}
 * instead.
 */
public final class GuardedChainInterceptor implements MethodInterceptor {

	private volatile @Nullable GuardedChain chain;

	GuardedChainInterceptor() {
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		OuterInvocation outer = takeOver((ProxyMethodInvocation) invocation);
		// Virtual threads that wait keep each frame of the stack
		return (outer.first() instanceof ApprovalMethodInterceptor guard) ? guard.invoke(outer) : outer.proceed();
	}

	private OuterInvocation takeOver(ProxyMethodInvocation invocation) {
		GuardedChain chain = this.chain;
		if (chain == null) {
			chain = GuardedChain.of(invocation.getProxy(), invocation.getMethod(), invocation.getThis());
			this.chain = chain;
		}
		return new OuterInvocation(invocation, chain);
	}

}

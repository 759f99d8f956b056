package io.airlockapp.gateway.approval.interceptor;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.util.ClassUtils;

/**
 * Intercepts invocations of guarded methods, and handles each according to the return
 * type of its method.
 */
public final class ApprovalMethodInterceptor implements MethodInterceptor {

	private final InvocationAdapters adapters;

	ApprovalMethodInterceptor(InvocationAdapters adapters) {
		this.adapters = adapters;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		if (!(invocation instanceof OuterInvocation outer)) {
			// Spring moves the invocation on with each proceed(). If an interceptor
			// repeats
			// it, it arrives at the method, and must not fit
			((ProxyMethodInvocation) invocation).setArguments(new Object[invocation.getArguments().length + 1]);
			throw new InvalidApprovalUsageException(
					"%s does not run, since its proxy is not a bean, so that nothing keeps interceptors from passing the guard"
						.formatted(ClassUtils.getQualifiedMethodName(invocation.getMethod())),
					null);
		}
		return this.adapters.of(outer).answer(outer.toInner());
	}

}

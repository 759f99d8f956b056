package io.airlockapp.gateway.approval.interceptor;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Intercepts guarded calls and handles each in the style of its method.
 */
public final class ApprovalMethodInterceptor implements MethodInterceptor {

	private final CallStyles styles;

	private final InvocationPosition position = new InvocationPosition();

	ApprovalMethodInterceptor(CallStyles styles) {
		this.styles = styles;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		return this.styles.of(invocation).answer(Invocations.take(invocation, this.position));
	}

}

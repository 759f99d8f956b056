package io.airlockapp.gateway.approval.interceptor;

import java.lang.reflect.Field;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Intercepts invocations of guarded methods, and handles each according to the return
 * type of its method.
 */
public final class ApprovalMethodInterceptor implements MethodInterceptor {

	/**
	 * The name of the field that holds the position of an invocation in its interceptor
	 * chain, for native images.
	 */
	public static final String POSITION = "currentInterceptorIndex";

	private final InvocationAdapters styles;

	private final Field position = Invocations.findPosition();

	ApprovalMethodInterceptor(InvocationAdapters styles) {
		this.styles = styles;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		return this.styles.of(invocation).answer(Invocations.take(invocation, this.position));
	}

}

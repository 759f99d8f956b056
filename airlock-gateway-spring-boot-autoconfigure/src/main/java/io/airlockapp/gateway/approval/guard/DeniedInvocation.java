package io.airlockapp.gateway.approval.guard;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Method;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Invocation that must not run, for use by denial handlers: it provides the method and
 * the arguments, and cannot proceed.
 */
final class DeniedInvocation implements MethodInvocation {

	private final MethodInvocation invocation;

	DeniedInvocation(MethodInvocation invocation) {
		this.invocation = invocation;
	}

	@Override
	public Method getMethod() {
		return this.invocation.getMethod();
	}

	@Override
	public @Nullable Object[] getArguments() {
		return this.invocation.getArguments();
	}

	@Override
	public @Nullable Object getThis() {
		return this.invocation.getThis();
	}

	@Override
	public AccessibleObject getStaticPart() {
		return this.invocation.getStaticPart();
	}

	@Override
	public Object proceed() {
		throw new IllegalStateException("The call is not approved, so it cannot proceed");
	}

}

package io.airlockapp.gateway.approval.interceptor;

import java.util.concurrent.atomic.AtomicReference;

import io.airlockapp.gateway.ApprovalDeniedException;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.framework.ReflectiveMethodInvocation;

/**
 * Invocation of the interceptors outside the guard, and of the guard. Each
 * {@code proceed()} calls the next interceptor with an invocation of its own, however
 * often and in however many threads it is called. What is inside the guard can't be
 * reached from it.
 */
final class OuterInvocation extends ReflectiveMethodInvocation {

	private final GuardedChain chain;

	/**
	 * The denial of this invocation, if any. Clones share it, so that nobody is asked
	 * again however an interceptor repeats the invocation.
	 */
	private final AtomicReference<@Nullable ApprovalDeniedException> denial = new AtomicReference<>();

	/**
	 * The invocation that proceeded with this one.
	 */
	private @Nullable OuterInvocation previous;

	OuterInvocation(ProxyMethodInvocation invocation, GuardedChain chain) {
		super(invocation.getProxy(), invocation.getThis(), invocation.getMethod(), invocation.getArguments(),
				GuardedChain.targetClass(invocation.getThis()), chain.outside());
		this.chain = chain;
	}

	/**
	 * Create the guard's own invocation, which has its own argument array.
	 */
	InnerInvocation toInner() {
		return new InnerInvocation(this, this.chain, this.denial);
	}

	/**
	 * Return the first interceptor.
	 */
	Object first() {
		return this.chain.outside().get(0);
	}

	@Override
	public @Nullable Object proceed() throws Throwable {
		OuterInvocation next = (OuterInvocation) super.invocableClone(getArguments());
		next.previous = this;
		return next.proceedOnce();
	}

	/**
	 * Move this invocation to its interceptor, and call it. Nobody else has this
	 * invocation yet.
	 */
	private @Nullable Object proceedOnce() throws Throwable {
		return super.proceed();
	}

	@Override
	protected Object invokeJoinpoint() {
		throw new IllegalStateException("The call is not approved, so it can't proceed");
	}

	/**
	 * Set the arguments, also for the interceptors further outside, which would have the
	 * same invocation without a guard.
	 */
	@Override
	public void setArguments(@Nullable Object... arguments) {
		super.setArguments(arguments);
		if (this.previous != null) {
			this.previous.setArguments(arguments);
		}
	}

	@Override
	public MethodInvocation invocableClone(@Nullable Object... arguments) {
		OuterInvocation clone = (OuterInvocation) super.invocableClone(arguments);
		clone.previous = null;
		return clone;
	}

}

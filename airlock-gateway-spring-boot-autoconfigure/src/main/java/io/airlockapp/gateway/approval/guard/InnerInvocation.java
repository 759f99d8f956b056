/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;

import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.snapshot.AsynchronousTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.ReflectiveMethodInvocation;
import org.springframework.aop.interceptor.ExposeInvocationInterceptor;
import org.springframework.util.ClassUtils;

/**
 * Invocation of the interceptors inside the guard, and of the method. It has its own
 * argument array, which nobody outside the guard can change. The method starts once,
 * however often and in however many threads the interceptors proceed.
 */
final class InnerInvocation extends ReflectiveMethodInvocation {

	/**
	 * The key of the user attribute in which AspectJ's advice caches the join point of an
	 * invocation.
	 */
	private static final String JOIN_POINT = "org.aspectj.lang.JoinPoint";

	private final ApprovalAttribute attribute;

	private final List<Object> inside;

	/**
	 * Whether the method was started. Clones share it.
	 */
	private final AtomicBoolean started = new AtomicBoolean();

	/**
	 * The denial of the invocation that this one belongs to, if any.
	 */
	private final AtomicReference<@Nullable ApprovalDeniedException> denial;

	private BiFunction<InnerInvocation, @Nullable Object, @Nullable Object> result = InnerInvocation::requireNotReactive;

	private Runnable lastCheck = () -> {
	};

	/**
	 * Create an invocation.
	 * @param attribute the attributes of the guard
	 * @param inside the interceptors inside the guard
	 */
	InnerInvocation(ApprovalAttribute attribute, List<Object> inside, Object proxy, @Nullable Object target,
			Method method, @Nullable Object[] arguments) {
		this(attribute, inside, proxy, target, method, arguments, new AtomicReference<>());
	}

	InnerInvocation(ApprovalAttribute attribute, List<Object> inside, Object proxy, @Nullable Object target,
			Method method, @Nullable Object[] arguments, AtomicReference<@Nullable ApprovalDeniedException> denial) {
		super(proxy, target, method, arguments.clone(), GuardedChain.targetClass(target), inside);
		this.attribute = attribute;
		this.inside = inside;
		this.denial = denial;
	}

	/**
	 * Add the user attributes of another invocation.
	 * @return this invocation
	 */
	InnerInvocation withUserAttributes(ReflectiveMethodInvocation invocation) {
		invocation.getUserAttributes().forEach((key, value) -> {
			// Advice inside the guard must not see the arguments of the other invocation
			if (!JOIN_POINT.equals(key)) {
				setUserAttribute(key, value);
			}
		});
		return this;
	}

	/**
	 * Return the attributes of the guard.
	 */
	ApprovalAttribute attribute() {
		return this.attribute;
	}

	/**
	 * Return a copy that can be denied and started independently.
	 * @param result the function that is applied to the copy and the result of its
	 * method, before the interceptors inside the guard receive it
	 */
	InnerInvocation copy(BiFunction<InnerInvocation, @Nullable Object, @Nullable Object> result) {
		InnerInvocation copy = new InnerInvocation(this.attribute, this.inside, getProxy(), getThis(), getMethod(),
				getArguments());
		copy.result = result;
		return copy.withUserAttributes(this);
	}

	/**
	 * Record that a person denied the invocation.
	 */
	void denied(ApprovalDeniedException ex) {
		this.denial.set(ex);
	}

	/**
	 * Return the denial of this invocation, or of an earlier one that an interceptor
	 * outside the guard proceeded to within the same invocation.
	 */
	@Nullable ApprovalDeniedException findDenial() {
		return this.denial.get();
	}

	/**
	 * Return whether there are interceptors inside the guard.
	 */
	boolean isIntercepted() {
		return !this.inside.isEmpty();
	}

	/**
	 * Call the interceptors inside the guard, and the method, in the current thread,
	 * which may differ from the caller's. The invocation is exposed to AspectJ's advice.
	 * @param lastCheck the check directly before the method, after the interceptors
	 * inside the guard, which may have waited for a transaction
	 */
	@Nullable Object start(Runnable lastCheck) throws Throwable {
		this.lastCheck = lastCheck;
		return isIntercepted() ? ExposeInvocationInterceptor.INSTANCE.invoke(this) : super.proceed();
	}

	/**
	 * Repeat the last check, for what the method starts later.
	 */
	void check() {
		this.lastCheck.run();
	}

	/**
	 * Take the only start of the method, to start it, or so that it cannot start any
	 * more, also in another thread, since an interceptor inside the guard failed or
	 * returned before.
	 * @return {@code false} if the method was started before
	 */
	boolean take() {
		return this.started.compareAndSet(false, true);
	}

	@Override
	protected @Nullable Object invokeJoinpoint() throws Throwable {
		check();
		if (!take()) {
			throw startedAgain(getMethod());
		}
		return MethodPermit.around(getThis(), getMethod(), () -> this.result.apply(this, super.invokeJoinpoint()));
	}

	/**
	 * Refuse a result that each subscription would start again, if the return type does
	 * not declare it. Nothing has subscribed to it yet.
	 */
	private static @Nullable Object requireNotReactive(InnerInvocation invocation, @Nullable Object result) {
		if (result != null && AsynchronousTypes.isReactive(result.getClass())) {
			throw new InvalidApprovalUsageException(
					("%s does not return its %s, because an approval permits one start, and each subscription would be "
							+ "another. Declare a return type such as Mono or Flux")
						.formatted(ClassUtils.getQualifiedMethodName(invocation.getMethod()),
								result.getClass().getName()),
					null);
		}
		return result;
	}

	/**
	 * Create the exception for whatever starts a method for the second time.
	 */
	static InvalidApprovalUsageException startedAgain(Method method) {
		return new InvalidApprovalUsageException(
				("%s is not started again, because an approval permits one start. An interceptor inside the guard "
						+ "repeated it: give that interceptor an order below 'airlock.gateway.approval.order', so that "
						+ "each attempt requires an approval of its own")
					.formatted(ClassUtils.getQualifiedMethodName(method)),
				null);
	}

}

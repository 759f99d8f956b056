/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.RequesterSource;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.snapshot.UnreadableTypes;
import io.airlockapp.gateway.approval.snapshot.AsynchronousTypes;
import io.airlockapp.gateway.approval.guard.GuardedChain.OuterInvocation;
import io.airlockapp.gateway.exchange.ApprovalTaskExecutor;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.MethodClassKey;
import org.springframework.core.ReactiveAdapter;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * Intercepts invocations of guarded methods, and handles each according to the return
 * type of its method: the caller does not wait if it is a future or a publisher.
 */
public final class ApprovalMethodInterceptor implements MethodInterceptor {

	private final Map<MethodClassKey, GuardedMethod> methods = new ConcurrentHashMap<>();

	private final ApprovalAttributeSource attributes;

	private final GuardedInvocationExecutor guard;

	private final AsyncInvocations asyncInvocations;

	private final Supplier<@Nullable RequesterSource> requesterSource;

	ApprovalMethodInterceptor(ApprovalAttributeSource attributes, GuardedInvocationExecutor guard,
			Supplier<ApprovalTaskExecutor> threads, Supplier<@Nullable RequesterSource> requesterSource) {
		this.attributes = attributes;
		this.guard = guard;
		this.asyncInvocations = new AsyncInvocations(guard, threads);
		this.requesterSource = requesterSource;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		if (!(invocation instanceof OuterInvocation outer)) {
			// Spring moves the invocation on with each proceed(). If an interceptor
			// repeats it, it arrives at the method, and must not fit
			((ProxyMethodInvocation) invocation).setArguments(new Object[invocation.getArguments().length + 1]);
			throw new InvalidApprovalUsageException(
					"%s does not run, because its proxy is not a bean, so that nothing keeps interceptors from passing the guard"
						.formatted(ClassUtils.getQualifiedMethodName(invocation.getMethod())));
		}
		Class<?> targetClass = Declaration.userClass(outer);
		GuardedMethod method = this.methods.computeIfAbsent(new MethodClassKey(outer.getMethod(), targetClass),
				(key) -> inspect(outer.getMethod(), targetClass));
		return method.adapter().invoke(outer.toInner(method.attribute()));
	}

	private GuardedMethod inspect(Method called, Class<?> targetClass) {
		ApprovalAttribute attribute = this.attributes.find(called, targetClass);
		Assert.state(attribute != null, () -> "%s is guarded, but has no @RequiresAirlockApproval"
			.formatted(Declaration.of(called, targetClass).qualifiedName()));
		Method method = AopUtils.getMostSpecificMethod(called, targetClass);
		String obstacle = UnreadableTypes.find(method, targetClass);
		if (obstacle != null) {
			throw UnguardableMethodException.ofObstacle(
					"%s cannot be guarded: ".formatted(Declaration.of(method, targetClass).qualifiedName()), obstacle);
		}
		return new GuardedMethod(attribute, createAdapter(GenericTypeResolver.resolveReturnType(method, targetClass)));
	}

	private InvocationAdapter createAdapter(Class<?> returnType) {
		if (AsynchronousTypes.isFuture(returnType)) {
			return (invocation) -> this.asyncInvocations.follow(invocation, Caller.inThread(this.requesterSource));
		}
		ReactiveAdapter adapter = AsynchronousTypes.isAsynchronous(returnType) ? AsynchronousTypes.adapter(returnType)
				: null;
		return (adapter != null) ? new ReactiveInvocationAdapter(this.asyncInvocations, this.requesterSource, adapter)
				: (invocation) -> this.guard.run(invocation, Caller.inThread(this.requesterSource));
	}

	/**
	 * Holds what is known of a guarded method.
	 */
	private record GuardedMethod(ApprovalAttribute attribute, InvocationAdapter adapter) {
	}

	/**
	 * Strategy interface for returning the result of a guarded method to its caller,
	 * depending on the return type of the method.
	 */
	@FunctionalInterface
	interface InvocationAdapter {

		/**
		 * Handle an invocation, and return a result of the method's return type.
		 * @param invocation the guard's own copy of the invocation
		 * @return the immediate result for the caller
		 * @throws Throwable if the caller receives an exception immediately
		 */
		@Nullable Object invoke(InnerInvocation invocation) throws Throwable;

	}

}

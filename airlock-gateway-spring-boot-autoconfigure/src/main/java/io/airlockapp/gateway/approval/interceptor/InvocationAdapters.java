package io.airlockapp.gateway.approval.interceptor;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.airlockapp.gateway.approval.RequesterSource;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.snapshot.SignatureChecks;
import io.airlockapp.gateway.approval.snapshot.AsynchronousTypes;
import io.airlockapp.gateway.approval.method.Declaration;
import io.airlockapp.gateway.exchange.ApprovalTaskExecutor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodClassKey;
import org.springframework.core.ReactiveAdapter;

/**
 * Selects the {@link InvocationAdapter} of a method: the caller does not wait if the
 * method returns a future or a publisher.
 */
final class InvocationAdapters {

	private final Map<MethodClassKey, InvocationAdapter> cache = new ConcurrentHashMap<>();

	private final InvocationAdapter blocking;

	private final InvocationAdapter futures;

	private final AsyncInvocations asyncInvocations;

	private final Supplier<@Nullable RequesterSource> requesterSource;

	InvocationAdapters(GuardedInvocationExecutor guard, Supplier<ApprovalTaskExecutor> threads,
			Supplier<@Nullable RequesterSource> requesterSource) {
		this.asyncInvocations = new AsyncInvocations(guard, threads);
		this.requesterSource = requesterSource;
		this.blocking = (invocation) -> guard.run(invocation, Caller.inThread(requesterSource));
		this.futures = new FutureInvocationAdapter(this.asyncInvocations, requesterSource);
	}

	InvocationAdapter of(MethodInvocation invocation) {
		Class<?> targetClass = Declaration.userClass(invocation);
		return this.cache.computeIfAbsent(new MethodClassKey(invocation.getMethod(), targetClass),
				(key) -> choose(invocation.getMethod(), targetClass));
	}

	private InvocationAdapter choose(Method called, Class<?> targetClass) {
		Method method = AopUtils.getMostSpecificMethod(called, targetClass);
		String obstacle = SignatureChecks.find(method, targetClass);
		if (obstacle != null) {
			throw new UnguardableMethodException(
					"%s can't be guarded: %s".formatted(Declaration.of(method, targetClass).qualifiedName(), obstacle),
					null);
		}
		Class<?> returnType = AsynchronousTypes.returnType(method, targetClass);
		if (AsynchronousTypes.isFuture(returnType)) {
			return this.futures;
		}
		ReactiveAdapter adapter = AsynchronousTypes.isAsynchronous(returnType) ? AsynchronousTypes.adapter(returnType)
				: null;
		return (adapter != null) ? new ReactiveInvocationAdapter(this.asyncInvocations, this.requesterSource, adapter)
				: this.blocking;
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
		@Nullable Object answer(InnerInvocation invocation) throws Throwable;

	}

}

package io.airlockapp.gateway.approval.interceptor;

import java.lang.reflect.Method;

import io.airlockapp.gateway.approval.argument.type.AsynchronousTypes;
import io.airlockapp.gateway.approval.method.ApprovalAttributeSource;
import io.airlockapp.gateway.approval.method.GuardedMethods;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.interceptor.ExposeInvocationInterceptor;
import org.springframework.aop.support.StaticMethodMatcherPointcutAdvisor;
import org.springframework.core.Ordered;
import org.springframework.core.ReactiveAdapter;

/**
 * Creates a separate invocation for each subscriber of a guarded method. Spring
 * Security's reactive interceptors proceed with the same invocation at each subscription.
 * If two subscribe at the same time, one moves the invocation on to the guard, and the
 * other past it. Needs Reactor.
 */
@SuppressWarnings("serial")
public final class ApprovalSubscriptionAdvisor extends StaticMethodMatcherPointcutAdvisor {

	/**
	 * Create an advisor, which is outside of authorization.
	 */
	public ApprovalSubscriptionAdvisor() {
		setAdvice((MethodInterceptor) ApprovalSubscriptionAdvisor::invoke);
		setClassFilter(GuardedMethods::mayGuard);
		setOrder(Ordered.HIGHEST_PRECEDENCE + 10);
	}

	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		return ApprovalAttributeSource.requiresApproval(method, targetClass);
	}

	private static @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Class<?> type = invocation.getMethod().getReturnType();
		ReactiveAdapter adapter = AsynchronousTypes.isFuture(type) ? null : AsynchronousTypes.adapter(type);
		if (adapter == null) {
			return invocation.proceed();
		}
		ProxyMethodInvocation original = (ProxyMethodInvocation) invocation;
		return adapter.fromPublisher(adapter.isMultiValue() ? Flux.defer(() -> subscribe(original, adapter))
				: Mono.defer(() -> Mono.from(subscribe(original, adapter))));
	}

	private static Publisher<?> subscribe(ProxyMethodInvocation invocation, ReactiveAdapter adapter) {
		try {
			return adapter.toPublisher(ExposeInvocationInterceptor.INSTANCE.invoke(Invocations.copy(invocation)));
		}
		catch (Throwable ex) {
			return Mono.error(ex);
		}
	}

}

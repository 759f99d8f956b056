package io.airlockapp.gateway.approval.interceptor;

import io.airlockapp.gateway.approval.argument.type.AsynchronousTypes;
import io.airlockapp.gateway.approval.method.ApprovalAttributeSource;
import io.airlockapp.gateway.approval.method.GuardedMethodPointcut;
import org.aopalliance.aop.Advice;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.aop.Pointcut;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.support.AbstractPointcutAdvisor;
import org.springframework.core.Ordered;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.env.PropertyResolver;

/**
 * Creates a separate invocation for each subscriber of a guarded method. Spring
 * Security's reactive interceptors proceed with the same invocation at each subscription.
 * From the second subscription on it would be used up, and the call would be refused
 * without a request for approval. Needs Reactor.
 */
@SuppressWarnings("serial")
public final class ApprovalSubscriptionAdvisor extends AbstractPointcutAdvisor {

	private final transient Pointcut pointcut;

	private final transient Advice advice = (MethodInterceptor) ApprovalSubscriptionAdvisor::invoke;

	/**
	 * Create an advisor, which is outside of authorization.
	 * @param placeholders resolves placeholders in attributes of the annotation
	 */
	public ApprovalSubscriptionAdvisor(PropertyResolver placeholders) {
		this.pointcut = new GuardedMethodPointcut(new ApprovalAttributeSource(placeholders));
		setOrder(Ordered.HIGHEST_PRECEDENCE + 10);
	}

	@Override
	public Pointcut getPointcut() {
		return this.pointcut;
	}

	@Override
	public Advice getAdvice() {
		return this.advice;
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
			return adapter.toPublisher(Invocations.proceed(Invocations.copy(invocation)));
		}
		catch (Throwable ex) {
			return Mono.error(ex);
		}
	}

}

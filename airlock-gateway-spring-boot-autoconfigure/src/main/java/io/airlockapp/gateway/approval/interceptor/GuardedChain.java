package io.airlockapp.gateway.approval.interceptor;

import java.lang.reflect.Method;
import java.util.List;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.DefaultAdvisorChainFactory;
import org.springframework.util.ClassUtils;

/**
 * Holds the interceptors of a guarded method of a proxy, divided by the guard.
 *
 * @param outside the interceptors from the outermost one to the guard, which is the last
 * @param inside the interceptors between the guard and the method
 */
record GuardedChain(List<Object> outside, List<Object> inside) {

	/**
	 * Return the chain of a method.
	 * @param proxy the proxy
	 * @param method the method
	 * @param target the target of the proxy, or {@code null} if it has none
	 * @throws InvalidApprovalUsageException if the method has no guard, or if an
	 * interceptor precedes the {@link GuardedChainInterceptor}
	 */
	static GuardedChain of(Object proxy, Method method, @Nullable Object target) {
		List<Object> all = (proxy instanceof Advised advised) ? DefaultAdvisorChainFactory.INSTANCE
			.getInterceptorsAndDynamicInterceptionAdvice(advised, method, targetClass(target)) : List.of();
		if (!all.isEmpty() && all.get(0) instanceof GuardedChainInterceptor) {
			for (int i = 1; i < all.size(); i++) {
				if (all.get(i) instanceof ApprovalMethodInterceptor) {
					return new GuardedChain(List.copyOf(all.subList(1, i + 1)),
							List.copyOf(all.subList(i + 1, all.size())));
				}
			}
		}
		throw new InvalidApprovalUsageException("%s does not run, since its guard was removed from the proxy"
			.formatted(ClassUtils.getQualifiedMethodName(method)), null);
	}

	static @Nullable Class<?> targetClass(@Nullable Object target) {
		return (target != null) ? target.getClass() : null;
	}

}

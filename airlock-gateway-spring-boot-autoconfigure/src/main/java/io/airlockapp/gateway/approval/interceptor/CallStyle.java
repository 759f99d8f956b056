package io.airlockapp.gateway.approval.interceptor;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.ProxyMethodInvocation;

/**
 * How a caller waits for a guarded method, by what the method returns.
 */
@FunctionalInterface
interface CallStyle {

	/**
	 * Answer a call with what the method's return type is for.
	 * @param invocation the call, which only the guard has
	 * @return what the caller gets at once
	 * @throws Throwable what the caller gets at once instead
	 */
	@Nullable Object answer(ProxyMethodInvocation invocation) throws Throwable;

}

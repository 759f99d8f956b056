package io.airlockapp.gateway.approval.interceptor;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.ProxyMethodInvocation;

/**
 * Strategy interface for the way in which a caller waits for a guarded method, depending
 * on the return type of the method.
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

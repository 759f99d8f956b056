/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval;

import io.airlockapp.gateway.AirlockGatewayException;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Strategy interface for handling an invocation that must not run, in place of the
 * method.
 */
@FunctionalInterface
public interface ApprovalDenialHandler {

	/**
	 * Handle an invocation that must not run. The method does not run, whatever this
	 * handler does. For a method that returns a future or a reactive type, the handler is
	 * called in the thread that waited, or in that of the caller if the invocation was
	 * refused before. Its result can be a plain value, a future of one, or, for a
	 * reactive type, a publisher. If the method cannot return the result, the denial is
	 * thrown instead.
	 * @param invocation the denied invocation, which cannot proceed
	 * @param denial the reason for the denial
	 * @return the result for the caller, in place of the method's result
	 */
	@Nullable Object handle(MethodInvocation invocation, AirlockGatewayException denial);

	/**
	 * Return a handler that throws the exception. This is the default.
	 * @return the handler
	 */
	static ApprovalDenialHandler throwing() {
		return (invocation, denial) -> {
			throw denial;
		};
	}

}

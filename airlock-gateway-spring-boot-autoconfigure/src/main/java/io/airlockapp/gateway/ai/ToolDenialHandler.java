/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.ai;

import java.lang.reflect.Method;
import java.time.Duration;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDeniedByPolicyException;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalHaltedException;
import io.airlockapp.gateway.ApprovalPendingException;
import io.airlockapp.gateway.ApprovalResult;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.ApprovalWithdrawnException;
import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.MethodStartedException;
import io.airlockapp.gateway.approval.ApprovalDenialHandler;
import io.airlockapp.gateway.approval.snapshot.AsynchronousTypes;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;

/**
 * Replaces the message in the exceptions of guarded methods that Spring AI invoked by a
 * text for the model, since Spring AI and MCP servers send the message to the model. The
 * exception has the same type, except for that of a missing consent, and the original one
 * is suppressed in it.
 *
 * @param delegate the handler of the denials of all methods; the message of denials of
 * tools is replaced before
 */
public record ToolDenialHandler(ApprovalDenialHandler delegate) implements ApprovalDenialHandler {

	@Override
	public @Nullable Object handle(MethodInvocation invocation, AirlockGatewayException denial) {
		Object target = invocation.getThis();
		Class<?> type = (target != null) ? AopUtils.getTargetClass(target) : invocation.getMethod().getDeclaringClass();
		Method method = AopUtils.getMostSpecificMethod(invocation.getMethod(), type);
		boolean called = !ToolCallers.find(method, type).isEmpty();
		// The stack contains nothing of those who subscribe to a publisher
		boolean awaited = AsynchronousTypes.isAsynchronous(method.getReturnType());
		if (!called && !(ToolMethods.isTool(method) && (awaited || ToolCallers.isInTool()))) {
			return this.delegate.handle(invocation, denial);
		}
		boolean whole = awaited || (called && ToolCallers.isCalledObject(type));
		AirlockGatewayException reworded = reword(denial,
				whole ? ToolDenialText.of(denial) : ToolDenialText.ofStep(denial));
		// Not as the cause, since MCP servers send its message, too
		reworded.addSuppressed(denial);
		return this.delegate.handle(invocation, reworded);
	}

	private static AirlockGatewayException reword(AirlockGatewayException denial, String text) {
		return switch (ApprovalResult.of(denial)) {
			case POLICY -> {
				ApprovalDeniedByPolicyException denied = (ApprovalDeniedByPolicyException) denial;
				yield new ApprovalDeniedByPolicyException(text, denied.getPolicyId(), denied.getExpiresAt());
			}
			case DENIED -> new ApprovalDeniedException(text, denial.getRequestId(),
					((ApprovalDeniedException) denial).getReason());
			case TIMEOUT -> new ApprovalTimeoutException(text, denial.getRequestId());
			case UNVERIFIED -> new ApprovalVerificationException(text, denial.getRequestId(), null);
			case INVALID_USAGE -> (denial instanceof MethodStartedException) ? new MethodStartedException(text)
					: new InvalidApprovalUsageException(text);
			case HALTED -> new ApprovalHaltedException(text, denial.getRequestId(),
					((ApprovalHaltedException) denial).getReason());
			case PENDING -> new ApprovalPendingException(text);
			case APPROVED, UNAVAILABLE -> unavailable(denial, text);
		};
	}

	private static AirlockGatewayException unavailable(AirlockGatewayException denial, String text) {
		String requestId = denial.getRequestId();
		Duration retryAfter = denial.getRetryAfter();
		if (denial instanceof ApprovalWithdrawnException && requestId != null) {
			return new ApprovalWithdrawnException(text, requestId);
		}
		if (denial instanceof IdentityUnavailableException) {
			return new IdentityUnavailableException(text, null);
		}
		return (retryAfter != null && requestId == null) ? new ApprovalUnavailableException(text, retryAfter)
				: new ApprovalUnavailableException(text, requestId, null);
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.ai;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDeniedByPolicyException;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalHaltedException;
import io.airlockapp.gateway.ApprovalPendingException;
import io.airlockapp.gateway.ApprovalResult;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.ApprovalDenialHandler;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the message in the exceptions of guarded methods whose result is for a model
 * by a text for the model, since Spring AI and MCP servers send the message to the model.
 * The exception has the same type, except for subclasses that concern operators only. The
 * original exception is suppressed in it.
 *
 * @param delegate the handler of the denials of all methods; the message of denials of
 * tools is replaced before
 */
public record ToolDenialHandler(ApprovalDenialHandler delegate) implements ApprovalDenialHandler {

	@Override
	public @Nullable Object handle(MethodInvocation invocation, AirlockGatewayException denial) {
		return this.delegate.handle(invocation, ToolMethods.isTool(invocation) ? withTextForModel(denial) : denial);
	}

	private static AirlockGatewayException withTextForModel(AirlockGatewayException denial) {
		AirlockGatewayException reworded = reword(denial, ToolDenialText.of(denial));
		// Not as the cause, since MCP servers send its message, too
		reworded.addSuppressed(denial);
		return reworded;
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
			case INVALID_USAGE -> new InvalidApprovalUsageException(text, null);
			case HALTED -> new ApprovalHaltedException(text, denial.getRequestId(),
					((ApprovalHaltedException) denial).getReason());
			case PENDING -> new ApprovalPendingException(text);
			case APPROVED, UNAVAILABLE -> new ApprovalUnavailableException(text, denial.getRequestId(), null);
		};
	}

}

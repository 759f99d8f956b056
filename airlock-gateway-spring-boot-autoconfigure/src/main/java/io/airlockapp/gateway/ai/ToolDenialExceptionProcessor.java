/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.ai;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.support.Causes;

import org.springframework.ai.tool.execution.ToolExecutionException;
import org.springframework.ai.tool.execution.ToolExecutionExceptionProcessor;

/**
 * Processor of tool execution exceptions that returns a text for the model if a tool
 * called a guarded method that did not run. The delegate processes all exceptions other
 * than {@link ToolMessageException} first: exceptions that it throws are propagated, and
 * its result is used for exceptions that are not denials.
 *
 * @param delegate the processor that processes all exceptions first
 */
public record ToolDenialExceptionProcessor(
		ToolExecutionExceptionProcessor delegate) implements ToolExecutionExceptionProcessor {

	@Override
	public String process(ToolExecutionException exception) {
		if (exception.getCause() instanceof ToolMessageException message) {
			// Not an error, and nothing that the delegate could throw may hide it
			return String.valueOf(message.getMessage());
		}
		String result = this.delegate.process(exception);
		for (Throwable cause : Causes.of(exception)) {
			if (cause instanceof AirlockGatewayException denial) {
				return ToolDenialText.ofFailure(denial);
			}
		}
		return result;
	}

}

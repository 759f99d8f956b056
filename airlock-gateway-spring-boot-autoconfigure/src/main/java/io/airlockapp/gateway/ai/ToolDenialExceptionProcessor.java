package io.airlockapp.gateway.ai;

import io.airlockapp.gateway.AirlockGatewayException;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.tool.execution.ToolExecutionException;
import org.springframework.ai.tool.execution.ToolExecutionExceptionProcessor;

/**
 * Answers the model where a tool called something guarded that did not run. What the
 * delegate throws is thrown, and what is no denial is the delegate's to answer.
 */
public final class ToolDenialExceptionProcessor implements ToolExecutionExceptionProcessor {

	private final ToolExecutionExceptionProcessor delegate;

	/**
	 * Create a processor.
	 * @param delegate processes all exceptions first
	 */
	public ToolDenialExceptionProcessor(ToolExecutionExceptionProcessor delegate) {
		this.delegate = delegate;
	}

	@Override
	public String process(ToolExecutionException exception) {
		String answer = this.delegate.process(exception);
		AirlockGatewayException denial = findDenial(exception);
		return (denial != null) ? ToolDenialText.of(denial) : answer;
	}

	private static @Nullable AirlockGatewayException findDenial(ToolExecutionException exception) {
		for (Throwable cause = exception.getCause(); cause != null; cause = cause.getCause()) {
			if (cause instanceof AirlockGatewayException denial) {
				return denial;
			}
		}
		return null;
	}

}

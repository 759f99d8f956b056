package io.airlockapp.gateway.approval;

import io.airlockapp.gateway.AirlockGatewayException;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Strategy interface for handling a call that must not run, in place of the method.
 */
@FunctionalInterface
public interface ApprovalDenialHandler {

	/**
	 * Answer the call. Whatever this does, the method does not run. For a method that
	 * returns a future or a reactive type, this is called in the thread that waited, and
	 * the answer can be a plain value as well as a future or a publisher of it.
	 * @param invocation the call, which can't proceed
	 * @param denial why it must not run
	 * @return what the caller gets instead of the method's result
	 */
	@Nullable Object handle(MethodInvocation invocation, AirlockGatewayException denial);

	/**
	 * Return the handler that throws the exception, which is the default.
	 * @return the handler
	 */
	static ApprovalDenialHandler throwing() {
		return (invocation, denial) -> {
			throw denial;
		};
	}

}

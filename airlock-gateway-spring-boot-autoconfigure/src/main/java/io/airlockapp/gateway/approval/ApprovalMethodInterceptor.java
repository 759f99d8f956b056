package io.airlockapp.gateway.approval;

import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Lets a guarded call run only after the gate let it pass. There is one path to
 * {@code proceed()}, and everything thrown on the way keeps the method from running.
 */
final class ApprovalMethodInterceptor implements MethodInterceptor {

	private final GuardedCallFactory calls;

	private final Supplier<ApprovalGate> gate;

	private final Supplier<ApprovalDenialHandler> denialHandler;

	/**
	 * Create an interceptor. What it needs is looked up at the first call, since advisors
	 * are made before most beans.
	 */
	ApprovalMethodInterceptor(GuardedCallFactory calls, Supplier<ApprovalGate> gate,
			Supplier<ApprovalDenialHandler> denialHandler) {
		this.calls = calls;
		this.gate = gate;
		this.denialHandler = denialHandler;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		GuardedCall call = this.calls.create(invocation);
		try {
			if (call.needsApproval()) {
				this.gate.get().pass(call);
			}
		}
		catch (AirlockGatewayException denial) {
			return this.denialHandler.get().handle(invocation, denial);
		}
		return invocation.proceed();
	}

}

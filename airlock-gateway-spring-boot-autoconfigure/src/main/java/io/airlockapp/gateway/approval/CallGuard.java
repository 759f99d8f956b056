package io.airlockapp.gateway.approval;

import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalVerificationException;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Runs a guarded call after the gate let it pass, in the thread that waits for the gate.
 * However a call comes here and its result goes back, this is the one path to
 * {@code proceed()}, and everything thrown on the way keeps the method from running.
 */
final class CallGuard {

	private final GuardedCallFactory calls;

	private final Supplier<ApprovalGate> gate;

	private final Supplier<ApprovalDenialHandler> denialHandler;

	private final Supplier<RefusalReporter> reporter;

	/**
	 * Create a guard. What it needs is looked up at the first call, since advisors are
	 * made before most beans.
	 */
	CallGuard(GuardedCallFactory calls, Supplier<ApprovalGate> gate, Supplier<ApprovalDenialHandler> denialHandler,
			Supplier<RefusalReporter> reporter) {
		this.calls = calls;
		this.gate = gate;
		this.denialHandler = denialHandler;
		this.reporter = reporter;
	}

	/**
	 * Run the method, or answer instead of it.
	 * @param invocation the call, whose arguments nobody else can exchange
	 * @param inTransaction whether the caller is inside an open transaction
	 * @param beforeRun called when nothing but this keeps the method from running
	 * @return what the caller gets
	 * @throws Throwable what the method, or whatever keeps it from running, throws
	 */
	@Nullable Object run(MethodInvocation invocation, boolean inTransaction, Runnable beforeRun) throws Throwable {
		GuardedCall call = this.calls.create(invocation, inTransaction);
		try {
			if (call.needsApproval()) {
				this.gate.get().pass(call);
			}
			beforeRun.run();
			requireUnchanged(call);
		}
		catch (AirlockGatewayException denial) {
			return answer(invocation, denial);
		}
		return Invocations.proceed(invocation);
	}

	private void requireUnchanged(GuardedCall call) {
		try {
			call.requireUnchanged();
		}
		catch (ApprovalVerificationException ex) {
			throw this.reporter.get().refused(call, ex);
		}
	}

	/**
	 * Answer a call that must not run.
	 * @param invocation the call
	 * @param denial why it must not run
	 * @return what the caller gets
	 */
	@Nullable Object answer(MethodInvocation invocation, AirlockGatewayException denial) {
		return this.denialHandler.get().handle(new DeniedInvocation(invocation), denial);
	}

}

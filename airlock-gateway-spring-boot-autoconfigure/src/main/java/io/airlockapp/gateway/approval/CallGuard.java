package io.airlockapp.gateway.approval;

import java.util.function.Supplier;

import io.airlockapp.gateway.Admission;
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
	 * Make a call of an invocation.
	 * @param invocation the call, whose arguments nobody else can exchange
	 * @param caller who calls
	 * @return the call
	 */
	GuardedCall create(MethodInvocation invocation, Caller caller) {
		return this.calls.create(invocation, caller);
	}

	/**
	 * Take the place that a call needs while it waits, before a thread is started for it.
	 * While it depends on a condition, which is evaluated in that thread, whether the
	 * call waits at all, it takes its place there.
	 * @param call the call
	 * @return the place, or {@code null} if it is taken later
	 * @throws AirlockGatewayException if there is no place
	 */
	@Nullable Admission admitEarly(GuardedCall call) {
		return call.isConditional() ? null : this.gate.get().admit(call);
	}

	/**
	 * Run the method in the caller's thread, or answer instead of it.
	 * @param invocation the call, whose arguments nobody else can exchange
	 * @param caller who calls
	 * @return what the caller gets
	 * @throws Throwable what the method, or whatever keeps it from running, throws
	 */
	@Nullable Object run(MethodInvocation invocation, Caller caller) throws Throwable {
		return run(invocation, create(invocation, caller), null, () -> {
		});
	}

	/**
	 * Run the method, or answer instead of it.
	 * @param invocation the call, whose arguments nobody else can exchange
	 * @param call the same
	 * @param early the place that it has, or {@code null} if it still needs one
	 * @param beforeRun called when nothing but this keeps the method from running
	 * @return what the caller gets
	 * @throws Throwable what the method, or whatever keeps it from running, throws
	 */
	@Nullable Object run(MethodInvocation invocation, GuardedCall call, @Nullable Admission early, Runnable beforeRun)
			throws Throwable {
		try {
			if (call.needsApproval()) {
				ApprovalGate gate = this.gate.get();
				try (Admission admission = (early != null) ? early : gate.admit(call)) {
					admission.run(() -> gate.pass(call));
				}
			}
			beforeRun.run();
			requireUnchanged(call);
			call.started();
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

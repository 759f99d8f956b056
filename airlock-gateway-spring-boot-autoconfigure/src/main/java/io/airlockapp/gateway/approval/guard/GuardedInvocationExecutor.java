/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.reflect.Method;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalResult;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.ApprovalDenialHandler;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.guard.GuardedChain.OuterInvocation;
import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import io.airlockapp.gateway.approval.snapshot.SnapshotWriter;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.support.WaitScope;
import io.airlockapp.gateway.approval.snapshot.AsynchronousTypes;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Invokes a guarded method after the gate authorized the invocation, in the thread that
 * waits for the gate, or records the call of a durable method. This is the only path of
 * an invocation to {@code proceed()}, regardless of how it arrives and how its result is
 * returned. Any exception on this path prevents the invocation. Its collaborators are
 * looked up at the first invocation, since advisors are created before most beans.
 *
 * @param beanFactory the factory that resolves beans in conditions
 * @param snapshotWriter the writer of the arguments
 * @param gate the gate that authorizes calls
 * @param denialHandler the handler of denied calls
 * @param publisher the publisher of the denials of the guard itself
 * @param durableCalls the recorder of calls of durable methods; supplies {@code null} if
 * these wait like others
 * @param halt the switch that halts all calls
 */
record GuardedInvocationExecutor(BeanFactory beanFactory, Supplier<SnapshotWriter> snapshotWriter,
		Supplier<ApprovalGate> gate, Supplier<ApprovalDenialHandler> denialHandler, Supplier<DenialPublisher> publisher,
		Supplier<@Nullable DurableCalls> durableCalls, Supplier<Halt> halt) {

	private static final Log logger = LogFactory.getLog(GuardedInvocationExecutor.class);

	/**
	 * Create the guarded call of an invocation.
	 * @param invocation the guard's own copy of the invocation
	 * @param caller the caller
	 */
	MethodGuardedCall create(InnerInvocation invocation, Caller caller) {
		Declaration declaration = invocation.attribute().declaration();
		return new MethodGuardedCall(invocation.attribute(),
				new MethodArguments(declaration.type(), declaration.method(), invocation.guardedArguments()),
				invocation.getProxy(), this.beanFactory, this.snapshotWriter, caller);
	}

	/**
	 * Admit a call before a thread is started for it. If the call has a condition, it is
	 * not known yet whether the call waits at all. It is then admitted later, in the
	 * thread that evaluates the condition.
	 * @throws AirlockGatewayException if the call is not admitted
	 */
	void admitEarly(InnerInvocation invocation, MethodGuardedCall call) {
		try {
			if (!call.isConditional()) {
				admit(invocation, call);
			}
		}
		catch (Error ex) {
			throw broken(call, ex);
		}
	}

	/**
	 * Invoke the method in the caller's thread, or handle the denial.
	 * @param invocation the guard's own copy of the invocation
	 * @param caller the caller
	 * @return the result for the caller
	 * @throws Throwable if the method fails or must not run
	 */
	@Nullable Object run(InnerInvocation invocation, Caller caller) throws Throwable {
		return run(invocation, create(invocation, caller), new WaitScope());
	}

	/**
	 * Invoke the method, or handle the denial. An interrupt of the thread during the wait
	 * for the approval is restored after the method, since the method of an approval that
	 * was given nevertheless would otherwise fail half-way.
	 * @param invocation the guard's own copy of the invocation
	 * @param call the guarded call of the invocation
	 * @param scope the scope of the wait
	 * @return the result for the caller
	 * @throws Throwable if the method fails or must not run
	 */
	@Nullable Object run(InnerInvocation invocation, MethodGuardedCall call, WaitScope scope) throws Throwable {
		try (scope) {
			scope.enter();
			return runInScope(invocation, call, scope);
		}
	}

	private @Nullable Object runInScope(InnerInvocation invocation, MethodGuardedCall call, WaitScope scope)
			throws Throwable {
		try {
			requireNotHalted(call);
			DurableCalls calls = invocation.attribute().durable() ? this.durableCalls.get() : null;
			if (call.needsApproval()) {
				if (calls != null && record(invocation, call, calls)) {
					return null;
				}
				authorize(invocation, call);
			}
			else if (logger.isDebugEnabled()) {
				logger.debug("%s needs no approval by its condition".formatted(call));
			}
			if (calls != null) {
				check(call, () -> calls.starting(call));
			}
			scope.release();
			if (invocation.isIntercepted()) {
				// An interceptor can act in place of the method
				starting(invocation, call);
			}
		}
		catch (AirlockGatewayException denial) {
			return deny(invocation, denial);
		}
		catch (Error ex) {
			return deny(invocation, broken(call, ex));
		}
		try {
			return invocation.start((called) -> this.gate.get() instanceof BypassApprovalGate || call.covers(called),
					(started) -> starting(started, call), call::returned);
		}
		catch (AirlockGatewayException denial) {
			if (invocation.take()) {
				return deny(invocation, denial);
			}
			throw denial;
		}
	}

	/**
	 * Require that a method may start now, with the arguments as they are now, and that
	 * somebody still awaits it.
	 */
	private void starting(InnerInvocation invocation, MethodGuardedCall call) {
		try {
			requireNotHalted(call);
			check(call, () -> {
				invocation.requireGuardedArguments(call.approvedRequestId());
				call.requireUnchanged();
				if (invocation.isAbandoned()) {
					throw new ApprovalUnavailableException(
							"%s does not run, because its caller has cancelled it".formatted(call),
							call.approvedRequestId(), null);
				}
			});
			call.started();
		}
		catch (Error ex) {
			throw broken(call, ex);
		}
	}

	/**
	 * Create the denial for an error that did not occur in the method.
	 * @param call the guarded call
	 * @param error the error
	 */
	ApprovalUnavailableException broken(MethodGuardedCall call, Throwable error) {
		return refused(call,
				new ApprovalUnavailableException("%s does not run, because its approval failed with an error: %s"
					.formatted(call, AirlockGatewayException.safeMessage(error)), call.approvedRequestId(), error));
	}

	/**
	 * Notify listeners of a denial that is not one of a gate, whatever they throw.
	 */
	<E extends AirlockGatewayException> E refused(MethodGuardedCall call, E denial) {
		try {
			return this.publisher.get().refused(call, denial);
		}
		catch (Throwable ex) {
			denial.addSuppressed(ex);
			logger.warn(denial.getMessage());
			return denial;
		}
	}

	private void requireNotHalted(MethodGuardedCall call) {
		check(call, () -> this.halt.get().requireAtStart(call, call.approvedRequestId()));
	}

	/**
	 * Record a call, unless an interceptor outside the guard repeats an invocation that
	 * ended with an exception.
	 */
	private boolean record(InnerInvocation invocation, MethodGuardedCall call, DurableCalls calls) {
		Runnable earlier = invocation.ending().get();
		if (earlier != null) {
			earlier.run();
			return true;
		}
		AtomicReference<@Nullable Runnable> recorded = new AtomicReference<>();
		check(call, () -> recorded.set(calls.record(invocation.getProxy(), call)));
		Runnable end = recorded.get();
		try {
			if (end != null) {
				end.run();
			}
		}
		catch (Exception ex) {
			invocation.ending().set(end);
			throw ex;
		}
		return end != null;
	}

	/**
	 * Apply a check of the guard itself, and notify listeners if it fails.
	 */
	private void check(MethodGuardedCall call, Runnable check) {
		try {
			check.run();
		}
		catch (AirlockGatewayException ex) {
			throw refused(call, ex);
		}
	}

	private void admit(InnerInvocation invocation, MethodGuardedCall call) {
		Runnable denial = invocation.ending().get();
		if (denial != null) {
			check(call, denial);
		}
		call.admit(this.gate.get());
	}

	private void authorize(InnerInvocation invocation, MethodGuardedCall call) {
		if (!call.isAdmitted()) {
			admit(invocation, call);
		}
		try {
			this.gate.get().authorize(call);
			call.authorized();
		}
		catch (ApprovalDeniedException denial) {
			// A denial by a policy did not cause a request
			if (ApprovalResult.of(denial) != ApprovalResult.POLICY) {
				invocation.ending().set(() -> {
					throw new ApprovalDeniedException(String.valueOf(denial.getMessage()), denial.getRequestId(),
							denial.getReason());
				});
			}
			throw denial;
		}
		finally {
			call.admission().close();
		}
	}

	/**
	 * Handle an invocation that must not run.
	 * @return the result for the caller
	 */
	@Nullable Object deny(InnerInvocation invocation, AirlockGatewayException denial) {
		Object result;
		try {
			result = findHandler(denial).handle(OuterInvocation.ofDenied(invocation), denial);
		}
		catch (Error ex) {
			logger.warn("The ApprovalDenialHandler failed: " + AirlockGatewayException.safeMessage(ex));
			denial.addSuppressed(ex);
			throw denial;
		}
		Method method = invocation.getMethod();
		if (!isPossible(result, method.getReturnType())) {
			logger
				.warn("The ApprovalDenialHandler returned %s for %s, which returns %s: the exception is thrown instead"
					.formatted((result != null) ? "a " + result.getClass().getName() : "null",
							ClassUtils.getQualifiedMethodName(method), method.getReturnType().getName()));
			throw denial;
		}
		return result;
	}

	private ApprovalDenialHandler findHandler(AirlockGatewayException denial) {
		try {
			return this.denialHandler.get();
		}
		catch (ApprovalUnavailableException ex) {
			denial.addSuppressed(ex);
			throw denial;
		}
	}

	private static boolean isPossible(@Nullable Object result, Class<?> returnType) {
		if (returnType == void.class) {
			// Otherwise, the caller could not tell a denial from a success
			return result == null || result.getClass().getName().equals("kotlin.Unit");
		}
		if (AsynchronousTypes.isAsynchronous(returnType)) {
			// A publisher would be the value of a future
			return result == null || !AsynchronousTypes.isFuture(returnType) || result instanceof CompletionStage
					|| !AsynchronousTypes.isAsynchronous(result.getClass());
		}
		return (result != null) ? ClassUtils.isAssignableValue(returnType, result) : !returnType.isPrimitive();
	}

}

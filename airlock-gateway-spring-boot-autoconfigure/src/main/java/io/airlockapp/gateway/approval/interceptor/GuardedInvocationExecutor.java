package io.airlockapp.gateway.approval.interceptor;

import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.approval.ApprovalDenialHandler;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.argument.ArgumentWriter;
import io.airlockapp.gateway.approval.argument.MethodArguments;
import io.airlockapp.gateway.approval.condition.ConditionEvaluator;
import io.airlockapp.gateway.approval.gate.DenialPublisher;
import io.airlockapp.gateway.approval.method.ApprovalAttribute;
import io.airlockapp.gateway.approval.method.ApprovalAttributeSource;
import io.airlockapp.gateway.approval.method.Declaration;
import io.airlockapp.gateway.exchange.Admission;
import org.aopalliance.intercept.MethodInvocation;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Runs a guarded call after the gate let it pass, in the thread that waits for the gate.
 * This is the only path to {@code proceed()}, in whatever style a call arrives and its
 * result is returned. Everything thrown on the way keeps the method from running.
 */
final class GuardedInvocationExecutor {

	private static final Log logger = LogFactory.getLog(GuardedInvocationExecutor.class);

	private final ApprovalAttributeSource attributes;

	private final ConditionEvaluator conditions;

	private final Supplier<ArgumentWriter> argumentWriter;

	private final Supplier<ApprovalGate> gate;

	private final Supplier<ApprovalDenialHandler> denialHandler;

	private final Supplier<DenialPublisher> reporter;

	/**
	 * Create a guard. What it needs is looked up at the first call, since advisors are
	 * made before most beans.
	 */
	GuardedInvocationExecutor(ApprovalAttributeSource attributes, ConditionEvaluator conditions,
			Supplier<ArgumentWriter> argumentWriter, Supplier<ApprovalGate> gate,
			Supplier<ApprovalDenialHandler> denialHandler, Supplier<DenialPublisher> reporter) {
		this.attributes = attributes;
		this.conditions = conditions;
		this.argumentWriter = argumentWriter;
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
	MethodGuardedCall create(MethodInvocation invocation, Caller caller) {
		try {
			Class<?> targetClass = Declaration.userClass(invocation);
			ApprovalAttribute attribute = this.attributes.find(invocation.getMethod(), targetClass);
			if (attribute == null) {
				throw new IllegalStateException("%s is guarded, but has no @RequiresAirlockApproval"
					.formatted(Declaration.of(invocation.getMethod(), targetClass).qualifiedName()));
			}
			Declaration declaration = attribute.declaration();
			return new MethodGuardedCall(attribute,
					new MethodArguments(declaration.type(), declaration.method(), invocation.getArguments()),
					this.conditions, this.argumentWriter, caller);
		}
		catch (Error ex) {
			throw broken(invocation, null, ex);
		}
	}

	/**
	 * Take the place that a call needs while it waits, before a thread is started for it.
	 * While it depends on a condition, which is evaluated in that thread, whether the
	 * call waits at all, it takes its place there.
	 * @param invocation the call
	 * @param call the same
	 * @return the place, or {@code null} if it is taken later
	 * @throws AirlockGatewayException if there is no place
	 */
	@Nullable Admission admitEarly(MethodInvocation invocation, MethodGuardedCall call) {
		try {
			return call.isConditional() ? null : this.gate.get().admit(call);
		}
		catch (Error ex) {
			throw broken(invocation, call, ex);
		}
	}

	/**
	 * Run the method in the caller's thread, or answer instead of it.
	 * @param invocation the call, whose arguments nobody else can exchange
	 * @param caller who calls
	 * @return what the caller gets
	 * @throws Throwable what the method, or whatever keeps it from running, throws
	 */
	@Nullable Object run(MethodInvocation invocation, Caller caller) throws Throwable {
		MethodGuardedCall call;
		try {
			call = create(invocation, caller);
		}
		catch (AirlockGatewayException denial) {
			return answer(invocation, denial);
		}
		return run(invocation, call, null, () -> {
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
	@Nullable Object run(MethodInvocation invocation, MethodGuardedCall call, @Nullable Admission early, Runnable beforeRun)
			throws Throwable {
		try {
			if (call.needsApproval()) {
				ApprovalGate gate = this.gate.get();
				try (Admission admission = (early != null) ? early : gate.admit(call)) {
					admission.run(() -> gate.authorize(call));
				}
			}
			beforeRun.run();
			requireUnchanged(call);
			call.started();
		}
		catch (AirlockGatewayException denial) {
			return answer(invocation, denial);
		}
		catch (Error ex) {
			return answer(invocation, broken(invocation, call, ex));
		}
		return Invocations.proceed(invocation);
	}

	/**
	 * Make a denial of an error that is not the method's.
	 * @param invocation the call
	 * @param call the same, or {@code null} if it could not be made
	 * @param error what was thrown
	 * @return why the call must not run
	 */
	ApprovalUnavailableException broken(MethodInvocation invocation, @Nullable MethodGuardedCall call, Error error) {
		ApprovalUnavailableException denial = new ApprovalUnavailableException(
				"%s does not run, since its approval failed with an error: %s".formatted(
						(call != null) ? call : ClassUtils.getQualifiedMethodName(invocation.getMethod()),
						AirlockGatewayException.safeMessage(error)),
				(call != null) ? call.approvedRequestId() : null, error);
		try {
			if (call != null) {
				return this.reporter.get().refused(call, denial);
			}
		}
		catch (RuntimeException | Error ex) {
			denial.addSuppressed(ex);
		}
		logger.warn(denial.getMessage());
		return denial;
	}

	private void requireUnchanged(MethodGuardedCall call) {
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
		try {
			return this.denialHandler.get().handle(new DeniedInvocation(invocation), denial);
		}
		catch (Error ex) {
			logger.warn("The ApprovalDenialHandler failed: " + AirlockGatewayException.safeMessage(ex));
			denial.addSuppressed(ex);
			throw denial;
		}
	}

}

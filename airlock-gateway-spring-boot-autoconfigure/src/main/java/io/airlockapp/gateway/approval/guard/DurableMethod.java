/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.MethodStartedException;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.snapshot.ArgumentSnapshot;
import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.support.Causes;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.Advisor;
import org.springframework.aop.TargetSource;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.util.ClassUtils;

/**
 * Holds a method with {@link RequiresAirlockApproval#durable()} of a proxy with the
 * guard, and starts its recorded calls behind the guard. Whoever starts a call has to
 * verify its approval, since the guard does not.
 */
public final class DurableMethod {

	private static final Log logger = LogFactory.getLog(DurableMethod.class);

	private final Object proxy;

	private final Class<?> type;

	private final ApprovalAttribute attribute;

	private DurableMethod(Object proxy, Class<?> type, ApprovalAttribute attribute) {
		this.proxy = proxy;
		this.type = type;
		this.attribute = attribute;
	}

	/**
	 * Return the durable methods of a bean.
	 * @param bean the bean, with its proxies
	 * @return the methods that are behind a guard
	 */
	public static List<DurableMethod> of(Object bean) {
		List<DurableMethod> methods = new ArrayList<>();
		for (Object layer = bean; layer instanceof Advised proxy; layer = AopProxyUtils.getSingletonTarget(layer)) {
			for (Advisor advisor : proxy.getAdvisors()) {
				if (advisor instanceof ApprovalAdvisor guard) {
					addTo(methods, proxy, guard.attributes());
				}
			}
		}
		return methods;
	}

	private static void addTo(List<DurableMethod> methods, Advised proxy, ApprovalAttributeSource attributes) {
		Class<?> type = ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(proxy));
		for (Method method : GuardedMethods.of(type)) {
			ApprovalAttribute attribute = attributes.find(method, type);
			if (attribute != null && attribute.durable()) {
				methods.add(new DurableMethod(proxy, type, attribute));
			}
		}
	}

	/**
	 * Return the method.
	 * @return the method of the bean's class, and not one that it overrides
	 */
	public Method method() {
		return this.attribute.declaration().method();
	}

	/**
	 * Return the class of the bean.
	 * @return the class
	 */
	public Class<?> type() {
		return this.type;
	}

	/**
	 * Return the name of the pairing whose approvers receive the requests.
	 * @return the name
	 */
	public String pairing() {
		return this.attribute.pairing();
	}

	/**
	 * Return the name of the group of approvers who receive the requests instead.
	 * @return the name, or {@code null} if there is none
	 */
	public @Nullable String approvers() {
		return this.attribute.approvers();
	}

	/**
	 * Verify that the group of approvers is configured, and that the steps of its
	 * escalation leave time to decide.
	 * @param groups the configured groups
	 * @param defaultTimeout the time to decide if neither the method nor its group
	 * specifies one
	 * @throws UnguardableMethodException if the group cannot be used
	 */
	public void requireApprovers(ApproverGroups groups, Duration defaultTimeout) {
		ApprovalAttributeSource.requireApprovers(this.attribute, groups, defaultTimeout);
	}

	/**
	 * Return whether a call is one of this method of this proxy.
	 * @param calledProxy the called proxy
	 * @param call the call
	 * @return whether it is
	 */
	public boolean isCalledBy(Object calledProxy, DurableCalls.Call call) {
		return this.proxy == calledProxy && this.attribute.declaration().key().equals(call.methodKey());
	}

	/**
	 * Create the requests that can show a call of this method to the approver. It depends
	 * on the other beans, at the time of the call, whether the name of the bean is shown,
	 * with which the text can be too long.
	 * @param arguments the arguments
	 * @param snapshot the snapshot of the arguments
	 * @return the requests without and with the name of the bean
	 */
	public Stream<ApprovalRequest> toRequests(MethodArguments arguments, ArgumentSnapshot snapshot) {
		return Stream.of(Optional.<String>empty(), Optional.ofNullable(GuardedChainAdvisor.findBeanName(this.proxy)))
			.map((name) -> MethodGuardedCall.toRequest(this.attribute, arguments, snapshot, name.orElse(null), null));
	}

	/**
	 * Call the interceptors inside the guard, and the method, in the current thread.
	 * @param arguments the arguments, which the method receives whatever the interceptors
	 * set
	 * @param claim claims the call for this start, before the interceptors inside the
	 * guard
	 * @param lastCheck the verification directly before the method that exactly this call
	 * was approved, and that the current thread is the one that starts it
	 * @return {@code false} if the call was not claimed, in which case nothing was
	 * started
	 * @throws InvalidApprovalUsageException if the proxy has no guard any more
	 * @throws IllegalStateException if the target of the proxy is not available, or an
	 * interceptor failed or returned before the method was entered, which it then cannot
	 * be any more
	 * @throws MethodStartedException if the method was entered, and the exception of an
	 * interceptor does not show how it ended, or an interceptor did not pass on a failure
	 * that is not the method's own, such as that of a commit
	 * @throws InvocationTargetException if the method was entered, and it threw an
	 * exception, also if an interceptor inside the guard did not, or an interceptor did
	 */
	public boolean start(@Nullable Object[] arguments, BooleanSupplier claim, Runnable lastCheck)
			throws InvocationTargetException {
		TargetSource source = ((Advised) this.proxy).getTargetSource();
		Object target = requireTarget(source);
		try {
			return run(createInvocation(target, arguments), claim, lastCheck);
		}
		finally {
			release(source, target);
		}
	}

	private boolean run(InnerInvocation invocation, BooleanSupplier claim, Runnable lastCheck)
			throws InvocationTargetException {
		if (!claim.getAsBoolean()) {
			return false;
		}
		try {
			invocation.start(this.attribute::isApprovedWith, (started) -> {
				started.requireGuardedArguments(null);
				lastCheck.run();
			}, () -> {
				// A durable method returns nothing
			});
		}
		catch (Throwable ex) {
			if (invocation.take()) {
				throw new IllegalStateException("%s was not entered: %s".formatted(this, ex.getClass().getName()), ex);
			}
			if (invocation.isRefused() && invocation.findFailure() == null) {
				// The method returned, whatever the interceptor throws instead
				throw hidden(ex);
			}
			throw ended(ex);
		}
		if (invocation.take()) {
			throw new IllegalStateException(
					"%s was not entered: an interceptor inside the guard returned in its place".formatted(this));
		}
		// A fallback knows nothing of the approval
		Throwable failure = invocation.findFailure();
		if (failure != null) {
			throw ended(failure);
		}
		failure = invocation.findInnerFailure();
		if (failure != null) {
			// The method returned, and its transaction may have been rolled back
			throw hidden(failure);
		}
		return true;
	}

	/**
	 * Return the outcome of a method that was started.
	 */
	private InvocationTargetException ended(Throwable failure) {
		if (Causes.of(failure).stream().anyMatch(MethodStartedException.class::isInstance)) {
			throw hidden(failure);
		}
		return new InvocationTargetException(failure);
	}

	private MethodStartedException hidden(Throwable failure) {
		return new MethodStartedException(
				"%s was started, and may have had its effect, but an interceptor inside the guard, such as a retry or a fallback, or one of its steps hides how it ended"
					.formatted(this),
				failure);
	}

	private InnerInvocation createInvocation(@Nullable Object target, @Nullable Object[] arguments) {
		return new InnerInvocation(this.attribute, GuardedChain.inside(this.proxy, method(), target), this.proxy,
				target, method(), arguments, new AtomicReference<>());
	}

	private @Nullable Object requireTarget(TargetSource source) {
		try {
			return source.getTarget();
		}
		catch (Exception ex) {
			throw new IllegalStateException(
					"The target of %s is not available: %s".formatted(this, ex.getClass().getName()), ex);
		}
	}

	/**
	 * Release the target, as the proxy does after other calls. If that fails, the outcome
	 * of the method is known nevertheless.
	 */
	private void release(TargetSource source, @Nullable Object target) {
		try {
			if (target != null && !source.isStatic()) {
				source.releaseTarget(target);
			}
		}
		catch (Exception ex) {
			logger.warn("The target of %s cannot be released".formatted(this), ex);
		}
	}

	@Override
	public String toString() {
		return this.attribute.declaration().qualifiedName();
	}

}

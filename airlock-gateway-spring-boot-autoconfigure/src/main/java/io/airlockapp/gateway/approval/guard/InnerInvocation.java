/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.MethodStartedException;
import io.airlockapp.gateway.approval.snapshot.AsynchronousTypes;
import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import io.airlockapp.gateway.support.Causes;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.ReflectiveMethodInvocation;
import org.springframework.aop.interceptor.ExposeInvocationInterceptor;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ClassUtils;

/**
 * Invocation of the interceptors inside the guard, and of the method. The method receives
 * the arguments that the guard read, from an array that nobody else has, whatever the
 * interceptors set. It starts once, however often and in however many threads they
 * proceed.
 */
final class InnerInvocation extends ReflectiveMethodInvocation {

	/**
	 * The key of the user attribute in which AspectJ's advice caches the join point of an
	 * invocation.
	 */
	private static final String JOIN_POINT = "org.aspectj.lang.JoinPoint";

	private final ApprovalAttribute attribute;

	private final List<Object> inside;

	/**
	 * The arguments that the guard reads and the method receives.
	 */
	private final @Nullable Object[] guarded;

	/**
	 * Whether the method was started. Clones share it.
	 */
	private final AtomicBoolean started = new AtomicBoolean();

	/**
	 * How the method ended, if it failed or returned a future. Clones share it.
	 */
	private final AtomicReference<@Nullable CompletionStage<?>> outcome = new AtomicReference<>();

	/**
	 * The first failure of the method or of an interceptor around it, such as that of a
	 * commit, since the method was started. An interceptor further outside may keep it
	 * from the guard. Clones share it.
	 */
	private final AtomicReference<@Nullable Throwable> innerFailure = new AtomicReference<>();

	/**
	 * The refusal of further starts. Clones share it.
	 */
	private final AtomicReference<@Nullable MethodStartedException> refusal = new AtomicReference<>();

	/**
	 * Ends the invocation that this one belongs to, if any.
	 */
	private final AtomicReference<@Nullable Runnable> ending;

	private BiFunction<InnerInvocation, @Nullable Object, @Nullable Object> result = InnerInvocation::requireNotReactive;

	private Predicate<Method> ownCalls = (called) -> false;

	private Consumer<InnerInvocation> lastCheck = (invocation) -> {
	};

	private Runnable returned = () -> {
	};

	private BooleanSupplier abandoned = () -> false;

	/**
	 * Create an invocation.
	 * @param attribute the attributes of the guard
	 * @param inside the interceptors inside the guard
	 * @param ending what ends the invocation that this one belongs to, if any
	 */
	InnerInvocation(ApprovalAttribute attribute, List<Object> inside, Object proxy, @Nullable Object target,
			Method method, @Nullable Object[] arguments, AtomicReference<@Nullable Runnable> ending) {
		super(proxy, target, method, arguments.clone(), GuardedChain.targetClass(target), inside);
		this.guarded = getArguments().clone();
		this.attribute = attribute;
		this.inside = inside;
		this.ending = ending;
	}

	/**
	 * Add the user attributes of another invocation.
	 * @return this invocation
	 */
	InnerInvocation withUserAttributes(ReflectiveMethodInvocation invocation) {
		invocation.getUserAttributes().forEach((key, value) -> {
			// Advice inside the guard must not see the arguments of the other invocation
			if (!JOIN_POINT.equals(key)) {
				setUserAttribute(key, value);
			}
		});
		return this;
	}

	/**
	 * Set what decides whether the caller no longer awaits the result.
	 * @return this invocation
	 */
	InnerInvocation abandonedIf(BooleanSupplier abandoned) {
		this.abandoned = abandoned;
		return this;
	}

	/**
	 * Return whether the caller no longer awaits the result, so that the method must not
	 * start.
	 */
	boolean isAbandoned() {
		return this.abandoned.getAsBoolean();
	}

	/**
	 * Return the attributes of the guard.
	 */
	ApprovalAttribute attribute() {
		return this.attribute;
	}

	/**
	 * Return the arguments that the method will receive.
	 */
	@Nullable Object[] guardedArguments() {
		return this.guarded;
	}

	/**
	 * Require that no interceptor inside the guard replaced an argument.
	 * @param requestId the id of the approved request, if any
	 * @throws ApprovalVerificationException if one did
	 */
	void requireGuardedArguments(@Nullable String requestId) {
		int replaced = Arrays.mismatch(this.guarded, getArguments(), (one, other) -> isSame(one, other) ? 0 : 1);
		if (replaced != -1) {
			List<String> names = MethodArguments.names(this.attribute.declaration().method());
			throw new ApprovalVerificationException(
					("%s does not run, because an interceptor inside the guard replaced the argument '%s'. Give that "
							+ "interceptor an order below 'airlock.gateway.approval.order', so that its argument is approved")
						.formatted(this.attribute.declaration().qualifiedName(),
								(replaced < names.size()) ? names.get(replaced) : "arg" + replaced),
					requestId, null);
		}
	}

	/**
	 * Return whether two arguments are one. Advice that passes a primitive value on boxes
	 * it again.
	 */
	private static boolean isSame(@Nullable Object one, @Nullable Object other) {
		return one == other || (one != null && ClassUtils.isPrimitiveWrapper(one.getClass()) && one.equals(other));
	}

	/**
	 * Return a copy that can be denied and started independently.
	 * @param result the function that is applied to the copy and the result of its
	 * method, before the interceptors inside the guard receive it
	 */
	InnerInvocation copy(BiFunction<InnerInvocation, @Nullable Object, @Nullable Object> result) {
		InnerInvocation copy = new InnerInvocation(this.attribute, this.inside, getProxy(), getThis(), getMethod(),
				this.guarded, new AtomicReference<>());
		copy.result = result;
		return copy.withUserAttributes(this);
	}

	/**
	 * Return what ends this invocation by an exception, since a person denied it, or its
	 * call was recorded. It is also that of later ones that an interceptor outside the
	 * guard proceeds to within the same invocation.
	 */
	AtomicReference<@Nullable Runnable> ending() {
		return this.ending;
	}

	/**
	 * Return whether there are interceptors inside the guard.
	 */
	boolean isIntercepted() {
		return !this.inside.isEmpty();
	}

	/**
	 * Call the interceptors inside the guard, and the method, in the current thread,
	 * which may differ from the caller's. The invocation is exposed to AspectJ's advice.
	 * @param ownCalls whether the approval of the invocation covers calls of another
	 * guarded method that its method makes on the object itself
	 * @param lastCheck the check directly before the method, after the interceptors
	 * inside the guard, which may have waited for a transaction. It is applied to the
	 * invocation with which the last interceptor proceeded
	 * @param returned the callback for a method that has returned, and whose result
	 * starts later
	 */
	@Nullable Object start(Predicate<Method> ownCalls, Consumer<InnerInvocation> lastCheck, Runnable returned) throws Throwable {
		this.ownCalls = ownCalls;
		this.lastCheck = lastCheck;
		this.returned = returned;
		try {
			return isIntercepted() ? ExposeInvocationInterceptor.INSTANCE.invoke(this) : super.proceed();
		}
		catch (Throwable ex) {
			throw failure(ex);
		}
	}

	/**
	 * Return what the caller receives in place of a failure. If that is the refusal of a
	 * further start, the caller has to know that the method ran, and how it failed.
	 */
	Throwable failure(Throwable ex) {
		MethodStartedException refused = this.refusal.get();
		Throwable failed = (refused != null && Causes.of(ex).contains(refused)) ? findFailure() : null;
		if (failed == null || failed == ex) {
			return ex;
		}
		// The callers of a future receive the cause
		Throwable cause = (failed instanceof CompletionException) ? failed.getCause() : null;
		Throwable seen = (cause != null && cause != ex) ? cause : failed;
		seen.addSuppressed(ex);
		return failed;
	}

	/**
	 * Return the failure of the method, or of the future that it returned, if it is
	 * complete: what starts the method again has seen it.
	 * @return the failure, or {@code null} if there is none
	 */
	@Nullable Throwable findFailure() {
		AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
		CompletionStage<?> ended = this.outcome.get();
		if (ended != null) {
			ended.whenComplete((value, failed) -> failure.set(failed));
		}
		return failure.get();
	}

	/**
	 * Return the first failure since the method was started, which may be one of an
	 * interceptor, such as a failed commit.
	 * @return the failure, or {@code null} if there is none
	 */
	@Nullable Throwable findInnerFailure() {
		return this.innerFailure.get();
	}

	/**
	 * Record the failure of the method, or of what it started.
	 */
	void failed(Throwable ex) {
		this.outcome.set(CompletableFuture.failedFuture(ex));
	}

	/**
	 * Return whether a further start was refused.
	 */
	boolean isRefused() {
		return this.refusal.get() != null;
	}

	/**
	 * Return the refusal of further starts.
	 */
	MethodStartedException refusal() {
		return Objects.requireNonNull(
				this.refusal.updateAndGet((refusal) -> (refusal != null) ? refusal : startedAgain(getMethod())));
	}

	/**
	 * Record that the method has returned what starts later, for which the last check is
	 * repeated.
	 */
	void returned() {
		this.returned.run();
	}

	/**
	 * Repeat the last check, for what the method starts later.
	 */
	void check() {
		this.lastCheck.accept(this);
	}

	/**
	 * Take the only start of the method, to start it, or so that it cannot start any
	 * more, also in another thread, since an interceptor inside the guard failed or
	 * returned before.
	 * @return {@code false} if the method was started before
	 */
	boolean take() {
		return this.started.compareAndSet(false, true);
	}

	@Override
	public @Nullable Object proceed() throws Throwable {
		try {
			return super.proceed();
		}
		catch (Throwable ex) {
			if (this.started.get()) {
				this.innerFailure.compareAndSet(null, ex);
			}
			throw ex;
		}
	}

	@Override
	protected @Nullable Object invokeJoinpoint() throws Throwable {
		if (!this.started.get()) {
			check();
		}
		if (!take()) {
			throw refusal();
		}
		try {
			Object result = MethodPermit.around(getThis(), getMethod(), this.ownCalls, () -> this.result.apply(this,
					AopUtils.invokeJoinpointUsingReflection(getThis(), getMethod(), this.guarded)));
			if (result instanceof CompletionStage<?> stage) {
				this.outcome.set(stage);
			}
			return result;
		}
		catch (Throwable ex) {
			failed(ex);
			throw ex;
		}
	}

	/**
	 * Refuse a result that each subscription would start again, if the return type does
	 * not declare it. Nothing has subscribed to it yet.
	 */
	private static @Nullable Object requireNotReactive(InnerInvocation invocation, @Nullable Object result) {
		if (result != null && AsynchronousTypes.isReactive(result.getClass())) {
			throw new MethodStartedException(
					("%s does not return its %s, because an approval permits one start, and each subscription would be "
							+ "another. Declare a return type such as Mono or Flux")
						.formatted(ClassUtils.getQualifiedMethodName(invocation.getMethod()),
								result.getClass().getName()));
		}
		return result;
	}

	/**
	 * Create the exception for whatever starts a method for the second time.
	 */
	private static MethodStartedException startedAgain(Method method) {
		return new MethodStartedException(
				("%s was started, and may have had its effect. It is not started again, because an approval permits one "
						+ "start. An interceptor inside the guard repeated it: give that interceptor an order below 'airlock.gateway.approval.order', so that "
						+ "each attempt requires an approval of its own")
					.formatted(ClassUtils.getQualifiedMethodName(method)));
	}

}

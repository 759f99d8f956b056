/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.StackWalker.StackFrame;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.asm.Type;
import org.springframework.core.NamedThreadLocal;
import org.springframework.util.ClassUtils;
import org.springframework.util.ConcurrentReferenceHashMap;

/**
 * Permits one call of a guarded method of one object in one thread. The guard grants it
 * directly around the call, and a locked method requires it. While the method runs, its
 * object may call its own guarded methods in the same thread, which is part of what was
 * approved. A task of others that the thread runs while it waits is not.
 */
public final class MethodPermit {

	private static final Log logger = LogFactory.getLog(MethodPermit.class);

	private static final ThreadLocal<@Nullable MethodPermit> current = new NamedThreadLocal<>(
			"Permit of a guarded method");

	private static final Map<Method, String> descriptors = new ConcurrentReferenceHashMap<>();

	private final @Nullable Object target;

	private final Method method;

	private final @Nullable MethodPermit outer;

	private boolean taken;

	private int depth;

	private MethodPermit(@Nullable Object target, Method method, @Nullable MethodPermit outer) {
		this.target = target;
		this.method = method;
		this.outer = outer;
	}

	/**
	 * Permit the current thread to call a method, for the duration of a join point.
	 * @param target the target of the call, which may be another proxy
	 * @param method the method
	 * @param joinPoint the call of the method
	 * @return the result of the join point
	 * @throws Throwable if the join point fails
	 */
	static @Nullable Object around(@Nullable Object target, Method method, JoinPoint joinPoint) throws Throwable {
		Object object = target;
		for (Object inner = target; inner != null; inner = AopProxyUtils.getSingletonTarget(inner)) {
			object = inner;
		}
		MethodPermit outer = current.get();
		current.set(new MethodPermit(object, method, outer));
		try {
			return joinPoint.proceed();
		}
		finally {
			if (outer != null) {
				current.set(outer);
			}
			else {
				current.remove();
			}
		}
	}

	/**
	 * Enter a method with the permit of the current thread, and take it. Locked methods
	 * call this before anything else.
	 * @param target the called object
	 * @param name the name of the method
	 * @param descriptor the descriptor of the method
	 * @return the permit, to be left when the method returns
	 * @throws InvalidApprovalUsageException if the guard did not let the call through
	 */
	public static MethodPermit enter(Object target, String name, String descriptor) {
		MethodPermit permit = find(target, name, descriptor);
		permit.taken = true;
		permit.depth++;
		return permit;
	}

	/**
	 * Leave a method. When the permitted method returns, its permit is used up.
	 */
	public void leave() {
		this.depth--;
	}

	private static MethodPermit find(Object target, String name, String descriptor) {
		MethodPermit permit = current.get();
		if (permit != null && permit.target == target && !permit.taken && permit.isFor(target, name, descriptor)) {
			return permit;
		}
		int starts = 1;
		for (MethodPermit running = permit; running != null; running = running.outer) {
			if (running.target == target && running.depth > 0 && isOwnCall(starts)) {
				return running;
			}
			starts++;
		}
		String message = ("%s.%s does not run, because it was called on the object itself and not on the bean, which is "
				+ "guarded. Call it on the bean: have the bean injected, if necessary into itself with @Lazy, or move "
				+ "the method to another bean")
			.formatted(ClassUtils.getUserClass(target).getName(), name);
		logger.warn(message);
		throw new InvalidApprovalUsageException(message, null);
	}

	/**
	 * Return whether the current call was made by a method that the guard started, and
	 * not by a task of others: a worker of a {@link ForkJoinPool} runs these while it
	 * waits.
	 * @param starts the number of permits from the current one to that of the method
	 */
	private static boolean isOwnCall(int starts) {
		return StackWalker.getInstance()
			.walk((frames) -> frames.filter((frame) -> isTask(frame) || isStart(frame))
				.limit(starts)
				.allMatch(MethodPermit::isStart));
	}

	private static boolean isTask(StackFrame frame) {
		return frame.getClassName().equals(ForkJoinTask.class.getName());
	}

	private static boolean isStart(StackFrame frame) {
		return frame.getClassName().equals(MethodPermit.class.getName()) && frame.getMethodName().equals("around");
	}

	private boolean isFor(Object target, String name, String descriptor) {
		if (!this.method.getName().equals(name)) {
			return false;
		}
		// A bridge calls the method that it stands for
		return hasParameters(this.method, descriptor)
				|| hasParameters(AopUtils.getMostSpecificMethod(this.method, target.getClass()), descriptor);
	}

	private static boolean hasParameters(Method method, String descriptor) {
		String permitted = descriptors.computeIfAbsent(method, Type::getMethodDescriptor);
		int end = permitted.indexOf(')') + 1;
		return descriptor.regionMatches(0, permitted, 0, end);
	}

	/**
	 * Call of a guarded method.
	 */
	@FunctionalInterface
	interface JoinPoint {

		@Nullable Object proceed() throws Throwable;

	}

}

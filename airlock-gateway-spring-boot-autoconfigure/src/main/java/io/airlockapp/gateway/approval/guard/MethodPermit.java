/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.asm.Type;
import org.springframework.core.NamedThreadLocal;
import org.springframework.util.ClassUtils;

/**
 * Permits one call of a guarded method of one object in one thread. The guard grants it
 * directly around the call, and a locked method requires it. While the method of an
 * approved call runs, the code of its class may directly call the other guarded methods
 * of the object that have the same approvers, which is part of what was approved. What
 * other code calls is not, since that could be a task of others: an executor, a future or
 * a lambda expression.
 */
public final class MethodPermit {

	private static final Log logger = LogFactory.getLog(MethodPermit.class);

	private static final ThreadLocal<@Nullable MethodPermit> current = new NamedThreadLocal<>(
			"Permit of a guarded method");

	/**
	 * Also walks the frames of lambda expressions and reflection.
	 */
	private static final StackWalker stack = StackWalker
		.getInstance(Set.of(Option.RETAIN_CLASS_REFERENCE, Option.SHOW_HIDDEN_FRAMES));

	private final @Nullable Object target;

	private final Method method;

	private final Predicate<Method> ownCalls;

	/**
	 * The signatures of called methods, by whether the approval covers calls of them.
	 */
	private final Map<String, Boolean> covered = new HashMap<>();

	/**
	 * The descriptor of the bridge that the permit let through, if any.
	 */
	private @Nullable String bridge;

	private boolean taken;

	private MethodPermit(@Nullable Object target, Method method, Predicate<Method> ownCalls) {
		this.target = target;
		this.method = method;
		this.ownCalls = ownCalls;
	}

	/**
	 * Permit the current thread to call a method, for the duration of a join point.
	 * @param target the target of the call
	 * @param method the method
	 * @param ownCalls whether the approval of the call covers calls of another guarded
	 * method on the object itself
	 * @param joinPoint the call of the method
	 * @return the result of the join point
	 * @throws Throwable if the join point fails
	 */
	static @Nullable Object around(@Nullable Object target, Method method, Predicate<Method> ownCalls,
			JoinPoint joinPoint) throws Throwable {
		MethodPermit outer = current.get();
		MethodPermit permit = new MethodPermit(target, method, ownCalls);
		try {
			current.set(permit);
			return joinPoint.proceed();
		}
		finally {
			// Also if it remains in the thread, since the stack is exhausted
			permit.taken = true;
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
	 * @throws InvalidApprovalUsageException if the guard did not let the call through
	 */
	public static void enter(Object target, String name, String descriptor) {
		MethodPermit permit = current.get();
		if (permit != null && permit.target == target) {
			if (permit.take(target, name, descriptor)) {
				return;
			}
			if (isOwnCall(target) && permit.covers(target, name, descriptor)) {
				return;
			}
		}
		String remedy = (permit != null && permit.target == target)
				? "A call of %s covers it only if it was approved, by the same approvers, and calls it directly or in a loop, not in a lambda expression, a method reference or a task: move what both do to a private method"
					.formatted(permit.method.getName())
				: "Call it on the bean: have the bean injected, if necessary into itself with @Lazy, or move the method to another bean";
		String message = "%s.%s does not run, because it was called on the object itself and not on the bean, which is guarded. %s"
			.formatted(ClassUtils.getUserClass(target).getName(), name, remedy);
		logger.warn(message);
		throw new InvalidApprovalUsageException(message);
	}

	/**
	 * Take the permit. A bridge only calls the method that it stands for, which takes it
	 * then. Nothing else does, even if that method ran where it is not locked.
	 */
	private boolean take(Object target, String name, String descriptor) {
		Method specific = AopUtils.getMostSpecificMethod(this.method, target.getClass());
		boolean same = this.method.getName().equals(name)
				&& (hasParameters(this.method, descriptor) || hasParameters(specific, descriptor));
		if (this.taken || !same) {
			return false;
		}
		if (descriptor.equals(Type.getMethodDescriptor(specific))) {
			this.taken = this.bridge == null || isCalledByBridge(target);
			return this.taken;
		}
		if (this.bridge != null) {
			return false;
		}
		this.bridge = descriptor;
		return true;
	}

	private boolean isCalledByBridge(Object target) {
		return stack.walk((frames) -> frames.dropWhile((frame) -> frame.getDeclaringClass() == MethodPermit.class)
			.skip(1)
			.limit(1)
			.anyMatch((caller) -> caller.getDeclaringClass().isInstance(target)
					&& caller.getMethodName().equals(this.method.getName())
					&& caller.getDescriptor().equals(this.bridge)));
	}

	private boolean covers(Object target, String name, String descriptor) {
		return this.covered.computeIfAbsent(name + descriptor, (signature) -> Arrays
			.stream(target.getClass().getDeclaredMethods())
			.filter((called) -> called.getName().equals(name) && Type.getMethodDescriptor(called).equals(descriptor))
			.anyMatch(this.ownCalls));
	}

	/**
	 * Return whether there is only code of the class between a running locked method of
	 * an object and the called one.
	 */
	private static boolean isOwnCall(Object target) {
		return stack.walk((frames) -> {
			Iterator<StackFrame> calls = frames.dropWhile((frame) -> frame.getDeclaringClass() == MethodPermit.class)
				.iterator();
			Class<?> locked = calls.next().getDeclaringClass();
			while (calls.hasNext()) {
				StackFrame frame = calls.next();
				Class<?> type = frame.getDeclaringClass();
				if (type == locked && !frame.getMethodName().equals("<init>")) {
					return true;
				}
				if (!type.isInstance(target) || LibraryTypes.contain(type)) {
					return false;
				}
			}
			return false;
		});
	}

	private static boolean hasParameters(Method method, String descriptor) {
		String permitted = Type.getMethodDescriptor(method);
		return descriptor.equals(permitted) || descriptor.regionMatches(0, permitted, 0, permitted.indexOf(')') + 1);
	}

	/**
	 * Call of a guarded method.
	 */
	@FunctionalInterface
	interface JoinPoint {

		@Nullable Object proceed() throws Throwable;

	}

}

package io.airlockapp.gateway.approval.guard;

import java.lang.reflect.Method;
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

	private final @Nullable Object target;

	private final Method method;

	private final @Nullable MethodPermit outer;

	private boolean taken;

	private long joins;

	private int depth;

	private MethodPermit(@Nullable Object target, Method method, @Nullable MethodPermit outer) {
		this.target = target;
		this.method = method;
		this.outer = outer;
	}

	/**
	 * Permit the current thread to call a method.
	 * @param target the target of the call, which may be another proxy
	 * @param method the method
	 * @return the permit, to be revoked after the call
	 */
	static MethodPermit grant(@Nullable Object target, Method method) {
		Object object = target;
		for (Object inner = target; inner != null; inner = AopProxyUtils.getSingletonTarget(inner)) {
			object = inner;
		}
		MethodPermit permit = new MethodPermit(object, method, current.get());
		current.set(permit);
		return permit;
	}

	void revoke() {
		if (this.outer != null) {
			current.set(this.outer);
		}
		else {
			current.remove();
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
		if (!permit.taken) {
			permit.taken = true;
			permit.joins = countJoins();
		}
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
		for (MethodPermit running = permit; running != null; running = running.outer) {
			if (running.target == target && running.depth > 0 && running.joins == countJoins()) {
				return running;
			}
		}
		String message = ("%s.%s does not run, because it was called on the object itself and not on the bean, which is "
				+ "guarded. Call it on the bean: have the bean injected, if necessary into itself with @Lazy, or move "
				+ "the method to another bean")
			.formatted(ClassUtils.getUserClass(target).getName(), name);
		logger.warn(message);
		throw new InvalidApprovalUsageException(message, null);
	}

	/**
	 * Count the calls in the stack that may run tasks of others: a worker of a
	 * {@link ForkJoinPool} does so while it waits.
	 */
	private static long countJoins() {
		return StackWalker.getInstance()
			.walk((frames) -> frames.filter((frame) -> frame.getClassName().equals(ForkJoinTask.class.getName()))
				.count());
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
		String permitted = Type.getMethodDescriptor(method);
		int end = permitted.indexOf(')') + 1;
		return descriptor.regionMatches(0, permitted, 0, end);
	}

}

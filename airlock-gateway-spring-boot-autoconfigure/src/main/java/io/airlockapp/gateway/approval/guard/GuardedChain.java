/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.DynamicIntroductionAdvice;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.DefaultAdvisorChainFactory;
import org.springframework.aop.framework.ReflectiveMethodInvocation;
import org.springframework.util.ClassUtils;

/**
 * Takes the invocations of a guarded method over from Spring, as the outermost
 * interceptor of the proxy, and divides the other interceptors by the guard. Spring's
 * invocations proceed from a position that each {@code proceed()} moves on, so that an
 * interceptor outside the guard could move one past it. The interceptors outside receive
 * an {@link OuterInvocation} instead.
 */
final class GuardedChain implements MethodInterceptor {

	private volatile @Nullable Division division;

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		OuterInvocation outer = takeOver((ProxyMethodInvocation) invocation);
		// Virtual threads that wait keep each frame of the stack
		return (outer.first() instanceof ApprovalMethodInterceptor guard) ? guard.invoke(outer) : outer.proceed();
	}

	private OuterInvocation takeOver(ProxyMethodInvocation invocation) {
		Division divided = this.division;
		if (divided == null) {
			divided = Division.of(invocation.getProxy(), invocation.getMethod(), invocation.getThis());
			this.division = divided;
		}
		return new OuterInvocation(invocation, divided);
	}

	/**
	 * Return the interceptors between the guard and a method.
	 * @param proxy the proxy
	 * @param method the method
	 * @param target the target of the proxy, or {@code null} if it has none
	 * @throws InvalidApprovalUsageException if the method has no guard, or if an
	 * interceptor precedes the one that takes invocations over
	 */
	static List<Object> inside(Object proxy, Method method, @Nullable Object target) {
		return Division.of(proxy, method, target).inside();
	}

	static @Nullable Class<?> targetClass(@Nullable Object target) {
		return (target != null) ? target.getClass() : null;
	}

	/**
	 * Holds the interceptors of a guarded method, divided by the guard.
	 *
	 * @param outside the interceptors from the outermost one to the guard, which is the
	 * last
	 * @param inside the interceptors between the guard and the method
	 */
	private record Division(List<Object> outside, List<Object> inside) {

		private static Division of(Object proxy, Method method, @Nullable Object target) {
			List<Object> all = (proxy instanceof Advised advised) ? DefaultAdvisorChainFactory.INSTANCE
				.getInterceptorsAndDynamicInterceptionAdvice(advised, method, targetClass(target)) : List.of();
			if (all.stream()
				.anyMatch((interceptor) -> interceptor instanceof DynamicIntroductionAdvice introduction
						&& introduction.implementsInterface(method.getDeclaringClass()))) {
				throw new InvalidApprovalUsageException(
						("%s does not run, because an introduction implements it, which any interceptor can repeat. Guard a "
								+ "method of another bean that the introduction calls")
							.formatted(ClassUtils.getQualifiedMethodName(method)));
			}
			if (!all.isEmpty() && all.get(0) instanceof GuardedChain) {
				for (int i = 1; i < all.size(); i++) {
					if (all.get(i) instanceof ApprovalMethodInterceptor) {
						return new Division(List.copyOf(all.subList(1, i + 1)),
								List.copyOf(all.subList(i + 1, all.size())));
					}
				}
			}
			throw new InvalidApprovalUsageException("%s does not run, because its guard was removed from the proxy"
				.formatted(ClassUtils.getQualifiedMethodName(method)));
		}

	}

	/**
	 * Invocation of the interceptors outside the guard, and of the guard. Each
	 * {@code proceed()} calls the next interceptor with an invocation of its own, however
	 * often and in however many threads it is called. What is inside the guard cannot be
	 * reached from it.
	 */
	static final class OuterInvocation extends ReflectiveMethodInvocation {

		private final Division division;

		/**
		 * Ends repetitions of this invocation, if a person denied it, or if its recording
		 * ended with an exception. Clones share it, so that nobody is asked again however
		 * an interceptor repeats the invocation.
		 */
		private final AtomicReference<@Nullable Runnable> ending = new AtomicReference<>();

		/**
		 * The invocation that proceeded with this one.
		 */
		private @Nullable OuterInvocation previous;

		private OuterInvocation(ProxyMethodInvocation invocation, Division division) {
			super(invocation.getProxy(), invocation.getThis(), invocation.getMethod(), invocation.getArguments(),
					targetClass(invocation.getThis()), division.outside());
			this.division = division;
		}

		/**
		 * Create the guard's own invocation, which has its own argument array.
		 * @param attribute the attributes of the guard
		 */
		InnerInvocation toInner(ApprovalAttribute attribute) {
			InnerInvocation inner = new InnerInvocation(attribute, this.division.inside(), getProxy(), getThis(),
					getMethod(), getArguments(), this.ending);
			// An invocation that no interceptor has seen has no attributes
			return (this.previous != null) ? inner.withUserAttributes(this) : inner;
		}

		/**
		 * Create an invocation for handlers of denied invocations, which cannot proceed.
		 */
		static OuterInvocation ofDenied(InnerInvocation invocation) {
			return new OuterInvocation(invocation, new Division(List.of(), List.of()));
		}

		/**
		 * Return the first interceptor.
		 */
		private Object first() {
			return this.division.outside().get(0);
		}

		@Override
		public @Nullable Object proceed() throws Throwable {
			OuterInvocation next = (OuterInvocation) super.invocableClone(getArguments());
			next.previous = this;
			return next.proceedOnce();
		}

		/**
		 * Move this invocation to its interceptor, and call it. Nobody else has this
		 * invocation yet.
		 */
		private @Nullable Object proceedOnce() throws Throwable {
			return super.proceed();
		}

		@Override
		protected Object invokeJoinpoint() {
			throw new IllegalStateException("The call is not approved, so it cannot proceed");
		}

		/**
		 * Set the arguments, also for the interceptors further outside, which would have
		 * the same invocation without a guard.
		 */
		@Override
		public void setArguments(@Nullable Object... arguments) {
			super.setArguments(arguments);
			if (this.previous != null) {
				this.previous.setArguments(arguments);
			}
		}

		@Override
		public MethodInvocation invocableClone(@Nullable Object... arguments) {
			OuterInvocation clone = (OuterInvocation) super.invocableClone(arguments);
			clone.previous = null;
			return clone;
		}

	}

}

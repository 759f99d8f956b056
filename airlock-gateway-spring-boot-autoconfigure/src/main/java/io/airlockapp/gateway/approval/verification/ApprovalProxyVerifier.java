/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.ApprovalAdvisor;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import io.airlockapp.gateway.approval.verification.ApprovalGuardVerifier.GuardedObject;

import org.springframework.aop.Advisor;
import org.springframework.aop.Pointcut;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AbstractAdvisorAutoProxyCreator;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.Pointcuts;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanFactory;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.Ordered;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;
import org.springframework.validation.beanvalidation.MethodValidationInterceptor;

/**
 * Rejects beans that require approval and leave Spring's auto-proxy creator without the
 * guard for each method, for any reason, and completes the proxies of the others. It runs
 * directly after that creator, since a later wrapper may hide the proxy.
 */
public final class ApprovalProxyVerifier implements BeanPostProcessor, Ordered {

	private final Map<Class<?>, List<Advisor>> matchedAdvisors = new ConcurrentHashMap<>();

	private final ApprovalGuardVerifier guardVerifier;

	/**
	 * Create a verifier.
	 * @param guardVerifier the verifier of the objects, which determines those to be
	 * guarded
	 */
	public ApprovalProxyVerifier(ApprovalGuardVerifier guardVerifier) {
		this.guardVerifier = guardVerifier;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 1;
	}

	/**
	 * Verify a bean.
	 * @throws UnguardableMethodException if the bean requires approval and is not guarded
	 */
	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		GuardedObject object = this.guardVerifier.takeObject(beanName);
		if (object != null && !(GuardedProxies.hasGuard(bean) && object.isWithin(bean))) {
			throw UnguardableMethodException.withRemedy(
					("Bean '%s' requires approval, but cannot be guarded: a BeanPostProcessor wraps it before Spring could "
							+ "create a proxy, or Spring never creates one of it, such as of an aspect or a PermissionEvaluator (it is a %s)")
						.formatted(beanName, bean.getClass().getName()),
					"Annotate another bean, or exclude this one from the BeanPostProcessor that wraps it.");
		}
		if (LockedClasses.isLocked(bean)) {
			requireSameAdvisors(bean, beanName);
		}
		GuardedProxies.complete(bean, beanName, this.guardVerifier.getNames());
		GuardedProxies.require(bean, beanName, this.guardVerifier.getBeanFactory());
		return bean;
	}

	/**
	 * Require that all advisors for a class also apply to its locked subclass. The
	 * pointcut of one may match exactly that class, and must not be lost. Advisors are
	 * matched again only if others are available, such as one that was in creation
	 * before.
	 */
	private void requireSameAdvisors(Object bean, String beanName) {
		Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
		List<Advisor> candidates = ((AbstractBeanFactory) this.guardVerifier.getBeanFactory()).getBeanPostProcessors()
			.stream()
			.filter(AbstractAdvisorAutoProxyCreator.class::isInstance)
			.flatMap((creator) -> findCandidateAdvisors(creator).stream())
			.toList();
		if (candidates.equals(this.matchedAdvisors.put(type, candidates))) {
			return;
		}
		candidates.stream().filter((advisor) -> isLost(advisor, type)).findFirst().ifPresent((advisor) -> {
			throw UnguardableMethodException.withRemedy(
					"Bean '%s' cannot be guarded: the pointcut of %s matches %s and not its subclasses, of which the object has a generated one"
						.formatted(beanName, advisor, ClassUtils.getUserClass(type).getName()),
					"Let the pointcut match subclasses, such as within(com.example.Refunds+), or an annotation.");
		});
	}

	/**
	 * Return whether an advisor applies to a method of the user's class, and not to the
	 * same method of the locked one.
	 */
	private static boolean isLost(Advisor advisor, Class<?> type) {
		Class<?> userClass = ClassUtils.getUserClass(type);
		if (!(advisor instanceof PointcutAdvisor ofMethods)) {
			return AopUtils.canApply(advisor, userClass) && !AopUtils.canApply(advisor, type);
		}
		Pointcut pointcut = ofMethods.getPointcut();
		return LibraryTypes.hierarchy(userClass)
			.flatMap((each) -> Arrays.stream(each.getDeclaredMethods()))
			.filter((method) -> !method.isSynthetic())
			.anyMatch((method) -> matches(pointcut, method, userClass) && !matches(pointcut, method, type));
	}

	private static boolean matches(Pointcut pointcut, Method method, Class<?> type) {
		return pointcut.getClassFilter().matches(type) && pointcut.getMethodMatcher().matches(method, type);
	}

	@SuppressWarnings("unchecked")
	private static List<Advisor> findCandidateAdvisors(Object creator) {
		Method method = advisorsAccessor();
		ReflectionUtils.makeAccessible(method);
		List<Advisor> advisors = (List<Advisor>) ReflectionUtils.invokeMethod(method, creator);
		return (advisors != null) ? advisors : List.of();
	}

	/**
	 * Return the method of Spring that returns the advisors of an auto-proxy creator.
	 */
	static Method advisorsAccessor() {
		Method method = ReflectionUtils.findMethod(AbstractAdvisorAutoProxyCreator.class, "findCandidateAdvisors");
		Assert.state(method != null, "No method 'findCandidateAdvisors'");
		return method;
	}

	/**
	 * {@link BeanPostProcessor} that asks once more, after all other post-processors,
	 * and, of all singletons, when all of these have been created.
	 */
	// Spring registers those for merged definitions again behind all others
	public static final class Last implements MergedBeanDefinitionPostProcessor, SmartInitializingSingleton {

		private final AtomicBoolean existingVerified = new AtomicBoolean();

		private final ApprovalGuardVerifier guardVerifier;

		/**
		 * Create a verifier.
		 * @param guardVerifier the verifier of the objects
		 */
		public Last(ApprovalGuardVerifier guardVerifier) {
			this.guardVerifier = guardVerifier;
		}

		@Override
		public void postProcessMergedBeanDefinition(RootBeanDefinition definition, Class<?> beanType, String beanName) {
			// Before beans can call singletons that factory post-processors registered
			if (this.existingVerified.compareAndSet(false, true)) {
				verifyExisting();
			}
		}

		/**
		 * Verify a bean. Others may have added advisors before existing ones, such as for
		 * {@code @Async} and {@code @Retryable}.
		 * @throws UnguardableMethodException if the bean is not guarded exactly once
		 */
		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			if (bean instanceof Advised proxy) {
				validateBeforeGuard(proxy);
			}
			GuardedProxies.complete(bean, beanName, this.guardVerifier.getNames());
			GuardedProxies.require(bean, beanName, this.guardVerifier.getBeanFactory());
			return bean;
		}

		/**
		 * Place Spring's method validation directly before the guard, if it is inside the
		 * guard. Approval is then not requested for invalid arguments, and validation
		 * takes place after authorization. The validation inside remains, since it also
		 * validates the return value, which has to happen within a transaction.
		 */
		private static void validateBeforeGuard(Advised proxy) {
			Advisor[] advisors = proxy.getAdvisors();
			int guard = 0;
			while (guard < advisors.length && !(advisors[guard] instanceof ApprovalAdvisor)) {
				guard++;
			}
			for (int i = guard; i < advisors.length; i++) {
				if (advisors[i].getAdvice() instanceof MethodValidationInterceptor) {
					Pointcut guarded = ((PointcutAdvisor) advisors[guard]).getPointcut();
					Pointcut pointcut = (advisors[i] instanceof PointcutAdvisor advisor)
							? Pointcuts.intersection(advisor.getPointcut(), guarded) : guarded;
					proxy.addAdvisor(guard, new DefaultPointcutAdvisor(pointcut, advisors[i].getAdvice()));
				}
			}
		}

		/**
		 * Verify the exposed beans, regardless of how they were created.
		 */
		@Override
		public void afterSingletonsInstantiated() {
			verifyExisting();
			this.guardVerifier.requireNoneOfLibraries();
		}

		private void verifyExisting() {
			ConfigurableListableBeanFactory beanFactory = this.guardVerifier.getBeanFactory();
			ExistingBeans.forEach(beanFactory, (bean, name) -> {
				GuardedProxies.require(bean, name, beanFactory);
				GuardedProxies.requireElements(bean, name);
				ProxyabilityChecks.requireComponents(bean, name, beanFactory);
			});
		}

	}

}

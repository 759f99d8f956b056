package io.airlockapp.gateway.approval;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.aopalliance.aop.Advice;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.Advisor;
import org.springframework.aop.Pointcut;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AbstractAdvisorAutoProxyCreator;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Lets no application start in which a method asks for approval and is not guarded: since
 * a proxy can't override it, since its bean is made before proxies are, or since nobody
 * could wait for what it returns. To see early beans too, it verifies each bean from
 * before the first post-processor on.
 */
public final class ApprovalGuardVerifier
		implements BeanFactoryPostProcessor, ApplicationListener<ContextRefreshedEvent>, PriorityOrdered {

	private static final List<Class<?>> NEVER_PROXIED = List.of(AopInfrastructureBean.class, Advice.class,
			Advisor.class, Pointcut.class);

	private final Set<Class<?>> typesWithoutGuard = ConcurrentHashMap.newKeySet();

	private @Nullable BeanFactory beanFactory;

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
		beanFactory.addBeanPostProcessor(new BeanPostProcessor() {

			@Override
			public Object postProcessAfterInitialization(Object bean, String beanName) {
				verify(bean, beanName, beanFactory);
				return bean;
			}

		});
		for (String name : beanFactory.getSingletonNames()) {
			Object bean = beanFactory.getSingleton(name);
			if (bean != null) {
				verify(bean, name, beanFactory);
			}
		}
	}

	/**
	 * Verify a child context, to which this context's proxies don't reach.
	 */
	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		ApplicationContext child = event.getApplicationContext();
		if (child.getAutowireCapableBeanFactory() == this.beanFactory
				|| child.getBeanNamesForType(ApprovalGuardVerifier.class, true, false).length > 0) {
			return;
		}
		for (String name : child.getBeanDefinitionNames()) {
			Class<?> type = child.getType(name, false);
			if (type != null && !guardedMethods(ClassUtils.getUserClass(type)).isEmpty()) {
				throw new UnguardableMethodException(
						("Bean '%s' asks for approval, but can't be guarded: its context '%s' has no guard of its own. Add "
								+ "AirlockApprovalAutoConfiguration to it")
							.formatted(name, child.getDisplayName()),
						null);
			}
		}
	}

	private void verify(Object bean, String beanName, BeanFactory beanFactory) {
		Class<?> type = ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(bean));
		if (bean instanceof ScopedObject || !AnnotationUtils.isCandidateClass(type, RequiresAirlockApproval.class)
				|| this.typesWithoutGuard.contains(type)) {
			return;
		}
		List<Method> guarded = guardedMethods(type);
		if (guarded.isEmpty()) {
			this.typesWithoutGuard.add(type);
		}
		guarded.forEach((method) -> verify(method, type, beanName, beanFactory));
	}

	private static List<Method> guardedMethods(Class<?> type) {
		return Arrays.stream(ReflectionUtils.getAllDeclaredMethods(type))
			.filter((method) -> isGuarded(method, type))
			.toList();
	}

	private static void verify(Method method, Class<?> type, String beanName, BeanFactory beanFactory) {
		String obstacle = obstacle(method, type, beanName, beanFactory);
		if (obstacle != null) {
			throw new UnguardableMethodException("%s of bean '%s' asks for approval, but can't be guarded: %s"
				.formatted(ClassUtils.getQualifiedMethodName(method, type), beanName, obstacle), null);
		}
	}

	private static @Nullable String obstacle(Method method, Class<?> type, String beanName, BeanFactory beanFactory) {
		int modifiers = method.getModifiers();
		if (Modifier.isStatic(modifiers)) {
			return "the method is static";
		}
		if (Modifier.isPrivate(modifiers)) {
			return "the method is private";
		}
		if (Modifier.isFinal(modifiers)) {
			return "the method is final";
		}
		if (Modifier.isFinal(type.getModifiers()) && !isOfInterface(method, type)) {
			return "its class is final";
		}
		if (NEVER_PROXIED.stream().anyMatch((infrastructure) -> infrastructure.isAssignableFrom(type))
				|| beanName.endsWith(AutowireCapableBeanFactory.ORIGINAL_INSTANCE_SUFFIX)) {
			return "Spring never proxies this bean, which belongs to its infrastructure by type or name";
		}
		if (!hasAutoProxyCreator(beanFactory)) {
			return "the bean is made too early, for a BeanPostProcessor or BeanFactoryPostProcessor that needs it";
		}
		return AsynchronousTypes.obstacle(method, type);
	}

	private static boolean hasAutoProxyCreator(BeanFactory beanFactory) {
		return beanFactory instanceof AbstractBeanFactory factory
				&& factory.getBeanPostProcessors().stream().anyMatch(AbstractAdvisorAutoProxyCreator.class::isInstance);
	}

	private static boolean isGuarded(Method method, Class<?> type) {
		if (method.isSynthetic() || method.getDeclaringClass() == Object.class) {
			return false;
		}
		boolean callable = !Modifier.isPrivate(method.getModifiers()) && !Modifier.isStatic(method.getModifiers());
		return callable ? ApprovalAttributeSource.findAnnotation(method, type) != null
				: ApprovalAttributeSource.findOwnAnnotation(method, type) != null;
	}

	private static boolean isOfInterface(Method method, Class<?> type) {
		return ClassUtils.getInterfaceMethodIfPossible(method, type).getDeclaringClass().isInterface();
	}

}

package io.airlockapp.gateway.approval;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AbstractAdvisorAutoProxyCreator;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanFactory;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Lets no application start in which a method asks for approval and is not guarded: since
 * a proxy can't override it, or since its bean is made before proxies are. To see early
 * beans too, it verifies each bean from before the first post-processor on.
 */
public final class ApprovalGuardVerifier implements BeanFactoryPostProcessor, PriorityOrdered {

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
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

	private static void verify(Object bean, String beanName, BeanFactory beanFactory) {
		Class<?> type = ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(bean));
		if (!(bean instanceof AopInfrastructureBean)
				&& AnnotationUtils.isCandidateClass(type, RequiresAirlockApproval.class)) {
			ReflectionUtils.doWithMethods(type, (method) -> verify(method, type, beanName, beanFactory),
					(method) -> isGuarded(method, type));
		}
	}

	private static void verify(Method method, Class<?> type, String beanName, BeanFactory beanFactory) {
		String obstacle = obstacle(method, type, beanFactory);
		if (obstacle != null) {
			throw new UnguardableMethodException("%s of bean '%s' asks for approval, but can't be guarded: %s"
				.formatted(ClassUtils.getQualifiedMethodName(method, type), beanName, obstacle), null);
		}
	}

	private static @Nullable String obstacle(Method method, Class<?> type, BeanFactory beanFactory) {
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
		if (!hasAutoProxyCreator(beanFactory)) {
			return "the bean is made too early, for a BeanPostProcessor or BeanFactoryPostProcessor that needs it";
		}
		return null;
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
				: ApprovalAttributeSource.findOwnAnnotation(method) != null;
	}

	private static boolean isOfInterface(Method method, Class<?> type) {
		return ClassUtils.getInterfaceMethodIfPossible(method, type).getDeclaringClass().isInterface();
	}

}

package io.airlockapp.gateway.approval;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.SmartInstantiationAwareBeanPostProcessor;
import org.springframework.context.ApplicationListener;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

/**
 * Lets no bean be made of which a method asks for approval and is not guarded, for
 * everybody who calls it.
 */
final class GuardedBeanPostProcessor implements SmartInstantiationAwareBeanPostProcessor {

	/**
	 * What has other post-processors call a method of the object that they are given.
	 */
	private static final List<String> CALLED_BY_POST_PROCESSORS = List.of(
			"org.springframework.scheduling.annotation.Scheduled",
			"org.springframework.messaging.handler.annotation.MessageMapping",
			"org.springframework.ai.mcp.annotation.McpTool");

	private final Set<String> referredToEarly = ConcurrentHashMap.newKeySet();

	private final ConfigurableListableBeanFactory beanFactory;

	private final ExpectedGuards expectedGuards;

	GuardedBeanPostProcessor(ConfigurableListableBeanFactory beanFactory, ExpectedGuards expectedGuards) {
		this.beanFactory = beanFactory;
		this.expectedGuards = expectedGuards;
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		Class<?> type = type(bean);
		List<Method> guarded = guardedMethods(bean, type);
		ContainerCalls calls = guarded.isEmpty() ? null : ContainerCalls.of(beanName, type, this.beanFactory);
		if (calls != null) {
			guarded.forEach((method) -> requireNoCall(calls, method, type, beanName));
		}
		return bean;
	}

	@Override
	public Object getEarlyBeanReference(Object bean, String beanName) {
		this.referredToEarly.add(beanName);
		return bean;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		boolean early = this.referredToEarly.remove(beanName);
		boolean guarded = verify(bean, beanName, early);
		// One that others refer to has its proxy already
		this.expectedGuards.set(beanName, guarded && !early);
		return bean;
	}

	/**
	 * Verify a bean.
	 * @param bean the bean
	 * @param beanName its name
	 * @param early whether other beans refer to it already
	 * @return whether it asks for approval
	 */
	boolean verify(Object bean, String beanName, boolean early) {
		Class<?> type = type(bean);
		List<Method> guarded = guardedMethods(bean, type);
		if (guarded.isEmpty() && !(bean instanceof ScopedObject)) {
			GuardedBeanMark.requireAbsent(bean, beanName, this.beanFactory);
		}
		for (Method method : guarded) {
			String obstacle = ProxyObstacles.find(method, type, beanName, this.beanFactory);
			if (obstacle == null && early && isCalledByPostProcessors(method, type)) {
				obstacle = "other beans refer to this one in a circle, so what calls the method is given an object "
						+ "without its proxy; break the circle, such as with @Lazy";
			}
			refuse(obstacle, method, type, beanName);
		}
		return !guarded.isEmpty();
	}

	private static Class<?> type(Object bean) {
		return ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(bean));
	}

	private static List<Method> guardedMethods(Object bean, Class<?> type) {
		return (bean instanceof ScopedObject) ? List.of() : GuardedMethods.of(type);
	}

	private static void requireNoCall(ContainerCalls calls, Method method, Class<?> type, String beanName) {
		if (calls.isInferred(method)) {
			refuse("Spring calls it by itself to destroy the bean, because of its name; set 'destroyMethod = \"\"' on "
					+ "the bean's definition", method, type, beanName);
		}
		if (calls.isDeclared(method) && ApprovalAttributeSource.findOwnAnnotation(method, type) != null) {
			refuse("Spring calls it by itself to make or destroy the bean, without a proxy; guard what it calls in "
					+ "another bean", method, type, beanName);
		}
	}

	private static boolean isCalledByPostProcessors(Method method, Class<?> type) {
		MergedAnnotations annotations = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
		return CALLED_BY_POST_PROCESSORS.stream().anyMatch(annotations::isPresent)
				|| (ApplicationListener.class.isAssignableFrom(type) && method.getName().equals("onApplicationEvent"));
	}

	private static void refuse(@Nullable String obstacle, Method method, Class<?> type, String beanName) {
		if (obstacle != null) {
			throw UnguardableMethodException.of(method, type, beanName, obstacle);
		}
	}

}

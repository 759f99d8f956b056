package io.airlockapp.gateway.ai;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.method.MethodToolCallback;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.DirectFieldAccessor;
import org.springframework.beans.factory.config.SingletonBeanRegistry;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Prepares tools that are methods. Spring AI takes any object, and would call one that is
 * no bean without approval; and it can't call public methods of a class that is not
 * public through a proxy, which is.
 */
final class MethodTools {

	/**
	 * Spring AI's own wrapper, which asks the model for more than the tool needs.
	 */
	private static final String AUGMENTED = "org.springframework.ai.tool.augment.AugmentedToolCallback";

	private final SingletonBeanRegistry beans;

	MethodTools(SingletonBeanRegistry beans) {
		this.beans = beans;
	}

	/**
	 * Prepare the tools among some objects.
	 * @param candidates the objects
	 * @throws UnguardableMethodException if a tool asks for approval and is not guarded
	 */
	void prepare(@Nullable Collection<?> candidates) {
		for (Object candidate : (candidates != null) ? candidates : List.of()) {
			ToolCallback tool = (candidate instanceof ToolCallback callback) ? unwrap(callback) : null;
			if (tool instanceof MethodToolCallback methodTool) {
				prepare(methodTool);
			}
		}
	}

	private void prepare(MethodToolCallback tool) {
		DirectFieldAccessor fields = new DirectFieldAccessor(tool);
		Object object = read(fields, "toolObject");
		if (object == null || !(read(fields, "toolMethod") instanceof Method method)) {
			return;
		}
		if (AopUtils.isAopProxy(object)) {
			ReflectionUtils.makeAccessible(method);
		}
		else if (asksForApproval(method, object) && !isBean(object)) {
			throw new UnguardableMethodException(
					("Tool '%s' asks for approval, but %s is called on an object that is no bean, and so can't be guarded: "
							+ "make the object a bean, and give the bean to Spring AI")
						.formatted(tool.getToolDefinition().name(), ClassUtils.getQualifiedMethodName(method)),
					null);
		}
	}

	private static ToolCallback unwrap(ToolCallback tool) {
		ToolCallback current = tool;
		while (current.getClass().getName().equals(AUGMENTED)
				&& read(new DirectFieldAccessor(current), "delegate") instanceof ToolCallback delegate) {
			current = delegate;
		}
		return current;
	}

	private static @Nullable Object read(DirectFieldAccessor fields, String name) {
		return fields.isReadableProperty(name) ? fields.getPropertyValue(name) : null;
	}

	private static boolean asksForApproval(Method method, Object object) {
		return MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY).isPresent(RequiresAirlockApproval.class)
				|| MergedAnnotations.from(object.getClass(), SearchStrategy.TYPE_HIERARCHY)
					.isPresent(RequiresAirlockApproval.class);
	}

	/**
	 * Beans were verified when they were made. One without a proxy is a mock.
	 */
	private boolean isBean(Object object) {
		return Arrays.stream(this.beans.getSingletonNames())
			.anyMatch((name) -> this.beans.getSingleton(name) == object);
	}

}

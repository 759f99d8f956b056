/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.ai;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Set;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.StreamingChatModel;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.Model;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.resolution.ToolCallbackResolver;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.StaticMethodMatcherPointcutAdvisor;
import org.springframework.core.Ordered;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Refuses prompts with tools that require approval and are not guarded, and such tools if
 * a resolver finds them by name. It advises tool calling managers, the chat models, which
 * receive every prompt regardless of how its client was created, and the application's
 * own tool callback resolvers. Those of Spring AI are left to {@link ToolPostProcessor},
 * because beans that are declared by their interface have no class-based proxy in a
 * native image.
 */
public final class ToolPromptAdvisor extends StaticMethodMatcherPointcutAdvisor {

	private static final String SPRING_AI = "org.springframework.ai.";

	/**
	 * The methods of models, of which those with a text make the prompt themselves.
	 */
	private static final Set<String> CALLS = Set.of("call", "stream");

	/**
	 * Create an advisor with the highest precedence.
	 */
	public ToolPromptAdvisor() {
		setOrder(Ordered.HIGHEST_PRECEDENCE);
		setClassFilter((type) -> usesTools(type) && isProxied(type));
		setAdvice((MethodInterceptor) ToolPromptAdvisor::invoke);
	}

	private static boolean usesTools(Class<?> type) {
		return StreamingChatModel.class.isAssignableFrom(type) || ToolCallingManager.class.isAssignableFrom(type)
				|| (ToolCallbackResolver.class.isAssignableFrom(type) && !type.getName().startsWith(SPRING_AI))
				|| (Model.class.isAssignableFrom(type)
						&& ClassUtils.hasMethod(type, "call", new Class<?>[] { Prompt.class }));
	}

	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		return isOfPrompt(method);
	}

	private static boolean isOfPrompt(Method method) {
		return CALLS.contains(method.getName()) || ToolCallback.class.isAssignableFrom(method.getReturnType()) || Arrays
			.stream(method.getParameterTypes())
			.anyMatch((type) -> type != Object.class
					&& (type.isAssignableFrom(Prompt.class) || type.isAssignableFrom(ToolCallingChatOptions.class)));
	}

	private static @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		for (Object argument : invocation.getArguments()) {
			MethodTools.prepareRequest(argument);
		}
		if (invocation.getThis() instanceof ChatModel model) {
			MethodTools.prepareRequest(model.getOptions());
		}
		Object result = invocation.proceed();
		MethodTools.prepareTool(result);
		return result;
	}

	/**
	 * Return whether an object is a proxy with this advisor.
	 */
	static boolean isAdvising(Object object) {
		return object instanceof Advised proxy
				&& Arrays.stream(proxy.getAdvisors()).anyMatch(ToolPromptAdvisor.class::isInstance);
	}

	/**
	 * Return whether beans of a class can have a proxy. Beans of a final class, or with
	 * final methods, could have one for an interface, but then could not be injected by
	 * their class.
	 */
	private static boolean isProxied(Class<?> type) {
		// The methods of a proxy are final
		Class<?> userClass = ClassUtils.getUserClass(type);
		return ClassUtils.isLambdaClass(type) || Proxy.isProxyClass(type)
				|| (!Modifier.isFinal(userClass.getModifiers())
						&& Arrays.stream(ReflectionUtils.getAllDeclaredMethods(userClass))
							.noneMatch((method) -> isOfPrompt(method) && Modifier.isFinal(method.getModifiers())
									&& Modifier.isPublic(method.getModifiers())
									&& !Modifier.isStatic(method.getModifiers())));
	}

}

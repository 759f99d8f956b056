/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.ai;

import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.ApprovalAttributeSource;
import io.airlockapp.gateway.approval.guard.GuardedMethods;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import io.airlockapp.gateway.approval.verification.GuardedProxies;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.ai.tool.method.MethodToolCallback;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Prepares tools before they are called. Spring AI accepts any object as a tool, and
 * would call an unguarded one without approval. It also cannot call public methods of a
 * non-public class through a proxy, although the proxy itself is public.
 * <p>
 * Spring AI has no accessors for the parts of a tool, so they are searched for in all
 * fields, regardless of their names. A tool whose parts are not found is refused.
 */
final class MethodTools {

	private static final Set<String> FUNCTIONS = Set.of("accept", "apply", "get");

	private MethodTools() {
	}

	/**
	 * Prepare the tools of a request to a model.
	 * @param request the prompt or its options, or another object without tools
	 * @throws UnguardableMethodException if a tool requires approval and is not guarded
	 */
	static void prepareRequest(@Nullable Object request) {
		prepare(toolsOf(request));
	}

	/**
	 * Return the tools of a request to a model.
	 * @param request the prompt or its options, or another object without tools
	 * @return the tools
	 */
	static List<ToolCallback> toolsOf(@Nullable Object request) {
		Object options = (request instanceof Prompt prompt) ? prompt.getOptions() : request;
		List<ToolCallback> tools = (options instanceof ToolCallingChatOptions toolCalling)
				? toolCalling.getToolCallbacks() : null;
		return (tools != null) ? tools : List.of();
	}

	/**
	 * Prepare an object if it is a tool.
	 * @param candidate the object
	 * @throws UnguardableMethodException if it is a tool that requires approval and is
	 * not guarded
	 */
	static void prepareTool(@Nullable Object candidate) {
		prepare(Collections.singleton(candidate));
	}

	/**
	 * Prepare the tools among the given objects.
	 * @param candidates the objects
	 * @throws UnguardableMethodException if a tool requires approval and is not guarded
	 */
	static void prepare(Collection<? extends @Nullable Object> candidates) {
		Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
		candidates.forEach((candidate) -> prepare(candidate, seen));
	}

	private static void prepare(@Nullable Object candidate, Set<Object> seen) {
		if (!(candidate instanceof ToolCallback tool) || !seen.add(tool)) {
			return;
		}
		requireGuarded(tool, tool);
		List<Object> parts;
		try {
			parts = parts(target(tool));
		}
		catch (InaccessibleObjectException ex) {
			throw unknown(tool);
		}
		parts.forEach((part) -> prepare(part, seen));
		if (target(tool) instanceof MethodToolCallback) {
			prepareMethod(tool, parts);
		}
		else {
			if (target(tool) instanceof FunctionToolCallback
					&& parts.stream().noneMatch(BiFunction.class::isInstance)) {
				throw unknown(tool);
			}
			parts.forEach((part) -> {
				requireGuarded(part, tool);
				if (part instanceof Function || part instanceof BiFunction || part instanceof Supplier
						|| part instanceof Consumer) {
					requireAwaited(part);
				}
			});
		}
	}

	private static void prepareMethod(ToolCallback tool, List<Object> parts) {
		List<Method> methods = parts.stream().filter(Method.class::isInstance).map(Method.class::cast).toList();
		if (methods.size() != 1) {
			throw unknown(tool);
		}
		Method method = methods.get(0);
		boolean isStatic = Modifier.isStatic(method.getModifiers());
		List<Object> objects = parts.stream().filter((part) -> method.getDeclaringClass().isInstance(part)).toList();
		if (objects.isEmpty() && !isStatic) {
			throw unknown(tool);
		}
		if (isOfGuardedType(method, objects) || (isStatic ? GuardedProxies.isUnguarded(null, method)
				: objects.stream().anyMatch((object) -> GuardedProxies.isUnguarded(object, method)))) {
			throw unguarded(tool, method);
		}
		for (Object object : objects) {
			Class<?> type = AopUtils.getTargetClass(object);
			if (ApprovalAttributeSource.requiresApproval(method, type)) {
				ToolMethods.requireAwaited(method, type);
			}
		}
		if (objects.stream().anyMatch(AopUtils::isAopProxy)) {
			ReflectionUtils.makeAccessible(method);
		}
	}

	/**
	 * Return whether a type requires approval of calls by others, and a tool calls a
	 * method of it that others cannot call otherwise.
	 */
	private static boolean isOfGuardedType(Method method, List<Object> objects) {
		return (method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC)) != 0
				&& Stream.concat(Stream.of(method.getDeclaringClass()), objects.stream().map(AopUtils::getTargetClass))
					.flatMap(LibraryTypes::hierarchy)
					.anyMatch((type) -> MergedAnnotations.from(type).isPresent(RequiresAirlockApproval.class));
	}

	private static void requireAwaited(Object function) {
		Class<?> type = ClassUtils.getUserClass(AopUtils.getTargetClass(function));
		GuardedMethods.of(type)
			.stream()
			.filter((method) -> FUNCTIONS.contains(method.getName()))
			.forEach((method) -> ToolMethods.requireAwaited(method, type));
	}

	private static void requireGuarded(Object object, ToolCallback tool) {
		Method method = GuardedProxies.findUnguarded(object);
		if (method != null) {
			throw unguarded(tool, method);
		}
	}

	private static UnguardableMethodException unguarded(ToolCallback tool, Method method) {
		return UnguardableMethodException.withRemedy(
				("Tool '%s' requires approval, but %s is called on an object that is not a bean, or that has a proxy without "
						+ "the guard: make the object a bean, and give the bean to Spring AI")
					.formatted(tool.getToolDefinition().name(), ClassUtils.getQualifiedMethodName(method)),
				"Make the object a bean, and give the bean to Spring AI in place of a new object.");
	}

	private static UnguardableMethodException unknown(ToolCallback tool) {
		return UnguardableMethodException.withRemedy(
				("Tool '%s' is refused, because it cannot be determined whether its method requires approval: this version of Spring "
						+ "AI does not keep what is called in fields of the tool, or the fields are not accessible")
					.formatted(tool.getToolDefinition().name()),
				"Pass the bean whose method is the tool, with a proxy of its class, or a function object, and not a composed "
						+ "function. Use a version of Spring AI that is supported.");
	}

	private static Object target(Object object) {
		Object target = AopProxyUtils.getSingletonTarget(object);
		return (target != null) ? target(target) : object;
	}

	/**
	 * Return the values of an object's fields, and those of the lambda expressions among
	 * them.
	 * @throws InaccessibleObjectException if a field cannot be read
	 */
	static List<Object> parts(Object object) {
		List<Object> parts = new ArrayList<>();
		ReflectionUtils.doWithFields(object.getClass(), (field) -> {
			field.setAccessible(true);
			Object part = field.get(object);
			if (part != null) {
				parts.add(part);
				if (ClassUtils.isLambdaClass(part.getClass())) {
					parts.addAll(parts(part));
				}
			}
		}, (field) -> !Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive());
		return parts;
	}

}

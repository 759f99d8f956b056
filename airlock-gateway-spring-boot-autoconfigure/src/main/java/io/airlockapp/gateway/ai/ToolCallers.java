/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.ai;

import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import io.airlockapp.gateway.approval.snapshot.MethodDeclarations;

import org.springframework.util.ClassUtils;

/**
 * Determines from the stack of the current thread whether Spring AI called a guarded
 * method, or code of the application that is a tool.
 */
public final class ToolCallers {

	/**
	 * The classes of Spring AI that call tools. Others call their own collaborators.
	 */
	private static final Pattern SPRING_AI = Pattern.compile("org\\.springframework\\.ai\\.((model\\.)?tool|mcp)\\.");

	private ToolCallers() {
	}

	/**
	 * Find the callers of a guarded method, which receive an exception of the guard.
	 * @param method the guarded method
	 * @param type the class of the called object
	 * @return the names of their classes up to that of Spring AI, or an empty list if
	 * Spring AI called another method, or none in this thread
	 */
	public static List<String> find(Method method, Class<?> type) {
		List<StackFrame> frames = upToSpringAi();
		return (frames.size() > 1 && isCall(frames.get(frames.size() - 2), method, type))
				? frames.stream().map(StackFrame::getClassName).toList() : List.of();
	}

	/**
	 * Return whether what Spring AI called is an object of a class, and not one of the
	 * application that may have done something before.
	 */
	static boolean isCalledObject(Class<?> type) {
		List<StackFrame> frames = upToSpringAi();
		Class<?> called = (frames.size() > 1) ? frames.get(frames.size() - 2).getDeclaringClass() : Object.class;
		return ClassUtils.getUserClass(type).isAssignableFrom(called) || Proxy.isProxyClass(called);
	}

	/**
	 * Return the frames up to the caller of tools, or none if there is no such caller.
	 */
	private static List<StackFrame> upToSpringAi() {
		List<StackFrame> frames = StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE)
			.walk((stack) -> stack.filter((frame) -> !LibraryTypes.isOfJava(frame.getDeclaringClass())).toList());
		int caller = IntStream.range(0, frames.size())
			.filter((i) -> isCallerOfTools(frames.get(i)))
			.findFirst()
			.orElse(-1);
		return frames.subList(0, caller + 1);
	}

	/**
	 * Return whether a frame is a call of the method, on any object: a proxy, or a
	 * decorator of the application.
	 */
	private static boolean isCall(StackFrame frame, Method method, Class<?> type) {
		Class<?> called = frame.getDeclaringClass();
		List<Class<?>> taken = MethodDeclarations.parameterTypes(method, type);
		return frame.getMethodName().equals(method.getName())
				&& areAlike(frame.getMethodType().wrap().parameterList(), taken)
				&& MethodDeclarations.of(method, type)
					.anyMatch((declaration) -> declaration.getDeclaringClass().isAssignableFrom(called)
							&& areAlike(MethodDeclarations.parameterTypes(declaration, called), taken));
	}

	/**
	 * Return whether the types of parameters are the same, or wider or narrower ones.
	 * Others are those of an overload, or of a function of another type.
	 */
	private static boolean areAlike(List<Class<?>> passed, List<Class<?>> taken) {
		return passed.size() == taken.size() && IntStream.range(0, taken.size())
			.allMatch((i) -> passed.get(i).isAssignableFrom(taken.get(i))
					|| taken.get(i).isAssignableFrom(passed.get(i)));
	}

	/**
	 * Return whether Spring AI called code that has called the guarded method.
	 */
	static boolean isInTool() {
		return StackWalker.getInstance().walk((stack) -> stack.anyMatch(ToolCallers::isCallerOfTools));
	}

	private static boolean isCallerOfTools(StackFrame frame) {
		return SPRING_AI.matcher(frame.getClassName()).lookingAt();
	}

}

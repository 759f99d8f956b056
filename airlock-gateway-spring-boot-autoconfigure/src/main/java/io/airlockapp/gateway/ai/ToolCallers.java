/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.ai;

import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import java.lang.reflect.Method;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import io.airlockapp.gateway.approval.snapshot.MethodDeclarations;

/**
 * Finds out in the stack of the current thread whether Spring AI called a guarded method,
 * or code of the application that is a tool.
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
		List<StackFrame> frames = StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE)
			.walk((stack) -> stack.filter((frame) -> !LibraryTypes.isOfJava(frame.getDeclaringClass())).toList());
		int caller = IntStream.range(0, frames.size())
			.filter((i) -> isCallerOfTools(frames.get(i)))
			.findFirst()
			.orElse(0);
		boolean called = caller > 0 && isCall(frames.get(caller - 1), method, type);
		return called ? frames.stream().limit(caller + 1).map(StackFrame::getClassName).toList() : List.of();
	}

	/**
	 * Return whether a frame is a call of the method, on any object: a proxy, or a
	 * decorator of the application.
	 */
	private static boolean isCall(StackFrame frame, Method method, Class<?> type) {
		return frame.getMethodName().equals(method.getName()) && MethodDeclarations.of(method, type)
			.anyMatch((declaration) -> declaration.getDeclaringClass().isAssignableFrom(frame.getDeclaringClass()));
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

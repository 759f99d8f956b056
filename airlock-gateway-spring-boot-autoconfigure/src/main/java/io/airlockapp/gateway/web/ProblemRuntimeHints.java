package io.airlockapp.gateway.web;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.util.ClassUtils;

/**
 * Registers the method that represents a handler which returned a description.
 */
final class ProblemRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		if (ClassUtils.isPresent("org.springframework.web.ErrorResponse", classLoader)) {
			hints.reflection().registerMethod(ApprovalProblems.describeMethod(), ExecutableMode.INVOKE);
		}
	}

}

package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.harp.DecisionEvidence;
import io.airlockapp.gateway.web.ApprovalProblems;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.util.ClassUtils;

/**
 * {@link RuntimeHintsRegistrar} for the SQL schemas, the evidence that events contain,
 * the descriptions of problems, and the libraries that configurations look for when they
 * create their beans.
 */
final class AirlockRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.resources()
			.registerPattern("io/airlockapp/gateway/approval/jdbc/schema.sql")
			.registerPattern("io/airlockapp/gateway/store/jdbc/schema.sql");
		new BindingReflectionHintsRegistrar().registerReflectionHints(hints.reflection(), DecisionEvidence.class);
		if (ClassUtils.isPresent("org.springframework.web.ErrorResponse", classLoader)) {
			hints.reflection().registerMethod(ApprovalProblems.describeMethod(), ExecutableMode.INVOKE);
		}
		for (String library : new String[] { ApprovalThreadsConfiguration.CONTEXT_PROPAGATION,
				AirlockDeviceLoginAutoConfiguration.LIBRARY }) {
			hints.reflection().registerTypeIfPresent(classLoader, library, (type) -> {
			});
		}
	}

}

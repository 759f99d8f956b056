package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.harp.DecisionEvidence;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * {@link RuntimeHintsRegistrar} for the SQL schema, the evidence that events contain, and
 * the library that a configuration looks for when it creates its beans.
 */
final class AirlockRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.resources().registerPattern("io/airlockapp/gateway/approval/jdbc/schema.sql");
		new BindingReflectionHintsRegistrar().registerReflectionHints(hints.reflection(), DecisionEvidence.class);
		hints.reflection()
			.registerTypeIfPresent(classLoader, ApprovalThreadsConfiguration.CONTEXT_PROPAGATION, (type) -> {
			});
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.harp.DecisionEvidence;
import io.airlockapp.gateway.pairing.PairingInvitation;
import io.airlockapp.gateway.web.ApprovalProblems;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.util.ClassUtils;

/**
 * {@link RuntimeHintsRegistrar} for the evidence in events, the descriptions of problems,
 * and a library whose presence is checked when beans are created.
 */
final class AirlockRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		new BindingReflectionHintsRegistrar().registerReflectionHints(hints.reflection(), DecisionEvidence.class,
				PairingInvitation.class);
		if (ClassUtils.isPresent("org.springframework.web.ErrorResponse", classLoader)) {
			hints.reflection().registerMethod(ApprovalProblems.describeMethod(), ExecutableMode.INVOKE);
		}
		hints.reflection().registerTypeIfPresent(classLoader, ApprovalTaskExecutorConfiguration.CONTEXT_PROPAGATION);
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import io.airlockapp.gateway.approval.AirlockOmitted;
import io.airlockapp.gateway.approval.AirlockSensitive;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.snapshot.AsynchronousTypes;
import io.airlockapp.gateway.approval.guard.OpenTransactions;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * Registers the annotations, which are found by reflection, the libraries whose presence
 * the guard checks, and methods of Spring that are called by reflection. Without these
 * hints, an open transaction would not be detected in a native image.
 */
final class ApprovalRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		for (Class<?> annotation : new Class<?>[] { RequiresAirlockApproval.class, AirlockSensitive.class,
				AirlockOmitted.class }) {
			hints.reflection().registerType(annotation, MemberCategory.INVOKE_DECLARED_METHODS);
			hints.proxies().registerJdkProxy(annotation);
		}
		for (String library : new String[] { AsynchronousTypes.REACTOR, OpenTransactions.TRANSACTIONS }) {
			hints.reflection().registerTypeIfPresent(classLoader, library, (type) -> {
			});
		}
		hints.reflection().registerMethod(ExistingBeans.productAccessor(), ExecutableMode.INVOKE);
		hints.reflection().registerMethod(ApprovalProxyVerifier.advisorsAccessor(), ExecutableMode.INVOKE);
		hints.reflection()
			.registerTypeIfPresent(classLoader, OpenTransactions.TEST_MANAGED,
					MemberCategory.INVOKE_DECLARED_CONSTRUCTORS);
	}

}

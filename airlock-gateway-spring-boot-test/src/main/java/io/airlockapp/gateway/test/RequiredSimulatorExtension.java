/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test;

import io.airlockapp.gateway.simulator.AirlockSimulator;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * JUnit extension of {@link ApproveAll @ApproveAll} and {@link RejectAll @RejectAll} that
 * fails a test without a simulator, in which they have no effect.
 */
final class RequiredSimulatorExtension implements BeforeTestExecutionCallback {

	// When the other extensions have prepared the test
	@Override
	public void beforeTestExecution(ExtensionContext context) {
		boolean started = context.getStore(AirlockSimulatorExtension.NAMESPACE).get(AirlockSimulator.class) != null;
		Assert.state(started || isAutoConfigured(context.getRequiredTestClass()),
				"@ApproveAll and @RejectAll have no effect without a simulator that they can reset: put "
						+ "@AutoConfigureAirlockSimulator on the test class, or register AirlockSimulatorExtension");
	}

	private static boolean isAutoConfigured(Class<?> testClass) {
		return MergedAnnotations.search(SearchStrategy.TYPE_HIERARCHY)
			.withEnclosingClasses(ClassUtils::isInnerClass)
			.from(testClass)
			.isPresent(AutoConfigureAirlockSimulator.class);
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test;

import io.airlockapp.gateway.simulator.AirlockSimulator;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.TestExecutionListener;

/**
 * {@link TestExecutionListener} that resets the simulator of the context before each test
 * with {@link AutoConfigureAirlockSimulator @AutoConfigureAirlockSimulator}.
 */
class AirlockSimulatorTestExecutionListener implements TestExecutionListener, Ordered {

	/**
	 * After the injection of dependencies, which may create a new context (1500 and
	 * 2000).
	 */
	private static final int ORDER = 2900;

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public void beforeTestMethod(TestContext testContext) {
		AutoConfigureAirlockSimulator annotation = annotation(testContext);
		if (annotation != null) {
			SimulatedTest.begin(simulator(testContext), testContext.getTestClass(), testContext.getTestMethod(),
					annotation.patience());
		}
	}

	// Before @AfterEach and the end of the context, and also after a failed test: JUnit
	// adds the exception that is thrown here to the failure
	@Override
	public void afterTestExecution(TestContext testContext) {
		if (annotation(testContext) != null) {
			SimulatedTest.end(simulator(testContext));
		}
	}

	private static @Nullable AutoConfigureAirlockSimulator annotation(TestContext testContext) {
		return TestContextAnnotationUtils.findMergedAnnotation(testContext.getTestClass(),
				AutoConfigureAirlockSimulator.class);
	}

	private static AirlockSimulator simulator(TestContext testContext) {
		return testContext.getApplicationContext().getBean(AirlockSimulator.class);
	}

}

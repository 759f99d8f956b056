/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test;

import java.time.Duration;
import java.util.Set;
import java.util.function.UnaryOperator;

import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.AirlockSimulatorBuilder;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

import org.springframework.boot.convert.DurationStyle;

/**
 * JUnit extension that starts an {@link AirlockSimulator} for tests that Spring's test
 * framework does not run. Methods and constructors of the test can have parameters of the
 * types {@link AirlockSimulator} and {@link SimulatedApprover}.
 * <p>
 * On a class, or as a static field, it starts one simulator for all tests of the class
 * and of its nested classes, and resets it before each test. Tests of such a class must
 * not run concurrently. As an instance field, it starts one simulator for each test.
 * <p>
 * The approver decides by {@link ApproveAll @ApproveAll} or {@link RejectAll @RejectAll},
 * or as the test specifies. A request that is not decided within 5 seconds is rejected
 * with a reason that states this, and the test fails.
 */
public final class AirlockSimulatorExtension
		implements BeforeAllCallback, BeforeEachCallback, AfterTestExecutionCallback, ParameterResolver {

	static final Namespace NAMESPACE = Namespace.create(AirlockSimulatorExtension.class);

	private static final Set<Class<?>> TYPES = Set.of(AirlockSimulator.class, SimulatedApprover.class);

	private final UnaryOperator<AirlockSimulatorBuilder> settings;

	/**
	 * Create an extension with the default settings of the simulator.
	 */
	public AirlockSimulatorExtension() {
		this(UnaryOperator.identity());
	}

	/**
	 * Create an extension, to be registered by a field.
	 * @param settings the function that configures the simulator, whose patience is 5
	 * seconds by default
	 */
	public AirlockSimulatorExtension(UnaryOperator<AirlockSimulatorBuilder> settings) {
		this.settings = settings;
	}

	@Override
	public void beforeAll(ExtensionContext context) {
		simulator(context);
	}

	@Override
	public void beforeEach(ExtensionContext context) {
		SimulatedTest.begin(simulator(context), context.getRequiredTestClass(), context.getRequiredTestMethod());
	}

	@Override
	public void afterTestExecution(ExtensionContext context) {
		SimulatedTest.end(simulator(context));
	}

	@Override
	public boolean supportsParameter(ParameterContext parameterContext, ExtensionContext extensionContext) {
		return TYPES.contains(parameterContext.getParameter().getType());
	}

	@Override
	public Object resolveParameter(ParameterContext parameterContext, ExtensionContext extensionContext) {
		AirlockSimulator simulator = simulator(extensionContext);
		return (parameterContext.getParameter().getType() == SimulatedApprover.class) ? simulator.approver()
				: simulator;
	}

	// JUnit closes the simulator together with the context in which it was started
	private AirlockSimulator simulator(ExtensionContext context) {
		return context.getStore(NAMESPACE)
			.computeIfAbsent(AirlockSimulator.class, (key) -> start(), AirlockSimulator.class);
	}

	private AirlockSimulator start() {
		Duration patience = DurationStyle.detectAndParse(AutoConfigureAirlockSimulator.DEFAULT_PATIENCE);
		return this.settings.apply(AirlockSimulator.builder().patience(patience)).start();
	}

}

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
 * and of its nested classes, and each test finds it as if it had just been started. Don't
 * let tests of such a class run concurrently. As a field of the instance it starts one
 * for each test.
 * <p>
 * The approver decides by {@link ApproveAll @ApproveAll} or {@link RejectAll @RejectAll},
 * or as the test specifies. A request that is not decided within 5 seconds is rejected
 * with a reason that says so, and the test fails.
 */
public final class AirlockSimulatorExtension
		implements BeforeAllCallback, BeforeEachCallback, AfterTestExecutionCallback, ParameterResolver {

	private static final Namespace NAMESPACE = Namespace.create(AirlockSimulatorExtension.class);

	private static final Set<Class<?>> TYPES = Set.of(AirlockSimulator.class, SimulatedApprover.class);

	private final UnaryOperator<AirlockSimulatorBuilder> settings;

	/**
	 * Create an extension with a simulator of default settings.
	 */
	public AirlockSimulatorExtension() {
		this(UnaryOperator.identity());
	}

	/**
	 * Create an extension, to be registered by a field.
	 * @param settings configures the simulator, whose patience is 5 seconds
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

	// JUnit closes it with the context that it was started for
	private AirlockSimulator simulator(ExtensionContext context) {
		return context.getStore(NAMESPACE)
			.computeIfAbsent(AirlockSimulator.class, (key) -> start(), AirlockSimulator.class);
	}

	private AirlockSimulator start() {
		Duration patience = DurationStyle.detectAndParse(AutoConfigureAirlockSimulator.DEFAULT_PATIENCE);
		return this.settings.apply(AirlockSimulator.builder().patience(patience)).start();
	}

}

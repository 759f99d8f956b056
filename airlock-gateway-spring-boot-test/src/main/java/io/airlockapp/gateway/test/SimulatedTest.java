/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test;

import java.lang.reflect.Method;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.stream.Collectors;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.support.Durations;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;

/**
 * Prepares a simulator before each test, and fails a test with undecided requests. It is
 * independent of the test framework.
 */
final class SimulatedTest {

	private static final Set<AirlockSimulator> begun = Collections
		.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

	private SimulatedTest() {
	}

	/**
	 * Reset the simulator, and let the approver decide according to the test's
	 * annotations.
	 * @throws AssertionError if there were undecided requests before the first test
	 */
	static void begin(AirlockSimulator simulator, Class<?> testClass, Method testMethod) {
		List<PendingRequest> undecided = begun.add(simulator) ? simulator.undecided() : List.of();
		simulator.reset();
		if (!undecided.isEmpty()) {
			throw new AssertionError(
					("Nobody decided about these requests while the application started, so they were rejected in the "
							+ "end:%s%n@ApproveAll and @RejectAll apply to tests. Replace what makes the calls by a mock, "
							+ "or declare an AirlockSimulator bean, and call 'approveAll()' in its method")
						.formatted(titles(undecided)));
		}
		SimulatedDecision decision = DecisionAnnotations.find(testClass, testMethod);
		if (decision != null) {
			simulator.decideAutomatically((request) -> decision);
		}
	}

	/**
	 * Reset the simulator, and limit the time for which requests can be pending.
	 */
	static void begin(AirlockSimulator simulator, Class<?> testClass, Method testMethod, String patience) {
		begin(simulator, testClass, testMethod);
		try {
			if (Durations.isWithoutUnit(patience)) {
				throw new IllegalArgumentException(Durations.UNIT_IS_MISSING);
			}
			simulator.patience(DurationStyle.detectAndParse(patience));
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(
					"@AutoConfigureAirlockSimulator(patience = \"%s\"): %s. Write it as in \"30s\" or \"1m\""
						.formatted(patience, ex.getMessage()),
					ex);
		}
	}

	/**
	 * Fail the test if there are undecided requests.
	 * @throws AssertionError if there are any
	 */
	static void end(AirlockSimulator simulator) {
		List<PendingRequest> undecided = simulator.undecided();
		if (!undecided.isEmpty()) {
			throw new AssertionError(
					("Nobody decided about these requests, so they were rejected in the end:%s%nPut @ApproveAll or "
							+ "@RejectAll on the test, or decide with the SimulatedApprover while another thread makes "
							+ "the call. To test a timeout, set 'airlock.gateway.approval.timeout', or "
							+ "'airlock.gateway.durable.timeout' for a durable method, to less than the patience. To leave "
							+ "a request undecided for longer, add @AutoConfigureAirlockSimulator(patience = \"1m\")")
						.formatted(titles(undecided)));
		}
	}

	private static String titles(List<PendingRequest> requests) {
		return requests.stream().map((request) -> "%n  %s".formatted(title(request))).collect(Collectors.joining());
	}

	private static @Nullable String title(PendingRequest request) {
		String title = (request.description() != null) ? request.description() : request.label();
		return Pairing.DEFAULT_NAME.equals(request.approver()) ? title
				: "%s (approver '%s')".formatted(title, request.approver());
	}

}

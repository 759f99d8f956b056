/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.aot;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.HandledRequest;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whole approvals in an application that was processed ahead of time: no bean has lost
 * its guard on the way.
 */
@Tag("slow")
class AheadOfTimeTests {

	private static final List<String> KINDS = List.of("method", "inherited", "interface", "hidden", "type", "scoped",
			"locked", "inner", "selfInjected");

	@Test
	void eachGuardedBeanRequestsApproval(@TempDir Path directory) throws Exception {
		// The timeout is a placeholder that has no value yet
		ProcessedApplication application = ProcessedApplication.of(BankApplication.class, directory);
		List<HandledRequest> requests = assertAllAsk(application, KINDS, "--bank.timeout=20s");
		assertShown(requests.get(0));
	}

	@Test
	void configurationsAndRegisteredBeansRequestApproval(@TempDir Path directory) throws Exception {
		ProcessedApplication application = ProcessedApplication.of(HeadquartersApplication.class, directory);
		List<String> kinds = List.of("configuration", "registered", "bean method");
		assertAllAsk(application, kinds);
		if (Runtime.version().feature() >= 25) {
			// No class can be defined then. Spring Boot requires this version for images
			assertAllAsk(application.with("-Dorg.graalvm.nativeimage.imagecode=runtime"), kinds);
		}
	}

	private static List<HandledRequest> assertAllAsk(ProcessedApplication application, List<String> kinds,
			String... arguments) throws Exception {
		try (AirlockSimulator simulator = AirlockSimulator.start()) {
			simulator.decideAutomatically((request) -> request.commandText().contains("evil")
					? SimulatedDecision.reject("Evil") : SimulatedDecision.approve());
			Stream<String> properties = simulator.properties()
				.entrySet()
				.stream()
				.map((entry) -> "--" + entry.getKey() + "=" + entry.getValue());
			String output = application.run(Stream
				.of(properties, Stream.of(arguments), Stream.of("--airlock.gateway.rate-limit.requests=100000"))
				.flatMap((each) -> each)
				.toList());
			assertThat(output).containsAnyOf("ahead of time: true, true", "calls of bean methods: true");
			assertThat(kinds).as(output)
				.allSatisfy((kind) -> assertThat(output).contains(kind + ": good ran",
						kind + ": evil ApprovalDeniedException"))
				.noneSatisfy((kind) -> assertThat(output).contains(kind + ": evil ran"));
			assertThat(output)
				.contains("itself: good InvalidApprovalUsageException", "itself: evil InvalidApprovalUsageException")
				.doesNotContain("itself: good ran", "itself: evil ran");
			assertThat(simulator.history()).hasSize(2 * kinds.size());
			return simulator.history();
		}
	}

	private static void assertShown(HandledRequest handled) {
		PendingRequest shown = handled.request();
		assertThat(shown.description()).isEqualTo("Transfer 2.50 to good, {pin=•••, number=4711}, •••");
		assertThat(shown.plaintext().toString()).contains("\"number\":\"4711\"", "\"@masked\":\"hmac-sha256:")
			.doesNotContain("secret-pin");
	}

}

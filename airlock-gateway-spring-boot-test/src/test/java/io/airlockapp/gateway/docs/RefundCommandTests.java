/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.util.stream.Stream;

import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.test.AirlockSimulatorExtension;
import io.airlockapp.gateway.test.ApproveAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Example of a test that Spring's test framework does not run.
 */
// tag::without-spring[]
@ExtendWith(AirlockSimulatorExtension.class)
class RefundCommandTests {

	@Test
	@ApproveAll
	void refundsFromTheCommandLine(AirlockSimulator simulator) {
		Stream<String> pairing = simulator.properties()
			.entrySet()
			.stream()
			.map((property) -> "--%s=%s".formatted(property.getKey(), property.getValue()));
		String[] args = Stream.concat(pairing, Stream.of("A-17")).toArray(String[]::new);
		assertThat(RefundApplication.run(args)).isZero();
		assertThat(simulator).wasAskedOnce().hasArgument("order", "A-17").wasApproved();
	}

}
// end::without-spring[]

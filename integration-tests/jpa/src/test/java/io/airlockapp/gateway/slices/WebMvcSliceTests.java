/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.slices;

import io.airlockapp.gateway.simulator.SimulatedApprover;
import io.airlockapp.gateway.test.ApproveAll;
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator;
import io.airlockapp.gateway.test.RejectAll;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a slice of controllers can be asked about.
 */
@WebMvcTest
@AutoConfigureAirlockSimulator
class WebMvcSliceTests {

	@Autowired
	private MockMvcTester mvc;

	@Autowired
	private SimulatedApprover approver;

	@Test
	@ApproveAll
	void runsOnceApproved() {
		assertThat(this.mvc.post().uri("/payouts?recipient=Kim")).hasStatusOk().hasBodyTextEqualTo("Kim");
		assertThat(this.approver).wasAskedTo("Pay out").hasArgument("recipient", "Kim");
	}

	@Test
	@RejectAll
	void doesNotRunOnceRejected() {
		assertThat(this.mvc.post().uri("/payouts?recipient=Kim")).hasStatus(HttpStatus.FORBIDDEN);
	}

}

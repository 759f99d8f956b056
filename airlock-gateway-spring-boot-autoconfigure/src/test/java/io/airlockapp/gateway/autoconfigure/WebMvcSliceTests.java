/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a slice with Spring MVC alone answers as the whole application does.
 */
@WebMvcTest
class WebMvcSliceTests {

	@Autowired
	private MockMvcTester mvc;

	@Test
	void denialIsReturnedAsProblem() {
		assertThat(this.mvc.get().uri("/refund")).hasStatus(HttpStatus.FORBIDDEN)
			.hasContentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON);
	}

	@Test
	void guardedHandlerIsGuarded() {
		assertThat(this.mvc.get().uri("/payout")).hasStatus(HttpStatus.SERVICE_UNAVAILABLE)
			.hasContentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON);
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@Import(Desk.class)
	static class Application {

	}

	@RestController
	static class Desk {

		@GetMapping("/refund")
		String refund() {
			throw ApprovalFailure.DENIED.exception();
		}

		@GetMapping("/payout")
		@RequiresAirlockApproval
		String payOut() {
			return "paid out";
		}

	}

}

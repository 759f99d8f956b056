/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.webflux.test.autoconfigure.WebFluxTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tests that a slice with Spring WebFlux alone answers as the whole application does.
 */
@WebFluxTest
class WebFluxSliceTests {

	@Autowired
	private WebTestClient client;

	@Test
	void denialIsReturnedAsProblem() {
		this.client.get()
			.uri("/refund")
			.exchange()
			.expectStatus()
			.isForbidden()
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON);
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@Import(Desk.class)
	static class Application {

	}

	@RestController
	static class Desk {

		@GetMapping("/refund")
		Mono<String> refund() {
			return Mono.error(ApprovalFailure.DENIED.exception());
		}

	}

}

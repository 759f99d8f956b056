/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.time.Duration;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ids and names that would change a URL if they weren't encoded.
 */
class PathVariableTests extends AbstractEndpointTests {

	static Stream<Arguments> variables() {
		return Stream.of(Arguments.of("a/b", "a%2Fb"), Arguments.of("../../echo", "..%2F..%2Fecho"),
				Arguments.of("a?b=c", "a%3Fb%3Dc"), Arguments.of("100%", "100%25"), Arguments.of("%2F", "%252F"),
				Arguments.of("a b", "a%20b"), Arguments.of("a+b&c", "a%2Bb%26c"), Arguments.of("a#b", "a%23b"),
				Arguments.of("a;b=c", "a%3Bb%3Dc"), Arguments.of("{x}", "%7Bx%7D"), Arguments.of("é漢🔒", //
						"%C3%A9%E6%BC%A2%F0%9F%94%92"),
				Arguments.of("a\r\nb: c", "a%0D%0Ab%3A%20c"), Arguments.of("a\\b@c:1", "a%5Cb%40c%3A1"));
	}

	@ParameterizedTest
	@MethodSource("variables")
	void encodesTheIdOfAnExchangeWhoseStatusIsRead(String id, String encoded) {
		answer(200, "{\"body\":{}}");
		template.getExchange(id);
		assertGet("/v1/exchanges/%s".formatted(encoded));
	}

	@ParameterizedTest
	@MethodSource("variables")
	void encodesTheIdOfAnExchangeThatIsWaitedFor(String id, String encoded) {
		answer(204, "");
		template.awaitDecision(id, Duration.ofSeconds(25));
		assertGet("/v1/exchanges/%s/wait?timeout=25".formatted(encoded));
	}

	@ParameterizedTest
	@MethodSource("variables")
	void encodesTheIdOfAnExchangeThatIsWithdrawn(String id, String encoded) {
		answer(200, "{}");
		template.withdraw(id);
		assertWithoutBody("POST", "/v1/exchanges/%s/withdraw".formatted(encoded));
	}

	@ParameterizedTest
	@MethodSource("variables")
	void encodesTheNonceOfAPairing(String nonce, String encoded) {
		answer(200, "{}");
		template.getPairingStatus(nonce);
		assertGet("/v1/pairing/%s/status".formatted(encoded));
	}

	@ParameterizedTest
	@MethodSource("variables")
	void encodesQueryParameters(String text, String encoded) {
		answer(200, "[]");
		template.getEffectivePolicies(text, text, text);
		assertGet("/v1/policy/dnd/effective?enforcerId=%1$s&workspaceId=%1$s&sessionId=%1$s".formatted(encoded));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/airlock", "/airlock/" })
	void keepsThePathOfTheBaseUrl(String path) {
		answer(200, "{}");
		clients.withPat(gateway.baseUrl() + path).echo();
		assertThat(SentRequests.only(gateway).getUrl()).isEqualTo("/airlock/echo");
	}

	@Test
	void takesABaseUrlThatEndsInASlash() {
		answer(200, "{}");
		clients.withPat(gateway.baseUrl() + "/").echo();
		assertThat(SentRequests.only(gateway).getUrl()).isEqualTo("/echo");
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.observation;

import java.net.URI;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.observation.ClientRequestObservationContext;
import org.springframework.mock.http.client.MockClientHttpRequest;
import org.springframework.mock.http.client.MockClientHttpResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link GatewayRequestObservationConvention}.
 */
class GatewayRequestObservationConventionTests {

	private final ClientRequestObservationContext context = new ClientRequestObservationContext(
			new MockClientHttpRequest(HttpMethod.GET, URI.create("https://gateway.example.com/echo")));

	@ParameterizedTest
	@CsvSource({ "204, 204, SUCCESS", "429, 429, CLIENT_ERROR", "299, OTHER, SUCCESS", "599, OTHER, UNKNOWN",
			"999, OTHER, UNKNOWN" })
	void statusesThatSpringDoesNotKnowHaveOneValue(int status, String tag, String outcome) {
		this.context.setResponse(new MockClientHttpResponse(new byte[0], HttpStatusCode.valueOf(status)));
		assertThat(tag("status")).isEqualTo(tag);
		assertThat(tag("outcome")).isEqualTo(outcome);
	}

	@Test
	void requestWithoutResponseHasTheValueOfSpring() {
		assertThat(tag("status")).isEqualTo("CLIENT_ERROR");
	}

	private String tag(String key) {
		return new GatewayRequestObservationConvention().getLowCardinalityKeyValues(this.context)
			.stream()
			.filter((tag) -> tag.getKey().equals(key))
			.findFirst()
			.orElseThrow()
			.getValue();
	}

}

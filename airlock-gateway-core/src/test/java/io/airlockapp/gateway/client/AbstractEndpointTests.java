/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.airlockapp.gateway.AirlockGatewayTemplate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that has all its credentials, and a gateway that answers every request
 * alike and shows what it was asked.
 */
abstract class AbstractEndpointTests {

	@RegisterExtension
	static final WireMockExtension gateway = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final GatewayClients clients = new GatewayClients();

	static AirlockGatewayTemplate template;

	@BeforeAll
	static void startApplication() {
		template = newTemplate();
	}

	static AirlockGatewayTemplate newTemplate() {
		return clients.withPatAndClient(gateway.baseUrl());
	}

	void answer(int status, String json) {
		answer(any(anyUrl()), status, json);
	}

	void answer(MappingBuilder request, int status, String json) {
		gateway.stubFor(request.willReturn(json(status, json)));
	}

	static ResponseDefinitionBuilder json(int status, String json) {
		return new ResponseDefinitionBuilder().withStatus(status)
			.withHeader("Content-Type", "application/json")
			.withBody(json);
	}

	void assertGet(String url) {
		assertWithoutBody("GET", url);
	}

	void assertWithoutBody(String method, String url) {
		LoggedRequest request = assertRequest(method, url);
		assertThat(SentRequests.headerNames(request)).containsExactly("accept", "x-client-id", "x-client-secret",
				"x-pat");
		assertThat(request.getBody()).isEmpty();
	}

	void assertPost(String url, String json) {
		LoggedRequest request = assertRequest("POST", url);
		assertThat(SentRequests.headerNames(request)).containsExactly("accept", "content-type", "x-client-id",
				"x-client-secret", "x-pat");
		assertThat(request.getHeader("Content-Type")).isEqualTo("application/json");
		assertThat(equalToJson(json).match(request.getBodyAsString()).isExactMatch())
			.as("%s is exactly %s", request.getBodyAsString(), json)
			.isTrue();
	}

	private LoggedRequest assertRequest(String method, String url) {
		LoggedRequest request = SentRequests.only(gateway);
		assertThat(request.getMethod().getName()).isEqualTo(method);
		assertThat(request.getUrl()).isEqualTo(url);
		assertThat(request.header("Accept").values()).containsExactly("application/json");
		assertThat(request.header("X-PAT").values()).containsExactly(GatewayClients.PAT);
		assertThat(request.header("X-Client-Id").values()).containsExactly("client-1");
		assertThat(request.header("X-Client-Secret").values()).containsExactly("secret-1");
		return request;
	}

}

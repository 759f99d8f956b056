/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPOutputStream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Answers to polls that cannot be read, before one that can, and instead of it.
 */
@Tag("slow")
class ResponseFaultTests extends FaultTests {

	private static final String WAIT = "/v1/exchanges/[^/]+/wait";

	private static final String TRUNCATED = "{\"msgType\":\"decision.deliver\",\"body\":{\"decision\":\"approve\",\"sig";

	@RegisterExtension
	static final WireMockExtension gateway = WireMockExtension.newInstance()
		.options(wireMockConfig().dynamicPort().gzipDisabled(true))
		.build();

	@BeforeEach
	void passOn() {
		gateway.stubFor(any(anyUrl()).atPriority(9).willReturn(aResponse().proxiedFrom(this.simulator.baseUrl())));
	}

	@Test
	void row17_discardsTruncatedResponseThatContainsApprove() {
		assertOvercome(json(TRUNCATED));
	}

	@Test
	void row17_truncatedResponseIsNeverDecision() {
		assertNeverADecision(json(TRUNCATED));
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", " ", "approve", "}{", "\"approve\"", "[]", "{\"body\":\"approve\"}{}", "\u0000\u0001" })
	void row18_pollsAgainAfterGarbage(String body) {
		assertOvercome(json(body));
	}

	@ParameterizedTest
	@EnumSource(Fault.class)
	void row18_pollsAgainAfterBrokenResponse(Fault fault) {
		assertOvercome(aResponse().withFault(fault));
	}

	@ParameterizedTest
	@EnumSource(Fault.class)
	void row18_brokenResponseIsNeverDecision(Fault fault) {
		assertNeverADecision(aResponse().withFault(fault));
	}

	@Test
	void row19_abortsOversizedResponse() {
		assertOvercome(json("{\"body\":{\"decision\":\"approve\",\"filler\":\"" + "x".repeat(8_000_000) + "\"}}"));
	}

	@Test
	void row19_doesNotDecompressResponse() throws IOException {
		ByteArrayOutputStream bomb = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
			byte[] blanks = " ".repeat(1_000_000).getBytes();
			for (int i = 0; i < 50; i++) {
				gzip.write(blanks);
			}
		}
		assertOvercome(json("").withHeader("Content-Encoding", "gzip").withBody(bomb.toByteArray()));
	}

	@Test
	void row19_abortsHugeHeaders() {
		assertOvercome(json("{}").withHeader("X-Filler", "x".repeat(2_000_000)));
	}

	@Test
	void row19_abortsEndlessNesting() {
		assertOvercome(json("{\"body\":" + "[".repeat(500_000)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/html", "text/plain", "application/octet-stream", "nonsense" })
	void row21_pageOfPortalIsNoDecision(String contentType) {
		assertOvercome(aResponse().withHeader("Content-Type", contentType)
			.withBody("<html><body>decision: approve</body></html>"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"status\":\"ok\"}", "{\"requestId\":\"c0ffee-7\",\"status\":\"starting\"}",
			"{\"body\":\"<html>\",\"statusCode\":200}", "{\"body\":{\"decision\":\"approve\"}}",
			"{\"msgType\":\"error\",\"body\":{\"code\":\"unavailable\",\"message\":\"Soon\"}}",
			"{\"msgType\":\"decision.deliver\",\"body\":null}", "{\"msgType\":\"decision.deliver\",\"body\":\"\"}" })
	void row21_jsonOfOthersIsNoDecision(String body) {
		assertOvercome(json(body));
	}

	@Test
	void row21_deniesIfPortalRespondsToAllRequests() {
		gateway.stubFor(any(anyUrl()).atPriority(1)
			.willReturn(aResponse().withHeader("Content-Type", "text/html").withBody("<html>approve</html>")));
		start("airlock.gateway.approval.timeout=1s");
		assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalUnavailableException.class);
	}

	/**
	 * The faulty answer is the first one; the approver approved meanwhile.
	 */
	private void assertOvercome(ResponseDefinitionBuilder answer) {
		gateway.stubFor(get(urlPathMatching(WAIT)).atPriority(1)
			.inScenario("polls")
			.whenScenarioStateIs(Scenario.STARTED)
			.willSetStateTo("recovered")
			.willReturn(answer));
		start("airlock.gateway.approval.poll-timeout=2s");
		approveCallAndAssertRun();
		assertThat(gateway.findAll(getRequestedFor(urlPathMatching(WAIT)))).hasSizeGreaterThan(1);
	}

	private void assertNeverADecision(ResponseDefinitionBuilder answer) {
		gateway.stubFor(get(urlPathMatching(WAIT)).atPriority(1).willReturn(answer));
		start("airlock.gateway.approval.timeout=1s");
		assertThat(this.application.callAndAssertDenied()).isInstanceOfAny(ApprovalUnavailableException.class,
				ApprovalTimeoutException.class);
		assertThat(this.simulator.pending()).isEmpty();
	}

	@Override
	void start(String... properties) {
		this.application.startAt(gateway.baseUrl(), this.simulator, properties);
	}

	private static ResponseDefinitionBuilder json(String body) {
		return aResponse().withHeader("Content-Type", "application/json").withBody(body);
	}

}

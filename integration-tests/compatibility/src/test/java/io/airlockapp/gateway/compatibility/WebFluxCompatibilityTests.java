/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.compatibility;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications on Spring WebFlux and Netty, over HTTP, and MCP servers among them.
 */
@Tag("slow")
@ExtendWith(OutputCaptureExtension.class)
class WebFluxCompatibilityTests {

	@AutoClose
	private final AirlockSimulator simulator = AirlockSimulator.start();

	@Test
	void waitsWithoutAThreadAndRefusesToBlockOne(CapturedOutput output) {
		try (RunningApplication application = start(Map.of())) {
			this.simulator.approver().approveAll();
			assertThat(application.post("/reactive-refunds/A-1").body()).isEqualTo("refunded A-1");
			this.simulator.approver().rejectAll("Refunded on Monday");
			RunningApplication.assertProblem(application.post("/reactive-refunds/A-2"), 403, "problem/approval-denied",
					"\"requestId\":\"req-");
			HttpResponse<String> blocking = application.post("/event-loop-refunds/A-3");
			assertThat(blocking.statusCode()).isGreaterThanOrEqualTo(500);
			assertThat(output).contains("Shop.refund was called in an event loop's thread", "Return a Mono");
			assertThat(application.bean(Shop.class).refunded()).containsExactly("A-1");
			assertThat(this.simulator.asked()).hasSize(2);
		}
	}

	@ParameterizedTest
	@CsvSource({ "SYNC, refundOrder", "ASYNC, refundOrderReactively" })
	void mcpServerRefundsOnceApproved(String type, String tool) {
		try (RunningApplication application = start(
				Map.of("spring.ai.mcp.server.enabled", "true", "spring.ai.mcp.server.annotation-scanner.enabled",
						"true", "spring.ai.mcp.server.protocol", "STREAMABLE", "spring.ai.mcp.server.type", type));
				McpSyncClient client = McpClient
					.sync(HttpClientStreamableHttpTransport.builder(application.url()).build())
					.requestTimeout(Duration.ofSeconds(20))
					.build()) {
			client.initialize();
			this.simulator.approver().approveAll();
			CallToolResult approved = refund(client, tool, "A-1");
			assertThat(approved.isError()).isNotEqualTo(true);
			assertThat(approved.content()).asString().contains("refunded A-1");
			this.simulator.approver().rejectAll("Refunded on Monday");
			CallToolResult rejected = refund(client, tool, "A-2");
			assertThat(rejected.isError()).isTrue();
			assertThat(rejected.content()).asString().contains("NOT CARRIED OUT", "Refunded on Monday");
			assertThat(this.simulator.asked()).hasSize(2);
		}
	}

	private static CallToolResult refund(McpSyncClient client, String tool, String order) {
		return client.callTool(CallToolRequest.builder(tool).arguments(Map.of("order", order)).build());
	}

	private RunningApplication start(Map<String, String> others) {
		Map<String, String> properties = new LinkedHashMap<>(this.simulator.properties());
		properties.putAll(others);
		return RunningApplication.start(ShopApplication.class, WebApplicationType.REACTIVE, properties);
	}

}

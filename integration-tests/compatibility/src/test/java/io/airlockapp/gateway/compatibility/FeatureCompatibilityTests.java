/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.compatibility;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.ApprovalConsentException;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.ConsentStatus;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import io.airlockapp.gateway.test.ApproveAll;
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator;
import io.airlockapp.gateway.test.RejectAll;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.AssistantMessage.ToolCall;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.tool.method.MethodToolCallbackProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.client.RestClient;

import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * One application that uses what depends on Spring Boot, Spring AI or a database, and
 * tests as users write them.
 */
@SpringBootTest(classes = ShopApplication.class, webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "airlock.gateway.enforcer.id=shop", "airlock.gateway.presence.interval=1s",
				"airlock.gateway.approval.journal=jdbc", "airlock.gateway.audit.evidence=true",
				"airlock.gateway.rate-limit.requests=1000", "spring.ai.mcp.server.enabled=false",
				"spring.ai.mcp.server.annotation-scanner.enabled=false",
				"management.endpoints.web.exposure.include=health", "management.endpoint.health.show-details=always" })
@Tag("slow")
@AutoConfigureAirlockSimulator
class FeatureCompatibilityTests {

	@Autowired
	private Shop shop;

	@Autowired
	private AirlockSimulator simulator;

	@Autowired
	private SimulatedApprover approver;

	@Test
	@ApproveAll
	void refundShowsLabelDescriptionAndArguments() {
		this.shop.refund("A-1");
		assertThat(this.approver).wasAskedTo("Refund")
			.hasDescription("Refund order A-1")
			.hasArgument("order", "A-1")
			.wasApproved();
	}

	@Test
	@ApproveAll
	void waitsInTheThreadOfAnAsynchronousMethod() {
		assertThat(this.shop.refundInBackground("A-1")).succeedsWithin(10, TimeUnit.SECONDS)
			.asString()
			.startsWith("refunded A-1 by ")
			.doesNotEndWith(" by " + Thread.currentThread().getName());
	}

	@Test
	@ApproveAll
	void usedApprovalIsStoredInDatabase(@Autowired JdbcTemplate jdbc) {
		this.shop.refund("A-1");
		String requestId = this.approver.asked().get(0).requestId();
		assertThat(jdbc.queryForObject("SELECT CLAIMED_AT FROM AIRLOCK_APPROVAL WHERE REQUEST_ID = ?", Long.class,
				requestId))
			.isPositive();
	}

	@Test
	@ApproveAll
	void approvalIsObserved(@Autowired MeterRegistry meters) {
		this.shop.refund("A-1");
		assertThat(meters.get("airlock.approval").tags("outcome", "approved", "gate", "Shop.refund").timer().count())
			.isPositive();
		assertThat(meters.get("airlock.gateway.requests").timers()).isNotEmpty();
		assertThat(meters.get("airlock.approvals.pending").gauge().value()).isZero();
	}

	@Test
	@RejectAll("Refunded on Monday")
	void denialIsAudited(@Autowired AuditEventRepository events) {
		assertThat(this.shop.refundLater("A-1")).failsWithin(10, TimeUnit.SECONDS);
		assertThat(events.find("shop", null, "AIRLOCK_DENIED")).isNotEmpty()
			.extracting(AuditEvent::getData)
			.allSatisfy((data) -> assertThat(data).containsKey("evidence"));
	}

	@Test
	void heartbeatsAreSentAndShownInHealth(@Autowired MeterRegistry meters, @LocalServerPort int port) {
		await().until(() -> this.simulator.isOnline("shop"));
		await().until(() -> meters.get("airlock.heartbeats").tag("outcome", "success").functionCounter().count() > 0);
		assertThat(RestClient.create("http://127.0.0.1:" + port)
			.get()
			.uri("/actuator/health/airlockGateway")
			.retrieve()
			.body(String.class)).contains("\"status\":\"UP\"", "lastHeartbeat");
	}

	@Test
	void refundWhenConsentIsMissingThrows() {
		this.simulator.consent(ConsentStatus.REQUIRED);
		assertThatExceptionOfType(ApprovalConsentException.class).isThrownBy(() -> this.shop.refund("A-1"));
	}

	@Test
	@ApproveAll
	void toolRunsOnceApproved(@Autowired ToolCallingManager manager, @Autowired ShopTools tools) {
		assertThat(call(manager, tools)).contains("refunded A-1");
		assertThat(this.approver).wasAskedTo("Refund by a model").hasArgument("order", "A-1");
	}

	@Test
	@RejectAll("Refunded on Monday")
	void toolWhenDeniedReturnsDenialToModel(@Autowired ToolCallingManager manager, @Autowired ShopTools tools) {
		assertThat(call(manager, tools)).contains("NOT CARRIED OUT", "Refunded on Monday");
	}

	@Test
	void toolThatIsNoBeanIsRefused(@Autowired ToolCallingManager manager) {
		assertThatExceptionOfType(UnguardableMethodException.class).isThrownBy(() -> call(manager, new ShopTools()));
	}

	private static String call(ToolCallingManager manager, ShopTools tools) {
		ToolCallingChatOptions options = ToolCallingChatOptions.builder()
			.toolCallbacks(MethodToolCallbackProvider.builder().toolObjects(tools).build().getToolCallbacks())
			.build();
		manager.resolveToolDefinitions(options);
		AssistantMessage message = AssistantMessage.builder()
			.toolCalls(List.of(new ToolCall("call-1", "function", "refundOrder", "{\"order\":\"A-1\"}")))
			.build();
		List<Message> history = manager
			.executeToolCalls(new Prompt(List.of(new UserMessage("Refund it")), options),
					new ChatResponse(List.of(new Generation(message))))
			.conversationHistory();
		return ((ToolResponseMessage) history.get(history.size() - 1)).getResponses().get(0).responseData();
	}

}

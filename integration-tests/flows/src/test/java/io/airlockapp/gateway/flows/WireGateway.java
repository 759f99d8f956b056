/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.extension.ResponseDefinitionTransformerV2;
import com.github.tomakehurst.wiremock.http.Request;
import com.github.tomakehurst.wiremock.http.RequestMethod;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A gateway that answers with any bytes, and knows a genuine approval of what was
 * submitted last.
 */
final class WireGateway implements AutoCloseable {

	private final ApproverKey key = ApproverKey.generate("key-1");

	private final Map<Call, Function<Decision, ResponseDefinitionBuilder>> answers = new ConcurrentHashMap<>();

	private final WireMockServer server = new WireMockServer(
			WireMockConfiguration.options().dynamicPort().gzipDisabled(true).extensions(new Answers()));

	private volatile Decision approval = Decision.signed(SignatureForm.TEXT, this.key, "approve", "req-none", "");

	static WireGateway start() {
		WireGateway gateway = new WireGateway();
		gateway.server.start();
		gateway.reset();
		return gateway;
	}

	String baseUrl() {
		return this.server.baseUrl();
	}

	/**
	 * Return the properties of an application that asks here.
	 */
	Map<String, String> properties() {
		try (AirlockSimulator simulator = AirlockSimulator.start()) {
			Map<String, String> properties = simulator.properties();
			properties.keySet().removeIf((name) -> name.contains(".signer-keys."));
			properties.put("airlock.gateway.base-url", baseUrl());
			properties.put("airlock.gateway.pairing.signer-keys." + this.key.id(), this.key.signerKey().encode());
			return properties;
		}
	}

	/**
	 * Set what a call is answered with, given a genuine approval of what was submitted.
	 */
	void answer(Call call, Function<Decision, ResponseDefinitionBuilder> answer) {
		this.answers.put(call, answer);
	}

	/**
	 * Set what every call is answered with.
	 */
	void answer(ResponseDefinitionBuilder answer) {
		for (Call call : Call.values()) {
			answer(call, (approval) -> answer);
		}
	}

	/**
	 * Behave like a gateway whose approver approves everything.
	 */
	void reset() {
		this.server.resetAll();
		this.server.stubFor(WireMock.any(WireMock.anyUrl()));
		this.answers.clear();
		answer(Call.SUBMIT, (approval) -> WireMock.jsonResponse("{}", 202));
		answer(Call.WAIT, (approval) -> WireMock.okJson(approval.envelope().toString()));
		answer(Call.STATUS, (approval) -> WireMock.okJson("{\"body\":{\"state\":\"decided\"}}"));
		answer(Call.WITHDRAW, (approval) -> WireMock.okJson("{\"msgType\":\"exchange.withdrawn\"}"));
		answer(Call.OTHER, (approval) -> WireMock.okJson("{}"));
	}

	List<Request> requests(Call call) {
		return this.server.getAllServeEvents()
			.stream()
			.<Request>map(ServeEvent::getRequest)
			.filter((request) -> Call.of(request) == call)
			.toList();
	}

	List<ServeEvent> requests() {
		return this.server.getAllServeEvents();
	}

	@Override
	public void close() {
		this.server.stop();
	}

	enum Call {

		SUBMIT, WAIT, STATUS, WITHDRAW, OTHER;

		private static Call of(Request request) {
			String path = request.getUrl().replaceFirst("\\?.*", "");
			if (path.equals("/v1/artifacts")) {
				return SUBMIT;
			}
			if (path.startsWith("/v1/exchanges/")) {
				return path.endsWith("/wait") ? WAIT
						: RequestMethod.POST.equals(request.getMethod()) ? WITHDRAW : STATUS;
			}
			return OTHER;
		}

	}

	private final class Answers implements ResponseDefinitionTransformerV2 {

		@Override
		public ResponseDefinition transform(ServeEvent event) {
			Call call = Call.of(event.getRequest());
			if (call == Call.SUBMIT) {
				JsonNode envelope = new JsonMapper().readTree(event.getRequest().getBodyAsString());
				WireGateway.this.approval = Decision.signed(SignatureForm.TEXT, WireGateway.this.key, "approve",
						envelope.path("requestId").stringValue(), envelope.at("/body/artifactHash").stringValue());
			}
			return WireGateway.this.answers.get(call).apply(WireGateway.this.approval).build();
		}

		@Override
		public String getName() {
			return "answers";
		}

	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.simulator.approver.ApproverView;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ApproverView}: what the page gets to show.
 */
class ApproverViewTests {

	private static final String HIDDEN = "a\u202e\u200b\u3164\u2800\ufe0f\u0000\u2066\u00a0b";

	private static final String SHOWN = "a\\u202e\\u200b\\u3164\\u2800\\ufe0f\\u0000\\u2066\\u00a0b";

	@AutoClose
	private final AirlockSimulator simulator = AirlockSimulator.start();

	private final TestEnforcer enforcer = new TestEnforcer(this.simulator);

	@Test
	void showsHiddenValuesAsInTheCommand() throws IOException {
		ObjectNode plaintext = TestEnforcer.plaintext();
		ObjectNode masked = HarpJson.mapper().createObjectNode().put("@masked", "hmac-sha256:" + "0f".repeat(32));
		plaintext.putObject("arguments").<ObjectNode>set("iban", masked).putObject("customer").set("pin", masked);
		this.enforcer.post("/v1/artifacts",
				this.enforcer.submission(this.enforcer.newRequestId(), plaintext, Instant.now().plusSeconds(60)));
		assertThat(view().at("/pending/0/arguments")).extracting((argument) -> argument.path("value").stringValue())
			.containsExactly("{\"pin\":•••}", "•••");
	}

	@Test
	void spellsOutWhatCouldHideOrReorderTextsFromOutside() throws IOException {
		ObjectNode plaintext = TestEnforcer.plaintext()
			.put("description", HIDDEN)
			.put("commandText", HIDDEN)
			.put("actionType", HIDDEN)
			.put("source", HIDDEN);
		plaintext.putObject("arguments").put(HIDDEN, HIDDEN);
		plaintext.putObject("extensions")
			.putObject("org.harp.requestedActions")
			.put("version", 1)
			.putArray("actions")
			.addObject()
			.put("id", "go")
			.put("caption", HIDDEN)
			.put("style", "primary")
			.put("decision", "approve");
		ObjectNode submission = this.enforcer.submission(this.enforcer.newRequestId(), plaintext,
				Instant.now().plusSeconds(60));
		((ObjectNode) submission.at("/body/metadata")).put("requestLabel", HIDDEN)
			.put("workspaceName", HIDDEN)
			.put("repoName", HIDDEN);
		this.enforcer.post("/v1/artifacts", submission);
		this.enforcer.post("/v1/presence/heartbeat",
				HarpJson.mapper()
					.createObjectNode()
					.put("enforcerId", HIDDEN)
					.put("enforcerLabel", HIDDEN)
					.put("workspaceName", HIDDEN));
		JsonNode request = view().at("/pending/0");
		assertThat(request.properties()).extracting((member) -> member.getValue().asString(""))
			.doesNotContain(HIDDEN)
			.filteredOn(SHOWN::equals)
			.hasSize(7);
		assertThat(request.at("/arguments/0"))
			.hasToString(HarpJson.mapper().createObjectNode().put("name", SHOWN).put("value", SHOWN).toString());
		assertThat(request.at("/actions/0/caption").stringValue()).isEqualTo(SHOWN);
		assertThat(view().at("/apps/0").properties()).extracting((member) -> member.getValue().asString(""))
			.filteredOn(SHOWN::equals)
			.hasSize(3);
		this.simulator.reject(request.path("id").stringValue(), HIDDEN);
		assertThat(view().at("/history/0/reason").stringValue()).isEqualTo(SHOWN);
	}

	@Test
	void keepsLinesMasksAndClosedIsolates() throws IOException {
		String text = "NOT SHOWN IN FULL\nService.call(a=\u2022\u2022\u2022, b=\u2068\"\u05d0\"\u2069)";
		this.enforcer.submit(TestEnforcer.plaintext().put("commandText", text));
		assertThat(view().at("/pending/0/command").stringValue()).isEqualTo(text);
	}

	private JsonNode view() throws IOException {
		try (BufferedReader events = new BufferedReader(new InputStreamReader(
				URI.create(this.simulator.approverUrl() + "/events").toURL().openStream(), StandardCharsets.UTF_8))) {
			String line = events.readLine();
			while (!line.startsWith("data:")) {
				line = events.readLine();
			}
			return HarpJson.mapper().readTree(line.substring("data:".length()));
		}
	}

}

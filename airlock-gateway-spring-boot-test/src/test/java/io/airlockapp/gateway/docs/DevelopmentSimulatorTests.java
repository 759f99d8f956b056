/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.airlockapp.gateway.docs.DocumentationPage.Block;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Examples of a simulator for development, and of a script that decides.
 */
class DevelopmentSimulatorTests {

	private final HttpClient client = HttpClient.newHttpClient();

	@TempDir
	private Path directory;

	@Test
	void applicationUsesASimulatorInAnotherProcess() throws Exception {
		Path file = this.directory.resolve("approver.properties");
		try (AirlockSimulator simulator = LocalApprover.start(0, file)) {
			CompletableFuture<Integer> exitCode = CompletableFuture.supplyAsync(
					() -> RefundApplication.run("--spring.config.additional-location=" + file.toUri(), "A-17"));
			simulator.approve(simulator.awaitPending().requestId());
			assertThat(exitCode.join()).isZero();
		}
	}

	@Test
	void decidesAsDocumented() throws Exception {
		List<String> lines = DocumentationPage.named("testing.md")
			.blocks()
			.stream()
			.filter((block) -> block.language().equals("http"))
			.map(Block::code)
			.findFirst()
			.orElseThrow()
			.lines()
			.toList();
		Path file = this.directory.resolve("approver.properties");
		try (AirlockSimulator simulator = LocalApprover.start(0, file)) {
			CompletableFuture.supplyAsync(
					() -> RefundApplication.run("--spring.config.additional-location=" + file.toUri(), "A-17"));
			simulator.awaitPending();
			JsonNode pending = readEvent(URI.create(simulator.baseUrl() + lines.get(0).split(" ")[1]));
			JsonNode request = pending.get("pending").get(0);
			assertThat(request.get("label").asString()).isEqualTo("Refund");
			JsonNode action = request.get("actions").get(0);
			assertThat(action.get("approves").asBoolean()).isTrue();
			String body = lines.get(5)
				.replace("req-…", request.get("id").asString())
				.replace("approve", action.get("id").asString());
			String[] header = lines.get(4).split(": ");
			HttpRequest decision = HttpRequest.newBuilder(URI.create(simulator.baseUrl() + lines.get(3).split(" ")[1]))
				.header(header[0], header[1])
				.POST(BodyPublishers.ofString(body))
				.build();
			assertThat(this.client.send(decision, BodyHandlers.discarding()).statusCode()).isEqualTo(204);
			assertThat(simulator).wasAskedOnce().wasApproved();
		}
	}

	private JsonNode readEvent(URI uri) throws IOException, InterruptedException {
		try (BufferedReader events = new BufferedReader(new InputStreamReader(
				this.client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofInputStream()).body(),
				StandardCharsets.UTF_8))) {
			String line = events.readLine();
			while (!line.startsWith("data: ")) {
				line = events.readLine();
			}
			return new JsonMapper().readTree(line.substring("data: ".length()));
		}
	}

}

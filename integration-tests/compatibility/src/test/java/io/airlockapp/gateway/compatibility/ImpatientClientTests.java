/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.compatibility;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.HandledRequest;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Clients of web applications that leave while a person decides, or send the same again.
 */
@Tag("slow")
class ImpatientClientTests {

	private static final Duration MAX_WAIT = Duration.ofSeconds(20);

	@AutoClose
	private final AirlockSimulator simulator = AirlockSimulator.start();

	private final HttpClient client = HttpClient.newHttpClient();

	@ParameterizedTest
	@ValueSource(strings = { "blocking-refunds", "refunds", "reactive-refunds" })
	void tomcatDoesNotNoticeThatTheClientHasLeft(String path) throws IOException {
		try (ConfigurableApplicationContext context = start(WebApplicationType.SERVLET)) {
			String requestId = postAndLeave(context, "/" + path + "/A-1");
			this.simulator.approve(requestId);
			Shop shop = context.getBean(Shop.class);
			await().atMost(MAX_WAIT).untilAsserted(() -> assertThat(shop.refunded()).containsExactly("A-1"));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "refunds", "reactive-refunds" })
	void nettyWithdrawsTheRequestOfAClientThatHasLeft(String path) throws IOException {
		try (ConfigurableApplicationContext context = start(WebApplicationType.REACTIVE)) {
			postAndLeave(context, "/" + path + "/A-1");
			await().atMost(MAX_WAIT)
				.untilAsserted(() -> assertThat(this.simulator.history()).extracting(HandledRequest::outcome)
					.containsExactly(HandledRequest.Outcome.WITHDRAWN));
			assertThat(context.getBean(Shop.class).refunded()).isEmpty();
		}
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET, blocking-refunds", "SERVLET, refunds", "SERVLET, reactive-refunds", "REACTIVE, refunds",
			"REACTIVE, reactive-refunds" })
	void equalRequestsRequestOneApproval(WebApplicationType type, String path) {
		try (ConfigurableApplicationContext context = start(type)) {
			CompletableFuture<HttpResponse<String>> first = post(context, "/" + path + "/A-1");
			PendingRequest pending = this.simulator.awaitPending();
			assertThat(post(context, "/" + path + "/A-1")).succeedsWithin(MAX_WAIT).satisfies((response) -> {
				assertThat(response.statusCode()).isEqualTo(409);
				assertThat(response.body()).contains("problem/approval-pending");
				assertThat(response.headers().firstValue("Retry-After")).isEmpty();
			});
			this.simulator.approve(pending.requestId());
			assertThat(first).succeedsWithin(MAX_WAIT).extracting(HttpResponse::statusCode).isEqualTo(200);
			assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).hasSize(1);
			CompletableFuture<HttpResponse<String>> again = post(context, "/" + path + "/A-1");
			this.simulator.reject(this.simulator.awaitPending().requestId());
			assertThat(again).succeedsWithin(MAX_WAIT).extracting(HttpResponse::statusCode).isEqualTo(403);
			assertThat(context.getBean(Shop.class).refunded()).containsExactly("A-1");
		}
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET", "REACTIVE" })
	void equalRequestsWhenAllowedRequestTwoApprovals(WebApplicationType type) {
		try (ConfigurableApplicationContext context = start(type,
				"--airlock.gateway.approval.limits.duplicates=allow-one")) {
			post(context, "/refunds/A-1");
			post(context, "/refunds/A-1");
			assertThat(this.simulator.awaitPending(2, MAX_WAIT)).hasSize(2);
			assertThat(post(context, "/refunds/A-1")).succeedsWithin(MAX_WAIT)
				.extracting(HttpResponse::statusCode)
				.isEqualTo(409);
		}
	}

	private ConfigurableApplicationContext start(WebApplicationType type, String... more) {
		String[] arguments = Stream
			.concat(this.simulator.properties()
				.entrySet()
				.stream()
				.map((entry) -> "--%s=%s".formatted(entry.getKey(), entry.getValue())),
					Stream.concat(Stream.of("--server.port=0", "--spring.main.banner-mode=off"), Stream.of(more)))
			.toArray(String[]::new);
		return new SpringApplicationBuilder(ShopApplication.class).web(type).run(arguments);
	}

	private String postAndLeave(ConfigurableApplicationContext context, String path) throws IOException {
		try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), uri(context, path).getPort())) {
			String request = "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n".formatted(path);
			socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
			return this.simulator.awaitPending().requestId();
		}
	}

	private CompletableFuture<HttpResponse<String>> post(ConfigurableApplicationContext context, String path) {
		return this.client.sendAsync(HttpRequest.newBuilder(uri(context, path)).POST(BodyPublishers.noBody()).build(),
				BodyHandlers.ofString());
	}

	private static URI uri(ConfigurableApplicationContext context, String path) {
		return URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port") + path);
	}

}

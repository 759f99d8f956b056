/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.openinview;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests that have read by JPA hold no connection while a person decides, with all of
 * Spring Boot's defaults: its open session in view, and its pool of ten connections.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureAirlockSimulator(patience = "2m")
class OpenInViewTests {

	private static final Duration MAX_WAIT = Duration.ofSeconds(15);

	private final HttpClient client = HttpClient.newHttpClient();

	@LocalServerPort
	private int port;

	@Autowired
	private AirlockSimulator simulator;

	@Autowired
	private Orders orders;

	@Autowired
	private HikariDataSource dataSource;

	@ParameterizedTest
	@ValueSource(strings = { "refund", "refund-shown", "refund-later", "refund-requested", "refund-requested-later" })
	void otherRequestsAreServedWhileRequestsWaitForApproval(String refund) throws Exception {
		int pool = this.dataSource.getMaximumPoolSize();
		List<CompletableFuture<HttpResponse<String>>> responses = Stream.generate(this::newOrder)
			.limit(pool)
			.map((id) -> send("POST", "/orders/%d/%s".formatted(id, refund)))
			.toList();
		List<PendingRequest> pending = this.simulator.awaitPending(pool, MAX_WAIT);
		assertThat(this.dataSource.getHikariPoolMXBean().getActiveConnections()).isZero();
		Long other = newOrder();
		assertThat(await(send("GET", "/orders/" + other)).body()).isEqualTo(other.toString());
		assertThat(await(send("GET", "/actuator/health")).body()).contains("\"status\":\"UP\"");
		pending.forEach((request) -> this.simulator.approve(request.requestId()));
		assertThat(responses).allSatisfy((response) -> assertThat(await(response).body())
			.isEqualTo("[{\"article\":\"book\"},{\"article\":\"pen\"}]"));
		assertThat(this.dataSource.getHikariPoolMXBean().getActiveConnections()).isZero();
	}

	private Long newOrder() {
		CustomerOrder order = new CustomerOrder(new OrderLine("book"), new OrderLine("pen"));
		Long id = this.orders.save(order).getId();
		assertThat(id).isNotNull();
		return id;
	}

	private CompletableFuture<HttpResponse<String>> send(String method, String path) {
		return this.client.sendAsync(HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path))
			.method(method, BodyPublishers.noBody())
			.build(), BodyHandlers.ofString());
	}

	private static HttpResponse<String> await(CompletableFuture<HttpResponse<String>> response) throws Exception {
		return response.get(MAX_WAIT.toSeconds(), TimeUnit.SECONDS);
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks.wire;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Gateway and approver in one, for measurements. It approves every request, immediately
 * or on command, and validates nothing. Waiting requests hold no threads. Decisions are
 * signed before the response to the submission, so that they are available when many are
 * delivered at the same time.
 * <p>
 * It prints the properties of an application that is paired with it, and then executes
 * the commands of {@link GatewayProcess} until its input ends.
 */
public final class BenchmarkGateway {

	private static final int THREADS = 4;

	private static final int BACKLOG = 4096;

	private static final String EXCHANGES = "/v1/exchanges/";

	private static final List<String> PAIRINGS = List.of("pairing", "pairings.second", "pairings.third");

	private final JsonMapper json = new JsonMapper();

	private final Map<String, Pending> exchanges = new ConcurrentHashMap<>();

	private final ScheduledThreadPoolExecutor timeouts = new ScheduledThreadPoolExecutor(1);

	/**
	 * The approvers of the default pairing and of two others, by routing token.
	 */
	private final Map<String, DecisionSigner> signers = new LinkedHashMap<>();

	private final HttpServer server;

	private volatile boolean holding;

	private BenchmarkGateway() throws IOException, GeneralSecurityException {
		for (int i = 0; i < PAIRINGS.size(); i++) {
			this.signers.put(UUID.randomUUID().toString(), new DecisionSigner());
		}
		this.timeouts.setRemoveOnCancelPolicy(true);
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
		this.server.setExecutor(Executors.newFixedThreadPool(THREADS));
		this.server.createContext("/", this::handle);
		this.server.start();
	}

	/**
	 * Run the gateway until the input ends.
	 * @param args ignored
	 * @throws Exception if the gateway cannot be started
	 */
	public static void main(String[] args) throws Exception {
		// By default, the second packet of each response is delayed, and idle connections
		// beyond the first 200 are closed
		System.setProperty("sun.net.httpserver.nodelay", "true");
		System.setProperty("sun.net.httpserver.maxIdleConnections", "20000");
		System.setProperty("sun.net.httpserver.idleInterval", "600");
		BenchmarkGateway gateway = new BenchmarkGateway();
		gateway.properties().forEach((name, value) -> System.out.println(name + "=" + value));
		System.out.println(GatewayProcess.READY);
		try (BufferedReader commands = new BufferedReader(new InputStreamReader(System.in))) {
			for (String command = commands.readLine(); command != null; command = commands.readLine()) {
				System.out.println(gateway.obey(command));
			}
		}
		System.exit(0);
	}

	private Map<String, String> properties() {
		Map<String, String> properties = new LinkedHashMap<>();
		properties.put("airlock.gateway.base-url", "http://127.0.0.1:" + this.server.getAddress().getPort());
		properties.put("airlock.gateway.auth.pat", "airpat_" + UUID.randomUUID());
		byte[] encryptionKey = new byte[32];
		new SecureRandom().nextBytes(encryptionKey);
		Iterator<Map.Entry<String, DecisionSigner>> approvers = this.signers.entrySet().iterator();
		for (String pairing : PAIRINGS) {
			Map.Entry<String, DecisionSigner> approver = approvers.next();
			String prefix = "airlock.gateway." + pairing;
			properties.put(prefix + ".routing-token", approver.getKey());
			properties.put(prefix + ".encryption-key", Base64.getEncoder().encodeToString(encryptionKey));
			properties.put(prefix + ".signer-keys." + DecisionSigner.KEY_ID, approver.getValue().publicKey());
		}
		return properties;
	}

	private long obey(String command) {
		switch (command) {
			case GatewayProcess.HOLD -> this.holding = true;
			case GatewayProcess.DECIDE -> {
				this.holding = false;
				this.exchanges.values().forEach(Pending::deliver);
			}
			default -> {
				// The command requests the number only
			}
		}
		return this.exchanges.values().stream().filter(Pending::isWaiting).count();
	}

	private void handle(HttpExchange http) throws IOException {
		String path = http.getRequestURI().getPath();
		byte[] body = http.getRequestBody().readAllBytes();
		try {
			if (path.equals("/v1/artifacts")) {
				submit(http, this.json.readTree(body));
			}
			else if (path.startsWith(EXCHANGES) && path.endsWith("/wait")) {
				await(http, path.substring(EXCHANGES.length(), path.length() - "/wait".length()));
			}
			else if (path.equals("/v1/acks")) {
				this.exchanges.remove(this.json.readTree(body).path("requestId").asString());
				answer(http, 200, "{}");
			}
			else if (path.equals("/v1/consents/check")) {
				answer(http, 200, "{\"status\":\"granted\"}");
			}
			else if (path.equals("/v1/policy/dnd/effective")) {
				answer(http, 200, "[]");
			}
			else if (path.equals("/v1/presence/heartbeat")) {
				answer(http, 200, "{}");
			}
			else {
				answer(http, 404, "{}");
			}
		}
		catch (GeneralSecurityException ex) {
			throw new IOException("The decision cannot be signed", ex);
		}
	}

	private void submit(HttpExchange http, JsonNode envelope) throws IOException, GeneralSecurityException {
		String requestId = envelope.path("requestId").asString();
		String hash = envelope.path("body").path("artifactHash").asString();
		String token = envelope.at("/body/metadata/routingToken").asString();
		DecisionSigner signer = Objects.requireNonNull(this.signers.get(token));
		String decision = envelope("decision.deliver", requestId, signer.approve(hash));
		this.exchanges.put(requestId, new Pending(decision));
		answer(http, 202, envelope("artifact.accepted", requestId, """
				{"requestId":"%s","state":"pendingApproval"}""".formatted(requestId)));
	}

	private void await(HttpExchange http, String requestId) throws IOException {
		Pending pending = this.exchanges.get(requestId);
		if (pending == null) {
			answer(http, 404, "{}");
			return;
		}
		pending.await(http);
		if (this.holding) {
			long seconds = Long.parseLong(http.getRequestURI().getQuery().replace("timeout=", ""));
			this.timeouts.schedule(() -> pending.timeout(http), seconds, TimeUnit.SECONDS);
		}
		// Decisions may have been released since the exchange was looked up
		if (!this.holding) {
			pending.deliver();
		}
	}

	private static String envelope(String msgType, String requestId, String body) {
		return """
				{"msgId":"msg-%s","msgType":"%s","requestId":"%s","createdAt":"%s","sender":{"enforcerId":"gateway"},\
				"body":%s}""".formatted(UUID.randomUUID(), msgType, requestId, Instant.now(), body);
	}

	private static void answer(HttpExchange http, int status, String text) throws IOException {
		byte[] body = text.getBytes(StandardCharsets.UTF_8);
		http.getResponseHeaders().set("Content-Type", "application/json");
		http.sendResponseHeaders(status, body.length);
		try (OutputStream out = http.getResponseBody()) {
			out.write(body);
		}
	}

	/**
	 * Holds a signed decision and the request that waits for it.
	 */
	private static final class Pending {

		private final String decision;

		private HttpExchange waiting;

		Pending(String decision) {
			this.decision = decision;
		}

		synchronized boolean isWaiting() {
			return this.waiting != null;
		}

		synchronized void await(HttpExchange http) {
			this.waiting = http;
		}

		void deliver() {
			HttpExchange http = take(null);
			if (http != null) {
				try {
					answer(http, 200, this.decision);
				}
				catch (IOException ex) {
					// The client has disconnected, and can send another request
				}
			}
		}

		void timeout(HttpExchange expected) {
			HttpExchange http = take(expected);
			if (http != null) {
				try {
					http.sendResponseHeaders(204, -1);
				}
				catch (IOException ex) {
					// The client has disconnected
				}
				http.close();
			}
		}

		private synchronized HttpExchange take(HttpExchange expected) {
			HttpExchange http = this.waiting;
			if (expected != null && expected != http) {
				return null;
			}
			this.waiting = null;
			return http;
		}

	}

}

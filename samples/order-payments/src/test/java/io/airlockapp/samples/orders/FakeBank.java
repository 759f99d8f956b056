package io.airlockapp.samples.orders;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * A bank that executes one transfer for each idempotency key.
 */
final class FakeBank implements AutoCloseable {

	private final Map<String, String> transfers = new ConcurrentHashMap<>();

	private final List<String> calls = new CopyOnWriteArrayList<>();

	private final HttpServer server;

	private volatile Behavior behavior = Behavior.EXECUTE;

	private FakeBank(HttpServer server) {
		this.server = server;
		server.setExecutor(Executors.newCachedThreadPool((task) -> {
			Thread thread = new Thread(task, "fake-bank");
			thread.setDaemon(true);
			return thread;
		}));
		server.createContext("/transfers", this::transfer);
		server.start();
	}

	static FakeBank start(int port) throws IOException {
		return new FakeBank(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0));
	}

	String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

	/**
	 * Return the executed transfers by idempotency key.
	 */
	Map<String, String> transfers() {
		return this.transfers;
	}

	/**
	 * Return the idempotency keys of all calls.
	 */
	List<String> calls() {
		return this.calls;
	}

	void setBehavior(Behavior behavior) {
		this.behavior = behavior;
	}

	private void transfer(HttpExchange exchange) throws IOException {
		if (exchange.getRequestMethod().equals("GET")) {
			list(exchange);
			return;
		}
		String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
		String transfer = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		Behavior current = this.behavior;
		if (current != Behavior.HANG) {
			this.transfers.putIfAbsent(key, transfer);
		}
		this.calls.add(key);
		if (current == Behavior.EXECUTE_SLOWLY) {
			LockSupport.parkNanos(Duration.ofSeconds(10).toNanos());
		}
		if (current == Behavior.EXECUTE || current == Behavior.EXECUTE_SLOWLY) {
			exchange.sendResponseHeaders(204, -1);
			exchange.close();
		}
	}

	/**
	 * List the executed transfers, for the operator who looks for one of them.
	 */
	private void list(HttpExchange exchange) throws IOException {
		StringBuilder list = new StringBuilder("Executed transfers:\n");
		this.transfers.forEach((key, transfer) -> list.append("%s %s%n".formatted(key, transfer)));
		byte[] body = list.toString().getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
		exchange.sendResponseHeaders(200, body.length);
		try (OutputStream response = exchange.getResponseBody()) {
			response.write(body);
		}
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

	/**
	 * Enumeration of what the bank does with a call.
	 */
	enum Behavior {

		EXECUTE, EXECUTE_SLOWLY, EXECUTE_WITHOUT_RESPONSE, HANG

	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks.wire;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Handle of a {@link BenchmarkGateway} in its own process, so that neither its heap nor
 * its threads are measured.
 */
public final class GatewayProcess implements AutoCloseable {

	static final String READY = "ready";

	static final String HOLD = "hold";

	static final String DECIDE = "decide";

	static final String COUNT = "count";

	private static final long CHECK_MILLIS = 50;

	private final Process process;

	private final BufferedReader output;

	private final PrintWriter input;

	private final Map<String, String> properties = new LinkedHashMap<>();

	private GatewayProcess(Process process) throws IOException {
		this.process = process;
		this.output = process.inputReader();
		this.input = new PrintWriter(process.outputWriter(), true);
		for (String line = read(); !line.equals(READY); line = read()) {
			int equals = line.indexOf('=');
			this.properties.put(line.substring(0, equals), line.substring(equals + 1));
		}
	}

	/**
	 * Start a gateway that approves immediately.
	 * @return the running gateway
	 * @throws IOException if it cannot be started
	 */
	public static GatewayProcess start() throws IOException {
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		return new GatewayProcess(new ProcessBuilder(java, "-Xmx512m", "-cp", System.getProperty("java.class.path"),
				BenchmarkGateway.class.getName())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start());
	}

	/**
	 * Return the properties of an application that is paired with the gateway.
	 * @return the properties by name
	 */
	public Map<String, String> properties() {
		return Map.copyOf(this.properties);
	}

	/**
	 * Hold decisions from now on, so that requests wait.
	 * @throws IOException if the gateway does not respond
	 */
	public void hold() throws IOException {
		send(HOLD);
	}

	/**
	 * Approve all waiting requests, and those that follow.
	 * @throws IOException if the gateway does not respond
	 */
	public void decide() throws IOException {
		send(DECIDE);
	}

	/**
	 * Wait until a number of requests are waiting.
	 * @param count the number
	 * @throws IOException if the gateway does not respond
	 * @throws InterruptedException if the thread is interrupted
	 */
	public void awaitWaiting(int count) throws IOException, InterruptedException {
		while (send(COUNT) < count) {
			Thread.sleep(CHECK_MILLIS);
		}
	}

	private long send(String command) throws IOException {
		this.input.println(command);
		return Long.parseLong(read());
	}

	private String read() throws IOException {
		String line = this.output.readLine();
		if (line == null) {
			throw new EOFException("The gateway ended");
		}
		return line;
	}

	@Override
	public void close() throws IOException {
		// The process ends when its input does
		this.input.close();
		this.process.onExit().join();
		this.output.close();
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks.durable;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Handle of a {@link PayoutApplication} in its own process.
 */
final class InstanceProcess implements AutoCloseable {

	/**
	 * The prefix of lines that are not logged.
	 */
	static final String REPLY = "= ";

	private final Process process;

	private final BufferedReader output;

	private final PrintWriter input;

	private InstanceProcess(Process process) throws IOException {
		this.process = process;
		this.output = process.inputReader();
		this.input = new PrintWriter(process.outputWriter(), true);
		read();
	}

	/**
	 * Start an instance.
	 * @param properties its properties
	 * @return the running instance
	 */
	static InstanceProcess start(Map<String, String> properties) throws IOException {
		List<String> arguments = properties.entrySet()
			.stream()
			.map((entry) -> "--" + entry.getKey() + "=" + entry.getValue())
			.toList();
		return new InstanceProcess(
				launch(System.getProperty("java.class.path"), PayoutApplication.class, List.of("-Xmx256m"), arguments));
	}

	/**
	 * Launch a class of this class path, or of the part of it without durable approvals.
	 */
	static Process launch(String classPath, Class<?> main, List<String> options, List<String> arguments)
			throws IOException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(options);
		command.addAll(List.of("-cp", classPath, main.getName()));
		command.addAll(arguments);
		return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
	}

	/**
	 * Return the class path without durable approvals.
	 */
	static String classPathWithoutDurable() {
		return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !entry.contains("lib-durable"))
			.collect(Collectors.joining(File.pathSeparator));
	}

	/**
	 * Send a command.
	 * @return the reply
	 */
	String send(String command) throws IOException {
		this.input.println(command);
		return read();
	}

	private String read() throws IOException {
		for (String line = this.output.readLine(); line != null; line = this.output.readLine()) {
			if (line.startsWith(REPLY)) {
				return line.substring(REPLY.length());
			}
			System.err.println(line);
		}
		throw new EOFException("The instance ended");
	}

	long pid() {
		return this.process.pid();
	}

	/**
	 * End the process like {@code kill -9}.
	 */
	void kill() throws InterruptedException {
		this.process.destroyForcibly().waitFor();
	}

	@Override
	public void close() throws IOException {
		this.input.close();
		this.process.onExit().join();
		this.output.close();
	}

}

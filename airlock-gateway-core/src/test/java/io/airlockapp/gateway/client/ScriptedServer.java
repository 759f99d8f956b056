/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that answers with whatever bytes a test wants, as slowly or as long as it
 * wants, which no HTTP server would.
 */
final class ScriptedServer implements AutoCloseable {

	private final ServerSocket serverSocket;

	private final Script script;

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

	private final AtomicInteger abandoned = new AtomicInteger();

	private ScriptedServer(Script script) throws IOException {
		this.serverSocket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		this.script = script;
	}

	/**
	 * Start a server.
	 * @param script what it does after each request
	 * @return the server
	 */
	static ScriptedServer start(Script script) {
		try {
			ScriptedServer server = new ScriptedServer(script);
			server.startThread(server::accept);
			return server;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Start a server that answers and then says nothing more until the client goes away.
	 * @param answer the start of an answer
	 * @return the server
	 */
	static ScriptedServer stallingAfter(String answer) {
		return start((request, out) -> write(out, answer));
	}

	static void write(OutputStream out, String text) throws IOException {
		out.write(text.getBytes(StandardCharsets.ISO_8859_1));
		out.flush();
	}

	String baseUrl() {
		return "http://localhost:" + this.serverSocket.getLocalPort();
	}

	/**
	 * Return the request lines and headers that arrived.
	 * @return the requests
	 */
	List<String> requests() {
		return List.copyOf(this.requests);
	}

	/**
	 * Return how many connections are open.
	 * @return the number of connections
	 */
	int openConnections() {
		return this.connections.size();
	}

	/**
	 * Return how many connections were given up by the client.
	 * @return the number of connections
	 */
	int abandoned() {
		return this.abandoned.get();
	}

	private void accept() {
		try {
			while (true) {
				Socket connection = this.serverSocket.accept();
				this.connections.add(connection);
				startThread(() -> serve(connection));
			}
		}
		catch (IOException ex) {
			// Closed
		}
	}

	private void serve(Socket connection) {
		try (connection) {
			InputStream in = connection.getInputStream();
			String request = readHead(in);
			this.requests.add(request);
			this.script.play(request, connection.getOutputStream());
			in.transferTo(OutputStream.nullOutputStream());
		}
		catch (IOException ex) {
			// The client reset the connection
		}
		this.connections.remove(connection);
		this.abandoned.incrementAndGet();
	}

	private static String readHead(InputStream in) throws IOException {
		ByteArrayOutputStream head = new ByteArrayOutputStream();
		while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
			int value = in.read();
			if (value < 0) {
				throw new IOException("No request");
			}
			head.write(value);
		}
		return head.toString(StandardCharsets.ISO_8859_1);
	}

	private void startThread(Runnable task) {
		Thread thread = new Thread(task, "scripted-server");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		this.serverSocket.close();
		for (Socket connection : this.connections) {
			connection.close();
		}
	}

	/**
	 * What the server does after it got a request.
	 */
	interface Script {

		void play(String request, OutputStream out) throws IOException;

	}

}

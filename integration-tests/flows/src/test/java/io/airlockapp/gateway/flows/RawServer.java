/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A server that answers everything with the same bytes, which need not be HTTP.
 */
final class RawServer implements AutoCloseable {

	private final ServerSocket socket;

	private volatile byte[] answer = new byte[0];

	private RawServer() throws IOException {
		this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
	}

	static RawServer start() {
		try {
			RawServer server = new RawServer();
			Thread thread = new Thread(server::serve, "raw-server");
			thread.setDaemon(true);
			thread.start();
			return server;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	String baseUrl() {
		return "http://127.0.0.1:" + this.socket.getLocalPort();
	}

	void answer(String text) {
		this.answer = text.getBytes(StandardCharsets.ISO_8859_1);
	}

	private void serve() {
		while (!this.socket.isClosed()) {
			try (Socket connection = this.socket.accept()) {
				readHeaders(connection.getInputStream());
				connection.getOutputStream().write(this.answer);
				connection.shutdownOutput();
			}
			catch (IOException ex) {
				// The next connection gets the answer too
			}
		}
	}

	private static void readHeaders(InputStream in) throws IOException {
		int lineBreaks = 0;
		for (int c = in.read(); c != -1 && lineBreaks < 4; c = (lineBreaks < 4) ? in.read() : c) {
			lineBreaks = (c == '\r' || c == '\n') ? lineBreaks + 1 : 0;
		}
	}

	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

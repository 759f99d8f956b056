/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;

/**
 * HTTP server, on the loopback address only.
 */
public final class SimulatorServer implements AutoCloseable {

	private static final byte[] LOOPBACK = { 127, 0, 0, 1 };

	private static final String NO_DELAY = "sun.net.httpserver.nodelay";

	private static final int BACKLOG = 1024;

	private final HttpServer server;

	/**
	 * Bind the server without starting it.
	 * @param port the port, or zero for any free one
	 * @throws UncheckedIOException if the port is in use
	 */
	public SimulatorServer(int port, Executor executor) {
		// Headers and body are two packets, and Nagle's algorithm delays the second one
		// by 40 ms. The property is read once, when the first server is created.
		if (System.getProperty(NO_DELAY) == null) {
			System.setProperty(NO_DELAY, "true");
		}
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port), BACKLOG);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The simulator cannot listen on port " + port, ex);
		}
		this.server.setExecutor(executor);
	}

	public int port() {
		return this.server.getAddress().getPort();
	}

	public void serve(String path, HttpHandler handler) {
		this.server.createContext(path, handler);
	}

	public void start() {
		// The server's thread is a daemon if it is started by one
		Thread starter = new Thread(this.server::start, "airlock-simulator-start");
		starter.setDaemon(true);
		starter.start();
		try {
			starter.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while the simulator was starting", ex);
		}
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}

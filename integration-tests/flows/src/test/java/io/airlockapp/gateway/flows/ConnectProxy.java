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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A proxy on the loopback address through which TLS is tunnelled.
 */
final class ConnectProxy implements AutoCloseable {

	private final ServerSocket serverSocket;

	private final List<String> tunnels = new CopyOnWriteArrayList<>();

	private final List<Socket> sockets = new CopyOnWriteArrayList<>();

	ConnectProxy() {
		try {
			this.serverSocket = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		run(this::accept);
	}

	int port() {
		return this.serverSocket.getLocalPort();
	}

	/**
	 * Return the first line of each request for a tunnel.
	 */
	List<String> tunnels() {
		return this.tunnels;
	}

	private void accept() throws IOException {
		while (true) {
			Socket client = this.serverSocket.accept();
			this.sockets.add(client);
			run(() -> tunnel(client));
		}
	}

	private void tunnel(Socket client) throws IOException {
		StringBuilder head = new StringBuilder();
		InputStream in = client.getInputStream();
		while (head.indexOf("\r\n\r\n") == -1) {
			head.append((char) in.read());
		}
		String firstLine = head.substring(0, head.indexOf("\r\n"));
		this.tunnels.add(firstLine);
		String[] target = firstLine.split(" ")[1].split(":");
		Socket server = new Socket(target[0], Integer.parseInt(target[1]));
		this.sockets.add(server);
		client.getOutputStream().write("HTTP/1.1 200 Connected\r\n\r\n".getBytes());
		run(() -> server.getInputStream().transferTo(client.getOutputStream()));
		in.transferTo(server.getOutputStream());
	}

	private static void run(Task task) {
		Thread thread = new Thread(() -> {
			try {
				task.run();
			}
			catch (IOException ex) {
				// One side is gone
			}
		}, "connect-proxy");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		this.serverSocket.close();
		for (Socket socket : this.sockets) {
			socket.close();
		}
	}

	private interface Task {

		void run() throws IOException;

	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A proxy in front of a gateway, on the loopback address, that does to connections what
 * networks do. Faults are given for requests by a part of their first line; all other
 * requests pass, and TLS passes as it is.
 */
final class FaultProxy implements AutoCloseable {

	private static final Pattern CONTENT_LENGTH = Pattern.compile("(?im)^content-length: *(\\d+)");

	private static final int TLS_HANDSHAKE = 0x16;

	private final InetSocketAddress upstream;

	private final List<PlannedFault> plan = new ArrayList<>();

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

	private final AtomicInteger accepted = new AtomicInteger();

	private final AtomicInteger lost = new AtomicInteger();

	private final CountDownLatch closed = new CountDownLatch(1);

	private final ScheduledExecutorService timer = Executors
		.newSingleThreadScheduledExecutor((task) -> daemon("fault-proxy-timer", task));

	private final int port;

	private volatile ServerSocket serverSocket;

	private int connectionsToReset;

	private int connectionsToAnswer;

	private byte[] foreignAnswer = new byte[0];

	private volatile InetSocketAddress diversion;

	FaultProxy(String baseUrl) {
		URI uri = URI.create(baseUrl);
		this.upstream = new InetSocketAddress(uri.getHost(), uri.getPort());
		this.serverSocket = listen(0);
		this.port = this.serverSocket.getLocalPort();
	}

	private ServerSocket listen(int listenPort) {
		try {
			ServerSocket socket = new ServerSocket();
			socket.setReuseAddress(true);
			socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), listenPort), 1024);
			daemon("fault-proxy-accept", () -> accept(socket)).start();
			return socket;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	int port() {
		return this.port;
	}

	String baseUrl() {
		return "http://127.0.0.1:" + this.port;
	}

	/**
	 * Make a fault at the next request whose first line has a text.
	 */
	void failNext(String part, Fault fault) {
		failNext(part, 1, fault);
	}

	/**
	 * Make a fault at the next requests whose first lines have a text.
	 */
	void failNext(String part, int times, Fault fault) {
		synchronized (this.plan) {
			for (int i = 0; i < times; i++) {
				this.plan.add(new PlannedFault(part, fault, false));
			}
		}
	}

	/**
	 * Make a fault at every request from now on whose first line has a text.
	 */
	void failAll(String part, Fault fault) {
		synchronized (this.plan) {
			this.plan.add(new PlannedFault(part, fault, true));
		}
	}

	/**
	 * Forget the faults that are still to come.
	 */
	void heal() {
		synchronized (this.plan) {
			this.plan.clear();
		}
	}

	/**
	 * Reset the next connections as soon as their first byte is there.
	 */
	void resetNextConnections(int count) {
		synchronized (this.plan) {
			this.connectionsToReset = count;
		}
	}

	/**
	 * Answer the next connections in place of the gateway, and close them, as soon as
	 * their first bytes are there.
	 */
	void answerNextConnections(int count, byte[] answer) {
		synchronized (this.plan) {
			this.connectionsToAnswer = count;
			this.foreignAnswer = answer;
		}
	}

	/**
	 * Connect to another server from now on, or to the gateway again.
	 * @param baseUrl the other server, or {@code null}
	 */
	void divertTo(String baseUrl) {
		URI uri = (baseUrl != null) ? URI.create(baseUrl) : null;
		this.diversion = (uri != null) ? new InetSocketAddress(uri.getHost(), uri.getPort()) : null;
		this.connections.forEach(Connection::reset);
	}

	/**
	 * Forget the open connections without a reset, as a firewall does: nothing passes on
	 * them any more.
	 */
	void forgetConnections() {
		this.connections.forEach((connection) -> connection.forgotten = true);
	}

	/**
	 * Return how many requests were sent on connections that are forgotten.
	 */
	int lostRequests() {
		return this.lost.get();
	}

	/**
	 * Refuse connections, and end those that are open.
	 */
	void goDown() {
		close(this.serverSocket);
		this.connections.forEach(Connection::reset);
	}

	/**
	 * Accept connections at the same port again.
	 */
	void comeUp() {
		this.serverSocket = listen(this.port);
	}

	/**
	 * Return the requests that arrived, each with its headers and its body.
	 */
	List<String> requests(String part) {
		return this.requests.stream().filter((request) -> firstLine(request).contains(part)).toList();
	}

	/**
	 * Return how many connections were accepted.
	 */
	int acceptedConnections() {
		return this.accepted.get();
	}

	/**
	 * Return how many connections the client side has open.
	 */
	int openConnections() {
		return this.connections.size();
	}

	@Override
	public void close() {
		this.closed.countDown();
		goDown();
		this.timer.shutdownNow();
	}

	private void accept(ServerSocket socket) {
		while (!socket.isClosed()) {
			try {
				Socket client = socket.accept();
				Connection connection = new Connection(client);
				this.accepted.incrementAndGet();
				this.connections.add(connection);
				daemon("fault-proxy-request", connection::readRequests).start();
			}
			catch (IOException ex) {
				// Closed, or the client is gone already
			}
		}
	}

	private Fault faultFor(String firstLine) {
		synchronized (this.plan) {
			for (Iterator<PlannedFault> iterator = this.plan.iterator(); iterator.hasNext();) {
				PlannedFault planned = iterator.next();
				if (firstLine.contains(planned.part())) {
					if (!planned.lasting()) {
						iterator.remove();
					}
					return planned.fault();
				}
			}
		}
		return Fault.NONE;
	}

	private boolean isConnectionToReset() {
		synchronized (this.plan) {
			return this.connectionsToReset-- > 0;
		}
	}

	private byte[] findForeignAnswer() {
		synchronized (this.plan) {
			return (this.connectionsToAnswer-- > 0) ? this.foreignAnswer : null;
		}
	}

	private static String firstLine(String request) {
		return request.lines().findFirst().orElse("");
	}

	private static Thread daemon(String name, Runnable task) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		return thread;
	}

	private static void close(AutoCloseable closeable) {
		try {
			closeable.close();
		}
		catch (Exception ex) {
			// Nothing is lost
		}
	}

	/**
	 * What happens to a request or its answer.
	 *
	 * @param kind the kind of fault
	 * @param bytes how much of the answer passes
	 * @param duration a time, depending on the kind
	 */
	record Fault(Kind kind, int bytes, Duration duration) {

		static final Fault NONE = new Fault(Kind.NONE, 0, Duration.ZERO);

		/**
		 * Reset the connection, and forward nothing.
		 */
		static Fault resetBeforeForwarding() {
			return new Fault(Kind.RESET_BEFORE, 0, Duration.ZERO);
		}

		/**
		 * Reset the connection when the gateway begins to answer.
		 */
		static Fault resetAfterForwarding() {
			return new Fault(Kind.RESET_AFTER, 0, Duration.ZERO);
		}

		/**
		 * Close the connection properly instead of the answer.
		 */
		static Fault dropAnswer() {
			return new Fault(Kind.DROP_ANSWER, 0, Duration.ZERO);
		}

		/**
		 * Close the connection properly within the answer.
		 */
		static Fault cutAnswerAfter(int bytes) {
			return new Fault(Kind.CUT_ANSWER, bytes, Duration.ZERO);
		}

		/**
		 * Let a part of the answer pass, and then nothing.
		 */
		static Fault stallAfter(int bytes) {
			return new Fault(Kind.STALL, bytes, Duration.ZERO);
		}

		/**
		 * Let the answer pass byte by byte.
		 */
		static Fault dribble(Duration pause) {
			return new Fault(Kind.DRIBBLE, 0, pause);
		}

		/**
		 * Forward nothing and answer nothing.
		 */
		static Fault blackHole() {
			return new Fault(Kind.BLACK_HOLE, 0, Duration.ZERO);
		}

		/**
		 * Close the connection properly if there is no answer after a time.
		 */
		static Fault cutAfter(Duration duration) {
			return new Fault(Kind.CUT, 0, duration);
		}

		private enum Kind {

			NONE, RESET_BEFORE, RESET_AFTER, DROP_ANSWER, CUT_ANSWER, STALL, DRIBBLE, BLACK_HOLE, CUT

		}

	}

	private record PlannedFault(String part, Fault fault, boolean lasting) {
	}

	/**
	 * A client's connection, and the one to the gateway that serves it.
	 */
	private final class Connection {

		private final Socket client;

		private final Socket gateway = new Socket();

		private volatile Fault fault = Fault.NONE;

		private volatile boolean answered;

		private volatile boolean forgotten;

		private int passed;

		private Connection(Socket client) throws IOException {
			this.client = client;
			this.client.setTcpNoDelay(true);
		}

		private void readRequests() {
			try {
				this.gateway.setTcpNoDelay(true);
				InetSocketAddress other = FaultProxy.this.diversion;
				this.gateway.connect((other != null) ? other : FaultProxy.this.upstream);
				InputStream in = this.client.getInputStream();
				int first = in.read();
				if (isConnectionToReset()) {
					reset();
					return;
				}
				byte[] foreignAnswer = findForeignAnswer();
				if (foreignAnswer != null) {
					in.read(new byte[16384]);
					this.client.getOutputStream().write(foreignAnswer);
					this.client.shutdownOutput();
					in.transferTo(OutputStream.nullOutputStream());
					return;
				}
				daemon("fault-proxy-answer", this::passAnswers).start();
				if (first == TLS_HANDSHAKE) {
					this.gateway.getOutputStream().write(first);
					in.transferTo(this.gateway.getOutputStream());
					return;
				}
				while (first != -1) {
					handle(readRequest(first, in));
					first = in.read();
				}
			}
			catch (IOException ex) {
				// Ended by one side or by a fault
			}
			finally {
				end();
			}
		}

		private byte[] readRequest(int first, InputStream in) throws IOException {
			ByteArrayOutputStream request = new ByteArrayOutputStream();
			request.write(first);
			String head = "";
			while (!head.endsWith("\r\n\r\n")) {
				int next = in.read();
				if (next == -1) {
					throw new IOException("The request is not complete");
				}
				request.write(next);
				head = request.toString(StandardCharsets.ISO_8859_1);
			}
			Matcher matcher = CONTENT_LENGTH.matcher(head);
			if (matcher.find()) {
				request.write(in.readNBytes(Integer.parseInt(matcher.group(1))));
			}
			return request.toByteArray();
		}

		private void handle(byte[] request) throws IOException {
			if (this.forgotten) {
				FaultProxy.this.lost.incrementAndGet();
				return;
			}
			String text = new String(request, StandardCharsets.UTF_8);
			FaultProxy.this.requests.add(text);
			Fault next = faultFor(firstLine(text));
			this.answered = false;
			this.passed = 0;
			this.fault = next;
			switch (next.kind()) {
				case RESET_BEFORE -> reset();
				case BLACK_HOLE -> {
					// Nothing passes
				}
				case CUT -> {
					if (next.duration().isZero()) {
						// Before the gateway has the request, so that no answer is faster
						FaultProxy.close(this.client);
					}
					FaultProxy.this.timer.schedule(() -> cut(next), next.duration().toMillis(), TimeUnit.MILLISECONDS);
					this.gateway.getOutputStream().write(request);
				}
				default -> this.gateway.getOutputStream().write(request);
			}
		}

		private void cut(Fault cause) {
			if (this.fault == cause && !this.answered) {
				FaultProxy.close(this.client);
			}
		}

		private void passAnswers() {
			byte[] buffer = new byte[8192];
			try {
				InputStream in = this.gateway.getInputStream();
				for (int count = in.read(buffer); count != -1; count = in.read(buffer)) {
					this.answered = true;
					passAnswer(buffer, count);
				}
				FaultProxy.close(this.client);
			}
			catch (IOException ex) {
				FaultProxy.close(this.client);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		private void passAnswer(byte[] answer, int count) throws IOException, InterruptedException {
			if (this.forgotten) {
				return;
			}
			Fault current = this.fault;
			switch (current.kind()) {
				case RESET_AFTER -> reset();
				case DROP_ANSWER -> FaultProxy.close(this.client);
				case CUT_ANSWER -> {
					pass(answer, Math.min(count, current.bytes() - this.passed));
					if (this.passed == current.bytes()) {
						FaultProxy.close(this.client);
					}
				}
				case STALL -> pass(answer, Math.min(count, current.bytes() - this.passed));
				case DRIBBLE -> {
					for (int i = 0; i < count && !FaultProxy.this.closed.await(current.duration().toMillis(),
							TimeUnit.MILLISECONDS); i++) {
						this.client.getOutputStream().write(answer[i]);
					}
				}
				default -> pass(answer, count);
			}
		}

		private void pass(byte[] answer, int count) throws IOException {
			this.client.getOutputStream().write(answer, 0, count);
			this.passed += count;
		}

		private void reset() {
			try {
				this.client.setSoLinger(true, 0);
			}
			catch (IOException ex) {
				// Closed already
			}
			end();
		}

		private void end() {
			FaultProxy.this.connections.remove(this);
			FaultProxy.close(this.client);
			FaultProxy.close(this.gateway);
		}

	}

}

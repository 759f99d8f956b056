/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.approver;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpExchange;
import io.airlockapp.gateway.simulator.gateway.ChangeSignal;

/**
 * Publishes each change to the approver's page, by server-sent events that contain the
 * whole view.
 *
 * @param signal the signal of changes
 * @param view the view to publish
 */
public record ApproverEvents(ChangeSignal signal, ApproverView view) {

	private static final long SIGN_OF_LIFE_SECONDS = 15;

	/**
	 * Time for which changes are collected, to limit the number of events.
	 */
	private static final long GATHERING_MILLIS = 40;

	/**
	 * Send events until the page disconnects or the simulator stops.
	 * @throws IOException if the page has disconnected
	 */
	void send(HttpExchange exchange, Approver approver) throws IOException, InterruptedException {
		exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
		exchange.sendResponseHeaders(200, 0);
		OutputStream out = exchange.getResponseBody();
		write(out, "retry: 1000\n\n");
		while (true) {
			int version = this.signal.version();
			write(out, "data: " + this.view.toJson(approver) + "\n\n");
			while (!this.signal.awaitAfter(version, TimeUnit.SECONDS.toNanos(SIGN_OF_LIFE_SECONDS))) {
				write(out, ": still here\n\n");
			}
			Thread.sleep(GATHERING_MILLIS);
		}
	}

	private static void write(OutputStream out, String text) throws IOException {
		out.write(text.getBytes(StandardCharsets.UTF_8));
		out.flush();
	}

}

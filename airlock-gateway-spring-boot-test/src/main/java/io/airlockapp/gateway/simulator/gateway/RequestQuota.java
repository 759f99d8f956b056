/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.gateway;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

import io.airlockapp.gateway.simulator.http.GatewayRefusal;

/**
 * Quota for the requests of an application within a window of {@link #WINDOW}.
 */
public final class RequestQuota {

	static final Duration WINDOW = Duration.ofSeconds(60);

	private final InstantSource clock;

	private final Map<String, Window> windows = new HashMap<>();

	private int limit;

	/**
	 * Create a quota.
	 * @param limit the number of requests, or zero for no limit
	 */
	public RequestQuota(InstantSource clock, int limit) {
		this.clock = clock;
		this.limit = limit;
	}

	public synchronized void setLimit(int newLimit) {
		this.limit = newLimit;
		this.windows.clear();
	}

	/**
	 * Count a request.
	 * @param app the application that sent it
	 * @throws GatewayRefusal if the quota is exceeded
	 */
	public synchronized void count(String app) {
		if (this.limit == 0) {
			return;
		}
		Instant now = this.clock.instant();
		Window window = this.windows.get(app);
		if (window == null || !now.isBefore(window.end)) {
			window = new Window(now.plus(WINDOW));
			this.windows.put(app, window);
		}
		if (window.calls == this.limit) {
			long seconds = Math.max(1, (Duration.between(now, window.end).toMillis() + 999) / 1000);
			throw GatewayRefusal.of(429, "quota_exceeded", "More than %d calls a minute".formatted(this.limit))
				.withHeader("Retry-After", String.valueOf(seconds));
		}
		window.calls++;
	}

	private static final class Window {

		private final Instant end;

		private int calls;

		private Window(Instant end) {
			this.end = end;
		}

	}

}

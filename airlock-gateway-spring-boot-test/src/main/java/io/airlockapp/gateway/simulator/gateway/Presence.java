/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.gateway;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

import io.airlockapp.gateway.simulator.Heartbeat;
import org.jspecify.annotations.Nullable;

/**
 * Record of the enforcers that are online, that is, whose last heartbeat is at most as
 * old as {@link #ONLINE}.
 */
public final class Presence {

	public static final Duration ONLINE = Duration.ofSeconds(90);

	private final InstantSource clock;

	private final ChangeSignal signal;

	private final Map<String, Heartbeat> heartbeats = new LinkedHashMap<>();

	public Presence(InstantSource clock, ChangeSignal signal) {
		this.clock = clock;
		this.signal = signal;
	}

	void beat(String enforcerId, @Nullable String enforcerLabel, @Nullable String workspaceName) {
		synchronized (this) {
			this.heartbeats.put(enforcerId,
					new Heartbeat(enforcerId, enforcerLabel, workspaceName, this.clock.instant()));
		}
		this.signal.changed();
	}

	public synchronized Map<String, Heartbeat> all() {
		return new LinkedHashMap<>(this.heartbeats);
	}

	public synchronized boolean isOnline(String enforcerId) {
		Heartbeat last = this.heartbeats.get(enforcerId);
		return last != null && !this.clock.instant().isAfter(last.at().plus(ONLINE));
	}

	public void reset() {
		synchronized (this) {
			this.heartbeats.clear();
		}
		this.signal.changed();
	}

}

package io.airlockapp.gateway.simulator;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Record of the enforcers that are online, that is, whose last heartbeat is at most as
 * old as {@link #ONLINE}.
 */
final class Presence {

	static final Duration ONLINE = Duration.ofSeconds(90);

	private final InstantSource clock;

	private final ChangeSignal signal;

	private final Map<String, Heartbeat> heartbeats = new LinkedHashMap<>();

	Presence(InstantSource clock, ChangeSignal signal) {
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

	synchronized Map<String, Heartbeat> all() {
		return new LinkedHashMap<>(this.heartbeats);
	}

	synchronized boolean isOnline(String enforcerId) {
		Heartbeat last = this.heartbeats.get(enforcerId);
		return last != null && !this.clock.instant().isAfter(last.at().plus(ONLINE));
	}

	void reset() {
		synchronized (this) {
			this.heartbeats.clear();
		}
		this.signal.changed();
	}

}

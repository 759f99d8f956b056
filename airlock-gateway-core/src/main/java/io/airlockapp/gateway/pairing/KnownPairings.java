/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.airlockapp.gateway.Pairing;
import org.jspecify.annotations.Nullable;

/**
 * Registry of the names of pairings known to this instance, since the store cannot list
 * them.
 */
final class KnownPairings {

	private final Set<String> seen = ConcurrentHashMap.newKeySet();

	private final Set<String> beginning = ConcurrentHashMap.newKeySet();

	private final Map<String, String> brokenOff = new ConcurrentHashMap<>();

	private final Supplier<Map<String, Pairing>> configured;

	KnownPairings(Supplier<Map<String, Pairing>> configured) {
		this.configured = configured;
	}

	/**
	 * Return all names, the default one first.
	 */
	Set<String> all() {
		Set<String> names = new LinkedHashSet<>();
		names.add(Pairing.DEFAULT_NAME);
		names.addAll(this.configured.get().keySet());
		names.addAll(this.beginning);
		names.addAll(this.seen);
		return names;
	}

	@Nullable Pairing configured(String name) {
		return this.configured.get().get(name);
	}

	/**
	 * Record that the store contains an entry for a pairing.
	 */
	void seen(String name) {
		this.seen.add(name);
	}

	/**
	 * Record that the code of a pairing is about to be claimed.
	 */
	void begin(String name) {
		this.beginning.add(name);
	}

	/**
	 * Record that the store contains the progress of a claim.
	 */
	void begun(String name) {
		this.seen.add(name);
		this.beginning.remove(name);
	}

	/**
	 * Record that the background task of a pairing has failed and is not running any
	 * more.
	 */
	void brokenOff(String name, String reason) {
		this.seen.add(name);
		this.brokenOff.put(name, reason);
	}

	/**
	 * Record that a background task of a pairing is started again.
	 */
	void resumed(String name) {
		this.brokenOff.remove(name);
	}

	/**
	 * Return the reason why the background task of a pairing ended.
	 * @return the reason, or {@code null} if no task has failed
	 */
	@Nullable String whyBrokenOff(String name) {
		return this.brokenOff.get(name);
	}

	boolean isBeginning(String name) {
		return this.beginning.contains(name);
	}

}

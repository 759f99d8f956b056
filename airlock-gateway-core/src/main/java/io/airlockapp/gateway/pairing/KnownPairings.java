package io.airlockapp.gateway.pairing;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.airlockapp.gateway.Pairing;
import org.jspecify.annotations.Nullable;

/**
 * Registry of the names of pairings that are known to this instance, since the store
 * can't list them.
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
	 * Say that something is stored under a name.
	 */
	void seen(String name) {
		this.seen.add(name);
	}

	/**
	 * Say that a code for a pairing is about to be claimed.
	 */
	void begin(String name) {
		this.beginning.add(name);
	}

	/**
	 * Say that what is stored now tells how the claim goes on.
	 */
	void begun(String name) {
		this.seen.add(name);
		this.beginning.remove(name);
	}

	/**
	 * Say that what is done for a pairing here has failed, and nothing is done any more.
	 */
	void brokenOff(String name, String reason) {
		this.seen.add(name);
		this.brokenOff.put(name, reason);
	}

	/**
	 * Say that something is done for a pairing again.
	 */
	void resumed(String name) {
		this.brokenOff.remove(name);
	}

	/**
	 * Return why nothing is done for a pairing any more.
	 * @return the reason, or {@code null} if nothing has failed
	 */
	@Nullable String whyBrokenOff(String name) {
		return this.brokenOff.get(name);
	}

	boolean isBeginning(String name) {
		return this.beginning.contains(name);
	}

}

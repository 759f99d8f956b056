package io.airlockapp.gateway.durable;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Registry of approved calls whose method this instance does not have.
 */
public final class MissingTargetRegistry {

	private static final Log logger = LogFactory.getLog(MissingTargetRegistry.class);

	private static final int LIMIT = 100;

	private static final int MAX_WAITING = 1000;

	private final WarnOnceLog warnings = new WarnOnceLog(logger);

	private final Map<String, String> gates = new ConcurrentHashMap<>();

	private final DurableCallStore store;

	/**
	 * Create a registry.
	 * @param store the store of calls
	 */
	public MissingTargetRegistry(DurableCallStore store) {
		this.store = store;
	}

	void add(DurableApproval approval) {
		if (this.gates.size() < LIMIT) {
			this.gates.put(approval.id(), approval.gate());
		}
		this.warnings.warn("Approval %s waits for an instance that has %s, since this one has no such method"
			.formatted(approval.id(), approval.gate()));
	}

	void remove(String id) {
		if (this.gates.remove(id) != null && this.gates.isEmpty()) {
			this.warnings.reset();
		}
	}

	/**
	 * Find the methods for which approved calls still wait. Other instances may have
	 * started calls meanwhile.
	 * @return the methods
	 */
	public Set<String> findGates() {
		if (!this.gates.isEmpty()) {
			Set<String> waiting = this.store.find(EnumSet.of(DurableState.DECIDED), null, MAX_WAITING)
				.stream()
				.map(DurableApproval::id)
				.collect(Collectors.toSet());
			this.gates.keySet().stream().filter((id) -> !waiting.contains(id)).forEach(this::remove);
		}
		return new TreeSet<>(this.gates.values());
	}

}

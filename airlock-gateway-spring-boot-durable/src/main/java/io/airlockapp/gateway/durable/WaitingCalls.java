/*
 * SPDX-License-Identifier: Apache-2.0
 */
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
 * Registry of the calls that this instance leaves to others, for one reason.
 */
public final class WaitingCalls {

	private static final Log logger = LogFactory.getLog(WaitingCalls.class);

	private static final int LIMIT = 100;

	private static final int MAX_WAITING = 1000;

	private final WarnOnceLog warnings = new WarnOnceLog(logger);

	private final Map<String, DurableApproval> waiting = new ConcurrentHashMap<>();

	private final DurableCallStore store;

	private final Set<DurableState> states;

	private final String warning;

	private WaitingCalls(DurableCallStore store, Set<DurableState> states, String warning) {
		this.store = store;
		this.states = states;
		this.warning = warning;
	}

	/**
	 * Create a registry of approved calls whose method this instance does not have, or
	 * has for other approvers, with other arguments or with other texts.
	 */
	public static WaitingCalls forTargets(DurableCallStore store) {
		return new WaitingCalls(store, EnumSet.of(DurableState.DECIDED),
				"Approval %s waits for an instance that has %s with the recorded parameters, bean, approvers, arguments and texts, and knows all signed members, "
						+ "because this one does not. Start such an instance, or cancel the call");
	}

	/**
	 * Create a registry of calls for which another pairing was asked than that of this
	 * instance.
	 * @param store the store of calls
	 * @return the registry
	 */
	public static WaitingCalls forPairings(DurableCallStore store) {
		return new WaitingCalls(store, EnumSet.of(DurableState.SUBMITTED, DurableState.DECIDED),
				"Approval %s of %s waits for an instance with the pairing that was asked, because this one has none of that name, or another");
	}

	/**
	 * Add a call.
	 * @param id the id of the call, or that of one of several requests about it
	 * @param approval the call
	 */
	void add(String id, DurableApproval approval) {
		if (this.waiting.size() < LIMIT) {
			this.waiting.put(id, approval);
		}
		this.warnings.warn(this.warning.formatted(approval.id(), approval.gate()));
	}

	void remove(String id) {
		if (this.waiting.remove(id) != null && this.waiting.isEmpty()) {
			this.warnings.reset();
		}
	}

	/**
	 * Find the guarded methods whose calls still wait. Other instances may have gone on
	 * with calls meanwhile, unless there are too many to read.
	 * @return the methods
	 */
	public Set<String> findGates() {
		if (!this.waiting.isEmpty()) {
			Set<String> found = this.store.find(this.states, null, MAX_WAITING)
				.stream()
				.map(DurableApproval::id)
				.collect(Collectors.toSet());
			if (found.size() < MAX_WAITING) {
				this.waiting.forEach((id, approval) -> {
					if (!found.contains(approval.id())) {
						remove(id);
					}
				});
			}
		}
		return this.waiting.values().stream().map(DurableApproval::gate).collect(Collectors.toCollection(TreeSet::new));
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.approver;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;

import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.gateway.ExchangeStore;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Decides requests by functions instead of persons, where they are set.
 */
public final class AutomaticDecisions {

	private static final Log logger = LogFactory.getLog(AutomaticDecisions.class);

	private final ExchangeStore exchanges;

	private final Executor executor;

	private final Map<String, Function<PendingRequest, @Nullable SimulatedDecision>> byApprover = new ConcurrentHashMap<>();

	private volatile @Nullable Function<PendingRequest, @Nullable SimulatedDecision> function;

	public AutomaticDecisions(ExchangeStore exchanges, Executor executor,
			@Nullable Function<PendingRequest, @Nullable SimulatedDecision> function) {
		this.exchanges = exchanges;
		this.executor = executor;
		this.function = function;
	}

	/**
	 * Let all approvers decide by a function from now on, including requests that are
	 * already pending.
	 */
	public void use(@Nullable Function<PendingRequest, @Nullable SimulatedDecision> newFunction) {
		this.byApprover.clear();
		this.function = newFunction;
		if (newFunction != null) {
			this.exchanges.pending().forEach(this::offer);
		}
	}

	/**
	 * Let one approver decide by a function from now on, including requests that are
	 * already pending.
	 */
	public void use(String approver, Function<PendingRequest, @Nullable SimulatedDecision> newFunction) {
		this.byApprover.put(approver, newFunction);
		this.exchanges.pending().stream().filter((request) -> request.approver().equals(approver)).forEach(this::offer);
	}

	public void offer(PendingRequest request) {
		Function<PendingRequest, @Nullable SimulatedDecision> own = this.byApprover.get(request.approver());
		Function<PendingRequest, @Nullable SimulatedDecision> current = (own != null) ? own : this.function;
		if (current != null) {
			this.executor.execute(() -> decide(request, current));
		}
	}

	private void decide(PendingRequest request, Function<PendingRequest, @Nullable SimulatedDecision> current) {
		try {
			SimulatedDecision decision = current.apply(request);
			if (decision != null) {
				this.exchanges.decideIfPresent(request.requestId(), decision);
			}
		}
		catch (Exception ex) {
			logger.warn("Request %s is left to a person, because the automatic decision failed"
				.formatted(request.requestId()), ex);
		}
	}

}

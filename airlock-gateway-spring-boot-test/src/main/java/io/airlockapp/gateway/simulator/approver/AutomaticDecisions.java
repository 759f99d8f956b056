/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.approver;

import java.util.concurrent.Executor;
import java.util.function.Function;

import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.gateway.ExchangeStore;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Decides requests by a function instead of a person, if one is set.
 */
public final class AutomaticDecisions {

	private static final Log logger = LogFactory.getLog(AutomaticDecisions.class);

	private final ExchangeStore exchanges;

	private final Executor executor;

	private volatile @Nullable Function<PendingRequest, @Nullable SimulatedDecision> function;

	public AutomaticDecisions(ExchangeStore exchanges, Executor executor,
			@Nullable Function<PendingRequest, @Nullable SimulatedDecision> function) {
		this.exchanges = exchanges;
		this.executor = executor;
		this.function = function;
	}

	/**
	 * Decide by a function from now on, including requests that are already pending.
	 */
	public void use(@Nullable Function<PendingRequest, @Nullable SimulatedDecision> newFunction) {
		this.function = newFunction;
		if (newFunction != null) {
			this.exchanges.pending().forEach(this::offer);
		}
	}

	public void offer(PendingRequest request) {
		Function<PendingRequest, @Nullable SimulatedDecision> current = this.function;
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
		catch (RuntimeException ex) {
			logger.warn("Request %s is left to a person, since the automatic decision failed"
				.formatted(request.requestId()), ex);
		}
	}

}

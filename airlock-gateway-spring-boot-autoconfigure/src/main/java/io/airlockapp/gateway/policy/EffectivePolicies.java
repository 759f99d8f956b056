/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.policy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.FailureMessages;
import io.airlockapp.gateway.client.DndPolicies;
import io.airlockapp.gateway.client.DndPolicy;
import io.airlockapp.gateway.support.Causes;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.WaitScope;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Caches the policies that the gateway returns. One thread at a time requests them, and
 * the response, or its absence, is cached for 15 seconds. A caller waits for at most 2
 * seconds, and then proceeds without policies. A failure of the gateway is logged once
 * and treated like an empty response; a failure of this application itself is thrown.
 */
public final class EffectivePolicies {

	private static final Log logger = LogFactory.getLog(EffectivePolicies.class);

	private static final Duration TIME_TO_LIVE = Duration.ofSeconds(15);

	/**
	 * The time after which a request without a response is repeated.
	 */
	private static final Duration MAX_AGE = Duration.ofMinutes(1);

	private static final Duration MAX_WAIT = Duration.ofSeconds(2);

	private final Supplier<@Nullable DndPolicies> gateway;

	private final BooleanSupplier paired;

	private final Executor executor;

	private final Ticker ticker;

	private final WarnOnceLog warnings = new WarnOnceLog(logger);

	private @Nullable Fetch current;

	private volatile List<DndPolicy> last = List.of();

	/**
	 * Create the cache.
	 * @param gateway the request to the gateway
	 * @param paired whether there is an approver; otherwise, no request is sent
	 * @param executor the executor of the request, whose threads belong to no user, since
	 * the policies apply to all
	 * @param ticker the source of elapsed time
	 */
	public EffectivePolicies(Supplier<@Nullable DndPolicies> gateway, BooleanSupplier paired, Executor executor,
			Ticker ticker) {
		this.gateway = gateway;
		this.paired = paired;
		this.executor = executor;
		this.ticker = ticker;
	}

	List<DndPolicy> get() {
		return isPaired() ? fetch().await() : List.of();
	}

	private boolean isPaired() {
		try {
			return this.paired.getAsBoolean();
		}
		catch (Exception ex) {
			// The request for an approval fails for the same reason, and reports it
			return true;
		}
	}

	List<DndPolicy> last() {
		return this.last;
	}

	private Fetch fetch() {
		Fetch started = new Fetch();
		synchronized (this) {
			if (this.current != null && !this.current.fresh.isOver()) {
				return this.current;
			}
			this.current = started;
		}
		try {
			started.request.completeAsync(this::request, this.executor);
		}
		catch (RejectedExecutionException ex) {
			started.request.complete(List.of());
		}
		catch (Throwable ex) {
			started.request.completeExceptionally(ex);
		}
		return started;
	}

	private List<DndPolicy> request() {
		try {
			DndPolicies policies = this.gateway.get();
			if (policies != null) {
				if (this.warnings.reset()) {
					logger.info("The gateway provides do-not-disturb policies again");
				}
				return policies.policies();
			}
			failed("the response is empty");
		}
		catch (Throwable ex) {
			requireWorking(ex);
			failed((ex instanceof AirlockGatewayException failure) ? FailureMessages.forFailure(failure)
					: AirlockGatewayException.safeMessage(ex));
		}
		return List.of();
	}

	/**
	 * Throw an error of this application. Unlike a failure of the gateway, it must not
	 * allow an invocation that a policy denies.
	 */
	private void requireWorking(Throwable failure) {
		for (Throwable cause : Causes.of(failure)) {
			if (cause instanceof Error error) {
				warn("Do-not-disturb policies cannot be read, so guarded methods are denied: "
						+ AirlockGatewayException.safeMessage(error));
				throw error;
			}
		}
	}

	private void failed(String reason) {
		warn("The gateway provides no do-not-disturb policies, so none is applied: " + reason);
	}

	private void warn(String message) {
		// An interrupt means that the application is stopping
		if (Thread.currentThread().isInterrupted()) {
			logger.debug(message);
		}
		else {
			this.warnings.warn(message);
		}
	}

	private static ApprovalUnavailableException unreadable(Throwable failure) {
		return new ApprovalUnavailableException(
				"Approval is not requested, because a do-not-disturb policy may deny the call and this application fails to read "
						+ "policies: %s. Fix the cause, or set 'airlock.gateway.dnd.mode=off' to do without policies"
							.formatted(AirlockGatewayException.safeMessage(failure)),
				null, failure);
	}

	/**
	 * Request for policies, shared by all callers until its response expires.
	 */
	private final class Fetch {

		private final CompletableFuture<List<DndPolicy>> request = new CompletableFuture<>();

		private final CompletableFuture<List<DndPolicy>> response = this.request
			.whenComplete((policies, failure) -> ended(policies));

		private final Deadline patience = Deadline.in(MAX_WAIT, EffectivePolicies.this.ticker);

		private volatile Deadline fresh = Deadline.in(MAX_AGE, EffectivePolicies.this.ticker);

		private void ended(@Nullable List<DndPolicy> policies) {
			this.fresh = Deadline.in(TIME_TO_LIVE, EffectivePolicies.this.ticker);
			EffectivePolicies.this.last = (policies != null) ? policies : List.of();
		}

		List<DndPolicy> await() {
			try {
				if (WaitScope.await(this.response, this.patience.remaining())) {
					return this.response.join();
				}
				logger.debug("Do-not-disturb policies are not awaited any longer");
			}
			catch (InterruptedException ex) {
				WaitScope.interrupt();
			}
			catch (CompletionException ex) {
				throw unreadable((ex.getCause() != null) ? ex.getCause() : ex);
			}
			return List.of();
		}

	}

}

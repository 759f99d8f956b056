/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.presence;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.FailureMessages;
import io.airlockapp.gateway.client.Heartbeat;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Sends a heartbeat at an interval, so that approvers see the application online. A
 * failed heartbeat is not retried; the next one is sent after the interval.
 * {@link PresenceScheduling} schedules it. As an {@link AopInfrastructureBean}, it is not
 * also scheduled by an application that has enabled scheduling.
 */
public final class PresenceHeartbeat implements AopInfrastructureBean {

	static final String INTERVAL = "${airlock.gateway.presence.interval}";

	private static final Log logger = LogFactory.getLog(PresenceHeartbeat.class);

	private final WarnOnceLog warnings = new WarnOnceLog(logger);

	private final AirlockGatewayOperations gateway;

	private final Heartbeat heartbeat;

	private final AtomicLong successes = new AtomicLong();

	private final AtomicLong failures = new AtomicLong();

	private final BooleanSupplier paired;

	private final InstantSource clock;

	private volatile @Nullable Instant lastSuccess;

	private volatile @Nullable String lastFailure;

	/**
	 * Create a heartbeat.
	 * @param gateway the gateway
	 * @param enforcer the identity of this application towards the gateway
	 * @param paired whether there is an approver; otherwise, no heartbeat is sent
	 * @param clock the clock
	 */
	public PresenceHeartbeat(AirlockGatewayOperations gateway, Enforcer enforcer, BooleanSupplier paired,
			InstantSource clock) {
		this.gateway = gateway;
		this.heartbeat = new Heartbeat(enforcer.id(), enforcer.workspaceName(), enforcer.label());
		this.paired = paired;
		this.clock = clock;
	}

	/**
	 * Send one heartbeat, if there is an approver. A failure is logged and returned by
	 * {@link #getLastFailure()}, but never thrown.
	 */
	// The first heartbeat must not prolong the start of the application
	@Scheduled(initialDelayString = "1s", fixedDelayString = INTERVAL)
	public void beat() {
		try {
			if (this.paired.getAsBoolean()) {
				this.gateway.sendHeartbeat(this.heartbeat);
				succeeded();
			}
		}
		catch (Throwable ex) {
			// An interrupt means that the application is stopping
			if (!Thread.currentThread().isInterrupted()) {
				failed((ex instanceof AirlockGatewayException failure) ? FailureMessages.forFailure(failure)
						: AirlockGatewayException.safeMessage(ex));
			}
		}
	}

	private void succeeded() {
		this.successes.incrementAndGet();
		if (this.warnings.reset()) {
			logger.info("The gateway gets heartbeats again");
		}
		this.lastFailure = null;
		this.lastSuccess = this.clock.instant();
	}

	private void failed(String reason) {
		this.failures.incrementAndGet();
		this.warnings.warn("The gateway gets no heartbeat, so approvers see this application offline: " + reason);
		this.lastFailure = reason;
	}

	/**
	 * Return the number of successful heartbeats.
	 * @return the number since the start
	 */
	public long getSuccesses() {
		return this.successes.get();
	}

	/**
	 * Return the number of failed heartbeats.
	 * @return the number since the start
	 */
	public long getFailures() {
		return this.failures.get();
	}

	/**
	 * Return the time of the last successful heartbeat.
	 * @return the time, or {@code null} if there was none
	 */
	public @Nullable Instant getLastSuccess() {
		return this.lastSuccess;
	}

	/**
	 * Return the reason for the failure of the last heartbeat.
	 * @return the reason, or {@code null} if the last heartbeat succeeded
	 */
	public @Nullable String getLastFailure() {
		return this.lastFailure;
	}

}

package io.airlockapp.gateway.presence;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.client.Heartbeat;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Sends a heartbeat at an interval, so that approvers see the application online. A
 * heartbeat that fails is not repeated; the next one is sent in its own time.
 * <p>
 * It is an {@link AopInfrastructureBean} so that the application's own scheduling, if it
 * has any, leaves it to {@link PresenceScheduling}.
 */
public final class PresenceHeartbeat implements AopInfrastructureBean {

	/**
	 * So that the first beat takes no time from the start of the application.
	 */
	private static final String INITIAL_DELAY = "1s";

	private static final Log logger = LogFactory.getLog(PresenceHeartbeat.class);

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
	 * @param enforcer who is present
	 * @param paired tells whether there is an approver to be present for
	 * @param clock the time of day
	 */
	public PresenceHeartbeat(AirlockGatewayOperations gateway, Enforcer enforcer, BooleanSupplier paired,
			InstantSource clock) {
		this.gateway = gateway;
		this.heartbeat = new Heartbeat(enforcer.id(), enforcer.workspaceName(), enforcer.label());
		this.paired = paired;
		this.clock = clock;
	}

	/**
	 * Send one sign of life, if there is an approver. Whatever fails is logged and told
	 * by {@link #getLastFailure()}, never thrown.
	 */
	@Scheduled(initialDelayString = INITIAL_DELAY, fixedDelayString = "${airlock.gateway.presence.interval:30s}")
	public void beat() {
		try {
			if (this.paired.getAsBoolean()) {
				this.gateway.sendHeartbeat(this.heartbeat);
				succeeded();
			}
		}
		catch (RuntimeException | Error ex) {
			// An interrupt means that the application stops
			if (!Thread.currentThread().isInterrupted()) {
				failed(AirlockGatewayException.safeMessage(ex));
			}
		}
	}

	private void succeeded() {
		this.successes.incrementAndGet();
		if (this.lastFailure != null) {
			logger.info("The gateway gets heartbeats again");
		}
		this.lastFailure = null;
		this.lastSuccess = this.clock.instant();
	}

	private void failed(String reason) {
		this.failures.incrementAndGet();
		if (this.lastFailure == null) {
			logger.warn("The gateway gets no heartbeat, so approvers see this application offline: " + reason);
		}
		else {
			logger.debug("The gateway still gets no heartbeat: " + reason);
		}
		this.lastFailure = reason;
	}

	/**
	 * Return how many beats succeeded.
	 * @return the number since the start
	 */
	public long getSuccesses() {
		return this.successes.get();
	}

	/**
	 * Return how many beats failed.
	 * @return the number since the start
	 */
	public long getFailures() {
		return this.failures.get();
	}

	/**
	 * Return when the gateway last got a heartbeat.
	 * @return the time, or {@code null} if it never did
	 */
	public @Nullable Instant getLastSuccess() {
		return this.lastSuccess;
	}

	/**
	 * Return why the last beat failed.
	 * @return the failure, or {@code null} if the last beat succeeded
	 */
	public @Nullable String getLastFailure() {
		return this.lastFailure;
	}

}

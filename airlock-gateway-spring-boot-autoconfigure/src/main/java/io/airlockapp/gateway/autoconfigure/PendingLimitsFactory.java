/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.autoconfigure.AirlockGatewayProperties.Approval;
import io.airlockapp.gateway.exchange.PendingLimits;
import io.airlockapp.gateway.support.AirlockConfigurationException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.thread.Threading;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.web.context.WebApplicationContext;

/**
 * Factory for the limits of pending approvals. By default, pending approvals leave web
 * server threads for other requests, such as liveness checks.
 *
 * @param context the application
 */
record PendingLimitsFactory(ApplicationContext context) {

	private static final Log logger = LogFactory.getLog(PendingLimitsFactory.class);

	private static final String PREFIX = "airlock.gateway.approval.";

	private static final int DEFAULT_TOTAL = 250;

	/**
	 * Default number of threads of both Tomcat and Jetty.
	 */
	private static final int DEFAULT_THREADS = 200;

	PendingLimits create(Approval approval) {
		Approval.Limits limits = approval.limits();
		Integer threads = findThreads();
		int total = total(approval.maxPending(), threads);
		PendingLimits defaults = PendingLimits.of(total);
		Integer perMethod = positive("limits.pending-per-gate", limits.pendingPerGate());
		Integer perRequester = positive("limits.pending-per-requester", limits.pendingPerRequester());
		return new PendingLimits(total, (perMethod != null) ? perMethod : defaults.perMethod(),
				(perRequester != null) ? perRequester : defaults.perRequester(),
				positive("limits.pending-per-pairing", limits.pendingPerPairing()));
	}

	private static int total(@Nullable Integer configured, @Nullable Integer threads) {
		Integer total = positive("max-pending", configured);
		if (total == null) {
			return (threads != null) ? Math.max(1, Math.min(DEFAULT_TOTAL, threads / 2)) : DEFAULT_TOTAL;
		}
		if (threads != null && total >= threads) {
			logger.warn(
					("'%smax-pending' is %s, and the web server has %s threads: calls that wait for approval can take "
							+ "all of them, and then no request is served any more. Set it well below, or set "
							+ "'spring.threads.virtual.enabled=true' on Java 21 or newer")
						.formatted(PREFIX, total, threads));
		}
		return total;
	}

	/**
	 * Return the number of web server threads, or {@code null} if waiting invocations do
	 * not hold one.
	 */
	private @Nullable Integer findThreads() {
		Environment environment = this.context.getEnvironment();
		if (!(this.context instanceof WebApplicationContext) || Threading.VIRTUAL.isActive(environment)) {
			return null;
		}
		Binder binder = Binder.get(environment);
		return binder.bind("server.tomcat.threads.max", Integer.class)
			.orElseGet(() -> binder.bind("server.jetty.threads.max", Integer.class).orElse(DEFAULT_THREADS));
	}

	private static @Nullable Integer positive(String name, @Nullable Integer value) {
		AirlockConfigurationException.throwIf(value != null && value < 1, PREFIX + name, "it is not positive",
				"Set it to how many approvals may be pending at the same time, or remove the property.");
		return value;
	}

}

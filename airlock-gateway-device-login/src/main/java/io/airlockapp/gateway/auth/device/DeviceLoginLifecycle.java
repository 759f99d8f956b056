/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.AirlockGatewayException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * {@link SmartLifecycle} that runs the thread of a {@link DeviceLogin} until the
 * application stops. The application's start does not wait for a person to sign in. The
 * thread is not interrupted, since a refresh token is used once, and its successor has to
 * be stored. It stops after the approvals, whose withdrawal may require a refresh.
 */
public final class DeviceLoginLifecycle implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(DeviceLoginLifecycle.class);

	private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);

	private final DeviceLogin login;

	private volatile @Nullable Thread thread;

	/**
	 * Create a lifecycle.
	 * @param login the login whose steps are performed
	 */
	public DeviceLoginLifecycle(DeviceLogin login) {
		this.login = login;
	}

	@Override
	public synchronized void start() {
		if (this.thread == null) {
			this.login.start();
			Thread started = new Thread(this::run, "airlock-login");
			started.setDaemon(true);
			this.thread = started;
			started.start();
		}
	}

	private void run() {
		try {
			while (this.thread == Thread.currentThread()) {
				this.login.await(proceed());
			}
		}
		catch (InterruptedException ex) {
			// Another component ended the thread
		}
	}

	private Duration proceed() {
		try {
			return this.login.proceed();
		}
		catch (Throwable ex) {
			// The exception is not logged, since its message can contain a token
			String failure = AirlockGatewayException.safeMessage(ex);
			logger.error("Signing in failed unexpectedly, and is tried again: " + failure);
			this.login.failed(failure);
			return AFTER_FAILURE;
		}
	}

	@Override
	public synchronized void stop() {
		Thread stopped = this.thread;
		if (stopped == null) {
			return;
		}
		this.thread = null;
		if (!this.login.stop()) {
			logger.warn("The identity provider still does not respond, and is not waited for any longer. If it has "
					+ "refreshed the login, a person has to sign in again");
		}
		try {
			TimeUnit.NANOSECONDS.timedJoin(stopped, this.login.stopTimeout().toNanos());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public int getPhase() {
		return 0;
	}

	@Override
	public boolean isRunning() {
		return this.thread != null;
	}

}

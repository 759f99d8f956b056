/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.pairing.PairingChangedEvent;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;

/**
 * {@link ApplicationListener} that logs a warning about each group of approvers of whom
 * not all can approve, after the start and at each change of a pairing. At start, the
 * pairings are read in the background, since their store must not delay it. Nothing is
 * logged after the end of the application.
 */
final class ApproverGroupsLogger implements SmartInitializingSingleton,
		ApplicationListener<PayloadApplicationEvent<PairingChangedEvent>>, DisposableBean {

	private static final Log logger = LogFactory.getLog(ApproverGroupsLogger.class);

	private final Map<String, String> logged = new HashMap<>();

	private final ApproverGroups groups;

	private final Supplier<@Nullable PairingSource> pairings;

	private boolean destroyed;

	ApproverGroupsLogger(ApproverGroups groups, Supplier<@Nullable PairingSource> pairings) {
		this.groups = groups;
		this.pairings = pairings;
	}

	@Override
	public void afterSingletonsInstantiated() {
		PairingSource source = this.groups.all().isEmpty() ? null : this.pairings.get();
		if (source != null) {
			Thread thread = new Thread(() -> log(source), "airlock-approvers");
			thread.setDaemon(true);
			thread.start();
		}
	}

	@Override
	public void onApplicationEvent(PayloadApplicationEvent<PairingChangedEvent> event) {
		PairingSource source = this.groups.contain(event.getPayload().name()) ? this.pairings.get() : null;
		if (source != null) {
			log(source);
		}
	}

	@Override
	public void destroy() {
		synchronized (this.logged) {
			this.destroyed = true;
		}
	}

	private void log(PairingSource source) {
		try {
			this.groups.getStates(source).forEach((state) -> log(state.group().name(), state.findWarning()));
		}
		catch (Throwable ex) {
			warn("The state of the approvers cannot be determined: " + AirlockGatewayException.safeMessage(ex));
		}
	}

	private void log(String name, @Nullable String warning) {
		synchronized (this.logged) {
			String before = (warning != null) ? this.logged.put(name, warning) : this.logged.remove(name);
			if (warning != null && !warning.equals(before)) {
				warn(warning);
			}
		}
	}

	private void warn(String message) {
		synchronized (this.logged) {
			if (!this.destroyed) {
				logger.warn(message);
			}
		}
	}

}

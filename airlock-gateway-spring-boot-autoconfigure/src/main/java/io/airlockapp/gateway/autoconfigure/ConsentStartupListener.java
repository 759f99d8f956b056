/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.util.concurrent.Executor;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalConsentException;
import io.airlockapp.gateway.FailureMessages;
import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.auth.ConsentCheck;
import io.airlockapp.gateway.exchange.ExchangeFailures;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;

/**
 * {@link ApplicationListener} that logs a warning, once an application is ready, if its
 * user has not consented yet, or if the address or the credentials are wrong. It neither
 * delays nor fails the start.
 *
 * @param consent the check
 * @param executor the executor of the check
 */
record ConsentStartupListener(ConsentCheck consent,
		Executor executor) implements ApplicationListener<ApplicationReadyEvent> {

	private static final Log logger = LogFactory.getLog(ConsentStartupListener.class);

	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		try {
			this.executor.execute(this::check);
		}
		catch (Throwable ex) {
			logger.debug("Consent is not checked: no thread is free: " + AirlockGatewayException.safeMessage(ex));
		}
	}

	private void check() {
		try {
			AirlockGatewayException failure = this.consent.check();
			if (failure instanceof ApprovalConsentException || (failure != null && ExchangeFailures.isRefused(failure)
					&& !(failure instanceof IdentityUnavailableException))) {
				logger.warn("Guarded methods are denied: " + FailureMessages.forFailure(failure));
			}
			else if (failure != null) {
				logger.debug("Consent cannot be checked: " + failure.getMessage());
			}
		}
		catch (Throwable ex) {
			logger.debug("Consent cannot be checked: " + AirlockGatewayException.safeMessage(ex));
		}
	}

}

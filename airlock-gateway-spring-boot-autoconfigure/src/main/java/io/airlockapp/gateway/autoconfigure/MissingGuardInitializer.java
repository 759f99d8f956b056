/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.approval.verification.UnguardedContext;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayProperties.Approval.Mode;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * {@link ApplicationContextInitializer} that registers a verifier for contexts in which
 * the guard is missing. It is not an auto-configuration, since the auto-configuration may
 * itself be missing.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class MissingGuardInitializer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

	@Override
	public void initialize(ConfigurableApplicationContext applicationContext) {
		UnguardedContext.verifyOnRefresh(applicationContext, () -> isBypassed(applicationContext));
	}

	private static boolean isBypassed(ConfigurableApplicationContext context) {
		return Binder.get(context.getEnvironment())
			.bind("airlock.gateway.approval.mode", Mode.class)
			.map(Mode.BYPASS::equals)
			.orElse(false);
	}

}

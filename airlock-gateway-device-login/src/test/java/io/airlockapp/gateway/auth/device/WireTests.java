/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.time.Duration;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.airlockapp.gateway.store.PairingStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Base of tests of a {@link DeviceLogin} at an identity provider on the wire.
 */
abstract class WireTests {

	@RegisterExtension
	final WireMockExtension server = WireMockExtension.newInstance().build();

	final MutableClock clock = new MutableClock();

	WireProvider provider;

	DeviceLogin login;

	@BeforeEach
	final void createProvider() {
		this.provider = new WireProvider(this.server);
	}

	/**
	 * Let a person sign in whose access token is valid for a minute.
	 */
	final void signIn(PairingStore store) {
		this.login = this.provider.login(store, this.clock);
		this.login.proceed();
		this.provider.answersCode(this.provider.tokens("jwt-1", "refresh-1", 60));
		this.login.proceed();
	}

	final Duration proceedAfter(Duration duration) {
		this.clock.advance(duration);
		return this.login.proceed();
	}

}

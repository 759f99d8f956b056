/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link GatewayCredentials}.
 */
class GatewayCredentialsTests {

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "topsecret\n", "topsecret\r\nX-Admin: true", " topsecret", "top secret",
			"topsecr\u00e9t", "topsecret\u0000", "topsecret\u007f" })
	void constructorWhenValueIsInvalidInHeaderThrows(String value) {
		assertThatRefused("pat", () -> new GatewayCredentials(value, null, null, null, null));
		assertThatRefused("bearerToken", () -> new GatewayCredentials(null, value, null, null, null));
		assertThatRefused("clientId", () -> new GatewayCredentials(null, null, value, null, null));
		assertThatRefused("clientSecret", () -> new GatewayCredentials(null, null, "shop", value, null));
		assertThatRefused("origin", () -> new GatewayCredentials(null, null, "shop", null, value));
	}

	@Test
	void toStringShowsKindsButNoValues() {
		GatewayCredentials credentials = new GatewayCredentials("airpat_1", "jwt-1", "shop", "s3cr3t", null);
		assertThat(credentials).hasToString("GatewayCredentials[pat + client]");
		assertThat(credentials.isEmpty()).isFalse();
		assertThat(GatewayCredentials.NONE.isEmpty()).isTrue();
	}

	@Test
	void describeNamesSourceOfUser() {
		GatewayCredentials client = new GatewayCredentials(null, null, "shop", "s3cr3t", null);
		assertThat(client.describe(null)).isEqualTo("client");
		assertThat(client.describe("device login")).isEqualTo("device login + client");
		assertThat(GatewayCredentials.NONE.describe("device login")).isEqualTo("device login");
		assertThat(new GatewayCredentials(null, "jwt-1", null, null, null).describe("access token"))
			.isEqualTo("access token");
		assertThat(new GatewayCredentials("airpat_1", null, null, null, null).describe("access token"))
			.isEqualTo("pat");
	}

	private static void assertThatRefused(String name, Runnable creation) {
		assertThatIllegalArgumentException().isThrownBy(creation::run)
			.withMessageContainingAll("'" + name + "'", "line break")
			.withMessageNotContaining("secr");
	}

}

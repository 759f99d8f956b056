/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;

import io.airlockapp.gateway.AirlockGatewayException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the values that only the gateway or the approver may receive.
 */
final class Secrets {

	static final String PAT = "airpat_4f9d0c1b7e5a4c2d8f3e6b1a9c7d5e20";

	static final String BEARER_TOKEN = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzaG9wIn0.bm8gc2lnbmF0dXJl";

	/**
	 * Short, and with characters that no token has.
	 */
	static final String CLIENT_SECRET = "s3cr3t:of$the!shop";

	static final String ROUTING_TOKEN = "rt_9b1deb4d3b7d4bad9bdd2b0d7b3dcb6d";

	static final String ENCRYPTION_KEY = "AbCd-_EfGhIjKlMnOpQrStUvWxYz0123456789-_AbE";

	static final String STORE_KEY = "Zy9xWv7uTs5rQp3oNm1lKj_iHg-fEdCbA0987654320";

	static final String ARGUMENT = "DE02120300000000202051";

	static final String SENSITIVE_ARGUMENT = "pin 4929 0815";

	static final String PAIRING_CODE = "QX7K-93MP-LZ4T";

	/**
	 * Even a part of this length is too much.
	 */
	private static final int PART = 12;

	static final Map<String, String> all = new LinkedHashMap<>();

	static {
		all.put("PAT", PAT);
		all.put("bearer token", BEARER_TOKEN);
		all.put("client secret", CLIENT_SECRET);
		all.put("routing token", ROUTING_TOKEN);
		all.put("encryption key", ENCRYPTION_KEY);
		all.put("encryption key in base64", ENCRYPTION_KEY.replace('-', '+').replace('_', '/'));
		all.put("key of the store", STORE_KEY);
		all.put("key of the store in base64", STORE_KEY.replace('-', '+').replace('_', '/'));
		all.put("argument", ARGUMENT);
		all.put("sensitive argument", SENSITIVE_ARGUMENT);
		all.put("pairing code", PAIRING_CODE);
	}

	private Secrets() {
	}

	static String nameOf(String secret) {
		return all.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().equals(secret))
			.findFirst()
			.orElseThrow()
			.getKey();
	}

	/**
	 * Return the properties of an application whose secrets these are.
	 */
	static String[] properties(Map<String, String> base) {
		Map<String, String> properties = new LinkedHashMap<>(base);
		properties.put("airlock.gateway.auth.pat", PAT);
		properties.put("airlock.gateway.auth.bearer-token", BEARER_TOKEN);
		properties.put("airlock.gateway.auth.client-id", "shop");
		properties.put("airlock.gateway.auth.client-secret", CLIENT_SECRET);
		properties.put("airlock.gateway.pairing.routing-token", ROUTING_TOKEN);
		properties.put("airlock.gateway.pairing.encryption-key", ENCRYPTION_KEY);
		properties.put("airlock.gateway.pairing.store.key", STORE_KEY);
		properties.put("airlock.gateway.rate-limit.requests", "100000");
		return properties.entrySet()
			.stream()
			.map((entry) -> entry.getKey() + "=" + entry.getValue())
			.toArray(String[]::new);
	}

	static void assertNoneIn(String place, String text) {
		all.forEach((name, secret) -> {
			for (int i = 0; i + PART <= secret.length(); i++) {
				assertThat(text).as("%s in %s", name, place).doesNotContain(secret.substring(i, i + PART));
			}
		});
	}

	/**
	 * Assert that nobody who logs, shows or serializes a failure tells a secret.
	 */
	static void assertNoneIn(Throwable ex) {
		// Has the causes and what is suppressed
		StringWriter trace = new StringWriter();
		ex.printStackTrace(new PrintWriter(trace));
		assertNoneIn("stack trace", trace.toString());
		if (ex instanceof AirlockGatewayException failure) {
			assertNoneIn("details of failure",
					failure.getCode() + "|" + failure.getRequestId() + "|" + failure.getConsentUrl());
		}
	}

}

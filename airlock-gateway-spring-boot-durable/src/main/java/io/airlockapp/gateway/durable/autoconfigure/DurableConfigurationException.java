/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.autoconfigure;

/**
 * Exception thrown when durable approvals cannot be configured. It contains no value of a
 * property.
 */
@SuppressWarnings("serial")
final class DurableConfigurationException extends RuntimeException {

	private final String action;

	DurableConfigurationException(String message, String action) {
		super(message);
		this.action = action;
	}

	static DurableConfigurationException ofProperty(String name, String reason, String action) {
		return new DurableConfigurationException(
				"Property 'airlock.gateway.durable.%s' cannot be used: %s".formatted(name, reason), action);
	}

	String getAction() {
		return this.action;
	}

}

package io.airlockapp.gateway.autoconfigure;

import org.jspecify.annotations.Nullable;

/**
 * Exception thrown when a property can't be used. It never contains the property's value,
 * which may be secret.
 */
@SuppressWarnings("serial")
class AirlockConfigurationException extends RuntimeException {

	private final String property;

	private final String action;

	AirlockConfigurationException(String property, String reason, String action) {
		this(property, reason, action, null);
	}

	AirlockConfigurationException(String property, String reason, String action, @Nullable Throwable cause) {
		super("Property '%s' can't be used: %s".formatted(property, reason), cause);
		this.property = property;
		this.action = action;
	}

	String getProperty() {
		return this.property;
	}

	String getAction() {
		return this.action;
	}

}

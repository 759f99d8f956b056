/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import org.jspecify.annotations.Nullable;

/**
 * Exception thrown when the application's database cannot be reached or is not supported,
 * or lacks a table that is not created.
 */
@SuppressWarnings("serial")
public final class UnusableDatabaseException extends RuntimeException {

	private final String action;

	/**
	 * Create an exception.
	 * @param message the reason, which contains nothing secret
	 * @param action what makes the database usable
	 */
	public UnusableDatabaseException(String message, String action) {
		this(message, action, null);
	}

	UnusableDatabaseException(String message, String action, @Nullable Throwable cause) {
		super(message, cause);
		this.action = action;
	}

	/**
	 * Return what makes the database usable.
	 * @return the action
	 */
	public String getAction() {
		return this.action;
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

/**
 * Exception thrown when the application's database is not supported, or lacks a table.
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
		super(message);
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

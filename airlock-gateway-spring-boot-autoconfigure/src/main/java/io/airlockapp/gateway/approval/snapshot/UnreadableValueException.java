/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

/**
 * Exception thrown when a value cannot be read as what it is. Its message is the reason,
 * and contains no part of the value.
 */
final class UnreadableValueException extends RuntimeException {

	UnreadableValueException(String reason) {
		super(reason);
	}

}

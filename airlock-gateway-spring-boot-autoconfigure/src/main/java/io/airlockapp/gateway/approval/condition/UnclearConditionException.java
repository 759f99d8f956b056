/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.condition;

/**
 * Exception thrown when a condition has no clear result, so that approval is required.
 * Its message is written for the log: it contains the reason and no argument's value.
 */
final class UnclearConditionException extends RuntimeException {

	UnclearConditionException(String reason) {
		super(reason, null, false, false);
	}

}

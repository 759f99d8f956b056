/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.ai;

/**
 * Exception thrown to Spring AI to give a text to the model in place of the result of a
 * tool. The message is that text.
 */
public abstract class ToolMessageException extends RuntimeException {

	protected ToolMessageException(String message) {
		super(message);
	}

}

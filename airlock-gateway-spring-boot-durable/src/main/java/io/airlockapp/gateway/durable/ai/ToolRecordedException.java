/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.ai;

import io.airlockapp.gateway.ai.ToolMessageException;

/**
 * Exception thrown to Spring AI when the call of a tool was recorded. Spring AI would
 * otherwise report to the model that a tool without a result is done. The message is a
 * text for the model.
 */
public final class ToolRecordedException extends ToolMessageException {

	private final String requestId;

	ToolRecordedException(String requestId) {
		super(("NOT CARRIED OUT YET: this call was recorded as %s, and waits for a person's approval. It runs by itself "
				+ "after that, or not at all. Do not call this tool again for the same purpose, and do not tell the user "
				+ "that it is done. Tell the user that it waits for approval as %s.")
			.formatted(requestId, requestId));
		this.requestId = requestId;
	}

	/**
	 * Return the id of the approval request.
	 * @return the id
	 */
	public String getRequestId() {
		return this.requestId;
	}

}

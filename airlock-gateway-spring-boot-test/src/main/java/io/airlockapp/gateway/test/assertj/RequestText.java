/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test.assertj;

import io.airlockapp.gateway.simulator.PendingRequest;

/**
 * Describes a request, as its approver sees it, in the message of a failure.
 */
final class RequestText {

	private RequestText() {
	}

	static String of(PendingRequest request) {
		String command = (request.commandText() != null) ? request.commandText() : "a request without a command";
		return (request.problem() != null) ? "a request that cannot be read: " + request.problem()
				: "%s: %s".formatted(request.label(), command);
	}

}

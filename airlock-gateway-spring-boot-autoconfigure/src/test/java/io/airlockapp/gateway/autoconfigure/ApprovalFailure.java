/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.time.Duration;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.client.GatewayError;
import org.jspecify.annotations.Nullable;

/**
 * An approval that was not given, for each way in which that happens. Its texts are what
 * must not be told.
 */
enum ApprovalFailure {

	DENIED(403, "approval-denied") {

		@Override
		RuntimeException exception() {
			return new ApprovalDeniedException(MESSAGE, REQUEST_ID, REASON);
		}

	},

	TIMEOUT(504, "approval-timeout") {

		@Override
		RuntimeException exception() {
			return new ApprovalTimeoutException(MESSAGE, REQUEST_ID);
		}

	},

	UNAVAILABLE(503, "approval-unavailable") {

		@Override
		RuntimeException exception() {
			GatewayError error = new GatewayError(429, null, MESSAGE, null, Duration.ofSeconds(17));
			return new ApprovalUnavailableException(MESSAGE, REQUEST_ID, new AirlockGatewayException(error));
		}

	},

	INVALID_USAGE(500, "approval-invalid-usage") {

		@Override
		RuntimeException exception() {
			return new InvalidApprovalUsageException(MESSAGE, null);
		}

	},

	UNVERIFIED(502, "approval-unverified") {

		@Override
		RuntimeException exception() {
			return new ApprovalVerificationException(MESSAGE, REQUEST_ID, null);
		}

	};

	static final String REQUEST_ID = "req-018f2f4e-1111-7222-8333-444455556666";

	static final String MESSAGE = "Set 'airlock.gateway.auth.pat', not " + PairedProperties.PAT;

	static final String REASON = "<b>No</b> & \"never\" " + PairedProperties.PAT + "\r\nX-Injected: 1";

	private final int status;

	private final String type;

	ApprovalFailure(int status, String type) {
		this.status = status;
		this.type = "tag:airlockapp.io,2026:problem/" + type;
	}

	abstract RuntimeException exception();

	@Nullable String requestId() {
		return (this == INVALID_USAGE) ? null : REQUEST_ID;
	}

	int status() {
		return this.status;
	}

	String type() {
		return this.type;
	}

}

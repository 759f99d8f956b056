/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.web;

import java.net.URI;
import java.util.Arrays;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalHaltedException;
import io.airlockapp.gateway.ApprovalPendingException;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.ApprovalWithdrawnException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.MethodStartedException;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/**
 * Enumeration of the problems that are shown to the users of an application if an
 * approval is missing. The messages of the exceptions are for its operators.
 */
enum ApprovalProblem {

	DENIED(ApprovalDeniedException.class, HttpStatus.FORBIDDEN, "approval-denied", "Approval denied",
			"The approver denied the request."),

	TIMEOUT(ApprovalTimeoutException.class, HttpStatus.GATEWAY_TIMEOUT, "approval-timeout", "Approval timed out",
			"No decision was made in time."),

	PENDING(ApprovalPendingException.class, HttpStatus.CONFLICT, "approval-pending", "Approval pending",
			"The same request is waiting for approval already."),

	/**
	 * Declared before the problem of its superclass.
	 */
	STARTED(MethodStartedException.class, HttpStatus.INTERNAL_SERVER_ERROR, "approval-outcome-unknown",
			"Outcome unknown",
			"The call was started, and its outcome is unknown: do not repeat it before you know that it had no effect."),

	/**
	 * Declared before the problem of its superclass.
	 */
	INVALID_USAGE(InvalidApprovalUsageException.class, HttpStatus.INTERNAL_SERVER_ERROR, "approval-invalid-usage",
			"Approval not possible",
			"Approval of this call cannot be requested, and a retry does not help: the application has to be fixed."),

	/**
	 * Declared before the problem of its superclass.
	 */
	WITHDRAWN(ApprovalWithdrawnException.class, HttpStatus.CONFLICT, "approval-withdrawn", "Approval withdrawn",
			"The request for approval was withdrawn."),

	/**
	 * Declared before the problem of its superclass.
	 */
	HALTED(ApprovalHaltedException.class, HttpStatus.SERVICE_UNAVAILABLE, "approval-halted", "Approval halted",
			"The operator of this application has halted its guarded methods."),

	UNAVAILABLE(ApprovalUnavailableException.class, HttpStatus.SERVICE_UNAVAILABLE, "approval-unavailable",
			"Approval unavailable", "Approval cannot be requested at the moment."),

	UNVERIFIED(ApprovalVerificationException.class, HttpStatus.BAD_GATEWAY, "approval-unverified",
			"Approval not verified", "The approval could not be verified.");

	private static final String TYPE_PREFIX = "tag:airlockapp.io,2026:problem/";

	private final Class<? extends AirlockGatewayException> exceptionType;

	private final HttpStatus status;

	private final URI type;

	private final String title;

	private final String detail;

	ApprovalProblem(Class<? extends AirlockGatewayException> exceptionType, HttpStatus status, String type,
			String title, String detail) {
		this.exceptionType = exceptionType;
		this.status = status;
		this.type = URI.create(TYPE_PREFIX + type);
		this.title = title;
		this.detail = detail;
	}

	/**
	 * Return the first problem whose exception type matches, so subclasses have to be
	 * declared first.
	 */
	static @Nullable ApprovalProblem of(AirlockGatewayException ex) {
		return Arrays.stream(values())
			.filter((problem) -> problem.exceptionType.isInstance(ex))
			.findFirst()
			.orElse(null);
	}

	/**
	 * Return the exception type whose name is part of the message codes, also for its
	 * subclasses.
	 */
	Class<? extends AirlockGatewayException> exceptionType() {
		return this.exceptionType;
	}

	ProblemDetail toProblemDetail() {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(this.status, this.detail);
		problem.setType(this.type);
		problem.setTitle(this.title);
		return problem;
	}

}

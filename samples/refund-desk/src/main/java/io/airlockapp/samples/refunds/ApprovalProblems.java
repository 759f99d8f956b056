package io.airlockapp.samples.refunds;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Tells the caller why a refund was not made, as RFC 9457 problem details.
 */
@RestControllerAdvice
class ApprovalProblems {

	@ExceptionHandler
	ProblemDetail denied(ApprovalDeniedException ex) {
		ProblemDetail problem = problem(HttpStatus.FORBIDDEN, "The approver said no.", ex);
		if (ex.getReason() != null) {
			problem.setProperty("reason", ex.getReason());
		}
		return problem;
	}

	@ExceptionHandler
	ProblemDetail timedOut(ApprovalTimeoutException ex) {
		return problem(HttpStatus.GATEWAY_TIMEOUT, "Nobody decided in time.", ex);
	}

	@ExceptionHandler
	ProblemDetail unavailable(ApprovalUnavailableException ex) {
		return problem(HttpStatus.SERVICE_UNAVAILABLE, String.valueOf(ex.getMessage()), ex);
	}

	@ExceptionHandler
	ProblemDetail notVerified(ApprovalVerificationException ex) {
		return problem(HttpStatus.BAD_GATEWAY, "There is a decision, but it can't be trusted.", ex);
	}

	private static ProblemDetail problem(HttpStatus status, String detail, AirlockGatewayException ex) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
		if (ex.getRequestId() != null) {
			problem.setProperty("requestId", ex.getRequestId());
		}
		return problem;
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.web;

import java.lang.reflect.Method;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.client.SafeText;
import org.jspecify.annotations.Nullable;

import org.springframework.context.MessageSource;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.util.ClassUtils;
import org.springframework.web.ErrorResponse;

/**
 * Describes approval exceptions as RFC 9457 problem details, which contain nothing of the
 * exceptions' messages: these are for the operators of the application.
 * <p>
 * As for Spring's own exceptions, a {@link MessageSource} can provide other texts, by the
 * codes of {@link ErrorResponse} and the exception type, such as {@code
 * problemDetail.title.io.airlockapp.gateway.ApprovalDeniedException}.
 *
 * @param messageSource the source of other titles, details and types
 * @param retryAfter the value of {@code Retry-After} if approvals cannot be requested and
 * neither a pause nor the gateway provides a value; at least one second
 * @param reasonIncluded whether to include the approver's reason for a denial
 */
public record ApprovalProblems(MessageSource messageSource, Duration retryAfter, boolean reasonIncluded) {

	/**
	 * The longest time that is believed of the gateway.
	 */
	private static final Duration MAX_RETRY_AFTER = Duration.ofHours(1);

	private static final String LOGIN_REQUIRED = "org.springframework.security.oauth2.client.ClientAuthorizationRequiredException";

	private static final Set<Class<?>> WRAPPERS = Set.of(CompletionException.class, ExecutionException.class,
			UndeclaredThrowableException.class);

	/**
	 * Describe an exception.
	 * @param failure an approval exception, or a {@link CompletionException},
	 * {@link ExecutionException} or {@link UndeclaredThrowableException} that wraps one
	 * @param locale the locale of the user
	 * @return the description, or {@code null} for any other exception
	 */
	public @Nullable ErrorResponse describe(Throwable failure, Locale locale) {
		AirlockGatewayException ex = unwrap(failure);
		ApprovalProblem problem = (ex != null) ? ApprovalProblem.of(ex) : null;
		return (ex != null && problem != null) ? describe(ex, problem, locale) : null;
	}

	/**
	 * Unwrap an approval exception. Other exceptions that are caused by one have a
	 * meaning of their own.
	 */
	private static @Nullable AirlockGatewayException unwrap(Throwable failure) {
		Throwable candidate = failure;
		while (WRAPPERS.contains(candidate.getClass()) && candidate.getCause() != null) {
			candidate = candidate.getCause();
		}
		return (candidate instanceof AirlockGatewayException ex) ? ex : null;
	}

	private ErrorResponse describe(AirlockGatewayException ex, ApprovalProblem problem, Locale locale) {
		ProblemDetail detail = problem.toProblemDetail();
		if (ex.getRequestId() != null) {
			detail.setProperty("requestId", SafeText.of(ex.getRequestId()));
		}
		if (this.reasonIncluded && ex instanceof ApprovalDeniedException denial && denial.getReason() != null) {
			detail.setProperty("reason", SafeText.of(denial.getReason()));
		}
		ErrorResponse.Builder response = ErrorResponse.builder(ex, detail)
			.typeMessageCode(ErrorResponse.getDefaultTypeMessageCode(problem.exceptionType()))
			.titleMessageCode(ErrorResponse.getDefaultTitleMessageCode(problem.exceptionType()))
			.detailMessageCode(ErrorResponse.getDefaultDetailMessageCode(problem.exceptionType(), null));
		if (problem == ApprovalProblem.UNAVAILABLE) {
			response.header(HttpHeaders.RETRY_AFTER, String.valueOf(retryAfter(ex).toSeconds()));
		}
		return response.build(this.messageSource, locale);
	}

	private Duration retryAfter(AirlockGatewayException ex) {
		Duration requested = ex.getRetryAfter();
		if (requested == null || requested.toSeconds() < 1) {
			return this.retryAfter;
		}
		boolean ofGateway = ex.getStatus() != 0;
		return (ofGateway && requested.compareTo(MAX_RETRY_AFTER) > 0) ? this.retryAfter : requested;
	}

	/**
	 * Return whether Spring Security's filter for OAuth clients handles the exception by
	 * a login of the user.
	 */
	static boolean isLoginRequired(Throwable failure) {
		AirlockGatewayException ex = unwrap(failure);
		Throwable cause = (ex instanceof IdentityUnavailableException) ? ex.getCause() : null;
		return cause != null && LOGIN_REQUIRED.equals(cause.getClass().getName());
	}

	/**
	 * Return whether the preferred media type is HTML.
	 */
	static boolean isPagePreferred(List<MediaType> accepted) {
		return !accepted.isEmpty() && (MediaType.TEXT_HTML.equalsTypeAndSubtype(accepted.get(0))
				|| MediaType.APPLICATION_XHTML_XML.equalsTypeAndSubtype(accepted.get(0)));
	}

	static MethodParameter asReturnType() {
		return new MethodParameter(describeMethod(), -1);
	}

	/**
	 * Return the method that represents a handler with a description as its return value.
	 * @return the method, which is looked up by reflection
	 */
	public static Method describeMethod() {
		return ClassUtils.getMethod(ApprovalProblems.class, "describe", Throwable.class, Locale.class);
	}

}

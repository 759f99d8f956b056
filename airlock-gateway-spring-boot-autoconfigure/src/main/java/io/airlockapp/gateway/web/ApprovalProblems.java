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
 * Describes approvals that were not given as RFC 9457 problem details. They contain
 * nothing of the exceptions' messages, which are for the operators of the application.
 * <p>
 * As with Spring's own exceptions, a {@link MessageSource} may provide other texts: by
 * the codes of {@link ErrorResponse} and the exception, such as {@code
 * problemDetail.title.io.airlockapp.gateway.ApprovalDeniedException}.
 */
public final class ApprovalProblems {

	private static final Duration MAX_RETRY_AFTER = Duration.ofHours(1);

	private static final String LOGIN_REQUIRED = "org.springframework.security.oauth2.client.ClientAuthorizationRequiredException";

	private static final Set<Class<?>> WRAPPERS = Set.of(CompletionException.class, ExecutionException.class,
			UndeclaredThrowableException.class);

	private final MessageSource messageSource;

	private final Duration retryAfter;

	private final boolean reasonIncluded;

	/**
	 * Create descriptions.
	 * @param messageSource may have other titles, details and types
	 * @param retryAfter when to try again where nobody can be asked, unless the gateway
	 * says so itself; at least one second
	 * @param reasonIncluded whether to tell the reason that a person gave for a denial
	 * @throws IllegalArgumentException if the time is too short
	 */
	public ApprovalProblems(MessageSource messageSource, Duration retryAfter, boolean reasonIncluded) {
		if (retryAfter.toSeconds() < 1) {
			throw new IllegalArgumentException("'retryAfter' must be at least one second");
		}
		this.messageSource = messageSource;
		this.retryAfter = retryAfter;
		this.reasonIncluded = reasonIncluded;
	}

	/**
	 * Describe an exception.
	 * @param failure an approval's exception, or one in a {@link CompletionException},
	 * {@link ExecutionException} or {@link UndeclaredThrowableException}
	 * @param locale the language of the user
	 * @return the description, or {@code null} for any other exception
	 */
	public @Nullable ErrorResponse describe(Throwable failure, Locale locale) {
		AirlockGatewayException ex = unwrap(failure);
		ApprovalProblem problem = (ex != null) ? ApprovalProblem.of(ex) : null;
		return (ex != null && problem != null) ? describe(ex, problem, locale) : null;
	}

	/**
	 * Other exceptions that have ours as their cause mean something of their own.
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
		Duration told = ex.getRetryAfter();
		boolean sane = told != null && told.toSeconds() >= 1 && told.compareTo(MAX_RETRY_AFTER) <= 0;
		return (told != null && sane) ? told : this.retryAfter;
	}

	/**
	 * Return whether an exception is one that Spring Security's filter for OAuth clients
	 * answers by letting the user log in.
	 */
	static boolean isLoginRequired(Throwable failure) {
		AirlockGatewayException ex = unwrap(failure);
		Throwable cause = (ex instanceof IdentityUnavailableException) ? ex.getCause() : null;
		return cause != null && LOGIN_REQUIRED.equals(cause.getClass().getName());
	}

	/**
	 * Return whether a page is what is accepted most.
	 */
	static boolean isPagePreferred(List<MediaType> accepted) {
		return !accepted.isEmpty() && (MediaType.TEXT_HTML.equalsTypeAndSubtype(accepted.get(0))
				|| MediaType.APPLICATION_XHTML_XML.equalsTypeAndSubtype(accepted.get(0)));
	}

	static MethodParameter asReturnType() {
		return new MethodParameter(describeMethod(), -1);
	}

	/**
	 * Return the method that stands for a handler that returned a description.
	 * @return the method, which is found by reflection
	 */
	public static Method describeMethod() {
		return ClassUtils.getMethod(ApprovalProblems.class, "describe", Throwable.class, Locale.class);
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.io.InterruptedIOException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;

import javax.net.ssl.SSLPeerUnverifiedException;

import io.airlockapp.gateway.client.GatewayError;
import io.airlockapp.gateway.support.Causes;
import org.jspecify.annotations.Nullable;

/**
 * Root of the hierarchy of exceptions for failures between an application, the gateway
 * and the approver. No message contains a secret.
 */
public class AirlockGatewayException extends RuntimeException {

	private static final String OWN_LIMIT = "local_rate_limit";

	private static final String OTHER_CONTENT = "AlreadyExistsConflict";

	private final transient @Nullable GatewayError error;

	private final @Nullable String requestId;

	private final boolean unsent;

	/**
	 * Create an exception for an error response of the gateway.
	 * @param error the decoded error
	 */
	public AirlockGatewayException(GatewayError error) {
		super(FailureMessages.forResponse(error));
		this.error = error;
		this.requestId = error.requestId();
		this.unsent = false;
	}

	/**
	 * Create an exception.
	 * @param message the problem and its remedy
	 * @param requestId the id of the approval request, if any
	 * @param cause the cause, if any
	 */
	public AirlockGatewayException(String message, @Nullable String requestId, @Nullable Throwable cause) {
		super(message, cause);
		this.error = (cause instanceof AirlockGatewayException gatewayException) ? gatewayException.error : null;
		this.requestId = requestId;
		this.unsent = false;
	}

	private AirlockGatewayException(String message, @Nullable GatewayError error) {
		super(message);
		this.error = error;
		this.requestId = null;
		this.unsent = true;
	}

	/**
	 * Return a description of the given failure that is safe to be logged.
	 * @param failure the failure
	 * @return the message if the failure is an {@code AirlockGatewayException}.
	 * Otherwise, only the class name of the most specific cause, since other messages can
	 * contain secrets. The text of a {@link LinkageError} is returned as well, since it
	 * names classes and members; that of an {@link ExceptionInInitializerError} is not,
	 * since it quotes the initializer's exception
	 */
	public static String safeMessage(Throwable failure) {
		if (failure instanceof AirlockGatewayException && failure.getMessage() != null) {
			return failure.getMessage();
		}
		List<Throwable> causes = Causes.of(failure);
		for (Throwable cause : causes) {
			if (cause instanceof LinkageError && !(cause instanceof ExceptionInInitializerError)) {
				return cause.toString();
			}
		}
		return causes.get(causes.size() - 1).getClass().getName();
	}

	/**
	 * Return the failure of a request that was not sent because the application's own
	 * rate limit was exhausted.
	 * @return the exception, for which {@link #isOwnLimit()} is {@code true}
	 */
	public static AirlockGatewayException ofOwnLimit() {
		return new AirlockGatewayException(
				"The application's own limit of requests to the gateway leaves none in time: ask for fewer approvals at a "
						+ "time, or raise 'airlock.gateway.rate-limit.requests' if the gateway grants more",
				new GatewayError(429, OWN_LIMIT, null, null, null));
	}

	/**
	 * Return the failure of a request that was not sent because its thread was
	 * interrupted while it waited for the rate limiter.
	 */
	static AirlockGatewayException ofInterrupt() {
		AirlockGatewayException failure = new AirlockGatewayException(
				"The thread was interrupted while it waited for a request to the gateway", null);
		failure.initCause(new InterruptedIOException());
		return failure;
	}

	/**
	 * Return the failure of a submission that the gateway already holds with different
	 * content.
	 * @return the exception, for which {@link #isOtherContent()} is {@code true}
	 */
	public static AirlockGatewayException ofOtherContent() {
		return new AirlockGatewayException(new GatewayError(409, OTHER_CONTENT, null, null, null));
	}

	/**
	 * Return the id of the approval request.
	 * @return the request id, or {@code null} if there is none
	 */
	public @Nullable String getRequestId() {
		return this.requestId;
	}

	/**
	 * Return the HTTP status of the gateway's response.
	 * @return the status, or 0 if there was no response
	 */
	public int getStatus() {
		return (this.error != null) ? this.error.status() : 0;
	}

	/**
	 * Return the gateway's error code, such as {@code no_approver}.
	 * @return the code, or {@code null} if there is none
	 */
	public @Nullable String getCode() {
		return (this.error != null) ? this.error.code() : null;
	}

	/**
	 * Return the time to wait before the next request, as specified by the gateway.
	 * @return the time to wait, or {@code null} if not specified
	 */
	public @Nullable Duration getRetryAfter() {
		return (this.error != null) ? this.error.retryAfter() : null;
	}

	/**
	 * Return the URL at which the user can consent to this application. The URL comes
	 * from the gateway, which is not trusted: display it to a person, who can see its
	 * target, and never request it.
	 * @return an {@code https} URL or a loopback URL, or {@code null} if there is none
	 */
	public @Nullable String getConsentUrl() {
		return (this.error != null) ? this.error.consentUrl() : null;
	}

	/**
	 * Return whether the application's quota is exhausted.
	 * @return {@code true} for status 429 or code {@code quota_exceeded}
	 */
	public boolean isQuotaExceeded() {
		return getStatus() == 429 || "quota_exceeded".equals(getCode());
	}

	/**
	 * Return whether the request was not sent because the application's own rate limit
	 * was exhausted.
	 * @return {@code true} if the gateway did not receive the request
	 */
	public boolean isOwnLimit() {
		return OWN_LIMIT.equals(getCode());
	}

	/**
	 * Return whether the request was not sent, so that it is not known to the gateway.
	 * @return {@code true} if it was not handed over to the HTTP client: the
	 * application's own rate limit was exhausted, the thread was interrupted before, no
	 * user is signed in, or there was no access token
	 */
	public boolean isUnsent() {
		return this.unsent;
	}

	/**
	 * Return whether the pairing was revoked.
	 * @return {@code true} for code {@code pairing_revoked}
	 */
	public boolean isPairingRevoked() {
		return "pairing_revoked".equals(getCode());
	}

	/**
	 * Return whether the exchange or pairing has expired.
	 * @return {@code true} for status 410 or code {@code expired}
	 */
	public boolean isExpired() {
		return getStatus() == 410 || "expired".equals(getCode());
	}

	/**
	 * Return whether the request conflicts with the gateway's state.
	 * @return {@code true} for status 409
	 */
	public boolean isConflict() {
		return getStatus() == 409;
	}

	/**
	 * Return whether the gateway already holds the approval request with different
	 * content.
	 * @return {@code true} for code {@code AlreadyExistsConflict}
	 */
	public boolean isOtherContent() {
		return OTHER_CONTENT.equals(getCode());
	}

	/**
	 * Return whether the request conflicts with a decision that exists.
	 * @return {@code true} for code {@code AlreadyDecidedConflict}
	 */
	public boolean isDecided() {
		return "AlreadyDecidedConflict".equals(getCode());
	}

	/**
	 * Return whether the gateway accepted a request, but its response could not be read.
	 * @return {@code true} if the response was successful, but empty or malformed
	 */
	public boolean isUnreadable() {
		return getStatus() == 0 && getCause() == null && !isUnsent() && getClass() == AirlockGatewayException.class;
	}

	/**
	 * Return whether the request failed within the application rather than in transit.
	 * @return {@code true} if retrying soon is pointless
	 */
	public boolean isUnexpected() {
		Throwable cause = getCause();
		return getStatus() == 0 && (cause instanceof Error
				|| (cause instanceof RuntimeException && !(cause instanceof AirlockGatewayException)));
	}

	/**
	 * Return whether the user has not consented to this application.
	 * @return {@code true} for codes that begin with {@code app_consent_}, such as
	 * {@code app_consent_required}
	 * @see #getConsentUrl()
	 */
	public boolean isConsentMissing() {
		return ConsentState.isCode(getCode());
	}

	/**
	 * Return whether the certificate of the server was rejected, since it is not trusted
	 * or belongs to another host. Other failures of TLS are not conclusive, such as
	 * alerts, or a response without TLS.
	 * @return {@code true} if there was no response, since the certificate was rejected
	 */
	public boolean isCertificateRejected() {
		return getStatus() == 0 && Causes.of(this)
			.stream()
			.anyMatch((cause) -> cause instanceof CertificateException || cause instanceof CertPathValidatorException
					|| cause instanceof SSLPeerUnverifiedException);
	}

	/**
	 * Return whether the same request can succeed later.
	 * @return {@code true} if there was no readable response, except after a rejected
	 * certificate, or if the status is 408, 429 or 5xx
	 */
	public boolean isTransient() {
		int status = getStatus();
		return (status != 0) ? status == 408 || status == 429 || status >= 500 : !isCertificateRejected();
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.io.IOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import io.airlockapp.gateway.client.GatewayResponseException;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.client.ratelimit.RequestBudget;
import io.airlockapp.gateway.client.ratelimit.RequestOrigin;
import io.airlockapp.gateway.client.ratelimit.RequestPriority;
import io.airlockapp.gateway.client.ratelimit.SharedBudget;
import io.airlockapp.gateway.support.Durations;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.WaitScope;
import org.jspecify.annotations.Nullable;

import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClientException;

/**
 * Executes requests to the gateway, subject to the rate limiter, and translates their
 * failures into {@link AirlockGatewayException}s. A request obtains its identity before
 * it queues: a request that cannot be sent must not delay others.
 *
 * @param rateLimiter the rate limiter in which all requests queue
 * @param availability the record of whether the gateway responds
 * @param onPairingRevoked the callback for pairings that the gateway reports as revoked,
 * which throws no exception
 * @param sharedBudget the budget of several instances, if any, from which requests take a
 * turn before they queue
 * @param origin the origin whose requests take turns with those of others
 * @param identification the identification of requests
 */
public record GatewayRequestExecutor(GatewayRateLimiter rateLimiter, GatewayAvailability availability,
		Runnable onPairingRevoked, @Nullable SharedBudget sharedBudget, RequestOrigin origin,
		Identification identification) {

	private static final int UNAUTHORIZED = 401;

	private static final int TOO_MANY_REQUESTS = 429;

	/**
	 * The maximum time to renew the identity of a request, and that to queue again.
	 */
	private static final Duration MAX_RENEWAL = Duration.ofSeconds(5);

	/**
	 * The maximum time to obtain the identity of an acknowledgement. An identity provider
	 * that does not respond to one user must not delay the acknowledgements of others.
	 */
	private static final Duration MAX_ACKNOWLEDGE_IDENTITY = Duration.ofSeconds(5);

	/**
	 * The time by which urgent requests may be sent before their turn in the budget of
	 * several instances. No other request waits for longer, so that an existing decision
	 * is fetched before what others have submitted.
	 */
	private static final Duration HEAD_START = Duration.ofSeconds(30);

	/**
	 * Create an executor.
	 * @param rateLimiter the rate limiter in which all requests queue
	 */
	public GatewayRequestExecutor(GatewayRateLimiter rateLimiter) {
		this(rateLimiter, new GatewayAvailability(InstantSource.system(), Ticker.system()), () -> {
		}, null, RequestOrigin.APPLICATION, Identification.NONE);
	}

	/**
	 * Return an executor whose requests obtain their identity before they queue.
	 * @param otherIdentification the identification of requests
	 * @return an executor with the same rate limiter
	 */
	public GatewayRequestExecutor identifiedBy(Identification otherIdentification) {
		return new GatewayRequestExecutor(this.rateLimiter, this.availability, this.onPairingRevoked, this.sharedBudget,
				this.origin, otherIdentification);
	}

	/**
	 * Return an executor that records whether the gateway responds.
	 * @param availability the record of the results
	 * @return an executor with the same rate limiter
	 */
	public GatewayRequestExecutor recordedBy(GatewayAvailability availability) {
		return new GatewayRequestExecutor(this.rateLimiter, availability, this.onPairingRevoked, this.sharedBudget,
				this.origin, this.identification);
	}

	/**
	 * Return an executor for requests that require a pairing.
	 * @param listener the callback for pairings that the gateway reports as revoked,
	 * which throws no exception
	 * @return an executor with the same rate limiter
	 */
	public GatewayRequestExecutor onPairingRevoked(Runnable listener) {
		return new GatewayRequestExecutor(this.rateLimiter, this.availability, listener, this.sharedBudget, this.origin,
				this.identification);
	}

	/**
	 * Return an executor whose requests take turns with those of other origins.
	 * @param newOrigin the origin
	 * @return an executor with the same rate limiter
	 */
	public GatewayRequestExecutor onBehalfOf(RequestOrigin newOrigin) {
		return new GatewayRequestExecutor(this.rateLimiter, this.availability, this.onPairingRevoked, this.sharedBudget,
				newOrigin, this.identification);
	}

	/**
	 * Return an executor whose requests take a turn from a budget of several instances
	 * before they queue in the rate limiter. They may wait for each of both as long as
	 * for the rate limiter alone.
	 * @param budget the budget
	 * @param ticker the ticker for elapsed time
	 * @return an executor with the same rate limiter
	 */
	public GatewayRequestExecutor withBudget(RequestBudget budget, Ticker ticker) {
		return new GatewayRequestExecutor(this.rateLimiter, this.availability, this.onPairingRevoked,
				new SharedBudget(budget, ticker), this.origin, this.identification);
	}

	/**
	 * Execute a request whose response has a body.
	 * @param <T> the body's type
	 * @param priority the request's priority in the queue
	 * @param patience the maximum time to obtain the identity and to queue
	 * @param request the request
	 * @return the body
	 * @throws AirlockGatewayException if the gateway does not respond, refuses the
	 * request, or responds without a body
	 */
	public <T> T execute(RequestPriority priority, Duration patience, Supplier<T> request) {
		T response = executeNullable(priority, patience, request::get);
		if (response == null) {
			throw new AirlockGatewayException("The gateway's response is empty", null, null);
		}
		return response;
	}

	/**
	 * Execute a request whose response may have a body.
	 * @param <T> the body's type
	 * @param priority the request's priority in the queue
	 * @param patience the maximum time to obtain the identity and to queue
	 * @param request the request
	 * @return the body, or {@code null} if there is none
	 * @throws AirlockGatewayException if the gateway does not respond or refuses the
	 * request
	 */
	public <T> @Nullable T executeNullable(RequestPriority priority, Duration patience, Supplier<@Nullable T> request) {
		Duration forIdentity = (priority == RequestPriority.ACKNOWLEDGE)
				? Durations.min(patience, MAX_ACKNOWLEDGE_IDENTITY) : patience;
		try (Scope scope = this.identification.identify(forIdentity, this.origin)) {
			awaitTurn(priority, scope.remaining().plus(patience).minus(forIdentity));
			return recorded(priority, () -> identified(priority, scope, patience, request));
		}
		catch (Throwable ex) {
			throw failure(ex);
		}
	}

	/**
	 * Send a request, and repeat it once if its identity is refused and can be renewed.
	 * The repetition is a request like any other, with a turn of its own.
	 */
	private <T> @Nullable T identified(RequestPriority priority, Scope scope, Duration patience,
			Supplier<@Nullable T> request) {
		// A request that does not queue is repeated, too
		Duration longest = patience.isZero() ? MAX_RENEWAL : Durations.min(patience, MAX_RENEWAL);
		try {
			return send(request);
		}
		catch (AirlockGatewayException ex) {
			if (ex.getStatus() != UNAUTHORIZED || !scope.renew(longest)) {
				throw ex;
			}
		}
		awaitTurn(priority, longest);
		return send(request);
	}

	private <T> @Nullable T recorded(RequestPriority priority, Supplier<@Nullable T> request) {
		try {
			T response = request.get();
			this.availability.succeeded();
			return response;
		}
		catch (Throwable ex) {
			AirlockGatewayException failure = failure(ex);
			this.availability.failed(priority, failure);
			throw failure;
		}
	}

	/**
	 * Translate a failure. All failures are translated, including errors, since callers
	 * retry or withdraw after any of them. Interceptors can throw undeclared checked
	 * exceptions.
	 */
	private static AirlockGatewayException failure(Throwable ex) {
		if (ex instanceof AirlockGatewayException known) {
			return known;
		}
		if (ex instanceof InterruptedException) {
			WaitScope.interrupt();
		}
		boolean declared = ex instanceof RuntimeException || ex instanceof Error;
		return new AirlockGatewayException(
				"The request to the gateway failed: " + AirlockGatewayException.safeMessage(ex), null,
				declared ? ex : new UndeclaredThrowableException(ex));
	}

	private <T> @Nullable T send(Supplier<@Nullable T> request) {
		try {
			T response = request.get();
			this.rateLimiter.accepted();
			return response;
		}
		catch (GatewayResponseException ex) {
			if (ex.getError().status() == TOO_MANY_REQUESTS) {
				this.rateLimiter.refused(ex.getError().retryAfter());
				if (this.sharedBudget != null && ex.getError().retryAfter() != null) {
					this.sharedBudget.pause(ex.getError().retryAfter());
				}
			}
			AirlockGatewayException failure = new AirlockGatewayException(ex.getError());
			if (failure.isPairingRevoked()) {
				this.onPairingRevoked.run();
			}
			throw failure;
		}
		catch (ResourceAccessException ex) {
			IOException cause = (ex.getCause() instanceof IOException ioException) ? ioException : new IOException(ex);
			throw new AirlockGatewayException("The gateway cannot be reached: " + FailureMessages.describe(cause), null,
					cause);
		}
		catch (RestClientException | IllegalArgumentException ex) {
			// A malformed content type results in an IllegalArgumentException. The cause
			// is omitted, since its message can contain parts of the response
			throw new AirlockGatewayException("The gateway's response cannot be read", null, null);
		}
	}

	private void awaitTurn(RequestPriority priority, Duration patience) {
		try {
			if (this.sharedBudget != null) {
				Duration headStart = (priority == RequestPriority.CONTROL) ? HEAD_START : Duration.ZERO;
				this.sharedBudget.await(headStart, patience, (wait) -> {
				});
			}
			this.rateLimiter.acquire(priority, patience, this.origin);
		}
		catch (TimeoutException ex) {
			throw AirlockGatewayException.ofOwnLimit();
		}
		catch (InterruptedException ex) {
			WaitScope.interrupt();
			throw AirlockGatewayException.ofInterrupt();
		}
	}

	/**
	 * Strategy interface for the identity of requests.
	 */
	@FunctionalInterface
	public interface Identification {

		/**
		 * Requests without an identity.
		 */
		Identification NONE = (patience, origin) -> () -> patience;

		/**
		 * Obtain the identity of the request that the current thread is about to send.
		 * @param patience the maximum time to wait
		 * @param origin on whose behalf the request is sent
		 * @return the scope of the request
		 * @throws AccessTokenException if the identity cannot be obtained at the moment
		 * @throws IdentityUnavailableException if a person has to act first
		 */
		Scope identify(Duration patience, RequestOrigin origin);

	}

	/**
	 * Represents the period in which the current thread sends a request with an identity.
	 */
	@FunctionalInterface
	public interface Scope extends AutoCloseable {

		/**
		 * Return the rest of the time to wait.
		 * @return the remaining time, never negative
		 */
		Duration remaining();

		/**
		 * Renew the identity, which the gateway refused.
		 * @param patience the maximum time to wait
		 * @return whether there is another one, with which the request can be repeated
		 */
		default boolean renew(Duration patience) {
			return false;
		}

		@Override
		default void close() {
			// Nothing to release
		}

	}

}

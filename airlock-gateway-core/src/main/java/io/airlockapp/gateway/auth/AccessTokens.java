/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.AccessTokenException;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.GatewayRequestExecutor;
import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.client.ratelimit.RequestOrigin;
import io.airlockapp.gateway.support.BackgroundTask;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.DetachedThreadFactory;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.WaitScope;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Obtains the access token of each request. An {@link AccessTokenSource} is called in
 * threads of its own, which nothing interrupts: a refresh token may be valid for one use
 * only, so that its successor must not be lost. The thread that sends the request waits
 * until its own deadline, and can be interrupted.
 */
public final class AccessTokens implements GatewayRequestExecutor.Identification, AutoCloseable {

	private static final Log logger = LogFactory.getLog(AccessTokens.class);

	/**
	 * Maximum time to wait of a request that does not queue, such as a health check.
	 */
	private static final Duration SHORT_WAIT = Duration.ofSeconds(1);

	/**
	 * Maximum age of a token that was obtained before its request queued.
	 */
	private static final Duration MAX_AGE = Duration.ofSeconds(5);

	private static final Duration RENEWAL_INTERVAL = Duration.ofSeconds(30);

	private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

	private static final int MAX_THREADS = 1000;

	/**
	 * Maximum number of calls on behalf of one user or requester that have not returned.
	 */
	private static final int MAX_CALLS = 50;

	/**
	 * Stands for all requests without a user and a requester.
	 */
	private static final Object NOBODY = new Object();

	private final ThreadLocal<@Nullable IdentifiedRequest> current = new ThreadLocal<>();

	private final Map<CallKey, Call> calls = new ConcurrentHashMap<>();

	/**
	 * The number of calls that have not returned, by user, requester or {@link #NOBODY}.
	 */
	private final Map<Object, Integer> unreturned = new ConcurrentHashMap<>();

	/**
	 * The callers for whom a token is refreshed before it expires.
	 */
	private final Set<Object> refreshing = ConcurrentHashMap.newKeySet();

	/**
	 * The latest renewals, by user or, if the source knows none, by token.
	 */
	private final Map<Object, Renewal> renewals = new ConcurrentHashMap<>();

	private final GatewayCredentials credentials;

	private final @Nullable AccessTokenSource source;

	private final Duration closeTimeout;

	private final Ticker ticker;

	private final ExecutorService executor = new ThreadPoolExecutor(0, MAX_THREADS, KEEP_ALIVE.toSeconds(),
			TimeUnit.SECONDS, new SynchronousQueue<>(), new DetachedThreadFactory("airlock-token-"));

	/**
	 * Create an instance.
	 * @param credentials the credentials of the application. With a personal access
	 * token, the source is not called
	 * @param source the source of access tokens, or {@code null} to use the bearer token
	 * of the credentials
	 * @param closeTimeout the maximum time to wait for calls in progress when this
	 * instance is closed
	 * @param ticker the ticker for elapsed time
	 */
	public AccessTokens(GatewayCredentials credentials, @Nullable AccessTokenSource source, Duration closeTimeout,
			Ticker ticker) {
		this.credentials = credentials;
		this.source = (credentials.pat() != null) ? null : source;
		this.closeTimeout = closeTimeout;
		this.ticker = ticker;
	}

	@Override
	public GatewayRequestExecutor.Scope identify(Duration patience, RequestOrigin origin) {
		Deadline deadline = Deadline.in(patience, this.ticker);
		return new IdentifiedRequest(findToken(origin.requester(), patience), origin.requester(), deadline,
				this.current.get());
	}

	/**
	 * Return the token that was obtained for the current thread's request, or obtain one.
	 * @param patience the maximum time to wait for a token that was not obtained before,
	 * or too long ago
	 * @return the token, or {@code null} if the request has none
	 */
	@Nullable String currentToken(Duration patience) {
		IdentifiedRequest request = this.current.get();
		if (request == null) {
			return findToken(null, patience);
		}
		if (request.maxAge.isOver()) {
			request.use(findToken(request.requester, patience));
		}
		return request.token;
	}

	private @Nullable String findToken(@Nullable String requester, Duration patience) {
		if (this.credentials.pat() != null) {
			return null;
		}
		if (this.source == null) {
			return this.credentials.bearerToken();
		}
		String token = call(this.source, null, requester, patience);
		if (token == null && this.credentials.clientId() == null) {
			throw new IdentityUnavailableException(
					"No user is signed in, so the request has no identity: sign in first", null);
		}
		return token;
	}

	/**
	 * Return another token than the refused one. The source is called at most once within
	 * {@link #RENEWAL_INTERVAL} for each user: if the gateway refuses a token that was
	 * just renewed, another one does not help, and would burden the identity provider.
	 * @param refused the refused token, if the request had one
	 * @param requester the requester, or {@code null} if not known
	 * @param patience the maximum time to wait
	 * @return another token, or {@code null} if there is none
	 */
	@Nullable String renew(@Nullable String refused, @Nullable String requester, Duration patience) {
		if (this.source == null || refused == null) {
			return null;
		}
		Object user = this.source.findUserKey();
		Object key = (user != null) ? user : refused;
		Renewal last = this.renewals.get(key);
		if (last == null || last.end().isOver()) {
			last = new Renewal(refused, call(this.source, refused, requester, patience),
					Deadline.in(RENEWAL_INTERVAL, this.ticker));
			this.renewals.values().removeIf((renewal) -> renewal.end().isOver());
			this.renewals.put(key, last);
			if (user == null && last.token() != null) {
				this.renewals.put(last.token(), last);
			}
		}
		// After another sign-in, the last renewal may be that of another person
		String token = (refused.equals(last.refused()) || refused.equals(last.token())) ? last.token()
				: call(this.source, null, requester, patience);
		return refused.equals(token) ? null : token;
	}

	private @Nullable String call(AccessTokenSource tokens, @Nullable String refused, @Nullable String requester,
			Duration patience) {
		Deadline deadline = Deadline.in(patience.isZero() ? SHORT_WAIT : patience, this.ticker);
		String token = await(start(tokens, refused, requester), deadline);
		if (token != null && !GatewayCredentials.isSendable(token)) {
			throw new IdentityUnavailableException(
					"The access token for the gateway cannot be sent, because it is empty "
							+ "or has white space, line breaks or characters outside ASCII: check where it comes from",
					null);
		}
		return token;
	}

	/**
	 * Start a call, or return the one in progress for the same user. While an identity
	 * provider does not respond, a user therefore occupies a single thread. A call that
	 * has lasted longer than it would be waited for on closing is no longer joined, since
	 * it may never return.
	 */
	private CompletableFuture<@Nullable String> start(AccessTokenSource tokens, @Nullable String refused,
			@Nullable String requester) {
		CompletableFuture<@Nullable String> result = new CompletableFuture<>();
		try {
			Object user = tokens.findUserKey();
			CallKey key = (user != null) ? new CallKey(user, refused) : null;
			if (key != null) {
				Call own = new Call(result, Deadline.in(this.closeTimeout, this.ticker));
				Call current = this.calls.compute(key,
						(same, other) -> (other != null && other.isJoined()) ? other : own);
				if (current.result() != result) {
					return current.result();
				}
				result.whenComplete((token, ex) -> this.calls.remove(key, own));
			}
			Object caller = (user != null) ? user : (requester != null) ? requester : NOBODY;
			count(caller, result);
			BackgroundTask.execute(this.executor, tokens::bindToUser, () -> run(tokens, refused, caller, result),
					(ex) -> failed(result, ex));
		}
		catch (Throwable ex) {
			failed(result, ex);
		}
		return result;
	}

	private static void failed(CompletableFuture<@Nullable String> result, Throwable ex) {
		result
			.completeExceptionally((ex instanceof RejectedExecutionException) ? new AirlockGatewayException(
					"The source of access tokens is not called, "
							+ "because the application is shutting down, or too many calls of it do not return",
					null, null) : ex);
	}

	/**
	 * Count a call until it returns. One user, whose identity provider does not respond,
	 * must not take the threads of all others.
	 * @throws RejectedExecutionException if too many calls do not return
	 */
	private void count(Object caller, CompletableFuture<@Nullable String> result) {
		int calls = this.unreturned.merge(caller, 1, Integer::sum);
		result.whenComplete((token, ex) -> this.unreturned.computeIfPresent(caller,
				(same, number) -> (number > 1) ? number - 1 : null));
		if (calls > MAX_CALLS) {
			throw new RejectedExecutionException();
		}
	}

	private void run(AccessTokenSource tokens, @Nullable String refused, Object caller,
			CompletableFuture<@Nullable String> result) {
		try {
			result.complete((refused != null) ? tokens.renewAccessToken(refused) : tokens.getAccessToken());
			// Not counted, so there is one at a time
			if (this.refreshing.add(caller)) {
				try {
					tokens.refreshAhead();
				}
				finally {
					this.refreshing.remove(caller);
				}
			}
		}
		catch (Throwable ex) {
			if (!result.completeExceptionally(ex)) {
				logger.debug("The access token cannot be refreshed before it expires: "
						+ AirlockGatewayException.safeMessage(ex));
			}
		}
	}

	private static @Nullable String await(CompletableFuture<@Nullable String> result, Deadline deadline) {
		try {
			if (WaitScope.await(result, deadline.remaining())) {
				return result.join();
			}
		}
		catch (InterruptedException ex) {
			WaitScope.interrupt();
			throw new AccessTokenException("The thread was interrupted while it waited for an access token",
					new InterruptedIOException());
		}
		catch (CompletionException | CancellationException ex) {
			throw failure((ex.getCause() != null) ? ex.getCause() : ex);
		}
		throw new AccessTokenException("No access token was obtained in time: its source does not respond", null);
	}

	private static AirlockGatewayException failure(Throwable cause) {
		if (cause instanceof IdentityUnavailableException) {
			// With its cause, by which Spring Security leads the user to the login
			return new IdentityUnavailableException(String.valueOf(cause.getMessage()), cause.getCause());
		}
		if (cause instanceof AirlockGatewayException) {
			// Its status would be taken for that of the request that needs the token
			return new AccessTokenException(String.valueOf(cause.getMessage()), cause.getCause());
		}
		// The exception is omitted, since its message can contain a token
		return new AccessTokenException(
				"The access token for the gateway cannot be obtained, because its source failed: "
						+ AirlockGatewayException.safeMessage(cause),
				(cause instanceof Error) ? cause : null);
	}

	/**
	 * Wait for the calls in progress, without an interrupt. No more calls are started.
	 */
	@Override
	public void close() {
		this.executor.shutdown();
		try {
			if (!this.executor.awaitTermination(this.closeTimeout.toNanos(), TimeUnit.NANOSECONDS)) {
				logger.warn("The source of access tokens still does not respond, and is not waited for any longer");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Key of a call that several threads can share.
	 */
	private record CallKey(Object user, @Nullable String refused) {

		@Override
		public String toString() {
			return "CallKey[secret]";
		}

	}

	/**
	 * Call in progress.
	 *
	 * @param deadline the end of the time in which other threads join the call
	 */
	private record Call(CompletableFuture<@Nullable String> result, Deadline deadline) {

		/**
		 * Return whether other threads join the call. One that has returned is removed
		 * only after the threads that wait for it have continued.
		 */
		private boolean isJoined() {
			return !this.result.isDone() && !this.deadline.isOver();
		}

	}

	/**
	 * Result of the latest renewal.
	 *
	 * @param refused the token that was renewed
	 * @param token the token, or {@code null} if there was no other one
	 * @param end the end of the time in which the source is not called again
	 */
	private record Renewal(String refused, @Nullable String token, Deadline end) {

		@Override
		public String toString() {
			return "Renewal[secret]";
		}

	}

	/**
	 * Request of the current thread whose token was obtained.
	 */
	private final class IdentifiedRequest implements GatewayRequestExecutor.Scope {

		private @Nullable String token;

		private final @Nullable String requester;

		private Deadline maxAge = Deadline.in(MAX_AGE, AccessTokens.this.ticker);

		private final Deadline deadline;

		private final @Nullable IdentifiedRequest outer;

		private IdentifiedRequest(@Nullable String token, @Nullable String requester, Deadline deadline,
				@Nullable IdentifiedRequest outer) {
			this.token = token;
			this.requester = requester;
			this.deadline = deadline;
			this.outer = outer;
			AccessTokens.this.current.set(this);
		}

		private void use(@Nullable String other) {
			this.token = other;
			this.maxAge = Deadline.in(MAX_AGE, AccessTokens.this.ticker);
		}

		@Override
		public boolean renew(Duration patience) {
			String renewed = AccessTokens.this.renew(this.token, this.requester, patience);
			if (renewed == null) {
				return false;
			}
			use(renewed);
			return true;
		}

		@Override
		public Duration remaining() {
			return this.deadline.remaining();
		}

		@Override
		public void close() {
			if (this.outer != null) {
				AccessTokens.this.current.set(this.outer);
			}
			else {
				AccessTokens.this.current.remove();
			}
		}

	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.halt;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalHaltedException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.WaitScope;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * Switch by which an operator halts all guarded methods. While they are halted, none of
 * them starts, whether it was approved before or not.
 * <p>
 * A shared state is read every second, and the state that was read last is used for three
 * seconds. An instance that cannot read it starts no guarded method. A halt in a shared
 * store takes that long, so that no instance starts a method after it.
 */
public final class Halt implements SmartLifecycle {

	/**
	 * The time for which a state is used from before it was read.
	 */
	static final Duration LEASE = Duration.ofSeconds(3);

	private final WarnOnceLog warnings = new WarnOnceLog(LogFactory.getLog(Halt.class));

	private final HaltEventPublisher events = new HaltEventPublisher();

	/**
	 * The halt of this instance until it is stored.
	 */
	private final AtomicReference<@Nullable HaltState> unstored = new AtomicReference<>();

	private final @Nullable HaltStore store;

	private final InstantSource clock;

	private final Ticker ticker;

	private final HaltStoreThread thread;

	/**
	 * Completed by the next reading that can be used, and replaced then.
	 */
	private volatile CompletableFuture<Reading> next = new CompletableFuture<>();

	private volatile @Nullable Reading last;

	private volatile String problem = HaltStoreThread.NO_RESPONSE;

	/**
	 * Create a switch of all instances. Nothing is permitted before it is started.
	 * @param store the store of the state
	 * @param clock the time of day
	 * @param ticker the ticker for elapsed time
	 */
	public Halt(HaltStore store, InstantSource clock, Ticker ticker) {
		this(store, clock, ticker, HaltStoreThread.createExecutor("airlock-halt"));
	}

	Halt(@Nullable HaltStore store, InstantSource clock, Ticker ticker, ScheduledThreadPoolExecutor executor) {
		this.store = store;
		this.clock = clock;
		this.ticker = ticker;
		this.thread = new HaltStoreThread(executor);
	}

	/**
	 * Return a switch of this instance only.
	 * @return the switch
	 */
	public static Halt inMemory() {
		return new Halt(null, InstantSource.system(), Ticker.system(), HaltStoreThread.createExecutor("airlock-halt"));
	}

	/**
	 * Add a listener, which is notified before a halt returns. It must return at once,
	 * since the state is not read meanwhile.
	 * @param listener the listener
	 */
	public void addListener(Consumer<ApprovalHaltEvent> listener) {
		this.events.addListener(listener, Runnable::run);
	}

	/**
	 * Add a listener that may take its time. It is notified in another thread than the
	 * one that reads the state.
	 * @param listener the listener
	 */
	public void addSlowListener(Consumer<ApprovalHaltEvent> listener) {
		this.events.addListener(listener, HaltStoreThread.createExecutor("airlock-halt-events"));
	}

	/**
	 * Return whether all instances share the state, and it outlives restarts.
	 * @return {@code false} if the state is that of this instance only
	 */
	public boolean isShared() {
		return this.store != null;
	}

	/**
	 * Return the state that was read last.
	 * @return the state, or {@code null} if nothing is halted
	 */
	public @Nullable HaltState find() {
		HaltState state = this.unstored.get();
		Reading reading = this.last;
		return (state != null || reading == null) ? state : reading.state();
	}

	/**
	 * Return whether the guarded methods are halted. This does not access the store.
	 * @return whether they are
	 * @throws ApprovalUnavailableException if the state was not read within three seconds
	 */
	public boolean isHalted() {
		return current() != null;
	}

	/**
	 * Require that the guarded methods are not halted. This does not access the store.
	 * @param call the call, with the string representation that the exception contains
	 * @param requestId the id of its approval request, if any
	 * @throws ApprovalHaltedException if they are halted
	 * @throws ApprovalUnavailableException if the state was not read within three seconds
	 */
	public void require(Object call, @Nullable String requestId) {
		require(call, requestId, current());
	}

	/**
	 * Require that the guarded methods are not halted when a call starts. If it was
	 * approved, this waits up to three seconds for a state, so that no approval is lost
	 * because the process was paused.
	 * @param call the call, with the string representation that the exception contains
	 * @param requestId the id of its approval request, or {@code null} if nobody was
	 * asked
	 * @throws ApprovalHaltedException if they are halted
	 * @throws ApprovalUnavailableException if the state cannot be read
	 */
	public void requireAtStart(Object call, @Nullable String requestId) {
		require(call, requestId, (requestId != null) ? currentOrNext() : current());
	}

	private static void require(Object call, @Nullable String requestId, @Nullable HaltState state) {
		if (state != null) {
			throw new ApprovalHaltedException(
					"%s is not carried out, because an operator has halted this application's guarded methods"
						.formatted(call),
					requestId, state.reason());
		}
	}

	/**
	 * Return the state. This does not access the store.
	 * @return the state, or {@code null} if nothing is halted
	 * @throws ApprovalUnavailableException if the state was not read within three seconds
	 */
	public @Nullable HaltState current() {
		HaltState state = this.unstored.get();
		if (state != null || this.store == null) {
			return state;
		}
		Reading reading = this.last;
		if (reading == null || !isUsable(reading)) {
			this.thread.revive();
			throw HaltStoreThread.failed("started", this.problem, null);
		}
		return reading.state();
	}

	private boolean isUsable(Reading reading) {
		return !reading.elapsed().isOver() && this.clock.instant().isBefore(reading.until());
	}

	private @Nullable HaltState currentOrNext() {
		CompletableFuture<Reading> reading = this.next;
		try {
			return current();
		}
		catch (ApprovalUnavailableException ex) {
			awaitUninterrupted(reading);
			return current();
		}
	}

	/**
	 * Wait for a state of the store. An interrupt does not make an approval get lost that
	 * was given before.
	 */
	private void awaitUninterrupted(CompletableFuture<Reading> reading) {
		boolean interrupted = WaitScope.interrupted();
		Deadline end = Deadline.in(LEASE, Ticker.system());
		while (!reading.isDone() && !end.isOver()) {
			try {
				WaitScope.await(reading, end.remaining());
			}
			catch (InterruptedException ex) {
				WaitScope.interrupted();
				interrupted = true;
			}
		}
		if (interrupted) {
			WaitScope.interrupt();
		}
	}

	/**
	 * Halt the guarded methods. In this instance, this takes effect at once, also if the
	 * store fails. It is then stored later.
	 * @param reason the reason
	 * @param operator the name of the operator, or {@code null} if it is not known
	 * @throws ApprovalUnavailableException if other instances may still start methods, or
	 * if the methods were resumed meanwhile
	 */
	public void halt(String reason, @Nullable String operator) {
		this.unstored.set(new HaltState(reason, operator, this.clock.instant()));
		this.events.publish(this::find, null);
		if (this.store != null && haltOthers(this.store) == null) {
			throw new ApprovalUnavailableException(
					"The guarded methods were halted, but an operator has resumed them meanwhile. If they have to "
							+ "remain halted, halt them again",
					null, null);
		}
	}

	/**
	 * Store the halt, and wait until no instance uses an earlier state.
	 * @return the state then, or {@code null} if the methods were resumed meanwhile
	 */
	private @Nullable HaltState haltOthers(HaltStore shared) {
		try {
			HaltState state = this.thread.call("started", () -> refresh(shared)).state();
			HaltState before;
			do {
				before = state;
				this.ticker.sleep(LEASE);
				// Somebody who did not know of this halt may have resumed the methods. Of
				// another halt since, instances may not know yet
				state = this.thread.call("started", () -> refresh(shared)).state();
			}
			while (state != null && !state.equals(before));
			return state;
		}
		catch (ApprovalUnavailableException ex) {
			throw new ApprovalUnavailableException("Only this instance is certainly halted, and others are not until "
					+ "the halt is stored. Halt each of them: " + ex.getMessage(), null, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ApprovalUnavailableException(
					"Only this instance is certainly halted, because the wait for the others was interrupted. Halt each of them",
					null, ex);
		}
	}

	/**
	 * Resume the guarded methods, unless they are halted again meanwhile. Other instances
	 * resume within a second.
	 * @param operator the name of the operator, or {@code null} if it is not known
	 * @return {@code false} if they were not halted
	 * @throws ApprovalUnavailableException if the state cannot be written, or the methods
	 * are halted again
	 */
	public boolean resume(@Nullable String operator) {
		HaltStore shared = this.store;
		String name = (operator != null) ? HaltState.name(operator) : null;
		try {
			if (shared == null) {
				boolean halted = this.unstored.getAndSet(null) != null;
				this.events.publish(this::find, name);
				return halted;
			}
			// Separately, since what is reported as failed may take effect later, which
			// must not end a newer halt
			HaltState known = this.thread.call("resumed", () -> refresh(shared)).state();
			if (known == null) {
				return false;
			}
			if (!this.thread.call("resumed", () -> remove(shared, known, name))) {
				throw new ApprovalUnavailableException(
						"The guarded methods were halted again meanwhile. If they have to be resumed nevertheless, resume them again",
						null, null);
			}
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw HaltStoreThread.failed("resumed", "the wait was interrupted", ex);
		}
	}

	/**
	 * Remove a halt, but not a newer one.
	 * @return whether the methods are resumed
	 */
	private boolean remove(HaltStore store, HaltState known, @Nullable String operator) {
		Reading reading = startReading();
		if (!store.remove(known)) {
			return refresh(store).state() == null;
		}
		this.last = reading;
		this.events.publish(this::find, operator);
		return true;
	}

	/**
	 * Read the state. A halt that is not stored is stored instead.
	 */
	private Reading refresh(HaltStore store) {
		Reading reading = startReading();
		HaltState halt = this.unstored.get();
		if (halt != null) {
			store.write(halt);
		}
		reading = new Reading((halt != null) ? halt : store.read(), reading.elapsed(), reading.until());
		this.last = reading;
		this.unstored.compareAndSet(halt, null);
		this.events.publish(this::find, null);
		if (isUsable(reading)) {
			CompletableFuture<Reading> awaited = this.next;
			this.next = new CompletableFuture<>();
			awaited.complete(reading);
		}
		return reading;
	}

	private Reading startReading() {
		// The machine may be suspended, which only one of these times shows
		return new Reading(null, Deadline.in(LEASE, this.ticker), this.clock.instant().plus(LEASE));
	}

	/**
	 * Read the state, and log once if that fails, since the calls that this prevents
	 * report it, too.
	 */
	void poll() {
		HaltStore shared = this.store;
		try {
			if (shared != null) {
				refresh(shared);
			}
			this.problem = HaltStoreThread.NO_RESPONSE;
			this.warnings.reset();
		}
		catch (Throwable ex) {
			this.problem = AirlockGatewayException.safeMessage(ex);
			this.warnings.warn(String.valueOf(HaltStoreThread.failed("started", this.problem, null).getMessage()));
		}
	}

	@Override
	public void start() {
		if (this.store == null || isRunning()) {
			return;
		}
		this.thread.start(this::poll);
		try {
			// Begins after the first reading
			this.thread.call("started", () -> true);
		}
		catch (ApprovalUnavailableException ex) {
			this.warnings.warn(String.valueOf(ex.getMessage()));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void stop() {
		this.thread.stop();
	}

	@Override
	public boolean isRunning() {
		return this.thread.isRunning();
	}

	/**
	 * Return the phase that starts before and stops after all others, which may start
	 * guarded methods.
	 */
	@Override
	public int getPhase() {
		return Integer.MIN_VALUE;
	}

	/**
	 * Holds a state that was read.
	 *
	 * @param state the state, or {@code null} if nothing is halted
	 * @param elapsed the elapsed time until which the state is used
	 * @param until the time of day until which it is used
	 */
	private record Reading(@Nullable HaltState state, Deadline elapsed, Instant until) {
	}

}

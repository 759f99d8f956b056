/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.halt;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalHaltedException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * Switch by which an operator halts all guarded methods. While they are halted, none of
 * them starts, whether it was approved before or not.
 * <p>
 * The state that was read last is used for three seconds, and read again every second. An
 * instance that cannot read it regards nothing as permitted. A halt in a shared store
 * takes that long, so that no instance starts a method after it.
 */
public final class Halt implements SmartLifecycle {

	/**
	 * The time for which a state is used from before it was read.
	 */
	static final Duration LEASE = Duration.ofSeconds(3);

	private static final Duration INTERVAL = Duration.ofSeconds(1);

	private static final Log logger = LogFactory.getLog(Halt.class);

	private final WarnOnceLog warnings = new WarnOnceLog(logger);

	private final List<Consumer<ApprovalHaltEvent>> listeners = new CopyOnWriteArrayList<>();

	private final ReentrantLock lock = new ReentrantLock();

	/**
	 * The halt of this instance until it is stored.
	 */
	private final AtomicReference<@Nullable HaltState> unstored = new AtomicReference<>();

	private final AtomicReference<@Nullable HaltState> announced = new AtomicReference<>();

	private final HaltStore store;

	private final InstantSource clock;

	private final Ticker ticker;

	private volatile @Nullable Reading last;

	private volatile @Nullable Thread poller;

	/**
	 * Create a switch.
	 * @param store the store of the state
	 * @param clock the time of day
	 * @param ticker the ticker for elapsed time
	 */
	public Halt(HaltStore store, InstantSource clock, Ticker ticker) {
		this.store = store;
		this.clock = clock;
		this.ticker = ticker;
	}

	/**
	 * Return a switch of this instance only.
	 * @return the switch
	 */
	public static Halt inMemory() {
		return new Halt(new InMemoryHaltStore(), InstantSource.system(), Ticker.system());
	}

	/**
	 * Add a listener, which is notified before a halt returns.
	 * @param listener the listener
	 */
	public void addListener(Consumer<ApprovalHaltEvent> listener) {
		this.listeners.add(listener);
	}

	/**
	 * Return whether all instances share the state, and it outlives restarts.
	 * @return {@code false} if the state is that of this instance only
	 */
	public boolean isShared() {
		return this.store.isShared();
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
	 * Return whether the guarded methods are halted.
	 * @return whether they are
	 * @throws ApprovalUnavailableException if the state cannot be read
	 */
	public boolean isHalted() {
		return current() != null;
	}

	/**
	 * Require that the guarded methods are not halted.
	 * @param call the call
	 * @param requestId the id of its approval request, if any
	 * @throws ApprovalHaltedException if they are halted
	 * @throws ApprovalUnavailableException if the state cannot be read
	 */
	public void require(String call, @Nullable String requestId) {
		HaltState state = current();
		if (state != null) {
			throw new ApprovalHaltedException(
					"%s is not carried out, since an operator has halted this application's guarded methods"
						.formatted(call),
					requestId, state.reason());
		}
	}

	private @Nullable HaltState current() {
		HaltState state = this.unstored.get();
		if (state == null) {
			refresh(false);
			state = find();
		}
		return state;
	}

	/**
	 * Halt the guarded methods. In this instance, this takes effect at once, also if the
	 * store fails. It is stored later then.
	 * @param reason the reason
	 * @param operator the name of the operator, or {@code null} if it is not known
	 * @throws ApprovalUnavailableException if other instances may still start methods
	 */
	public void halt(String reason, @Nullable String operator) {
		this.unstored.set(new HaltState(reason, operator, this.clock.instant()));
		publish(findChange(null));
		try {
			refresh(true);
			if (this.store.isShared()) {
				this.ticker.sleep(LEASE);
			}
		}
		catch (ApprovalUnavailableException ex) {
			throw new ApprovalUnavailableException("Only this instance is halted, and others are not until the halt is "
					+ "stored. Halt each of them: " + ex.getMessage(), null, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ApprovalUnavailableException(
					"The methods are halted, but other instances may start them within %s s"
						.formatted(LEASE.toSeconds()),
					null, ex);
		}
	}

	/**
	 * Resume the guarded methods. Other instances resume within a second.
	 * @param operator the name of the operator, or {@code null} if it is not known
	 * @return {@code false} if they were not halted
	 * @throws ApprovalUnavailableException if the state cannot be written
	 */
	public boolean resume(@Nullable String operator) {
		boolean halted;
		ApprovalHaltEvent change;
		this.lock.lock();
		try {
			halted = this.unstored.get() != null || this.store.read() != null;
			this.store.write(null);
			this.last = null;
			this.unstored.set(null);
			change = findChange((operator != null) ? HaltState.name(operator) : null);
		}
		catch (RuntimeException ex) {
			throw failed("resumed", ex);
		}
		finally {
			this.lock.unlock();
		}
		publish(change);
		return halted;
	}

	/**
	 * Read the state again, unless the last one is still used. A halt that is not stored
	 * is stored instead.
	 */
	private void refresh(boolean always) {
		this.lock.lock();
		try {
			Reading known = this.last;
			if (!always && known != null && !known.elapsed().isOver() && this.clock.instant().isBefore(known.until())) {
				return;
			}
			// The machine may be suspended, which only one of these times shows
			Deadline elapsed = Deadline.in(LEASE, this.ticker);
			Instant until = this.clock.instant().plus(LEASE);
			HaltState halt = this.unstored.get();
			if (halt != null) {
				this.store.write(halt);
			}
			this.last = new Reading((halt != null) ? halt : this.store.read(), elapsed, until);
			if (halt != null) {
				this.unstored.compareAndSet(halt, null);
			}
		}
		catch (RuntimeException ex) {
			throw failed("started", ex);
		}
		finally {
			this.lock.unlock();
		}
		publish(findChange(null));
	}

	private static ApprovalUnavailableException failed(String action, RuntimeException ex) {
		return new ApprovalUnavailableException(
				"Guarded methods cannot be %s, since it cannot be stored or read whether they are halted: %s"
					.formatted(action, AirlockGatewayException.safeMessage(ex)),
				null, ex);
	}

	/**
	 * Return the change of the state since the last call of this method, if any.
	 * @param operator the operator who resumed the methods
	 */
	private @Nullable ApprovalHaltEvent findChange(@Nullable String operator) {
		HaltState state = find();
		HaltState before = this.announced.getAndSet(state);
		if (Objects.equals(since(before), since(state))) {
			return null;
		}
		return new ApprovalHaltEvent(state, (state != null) ? state.operator() : operator);
	}

	private void publish(@Nullable ApprovalHaltEvent change) {
		if (change == null) {
			return;
		}
		logger.warn((change.halted() != null) ? "The guarded methods are " + change.halted()
				: "The guarded methods are no longer halted"
						+ ((change.operator() != null) ? ", by " + change.operator() : ""));
		for (Consumer<ApprovalHaltEvent> listener : this.listeners) {
			try {
				listener.accept(change);
			}
			catch (RuntimeException | Error ex) {
				logger.warn("A listener of the halt failed: " + AirlockGatewayException.safeMessage(ex));
			}
		}
	}

	private static @Nullable Instant since(@Nullable HaltState state) {
		return (state != null) ? state.since() : null;
	}

	/**
	 * Read a shared state now. A failure is logged once, since the calls that it prevents
	 * report it, too.
	 */
	void poll() {
		try {
			refresh(true);
			this.warnings.reset();
		}
		catch (RuntimeException ex) {
			this.warnings.warn(String.valueOf(ex.getMessage()));
		}
	}

	@Override
	public void start() {
		if (this.store.isShared() && this.poller == null) {
			Thread thread = new Thread(this::pollUntilStopped, "airlock-halt");
			thread.setDaemon(true);
			this.poller = thread;
			thread.start();
		}
	}

	private void pollUntilStopped() {
		try {
			while (this.poller == Thread.currentThread()) {
				poll();
				this.ticker.sleep(INTERVAL);
			}
		}
		catch (InterruptedException ex) {
			// The application stops
		}
	}

	@Override
	public void stop() {
		Thread thread = this.poller;
		this.poller = null;
		if (thread != null) {
			thread.interrupt();
		}
	}

	@Override
	public boolean isRunning() {
		return this.poller != null;
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

	/**
	 * {@link HaltStore} of this instance.
	 */
	private static final class InMemoryHaltStore implements HaltStore {

		private volatile @Nullable HaltState state;

		@Override
		public @Nullable HaltState read() {
			return this.state;
		}

		@Override
		public void write(@Nullable HaltState state) {
			this.state = state;
		}

		@Override
		public boolean isShared() {
			return false;
		}

	}

}

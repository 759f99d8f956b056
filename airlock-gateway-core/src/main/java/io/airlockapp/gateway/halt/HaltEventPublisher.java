/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.halt;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Publishes each change of the state of a {@link Halt}.
 */
final class HaltEventPublisher {

	private static final Log logger = LogFactory.getLog(Halt.class);

	private final List<Consumer<ApprovalHaltEvent>> listeners = new CopyOnWriteArrayList<>();

	private @Nullable HaltState published;

	void addListener(Consumer<ApprovalHaltEvent> listener, Executor executor) {
		this.listeners.add((event) -> executor.execute(() -> notify(listener, event)));
	}

	private static void notify(Consumer<ApprovalHaltEvent> listener, ApprovalHaltEvent event) {
		try {
			listener.accept(event);
		}
		catch (Throwable ex) {
			logger.warn("A listener of the halt failed: " + AirlockGatewayException.safeMessage(ex));
		}
	}

	/**
	 * Publish the current state, unless it is the one that was published last. It is read
	 * here, so that the last event is that of the last change.
	 * @param current supplies the state, or {@code null} if nothing is halted
	 * @param operator the operator who resumed the methods, if that is known
	 */
	synchronized void publish(Supplier<@Nullable HaltState> current, @Nullable String operator) {
		HaltState before = this.published;
		HaltState state = current.get();
		this.published = state;
		if (Objects.equals(since(before), since(state))) {
			return;
		}
		ApprovalHaltEvent change = new ApprovalHaltEvent(state, (state != null) ? state.operator() : operator);
		logger.warn((state != null) ? "The guarded methods are " + state : "The guarded methods are no longer halted"
				+ ((change.operator() != null) ? ", by " + change.operator() : ""));
		this.listeners.forEach((listener) -> listener.accept(change));
	}

	private static @Nullable Instant since(@Nullable HaltState state) {
		return (state != null) ? state.since() : null;
	}

}

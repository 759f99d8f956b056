/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Composite {@link ApprovalListener} that delegates to several listeners. A failure of a
 * listener never fails an approval, since a decision given by a person must not be lost.
 *
 * @param listeners the listeners
 */
record CompositeApprovalListener(List<ApprovalListener> listeners) implements ApprovalListener {

	private static final Log logger = LogFactory.getLog(CompositeApprovalListener.class);

	CompositeApprovalListener {
		listeners = List.copyOf(listeners);
	}

	@Override
	public Attempt begin(ApprovalRequest request, String artifactType) {
		return composite((listener) -> listener.begin(request, artifactType));
	}

	@Override
	public Attempt resume(ApprovalRequest request, String artifactType, String requestId) {
		return composite((listener) -> listener.resume(request, artifactType, requestId));
	}

	private Attempt composite(Function<ApprovalListener, @Nullable Attempt> begin) {
		List<Attempt> attempts = this.listeners.stream()
			.map((listener) -> call(listener, begin))
			.filter(Objects::nonNull)
			.toList();
		return new Attempt() {

			@Override
			public Map<String, String> trace() {
				Map<String, String> result = new LinkedHashMap<>();
				attempts.forEach((attempt) -> dispatch(attempt, (target) -> result.putAll(Map.copyOf(target.trace()))));
				return result;
			}

			@Override
			public void submitting(PendingApproval approval) {
				attempts.forEach((attempt) -> dispatch(attempt, (target) -> target.submitting(approval)));
			}

			@Override
			public void voted(ApprovalVote vote) {
				attempts.forEach((attempt) -> dispatch(attempt, (target) -> target.voted(vote)));
			}

			@Override
			public void escalated(int step, List<String> pairings, boolean unavailable) {
				attempts
					.forEach((attempt) -> dispatch(attempt, (target) -> target.escalated(step, pairings, unavailable)));
			}

			@Override
			public void tampered(AirlockGatewayException failure) {
				attempts.forEach((attempt) -> dispatch(attempt, (target) -> target.tampered(failure)));
			}

			@Override
			public void ended(ApprovalOutcome outcome) {
				// Attempts end in reverse order of their beginning, so that scopes nest
				for (int i = attempts.size() - 1; i >= 0; i--) {
					dispatch(attempts.get(i), (target) -> target.ended(outcome));
				}
			}

		};
	}

	@Override
	public void onDecidedLater(ApprovalRequest request, String artifactType, ApprovalOutcome outcome) {
		this.listeners.forEach(
				(listener) -> dispatch(listener, (target) -> target.onDecidedLater(request, artifactType, outcome)));
	}

	private static <T> void dispatch(T target, Consumer<T> message) {
		call(target, (receiver) -> {
			message.accept(receiver);
			return null;
		});
	}

	private static <T, R> @Nullable R call(T target, Function<T, @Nullable R> message) {
		try {
			return message.apply(target);
		}
		catch (Throwable ex) {
			// The exception is not logged, since its message can contain secrets
			logger.warn("%s failed with %s; the approval goes on".formatted(target.getClass().getName(),
					ex.getClass().getName()));
			return null;
		}
	}

}

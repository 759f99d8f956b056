package io.airlockapp.gateway.approval.gate;

import java.util.HashMap;
import java.util.Map;

import io.airlockapp.gateway.ApprovalPendingException;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.GuardedCall;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a call while equal calls are pending, so that the phone does not show the same
 * request repeatedly. Calls are equal if they are of the same method with the same
 * arguments, by the same requester, for the same approvers. The call does not share the
 * pending decision, since an approval is valid for one invocation.
 */
final class DuplicateApprovalGate implements ApprovalGate {

	private final Map<Question, Integer> waiting = new HashMap<>();

	private final ApprovalGate delegate;

	private final int allowed;

	private final DenialPublisher reporter;

	DuplicateApprovalGate(ApprovalGate delegate, int allowed, DenialPublisher reporter) {
		this.delegate = delegate;
		this.allowed = allowed;
		this.reporter = reporter;
	}

	@Override
	public void authorize(GuardedCall call) {
		Question question = new Question(GuardedInvocation.of(call).comparableDigest(), call.findRequester(),
				call.getPairing());
		if (!enter(question)) {
			throw this.reporter.refused(call, new ApprovalPendingException(
					("%s waits for %s with the same arguments already, so approval is not requested again. Wait for the decision, or "
							+ "set 'airlock.gateway.approval.limits.duplicates=allow-one'")
						.formatted(call, (this.allowed == 1) ? "a decision" : this.allowed + " decisions")));
		}
		try {
			this.delegate.authorize(call);
		}
		finally {
			leave(question);
		}
	}

	private boolean enter(Question question) {
		synchronized (this.waiting) {
			int count = this.waiting.getOrDefault(question, 0);
			if (count >= this.allowed) {
				return false;
			}
			this.waiting.put(question, count + 1);
			return true;
		}
	}

	private void leave(Question question) {
		synchronized (this.waiting) {
			this.waiting.computeIfPresent(question, (key, count) -> (count > 1) ? count - 1 : null);
		}
	}

	private record Question(String digest, @Nullable String requester, String pairing) {
	}

}

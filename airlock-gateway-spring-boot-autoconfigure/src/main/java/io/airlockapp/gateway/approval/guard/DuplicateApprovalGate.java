/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.util.HashMap;
import java.util.Map;

import io.airlockapp.gateway.ApprovalPendingException;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.CallKey;
import io.airlockapp.gateway.approval.GuardedCall;
import io.airlockapp.gateway.approvers.ApproverGroups;

/**
 * Gate that refuses a call while equal calls are pending, so that the phone does not show
 * the same request repeatedly. Calls are equal if they are of the same method with the
 * same arguments, by the same requester, for the same approvers. The call does not share
 * the pending decision, since an approval is valid for one invocation.
 */
public final class DuplicateApprovalGate implements ApprovalGate {

	private final Map<CallKey, Integer> waiting = new HashMap<>();

	private final ApprovalGate delegate;

	private final int allowed;

	private final PairingSource pairings;

	private final ApproverGroups approvers;

	private final DenialPublisher publisher;

	/**
	 * Create a gate.
	 * @param delegate the gate to delegate to
	 * @param allowed the number of equal calls that may be pending at the same time
	 * @param pairings the pairings in force
	 * @param approvers the groups of approvers
	 * @param publisher the publisher of the denials of this gate
	 */
	public DuplicateApprovalGate(ApprovalGate delegate, int allowed, PairingSource pairings, ApproverGroups approvers,
			DenialPublisher publisher) {
		this.delegate = delegate;
		this.allowed = allowed;
		this.pairings = pairings;
		this.approvers = approvers;
		this.publisher = publisher;
	}

	@Override
	public void authorize(GuardedCall call) {
		CallKey key = CallKey.ofCall(call, this.pairings, this.approvers);
		if (!enter(key)) {
			throw this.publisher.refused(call, new ApprovalPendingException(
					("%s waits for %s with the same arguments already, so approval is not requested again. Wait for the decision, or "
							+ "set 'airlock.gateway.approval.limits.duplicates=%s'")
						.formatted(call, (this.allowed == 1) ? "a decision" : this.allowed + " decisions",
								(this.allowed == 1) ? "allow-one" : "allow")));
		}
		try {
			this.delegate.authorize(call);
		}
		finally {
			leave(key);
		}
	}

	private boolean enter(CallKey key) {
		synchronized (this.waiting) {
			int count = this.waiting.getOrDefault(key, 0);
			if (count >= this.allowed) {
				return false;
			}
			this.waiting.put(key, count + 1);
			return true;
		}
	}

	private void leave(CallKey key) {
		synchronized (this.waiting) {
			this.waiting.computeIfPresent(key, (waiting, count) -> (count > 1) ? count - 1 : null);
		}
	}

	/**
	 * Numbers of equal calls that may be pending at the same time, of which 0 is no
	 * limit.
	 *
	 * @param number the number of calls whose threads wait
	 * @param recorded the number of durable calls
	 */
	public record Limit(int number, int recorded) {
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.GuardedCall;

/**
 * Gate that refuses all calls.
 */
public final class ClosedApprovalGate implements ApprovalGate {

	private final String reason;

	private final DenialPublisher publisher;

	/**
	 * Create a gate.
	 * @param reason the reason why no approval can be requested, and the remedy
	 * @param publisher the publisher of the denials of this gate
	 */
	public ClosedApprovalGate(String reason, DenialPublisher publisher) {
		this.reason = reason;
		this.publisher = publisher;
	}

	@Override
	public void authorize(GuardedCall call) {
		throw this.publisher.refused(call,
				new ApprovalUnavailableException("%s needs an approval. %s".formatted(call, this.reason), null, null));
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Instant;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * State of a durable approval. It contains neither arguments nor secrets.
 *
 * @param id the id of the approval request
 * @param gate the guarded method
 * @param label the label that the inbox shows
 * @param state the state
 * @param problem the reason for the state, such as {@code PAIRING_REVOKED} or the class
 * name of the method's exception, or {@code null}
 * @param recordedAt the time at which the call was recorded
 * @param expiresAt the time until which the approver can decide
 * @param startBy the time until which an approved call may start
 * @param submittedAt the time at which the gateway accepted the request
 * @param decidedAt the time at which the verified decision was stored
 * @param claimedAt the time at which an instance claimed the call
 * @param committedAt the time at which a transaction of the method was last committed in
 * this database
 * @param endedAt the time at which the call ended
 * @param instance the instance that claimed the call
 */
public record DurableApproval(String id, String gate, String label, DurableState state, @Nullable String problem,
		Instant recordedAt, Instant expiresAt, Instant startBy, @Nullable Instant submittedAt,
		@Nullable Instant decidedAt, @Nullable Instant claimedAt, @Nullable Instant committedAt,
		@Nullable Instant endedAt, @Nullable String instance) {

	static final String UNVERIFIED = "unverified";

	/**
	 * Texts of a changed row must not begin a line of a log, or hide a part of one. The
	 * content of a call is bound to these texts, so the list never changes.
	 */
	private static final Pattern UNSAFE = Pattern.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e]+");

	public DurableApproval {
		id = safe(id);
		gate = safe(gate);
		label = safe(label);
		problem = (problem != null) ? safe(problem) : null;
		instance = (instance != null) ? safe(instance) : null;
	}

	private static String safe(String text) {
		return UNSAFE.matcher(text).replaceAll(" ");
	}

	/**
	 * Return the approval with the guarded method and the label of the call before a
	 * change, or without them if the call is not what was recorded.
	 */
	DurableApproval verifiedBy(@Nullable DurableCall before) {
		DurableApproval recorded = (before != null && before.plaintext() != null) ? before.approval() : null;
		return new DurableApproval(this.id, (recorded != null) ? recorded.gate() : UNVERIFIED,
				(recorded != null) ? recorded.label() : UNVERIFIED, this.state, this.problem, this.recordedAt,
				this.expiresAt, this.startBy, this.submittedAt, this.decidedAt, this.claimedAt, this.committedAt,
				this.endedAt, this.instance);
	}

}

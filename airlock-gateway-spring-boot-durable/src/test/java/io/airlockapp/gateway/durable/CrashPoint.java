/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Enumeration of the points at which {@link CrashTestApplication} is killed, and of what
 * is durable then.
 */
enum CrashPoint {

	BEFORE_RECORDING_COMMITS(Halt.BEFORE, "INSERT INTO AIRLOCK_DURABLE \\(", null),

	RECORDED(Halt.AFTER, "INSERT INTO AIRLOCK_DURABLE \\(", DurableState.RECORDED),

	BEFORE_ARTIFACT_IS_STORED(Halt.BEFORE, "INSERT INTO AIRLOCK_DURABLE_BALLOT", DurableState.RECORDED),

	ARTIFACT_STORED(Halt.AFTER, "INSERT INTO AIRLOCK_DURABLE_BALLOT", DurableState.RECORDED),

	/**
	 * The gateway has handled the submission, and its response is lost.
	 */
	SUBMISSION_HANDLED(Halt.FROM_OUTSIDE, null, DurableState.RECORDED),

	/**
	 * The response to the submission is received.
	 */
	BEFORE_SUBMISSION_IS_STORED(Halt.BEFORE, "STATE = 'SUBMITTED'", DurableState.RECORDED),

	SUBMISSION_STORED(Halt.AFTER, "STATE = 'SUBMITTED'", DurableState.SUBMITTED),

	WHILE_POLLING(Halt.FROM_OUTSIDE, null, DurableState.SUBMITTED),

	/**
	 * The gateway delivers the decision, and the response is lost.
	 */
	DECISION_DELIVERED(Halt.FROM_OUTSIDE, null, DurableState.SUBMITTED),

	/**
	 * The decision is received and verified.
	 */
	BEFORE_DECISION_IS_STORED(Halt.BEFORE, "AIRLOCK_DURABLE_BALLOT SET DECISION = ", DurableState.SUBMITTED),

	DECISION_STORED(Halt.AFTER, "AIRLOCK_DURABLE_BALLOT SET DECISION = ", DurableState.DECIDED),

	BEFORE_CLAIM_COMMITS(Halt.BEFORE, "STATE = 'CLAIMED', RUN_ID", DurableState.DECIDED),

	CLAIMED(Halt.AFTER, "STATE = 'CLAIMED', RUN_ID", DurableState.CLAIMED),

	INSIDE_METHOD(Halt.IN_CODE, null, DurableState.CLAIMED),

	BEFORE_METHOD_COMMITS(Halt.BEFORE, "INSERT INTO PAID", DurableState.CLAIMED),

	/**
	 * The method threw an exception, and attempts are left.
	 */
	BEFORE_CLAIM_IS_TAKEN_BACK(Halt.BEFORE, "STATE = 'DECIDED', RUN_ID", DurableState.CLAIMED),

	CLAIM_TAKEN_BACK(Halt.AFTER, "STATE = 'DECIDED', RUN_ID", DurableState.DECIDED),

	METHOD_COMMITTED(Halt.AFTER, "INSERT INTO PAID", DurableState.CLAIMED),

	BEFORE_OUTCOME_IS_STORED(Halt.BEFORE, "SET STATE = \\?, PROBLEM .* RUN_ID = ", DurableState.CLAIMED),

	OUTCOME_STORED(Halt.AFTER, "SET STATE = \\?, PROBLEM .* RUN_ID = ", DurableState.DONE),

	/**
	 * The handlers are called, and what they did is not committed.
	 */
	BEFORE_HANDLERS_COMMIT(Halt.BEFORE, "INSERT INTO HANDLED", DurableState.DONE),

	HANDLERS_COMMITTED(Halt.AFTER, "INSERT INTO HANDLED", DurableState.DONE),

	/**
	 * The call is cancelled, and the request is not withdrawn.
	 */
	CANCELLATION_STORED(Halt.AFTER, "STATE = 'CANCELLING'", DurableState.CANCELLING),

	/**
	 * The request is withdrawn.
	 */
	BEFORE_WITHDRAWAL_IS_STORED(Halt.BEFORE, "SET STATE = \\?, PROBLEM (?!.* RUN_ID = )", DurableState.CANCELLING);

	private final Halt halt;

	private final @Nullable Pattern statement;

	private final @Nullable DurableState left;

	CrashPoint(Halt halt, @Nullable String statement, @Nullable DurableState left) {
		this.halt = halt;
		this.statement = (statement != null) ? Pattern.compile(statement, Pattern.DOTALL | Pattern.CASE_INSENSITIVE)
				: null;
		this.left = left;
	}

	Halt halt() {
		return this.halt;
	}

	/**
	 * Return the state that is durable if the person approves, or {@code null} if nothing
	 * is.
	 */
	@Nullable DurableState left() {
		return this.left;
	}

	/**
	 * Return whether the decision is needed to get to this point.
	 */
	boolean followsDecision() {
		return compareTo(DECISION_DELIVERED) >= 0;
	}

	/**
	 * Return whether the outcome of the method is not known after a crash.
	 */
	boolean isUnknown() {
		return this.left == DurableState.CLAIMED;
	}

	boolean isCommitted() {
		return compareTo(METHOD_COMMITTED) >= 0;
	}

	/**
	 * Return the answers with which a process gets to this point.
	 */
	List<Answer> answers() {
		if (this.left == DurableState.CANCELLING || this == BEFORE_CLAIM_IS_TAKEN_BACK || this == CLAIM_TAKEN_BACK) {
			return List.of();
		}
		if (this == BEFORE_RECORDING_COMMITS) {
			return List.of(Answer.SILENCE);
		}
		if (this == DECISION_DELIVERED || this == BEFORE_DECISION_IS_STORED || this == DECISION_STORED) {
			return List.of(Answer.APPROVE, Answer.REJECT);
		}
		boolean onlyAfterApproval = compareTo(BEFORE_CLAIM_COMMITS) >= 0 && compareTo(OUTCOME_STORED) <= 0;
		return onlyAfterApproval ? List.of(Answer.APPROVE) : List.of(Answer.values());
	}

	static Set<CrashPoint> of(String statement) {
		return Arrays.stream(values())
			.filter((point) -> point.statement != null && point.statement.matcher(statement).find())
			.collect(Collectors.toCollection(() -> EnumSet.noneOf(CrashPoint.class)));
	}

	enum Halt {

		/**
		 * The process halts before the commit of the statement.
		 */
		BEFORE,

		/**
		 * The process halts after the commit of the statement.
		 */
		AFTER,

		/**
		 * The application's code halts its process.
		 */
		IN_CODE,

		/**
		 * The test kills the process.
		 */
		FROM_OUTSIDE

	}

	enum Answer {

		APPROVE, REJECT, SILENCE

	}

}

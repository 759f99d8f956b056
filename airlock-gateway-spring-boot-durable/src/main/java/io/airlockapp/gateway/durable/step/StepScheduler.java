/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.step;

import java.time.Instant;

/**
 * Strategy interface for scheduling the steps of calls. A step is scheduled in the
 * transaction of the current thread, and executed by one instance after that was
 * committed. Scheduling a step that is already scheduled has no effect.
 */
public interface StepScheduler {

	/**
	 * Schedule a step.
	 * @param step the kind of step
	 * @param id the id of the call
	 * @param time the time of its execution
	 */
	void schedule(Step step, String id, Instant time);

	/**
	 * Schedule a request about a ballot now. The scheduled one may be later, as after a
	 * failure, or be executed and wait: that of the other kind is executed now.
	 * @param id the id of the ballot
	 * @param now the time
	 */
	default void askNow(String id, Instant now) {
		schedule(Step.ASK, id, now);
		schedule(Step.ASK_FIRST, id, now);
	}

	/**
	 * Schedule the first step of a call that is recorded in the same transaction, without
	 * looking for a scheduled one.
	 * @param step the kind of step
	 * @param id the id of the call
	 * @param time the time of its execution
	 */
	void scheduleFirst(Step step, String id, Instant time);

	/**
	 * Enumeration of the steps.
	 */
	enum Step {

		/**
		 * Ask for the decision on a young call.
		 */
		ASK_FIRST("airlock-ask-first"),

		/**
		 * Ask for the decision on another call.
		 */
		ASK("airlock-ask"),

		/**
		 * Ask more approvers of a group.
		 */
		ESCALATE("airlock-escalate"),

		/**
		 * Run an approved call.
		 */
		RUN("airlock-run"),

		/**
		 * Call the handlers of a call that ended.
		 */
		NOTIFY("airlock-tell");

		private final String taskName;

		Step(String taskName) {
			this.taskName = taskName;
		}

		/**
		 * Return the name of the step's task in the database.
		 * @return the name
		 */
		public String taskName() {
			return this.taskName;
		}

	}

}

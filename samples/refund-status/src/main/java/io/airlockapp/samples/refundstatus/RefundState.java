package io.airlockapp.samples.refundstatus;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * State of a refund.
 */
enum RefundState {

	/**
	 * A person is being asked.
	 */
	@JsonProperty("pending")
	PENDING,

	/**
	 * A person approved it, and it is being made.
	 */
	@JsonProperty("approved")
	APPROVED,

	/**
	 * It was made.
	 */
	@JsonProperty("done")
	DONE,

	/**
	 * A person said no.
	 */
	@JsonProperty("denied")
	DENIED,

	/**
	 * No decision was made in time.
	 */
	@JsonProperty("expired")
	EXPIRED,

	/**
	 * Nobody could be asked, the decision did not verify, or the refund could not be
	 * made.
	 */
	@JsonProperty("failed")
	FAILED,

	/**
	 * It was cancelled before a decision was made.
	 */
	@JsonProperty("cancelled")
	CANCELLED

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * State of an exchange.
 */
public enum ExchangeState {

	/**
	 * Not decided yet.
	 */
	@JsonProperty("pendingApproval")
	PENDING_APPROVAL,

	/**
	 * Decided.
	 */
	DECIDED,

	/**
	 * Decided, and delivered to the enforcer.
	 */
	DELIVERED,

	/**
	 * Expired without a decision.
	 */
	EXPIRED,

	/**
	 * Withdrawn by the enforcer.
	 */
	WITHDRAWN,

	/**
	 * Cancelled.
	 */
	CANCELLED,

	/**
	 * A state that this version does not support.
	 */
	@JsonEnumDefaultValue
	UNKNOWN

}

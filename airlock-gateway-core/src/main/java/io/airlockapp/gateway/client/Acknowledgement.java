/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

/**
 * Body of {@code ack.submit}.
 *
 * @param msgId the id of the acknowledged message
 * @param status the outcome of the message
 * @param ackAt the time of that outcome
 */
public record Acknowledgement(String msgId, String status, String ackAt) {

	/**
	 * The message type of an acknowledgement.
	 */
	public static final String MSG_TYPE = "ack.submit";

	/**
	 * The status that deployed enforcers send.
	 */
	public static final String DELIVERED = "delivered";

}

package io.airlockapp.gateway.client;

/**
 * The body of {@code ack.submit}.
 *
 * @param msgId the id of the acknowledged message
 * @param status what happened to it
 * @param ackAt when it happened
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

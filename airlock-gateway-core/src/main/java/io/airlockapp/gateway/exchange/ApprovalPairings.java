/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.util.List;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.FailureMessages;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Provides the pairings for approval requests. While the source of pairings throws
 * exceptions, approvals are neither requested nor used.
 */
public final class ApprovalPairings {

	private static final Log logger = LogFactory.getLog(ApprovalPairings.class);

	private final PairingSource source;

	private final WarnOnceLog warnings = new WarnOnceLog(logger);

	/**
	 * Create the provider.
	 * @param source the source of pairings
	 */
	public ApprovalPairings(PairingSource source) {
		this.source = source;
	}

	/**
	 * Return the pairing for a new request.
	 * @param name the name of the pairing
	 * @return the pairing
	 * @throws ApprovalUnavailableException if the pairing is not in force, with the
	 * reason
	 * @throws InvalidApprovalUsageException if the pairing is unknown
	 */
	public Pairing require(String name) {
		String why;
		try {
			Pairing pairing = this.source.getPairing(name);
			if (pairing != null) {
				return pairing;
			}
			why = this.source.whyNotPaired(name);
		}
		catch (Throwable ex) {
			throw unreadable("The pairing '%s'".formatted(name), ex);
		}
		if (why == null && !Pairing.DEFAULT_NAME.equals(name)) {
			throw new InvalidApprovalUsageException(FailureMessages.unknownPairing(name));
		}
		String message = (why != null) ? why : FailureMessages.notPaired(name);
		this.warnings.warn(message);
		throw new ApprovalUnavailableException(message, null, null);
	}

	/**
	 * Create the exception for pairings that cannot be read at the moment.
	 * @param what what cannot be read
	 * @param failure the failure of the source of pairings
	 * @return the exception
	 */
	public static ApprovalUnavailableException unreadable(String what, Throwable failure) {
		return new UnreadableException(
				"%s cannot be read, so approval is not requested: %s".formatted(what,
						AirlockGatewayException.safeMessage(failure)),
				(failure instanceof AirlockGatewayException || failure instanceof Error) ? failure : null);
	}

	/**
	 * Return the keys whose decisions are currently accepted.
	 * @param name the name of the pairing
	 * @param asked the id of the pairing that the request was encrypted for
	 * @param askedKeys the signer keys of that pairing
	 * @return the keys, or an empty list if the pairing is no longer in force
	 * @throws RuntimeException if the source fails. It is none of those by which a
	 * verification ends
	 */
	public List<SignerKey> keysFor(String name, String asked, List<SignerKey> askedKeys) {
		Pairing pairing;
		try {
			pairing = this.source.getPairing(name);
		}
		catch (AirlockGatewayException ex) {
			// The source can throw any of them, and the decision is verified again
			throw new AirlockGatewayException("The pairing '%s' cannot be read: %s".formatted(name, ex.getMessage()),
					null, ex);
		}
		return (pairing != null) ? pairing.keysFor(asked, askedKeys) : List.of();
	}

	/**
	 * Notify the source that the gateway reports the pairing as revoked. Its failure does
	 * not end the approval of other pairings.
	 * @param pairing the pairing
	 */
	public void revoked(Pairing pairing) {
		try {
			this.source.pairingRevoked(pairing);
		}
		catch (Throwable ex) {
			logger.warn("The gateway says that the pairing was revoked, but that cannot be recorded: "
					+ AirlockGatewayException.safeMessage(ex));
		}
	}

	/**
	 * Exception thrown when a pairing cannot be read at the moment.
	 */
	static final class UnreadableException extends ApprovalUnavailableException {

		private UnreadableException(String message, @Nullable Throwable cause) {
			super(message, null, cause);
		}

	}

}

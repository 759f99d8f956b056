package io.airlockapp.gateway.pairing;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Where a pairing stands. Nothing of it is secret.
 *
 * @param name the pairing's name
 * @param state what is in force
 * @param configured whether it comes from properties, rather than from the store
 * @param since since when this state is, if that is known
 * @param keys the approvers' keys, revoked ones included
 * @param pendingUntil until when a new pairing that is under way can be completed, or
 * {@code null} if none is under way
 * @param problem what went wrong last and what to do about it, in words for people
 */
public record PairingInfo(String name, State state, boolean configured, @Nullable Instant since, List<Key> keys,
		@Nullable Instant pendingUntil, @Nullable String problem) {

	public PairingInfo {
		keys = List.copyOf(keys);
	}

	/**
	 * What is in force.
	 */
	public enum State {

		/**
		 * Nobody can be asked.
		 */
		NOT_PAIRED,

		/**
		 * Approvers can be asked. A new pairing may be under way to replace this one.
		 */
		PAIRED,

		/**
		 * There was a pairing, but it, or each of its keys, was revoked.
		 */
		REVOKED

	}

	/**
	 * An approver's key.
	 *
	 * @param id the key's id
	 * @param fingerprint what to compare with the phone
	 * @param device the approver's device, if it is known
	 * @param pairedAt since when it is paired, if that is known
	 * @param revoked whether its decisions don't count any more
	 */
	public record Key(String id, String fingerprint, @Nullable String device, @Nullable Instant pairedAt,
			boolean revoked) {
	}

}

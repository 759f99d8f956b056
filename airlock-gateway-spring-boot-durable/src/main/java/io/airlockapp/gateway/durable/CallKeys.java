/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.durable.method.WrittenCall;
import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.StrictUtf8;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds the keys by which undecided calls are limited. They are digests from which
 * neither the requester nor an argument follows.
 *
 * @param requester the key of the requester, or {@code null} if there is none
 * @param equal the key that equal calls have in common, and that no two undecided calls
 * have, or {@code null} if the number of equal calls is not limited. With the prefix
 * {@value #KEPT}, no two open calls have it
 */
public record CallKeys(@Nullable String requester, @Nullable String equal) {

	/**
	 * The prefix of keys that a call keeps after its decision, until it ends or is
	 * cancelled.
	 */
	public static final String KEPT = "key:";

	/**
	 * The keys of a call that only the number of all calls limits.
	 */
	public static final CallKeys NONE = new CallKeys(null, null);

	/**
	 * Create the keys of a call. Calls are equal if they are of the same target with the
	 * same arguments and contexts, by the same requester, for the same approvers.
	 * @param call the call
	 * @param context the contexts of the caller
	 * @param storeKey the key from which the digests are derived
	 */
	static CallKeys of(WrittenCall call, ObjectNode context, EncryptionKey storeKey) {
		String requester = (call.requester() != null) ? Persons.folded(call.requester()) : null;
		ArrayNode parts = HarpJson.mapper().createArrayNode();
		parts.add(call.target())
			.add(call.request().getPairing())
			.add(call.request().getApprovers())
			.add(requester)
			.add(call.comparable());
		parts.add(context);
		return new CallKeys((requester != null) ? digest(storeKey, "requester", requester) : null,
				digest(storeKey, "equal", parts.toString()));
	}

	/**
	 * Return the keys of one of the equal calls that may be undecided at the same time.
	 */
	CallKeys numbered(int number) {
		return new CallKeys(this.requester, this.equal + "#" + number);
	}

	/**
	 * Return the keys of a call of which only one may be open, with the same key of the
	 * application.
	 */
	CallKeys named(String target, String key, EncryptionKey storeKey) {
		ArrayNode parts = HarpJson.mapper().createArrayNode().add(target).add(key);
		return new CallKeys(this.requester, KEPT + digest(storeKey, "key", parts.toString()));
	}

	CallKeys withoutEqual() {
		return new CallKeys(this.requester, null);
	}

	private static String digest(EncryptionKey storeKey, String kind, String text) {
		return storeKey.derive("airlock-durable-%s-v1:%s".formatted(kind, ArtifactHash.of(StrictUtf8.encode(text))))
			.encode();
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@link ReplayJournal} of one application instance. It holds the latest
 * {@value #CAPACITY} nonces, more than people can use within the lifetime of an artifact.
 * In addition, the artifact hash, which is unique for each request, binds a decision to
 * its request.
 */
public final class InMemoryReplayJournal implements ReplayJournal {

	private static final int CAPACITY = 100_000;

	private final Map<Use, String> requestIds = new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<Use, String> eldest) {
			return size() > CAPACITY;
		}

	};

	@Override
	public boolean use(SignerKey key, String nonce, String requestId) {
		synchronized (this.requestIds) {
			String earlier = this.requestIds.putIfAbsent(new Use(key.encode(), nonce), requestId);
			return earlier == null || earlier.equals(requestId);
		}
	}

	private record Use(String key, String nonce) {
	}

}

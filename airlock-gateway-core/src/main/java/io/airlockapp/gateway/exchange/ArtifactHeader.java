/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Instant;
import java.util.Map;

/**
 * Holds the data of an approval request that is sent in clear text.
 *
 * @param requestId the request's id
 * @param hash the artifact hash
 * @param label the label that the inbox shows
 * @param artifactType the type of review that is requested
 * @param createdAt the time of creation
 * @param expiresAt the time of expiry
 * @param trace the trace context by name; if empty, none is sent
 */
public record ArtifactHeader(String requestId, String hash, String label, String artifactType, Instant createdAt,
		Instant expiresAt, Map<String, String> trace) {

	public ArtifactHeader {
		trace = Map.copyOf(trace);
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.util.Map;

import io.airlockapp.gateway.harp.Ciphertext;

/**
 * Body of {@code artifact.submit}.
 *
 * @param artifactType the type of review that is requested
 * @param artifactHash the lowercase hexadecimal SHA-256 of the canonical plaintext
 * @param ciphertext the encrypted plaintext
 * @param expiresAt the time at which the artifact expires
 * @param metadata the clear text for routing and for the inbox; it contains the routing
 * token, but no values of arguments
 */
public record ArtifactSubmission(String artifactType, String artifactHash, Ciphertext ciphertext, String expiresAt,
		Map<String, String> metadata) {

	/**
	 * The message type of a submission.
	 */
	public static final String MSG_TYPE = "artifact.submit";

	public ArtifactSubmission {
		metadata = Map.copyOf(metadata);
	}

	@Override
	public String toString() {
		return "ArtifactSubmission[artifactType=%s, artifactHash=%s]".formatted(this.artifactType, this.artifactHash);
	}

}

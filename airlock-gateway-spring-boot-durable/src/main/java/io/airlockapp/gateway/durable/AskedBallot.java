/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import io.airlockapp.gateway.durable.exchange.SealedArtifact;
import io.airlockapp.gateway.durable.exchange.StoredBallot;
import io.airlockapp.gateway.exchange.ArtifactHeader;
import org.jspecify.annotations.Nullable;

/**
 * Holds a ballot that is asked about, with its call.
 *
 * @param call the call
 * @param ballot the ballot
 */
record AskedBallot(DurableCall call, StoredBallot ballot) {

	String id() {
		return this.ballot.id();
	}

	String hash() {
		return this.ballot.hash();
	}

	String pairing() {
		return this.ballot.pairing();
	}

	@Nullable SealedArtifact artifact() {
		return this.ballot.artifact();
	}

	AskedBallot with(SealedArtifact artifact) {
		return new AskedBallot(this.call, this.ballot.with(artifact));
	}

	DurableApproval approval() {
		return this.call.approval();
	}

	/**
	 * Return the clear text of the approval request.
	 */
	ArtifactHeader header() {
		DurableApproval approval = approval();
		return new ArtifactHeader(id(), hash(), approval.label(), this.call.artifactType(), approval.recordedAt(),
				approval.expiresAt(), this.call.trace());
	}

}

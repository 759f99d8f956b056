/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.argument;

import java.util.Arrays;

import io.airlockapp.gateway.approval.snapshot.ArgumentSnapshot;
import io.airlockapp.gateway.approval.snapshot.SnapshotWriter;
import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import io.airlockapp.gateway.approval.snapshot.Masking;
import io.airlockapp.gateway.harp.CanonicalJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Holds the arguments of a recorded call after they were rebuilt. They are not trusted
 * before they were compared with what was approved.
 */
public final class RebuiltArguments {

	private final MethodArguments arguments;

	private final Masking masking;

	private final SnapshotWriter writer;

	RebuiltArguments(MethodArguments arguments, Masking masking, SnapshotWriter writer) {
		this.arguments = arguments;
		this.masking = masking;
		this.writer = writer;
	}

	/**
	 * Return the arguments.
	 * @return the arguments, with the same array each time
	 */
	public MethodArguments arguments() {
		return this.arguments;
	}

	/**
	 * Return whether these are the arguments that were approved. They are read for this,
	 * so that a later change of them is not seen.
	 * @param approved the member {@code arguments} of the plaintext that was approved, or
	 * {@code null} if it has none
	 * @return whether they are
	 * @throws io.airlockapp.gateway.AirlockGatewayException if they cannot be read or
	 * shown
	 */
	public boolean areThoseOf(@Nullable JsonNode approved) {
		if (approved == null || !approved.isObject()) {
			return false;
		}
		this.writer.completeSnapshot(this.arguments, this.masking).all();
		return Arrays.equals(CanonicalJson.toBytes(snapshot().toJson()), CanonicalJson.toBytes(approved));
	}

	/**
	 * Read the arguments as they would be shown to an approver.
	 * @return the snapshot
	 * @throws io.airlockapp.gateway.InvalidApprovalUsageException if they cannot be shown
	 */
	public ArgumentSnapshot snapshot() {
		return this.writer.snapshot(this.arguments, this.masking);
	}

	@Override
	public String toString() {
		return "RebuiltArguments[%s]".formatted(this.arguments);
	}

}

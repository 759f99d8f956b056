/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.security.GeneralSecurityException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;

import io.airlockapp.gateway.durable.CallKeys;
import io.airlockapp.gateway.durable.DurableApproval;
import io.airlockapp.gateway.durable.DurableCall;
import io.airlockapp.gateway.durable.DurableState;
import io.airlockapp.gateway.durable.UnreadableCallException;
import io.airlockapp.gateway.durable.exchange.SealedArtifact;
import io.airlockapp.gateway.harp.HarpJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ArrayNode;

/**
 * Converts rows of the table {@code AIRLOCK_DURABLE} to calls and their states.
 */
final class DurableRows {

	static final String APPROVAL_COLUMNS = "ID, GATE, LABEL, STATE, PROBLEM, RECORDED_AT, EXPIRES_AT, START_BY, "
			+ "SUBMITTED_AT, DECIDED_AT, CLAIMED_AT, ENDED_AT, INSTANCE, (SELECT MAX(T.COMMITTED_AT) "
			+ "FROM AIRLOCK_DURABLE_COMMIT T WHERE T.ID = AIRLOCK_DURABLE.ID) AS COMMITTED_AT";

	static final String CALL_COLUMNS = APPROVAL_COLUMNS
			+ ", TARGET, PAIRING, ARTIFACT_TYPE, HASH, PLAINTEXT, ARGUMENTS, ARTIFACT, DECISION, TRACE, STARTS, REQUESTER, OPEN_KEY";

	private static final String NOT_VERIFIED = "NOT_VERIFIED";

	private final ColumnCipher cipher;

	DurableRows(ColumnCipher cipher) {
		this.cipher = cipher;
	}

	static DurableApproval readApproval(ResultSet row) throws SQLException {
		String id = row.getString("ID");
		String state = row.getString("STATE");
		if (Arrays.stream(DurableState.values()).noneMatch((known) -> known.name().equals(state))) {
			throw new UnreadableCallException("STATE of call '%s' is not known".formatted(id), null);
		}
		return new DurableApproval(id, row.getString("GATE"), row.getString("LABEL"), DurableState.valueOf(state),
				row.getString("PROBLEM"), Instant.ofEpochMilli(row.getLong("RECORDED_AT")),
				Instant.ofEpochMilli(row.getLong("EXPIRES_AT")), Instant.ofEpochMilli(row.getLong("START_BY")),
				readInstant(row, "SUBMITTED_AT"), readInstant(row, "DECIDED_AT"), readInstant(row, "CLAIMED_AT"),
				readInstant(row, "COMMITTED_AT"), readInstant(row, "ENDED_AT"), row.getString("INSTANCE"));
	}

	private static @Nullable Instant readInstant(ResultSet row, String column) throws SQLException {
		long millis = row.getLong(column);
		return row.wasNull() ? null : Instant.ofEpochMilli(millis);
	}

	/**
	 * Read a call. If its columns are not what was stored, it has no content: neither a
	 * plaintext nor arguments, an artifact or a decision.
	 * @throws UnreadableCallException if the content is encrypted with an unknown key
	 */
	DurableCall readCall(ResultSet row) throws SQLException {
		DurableApproval approval = readApproval(row);
		DurableCall fixed = new DurableCall(approval, row.getString("TARGET"), row.getString("PAIRING"),
				row.getString("ARTIFACT_TYPE"), row.getString("HASH"), null, null, null, null,
				readTrace(row.getString("TRACE")), row.getInt("STARTS"),
				new CallKeys(row.getString("REQUESTER"), row.getString("OPEN_KEY")));
		try {
			String plaintext = this.cipher.decrypt(placeOfPlaintext(fixed), row.getString("PLAINTEXT"));
			String arguments = decrypt(row, "ARGUMENTS");
			String artifact = decrypt(row, "ARTIFACT");
			// The end of a call deletes the content by which its changed row was found
			String decision = NOT_VERIFIED.equals(approval.problem()) ? null : decrypt(row, "DECISION");
			return new DurableCall(approval, fixed.target(), fixed.pairing(), fixed.artifactType(), fixed.hash(),
					plaintext, arguments, (artifact != null) ? StoredJson.readArtifact(artifact) : null,
					(decision != null) ? StoredJson.readDecision(decision) : null, fixed.trace(), fixed.starts(),
					fixed.keys());
		}
		catch (GeneralSecurityException ex) {
			return fixed;
		}
		catch (JacksonException | IllegalArgumentException ex) {
			// The cause is omitted, since parsers include parts of the text in their
			// messages
			throw new UnreadableCallException("Call '%s' is not of this version".formatted(approval.id()), null);
		}
	}

	/**
	 * Return whether a stored text is that of an artifact.
	 */
	boolean isArtifact(String id, @Nullable String stored, SealedArtifact artifact) {
		try {
			return StoredJson.write(artifact).equals(this.cipher.decrypt(place(id, "ARTIFACT"), stored));
		}
		catch (GeneralSecurityException ex) {
			return false;
		}
	}

	private @Nullable String decrypt(ResultSet row, String column) throws SQLException, GeneralSecurityException {
		return this.cipher.decrypt(place(row.getString("ID"), column), row.getString(column));
	}

	private static Map<String, String> readTrace(String text) {
		try {
			return StoredJson.readMap(text);
		}
		catch (JacksonException | IllegalArgumentException ex) {
			// The plaintext is bound to the trace, so that it is not decrypted
			return Map.of();
		}
	}

	/**
	 * Return the place of a column that is bound to its call.
	 */
	static String place(String id, String column) {
		return "AIRLOCK_DURABLE.%s:%s".formatted(column, id);
	}

	/**
	 * Return the place of the plaintext, which is bound to all columns that do not change
	 * after the call was recorded.
	 */
	static String placeOfPlaintext(DurableCall call) {
		DurableApproval approval = call.approval();
		ArrayNode fixed = HarpJson.mapper().createArrayNode();
		Stream
			.of(call.target(), approval.gate(), approval.label(), call.pairing(), call.artifactType(), call.hash(),
					StoredJson.write(call.trace()))
			.forEach(fixed::add);
		Stream.of(approval.recordedAt(), approval.expiresAt(), approval.startBy())
			.forEach((time) -> fixed.add(time.toEpochMilli()));
		return place(call.id(), "PLAINTEXT") + fixed;
	}

}

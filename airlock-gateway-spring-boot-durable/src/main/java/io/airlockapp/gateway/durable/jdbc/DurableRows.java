package io.airlockapp.gateway.durable.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.Function;

import io.airlockapp.gateway.durable.DurableApproval;
import io.airlockapp.gateway.durable.DurableCall;
import io.airlockapp.gateway.durable.DurableState;
import io.airlockapp.gateway.durable.UnreadableCallException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Converts rows of the table {@code AIRLOCK_DURABLE} to calls and their states.
 */
final class DurableRows {

	static final String APPROVAL_COLUMNS = "ID, GATE, LABEL, STATE, PROBLEM, RECORDED_AT, EXPIRES_AT, START_BY, "
			+ "SUBMITTED_AT, DECIDED_AT, CLAIMED_AT, ENDED_AT, INSTANCE, (SELECT MAX(T.COMMITTED_AT) "
			+ "FROM AIRLOCK_DURABLE_COMMIT T WHERE T.ID = AIRLOCK_DURABLE.ID) AS COMMITTED_AT";

	static final String CALL_COLUMNS = APPROVAL_COLUMNS
			+ ", TARGET, PAIRING, ARTIFACT_TYPE, HASH, PLAINTEXT, ARGUMENTS, ARTIFACT, DECISION, TRACE, STARTS";

	private final ColumnCipher cipher;

	DurableRows(ColumnCipher cipher) {
		this.cipher = cipher;
	}

	static DurableApproval readApproval(ResultSet row) throws SQLException {
		String id = row.getString("ID");
		String state = row.getString("STATE");
		if (Arrays.stream(DurableState.values()).noneMatch((known) -> known.name().equals(state))) {
			throw unreadable(id, "STATE");
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

	DurableCall readCall(ResultSet row) throws SQLException {
		DurableApproval approval = readApproval(row);
		String id = approval.id();
		String decision = this.cipher.decrypt(id, "DECISION", row.getString("DECISION"));
		String artifact = row.getString("ARTIFACT");
		return new DurableCall(approval, row.getString("TARGET"), row.getString("PAIRING"),
				row.getString("ARTIFACT_TYPE"), row.getString("HASH"),
				this.cipher.decrypt(id, "PLAINTEXT", row.getString("PLAINTEXT")),
				this.cipher.decrypt(id, "ARGUMENTS", row.getString("ARGUMENTS")),
				(artifact != null) ? parse(id, "ARTIFACT", artifact, StoredJson::readArtifact) : null,
				(decision != null) ? parse(id, "DECISION", decision, StoredJson::readDecision) : null,
				parse(id, "TRACE", row.getString("TRACE"), StoredJson::readMap), row.getInt("STARTS"));
	}

	private static <T> T parse(String id, String column, String text, Function<String, T> parser) {
		try {
			return parser.apply(text);
		}
		catch (JacksonException | IllegalArgumentException ex) {
			throw unreadable(id, column);
		}
	}

	/**
	 * The cause is omitted, since parsers include parts of the text in their messages.
	 */
	private static UnreadableCallException unreadable(String id, String column) {
		return new UnreadableCallException(
				"%s of call '%s' can't be read: it was changed or is not of this version".formatted(column, id),
				new IllegalArgumentException("Not of the stored format"));
	}

}

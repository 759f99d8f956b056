/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.security.GeneralSecurityException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.EscalationStep;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.durable.CallKeys;
import io.airlockapp.gateway.durable.DurableApproval;
import io.airlockapp.gateway.durable.DurableCall;
import io.airlockapp.gateway.durable.DurableState;
import io.airlockapp.gateway.durable.UnreadableCallException;
import io.airlockapp.gateway.durable.exchange.SealedArtifact;
import io.airlockapp.gateway.durable.exchange.StoredBallot;
import io.airlockapp.gateway.durable.exchange.StoredDecision;
import io.airlockapp.gateway.durable.exchange.StoredVotes;
import io.airlockapp.gateway.harp.HarpJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ArrayNode;

/**
 * Converts rows of the tables {@code AIRLOCK_DURABLE} and {@code AIRLOCK_DURABLE_BALLOT}
 * to calls and their states.
 *
 * @param cipher the cipher of columns
 * @param persons the persons who own pairings
 */
record DurableRows(ColumnCipher cipher, Persons persons) {

	static final String APPROVAL_COLUMNS = "AIRLOCK_DURABLE.ID, GATE, LABEL, STATE, AIRLOCK_DURABLE.PROBLEM, RECORDED_AT, EXPIRES_AT, "
			+ "START_BY, AIRLOCK_DURABLE.SUBMITTED_AT, AIRLOCK_DURABLE.DECIDED_AT, CLAIMED_AT, ENDED_AT, INSTANCE, "
			+ "(SELECT MAX(T.COMMITTED_AT) "
			+ "FROM AIRLOCK_DURABLE_COMMIT T WHERE T.ID = AIRLOCK_DURABLE.ID) AS COMMITTED_AT";

	/**
	 * The condition that a row is that of a call, or of the call of a ballot, with an id.
	 */
	static final String HAS_ID = "AIRLOCK_DURABLE.ID = COALESCE((SELECT D.ID FROM AIRLOCK_DURABLE D WHERE D.ID = :id), "
			+ "(SELECT CALL_ID FROM AIRLOCK_DURABLE_BALLOT WHERE ID = :id))";

	static final String BALLOT_COLUMNS = "B.ID AS BALLOT_ID, B.PAIRING AS BALLOT_PAIRING, STEP, B.PROBLEM AS BALLOT_PROBLEM, "
			+ "ARTIFACT, DECISION, B.SUBMITTED_AT AS BALLOT_SUBMITTED_AT, B.DECIDED_AT AS BALLOT_DECIDED_AT";

	/**
	 * The order in which votes have arrived.
	 */
	static final String BALLOT_ORDER = "CASE WHEN B.DECIDED_AT IS NULL THEN 1 ELSE 0 END, B.DECIDED_AT, STEP, B.ID";

	static final String FIND_CALL = "SELECT " + APPROVAL_COLUMNS + ", TARGET, APPROVERS, ARTIFACT_TYPE, "
			+ "PLAINTEXT, ARGUMENTS, TRACE, STARTS, REQUESTER, OPEN_KEY, " + BALLOT_COLUMNS
			+ " FROM AIRLOCK_DURABLE LEFT JOIN AIRLOCK_DURABLE_BALLOT B ON B.CALL_ID = AIRLOCK_DURABLE.ID WHERE "
			+ HAS_ID + " ORDER BY " + BALLOT_ORDER;

	private static final String NOT_VERIFIED = "NOT_VERIFIED";

	/**
	 * The text of a ballot that was not encrypted for its approver yet.
	 */
	private static final String UNSEALED = "";

	/**
	 * The maximum number of ballots of a call that are read. More are not those of this
	 * application.
	 */
	static final int MAX_BALLOTS = ApproverGroup.MAX_PAIRINGS * ApproverGroup.MAX_PAIRINGS;

	private static final Pattern ID = Pattern.compile("[A-Za-z0-9-]{1,100}");

	/**
	 * Return whether an id has the form of those of this application. That of another row
	 * is not used, and does not reach a log.
	 */
	static boolean isId(String id) {
		return ID.matcher(id).matches();
	}

	/**
	 * Read the state of a call, without the votes on it.
	 */
	static DurableApproval readApproval(ResultSet row) throws SQLException {
		String id = row.getString("ID");
		// MariaDB also finds a state that was changed by spaces at its end
		String state = row.getString("STATE").stripTrailing();
		if (Arrays.stream(DurableState.values()).noneMatch((known) -> known.name().equals(state))) {
			throw new UnreadableCallException("STATE of call '%s' is not known".formatted(id), null);
		}
		return new DurableApproval(id, row.getString("GATE"), row.getString("LABEL"), DurableState.valueOf(state),
				row.getString("PROBLEM"), Instant.ofEpochMilli(row.getLong("RECORDED_AT")),
				Instant.ofEpochMilli(row.getLong("EXPIRES_AT")), Instant.ofEpochMilli(row.getLong("START_BY")),
				readInstant(row, "SUBMITTED_AT"), readInstant(row, "DECIDED_AT"), readInstant(row, "CLAIMED_AT"),
				readInstant(row, "COMMITTED_AT"), readInstant(row, "ENDED_AT"), row.getString("INSTANCE"), 1, List.of(),
				List.of());
	}

	private static @Nullable Instant readInstant(ResultSet row, String column) throws SQLException {
		long millis = row.getLong(column);
		return row.wasNull() ? null : Instant.ofEpochMilli(millis);
	}

	/**
	 * Read a call with its ballots. If its columns are not what was stored, it has no
	 * content: neither a plaintext nor arguments or decisions. Its ballots are then those
	 * whose artifact is one of this application.
	 * @param rows one row for each ballot, which has the columns of the call, too
	 * @return the call, or empty if there is none
	 * @throws UnreadableCallException if the content is encrypted with an unknown key
	 */
	Optional<DurableCall> readCall(ResultSet rows) throws SQLException {
		if (!rows.next()) {
			return Optional.empty();
		}
		ApproverGroup approvers = readApprovers(rows);
		DurableApproval approval = withVotes(readApproval(rows), approvers, List.of());
		DurableCall fixed = new DurableCall(approval, rows.getString("TARGET"), approvers,
				rows.getString("ARTIFACT_TYPE"), null, null, readTrace(rows.getString("TRACE")), rows.getInt("STARTS"),
				new CallKeys(rows.getString("REQUESTER"), rows.getString("OPEN_KEY")), List.of());
		try {
			boolean genuine = fixed.starts() >= 0 && (rows.getString("PLAINTEXT") != null || fixed.state().isEnded());
			String plaintext = null;
			String arguments = null;
			try {
				plaintext = this.cipher.decrypt(placeOfPlaintext(fixed), rows.getString("PLAINTEXT"));
				arguments = this.cipher.decrypt(place(fixed.id(), "ARGUMENTS"), rows.getString("ARGUMENTS"));
			}
			catch (GeneralSecurityException ex) {
				genuine = false;
			}
			List<StoredBallot> ballots = new ArrayList<>();
			do {
				try {
					if (rows.getString("BALLOT_ID") != null && ballots.size() < MAX_BALLOTS) {
						ballots.add(readBallot(rows, fixed, plaintext));
					}
				}
				catch (GeneralSecurityException ex) {
					genuine = false;
				}
			}
			while (rows.next());
			if (!genuine) {
				return Optional.of(fixed.with(ballots.stream().map(StoredBallot::withoutContent).toList()));
			}
			return Optional.of(new DurableCall(withVotes(approval, approvers, ballots), fixed.target(), approvers,
					fixed.artifactType(), plaintext, arguments, fixed.trace(), fixed.starts(), fixed.keys(), ballots));
		}
		catch (JacksonException | IllegalArgumentException ex) {
			// The cause is omitted, since parsers include parts of the text in their
			// messages
			throw new UnreadableCallException("Call '%s' is not of this version".formatted(approval.id()), null);
		}
	}

	/**
	 * Return the state of a call with the votes on it.
	 */
	DurableApproval withVotes(DurableApproval approval, ApproverGroup approvers, List<StoredBallot> ballots) {
		List<StoredBallot> verified = NOT_VERIFIED.equals(approval.problem()) ? List.of() : ballots;
		return approval.with(new StoredVotes(approvers, verified, this.persons, approval.claimedAt() != null));
	}

	/**
	 * Read a ballot without its content. Its vote is missing if it cannot be decrypted.
	 */
	StoredBallot readVote(ResultSet row, String callId) throws SQLException {
		StoredBallot ballot = ballot(row, callId, null, List.of());
		try {
			return read(row, ballot, null, readDecision(row, ballot));
		}
		catch (GeneralSecurityException | UnreadableCallException | JacksonException | IllegalArgumentException ex) {
			return read(row, ballot, null, null);
		}
	}

	private StoredBallot readBallot(ResultSet row, DurableCall call, @Nullable String plaintext)
			throws SQLException, GeneralSecurityException {
		StoredBallot ballot = ballot(row, call.id(), plaintext, call.approvers().escalation());
		String artifact = this.cipher.decrypt(place(ballot, "ARTIFACT"), row.getString("ARTIFACT"));
		if (artifact == null && !call.state().isEnded()) {
			throw new GeneralSecurityException("A ballot that this application has not stored");
		}
		// The end of a call deletes the content by which its changed row was found
		return read(row, ballot,
				(artifact != null && !artifact.equals(UNSEALED)) ? StoredJson.readArtifact(artifact) : null,
				NOT_VERIFIED.equals(call.approval().problem()) ? null : readDecision(row, ballot));
	}

	private @Nullable StoredDecision readDecision(ResultSet row, StoredBallot ballot)
			throws SQLException, GeneralSecurityException {
		String decision = this.cipher.decrypt(place(ballot, "DECISION"), row.getString("DECISION"));
		return (decision != null) ? StoredJson.readDecision(decision) : null;
	}

	private static StoredBallot ballot(ResultSet row, String callId, @Nullable String plaintext,
			List<EscalationStep> escalation) throws SQLException {
		return StoredBallot.of(row.getString("BALLOT_ID"), callId, row.getString("BALLOT_PAIRING"), row.getInt("STEP"),
				plaintext, escalation);
	}

	private static StoredBallot read(ResultSet row, StoredBallot ballot, @Nullable SealedArtifact artifact,
			@Nullable StoredDecision decision) throws SQLException {
		StoredBallot sealed = (artifact != null) ? ballot.with(artifact) : ballot;
		return new StoredBallot(sealed.id(), sealed.callId(), sealed.pairing(), sealed.step(), sealed.plaintext(),
				artifact, decision, row.getString("BALLOT_PROBLEM"), readInstant(row, "BALLOT_SUBMITTED_AT"),
				readInstant(row, "BALLOT_DECIDED_AT"));
	}

	/**
	 * Encrypt the artifact of a ballot. Also one without an artifact has a text, by which
	 * its row is known to be one of this application.
	 */
	@Nullable String encryptArtifact(StoredBallot ballot, @Nullable SealedArtifact artifact) {
		return this.cipher.encrypt(place(ballot, "ARTIFACT"),
				(artifact != null) ? StoredJson.write(artifact) : UNSEALED);
	}

	/**
	 * Return whether a stored text is that of an artifact, or of none.
	 */
	boolean isArtifact(StoredBallot ballot, @Nullable String stored, @Nullable SealedArtifact artifact) {
		try {
			return ((artifact != null) ? StoredJson.write(artifact) : UNSEALED)
				.equals(this.cipher.decrypt(place(ballot, "ARTIFACT"), stored));
		}
		catch (GeneralSecurityException ex) {
			return false;
		}
	}

	static ApproverGroup readApprovers(ResultSet row) throws SQLException {
		try {
			return StoredJson.readApprovers(row.getString("APPROVERS"));
		}
		catch (JacksonException | IllegalArgumentException ex) {
			// The plaintext is bound to the approvers, so that it is not decrypted
			return DurableCall.onePairing("unknown");
		}
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
	 * Return the place of a column that is bound to its ballot.
	 */
	static String place(StoredBallot ballot, String column) {
		return "AIRLOCK_DURABLE_BALLOT.%s:%s".formatted(column,
				HarpJson.mapper()
					.createArrayNode()
					.add(ballot.id())
					.add(ballot.callId())
					.add(ballot.pairing())
					.add(ballot.step()));
	}

	/**
	 * Return the place of the plaintext, which is bound to all columns that do not change
	 * after the call was recorded.
	 */
	static String placeOfPlaintext(DurableCall call) {
		DurableApproval approval = call.approval();
		ArrayNode fixed = HarpJson.mapper().createArrayNode();
		Stream
			.of(call.target(), approval.gate(), approval.label(), StoredJson.write(call.approvers()),
					call.artifactType(), StoredJson.write(call.trace()))
			.forEach(fixed::add);
		Stream.of(approval.recordedAt(), approval.expiresAt(), approval.startBy())
			.forEach((time) -> fixed.add(time.toEpochMilli()));
		return place(call.id(), "PLAINTEXT") + fixed;
	}

}

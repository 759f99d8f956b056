/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.util.List;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.durable.DurableCall;
import io.airlockapp.gateway.durable.exchange.StoredBallot;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.jdbc.Tables;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Changes stored calls like someone who can write to the database and has the store key,
 * so that what is verified apart from the encryption can be tested.
 */
public final class StoredCalls {

	/**
	 * The property with the store key of tests.
	 */
	public static final String KEY_PROPERTY = "airlock.gateway.pairing.store.key=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

	private static final EncryptionKey KEY = EncryptionKey.parse(KEY_PROPERTY.substring(KEY_PROPERTY.indexOf('=') + 1));

	private StoredCalls() {
	}

	public static void createTables(DataSource dataSource) {
		Tables.create(dataSource, TestDatabase.TABLES);
	}

	public static DurableCall find(JdbcTemplate jdbc, String id) {
		return new JdbcDurableCallStore(jdbc.getDataSource(), KEY, List.of(), false, Persons.unknown()).findCall(id);
	}

	public static void change(JdbcTemplate jdbc, String id, UnaryOperator<DurableCall> change) {
		DurableCall call = change.apply(find(jdbc, id));
		ColumnCipher cipher = new ColumnCipher(KEY, List.of());
		jdbc.update("UPDATE AIRLOCK_DURABLE SET TARGET = ?, PLAINTEXT = ?, ARGUMENTS = ? WHERE ID = ?", call.target(),
				cipher.encrypt(DurableRows.placeOfPlaintext(call), call.plaintext()),
				cipher.encrypt(DurableRows.place(id, "ARGUMENTS"), call.arguments()), id);
		for (StoredBallot ballot : call.ballots()) {
			jdbc.update("DELETE FROM AIRLOCK_DURABLE_BALLOT WHERE ID = ?", ballot.id());
			jdbc.update(
					"INSERT INTO AIRLOCK_DURABLE_BALLOT (ID, CALL_ID, PAIRING, STEP, ARTIFACT, DECISION) "
							+ "VALUES (?, ?, ?, ?, ?, ?)",
					ballot.id(), ballot.callId(), ballot.pairing(), ballot.step(),
					cipher.encrypt(DurableRows.place(ballot, "ARTIFACT"),
							(ballot.artifact() != null) ? StoredJson.write(ballot.artifact()) : null),
					cipher.encrypt(DurableRows.place(ballot, "DECISION"),
							(ballot.decision() != null) ? StoredJson.write(ballot.decision()) : null));
		}
	}

}

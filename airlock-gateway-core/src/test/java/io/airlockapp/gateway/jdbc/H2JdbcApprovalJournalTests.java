/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;

import javax.sql.DataSource;

import ch.qos.logback.classic.Level;
import io.airlockapp.gateway.CapturedLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JdbcApprovalJournal} on H2.
 */
class H2JdbcApprovalJournalTests extends AbstractJdbcApprovalJournalTests {

	/**
	 * Set by the owner of a database only.
	 */
	private static final String KEPT = ";DB_CLOSE_DELAY=-1";

	@RegisterExtension
	final CapturedLog log = new CapturedLog(JdbcApprovalJournal.class);

	@Override
	DataSource dataSource() {
		return new DriverManagerDataSource(newUrl() + KEPT);
	}

	private static String newUrl() {
		return "jdbc:h2:mem:" + UUID.randomUUID();
	}

	@Test
	void deletionThatTheUserMayNotDoIsReportedAndTriedOncePerInterval() {
		String url = newUrl();
		DataSource owner = new DriverManagerDataSource(url + KEPT);
		Tables.create(owner, "AIRLOCK_APPROVAL", "AIRLOCK_NONCE");
		JdbcTemplate jdbc = new JdbcTemplate(owner);
		jdbc.execute("CREATE USER WRITER PASSWORD 'writer'");
		jdbc.execute("GRANT SELECT, INSERT, UPDATE ON AIRLOCK_APPROVAL TO WRITER");
		JdbcApprovalJournal journal = new JdbcApprovalJournal(new DriverManagerDataSource(url, "WRITER", "writer"),
				InstantSource.fixed(Instant.EPOCH));
		journal.open("req-1", Instant.EPOCH);
		jdbc.execute("GRANT DELETE ON AIRLOCK_APPROVAL TO WRITER");
		jdbc.update("UPDATE AIRLOCK_APPROVAL SET EXPIRES_AT = ?",
				Instant.EPOCH.minus(Duration.ofDays(31)).toEpochMilli());
		journal.open("req-2", Instant.EPOCH);
		assertThat(this.log.list).singleElement().satisfies((event) -> {
			assertThat(event.getLevel()).isEqualTo(Level.WARN);
			assertThat(event.getMessage()).contains("so the tables AIRLOCK_APPROVAL and AIRLOCK_NONCE grow");
		});
		assertThat(jdbc.queryForObject("SELECT COUNT(*) FROM AIRLOCK_APPROVAL", Integer.class)).isEqualTo(2);
	}

}

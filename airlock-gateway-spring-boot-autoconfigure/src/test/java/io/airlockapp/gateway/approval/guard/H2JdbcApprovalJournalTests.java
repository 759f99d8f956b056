package io.airlockapp.gateway.approval.guard;

import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;

import javax.sql.DataSource;

import io.airlockapp.gateway.ApprovalUnavailableException;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link JdbcApprovalJournal} on H2.
 */
class H2JdbcApprovalJournalTests extends AbstractJdbcApprovalJournalTests {

	@Override
	DataSource dataSource() {
		return new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
	}

	@Test
	void tellsHowToMakeWhatIsMissing() {
		DataSource empty = dataSource();
		JdbcApprovalJournal journal = new JdbcApprovalJournal(empty, InstantSource.system());
		assertThatExceptionOfType(ApprovalUnavailableException.class)
			.isThrownBy(() -> journal.open("req-1", Instant.now()))
			.withMessageContaining("schema.sql")
			.withMessageContaining("'airlock.gateway.approval.journal-initialize-schema=always'");
	}

}

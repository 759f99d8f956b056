package io.airlockapp.gateway.store.jdbc;

import java.util.UUID;

import javax.sql.DataSource;

import io.airlockapp.gateway.store.PairingStoreException;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link JdbcPairingStore} on H2.
 */
class H2JdbcPairingStoreTests extends AbstractJdbcPairingStoreTests {

	@Override
	DataSource dataSource() {
		return new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
	}

	@Test
	void tellsHowToMakeWhatIsMissing() {
		DataSource empty = dataSource();
		JdbcPairingStore store = new JdbcPairingStore(empty);
		assertThatExceptionOfType(PairingStoreException.class).isThrownBy(() -> store.read("pairing.default"))
			.withMessageContaining("schema.sql")
			.withMessageContaining("'airlock.gateway.pairing.store.initialize-schema=always'");
	}

}

package io.airlockapp.gateway.pairing.jdbc;

import java.util.Map;

import javax.sql.DataSource;

import io.airlockapp.gateway.pairing.AbstractPairingStoreTests;
import io.airlockapp.gateway.pairing.PairingStore;
import io.airlockapp.gateway.pairing.PairingStoreException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a {@link JdbcPairingStore} does on every database.
 */
abstract class AbstractJdbcPairingStoreTests extends AbstractPairingStoreTests {

	private DataSource dataSource;

	private JdbcTemplate jdbc;

	abstract DataSource dataSource();

	@BeforeEach
	void createTable() {
		this.dataSource = dataSource();
		this.jdbc = new JdbcTemplate(this.dataSource);
		ResourceDatabasePopulator schema = new ResourceDatabasePopulator(
				new ClassPathResource("io/airlockapp/gateway/pairing/jdbc/schema.sql"));
		schema.execute(this.dataSource);
		// Once more: an instance that starts later finds it there
		schema.execute(this.dataSource);
	}

	@Override
	protected PairingStore store() {
		TransactionTemplate newTransaction = new TransactionTemplate(new JdbcTransactionManager(this.dataSource));
		newTransaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		return new JdbcPairingStore(new JdbcTemplate(this.dataSource), newTransaction);
	}

	@Test
	void rollingTheCallersTransactionBackDoesNotTakeTheEntryBack() {
		PairingStore store = store();
		new TransactionTemplate(new JdbcTransactionManager(this.dataSource)).executeWithoutResult((status) -> {
			assertThat(store.write(this.name, null, SECRET)).isTrue();
			status.setRollbackOnly();
		});
		assertThat(read(store, this.name).text()).isEqualTo(SECRET);
	}

	@Test
	void losingAgainstAnotherInstanceDoesNotSpoilTheCallersTransaction() {
		PairingStore store = storeWith(Map.of(this.name, "1"));
		new TransactionTemplate(new JdbcTransactionManager(this.dataSource)).executeWithoutResult((status) -> {
			assertThat(store.write(this.name, null, "2")).isFalse();
			this.jdbc.update("UPDATE AIRLOCK_PAIRING SET CONTENT = 'callers' WHERE NAME = ?", this.name);
		});
		assertThat(read(store, this.name).text()).isEqualTo("callers");
	}

	@Test
	void whatTheDatabaseRefusesIsNotTold() {
		this.jdbc.execute("DROP TABLE AIRLOCK_PAIRING");
		this.jdbc.execute("CREATE TABLE AIRLOCK_PAIRING (NAME VARCHAR(64) PRIMARY KEY, VERSION CHAR(36), "
				+ "CONTENT VARCHAR(100), CHECK (CONTENT NOT LIKE '%rt_%'))");
		try {
			PairingStore store = store();
			for (String text : new String[] { SECRET, "rt_7c1f".repeat(100) }) {
				assertThatExceptionOfType(PairingStoreException.class)
					.isThrownBy(() -> store.write(this.name, null, text))
					.withMessageContainingAll(this.name, "schema.sql")
					.satisfies((ex) -> assertThat(ex).hasNoSuppressedExceptions()
						.hasNoCause()
						.message()
						.doesNotContain("rt_7c1f"));
			}
		}
		finally {
			this.jdbc.execute("DROP TABLE AIRLOCK_PAIRING");
		}
	}

	@Test
	void aMissingTableIsNoMissingEntry() {
		this.jdbc.execute("DROP TABLE AIRLOCK_PAIRING");
		PairingStore store = store();
		assertThatExceptionOfType(PairingStoreException.class).isThrownBy(() -> store.read(this.name))
			.withMessageContaining("can't be read");
		assertThatExceptionOfType(PairingStoreException.class).isThrownBy(() -> store.write(this.name, null, SECRET))
			.withMessageContaining("can't be written");
	}

}

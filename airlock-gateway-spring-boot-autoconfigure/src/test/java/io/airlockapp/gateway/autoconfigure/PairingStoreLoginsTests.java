package io.airlockapp.gateway.autoconfigure;

import java.util.UUID;

import io.airlockapp.gateway.auth.device.LoginStore;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayProperties.Approval.SchemaInitialization;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.store.EncryptingPairingStore;
import io.airlockapp.gateway.store.PairingStoreException;
import io.airlockapp.gateway.store.jdbc.JdbcPairingStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link PairingStoreLogins} in an encrypted table.
 */
class PairingStoreLoginsTests {

	private static final String TOKENS = "{\"refreshToken\":\"refresh-7c1f\"}";

	private final ApplicationDatabase database = new ApplicationDatabase(
			new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1"));

	@BeforeEach
	void createTable() {
		this.database.createTables("classpath:io/airlockapp/gateway/store/jdbc/schema.sql",
				SchemaInitialization.ALWAYS);
	}

	@Test
	void tokensAreSharedAndEncrypted() {
		assertThat(instance(1).write(null, TOKENS)).isTrue();
		LoginStore.Entry entry = instance(1).read();
		assertThat(entry).isNotNull().satisfies((read) -> assertThat(read.text()).isEqualTo(TOKENS));
		assertThat(new JdbcTemplate(this.database.dataSource())
			.queryForObject("SELECT CONTENT FROM AIRLOCK_PAIRING WHERE NAME = ?", String.class, "device-login"))
			.startsWith("airlock-encrypted:")
			.doesNotContain("7c1f");
	}

	@Test
	void oneOfTwoInstancesWins() {
		assertThat(instance(1).write(null, TOKENS)).isTrue();
		LoginStore.Entry seen = instance(1).read();
		assertThat(instance(1).write(seen, "{\"refreshToken\":\"refresh-2\"}")).isTrue();
		assertThat(instance(1).write(seen, "{\"refreshToken\":\"refresh-3\"}")).isFalse();
		assertThat(instance(1).write(seen, null)).isFalse();
		assertThat(instance(1).read()).isNotNull().satisfies((read) -> assertThat(read.text()).contains("refresh-2"));
	}

	@Test
	void anotherKeyNeitherReadsNorOverwrites() {
		assertThat(instance(1).write(null, TOKENS)).isTrue();
		LoginStore.Entry seen = instance(1).read();
		assertThatExceptionOfType(PairingStoreException.class).isThrownBy(() -> instance(2).read());
		assertThatExceptionOfType(PairingStoreException.class).isThrownBy(() -> instance(2).write(seen, "{}"));
		assertThat(instance(1).read()).isEqualTo(seen);
	}

	@Test
	void aPairingsEntryIsNoLogin() {
		assertThat(instance(1).write(null, TOKENS)).isTrue();
		new JdbcTemplate(this.database.dataSource()).update("UPDATE AIRLOCK_PAIRING SET NAME = 'pairing.default'");
		EncryptingPairingStore store = store(1);
		assertThatExceptionOfType(PairingStoreException.class).isThrownBy(() -> store.read("pairing.default"));
	}

	private LoginStore instance(int key) {
		return new PairingStoreLogins(store(key));
	}

	private EncryptingPairingStore store(int key) {
		byte[] raw = new byte[32];
		raw[0] = (byte) key;
		return new EncryptingPairingStore(new JdbcPairingStore(this.database.dataSource()), EncryptionKey.of(raw));
	}

}

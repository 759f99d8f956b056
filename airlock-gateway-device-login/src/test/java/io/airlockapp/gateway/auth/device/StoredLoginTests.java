/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import io.airlockapp.gateway.auth.device.LoginRepository.Stored;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.store.EncryptingPairingStore;
import io.airlockapp.gateway.store.PairingStoreException;
import io.airlockapp.gateway.jdbc.JdbcPairingStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link LoginRepository} in an encrypted table.
 */
class StoredLoginTests {

	private final DriverManagerDataSource dataSource = new DriverManagerDataSource(
			"jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");

	@BeforeEach
	void createTable() {
		new ResourceDatabasePopulator(
				new ClassPathResource("io/airlockapp/gateway/jdbc/postgresql/airlock_pairing.sql"))
			.execute(this.dataSource);
	}

	@Test
	void tokensAreSharedAndEncrypted() {
		instance(1).put(login("refresh-7c1f"));
		assertThat(instance(1).read().login()).isEqualTo(login("refresh-7c1f"));
		assertThat(new JdbcTemplate(this.dataSource)
			.queryForObject("SELECT CONTENT FROM AIRLOCK_PAIRING WHERE NAME = ?", String.class, "device-login"))
			.startsWith("airlock-encrypted:")
			.doesNotContain("refresh-7c1f");
	}

	@Test
	void replaceWhenEntryHasChangedReturnsFalse() {
		instance(1).put(login("refresh-1"));
		Stored seen = instance(1).read();
		assertThat(instance(1).replace(seen, login("refresh-2"))).isTrue();
		assertThat(instance(1).replace(seen, login("refresh-3"))).isFalse();
		assertThat(instance(1).replace(seen, null)).isFalse();
		assertThat(instance(1).read().login()).isEqualTo(login("refresh-2"));
	}

	@Test
	void readAndReplaceWithOtherKeyThrow() {
		instance(1).put(login("refresh-1"));
		Stored seen = instance(1).read();
		assertThatExceptionOfType(PairingStoreException.class).isThrownBy(() -> instance(2).read());
		assertThatExceptionOfType(PairingStoreException.class)
			.isThrownBy(() -> instance(2).replace(seen, login("refresh-2")));
		assertThat(instance(1).read()).isEqualTo(seen);
	}

	@Test
	void loginRenamedToPairingEntryCannotBeRead() {
		instance(1).put(login("refresh-1"));
		new JdbcTemplate(this.dataSource).update("UPDATE AIRLOCK_PAIRING SET NAME = 'pairing.default'");
		EncryptingPairingStore store = store(1);
		assertThatExceptionOfType(PairingStoreException.class).isThrownBy(() -> store.read("pairing.default"));
	}

	private static Login login(String refreshToken) {
		return new Login("https://id.example.org", "cli", "jwt-1", refreshToken, Instant.EPOCH, Instant.EPOCH, "alice",
				null);
	}

	private LoginRepository instance(int key) {
		return new LoginRepository(store(key));
	}

	private EncryptingPairingStore store(int key) {
		byte[] raw = new byte[32];
		raw[0] = (byte) key;
		return new EncryptingPairingStore(new JdbcPairingStore(this.dataSource), EncryptionKey.of(raw), List.of());
	}

}

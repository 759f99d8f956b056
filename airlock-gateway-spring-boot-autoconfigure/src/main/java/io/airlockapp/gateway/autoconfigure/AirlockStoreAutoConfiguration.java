/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

import javax.sql.DataSource;

import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayProperties.Jdbc.InitializeSchema;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayProperties.RateLimit;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayProperties.Store;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.client.ratelimit.RequestBudget;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.halt.HaltStore;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.ReplayJournal;
import io.airlockapp.gateway.jdbc.JdbcApprovalJournal;
import io.airlockapp.gateway.jdbc.JdbcHaltStore;
import io.airlockapp.gateway.jdbc.JdbcPairingStore;
import io.airlockapp.gateway.jdbc.JdbcRequestBudget;
import io.airlockapp.gateway.jdbc.TableInitializer;
import io.airlockapp.gateway.store.EncryptingPairingStore;
import io.airlockapp.gateway.store.FilePairingStore;
import io.airlockapp.gateway.store.PairingStore;
import io.airlockapp.gateway.store.PairingStoreException;
import io.airlockapp.gateway.store.ReadOnlyPairingStore;
import io.airlockapp.gateway.support.AirlockConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.EmbeddedDatabaseConnection;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.StringUtils;

/**
 * Auto-configuration for the {@link PairingStore}, for {@link JdbcApprovalJournal}, and
 * for {@link JdbcRequestBudget} and {@link JdbcHaltStore}.
 */
@AutoConfiguration(before = AirlockGatewayAutoConfiguration.class,
		afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@ConditionalOnBooleanProperty(name = "airlock.gateway.enabled", matchIfMissing = true)
@EnableConfigurationProperties(AirlockGatewayProperties.class)
public final class AirlockStoreAutoConfiguration {

	private static final String PREFIX = "airlock.gateway.pairing.store.";

	@Bean
	@ConditionalOnMissingBean
	PairingStore airlockPairingStore(AirlockGatewayProperties properties, Environment environment) {
		Store store = properties.pairing().store();
		AirlockConfigurationException.throwIf(
				StringUtils.hasText(store.path()) && !environment.containsProperty(PREFIX + "type"), PREFIX + "path",
				"it has no effect without 'airlock.gateway.pairing.store.type'",
				"Set 'airlock.gateway.pairing.store.type' to 'file', or to 'properties' if nothing is to be stored.");
		return switch (store.type()) {
			case PROPERTIES -> new ReadOnlyPairingStore();
			case FILE -> fileStore(store);
			case JDBC -> throw AirlockConfigurationException.ofProperty(PREFIX + "type",
					"it is 'jdbc', but there is no JDBC support",
					"Add 'spring-boot-starter-jdbc' and a DataSource, or use another type.");
		};
	}

	private static PairingStore fileStore(Store store) {
		String directory = store.path();
		EncryptionKey key = findKey(store);
		List<EncryptionKey> previousKeys = previousKeys(store);
		AirlockConfigurationException.throwIf(directory == null || directory.isBlank(), PREFIX + "path",
				"it is missing, while 'airlock.gateway.pairing.store.type' is 'file'",
				"Set it to a directory that outlives the application and that its user may write to.");
		AirlockConfigurationException.requireNoPlaceholder(PREFIX + "path", directory);
		try {
			Path path = Path.of(directory.trim()).toAbsolutePath();
			return new EncryptingPairingStore(new FilePairingStore(path, key != null), key, previousKeys);
		}
		catch (InvalidPathException | PairingStoreException ex) {
			throw AirlockConfigurationException.ofProperty(PREFIX + "path", "pairings cannot be kept there",
					String.valueOf(ex.getMessage()), ex);
		}
	}

	/**
	 * Parse the key that encrypts entries. A blank key is rejected: its source has no
	 * value, and entries must not be stored in plain text for that reason.
	 */
	private static @Nullable EncryptionKey findKey(Store store) {
		return (store.key() != null) ? parse("key", store.key()) : null;
	}

	private static List<EncryptionKey> previousKeys(Store store) {
		return store.previousKeys().stream().map((key) -> parse("previous-keys", key)).toList();
	}

	private static EncryptionKey parse(String property, String key) {
		String text = key.trim();
		try {
			return EncryptionKey.parse(text);
		}
		catch (IllegalArgumentException ex) {
			throw AirlockConfigurationException.ofProperty(PREFIX + property,
					text.isEmpty() ? "it is blank" : String.valueOf(ex.getMessage()),
					"Set it to 32 random bytes as base64 or base64url, such as 'openssl rand -base64 32' makes, or "
							+ "remove it.");
		}
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ JdbcTemplate.class, DataSourceScriptDatabaseInitializer.class })
	record JdbcConfiguration(ObjectProvider<DataSource> dataSources, @AirlockDataSource ObjectProvider<DataSource> own,
			AirlockGatewayProperties properties) {

		@Bean
		TableInitializer airlockTableInitializer() {
			InitializeSchema initializeSchema = this.properties.jdbc().initializeSchema();
			return new TableInitializer((dataSource) -> switch (initializeSchema) {
				case ALWAYS -> true;
				case EMBEDDED -> EmbeddedDatabaseConnection.isEmbedded(dataSource);
				case NEVER -> false;
			});
		}

		@Bean
		@ConditionalOnProperty(name = "airlock.gateway.pairing.store.type", havingValue = "jdbc")
		@ConditionalOnMissingBean
		@DependsOnDatabaseInitialization
		PairingStore airlockJdbcPairingStore() {
			Store store = this.properties.pairing().store();
			EncryptionKey key = findKey(store);
			DataSource dataSource = dataSource(PREFIX + "type", "a PairingStore bean, or use another type",
					"AIRLOCK_PAIRING");
			return new EncryptingPairingStore(new JdbcPairingStore(dataSource), key, previousKeys(store));
		}

		@Bean
		@ConditionalOnProperty(name = "airlock.gateway.approval.journal", havingValue = "jdbc")
		@ConditionalOnMissingBean({ ApprovalJournal.class, ReplayJournal.class })
		@DependsOnDatabaseInitialization
		JdbcApprovalJournal airlockJdbcApprovalJournal() {
			return new JdbcApprovalJournal(dataSource("airlock.gateway.approval.journal",
					"a JdbcApprovalJournal bean, or remove the property", "AIRLOCK_APPROVAL", "AIRLOCK_NONCE"),
					InstantSource.system());
		}

		@Bean
		@ConditionalOnProperty(name = "airlock.gateway.rate-limit.store", havingValue = "jdbc")
		@ConditionalOnMissingBean({ GatewayRateLimiter.class, RequestBudget.class })
		@DependsOnDatabaseInitialization
		RequestBudget airlockRequestBudget() {
			RateLimit rateLimit = this.properties.rateLimit().validated();
			DataSource dataSource = dataSource("airlock.gateway.rate-limit.store",
					"a RequestBudget bean, or remove the property", "AIRLOCK_REQUEST_BUDGET");
			return new JdbcRequestBudget(dataSource, "gateway", rateLimit.requests(), rateLimit.period());
		}

		@Bean
		@Conditional(HaltInDatabaseCondition.class)
		@ConditionalOnMissingBean({ Halt.class, HaltStore.class })
		@DependsOnDatabaseInitialization
		HaltStore airlockHaltStore() {
			return new JdbcHaltStore(dataSource("airlock.gateway.halt.store",
					"a HaltStore bean, or set the property to 'memory'", "AIRLOCK_HALT"));
		}

		/**
		 * Return the database with the tables of a feature.
		 * @param property the property that selects the database
		 * @param other what can be done instead
		 * @param required the names of the tables
		 */
		private DataSource dataSource(String property, String other, String... required) {
			DataSource dataSource = this.own.getIfAvailable(this.dataSources::getIfUnique);
			AirlockConfigurationException.throwIf(dataSource == null, property,
					"it is 'jdbc', but there is no DataSource, or several of which none is primary",
					("Configure a DataSource, such as by 'spring.datasource.url', or by a bean if there is an R2DBC "
							+ "ConnectionFactory; of several, make one primary, or add @AirlockDataSource to it. Or define %s. In a test without a database, set "
							+ "'airlock.gateway.enabled' to 'false'.")
						.formatted(other));
			airlockTableInitializer().initialize(dataSource, required);
			return dataSource;
		}

	}

	/**
	 * Condition that matches if a halt is stored where the journal of approvals is.
	 */
	static final class HaltInDatabaseCondition extends SpringBootCondition {

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			Environment environment = context.getEnvironment();
			String store = environment.getProperty("airlock.gateway.halt.store",
					environment.getProperty("airlock.gateway.approval.journal", "memory"));
			return new ConditionOutcome("jdbc".equalsIgnoreCase(store), "a halt is stored in '%s'".formatted(store));
		}

	}

}

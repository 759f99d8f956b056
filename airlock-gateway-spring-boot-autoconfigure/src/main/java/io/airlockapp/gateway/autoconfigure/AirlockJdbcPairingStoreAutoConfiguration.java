package io.airlockapp.gateway.autoconfigure;

import javax.sql.DataSource;

import io.airlockapp.gateway.store.PairingStore;
import io.airlockapp.gateway.store.jdbc.JdbcPairingStore;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Auto-configuration for a {@link PairingStore} in the application's database.
 */
@AutoConfiguration(after = DataSourceAutoConfiguration.class)
@ConditionalOnClass({ JdbcTemplate.class, DataSourceScriptDatabaseInitializer.class })
@ConditionalOnProperty(name = "airlock.gateway.pairing.store.type", havingValue = "jdbc")
@ConditionalOnBooleanProperty(name = "airlock.gateway.enabled", matchIfMissing = true)
@EnableConfigurationProperties(AirlockPairingStoreProperties.class)
public final class AirlockJdbcPairingStoreAutoConfiguration {

	private static final String SCHEMA = "classpath:io/airlockapp/gateway/store/jdbc/schema.sql";

	@Bean
	@ConditionalOnMissingBean
	@DependsOnDatabaseInitialization
	PairingStore airlockJdbcPairingStore(ObjectProvider<DataSource> dataSources,
			AirlockPairingStoreProperties properties) {
		PairingStoreKey key = new PairingStoreKey(properties);
		DataSource dataSource = dataSources.getIfUnique();
		if (dataSource == null) {
			throw new AirlockConfigurationException("airlock.gateway.pairing.store.type",
					"it is 'jdbc', but there is no DataSource, or several of which none is primary",
					"Make one DataSource primary, define a PairingStore bean, or use another type.", null);
		}
		new ApplicationDatabase(dataSource).createTables(SCHEMA, properties.getInitializeSchema());
		return key.protect(new JdbcPairingStore(dataSource));
	}

}

package io.airlockapp.gateway.autoconfigure;

import java.time.InstantSource;

import javax.sql.DataSource;

import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.approval.jdbc.JdbcApprovalJournal;
import io.airlockapp.gateway.harp.ReplayJournal;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Auto-configuration for {@link JdbcApprovalJournal}.
 */
@AutoConfiguration(before = AirlockGatewayAutoConfiguration.class, after = DataSourceAutoConfiguration.class)
@ConditionalOnClass({ JdbcTemplate.class, DataSourceScriptDatabaseInitializer.class })
@ConditionalOnProperty(name = "airlock.gateway.approval.journal", havingValue = "jdbc")
@ConditionalOnBooleanProperty(name = "airlock.gateway.enabled", matchIfMissing = true)
@EnableConfigurationProperties(AirlockGatewayProperties.class)
public final class AirlockJdbcJournalAutoConfiguration {

	private static final String SCHEMA = "classpath:io/airlockapp/gateway/approval/jdbc/schema.sql";

	@Bean
	@ConditionalOnMissingBean({ ApprovalJournal.class, ReplayJournal.class })
	JdbcApprovalJournal airlockJdbcApprovalJournal(ObjectProvider<DataSource> dataSources,
			AirlockGatewayProperties properties) {
		DataSource dataSource = dataSources.getIfUnique();
		if (dataSource == null) {
			throw new AirlockConfigurationException("airlock.gateway.approval.journal",
					"it is 'jdbc', but there is no DataSource, or several of which none is primary",
					"Make one DataSource primary, define a JdbcApprovalJournal bean, or remove the property.", null);
		}
		new ApplicationDatabase(dataSource).createTables(SCHEMA, properties.getApproval().getJournalInitializeSchema());
		return new JdbcApprovalJournal(dataSource, InstantSource.system());
	}

}

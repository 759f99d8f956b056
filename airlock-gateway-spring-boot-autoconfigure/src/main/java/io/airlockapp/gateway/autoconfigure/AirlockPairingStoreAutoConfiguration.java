package io.airlockapp.gateway.autoconfigure;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

import io.airlockapp.gateway.store.FilePairingStore;
import io.airlockapp.gateway.store.PairingStore;
import io.airlockapp.gateway.store.PairingStoreException;
import io.airlockapp.gateway.store.ReadOnlyPairingStore;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.util.StringUtils;

/**
 * Auto-configuration for the {@link PairingStore}.
 */
@AutoConfiguration(before = AirlockGatewayAutoConfiguration.class,
		after = AirlockJdbcPairingStoreAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "airlock.gateway.enabled", matchIfMissing = true)
@EnableConfigurationProperties(AirlockPairingStoreProperties.class)
public final class AirlockPairingStoreAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	PairingStore airlockPairingStore(AirlockPairingStoreProperties properties) {
		return switch (properties.getType()) {
			case PROPERTIES -> new ReadOnlyPairingStore();
			case FILE -> fileStore(properties, new PairingStoreKey(properties));
			case JDBC -> throw new AirlockConfigurationException("airlock.gateway.pairing.store.type",
					"it is 'jdbc', but there is no JDBC support",
					"Add 'spring-boot-starter-jdbc' and a DataSource, or use another type.", null);
		};
	}

	private static PairingStore fileStore(AirlockPairingStoreProperties properties, PairingStoreKey key) {
		if (!StringUtils.hasText(properties.getPath())) {
			throw new AirlockConfigurationException("airlock.gateway.pairing.store.path",
					"it is missing, while 'airlock.gateway.pairing.store.type' is 'file'",
					"Set it to a directory that outlives the application and that its user may write to.", null);
		}
		try {
			Path path = Path.of(properties.getPath().trim()).toAbsolutePath();
			return key.protect(new FilePairingStore(path, key.isPresent()));
		}
		catch (InvalidPathException | PairingStoreException ex) {
			throw new AirlockConfigurationException("airlock.gateway.pairing.store.path",
					"pairings can't be kept there", String.valueOf(ex.getMessage()), ex);
		}
	}

}

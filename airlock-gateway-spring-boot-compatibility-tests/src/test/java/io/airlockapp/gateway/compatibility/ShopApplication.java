package io.airlockapp.gateway.compatibility;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * An application with all that Spring Boot configures by itself.
 */
@SpringBootApplication(proxyBeanMethods = false)
@Import(ShopController.class)
class ShopApplication {

	@Bean
	Shop shop() {
		return new Shop();
	}

}

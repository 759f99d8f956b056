/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.compatibility;

import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.actuate.audit.InMemoryAuditEventRepository;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableAsync;

/**
 * An application with all that Spring Boot configures by itself.
 */
@SpringBootApplication(proxyBeanMethods = false)
@EnableAsync
@Import(ShopController.class)
class ShopApplication {

	@Bean
	AuditEventRepository auditEvents() {
		return new InMemoryAuditEventRepository();
	}

	@Bean
	Shop shop() {
		return new Shop();
	}

	@Bean
	ShopTools shopTools() {
		return new ShopTools();
	}

}

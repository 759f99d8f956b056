/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.openinview;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * An application with Spring Data JPA and all of Spring Boot's defaults.
 */
@SpringBootApplication(proxyBeanMethods = false)
@Import(OrderController.class)
class OrderApplication {

	@Bean
	Refunds refunds() {
		return new Refunds();
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks.condition;

import org.springframework.boot.Banner.Mode;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;

/**
 * Application whose services are guarded, authorized and neither. It is not paired, since
 * no approvals are requested.
 */
@SpringBootApplication(exclude = DataSourceAutoConfiguration.class, proxyBeanMethods = false)
@EnableMethodSecurity
public class ConditionApplication {

	/**
	 * Start the application.
	 * @return the running application
	 */
	public static ConfigurableApplicationContext start() {
		return new SpringApplicationBuilder(ConditionApplication.class).web(WebApplicationType.NONE)
			.bannerMode(Mode.OFF)
			.properties("logging.level.root=error", "airlock.gateway.presence.enabled=false")
			.run();
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks.refund;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.boot.Banner.Mode;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Application with guarded methods, without limits that would affect the measurements.
 */
@SpringBootApplication(exclude = DataSourceAutoConfiguration.class, proxyBeanMethods = false)
public class RefundApplication {

	private static final Map<String, Object> UNLIMITED = Map.of("airlock.gateway.rate-limit.requests", 100_000,
			"airlock.gateway.rate-limit.period", "1s", "airlock.gateway.approval.max-pending", 100_000,
			"airlock.gateway.approval.limits.duplicates", "allow", "airlock.gateway.approval.poll-timeout", "60s",
			"airlock.gateway.approvers.refunds.pairings", "default,second,third",
			"airlock.gateway.approvers.refunds.quorum", 2, "spring.application.name", "benchmarks",
			"logging.level.root", "warn");

	/**
	 * Start the application.
	 * @param pairing the properties of a pairing
	 * @return the running application
	 */
	public static ConfigurableApplicationContext start(Map<String, String> pairing) {
		Map<String, Object> properties = new LinkedHashMap<>(UNLIMITED);
		properties.putAll(pairing);
		return new SpringApplicationBuilder(RefundApplication.class).web(WebApplicationType.NONE)
			.bannerMode(Mode.OFF)
			.properties(properties)
			.run();
	}

}

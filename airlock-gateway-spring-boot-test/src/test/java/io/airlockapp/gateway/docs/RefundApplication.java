/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.math.BigDecimal;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.stereotype.Component;

/**
 * The application of the examples in the documentation.
 */
@SpringBootApplication(proxyBeanMethods = false)
class RefundApplication {

	public static void main(String[] args) {
		run(args);
	}

	/**
	 * Refund orders, end, and return the exit code.
	 */
	static int run(String... args) {
		SpringApplication application = new SpringApplication(RefundApplication.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		return SpringApplication.exit(application.run(args));
	}

	/**
	 * Refunds the orders of the command line.
	 */
	@Component
	static class CommandLine implements ApplicationRunner {

		private final RefundService refunds;

		CommandLine(RefundService refunds) {
			this.refunds = refunds;
		}

		@Override
		public void run(ApplicationArguments args) {
			args.getNonOptionArgs().forEach((order) -> this.refunds.refund(order, BigDecimal.TEN, "ann@example.com"));
		}

	}

}

package io.airlockapp.samples.refunds;

import java.io.UncheckedIOException;

import io.airlockapp.gateway.simulator.AirlockSimulator;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;

/**
 * A simulated gateway, with which the application is then paired, and a page on which the
 * approver decides.
 */
@TestConfiguration(proxyBeanMethods = false)
class SimulatedGateway {

	private static final Log logger = LogFactory.getLog(SimulatedGateway.class);

	@Bean
	AirlockSimulator airlockSimulator(@Value("${refund-desk.approver.port:8099}") int port) {
		try {
			return AirlockSimulator.builder().port(port).start();
		}
		catch (UncheckedIOException ex) {
			logger.info("Port %d is taken, so the approver gets another one".formatted(port));
			return AirlockSimulator.start();
		}
	}

	@Bean
	ApplicationListener<ApplicationReadyEvent> pages(AirlockSimulator simulator) {
		return (event) -> {
			String port = event.getApplicationContext().getEnvironment().getProperty("local.server.port");
			logger.info("Refund desk: http://127.0.0.1:%s/".formatted(port));
			logger.info("Approver:    %s".formatted(simulator.approverUrl()));
		};
	}

}

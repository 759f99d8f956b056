package io.airlockapp.samples.orders;

import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;

/**
 * Starts an instance for development, with {@link ApproverAndBank} unless another process
 * has started them.
 */
public class TestOrderPaymentsApplication {

	private static final Log logger = LogFactory.getLog(TestOrderPaymentsApplication.class);

	/**
	 * Start the instance.
	 * @param args the command line's arguments; with {@code --approver-only}, no instance
	 * is started, so that all instances can be killed
	 * @throws Exception if the approver or the bank cannot be started
	 */
	public static void main(String[] args) throws Exception {
		ApproverAndBank.startUnlessStarted();
		if (List.of(args).contains("--approver-only")) {
			logUrls();
			Thread.currentThread().join();
		}
		System.setProperty("spring.config.additional-location", ApproverAndBank.PROPERTIES.toUri().toString());
		SpringApplication.from(OrderPaymentsApplication::main).with(Pages.class).run(args);
	}

	private static void logUrls() {
		logger.info("Approver:                %s".formatted(ApproverAndBank.APPROVER_URL));
		logger.info("Ann, for large payments: %s".formatted(ApproverAndBank.ANN_URL));
		logger.info("Ben, for large payments: %s".formatted(ApproverAndBank.BEN_URL));
		logger.info("Bank:                    %s".formatted(ApproverAndBank.BANK_URL));
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Pages {

		@Bean
		ApplicationListener<ApplicationReadyEvent> pages() {
			return (event) -> {
				String port = event.getApplicationContext().getEnvironment().getProperty("local.server.port");
				logger.info("Order payments:          http://127.0.0.1:%s/".formatted(port));
				logUrls();
			};
		}

	}

}

package io.airlockapp.samples.refundstatus;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Web application that accepts refunds at once and makes them once they are approved.
 */
@SpringBootApplication(proxyBeanMethods = false)
public class RefundStatusApplication {

	/**
	 * Start the application.
	 * @param args the command line's arguments
	 */
	public static void main(String[] args) {
		SpringApplication.run(RefundStatusApplication.class, args);
	}

}

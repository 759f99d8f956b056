package io.airlockapp.samples.refunds;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Web application whose refunds wait for a person's approval.
 */
@SpringBootApplication(proxyBeanMethods = false)
public class RefundDeskApplication {

	/**
	 * Start the application.
	 * @param args the command line's arguments
	 */
	public static void main(String[] args) {
		SpringApplication.run(RefundDeskApplication.class, args);
	}

}

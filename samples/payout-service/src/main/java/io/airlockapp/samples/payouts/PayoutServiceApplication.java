package io.airlockapp.samples.payouts;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Application that makes payouts once a person has approved them. The first start pairs
 * the application, and all instances share the pairing.
 */
@SpringBootApplication
public class PayoutServiceApplication {

	/**
	 * Start the application.
	 * @param args the command line's arguments
	 */
	public static void main(String[] args) {
		SpringApplication.run(PayoutServiceApplication.class, args);
	}

}

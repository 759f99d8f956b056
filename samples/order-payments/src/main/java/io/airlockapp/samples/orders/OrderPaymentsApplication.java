package io.airlockapp.samples.orders;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Web application whose orders are paid after a person's approval, by whichever instance
 * is alive then.
 */
@SpringBootApplication(proxyBeanMethods = false)
public class OrderPaymentsApplication {

	/**
	 * Start the application.
	 * @param args the command line's arguments
	 */
	public static void main(String[] args) {
		SpringApplication.run(OrderPaymentsApplication.class, args);
	}

}

package io.airlockapp.samples.refunds;

import org.springframework.boot.SpringApplication;

/**
 * Starts the refund desk for development: the approver is a page on this machine.
 */
public class TestRefundDeskApplication {

	/**
	 * Start the application.
	 * @param args the command line's arguments
	 */
	public static void main(String[] args) {
		SpringApplication.from(RefundDeskApplication::main).with(SimulatedGateway.class).run(args);
	}

}

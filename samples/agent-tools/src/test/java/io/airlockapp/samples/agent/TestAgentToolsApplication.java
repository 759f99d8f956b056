package io.airlockapp.samples.agent;

import org.springframework.boot.SpringApplication;

/**
 * Starts the agent for development: the approver is a page on this machine.
 */
public class TestAgentToolsApplication {

	/**
	 * Start the application.
	 * @param args the command line's arguments
	 */
	public static void main(String[] args) {
		SpringApplication.from(AgentToolsApplication::main).with(SimulatedGateway.class).run(args);
	}

}

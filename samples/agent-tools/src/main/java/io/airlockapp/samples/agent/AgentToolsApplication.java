package io.airlockapp.samples.agent;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * AI agent, and MCP server for agents elsewhere, whose refunds wait for a person's
 * approval.
 */
@SpringBootApplication(proxyBeanMethods = false)
public class AgentToolsApplication {

	/**
	 * Start the application.
	 * @param args the command line's arguments
	 */
	public static void main(String[] args) {
		SpringApplication.run(AgentToolsApplication.class, args);
	}

}

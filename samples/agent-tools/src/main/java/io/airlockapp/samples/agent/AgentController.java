package io.airlockapp.samples.agent;

import org.jspecify.annotations.Nullable;

import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * REST controller that passes questions to the agent.
 */
@RestController
class AgentController {

	private final Agent agent;

	AgentController(Agent agent) {
		this.agent = agent;
	}

	@PostMapping("/agent")
	@Nullable String ask(@RequestBody String question) {
		return this.agent.ask(question);
	}

}

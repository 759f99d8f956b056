package io.airlockapp.samples.agent;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.stereotype.Service;

/**
 * Agent that answers questions with a model that may call the tools.
 */
@Service
class Agent {

	private final ChatClient chatClient;

	/**
	 * Create an agent. The tools are a bean, so what the model calls is guarded.
	 */
	// tag::bean[]
	Agent(ChatClient.Builder chatClient, OrderTools tools) {
		this.chatClient = chatClient.defaultTools(tools).build();
	}
	// end::bean[]

	@Nullable String ask(String question) {
		return this.chatClient.prompt(question).call().content();
	}

}

package io.airlockapp.samples.agent;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.AssistantMessage.ToolCall;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage.ToolResponse;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.stereotype.Component;

/**
 * {@link ChatModel} that stands in for a real model, so that the sample runs offline.
 * Whatever the question, it calls the tools of its script one by one, and then repeats
 * their results.
 */
@Component
class ScriptedChatModel implements ChatModel {

	private volatile List<ToolCall> script = List.of(call("findOrder", "{\"number\": 42}"),
			call("refundOrder", "{\"number\": 42, \"amount\": 19.95}"));

	static ToolCall call(String tool, String arguments) {
		return new ToolCall("call-to-" + tool, "function", tool, arguments);
	}

	/**
	 * Follow another script from the next conversation on.
	 */
	void follow(ToolCall... script) {
		this.script = List.of(script);
	}

	@Override
	public ChatResponse call(Prompt prompt) {
		List<ToolResponse> results = prompt.getInstructions().stream().flatMap(ScriptedChatModel::results).toList();
		AssistantMessage message = (results.size() < this.script.size())
				? AssistantMessage.builder().toolCalls(List.of(this.script.get(results.size()))).build()
				: new AssistantMessage(answer(results));
		return new ChatResponse(List.of(new Generation(message)));
	}

	private static Stream<ToolResponse> results(Message message) {
		return (message instanceof ToolResponseMessage response) ? response.getResponses().stream() : Stream.empty();
	}

	private static String answer(List<ToolResponse> results) {
		return results.stream()
			.map((result) -> "%s: %s".formatted(result.name(), result.responseData()))
			.collect(Collectors.joining("\n"));
	}

	@Override
	public ChatOptions getOptions() {
		return ToolCallingChatOptions.builder().build();
	}

}

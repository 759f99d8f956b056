/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockPairingAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockStoreAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockSpringAiAutoConfiguration;
import io.airlockapp.gateway.durable.autoconfigure.AirlockDurableAutoConfiguration;
import io.airlockapp.gateway.durable.autoconfigure.AirlockDurableMethodAutoConfiguration;
import io.airlockapp.gateway.durable.jdbc.StoredCalls;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.AssistantMessage.ToolCall;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.DefaultToolCallingManager;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.autoconfigure.ToolCallingAutoConfiguration;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.execution.ToolExecutionException;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that a model is never told that the durable call of a tool is done.
 */
class DurableToolTests {

	@AutoClose
	private final AirlockSimulator simulator = AirlockSimulator.start();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class,
				AirlockApprovalAutoConfiguration.class, AirlockPairingAutoConfiguration.class,
				AirlockStoreAutoConfiguration.class, AirlockSpringAiAutoConfiguration.class,
				ToolCallingAutoConfiguration.class, JacksonAutoConfiguration.class, DataSourceAutoConfiguration.class,
				AirlockDurableMethodAutoConfiguration.class, AirlockDurableAutoConfiguration.class))
		.withPropertyValues("spring.datasource.url=jdbc:h2:mem:" + System.identityHashCode(this) + ";DB_CLOSE_DELAY=-1",
				"airlock.gateway.durable.worker=false", StoredCalls.KEY_PROPERTY)
		.withPropertyValues(this.simulator.properties()
			.entrySet()
			.stream()
			.map((property) -> property.getKey() + "=" + property.getValue())
			.toArray(String[]::new))
		.withBean(ChatModel.class, ScriptedModel::new)
		.withBean(Refunds.class);

	@ParameterizedTest
	@ValueSource(strings = { "false", "true" })
	void managerBean(String throwExceptions) {
		this.contextRunner.withPropertyValues("spring.ai.tools.throw-exception-on-error=" + throwExceptions)
			.run((context) -> {
				ToolCallingManager manager = context.getBean(ToolCallingManager.class);
				assertRecorded(context, execute(context, manager));
			});
	}

	@Test
	void managerOfTheUser() {
		this.contextRunner
			.run((context) -> assertRecorded(context, execute(context, DefaultToolCallingManager.builder().build())));
	}

	@Test
	void clientOfTheUser() {
		this.contextRunner.run((context) -> assertRecorded(context,
				ChatClient.create(context.getBean(ChatModel.class))
					.prompt("Refund it")
					.tools(context.getBean(Refunds.class))
					.call()
					.content()));
	}

	@Test
	void toolThatIsCalledByAnOwnLoop() {
		this.contextRunner.run((context) -> assertThatExceptionOfType(ToolExecutionException.class)
			.isThrownBy(() -> ToolCallbacks.from(context.getBean(Refunds.class))[0].call("{}"))
			.satisfies((failure) -> assertRecorded(context, failure.getMessage())));
	}

	@Test
	void consumerThatIsTheFunctionOfATool() {
		this.contextRunner.withBean(RefundConsumer.class).run((context) -> {
			Consumer<Refund> consumer = context.getBean(RefundConsumer.class);
			ToolCallback tool = FunctionToolCallback.builder("refund", consumer).inputType(Refund.class).build();
			Prompt prompt = new Prompt("Refund it", ToolCallingChatOptions.builder().toolCallbacks(tool).build());
			assertRecorded(context, execute(context, prompt, context.getBean(ToolCallingManager.class)));
		});
	}

	@Test
	void toolBehindALazyProxy() {
		this.contextRunner.withBean(LazyTool.class)
			.run((context) -> assertThatExceptionOfType(ToolExecutionException.class)
				.isThrownBy(() -> ToolCallbacks.from(context.getBean(LazyTool.class).refunds)[0].call("{}"))
				.satisfies((failure) -> assertRecorded(context, failure.getMessage())));
	}

	@Test
	void toolBehindADecorator() {
		this.contextRunner.withBean(DecoratedConsumer.class).withBean(RefundConsumer.class).run((context) -> {
			ToolCallback tool = FunctionToolCallback.builder("refund", context.getBean(DecoratedConsumer.class))
				.inputType(Refund.class)
				.build();
			Prompt prompt = new Prompt("Refund it", ToolCallingChatOptions.builder().toolCallbacks(tool).build());
			assertRecorded(context, execute(context, prompt, context.getBean(ToolCallingManager.class)));
		});
	}

	@Test
	void retryOutsideTheGuardRecordsOneCall() {
		this.contextRunner.withUserConfiguration(Retries.class)
			.withBean(RetriedRefunds.class)
			.run((context) -> assertRecorded(context,
					execute(context, RetriedRefunds.class, context.getBean(ToolCallingManager.class))));
	}

	@Test
	void retryOutsideTheGuardRecordsAfterAFailure() {
		AtomicInteger recordings = new AtomicInteger();
		this.contextRunner.withUserConfiguration(Retries.class)
			.withBean(RetriedRefunds.class)
			.withBean("failing", ApplicationListener.class, () -> ApplicationListener.forPayload((event) -> {
				if (event instanceof DurableApprovalEvent && recordings.incrementAndGet() == 1) {
					throw new IllegalStateException("not yet");
				}
			}))
			.run((context) -> assertRecorded(context,
					execute(context, RetriedRefunds.class, context.getBean(ToolCallingManager.class))));
		assertThat(recordings).hasValue(2);
	}

	@Test
	void transactionThatTheMessageWouldRollBackIsRefused() {
		this.contextRunner.withConfiguration(AutoConfigurations.of(DataSourceTransactionManagerAutoConfiguration.class))
			.withUserConfiguration(OuterTransactions.class)
			.withBean(RefundConsumer.class)
			.withBean(TransactionalConsumer.class)
			.run((context) -> {
				ToolCallback tool = FunctionToolCallback.builder("refund", context.getBean(TransactionalConsumer.class))
					.inputType(Refund.class)
					.build();
				Prompt prompt = new Prompt("Refund it", ToolCallingChatOptions.builder().toolCallbacks(tool).build());
				String answer = execute(context, prompt, context.getBean(ToolCallingManager.class));
				assertThat(answer).doesNotContain("recorded as");
				assertThat(recorded(context)).isEmpty();
				context.getBean(TransactionalConsumer.class).accept(new Refund("ann"));
				assertThat(recorded(context)).hasSize(1);
			});
	}

	@Test
	void transactionAroundTheModelIsKept() {
		this.contextRunner.withConfiguration(AutoConfigurations.of(DataSourceTransactionManagerAutoConfiguration.class))
			.withUserConfiguration(OuterTransactions.class)
			.run((context) -> assertRecorded(context,
					new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
						.execute((status) -> execute(context, context.getBean(ToolCallingManager.class)))));
	}

	@Test
	void otherCallersGetNoException() {
		this.contextRunner.run((context) -> {
			context.getBean(Refunds.class).refund();
			assertThat(recorded(context)).hasSize(1);
		});
	}

	/**
	 * A tool that calls the method itself does not end halfway.
	 */
	@Test
	void methodThatAnotherToolCallsGivesNoException() {
		this.contextRunner.withBean(RefundConsumer.class).withBean(Batches.class).run((context) -> {
			assertThat(execute(context, Batches.class, context.getBean(ToolCallingManager.class)))
				.contains("recorded two");
			assertThat(recorded(context)).hasSize(3);
		});
	}

	private static String execute(ApplicationContext context, ToolCallingManager manager) {
		return execute(context, Refunds.class, manager);
	}

	private static String execute(ApplicationContext context, Class<?> tools, ToolCallingManager manager) {
		Prompt prompt = new Prompt("Refund it",
				ToolCallingChatOptions.builder().toolCallbacks(ToolCallbacks.from(context.getBean(tools))).build());
		return execute(context, prompt, manager);
	}

	private static String execute(ApplicationContext context, Prompt prompt, ToolCallingManager manager) {
		return ((ToolResponseMessage) manager.executeToolCalls(prompt, context.getBean(ChatModel.class).call(prompt))
			.conversationHistory()
			.get(2)).getResponses().get(0).responseData();
	}

	private static void assertRecorded(ApplicationContext context, String answer) {
		DurableApproval recorded = recorded(context).get(0);
		assertThat(answer)
			.contains("NOT CARRIED OUT YET: this call was recorded as " + recorded.id(),
					"waits for a person's approval")
			.doesNotContain("Done");
		assertThat(recorded(context)).hasSize(1);
		assertThat(context.getBean(Refunds.class).ran()).isEmpty();
	}

	private static List<DurableApproval> recorded(ApplicationContext context) {
		return context.getBean(DurableApprovals.class).find(Set.of(DurableState.RECORDED), null, 10);
	}

	public static class Refunds {

		private final List<String> ran = new CopyOnWriteArrayList<>();

		List<String> ran() {
			return this.ran;
		}

		@Tool
		@RequiresAirlockApproval(durable = true)
		public void refund() {
			this.ran.add("refund");
		}

	}

	record DecoratedConsumer(RefundConsumer delegate) implements Consumer<Refund> {

		@Override
		public void accept(Refund refund) {
			this.delegate.accept(refund);
		}

	}

	static class TransactionalConsumer implements Consumer<Refund> {

		private final RefundConsumer delegate;

		TransactionalConsumer(RefundConsumer delegate) {
			this.delegate = delegate;
		}

		@Override
		@Transactional
		public void accept(Refund refund) {
			this.delegate.accept(refund);
		}

	}

	static class LazyTool {

		private final Refunds refunds;

		LazyTool(@Lazy Refunds refunds) {
			this.refunds = refunds;
		}

	}

	record Batches(Refunds refunds, RefundConsumer consumer) {

		@Tool
		String refund() {
			this.refunds.refund();
			this.consumer.accept(new Refund("ann"));
			this.consumer.accept(new Refund("bob"));
			return "recorded two";
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableResilientMethods
	static class Retries {

	}

	public static class RetriedRefunds {

		@Tool
		@Retryable(delay = 1)
		@RequiresAirlockApproval(durable = true)
		public void refund() {
			throw new IllegalStateException("called");
		}

	}

	/**
	 * Transactions begin outside of the guard.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(order = 0)
	static class OuterTransactions {

	}

	public record Refund(String order) {
	}

	public static class RefundConsumer implements Consumer<Refund> {

		@Override
		@RequiresAirlockApproval(durable = true)
		public void accept(Refund refund) {
			throw new IllegalStateException("Not approved");
		}

	}

	/**
	 * Calls the tool that there is, and answers with its result.
	 */
	static class ScriptedModel implements ChatModel {

		@Override
		public ChatResponse call(Prompt prompt) {
			AssistantMessage message = (prompt
				.getLastUserOrToolResponseMessage() instanceof ToolResponseMessage response)
						? new AssistantMessage(response.getResponses().get(0).responseData())
						: AssistantMessage.builder()
							.toolCalls(List.of(new ToolCall("call-1", "function", "refund", "{}")))
							.build();
			return new ChatResponse(List.of(new Generation(message)));
		}

		@Override
		public ChatOptions getOptions() {
			return ToolCallingChatOptions.builder().build();
		}

	}

}

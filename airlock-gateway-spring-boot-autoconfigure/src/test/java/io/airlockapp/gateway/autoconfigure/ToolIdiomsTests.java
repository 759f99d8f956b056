/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.lang.reflect.Method;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.AssistantMessage.ToolCall;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.DefaultToolCallingManager;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.ai.tool.method.MethodToolCallback;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.scheduling.annotation.Async;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that no idiom of Spring AI runs a tool unasked that requires approval.
 */
@ExtendWith(OutputCaptureExtension.class)
class ToolIdiomsTests extends AbstractToolTests {

	private final ApplicationContextRunner withBean = this.contextRunner.withBean("bean", Refunds.class);

	private final ApplicationContextRunner withModel = this.withBean.withBean(ChatModel.class, ScriptedModel::new);

	@ParameterizedTest
	@EnumSource
	void toolOfAnObjectThatIsNoBeanIsRefused(Idiom idiom) {
		this.withModel.run((context) -> assertRefused(() -> idiom.call(context, new Refunds())));
	}

	@ParameterizedTest
	@EnumSource
	void toolOfABeanIsGuarded(Idiom idiom) {
		this.withModel.run((context) -> {
			assertThat(idiom.call(context, context.getBean("bean"))).contains("NOT CARRIED OUT");
			assertThat(asked).containsExactly("Refunds.refund");
			assertThat(ran).isEmpty();
		});
	}

	@ParameterizedTest
	@EnumSource
	void unguardedToolRuns(Idiom idiom) {
		this.withModel.run((context) -> {
			assertThat(idiom.call(context, new Orders())).contains("found");
			assertThat(ran).containsExactly("find");
		});
	}

	@Test
	void guardedToolWhenModelIsLambdaIsRefused() {
		ScriptedModel scripted = new ScriptedModel();
		this.withBean.withBean(ChatModel.class, () -> scripted::call)
			.run((context) -> assertRefused(() -> Idiom.OWN_LOOP.call(context, new Refunds())));
	}

	@Test
	void guardedToolInStreamedPromptIsRefused() {
		this.withModel.run((context) -> assertRefused(() -> ChatClient.create(context.getBean(ChatModel.class))
			.prompt("Refund it")
			.tools(new Refunds())
			.stream()
			.content()
			.blockLast()));
	}

	@Test
	void finalModelWithManagerBeanRefusesGuardedTool(CapturedOutput output) {
		this.withBean.withUserConfiguration(FinalModelConfiguration.class).run((context) -> {
			assertRefused(() -> Idiom.CREATE.call(context, new Refunds()));
			assertThat(context.getBean(ChatModel.class)).isExactlyInstanceOf(FinalModel.class);
			assertThat(output).doesNotContain("are not checked");
		});
	}

	@Test
	void finalModelWithOtherManagerIsLoggedAsWarning(CapturedOutput output) {
		this.withBean.withBean(FinalModel.class, () -> new FinalModel(DefaultToolCallingManager.builder().build()))
			.run((context) -> assertThat(output).containsOnlyOnce("are not checked")
				.contains("ToolCallingManager bean"));
	}

	@Test
	void modelWithFinalMethodsIsWarnedAboutAndWorks(CapturedOutput output) {
		this.withBean.withBean(ModelWithFinalMethods.class).run((context) -> {
			assertThat(output).containsOnlyOnce("are not checked: its class or a method of it is final");
			assertThat(context.getBean(ChatModel.class).call(new Prompt("x"))).isNotNull();
		});
	}

	@Test
	void modelOfTheUserIsNotWarnedAbout(CapturedOutput output) {
		this.withBean.withBean(ScriptedModel.class).run((context) -> {
			assertThat(context.getBeansOfType(ChatModel.class)).isNotEmpty();
			assertThat(output).doesNotContain("are not checked");
		});
	}

	@Test
	void managerOfTheUserIsInjectedByItsClass() {
		this.withBean.withBean(OwnManager.class)
			.run((context) -> assertThat(context.getBean(OwnManager.class)).isNotNull());
	}

	@Test
	void managerOfTheUserIsChecked() {
		this.withBean.withBean(OwnManager.class)
			.run((context) -> assertRefused(() -> context.getBean(ToolCallingManager.class)
				.resolveToolDefinitions(
						ToolCallingChatOptions.builder().toolCallbacks(ToolCallbacks.from(new Refunds())).build())));
	}

	@Test
	void toolInTheOptionsOfAModelFailsTheStart() {
		List<ToolCallback> tools = List.of(ToolCallbacks.from(new Refunds()));
		this.withBean.withBean(ChatModel.class, () -> new ModelWithTools(tools)).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).hasRootCauseInstanceOf(UnguardableMethodException.class);
		});
	}

	@Test
	void toolThatTheOptionsOfAModelGetLaterIsRefused() {
		List<ToolCallback> tools = new ArrayList<>();
		this.withBean.withBean(ChatModel.class, () -> new ModelWithTools(tools)).run((context) -> {
			tools.addAll(List.of(ToolCallbacks.from(new Refunds())));
			ChatModel model = context.getBean(ChatModel.class);
			assertRefused(() -> model.call(new Prompt("Refund it")));
			assertRefused(() -> model.call("Refund it"));
			assertRefused(() -> model.call(new UserMessage("Refund it")));
			assertRefused(() -> model.stream("Refund it").blockLast());
			assertRefused(() -> model.stream(new UserMessage("Refund it")).blockLast());
		});
	}

	@Test
	void proxyWithoutGuardIsRefused() {
		ProxyFactory factory = new ProxyFactory(new Refunds());
		factory.setProxyTargetClass(true);
		factory.addAdvice((MethodInterceptor) (invocation) -> invocation.proceed());
		this.withModel.run((context) -> assertRefused(() -> Idiom.CREATE.call(context, factory.getProxy())));
	}

	@Test
	void singletonRegisteredAfterStartIsRefused() {
		Refunds refunds = new Refunds();
		this.withModel.run((context) -> {
			context.getBeanFactory().registerSingleton("late", refunds);
			assertRefused(() -> Idiom.CREATE.call(context, refunds));
		});
	}

	@Test
	void lazyProxyOfBeanRequestsApproval() {
		this.withModel.withUserConfiguration(LazyTools.class).run((context) -> {
			assertThat(Idiom.CREATE.call(context, context.getBean(LazyTools.class).tools)).contains("NOT CARRIED OUT");
			assertThat(asked).containsExactly("Refunds.refund");
		});
	}

	@Test
	void functionThatIsNoBeanIsRefused() {
		this.withModel.run((context) -> assertRefused(() -> Idiom.CREATE.call(context,
				FunctionToolCallback.builder("refund", new RefundFunction()).inputType(Map.class).build())));
	}

	@Test
	void functionBeanRequestsApproval() {
		this.withModel.withBean(RefundFunction.class).run((context) -> {
			Function<?, ?> function = context.getBean(RefundFunction.class);
			assertThat(Idiom.CREATE.call(context,
					FunctionToolCallback.builder("refund", function).inputType(Map.class).build()))
				.contains("NOT CARRIED OUT");
			assertThat(asked).containsExactly("RefundFunction.apply");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "toolMethod", "toolObject" })
	void methodToolWithUnknownTargetIsRefused(String field) {
		ToolCallback tool = ToolCallbacks.from(new Orders())[0];
		ReflectionTestUtils.setField(tool, field, null);
		this.withModel.run((context) -> assertThatExceptionOfType(UnguardableMethodException.class)
			.isThrownBy(() -> Idiom.CREATE.call(context, tool))
			.withMessageContaining("Tool 'find' is refused, because it cannot be determined"));
	}

	@Test
	void functionToolWithUnknownTargetIsRefused() {
		ToolCallback composed = FunctionToolCallback.builder("refund", new RefundFunction().andThen(String::trim))
			.inputType(Map.class)
			.build();
		ToolCallback empty = FunctionToolCallback.builder("refund", new RefundFunction()).inputType(Map.class).build();
		ReflectionTestUtils.setField(empty, "toolFunction", null);
		this.withModel.run((context) -> assertThat(List.of(composed, empty))
			.allSatisfy((tool) -> assertThatExceptionOfType(UnguardableMethodException.class)
				.isThrownBy(() -> Idiom.CREATE.call(context, tool))
				.withMessageContaining("Tool 'refund' is refused, because it cannot be determined")));
		assertThat(ran).isEmpty();
	}

	@Test
	void guardedToolInWrapperOfUserIsRefused() {
		this.withModel.run((context) -> assertRefused(
				() -> Idiom.CREATE.call(context, new Wrapper(ToolCallbacks.from(new Refunds())[0]))));
	}

	@Test
	void guardedToolCallbackIsRefused() {
		ToolCallback orders = ToolCallbacks.from(new Orders())[0];
		this.withModel.run((context) -> assertRefused(() -> Idiom.CREATE.call(context, new GuardedWrapper(orders))));
	}

	@ParameterizedTest
	@ValueSource(classes = { AsyncTool.class, AsyncToolOfItsClass.class })
	void toolThatRunsInAnotherThreadFailsTheStart(Class<?> type) {
		this.contextRunner.withBean(type)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll(type.getName() + ".refund requires approval, but cannot be a tool", "@Async"));
	}

	@ParameterizedTest
	@ValueSource(classes = { FutureTool.class, MonoTool.class, InheritedTool.class })
	void toolForWhoseResultNobodyWaitsFailsTheStart(Class<?> type) {
		this.contextRunner.withBean(type)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll(type.getName() + ".refund requires approval, but cannot be a tool",
						"for which Spring AI does not wait")
				.satisfies((failure) -> assertThat(((UnguardableMethodException) failure).getRemedy())
					.startsWith("Return the result itself")));
	}

	@ParameterizedTest
	@ValueSource(classes = { UnguardedFutureTool.class, FutureRefunds.class })
	void futureOfAMethodThatIsUnguardedOrNoToolIsAccepted(Class<?> bean) {
		this.contextRunner.withBean(bean).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void methodThatBecomesAToolInARequestIsRefusedIfNobodyWaitsForItsResult() {
		Method method = ReflectionUtils.findMethod(FutureRefunds.class, "refund");
		this.withModel.withBean(FutureRefunds.class).run((context) -> {
			ToolCallback tool = tool(method, context.getBean(FutureRefunds.class));
			assertNotAwaited(() -> Idiom.CREATE.call(context, tool));
		});
	}

	private static ToolCallback tool(Method method, Object object) {
		return MethodToolCallback.builder()
			.toolDefinition(ToolDefinition.builder().name("refund").inputSchema("{}").build())
			.toolMethod(method)
			.toolObject(object)
			.build();
	}

	/**
	 * The annotation on the type is meant for what others call.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "refundAll", "refundOne" })
	void methodThatOnlyAToolCallsIsRefusedIfItsTypeRequiresApproval(String name) {
		Method method = ReflectionUtils.findMethod(GuardedType.class, name);
		this.withModel.withBean(GuardedType.class).run((context) -> {
			ToolCallback tool = tool(method, context.getBean(GuardedType.class));
			assertThatExceptionOfType(UnguardableMethodException.class)
				.isThrownBy(() -> Idiom.CREATE.call(context, tool))
				.withMessageContaining("requires approval, but");
		});
	}

	@RequiresAirlockApproval
	static class GuardedType {

		public String refund() {
			return refundOne();
		}

		private String refundOne() {
			return refundAll();
		}

		static String refundAll() {
			return "refunded";
		}

	}

	@Test
	void functionForWhoseResultNobodyWaitsIsRefused() {
		this.withModel.withBean(FutureFunction.class).run((context) -> {
			Function<?, ?> function = context.getBean(FutureFunction.class);
			assertNotAwaited(() -> Idiom.CREATE.call(context,
					FunctionToolCallback.builder("refund", function).inputType(Map.class).build()));
		});
	}

	@Test
	void consumerThatRunsInAnotherThreadIsRefused() {
		this.withModel.withBean(AsyncConsumer.class).run((context) -> {
			Consumer<?> consumer = context.getBean(AsyncConsumer.class);
			assertThatExceptionOfType(UnguardableMethodException.class)
				.isThrownBy(() -> Idiom.CREATE.call(context,
						FunctionToolCallback.builder("refund", consumer).inputType(Map.class).build()))
				.withMessageContaining("@Async");
		});
	}

	/**
	 * A scope can be that of a request, and a list can read something remote.
	 */
	@Test
	void beansThatAreNoToolsAreNotReadAtStart() {
		this.withModel.withUserConfiguration(NoTools.class).run((context) -> assertThat(context).hasNotFailed());
	}

	private static void assertNotAwaited(Runnable call) {
		assertThatExceptionOfType(UnguardableMethodException.class).isThrownBy(call::run)
			.withMessageContaining("for which Spring AI does not wait");
		assertThat(asked).isEmpty();
	}

	private static void assertRefused(Runnable call) {
		assertThatExceptionOfType(UnguardableMethodException.class).isThrownBy(call::run)
			.withMessageContaining("give the bean to Spring AI");
		assertThat(ran).isEmpty();
	}

	enum Idiom {

		CREATE((model, tools) -> ChatClient.create(model).prompt("Refund it").tools(tools).call().content()),

		BUILDER((model,
				tools) -> ChatClient.builder(model).defaultTools(tools).build().prompt("Refund it").call().content()),

		OWN_ADVISOR((model, tools) -> ChatClient.builder(model)
			.defaultAdvisors(ToolCallingAdvisor.builder().build())
			.build()
			.prompt("Refund it")
			.tools(tools)
			.call()
			.content()),

		OWN_LOOP((model, tools) -> {
			Prompt prompt = new Prompt("Refund it", ToolCallingChatOptions.builder()
				.toolCallbacks(
						(tools instanceof ToolCallback tool) ? new ToolCallback[] { tool } : ToolCallbacks.from(tools))
				.build());
			ToolExecutionResult result = DefaultToolCallingManager.builder()
				.build()
				.executeToolCalls(prompt, model.call(prompt));
			return model.call(new Prompt(result.conversationHistory(), prompt.getOptions()))
				.getResult()
				.getOutput()
				.getText();
		});

		private final BiFunction<ChatModel, Object, String> idiom;

		Idiom(BiFunction<ChatModel, Object, String> idiom) {
			this.idiom = idiom;
		}

		String call(ApplicationContext context, Object tools) {
			return this.idiom.apply(context.getBean(ChatModel.class), tools);
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
							.toolCalls(List.of(new ToolCall("call-1", "function", tool(prompt), "{}")))
							.build();
			return new ChatResponse(List.of(new Generation(message)));
		}

		@Override
		public Flux<ChatResponse> stream(Prompt prompt) {
			return Flux.defer(() -> Flux.just(call(prompt)));
		}

		@Override
		public ChatOptions getOptions() {
			return ToolCallingChatOptions.builder().build();
		}

		private static String tool(Prompt prompt) {
			return ((ToolCallingChatOptions) prompt.getOptions()).getToolCallbacks().get(0).getToolDefinition().name();
		}

	}

	static class ModelWithTools extends ScriptedModel {

		private final List<ToolCallback> tools;

		ModelWithTools(List<ToolCallback> tools) {
			this.tools = tools;
		}

		@Override
		public ChatOptions getOptions() {
			return ToolCallingChatOptions.builder().toolCallbacks(this.tools).build();
		}

		@Override
		public ChatResponse call(Prompt prompt) {
			return super.call(new Prompt(prompt.getInstructions(), getOptions()));
		}

	}

	static class ModelWithFinalMethods implements ChatModel {

		private final ChatModel delegate = (prompt) -> new ChatResponse(List.of());

		@Override
		public final ChatResponse call(Prompt prompt) {
			return this.delegate.call(prompt);
		}

	}

	static final class FinalModel implements ChatModel {

		private final ToolCallingManager manager;

		FinalModel(ToolCallingManager manager) {
			this.manager = manager;
		}

		@Override
		public ChatResponse call(Prompt prompt) {
			this.manager.resolveToolDefinitions((ToolCallingChatOptions) prompt.getOptions());
			return new ScriptedModel().call(prompt);
		}

		@Override
		public ChatOptions getOptions() {
			return ToolCallingChatOptions.builder().build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyTools {

		private final Refunds tools;

		LazyTools(@Lazy Refunds tools) {
			this.tools = tools;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FinalModelConfiguration {

		@Bean
		FinalModel model(ToolCallingManager manager) {
			return new FinalModel(manager);
		}

	}

	static class OwnManager implements ToolCallingManager {

		@Override
		public List<ToolDefinition> resolveToolDefinitions(ToolCallingChatOptions chatOptions) {
			return List.of();
		}

		@Override
		public ToolExecutionResult executeToolCalls(Prompt prompt, ChatResponse chatResponse) {
			throw new UnsupportedOperationException();
		}

	}

	static class Refunds {

		@Tool
		@RequiresAirlockApproval
		public String refund() {
			ran.add("refund");
			return "refunded";
		}

	}

	static class Orders {

		@Tool
		public String find() {
			ran.add("find");
			return "found";
		}

	}

	static class RefundFunction implements Function<Map<String, Object>, String> {

		@Override
		@RequiresAirlockApproval
		public String apply(Map<String, Object> arguments) {
			ran.add("refund");
			return "refunded";
		}

	}

	static class AsyncTool {

		@Async
		@Tool
		@RequiresAirlockApproval
		public void refund() {
		}

	}

	@Async
	static class AsyncToolOfItsClass {

		@Tool
		@RequiresAirlockApproval
		public void refund() {
		}

	}

	static class FutureTool {

		@Tool
		@RequiresAirlockApproval
		public CompletableFuture<String> refund() {
			return CompletableFuture.completedFuture("refunded");
		}

	}

	static class MonoTool {

		@Tool
		@RequiresAirlockApproval
		public Mono<String> refund() {
			return Mono.just("refunded");
		}

	}

	static class InheritedTool extends FutureTool {

		@Override
		public CompletableFuture<String> refund() {
			return super.refund();
		}

	}

	static class UnguardedFutureTool {

		@Tool
		public CompletableFuture<String> find() {
			return CompletableFuture.completedFuture("found");
		}

	}

	static class FutureRefunds {

		@RequiresAirlockApproval
		public CompletableFuture<String> refund() {
			return CompletableFuture.completedFuture("refunded");
		}

	}

	static class FutureFunction implements Function<Map<String, Object>, CompletableFuture<String>> {

		@Override
		@RequiresAirlockApproval
		public CompletableFuture<String> apply(Map<String, Object> arguments) {
			return CompletableFuture.completedFuture("refunded");
		}

	}

	static class AsyncConsumer implements Consumer<Map<String, Object>> {

		@Async
		@Override
		@RequiresAirlockApproval
		public void accept(Map<String, Object> arguments) {
			ran.add("refund");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NoTools {

		@Bean
		@Scope(value = "request", proxyMode = ScopedProxyMode.INTERFACES)
		List<String> cart() {
			return List.of("cart");
		}

		@Bean
		@Scope(value = "request", proxyMode = ScopedProxyMode.INTERFACES)
		ChatModel modelOfTheRequest() {
			return new ScriptedModel();
		}

		@Bean
		List<String> remote() {
			return new AbstractList<>() {

				@Override
				public String get(int index) {
					throw new IllegalStateException("remote");
				}

				@Override
				public int size() {
					return 1;
				}

				@Override
				public boolean equals(Object other) {
					return this == other;
				}

				@Override
				public int hashCode() {
					return 1;
				}

			};
		}

	}

	static class GuardedWrapper extends Wrapper {

		GuardedWrapper(ToolCallback wrapped) {
			super(wrapped);
		}

		@Override
		@RequiresAirlockApproval
		public String call(String input) {
			return super.call(input);
		}

	}

}

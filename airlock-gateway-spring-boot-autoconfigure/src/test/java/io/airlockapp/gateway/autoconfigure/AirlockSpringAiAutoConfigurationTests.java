/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDeniedByPolicyException;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.ai.ToolDenialHandler;
import io.airlockapp.gateway.approval.ApprovalDenialHandler;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import org.assertj.core.api.ThrowingConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.Mockito;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.AssistantMessage.ToolCall;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.autoconfigure.ToolCallingAutoConfiguration;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.augment.AugmentedToolCallback;
import org.springframework.ai.tool.augment.AugmentedToolCallbackProvider;
import org.springframework.ai.tool.execution.ToolExecutionException;
import org.springframework.ai.tool.execution.ToolExecutionExceptionProcessor;
import org.springframework.ai.tool.method.MethodToolCallback;
import org.springframework.ai.tool.method.MethodToolCallbackProvider;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link AirlockSpringAiAutoConfiguration}, with a gate that is open or denies.
 */
class AirlockSpringAiAutoConfigurationTests {

	private static final String ADVICE = "for operators only";

	private static final AtomicReference<AirlockGatewayException> denial = new AtomicReference<>();

	private static final AtomicReference<ApprovalRequest> asked = new AtomicReference<>();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(AirlockApprovalAutoConfiguration.class, AirlockSpringAiAutoConfiguration.class,
						ToolCallingAutoConfiguration.class, JacksonAutoConfiguration.class))
		.withBean(ApprovalGate.class, () -> (call) -> {
			asked.set(call.toRequest());
			AirlockGatewayException refusal = denial.get();
			if (refusal != null) {
				throw refusal;
			}
		})
		.withBean("vault", Vault.class)
		.withBean(Safe.class);

	private static Stream<AirlockGatewayException> denials() {
		return Stream.of(new ApprovalDeniedException(ADVICE, "req-1", "Not today"),
				new ApprovalDeniedByPolicyException(ADVICE, "policy-1", Instant.EPOCH),
				new ApprovalTimeoutException(ADVICE, "req-1"),
				new ApprovalUnavailableException(ADVICE, "req-1", new IllegalStateException(ADVICE)),
				new ApprovalVerificationException(ADVICE, "req-1", null));
	}

	@Test
	void toolsOfAProxiedBeanAreSeenAndRunOnceApproved() {
		run(null, (context) -> {
			assertThat(tools(context)).extracting((tool) -> tool.getToolDefinition().name())
				.containsExactlyInAnyOrder("open", "openQuietly", "openFor", "look", "openSafe", "openSafeLater");
			assertThat(call(context, "open", "{\"code\": 1}")).isEqualTo("\"opened with 1\"");
			assertThat(call(context, "openQuietly", "{}")).isEqualTo("\"opened quietly\"");
		});
	}

	@ParameterizedTest
	@MethodSource("denials")
	void guardedToolThrowsDenialWithTextForModel(AirlockGatewayException refusal) {
		run(refusal,
				(context) -> assertThat(denialOfTool(context)).isExactlyInstanceOf(refusal.getClass())
					.hasMessageStartingWith("NOT CARRIED OUT: ")
					.hasMessageNotContaining(ADVICE)
					.hasNoCause()
					.hasSuppressedException(refusal)
					.satisfies((ex) -> assertThat(((AirlockGatewayException) ex).getRequestId())
						.isEqualTo(refusal.getRequestId())));
	}

	@Test
	void reasonAndPolicyAreKept() {
		run(new ApprovalDeniedException(ADVICE, "req-1", "Not today"),
				(context) -> assertThat(denialOfTool(context)).isInstanceOfSatisfying(ApprovalDeniedException.class,
						(ex) -> assertThat(ex.getReason()).isEqualTo("Not today")));
		run(new ApprovalDeniedByPolicyException(ADVICE, "policy-1", Instant.EPOCH),
				(context) -> assertThat(denialOfTool(context))
					.isInstanceOfSatisfying(ApprovalDeniedByPolicyException.class, (ex) -> {
						assertThat(ex.getPolicyId()).isEqualTo("policy-1");
						assertThat(ex.getExpiresAt()).isEqualTo(Instant.EPOCH);
					}));
	}

	@ParameterizedTest
	@MethodSource("denials")
	void toolThatSpringAiDoesNotInvokeThrowsTheDenialItself(AirlockGatewayException refusal) {
		run(refusal,
				(context) -> assertThat(catchThrowable(() -> context.getBean(Vault.class).open(1))).isSameAs(refusal)
					.hasMessage(ADVICE));
	}

	@ParameterizedTest
	@MethodSource("denials")
	void otherGuardedMethodsThrowTheDenialItself(AirlockGatewayException refusal) {
		run(refusal, (context) -> assertThat(catchThrowable(() -> context.getBean(Safe.class).open())).isSameAs(refusal)
			.hasMessage(ADVICE));
	}

	@ParameterizedTest
	@MethodSource("denials")
	void modelReceivesDenialOfAnyGuardedMethodCalledByTool(AirlockGatewayException refusal) {
		for (String tool : List.of("open", "openQuietly", "openSafe", "openSafeLater")) {
			run(refusal,
					(context) -> assertThat(call(context, tool, "{\"code\": 1}"))
						.startsWith((tool.startsWith("openSafe")) ? "NOT COMPLETED: a step" : "NOT CARRIED OUT: ")
						.doesNotContain(ADVICE));
		}
	}

	@Test
	void otherExceptionsAreHandledBySpringAi() {
		run(null, (context) -> assertThat(call(context, "look", "{}")).isEqualTo("It is dark"));
	}

	@Test
	void denialWhenThrowOnErrorIsEnabledIsThrown() {
		this.contextRunner.withPropertyValues("spring.ai.tools.throw-exception-on-error=true").run((context) -> {
			denial.set(new ApprovalDeniedException(ADVICE, "req-1", null));
			assertThatExceptionOfType(ToolExecutionException.class).isThrownBy(() -> call(context, "openSafe", "{}"))
				.withCause(denial.get());
		});
	}

	@Test
	void exceptionProcessorOfTheUserIsLeftAlone() {
		ToolExecutionExceptionProcessor own = (exception) -> "own";
		this.contextRunner.withBean(ToolExecutionExceptionProcessor.class, () -> own).run((context) -> {
			denial.set(new ApprovalDeniedException(ADVICE, "req-1", null));
			assertThat(context.getBean(ToolExecutionExceptionProcessor.class)).isSameAs(own);
			assertThat(call(context, "openSafe", "{}")).isEqualTo("own");
		});
	}

	@Test
	void denialHandlerOfTheUserIsTheOnlyOne() {
		this.contextRunner.withBean(ApprovalDenialHandler.class, () -> (invocation, ex) -> "own").run((context) -> {
			denial.set(new ApprovalDeniedException(ADVICE, "req-1", null));
			assertThat(context).hasSingleBean(ApprovalDenialHandler.class).doesNotHaveBean(ToolDenialHandler.class);
			assertThat(call(context, "open", "{\"code\": 1}")).isEqualTo("\"own\"");
		});
	}

	@Test
	void backsOffWithoutSpringAi() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class,
					AirlockSpringAiAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("org.springframework.ai"))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(AirlockSpringAiAutoConfiguration.class));
	}

	@Test
	void toolOfAnObjectThatIsNoBeanIsNotCalled() {
		run(null, (context) -> {
			Vault vault = new Vault();
			ToolCallback[] tools = ToolCallbacks.from(vault);
			assertThatExceptionOfType(UnguardableMethodException.class)
				.isThrownBy(() -> call(context, "open", "{\"code\": 1}", tools));
			assertThatExceptionOfType(UnguardableMethodException.class)
				.isThrownBy(() -> call(context, "open", "{\"code\": 1}", new ToolCallback[] { tool("open", tools) }))
				.withMessageContaining("Vault.open is called on an object that is not a bean");
			assertThatExceptionOfType(UnguardableMethodException.class)
				.isThrownBy(() -> context.getBean(ToolCallingManager.class).resolveToolDefinitions(options(tools)));
			assertThat(vault.opened).isFalse();
		});
	}

	@Test
	void toolOfUnguardedObjectThatIsNoBeanIsCalled() {
		run(null, (context) -> {
			ToolCallback[] tools = ToolCallbacks.from(new Clock());
			assertThat(call(context, "time", "{}", tools)).isEqualTo("\"noon\"");
			assertThat(context.getBean(ToolCallingManager.class).resolveToolDefinitions(options(tools))).hasSize(1);
		});
	}

	@Test
	void toolBeanOfGuardedObjectThatIsNoBeanFailsStart() {
		Map<String, Supplier<Object>> beans = Map.of("provider",
				() -> MethodToolCallbackProvider.builder().toolObjects(new Vault()).build(), "list",
				() -> List.of(ToolCallbacks.from(new Vault())), "providers",
				() -> List.of(MethodToolCallbackProvider.builder().toolObjects(new Vault()).build()), "tool",
				() -> tool("open", ToolCallbacks.from(new Vault())), "static",
				() -> ToolCallbackProvider.from(ToolCallbacks.from(new Vault())), "own",
				() -> (ToolCallbackProvider) () -> ToolCallbacks.from(new Vault()), "augmented",
				() -> augment(new Vault()), "static method of a guarded type",
				() -> tool("lock", ToolCallbacks.from(new Lock())), "augmented tool",
				() -> tool("open", augment(new Vault()).getToolCallbacks()));
		beans.forEach((name, bean) -> this.contextRunner.withBean(name, Object.class, bean)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(UnguardableMethodException.class)));
	}

	@Test
	void augmentedToolOfAnObjectThatIsNoBeanIsNotCalled() {
		run(null, (context) -> {
			Vault vault = new Vault();
			assertThatExceptionOfType(UnguardableMethodException.class)
				.isThrownBy(() -> call(context, "open", "{\"code\": 1}", augment(vault).getToolCallbacks()));
			assertThat(vault.opened).isFalse();
		});
	}

	@Test
	void augmentedToolOfABeanIsGuarded() {
		run(new ApprovalTimeoutException(ADVICE, "req-1"),
				(context) -> assertThat(call(context, "open", "{\"code\": 1, \"thought\": \"Why not\"}",
						augment(context.getBean(Vault.class)).getToolCallbacks()))
					.startsWith("NOT CARRIED OUT: "));
	}

	@Test
	void toolOfABeanWithAProxyForItsInterfaceIsNotCalled() {
		this.contextRunner.withPropertyValues("spring.aop.proxy-target-class=false")
			.withBean("switch", Switch.class)
			.run((context) -> {
				Flippable bean = context.getBean(Flippable.class);
				assertThat(Proxy.isProxyClass(bean.getClass())).isTrue();
				assertThatExceptionOfType(UnguardableMethodException.class)
					.isThrownBy(() -> call(context, "flip", "{}", ToolCallbacks.from(bean)));
			});
	}

	@Test
	void fieldsWithObjectOfToolHaveRuntimeHints() {
		RuntimeHints hints = new RuntimeHints();
		new AirlockSpringAiAutoConfiguration.MethodToolHints().registerHints(hints, null);
		assertThat(RuntimeHintsPredicates.reflection()
			.onType(MethodToolCallback.class)
			.withMemberCategory(MemberCategory.ACCESS_DECLARED_FIELDS)).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection()
			.onType(AugmentedToolCallback.class)
			.withMemberCategory(MemberCategory.ACCESS_DECLARED_FIELDS)).accepts(hints);
	}

	@Test
	void mockOfAToolIsCalled() {
		Vault mock = Mockito.mock(Vault.class);
		Mockito.when(mock.open(1)).thenReturn("mocked");
		this.contextRunner
			.withBean(BeanFactoryPostProcessor.class,
					() -> (beanFactory) -> beanFactory.registerSingleton("mock", mock))
			.run((context) -> assertThat(call(context, "open", "{\"code\": 1}", ToolCallbacks.from(mock)))
				.isEqualTo("\"mocked\""));
	}

	@Test
	void toolContextIsPartOfApprovedArguments() {
		run(null, (context) -> {
			assertThat(call(context, "openFor", "{}", tools(context), Map.of("tenant", "north")))
				.isEqualTo("\"opened for north\"");
			assertThat(asked.get().getArguments()).hasToString("{\"context\":{\"@type\":\"%s\",\"context\":[\"tenant\","
					+ "{\"@type\":\"java.lang.String\",\"@value\":\"north\"}]}}", ToolContext.class.getName());
			assertThat(asked.get().getCommandText()).contains("(context={context={tenant=\"north\"}})");
		});
	}

	@Test
	void toolContextThatCannotBeShownIsRefused() {
		run(null, (context) -> assertThat(
				call(context, "openFor", "{}", tools(context), Map.of("tenant", "north", "exchange", new Object())))
			.startsWith("NOT CARRIED OUT: "));
	}

	private static ToolCallbackProvider augment(Vault vault) {
		return new AugmentedToolCallbackProvider<>(vault, Thought.class, (event) -> {
		}, true);
	}

	private void run(AirlockGatewayException refusal, ThrowingConsumer<ApplicationContext> test) {
		denial.set(refusal);
		this.contextRunner.run((context) -> test.accept(context));
	}

	/**
	 * Return a tool by its name, since the JVM has no order of methods.
	 */
	private static ToolCallback tool(String name, ToolCallback[] tools) {
		return Stream.of(tools)
			.filter((tool) -> tool.getToolDefinition().name().equals(name))
			.findFirst()
			.orElseThrow();
	}

	private static @Nullable Throwable denialOfTool(ApplicationContext context) {
		return catchThrowableOfType(ToolExecutionException.class, () -> tool("openQuietly", tools(context)).call("{}"))
			.getCause();
	}

	private static ToolCallback[] tools(ApplicationContext context) {
		return ToolCallbacks.from(context.getBean("vault"));
	}

	private static String call(ApplicationContext context, String tool, String arguments) {
		return call(context, tool, arguments, tools(context));
	}

	private static String call(ApplicationContext context, String tool, String arguments, ToolCallback[] tools) {
		return call(context, tool, arguments, tools, Map.of());
	}

	private static String call(ApplicationContext context, String tool, String arguments, ToolCallback[] tools,
			Map<String, Object> toolContext) {
		ToolCallingChatOptions options = ToolCallingChatOptions.builder()
			.toolCallbacks(tools)
			.toolContext(toolContext)
			.build();
		AssistantMessage message = AssistantMessage.builder()
			.toolCalls(List.of(new ToolCall("call-1", "function", tool, arguments)))
			.build();
		List<Message> history = context.getBean(ToolCallingManager.class)
			.executeToolCalls(new Prompt(List.of(new UserMessage("Open it")), options),
					new ChatResponse(List.of(new Generation(message))))
			.conversationHistory();
		ToolResponseMessage response = (ToolResponseMessage) history.get(history.size() - 1);
		assertThat(response.getResponses()).hasSize(1);
		return response.getResponses().get(0).responseData();
	}

	private static ToolCallingChatOptions options(ToolCallback[] tools) {
		return ToolCallingChatOptions.builder().toolCallbacks(tools).build();
	}

	@RequiresAirlockApproval
	static class Lock {

		@Tool
		public static String lock() {
			return "locked";
		}

	}

	static class Vault {

		private final Safe safe;

		private volatile boolean opened;

		Vault() {
			this(new Safe());
		}

		@Autowired
		Vault(Safe safe) {
			this.safe = safe;
		}

		@Tool
		@RequiresAirlockApproval
		public String open(int code) {
			this.opened = true;
			return "opened with " + code;
		}

		@Tool
		@RequiresAirlockApproval
		String openQuietly() {
			return "opened quietly";
		}

		@Tool
		@RequiresAirlockApproval
		public String openFor(ToolContext context) {
			return "opened for " + context.getContext().get("tenant");
		}

		@Tool
		public String look() {
			throw new IllegalStateException("It is dark");
		}

		@Tool
		public String openSafe() {
			return this.safe.open();
		}

		@Tool
		public String openSafeLater() {
			try {
				return this.safe.open();
			}
			catch (AirlockGatewayException ex) {
				throw new CompletionException(ex);
			}
		}

	}

	record Thought(String thought) {
	}

	static class Safe {

		@RequiresAirlockApproval
		public String open() {
			return "opened safe";
		}

	}

	interface Flippable {

		String flip();

	}

	static class Switch implements Flippable {

		@Override
		@Tool
		@RequiresAirlockApproval
		public String flip() {
			return "flipped";
		}

	}

	static class Clock {

		@Tool
		public String time() {
			return "noon";
		}

	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.AssistantMessage.ToolCall;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.DefaultToolCallingManager;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.resolution.DelegatingToolCallbackResolver;
import org.springframework.ai.tool.resolution.StaticToolCallbackResolver;
import org.springframework.ai.tool.resolution.ToolCallbackResolver;
import org.springframework.aop.support.AopUtils;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests that no tool which a {@link ToolCallbackResolver} finds runs unasked if it asks
 * for approval.
 */
class ResolvedToolsTests extends AbstractToolTests {

	private final ApplicationContextRunner withBean = this.contextRunner.withBean("bean", OrderTools.class);

	@ParameterizedTest
	@EnumSource
	void toolOfAnObjectThatIsNoBeanIsRefused(Resolver resolver) {
		with(resolver, OrderTools::new).run((context) -> assertThatExceptionOfType(UnguardableMethodException.class)
			.isThrownBy(() -> call(context, "refund"))
			.withMessageStartingWith("Tool 'refund' requires approval"));
		assertThat(ran).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void toolOfABeanIsGuarded(Resolver resolver) {
		this.withBean.run((beans) -> with(resolver, () -> beans.getBean("bean")).run((context) -> {
			assertThat(call(context, "refund")).startsWith("NOT CARRIED OUT");
			assertThat(asked).containsExactly("OrderTools.refund");
		}));
		assertThat(ran).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void unguardedToolRuns(Resolver resolver) {
		with(resolver, OrderTools::new).run((context) -> assertThat(call(context, "find")).isEqualTo("\"found\""));
		assertThat(ran).containsExactly("find");
	}

	@ParameterizedTest
	@EnumSource
	void unknownToolIsReportedBySpringAi(Resolver resolver) {
		with(resolver, OrderTools::new)
			.run((context) -> assertThatIllegalStateException().isThrownBy(() -> call(context, "invented"))
				.isExactlyInstanceOf(IllegalStateException.class));
	}

	@Test
	void ownResolverIsStillInjectedByItsClass() {
		this.withBean.withUserConfiguration(OwnResolverConfiguration.class).run((context) -> {
			ToolCallbackResolver resolver = context.getBean(ResolverHolder.class).resolver();
			assertThatExceptionOfType(UnguardableMethodException.class).isThrownBy(() -> resolver.resolve("refund"));
		});
	}

	@Test
	void resolverOfSpringAiHasNoProxyThatANativeImageLacks() {
		this.withBean
			.run((context) -> assertThat(AopUtils.isAopProxy(context.getBean(ToolCallbackResolver.class))).isFalse());
	}

	@Test
	void toolsOfAManagerWhoseResolverIsNoBeanAreRefused() {
		this.withBean.withBean(ToolCallingManager.class, () -> manager(staticResolver(new OrderTools())))
			.run((context) -> Stream.of("refund", "find", "invented\nforged")
				.forEach((tool) -> assertThatExceptionOfType(UnguardableMethodException.class)
					.isThrownBy(() -> call(context, tool))
					.withMessageContaining("make the ToolCallbackResolver a bean")
					.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("\n"))));
		assertThat(ran).isEmpty();
	}

	@Test
	void toolsOfAManagerThatCannotHaveAProxyAreRefused() {
		Stream.<Function<ToolCallingManager, ToolCallingManager>>of(FinalManager::new, ManagerWithFinalMethods::new)
			.forEach((type) -> this.withBean
				.withBean(ToolCallingManager.class, () -> type.apply(manager(staticResolver(new OrderTools()))))
				.run((context) -> {
					assertThatExceptionOfType(UnguardableMethodException.class)
						.isThrownBy(() -> call(context, "refund"))
						.withMessageContaining("make the ToolCallbackResolver a bean");
					assertThatExceptionOfType(UnguardableMethodException.class)
						.isThrownBy(() -> call(context, "refund", ToolCallbacks.from(new OrderTools())))
						.withMessageContaining("requires approval");
				}));
		assertThat(ran).isEmpty();
	}

	@Test
	void toolsInTheRequestToAManagerWhoseResolverIsNoBeanAreGuarded() {
		this.withBean.withBean(ToolCallingManager.class, () -> manager(staticResolver(new OrderTools())))
			.run((context) -> assertThat(call(context, "refund", ToolCallbacks.from(context.getBean("bean"))))
				.startsWith("NOT CARRIED OUT"));
	}

	@ParameterizedTest
	@ValueSource(classes = { OwnManagerConfiguration.class, FinalManagerConfiguration.class })
	void toolsOfAnotherManagerAreChecked(Class<?> configuration) {
		this.withBean.withUserConfiguration(configuration).run((context) -> {
			assertThatExceptionOfType(UnguardableMethodException.class).isThrownBy(() -> call(context, "refund"))
				.withMessageStartingWith("Tool 'refund' requires approval");
			assertThat(call(context, "find")).isEqualTo("\"found\"");
		});
		assertThat(ran).containsExactly("find");
	}

	@Test
	void unknownToolOfAManagerWithoutAResolverIsReportedBySpringAi() {
		this.withBean.withBean(ToolCallingManager.class, () -> DefaultToolCallingManager.builder().build())
			.run((context) -> assertThatIllegalStateException().isThrownBy(() -> call(context, "invented"))
				.isExactlyInstanceOf(IllegalStateException.class));
	}

	@Test
	void fieldsThatHoldResolversAreReadableInANativeImage() {
		RuntimeHints hints = new RuntimeHints();
		new AirlockSpringAiAutoConfiguration.MethodToolHints().registerHints(hints, null);
		assertThat(List.of(DefaultToolCallingManager.class, DelegatingToolCallbackResolver.class))
			.allSatisfy((type) -> assertThat(RuntimeHintsPredicates.reflection()
				.onType(type)
				.withMemberCategory(MemberCategory.ACCESS_DECLARED_FIELDS)).accepts(hints));
	}

	private ApplicationContextRunner with(Resolver resolver, Supplier<Object> tools) {
		return this.withBean.withBean(ToolCallbackResolver.class, () -> resolver.factory.apply(tools.get()));
	}

	private static String call(ApplicationContext context, String tool, ToolCallback... tools) {
		AssistantMessage message = AssistantMessage.builder()
			.toolCalls(List.of(new ToolCall("call-1", "function", tool, "{}")))
			.build();
		ToolExecutionResult result = context.getBean(ToolCallingManager.class)
			.executeToolCalls(new Prompt("Do it", ToolCallingChatOptions.builder().toolCallbacks(tools).build()),
					new ChatResponse(List.of(new Generation(message))));
		List<?> history = result.conversationHistory();
		return ((ToolResponseMessage) history.get(history.size() - 1)).getResponses().get(0).responseData();
	}

	private static ToolCallbackResolver staticResolver(Object tools) {
		return new StaticToolCallbackResolver(List.of(ToolCallbacks.from(tools)));
	}

	private static ToolCallingManager manager(ToolCallbackResolver resolver) {
		return DefaultToolCallingManager.builder()
			.toolCallbackResolver(resolver)
			.resolutionFallbackEnabled(true)
			.build();
	}

	enum Resolver {

		STATIC(ResolvedToolsTests::staticResolver),
		DELEGATING((tools) -> new DelegatingToolCallbackResolver(List.of(staticResolver(tools)))),
		LAMBDA((tools) -> staticResolver(tools)::resolve),
		FINAL_CLASS((tools) -> new FinalResolver(staticResolver(tools))),
		OWN_CLASS((tools) -> new OwnResolver(staticResolver(tools))), NEW_TOOL_FOR_EACH_CALL((tools) -> (name) -> {
			ToolCallback tool = staticResolver(tools).resolve(name);
			return (tool != null) ? new Wrapper(tool) : null;
		});

		private final Function<Object, ToolCallbackResolver> factory;

		Resolver(Function<Object, ToolCallbackResolver> factory) {
			this.factory = factory;
		}

	}

	static class OwnResolver implements ToolCallbackResolver {

		private final ToolCallbackResolver delegate;

		OwnResolver(ToolCallbackResolver delegate) {
			this.delegate = delegate;
		}

		@Override
		public ToolCallback resolve(String toolName) {
			return this.delegate.resolve(toolName);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FinalManagerConfiguration extends OwnManagerConfiguration {

		@Bean
		@Primary
		ToolCallingManager outer(@Qualifier("manager") ToolCallingManager manager) {
			return new FinalManager(manager);
		}

	}

	record FinalManager(ToolCallingManager delegate) implements ToolCallingManager {

		@Override
		public List<ToolDefinition> resolveToolDefinitions(ToolCallingChatOptions chatOptions) {
			return this.delegate.resolveToolDefinitions(chatOptions);
		}

		@Override
		public ToolExecutionResult executeToolCalls(Prompt prompt, ChatResponse chatResponse) {
			return this.delegate.executeToolCalls(prompt, chatResponse);
		}

	}

	static class ManagerWithFinalMethods implements ToolCallingManager {

		private final ToolCallingManager delegate;

		ManagerWithFinalMethods(ToolCallingManager delegate) {
			this.delegate = delegate;
		}

		@Override
		public final List<ToolDefinition> resolveToolDefinitions(ToolCallingChatOptions chatOptions) {
			return this.delegate.resolveToolDefinitions(chatOptions);
		}

		@Override
		public final ToolExecutionResult executeToolCalls(Prompt prompt, ChatResponse chatResponse) {
			return this.delegate.executeToolCalls(prompt, chatResponse);
		}

	}

	record FinalResolver(ToolCallbackResolver delegate) implements ToolCallbackResolver {

		@Override
		public ToolCallback resolve(String toolName) {
			return this.delegate.resolve(toolName);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnResolverConfiguration {

		@Bean
		OwnResolver resolver() {
			return new OwnResolver(staticResolver(new OrderTools()));
		}

		@Bean
		ResolverHolder holder(OwnResolver resolver) {
			return new ResolverHolder(resolver);
		}

	}

	record ResolverHolder(OwnResolver resolver) {
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnManagerConfiguration {

		@Bean
		StaticToolCallbackResolver staticResolver() {
			return (StaticToolCallbackResolver) ResolvedToolsTests.staticResolver(new OrderTools());
		}

		@Bean
		OwnResolver ownResolver() {
			return new OwnResolver((name) -> null);
		}

		@Bean
		FinalResolver finalResolver() {
			return new FinalResolver((name) -> null);
		}

		@Bean
		ToolCallingManager manager(List<ToolCallbackResolver> resolvers) {
			return ResolvedToolsTests.manager(new DelegatingToolCallbackResolver(resolvers));
		}

	}

	static class OrderTools {

		@Tool
		@RequiresAirlockApproval
		public String refund() {
			ran.add("refund");
			return "refunded";
		}

		@Tool
		public String find() {
			ran.add("find");
			return "found";
		}

	}

}

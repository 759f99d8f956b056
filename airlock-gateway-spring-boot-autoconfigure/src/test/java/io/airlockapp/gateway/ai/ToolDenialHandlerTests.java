/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.ai;

import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDeniedByPolicyException;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalHaltedException;
import io.airlockapp.gateway.ApprovalPendingException;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.ApprovalWithdrawnException;
import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.MethodStartedException;
import org.aopalliance.intercept.MethodInvocation;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.function.FunctionToolCallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ToolDenialHandler}.
 */
class ToolDenialHandlerTests {

	private static final String ADVICE = "Argument 'note' of Vault.open is too long";

	private final ToolDenialHandler handler = new ToolDenialHandler((invocation, denial) -> denial);

	private @Nullable Object result;

	@ParameterizedTest
	@MethodSource("denials")
	void handleWhenCalledByToolReturnsSameTypeWithTextForModel(AirlockGatewayException denial)
			throws NoSuchMethodException {
		assertThat(handleInTool(denial)).isInstanceOfSatisfying(AirlockGatewayException.class, (reworded) -> {
			assertThat(reworded).isExactlyInstanceOf(denial.getClass())
				.hasMessage(ToolDenialText.of(denial))
				.hasNoCause();
			assertThat(reworded.getRequestId()).isEqualTo(denial.getRequestId());
			assertThat(reworded.getSuppressed()).containsExactly(denial);
		});
	}

	@Test
	void handleWhenPausedKeepsRetryAfter() throws NoSuchMethodException {
		assertThat(handleInTool(new ApprovalUnavailableException(ADVICE, Duration.ofMinutes(5))))
			.isInstanceOfSatisfying(ApprovalUnavailableException.class,
					(reworded) -> assertThat(reworded.getRetryAfter()).isEqualTo(Duration.ofMinutes(5)));
	}

	@ParameterizedTest
	@MethodSource("denials")
	void handleWhenNotCalledByToolReturnsSameDenial(AirlockGatewayException denial) throws NoSuchMethodException {
		assertThat(this.handler.handle(invocation(new Vault(), "open"), denial)).isSameAs(denial);
	}

	@ParameterizedTest
	@MethodSource("denials")
	void handleWhenCalledByOtherToolReturnsTextForStep(AirlockGatewayException denial) throws NoSuchMethodException {
		Vault step = new Vault();
		MethodInvocation invocation = invocation(step, "open");
		Vault tool = new Vault();
		tool.code = step::open;
		step.code = () -> this.result = this.handler.handle(invocation, denial);
		call(tool, "openAll");
		assertThat(this.result).isInstanceOfSatisfying(AirlockGatewayException.class,
				(reworded) -> assertThat(reworded).isExactlyInstanceOf(denial.getClass())
					.hasMessage(ToolDenialText.ofStep(denial)));
	}

	@Test
	void handleWhenCalledByDecoratorReturnsTextForStep() throws NoSuchMethodException {
		AirlockGatewayException denial = new ApprovalTimeoutException(ADVICE, "req-1");
		Payer payer = new Payer();
		MethodInvocation invocation = invocation(payer, "accept", Item.class);
		payer.code = () -> this.result = this.handler.handle(invocation, denial);
		callFunction(new Decorator(payer), Item.class);
		assertThat(this.result).isInstanceOfSatisfying(ApprovalTimeoutException.class,
				(reworded) -> assertThat(reworded).hasMessage(ToolDenialText.ofStep(denial)));
	}

	@Test
	void findWhenFunctionHasOtherInputTypeReturnsNoCaller() throws NoSuchMethodException {
		Method method = Payer.class.getDeclaredMethod("accept", Item.class);
		Payer payer = new Payer();
		payer.code = () -> this.result = ToolCallers.find(method, Payer.class);
		callFunction(new Batch(payer), Items.class);
		assertThat(this.result).isEqualTo(List.of());
		for (Consumer<Item> tool : List.of(payer, new Decorator(payer))) {
			callFunction(tool, Item.class);
			assertThat(this.result).asInstanceOf(InstanceOfAssertFactories.LIST).isNotEmpty();
		}
	}

	@Test
	void findWhenToolIsOverloadReturnsNoCaller() throws NoSuchMethodException {
		Method method = Overloaded.class.getDeclaredMethod("pay", String.class);
		Overloaded tool = new Overloaded();
		tool.code = () -> this.result = ToolCallers.find(method, Overloaded.class);
		Arrays.stream(ToolCallbacks.from(tool)).forEach((callback) -> callback.call("{\"all\": [\"ann\"]}"));
		assertThat(this.result).isEqualTo(List.of());
	}

	/**
	 * An interceptor, gate or condition of the tool calls another guarded method.
	 */
	@Test
	void startedMethodInFrontOfAToolIsReportedAsStarted() throws NoSuchMethodException {
		Object reworded = handleInTool(new MethodStartedException(ADVICE));
		assertThat(reworded).isExactlyInstanceOf(MethodStartedException.class);
		assertThat(ToolDenialText.ofFailure((AirlockGatewayException) reworded)).startsWith("OUTCOME UNKNOWN");
	}

	private @Nullable Object handleInTool(AirlockGatewayException denial) throws NoSuchMethodException {
		Vault vault = new Vault();
		MethodInvocation invocation = invocation(vault, "open");
		vault.code = () -> this.result = this.handler.handle(invocation, denial);
		call(vault, "open");
		return this.result;
	}

	private static void call(Object tools, String name) {
		Arrays.stream(ToolCallbacks.from(tools))
			.filter((tool) -> tool.getToolDefinition().name().equals(name))
			.forEach((tool) -> tool.call("{}"));
	}

	private static <T> void callFunction(Consumer<T> function, Class<T> type) {
		FunctionToolCallback.builder("pay", function).inputType(type).build().call("{}");
	}

	private static MethodInvocation invocation(Object target, String name, Class<?>... types)
			throws NoSuchMethodException {
		MethodInvocation invocation = mock(MethodInvocation.class);
		Method method = target.getClass().getDeclaredMethod(name, types);
		given(invocation.getMethod()).willReturn(method);
		given(invocation.getThis()).willReturn(target);
		return invocation;
	}

	static Stream<AirlockGatewayException> denials() {
		return Stream.of(new ApprovalWithdrawnException(ADVICE, "req-1"),
				new IdentityUnavailableException(ADVICE, null),
				new ApprovalDeniedException(ADVICE, "req-1", "Not today"),
				new ApprovalDeniedByPolicyException(ADVICE, "policy-1", Instant.EPOCH),
				new ApprovalTimeoutException(ADVICE, "req-1"), new ApprovalUnavailableException(ADVICE, "req-1", null),
				new ApprovalPendingException(ADVICE), new InvalidApprovalUsageException(ADVICE, null),
				new ApprovalHaltedException(ADVICE, "req-1", ADVICE),
				new ApprovalVerificationException(ADVICE, "req-1", null));
	}

	static class Vault {

		private Runnable code = () -> {
		};

		@Tool
		void open() {
			this.code.run();
		}

		@Tool
		void openAll() {
			this.code.run();
		}

	}

	static class Overloaded {

		private Runnable code = () -> {
		};

		@Tool
		void pay(List<String> all) {
			all.forEach(this::pay);
		}

		void pay(String one) {
			this.code.run();
		}

	}

	record Item() {
	}

	record Items() {
	}

	static class Payer implements Consumer<Item> {

		private Runnable code = () -> {
		};

		@Override
		public void accept(Item item) {
			this.code.run();
		}

	}

	record Decorator(Payer payer) implements Consumer<Item> {

		@Override
		public void accept(Item item) {
			this.payer.accept(item);
		}

	}

	record Batch(Payer payer) implements Consumer<Items> {

		@Override
		public void accept(Items items) {
			this.payer.accept(new Item());
		}

	}

}

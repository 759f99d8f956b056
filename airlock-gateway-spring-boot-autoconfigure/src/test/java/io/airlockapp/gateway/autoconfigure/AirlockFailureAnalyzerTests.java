/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link AirlockFailureAnalyzer}, and for attributes that cannot be used.
 */
@ExtendWith(OutputCaptureExtension.class)
class AirlockFailureAnalyzerTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class));

	@ParameterizedTest
	@ValueSource(classes = { UnknownPlaceholderInLabel.class, UnknownPlaceholderInTimeout.class, WordAsTimeout.class,
			TimeoutWithoutUnit.class, NegativeTimeout.class, BrokenDescription.class, ComputedDescription.class,
			DescriptionOfUnknownParameter.class, DescriptionOfUnknownProperty.class, BrokenCondition.class,
			UnknownPlaceholderInType.class, TemplateInLabel.class, TemplateInTimeout.class,
			PlaceholderInDescription.class, ConditionOfUnknownParameter.class, ConditionOfUnknownProperty.class })
	void attributeWhenInvalidAdvisesToCorrectIt(Class<?> type) {
		this.contextRunner.withBean(type)
			.run((context) -> assertThat(context).getFailure()
				.cause()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll("The attribute '", type.getName() + ".refund", "cannot be used")
				.satisfies((failure) -> assertThat(new AirlockFailureAnalyzer().analyze(failure).getAction())
					.startsWith("Correct the attribute")));
	}

	@Test
	void argumentInLabelBelongsInDescription() {
		this.contextRunner.withBean(UnknownPlaceholderInLabel.class)
			.run((context) -> assertThat(new AirlockFailureAnalyzer().analyze(context.getStartupFailure()).getAction())
				.isEqualTo("Correct the attribute 'value'. '${...}' is replaced by a property; an argument is shown by "
						+ "'#{#amount}' in 'description'."));
	}

	@Test
	void durableMethodWithoutModuleNamesMissingDependency() {
		this.contextRunner.withBean(DurableMethodOnly.class)
			.run((context) -> assertThat(context).getFailure()
				.cause()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll("The attribute 'durable'", "DurableMethodOnly.refund",
						"add the dependency 'io.airlockapp:airlock-gateway-spring-boot-durable'"));
	}

	@Test
	void unknownParameterNamesExistingOnes() {
		for (Class<?> type : List.of(DescriptionOfUnknownParameter.class, ConditionOfUnknownParameter.class)) {
			this.contextRunner.withBean("desk", type)
				.run((context) -> assertThat(
						new AirlockFailureAnalyzer().analyze(context.getStartupFailure()).getDescription())
					.startsWith("Bean 'desk': The attribute '")
					.contains("is not a parameter. The method has #order"));
		}
	}

	@Test
	void conditionThatCallsAGetterNamesTheField() {
		this.contextRunner.withBean(ConditionOfGetter.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining(
						"'getTotal()' is not part of an argument, whose methods are not called: write '.field'"));
	}

	@Test
	void functionOfBeanMethodAdvisesOwnBean() {
		this.contextRunner.withBean("refund", RefundFunction.class, RefundFunction::new)
			.run((context) -> assertThat(new AirlockFailureAnalyzer().analyze(context.getStartupFailure()).getAction())
				.startsWith("Move the guarded method to a bean of its own."));
		this.contextRunner.withBean(RefundFunction.class).run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			PrivateMethod     | Give it another visibility, and let other beans call it.
			FinalMethod       | Remove the modifier,
			StreamArgument    | Take plain data,
			UnsupportedFuture | Return a CompletableFuture.
			DurableMethodOnly | Add the dependency 'io.airlockapp:airlock-gateway-spring-boot-durable'.
			""")
	void actionMatchesFailure(String type, String action) throws ClassNotFoundException {
		this.contextRunner.withBean(Class.forName(getClass().getName() + "$" + type)).run((context) -> {
			FailureAnalysis analysis = new AirlockFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis.getAction()).startsWith(action);
			assertThat(analysis.getDescription())
				.doesNotContain("; " + StringUtils.uncapitalize(action).substring(0, 15));
		});
	}

	@Test
	void analysisIsPrintedWithAction(CapturedOutput output) {
		assertThatException()
			.isThrownBy(() -> new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE).run());
		assertThat(output)
			.contains("APPLICATION FAILED TO START", "PrivateMethod.refund", "bean 'privateMethod'",
					"Give it another visibility, and let other beans call it.")
			.doesNotContain("\tat org.springframework");
	}

	@ParameterizedTest
	@ValueSource(classes = { TooLongTimeout.class, TooShortTimeout.class })
	void timeoutOutOfRangeFailsStart(Class<?> type) {
		this.contextRunner.withBean(type)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining(
						"UnguardableMethodException: The attribute 'timeout' of @RequiresAirlockApproval on "
								+ type.getName() + ".refund cannot be used: 'timeout' must be from 1s to 7d"));
	}

	@ParameterizedTest
	@ValueSource(classes = { NameByPlaceholder.class, GroupByPlaceholder.class })
	void placeholderResolvedToInvalidNameFailsStart(Class<?> type) {
		this.contextRunner.withBean(type)
			.withPropertyValues("shift.name=Shift_1")
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContainingAll("@RequiresAirlockApproval on " + type.getName() + ".refund",
						"lower-case letters, digits and inner hyphens, unlike '${shift.name}'"));
	}

	@ParameterizedTest
	@CsvSource({ "UnknownPlaceholderInLabel, value", "UnknownPlaceholderInType, artifactType",
			"UnknownPlaceholderInTimeout, timeout", "NameByPlaceholder, pairing", "GroupByPlaceholder, approvers" })
	void placeholderWithoutValueFailsStart(String type, String attribute) throws ClassNotFoundException {
		Class<?> guarded = Class.forName(getClass().getName() + "$" + type);
		this.contextRunner.withBean(guarded)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContainingAll("The attribute '" + attribute + "' of @RequiresAirlockApproval on "
						+ guarded.getName() + ".refund cannot be used", "placeholder 'shift.name'"));
	}

	static class PrivateMethod {

		@RequiresAirlockApproval
		private void refund() {
		}

	}

	static class FinalMethod {

		@RequiresAirlockApproval
		final void refund() {
		}

	}

	static class StreamArgument {

		@RequiresAirlockApproval
		void refund(Stream<String> order) {
		}

	}

	static class UnsupportedFuture {

		@RequiresAirlockApproval
		FutureTask<String> refund() {
			return new FutureTask<>(() -> "refunded");
		}

	}

	static class UnknownPlaceholderInLabel {

		@RequiresAirlockApproval("Refund in ${shift.name}")
		void refund() {
		}

	}

	static class UnknownPlaceholderInTimeout {

		@RequiresAirlockApproval(timeout = "${shift.name}")
		void refund() {
		}

	}

	static class UnknownPlaceholderInType {

		@RequiresAirlockApproval(artifactType = "${shift.name}")
		void refund() {
		}

	}

	static class NameByPlaceholder {

		@RequiresAirlockApproval(pairing = "${shift.name}")
		void refund() {
		}

	}

	static class GroupByPlaceholder {

		@RequiresAirlockApproval(approvers = "${shift.name}")
		void refund() {
		}

	}

	static class TemplateInLabel {

		@RequiresAirlockApproval("Refund #{#order}")
		void refund(String order) {
		}

	}

	static class TemplateInTimeout {

		@RequiresAirlockApproval(timeout = "#{5}m")
		void refund() {
		}

	}

	static class PlaceholderInDescription {

		@RequiresAirlockApproval(description = "Refund ${order}")
		void refund(String order) {
		}

	}

	static class ConditionOfUnknownParameter {

		@RequiresAirlockApproval(condition = "#amount > 100")
		void refund(String order) {
		}

	}

	record Order(int amount) {
	}

	static class ConditionOfUnknownProperty {

		@RequiresAirlockApproval(condition = "#order.amuont > 100")
		void refund(Order order) {
		}

	}

	static class ConditionOfGetter {

		@RequiresAirlockApproval(condition = "#order.getTotal() > 100")
		void refund(PricedOrder order) {
		}

	}

	record PricedOrder(int total) {

		public int getTotal() {
			return this.total;
		}

	}

	static class RefundFunction implements Function<String, String> {

		@Override
		@RequiresAirlockApproval
		public String apply(String order) {
			return order;
		}

	}

	static class WordAsTimeout {

		@RequiresAirlockApproval(timeout = "soon")
		void refund() {
		}

	}

	static class DurableMethodOnly {

		@RequiresAirlockApproval(durable = true)
		void refund() {
		}

	}

	static class TimeoutWithoutUnit {

		@RequiresAirlockApproval(timeout = "3600")
		void refund() {
		}

	}

	static class NegativeTimeout {

		@RequiresAirlockApproval(timeout = "-5s")
		void refund() {
		}

	}

	static class BrokenDescription {

		@RequiresAirlockApproval(description = "Refund #{#amount")
		void refund() {
		}

	}

	static class ComputedDescription {

		@RequiresAirlockApproval(description = "Refund #{@prices.of(#order)}")
		void refund(String order) {
		}

	}

	static class DescriptionOfUnknownParameter {

		@RequiresAirlockApproval(description = "Refund #{#amount}")
		void refund(String order) {
		}

	}

	static class DescriptionOfUnknownProperty {

		@RequiresAirlockApproval(description = "Refund #{#order.amount}")
		void refund(String order) {
		}

	}

	static class BrokenCondition {

		@RequiresAirlockApproval(condition = "#amount >")
		void refund() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ AirlockApprovalAutoConfiguration.class })
	static class Application {

		@Bean
		PrivateMethod privateMethod() {
			return new PrivateMethod();
		}

	}

	static class TooLongTimeout {

		@RequiresAirlockApproval(timeout = "8d")
		void refund() {
		}

	}

	static class TooShortTimeout {

		@RequiresAirlockApproval(timeout = "500ms")
		void refund() {
		}

	}

}

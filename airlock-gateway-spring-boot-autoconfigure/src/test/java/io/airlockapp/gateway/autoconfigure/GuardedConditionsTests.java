/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.LinkedCaseInsensitiveMap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;

/**
 * Tests for conditions in an application: only what is clearly {@code false} lets a call
 * run unasked.
 */
class GuardedConditionsTests {

	private int asked;

	private boolean denying = true;

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, AirlockApprovalAutoConfiguration.class))
		.withBean(ApprovalGate.class, () -> (call) -> {
			this.asked++;
			if (this.denying) {
				throw new ApprovalUnavailableException("No", null, null);
			}
		})
		.withBean("limits", Limits.class)
		.withBean(Payments.class);

	@Test
	void beanThatDoesNotExistFailsTheStart() {
		this.contextRunner.withBean(Misspelt.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll("The attribute 'condition' of @RequiresAirlockApproval on ",
						"Misspelt.pay cannot be used: there is no bean 'limit'; in a test of a slice, "
								+ "add the bean, or a mock of it"));
	}

	@Test
	void beanWithoutTheMethodFailsTheStartWithoutAdviceForSlices() {
		this.contextRunner.withBean(Misspelt.class)
			.withBean("limit", Object.class, Object::new)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageEndingWith("cannot be used: the bean 'limit' has no public method 'above' whose parameters "
						+ "have exactly the types of the arguments, long"));
	}

	@Test
	void beanThatIsNotCreatedMayHaveTheMethod() {
		this.contextRunner.withBean(Misspelt.class)
			.withBean("limit", Object.class, Limits::new, (definition) -> definition.setLazyInit(true))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				context.getBean(Misspelt.class).pay(50);
				assertThat(this.asked).isZero();
			});
	}

	@Test
	void mockOfAGuardedBeanNeedsNoOtherBean() {
		this.contextRunner.withBean(Misspelt.class, () -> mock()).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void conditionWhenUnclearRequestsApproval() {
		assertAsked((payments) -> payments.payDouble(Double.NaN));
		assertAsked((payments) -> payments.payDouble(Double.NEGATIVE_INFINITY));
		assertAsked((payments) -> payments.pay(null));
		assertAsked((payments) -> payments.buy(65536, 65536));
		assertAsked((payments) -> payments.request(Map.of("Amount", 5000)));
		assertAsked((payments) -> payments.request(Map.of()));
		assertAsked((payments) -> payments.order(null));
		assertAsked((payments) -> payments.order(new SpecialOrder(1)));
		assertAsked((payments) -> payments.tagged(null));
	}

	@Test
	void conditionWhenFalseRunsWithoutApproval() {
		assertNotAsked((payments) -> payments.payDouble(100));
		assertNotAsked((payments) -> payments.pay(new BigDecimal("100.00")));
		assertNotAsked((payments) -> payments.buy(-65536, 65536));
		assertNotAsked((payments) -> payments.request(Map.of("amount", 50)));
		assertNotAsked((payments) -> payments.order(new Order(1)));
		assertNotAsked((payments) -> payments.tagged(Set.of("test")));
		assertNotAsked((payments) -> payments.limited(50));
		assertNotAsked((payments) -> payments.payLater(50).join());
		assertNotAsked((payments) -> payments.payLazily(50).block());
	}

	@Test
	void conditionWhenTrueRequestsApproval() {
		assertAsked((payments) -> payments.payDouble(100.01));
		assertAsked((payments) -> payments.pay(new BigDecimal("100.01")));
		assertAsked((payments) -> payments.order(new Order(101)));
		assertAsked((payments) -> payments.tagged(Set.of("prod")));
		assertAsked((payments) -> payments.limited(101));
		assertAsked((payments) -> payments.limited(Long.MAX_VALUE));
	}

	@Test
	void conditionWhenContainerComparesInItsOwnWayRequestsApprovalOrRefuses() {
		Map<String, Object> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		sorted.put("Amount", 1_000_000);
		Map<String, Object> insensitive = new LinkedCaseInsensitiveMap<>();
		insensitive.put("AMOUNT", 1_000_000);
		Set<String> tags = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
		tags.add("PROD");
		Set<String> view = Collections.unmodifiableSet(tags);
		this.contextRunner.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			for (Executable call : List.<Executable>of(() -> payments.optional(sorted),
					() -> payments.optional(insensitive), () -> payments.tagged(tags))) {
				assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(call::execute);
			}
		});
		assertAsked((payments) -> payments.tagged(view));
		assertNotAsked((payments) -> payments.optional(Map.of("note", "x")));
	}

	@Test
	void argumentsThatAConditionReadAreComparedBeforeTheMethod() {
		this.contextRunner.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			Order order = new Order(50);
			context.getBean(Limits.class).onDecision = () -> order.amount = 5000;
			assertThatExceptionOfType(ApprovalVerificationException.class).isThrownBy(() -> payments.decided(order))
				.withMessageContaining("were changed");
			assertThat(payments.paid()).isZero();
		});
	}

	@Test
	void otherArgumentsAreNotRead() {
		assertNotAsked((payments) -> payments.payWith(5, new Thread()));
		assertAsked((payments) -> payments.payWith(500, new Thread()));
	}

	@Test
	void argumentsOfAsynchronousMethodsAreReadForRequest() throws Exception {
		this.denying = false;
		this.contextRunner.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			payments.payLater(5000).get(20, TimeUnit.SECONDS);
			payments.payLazily(5000).block();
			assertThat(this.asked).isEqualTo(2);
			assertThat(payments.paid()).isEqualTo(2);
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { UnknownName.class, Changing.class, OfType.class, Shadowing.class })
	void conditionThatCannotDecideFailsTheStart(Class<?> type) {
		this.contextRunner.withBean(type)
			// Spring wraps the exception, depending on the order of the methods
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining(UnguardableMethodException.class.getName() + ": The attribute 'condition'")
				.hasStackTraceContaining(
						"on %s.%s cannot be used".formatted(type.getName(), (type == OfType.class) ? "cancel" : "pay"))
				.hasStackTraceContaining("cannot decide whether approval is required"));
	}

	@Test
	void conditionOnATypeAppliesToItsMethods() {
		this.contextRunner.withBean(AllOfType.class).run((context) -> {
			AllOfType payments = context.getBean(AllOfType.class);
			payments.pay(100);
			payments.cancel(5);
			assertThat(this.asked).isZero();
			assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> payments.pay(101));
			assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> payments.cancel(101));
			assertThat(this.asked).isEqualTo(2);
		});
	}

	private void assertAsked(Call call) {
		this.contextRunner.run((context) -> {
			this.asked = 0;
			Payments payments = context.getBean(Payments.class);
			assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> call.on(payments));
			assertThat(this.asked).isEqualTo(1);
			assertThat(payments.paid()).isZero();
		});
	}

	private void assertNotAsked(Call call) {
		this.contextRunner.run((context) -> {
			this.asked = 0;
			Payments payments = context.getBean(Payments.class);
			call.on(payments);
			assertThat(this.asked).isZero();
			assertThat(payments.paid()).isEqualTo(1);
		});
	}

	interface Call {

		void on(Payments payments);

	}

	static class Payments {

		private final List<String> paid = new ArrayList<>();

		int paid() {
			return this.paid.size();
		}

		@RequiresAirlockApproval(condition = "#amount > 100")
		void payDouble(double amount) {
			this.paid.add("double");
		}

		@RequiresAirlockApproval(condition = "#amount > 100")
		void pay(@Nullable BigDecimal amount) {
			this.paid.add("decimal");
		}

		@RequiresAirlockApproval(condition = "#count * #price > 1000")
		void buy(int count, int price) {
			this.paid.add("product");
		}

		@RequiresAirlockApproval(condition = "#req['amount'] > 100")
		void request(Map<String, Object> req) {
			this.paid.add("request");
		}

		@RequiresAirlockApproval(condition = "#req.containsKey('amount') and #req['amount'] > 100")
		void optional(Map<String, Object> req) {
			this.paid.add("optional");
		}

		@RequiresAirlockApproval(condition = "#tags.contains('prod')")
		void tagged(@Nullable Set<String> tags) {
			this.paid.add("tagged");
		}

		@RequiresAirlockApproval(condition = "#order.amount > 100")
		void order(@Nullable Order order) {
			this.paid.add("order");
		}

		@RequiresAirlockApproval(condition = "@limits.decide(#order)")
		void decided(Order order) {
			this.paid.add("decided");
		}

		@RequiresAirlockApproval(condition = "#amount > 100")
		void payWith(int amount, Object other) {
			this.paid.add("other");
		}

		@RequiresAirlockApproval(condition = "@limits.above(#amount)")
		void limited(long amount) {
			this.paid.add("limited");
		}

		@RequiresAirlockApproval(condition = "#amount > 100")
		CompletableFuture<String> payLater(int amount) {
			this.paid.add("later");
			return CompletableFuture.completedFuture("paid");
		}

		@RequiresAirlockApproval(condition = "#amount > 100")
		Mono<String> payLazily(int amount) {
			return Mono.fromSupplier(() -> {
				this.paid.add("lazily");
				return "paid";
			});
		}

	}

	public static class Limits {

		private Runnable onDecision = () -> {
		};

		public boolean above(long amount) {
			return amount > 100;
		}

		public boolean decide(Order order) {
			boolean large = order.amount > 100;
			this.onDecision.run();
			return large;
		}

	}

	static class Shadowing {

		@RequiresAirlockApproval(condition = "#order.amount > 100")
		public void pay(ShadowingOrder order) {
		}

	}

	static class ShadowingOrder extends Order {

		@SuppressWarnings("HidingField")
		public long amount;

		ShadowingOrder() {
			super(0);
		}

	}

	static class Order {

		protected int amount;

		Order(int amount) {
			this.amount = amount;
		}

		public int getAmount() {
			return this.amount;
		}

	}

	/**
	 * Returns an amount that is not in its field, so the field is hidden.
	 */
	static class SpecialOrder extends Order {

		SpecialOrder(int amount) {
			super(amount);
		}

		@Override
		public int getAmount() {
			return this.amount * 1000;
		}

	}

	static class UnknownName {

		@RequiresAirlockApproval(condition = "#amuont > 100")
		void pay(int amount) {
		}

	}

	static class Changing {

		@RequiresAirlockApproval(condition = "(#amount = 5) > 100")
		void pay(int amount) {
		}

	}

	@RequiresAirlockApproval(condition = "#amount > 100")
	static class AllOfType {

		void pay(int amount) {
		}

		void cancel(long amount) {
		}

	}

	@RequiresAirlockApproval(condition = "#amount > 100")
	static class OfType {

		void pay(int amount) {
		}

		void cancel() {
		}

	}

	static class Misspelt {

		@RequiresAirlockApproval(condition = "@limit.above(#amount)")
		public void pay(long amount) {
		}

	}

}

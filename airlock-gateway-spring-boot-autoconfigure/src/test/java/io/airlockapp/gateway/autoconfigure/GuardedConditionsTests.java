package io.airlockapp.gateway.autoconfigure;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.AirlockOmitted;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for conditions in an application: only what is clearly and stably {@code false}
 * lets a call run unasked.
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
	void whatHasNoClearResultIsAsked() {
		assertAsked((payments) -> payments.payDouble(Double.NaN));
		assertAsked((payments) -> payments.payDouble(Double.NEGATIVE_INFINITY));
		assertAsked((payments) -> payments.pay(null));
		assertAsked((payments) -> payments.buy(65536, 65536));
		assertAsked((payments) -> payments.request(Map.of("Amount", 5000)));
		assertAsked((payments) -> payments.request(Map.of()));
		assertAsked((payments) -> payments.estimate(new Estimate(1, 5000)));
		assertAsked((payments) -> payments.estimate(new Estimate(1, 1, 5000)));
		assertAsked((payments) -> payments.estimate(new Estimate(1, 1, 1, 5000)));
		assertAsked((payments) -> payments.estimate(null));
		assertAsked((payments) -> payments.limited(Long.MAX_VALUE));
	}

	@Test
	void whatIsClearlyFalseRuns() {
		assertNotAsked((payments) -> payments.payDouble(100));
		assertNotAsked((payments) -> payments.pay(new BigDecimal("100.00")));
		assertNotAsked((payments) -> payments.buy(-65536, 65536));
		assertNotAsked((payments) -> payments.request(Map.of("amount", 50)));
		assertNotAsked((payments) -> payments.estimate(new Estimate(1)));
		assertNotAsked((payments) -> payments.limited(50));
		assertNotAsked((payments) -> payments.payLater(50).join());
		assertNotAsked((payments) -> payments.payLazily(50).block());
	}

	@Test
	void whatIsTrueIsAsked() {
		assertAsked((payments) -> payments.payDouble(100.01));
		assertAsked((payments) -> payments.pay(new BigDecimal("100.01")));
		assertAsked((payments) -> payments.limited(101));
	}

	@Test
	void argumentsThatFuturesReadLaterAreReadWhenTheyAreAskedAbout() throws Exception {
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
	@ValueSource(classes = { UnknownName.class, NeverAsking.class, Changing.class, Navigating.class, OfType.class })
	void conditionThatCannotDecideFailsTheStart(Class<?> type) {
		this.contextRunner.withBean(type)
			.run((context) -> assertThat(context).getFailure()
				.cause()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll("The attribute 'condition'", type.getName(),
						"can't decide whether approval is required"));
	}

	@Test
	void secondAutoProxyCreatorFailsTheStart() {
		this.contextRunner.withBean("another", DefaultAdvisorAutoProxyCreator.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll("would do so twice", "another", "internalAutoProxyCreator"));
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

		@RequiresAirlockApproval(condition = "#e.amount > 100")
		void estimate(@Nullable Estimate e) {
			this.paid.add("estimate");
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

		public boolean above(int amount) {
			return amount > 100;
		}

	}

	static class Estimate {

		private final int[] amounts;

		@AirlockOmitted
		private int reads;

		Estimate(int... amounts) {
			this.amounts = Arrays.copyOf(amounts, amounts.length);
		}

		public int getAmount() {
			return this.amounts[this.reads++ % this.amounts.length];
		}

	}

	static class UnknownName {

		@RequiresAirlockApproval(condition = "#amuont > 100")
		void pay(int amount) {
		}

	}

	static class NeverAsking {

		@RequiresAirlockApproval(condition = "false")
		void pay(int amount) {
		}

	}

	static class Changing {

		@RequiresAirlockApproval(condition = "(#amount = 5) > 100")
		void pay(int amount) {
		}

	}

	static class Navigating {

		@RequiresAirlockApproval(condition = "#order?.amount > 100")
		void pay(Map<String, Object> order) {
		}

	}

	@RequiresAirlockApproval(condition = "#amount > 100")
	static class OfType {

		void pay(int amount) {
		}

		void cancel() {
		}

	}

}

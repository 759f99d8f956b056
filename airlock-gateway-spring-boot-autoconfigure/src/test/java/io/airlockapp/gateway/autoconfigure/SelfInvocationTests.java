package io.airlockapp.gateway.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.annotation.PostConstruct;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.NestedExceptionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for classes that call their own guarded methods past the proxy.
 */
@ExtendWith(OutputCaptureExtension.class)
class SelfInvocationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class))
		.withBean(ApprovalGate.class, () -> (call) -> {
		});

	@ParameterizedTest
	@ValueSource(classes = { Direct.class, WithBranchesInArguments.class, InALoop.class, InACatchBlock.class,
			ByReference.class, ByReferenceOfASupertype.class, InALambda.class, InALambdaInALambda.class,
			ByAVariable.class, ByAPrivateMethod.class, AtConstruction.class, BySuper.class,
			BySuperOfAnOverridingClass.class, InAnInheritedMethod.class, InADefaultMethod.class, InAGenericMethod.class,
			AfterAWideValue.class, InASwitch.class, InAStaticHelper.class, InALambdaWithAVariable.class,
			InADefaultMethodOfASuperinterface.class, InsteadOfAMissingBean.class, InsteadOfABeanIfMissing.class })
	void callOnTheObjectItself(Class<?> type) {
		this.contextRunner.withBean(type)
			.run((context) -> assertThat(context).getFailure()
				.satisfies((failure) -> assertThat(NestedExceptionUtils.getMostSpecificCause(failure))
					.isInstanceOf(UnguardableMethodException.class)
					.hasMessageContainingAll(type.getName() + ".refund requires approval",
							"on the object itself (this)", "can't be guarded")));
	}

	@Test
	void callOnTheObjectItselfFailsTheBuild() {
		assertThatException().isThrownBy(() -> ProcessedContext.of((context) -> {
			context.register(AirlockApprovalAutoConfiguration.class);
			context.registerBean(Direct.class);
		})).havingRootCause().isInstanceOf(UnguardableMethodException.class);
	}

	@ParameterizedTest
	@ValueSource(classes = { OnItsBean.class, OnAnotherObject.class, WithinTheGuardedMethod.class,
			WithinTheGuardedMethodByAHelper.class, OverridingWithSuper.class, OnAGuardedType.class, OfAnotherName.class,
			OverloadedByAnother.class, InAStaticHelperOfOthers.class, ReferenceToAnotherObject.class,
			UnboundReference.class, Bridged.class })
	void otherCalls(Class<?> type) {
		this.contextRunner.withBean(type).run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@ValueSource(classes = { RegisteredByObject.class, RegisteredByType.class })
	void objectThatGivesItselfAway(Class<?> type, CapturedOutput output) {
		this.contextRunner.withBean(type).run((context) -> assertThat(context).hasNotFailed());
		this.contextRunner.withBean(type).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output.getOut().lines().filter((line) -> line.contains("gives the object itself (this)")).toList())
			.singleElement()
			.satisfies((line) -> assertThat(line).contains("WARN", type.getName() + ".init", "may call"));
	}

	@Test
	void objectThatGivesItselfToSomebodyHarmless(CapturedOutput output) {
		this.contextRunner.withBean(Harmless.class).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain("gives the object itself");
	}

	abstract static class Guarded {

		@RequiresAirlockApproval
		public void refund(long amount) {
		}

	}

	static class Direct {

		@RequiresAirlockApproval
		public void refund() {
		}

		public void retry() {
			refund();
		}

	}

	static class WithBranchesInArguments extends Guarded {

		public void retry(boolean all, String reason) {
			this.refund(all ? reason.length() : (reason.isEmpty() ? 1 : 2L));
		}

	}

	static class InALoop extends Guarded {

		public void retry(List<Long> amounts) {
			for (long amount : amounts) {
				refund(amount);
			}
		}

	}

	static class InACatchBlock extends Guarded {

		public void retry(List<Long> amounts) {
			try {
				amounts.clear();
			}
			catch (UnsupportedOperationException ex) {
				refund(1);
			}
		}

	}

	static class InASwitch extends Guarded {

		public void retry(String kind) {
			refund(switch (kind) {
				case "all" -> 100;
				case "some" -> 10;
				default -> 1;
			});
		}

	}

	static class AfterAWideValue extends Guarded {

		private long sum;

		private double[] rates = new double[1];

		public void retry(long amount) {
			this.sum += amount * 2L;
			this.rates[0] = amount / 3.0d;
			long before = this.sum++;
			refund(before - amount);
		}

	}

	static class ByReference extends Guarded {

		public void retry(Consumer<Consumer<Long>> registry) {
			registry.accept(this::refund);
		}

	}

	static class ByReferenceOfASupertype extends Guarded {

		public void retry(Consumer<Consumer<Long>> registry) {
			registry.accept(super::refund);
		}

	}

	static class InALambda extends Guarded {

		public void retry(Executor executor) {
			executor.execute(() -> refund(1));
		}

	}

	static class InALambdaInALambda extends Guarded {

		public void retry(Executor executor) {
			executor.execute(() -> executor.execute(() -> refund(1)));
		}

	}

	static class ByAVariable extends Guarded {

		public void retry() {
			ByAVariable self = this;
			self.refund(1);
		}

	}

	static class ByAPrivateMethod extends Guarded {

		public void retry() {
			retryQuietly();
		}

		private void retryQuietly() {
			refund(1);
		}

	}

	static class InAStaticHelper extends Guarded {

		public void retry() {
			retry(2L, this);
		}

		private static void retry(long amount, InAStaticHelper refunds) {
			refunds.refund(amount);
		}

	}

	static class InALambdaWithAVariable extends Guarded {

		public Runnable retry() {
			InALambdaWithAVariable refunds = this;
			return () -> refunds.refund(1);
		}

	}

	static class InAStaticHelperOfOthers extends Guarded {

		public static void retry(InAStaticHelperOfOthers refunds) {
			refunds.refund(1);
		}

	}

	static class AtConstruction {

		private final List<Object> refunds = new ArrayList<>();

		AtConstruction() {
			refund();
		}

		@RequiresAirlockApproval
		public void refund() {
			this.refunds.add("refund");
		}

	}

	static class BySuper extends Guarded {

		public void retry() {
			super.refund(1);
		}

	}

	abstract static class RetryingClass extends Guarded {

		public void retry() {
			refund(1);
		}

	}

	static class BySuperOfAnOverridingClass extends RetryingClass {

		@Override
		public void retry() {
		}

		public void retryAll() {
			super.retry();
		}

	}

	abstract static class Template {

		public void retry() {
			refund();
		}

		protected abstract void refund();

	}

	static class InAnInheritedMethod extends Template {

		@Override
		@RequiresAirlockApproval
		protected void refund() {
		}

	}

	interface Retrying {

		void refund();

		default void retry() {
			refund();
		}

	}

	static class InADefaultMethod implements Retrying {

		@Override
		@RequiresAirlockApproval
		public void refund() {
		}

	}

	interface RetryingQuietly extends Retrying {

	}

	static class InADefaultMethodOfASuperinterface implements RetryingQuietly {

		@Override
		@RequiresAirlockApproval
		public void refund() {
		}

	}

	static class InsteadOfAMissingBean extends Guarded {

		private InsteadOfAMissingBean self;

		public void retry() {
			((this.self == null) ? this : this.self).refund(1);
		}

	}

	static class InsteadOfABeanIfMissing extends Guarded {

		private InsteadOfABeanIfMissing self;

		public void retry() {
			((this.self != null) ? this.self : this).refund(1);
		}

	}

	interface Desk<T> {

		@RequiresAirlockApproval
		void refund(T item);

		default void retry(T item) {
			refund(item);
		}

	}

	static class InAGenericMethod implements Desk<String> {

		@Override
		public void refund(String item) {
		}

	}

	static class OnItsBean extends Guarded {

		@Autowired
		@Lazy
		private OnItsBean self;

		public void retry() {
			this.self.refund(1);
		}

	}

	static class OnAnotherObject extends Guarded {

		public void retry(OnAnotherObject other) {
			other.refund(1);
		}

	}

	static class ReferenceToAnotherObject extends Guarded {

		public void retry(ReferenceToAnotherObject other, Consumer<Consumer<Long>> registry) {
			registry.accept(other::refund);
		}

	}

	static class UnboundReference {

		@RequiresAirlockApproval
		public void refund() {
		}

		public void retry(List<UnboundReference> others) {
			others.forEach(UnboundReference::refund);
		}

	}

	static class WithinTheGuardedMethod {

		@RequiresAirlockApproval
		public void refund(int amount) {
			if (amount > 0) {
				refund(amount - 1);
			}
			cancel();
		}

		@RequiresAirlockApproval
		public void cancel() {
		}

	}

	static class WithinTheGuardedMethodByAHelper {

		@RequiresAirlockApproval
		public void refund() {
			Runnable helper = () -> help();
			helper.run();
		}

		private void help() {
			cancel();
		}

		@RequiresAirlockApproval
		public void cancel() {
		}

	}

	static class OverridingWithSuper extends Guarded {

		@Override
		public void refund(long amount) {
			super.refund(amount);
		}

	}

	@RequiresAirlockApproval
	static class OnAGuardedType {

		public void refund() {
		}

		public void retry() {
			refund();
		}

	}

	static class OfAnotherName extends Guarded {

		public void retry() {
			find();
		}

		public void find() {
		}

	}

	static class OverloadedByAnother extends Guarded {

		public void retry() {
			refund("none");
		}

		public void refund(String none) {
		}

	}

	static class Bridged implements Desk<String> {

		@Override
		public void refund(String item) {
		}

		@Override
		public void retry(String item) {
		}

	}

	static class EventBus {

		void register(Object listener) {
		}

	}

	static class RegisteredByObject extends Guarded {

		@PostConstruct
		void init() {
			new EventBus().register(this);
		}

	}

	static class RegisteredByType implements Runnable {

		@PostConstruct
		void init() {
			Executor executor = (task) -> {
			};
			executor.execute(this);
		}

		@Override
		@RequiresAirlockApproval
		public void run() {
		}

	}

	static class Harmless extends Guarded {

		private final List<Object> objects = new ArrayList<>();

		@PostConstruct
		void init() {
			this.objects.add(this);
			new Helper(this);
			Gauge.builder("objects", this, (harmless) -> harmless.objects.size()).register(new SimpleMeterRegistry());
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof Harmless harmless && harmless.canEqual(this)
					&& this.objects.equals(harmless.objects);
		}

		protected boolean canEqual(Object other) {
			return other instanceof Harmless;
		}

		@Override
		public int hashCode() {
			return 1;
		}

		private static final class Helper {

			Helper(Harmless harmless) {
			}

		}

	}

}

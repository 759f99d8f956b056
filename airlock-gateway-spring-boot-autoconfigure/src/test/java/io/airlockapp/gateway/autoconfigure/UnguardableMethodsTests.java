package io.airlockapp.gateway.autoconfigure;

import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.autoconfigure.elsewhere.Desk;
import io.airlockapp.gateway.autoconfigure.elsewhere.GuardedDesk;
import io.airlockapp.gateway.autoconfigure.elsewhere.OpenDesk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.PriorityOrdered;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.validation.BindingResult;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests that an application doesn't start with a method that asks for approval and can't
 * be guarded.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnguardableMethodsTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class));

	@ParameterizedTest
	@ValueSource(classes = { PrivateMethod.class, FinalMethod.class, StaticMethod.class, FinalClass.class,
			FinalMethodOfGuardedType.class, InheritedPrivateMethod.class, FinalInstance.class,
			MethodOfAnotherPackage.class, MethodOfAGuardedTypeOfAnotherPackage.class })
	void methodThatNoProxyOverrides(Class<?> type) {
		this.contextRunner.withBean(type)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll("UnguardableMethodsTests$", ".refund", "can't be guarded"));
	}

	@Test
	void guardedTypeMayHaveASuperclassWithMethodsForItsOwnPackage() {
		this.contextRunner.withBean(GuardedTypeOfAnotherPackage.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@ValueSource(classes = { UnknownPlaceholderInLabel.class, UnknownPlaceholderInTimeout.class, WordAsTimeout.class,
			NegativeTimeout.class, BrokenDescription.class, ComputedDescription.class,
			DescriptionOfUnknownParameter.class, DescriptionOfUnknownProperty.class, BrokenCondition.class,
			UnknownPlaceholderInType.class, TemplateInLabel.class, TemplateInTimeout.class,
			PlaceholderInDescription.class, ConditionOfUnknownParameter.class, ConditionOfUnknownProperty.class })
	void attributeThatCannotBeUsed(Class<?> type) {
		this.contextRunner.withBean(type)
			.run((context) -> assertThat(context).getFailure()
				.cause()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll("The attribute '", type.getName() + ".refund", "can't be used")
				.satisfies((failure) -> assertThat(new UnguardableMethodFailureAnalyzer().analyze(failure).getAction())
					.startsWith("Mend that attribute")));
	}

	@Test
	void durableMethodWithoutTheModuleThatRecordsItsCalls() {
		this.contextRunner.withBean(DurableMethodOnly.class)
			.run((context) -> assertThat(context).getFailure()
				.cause()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll("The attribute 'durable'", "DurableMethodOnly.refund",
						"add the dependency 'io.airlockapp:airlock-gateway-spring-boot-durable'"));
	}

	@Test
	void namesTheParametersThatThereAre() {
		for (Class<?> type : List.of(DescriptionOfUnknownParameter.class, ConditionOfUnknownParameter.class)) {
			this.contextRunner.withBean("desk", type)
				.run((context) -> assertThat(
						new UnguardableMethodFailureAnalyzer().analyze(context.getStartupFailure()).getDescription())
					.startsWith("Bean 'desk': The attribute '")
					.contains("is no parameter. The method has #order"));
		}
	}

	@ParameterizedTest
	@ValueSource(classes = { StreamArgument.class, BindingResultArgument.class })
	void methodWithAParameterThatIsNeverShown(Class<?> type) {
		this.contextRunner.withBean("desk", type)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll(type.getName() + ".refund of bean 'desk'", "can't be guarded",
						"its parameter 'order' is a ", "take plain data"));
	}

	@ParameterizedTest
	@ValueSource(classes = { UnsupportedFuture.class, AsynchronousArgument.class })
	void methodWithTypesThatNobodyCanWaitFor(Class<?> type) {
		this.contextRunner.withBean(type)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll(type.getName() + ".refund", "can't be guarded"));
	}

	@ParameterizedTest
	@ValueSource(classes = { AfterCommitListener.class, AfterRollbackListener.class, AsyncListener.class })
	void listenerThatIsCalledAfterATransactionAndAlwaysRefused(Class<?> type) {
		this.contextRunner.withBean("desk", type)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll(type.getName() + ".refund of bean 'desk'",
						"it is a listener that is called after the end of a transaction", "allowInTransaction = true"));
	}

	@Test
	void listenerThatRuns() {
		this.contextRunner.withBean(BeforeCommitListener.class)
			.withBean(AllowedListener.class)
			.run((context) -> assertThat(context).hasNotFailed());
		this.contextRunner.withBean(AfterCommitListener.class)
			.withPropertyValues("airlock.gateway.approval.allow-in-transaction=true")
			.run((context) -> assertThat(context).hasNotFailed());
		this.contextRunner.withBean(AsyncListener.class)
			.withUserConfiguration(AsyncConfiguration.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void lazyBeanFailsBeforeItIsHandedOut() {
		this.contextRunner
			.withBean(PrivateMethod.class, PrivateMethod::new, (definition) -> definition.setLazyInit(true))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThatException().isThrownBy(() -> context.getBean(PrivateMethod.class))
					.withRootCauseInstanceOf(UnguardableMethodException.class);
			});
	}

	@Test
	void beanThatIsMadeForAPostProcessor() {
		this.contextRunner.withBean(Guarded.class)
			.withUserConfiguration(NeedsGuarded.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll(Guarded.class.getName() + ".refund", "too early"));
	}

	@Test
	void beanThatIsMadeForALatePostProcessorIsGuarded() {
		this.contextRunner.withBean(Guarded.class)
			.withUserConfiguration(NeedsGuardedLate.class)
			.run((context) -> assertThat(AopUtils.isAopProxy(context.getBean(Guarded.class))).isTrue());
	}

	@Test
	void beanThatIsMadeForAFactoryPostProcessor() {
		this.contextRunner.withBean(Guarded.class)
			.withUserConfiguration(NeedsGuardedEvenEarlier.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll(Guarded.class.getName() + ".refund", "too early"));
	}

	@Test
	void singletonThatIsMadeBeforeTheContext() {
		this.contextRunner
			.withInitializer((context) -> context.getBeanFactory().registerSingleton("early", new Guarded()))
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll(Guarded.class.getName() + ".refund", "'early'"));
	}

	@Test
	void privateMethodThatItsClassCallsIsFirstOfAllPrivate() {
		this.contextRunner.withBean(PrivateMethodCalledByItsClass.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("the method is private")
				.hasMessageNotContaining("@Lazy"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			PrivateMethod     | Give it another visibility, and let other beans call it.
			FinalMethod       | Remove the modifier.
			StreamArgument    | Take plain data,
			UnsupportedFuture | Return a CompletableFuture.
			DurableMethodOnly | Add the dependency 'io.airlockapp:airlock-gateway-spring-boot-durable'
			""")
	void actionFitsTheFailure(String type, String action) throws ClassNotFoundException {
		this.contextRunner.withBean(Class.forName(getClass().getName() + "$" + type))
			.run((context) -> assertThat(
					new UnguardableMethodFailureAnalyzer().analyze(context.getStartupFailure()).getAction())
				.startsWith(action));
	}

	@Test
	void analysisTellsWhatToDo(CapturedOutput output) {
		assertThatException()
			.isThrownBy(() -> new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE).run());
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("PrivateMethod.refund")
			.contains("bean 'privateMethod'")
			.contains("Give it another visibility, and let other beans call it.")
			.doesNotContain("\tat org.springframework");
	}

	static class Guarded {

		@RequiresAirlockApproval
		void refund() {
			throw new IllegalStateException("Must not run");
		}

	}

	static class PrivateMethod {

		@RequiresAirlockApproval
		private void refund() {
		}

	}

	static class PrivateMethodCalledByItsClass {

		void refundAll() {
			refund();
		}

		@RequiresAirlockApproval
		private void refund() {
		}

	}

	static class AfterCommitListener {

		@TransactionalEventListener
		@RequiresAirlockApproval
		void refund(String order) {
		}

	}

	static class AfterRollbackListener {

		@TransactionalEventListener(phase = TransactionPhase.AFTER_ROLLBACK, fallbackExecution = true)
		@RequiresAirlockApproval
		void refund(String order) {
		}

	}

	static class BeforeCommitListener {

		@TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
		@RequiresAirlockApproval
		void refund(String order) {
		}

	}

	static class AllowedListener {

		@TransactionalEventListener
		@RequiresAirlockApproval(allowInTransaction = true)
		void refund(String order) {
		}

	}

	@Async
	static class AsyncListener {

		@TransactionalEventListener
		@RequiresAirlockApproval
		void refund(String order) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class AsyncConfiguration {

	}

	static class InheritedPrivateMethod extends PrivateMethod {

	}

	static class MethodOfAnotherPackage extends Desk {

	}

	static class MethodOfAGuardedTypeOfAnotherPackage extends GuardedDesk {

	}

	@RequiresAirlockApproval
	static class GuardedTypeOfAnotherPackage extends OpenDesk {

	}

	static class FinalMethod {

		@RequiresAirlockApproval
		final void refund() {
		}

	}

	static class StaticMethod {

		@RequiresAirlockApproval
		static void refund() {
		}

	}

	static final class FinalClass {

		@RequiresAirlockApproval
		void refund() {
		}

	}

	@RequiresAirlockApproval
	static class FinalMethodOfGuardedType {

		public final void refund() {
		}

	}

	interface Refunds {

		@RequiresAirlockApproval
		void refund();

	}

	static class FinalInstance implements Refunds {

		@Override
		public final void refund() {
		}

	}

	static class UnsupportedFuture {

		@RequiresAirlockApproval
		FutureTask<String> refund() {
			return new FutureTask<>(() -> "refunded");
		}

	}

	static class AsynchronousArgument {

		@RequiresAirlockApproval
		void refund(Mono<String> order) {
		}

	}

	static class UnknownPlaceholderInLabel {

		@RequiresAirlockApproval("Refund in ${no.such.property}")
		void refund() {
		}

	}

	static class UnknownPlaceholderInTimeout {

		@RequiresAirlockApproval(timeout = "${no.such.property}")
		void refund() {
		}

	}

	static class UnknownPlaceholderInType {

		@RequiresAirlockApproval(artifactType = "${no.such.property}")
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

	static class StreamArgument {

		@RequiresAirlockApproval
		void refund(Stream<String> order) {
		}

	}

	static class BindingResultArgument {

		@RequiresAirlockApproval
		void refund(BindingResult order) {
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

	@Configuration(proxyBeanMethods = false)
	static class NeedsGuarded {

		@Bean
		static EarlyPostProcessor needsGuardedPostProcessor(Guarded guarded) {
			return new EarlyPostProcessor();
		}

	}

	static class EarlyPostProcessor implements BeanPostProcessor, PriorityOrdered {

		@Override
		public int getOrder() {
			return 0;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NeedsGuardedLate {

		@Bean
		static BeanPostProcessor needsGuardedPostProcessor(Guarded guarded) {
			return new BeanPostProcessor() {
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NeedsGuardedEvenEarlier {

		@Bean
		static BeanFactoryPostProcessor needsGuardedFactoryPostProcessor(Guarded guarded) {
			return (beanFactory) -> {
			};
		}

	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.AirlockOmitted;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.verification.elsewhere.Orders;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.modifier.Visibility;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.dynamic.scaffold.subclass.ConstructorStrategy;
import net.bytebuddy.implementation.FixedValue;
import net.bytebuddy.implementation.SuperMethodCall;
import net.bytebuddy.matcher.ElementMatchers;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Sinks;

import org.springframework.aop.ClassFilter;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.ComposablePointcut;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.JdkRegexpMethodPointcut;
import org.springframework.asm.Attribute;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanNameAware;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cglib.core.ReflectUtils;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.test.util.AopTestUtils;

import static io.airlockapp.gateway.approval.verification.UnguardableBeans.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for guarded methods that are called past the proxy, on objects that Spring
 * creates: the methods deny these calls themselves.
 */
class LockedClassesTests {

	private static final List<String> ran = new CopyOnWriteArrayList<>();

	private final List<String> asked = new CopyOnWriteArrayList<>();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class))
		.withBean(ApprovalGate.class, () -> (call) -> this.asked.add(call.toString()));

	@BeforeEach
	void forget() {
		ran.clear();
	}

	@ParameterizedTest
	@ValueSource(classes = { Direct.class, StaticHelper.class, StoredReference.class, ByReflection.class, BySuper.class,
			InAnotherThread.class, ByAnInterface.class, BehindAnotherObject.class })
	void callOnTheObjectItselfIsDenied(Class<? extends Refunds> type) {
		this.contextRunner.withBean(type).run((context) -> {
			assertThat(context).hasNotFailed();
			Refunds refunds = context.getBean(type);
			assertThatException().isThrownBy(refunds::attempt)
				.satisfies((failure) -> assertThat(rootCause(failure)).isInstanceOf(InvalidApprovalUsageException.class)
					.hasMessageContainingAll(type.getName() + ".refund does not run", "on the object itself", "@Lazy"));
			assertThat(ran).isEmpty();
			assertThat(this.asked).isEmpty();
			assertThat(refunds.refund("o-1")).isEqualTo("o-1");
			assertThat(ran).containsExactly("o-1");
			assertThat(this.asked).hasSize(1);
		});
	}

	private static Throwable rootCause(Throwable failure) {
		return (failure.getCause() != null) ? rootCause(failure.getCause()) : failure;
	}

	@ParameterizedTest
	@ValueSource(classes = { AtConstruction.class, AfterConstruction.class })
	void callDuringTheCreationIsDenied(Class<?> type) {
		this.contextRunner.withBean(type)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidApprovalUsageException.class)
				.hasMessageContaining(type.getName() + ".refund"));
		assertThat(ran).isEmpty();
	}

	@Test
	void targetBehindTheProxyIsLocked() {
		this.contextRunner.withBean(Direct.class).run((context) -> {
			Refunds target = AopTestUtils.getUltimateTargetObject(context.getBean(Direct.class));
			assertDenied(() -> target.refund("o-1"));
		});
	}

	@Test
	void objectThatAPostProcessorKeepsIsLocked() {
		List<Direct> kept = new ArrayList<>();
		this.contextRunner.withBean(Direct.class)
			.withBean("keeping", BeanPostProcessor.class, () -> new KeepingPostProcessor(kept))
			.run((context) -> {
				assertThat(kept).hasSize(1);
				assertDenied(() -> kept.get(0).refund("o-1"));
				context.getBean(Direct.class).refund("o-2");
				assertThat(ran).containsExactly("o-2");
			});
	}

	@Test
	void objectThatIsNoBeanIsLocked() {
		this.contextRunner.run((context) -> {
			Object created = context.getAutowireCapableBeanFactory()
				.autowire(Direct.class, AutowireCapableBeanFactory.AUTOWIRE_CONSTRUCTOR, false);
			assertDenied(() -> ((Direct) created).refund("o-1"));
		});
	}

	@Test
	void approvedMethodMayCallOthersOfItsObject() {
		this.contextRunner.withBean(Chain.class).run((context) -> {
			context.getBean(Chain.class).refund(2);
			assertThat(ran).containsExactly("refund 2", "refund 1", "refund 0", "cancel", "cancel");
			assertThat(this.asked).hasSize(1);
		});
	}

	@Test
	void taskLeftByApprovedMethodIsDenied() {
		this.contextRunner.withBean(Chain.class).run((context) -> {
			Chain chain = context.getBean(Chain.class);
			Runnable later = chain.later();
			assertDenied(later::run);
			assertThatException().isThrownBy(() -> chain.elsewhere().join())
				.withCauseInstanceOf(InvalidApprovalUsageException.class);
			assertThat(ran).isEmpty();
		});
	}

	@Test
	void foreignTaskWhileAnApprovedMethodWaitsIsDenied() {
		this.contextRunner.withBean(Joining.class).run((context) -> {
			Joining joining = context.getBean(Joining.class);
			ForkJoinPool pool = new ForkJoinPool(1);
			try {
				assertThatException().isThrownBy(() -> pool.submit(joining::report).join())
					.satisfies((failure) -> assertThat(rootCause(failure))
						.isInstanceOf(InvalidApprovalUsageException.class));
				assertThat(ran).isEmpty();
				pool.submit(joining::cancelDirectly).join();
				assertThat(ran).containsExactly("cancel");
			}
			finally {
				pool.shutdown();
			}
		});
	}

	@Test
	void callsBehindAnotherGuardedMethodAreDenied() {
		this.contextRunner.withBean(Calling.class).withBean(Called.class).run((context) -> {
			assertDenied(context.getBean(Calling.class)::behindAnother);
			assertThat(ran).isEmpty();
		});
	}

	@Test
	void ownCallOfACallThatNeedsNoApprovalIsDenied() {
		this.contextRunner.withBean(Bulk.class).run((context) -> {
			Bulk bulk = context.getBean(Bulk.class);
			assertThatExceptionOfType(InvalidApprovalUsageException.class)
				.isThrownBy(() -> bulk.refundAll(List.of("a")))
				.withMessageContainingAll("Bulk.refund does not run",
						"A call of refundAll covers it only if it was approved");
			assertThat(ran).isEmpty();
			bulk.refundAll(List.of("a", "b"));
			assertThat(ran).containsExactly("a", "b");
			assertThat(this.asked).containsExactly("Bulk.refundAll");
			bulk.refundEachOnTheBean(List.of("c"));
			assertThat(ran).containsExactly("a", "b", "c");
			assertThat(this.asked).containsExactly("Bulk.refundAll", "Bulk.refund");
		});
	}

	@Test
	void ownCallsRunIfTheGuardIsBypassed() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class))
			.withPropertyValues("airlock.gateway.approval.mode=bypass")
			.withBean(Bulk.class)
			.run((context) -> {
				context.getBean(Bulk.class).refundAll(List.of("a"));
				context.getBean(Bulk.class).note("b");
				assertThat(ran).containsExactly("a", "b");
			});
	}

	@ParameterizedTest
	@ValueSource(classes = { OfAType.class, WithCovariantResult.class })
	@SuppressWarnings("unchecked")
	void bridgeMayBeCalledWithoutAnApproval(Class<? extends Operation<String>> type) {
		this.contextRunner.withPropertyValues("spring.aop.proxy-target-class=false")
			.withBean("operation", type)
			.run((context) -> {
				Operation<String> operation = (Operation<String>) context.getBean("operation");
				operation.run("small");
				operation.run("small");
				assertThat(ran).containsExactly("small", "small");
				assertThat(this.asked).isEmpty();
			});
	}

	@ParameterizedTest
	@ValueSource(classes = { OfASuperclass.class, OfASuperclassWithCovariantResult.class, OfAGenericSuperclass.class })
	@SuppressWarnings("unchecked")
	void bridgeToASuperclassPassesThePermitOn(Class<? extends Operation<String>> type) {
		this.contextRunner.withPropertyValues("spring.aop.proxy-target-class=false")
			.withBean("operation", type)
			.run((context) -> {
				Operation<String> operation = (Operation<String>) context.getBean("operation");
				assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(() -> operation.run("small"))
					.withMessageContaining("run does not run");
				assertThat(ran).containsExactly("small");
				operation.run("big");
				assertThat(ran).containsExactly("small", "big");
				assertThat(this.asked).hasSize(1);
			});
	}

	@Test
	void bridgeWithMoreAccessThanTheMethodItOverridesIsPublic() {
		this.contextRunner.withPropertyValues("spring.aop.proxy-target-class=false")
			.withBean("operation", MorePublic.class)
			.run((context) -> {
				context.getBean(NamedOperation.class).run("big");
				assertThat(ran).containsExactly("big");
				assertThat(this.asked).hasSize(1);
			});
	}

	@Test
	@SuppressWarnings("unchecked")
	void bridgeToATypeOfAnotherPackagePassesThePermitOn() {
		this.contextRunner.withPropertyValues("spring.aop.proxy-target-class=false")
			.withBean("desk", OfAnotherPackage.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				Orders.Operation<Object> desk = (Orders.Operation<Object>) context.getBean("desk");
				assertThat(desk.run(Orders.create())).isEqualTo("o-1");
				assertThat(this.asked).hasSize(1);
				assertThat(LockedClasses.isLocked(desk)).isTrue();
			});
	}

	@Test
	void ownCallOfAMethodWithOtherApproversIsDenied() {
		this.contextRunner.withBean(Bulk.class).run((context) -> {
			assertThatExceptionOfType(InvalidApprovalUsageException.class)
				.isThrownBy(() -> context.getBean(Bulk.class).note("a"))
				.withMessageContainingAll("Bulk.payOut does not run", "by the same approvers", "private method");
			assertThat(ran).isEmpty();
		});
	}

	@ParameterizedTest
	@EnumSource(Task.class)
	void taskOfOthersThatAnApprovedMethodRunsIsDenied(Task task) {
		this.contextRunner.withBean(Queue.class).run((context) -> {
			Queue queue = context.getBean(Queue.class);
			queue.add(task);
			assertThatException().isThrownBy(queue::runAll)
				.satisfies((failure) -> assertThat(rootCause(failure)).isInstanceOf(InvalidApprovalUsageException.class)
					.hasMessageContaining("loop"));
			assertThat(ran).isEmpty();
		});
	}

	@Test
	void reflectiveCallWithinAnApprovedMethodIsDenied() {
		this.contextRunner.withBean(Queue.class)
			.run((context) -> assertThatException().isThrownBy(context.getBean(Queue.class)::reflect)
				.satisfies(
						(failure) -> assertThat(rootCause(failure)).isInstanceOf(InvalidApprovalUsageException.class)));
		assertThat(ran).isEmpty();
	}

	@Test
	void taskThatCompletesAFutureIsDenied() {
		this.contextRunner.withBean(Queue.class).run((context) -> {
			Queue queue = context.getBean(Queue.class);
			CompletableFuture<Void> dependent = queue.cancelWhenReady();
			queue.setReady();
			assertThat(dependent).failsWithin(Duration.ZERO)
				.withThrowableThat()
				.withCauseInstanceOf(InvalidApprovalUsageException.class);
			assertThat(ran).isEmpty();
		});
	}

	@Test
	void elementOfOthersThatAnApprovedMethodDrainsIsDenied() {
		this.contextRunner.withBean(Queue.class).run((context) -> {
			Queue queue = context.getBean(Queue.class);
			queue.drain();
			assertThat(ran).isEmpty();
		});
	}

	@Test
	void callOnOtherObjectOfSameClassIsDenied() {
		this.contextRunner.withBean("first", Chain.class).withBean("second", Chain.class).run((context) -> {
			Chain second = AopTestUtils.getUltimateTargetObject(context.getBean("second"));
			assertDenied(() -> context.getBean("first", Chain.class).cancelOf(second));
		});
	}

	@Test
	void callOnInjectedBeanRequestsOwnApproval() {
		this.contextRunner.withBean(OnItsBean.class).run((context) -> {
			context.getBean(OnItsBean.class).attempt();
			assertThat(ran).containsExactly("attempt");
			assertThat(this.asked).hasSize(1);
		});
	}

	@Test
	void methodsOfAllKindsRunOnlyByTheGuard() {
		this.contextRunner.withBean(Kinds.class).run((context) -> {
			Kinds kinds = context.getBean(Kinds.class);
			Kinds target = AopTestUtils.getUltimateTargetObject(kinds);
			List<Function<Kinds, Object>> calls = List.of((on) -> on.ofInterface(1L),
					(on) -> ((Typed<Long>) on).ofInterface(1L), (on) -> on.byDefault("d"), Kinds::inherited,
					(on) -> ((Parent<String>) on).generic("g"), (on) -> on.generic("g"), Kinds::covariant,
					(on) -> ((Parent<String>) on).covariant(), Kinds::inThePackage, Kinds::protectedOne,
					(on) -> on.wide(1L, 2.0d, 3, "s"), (on) -> on.variable("a", "b"));
			for (int i = 0; i < calls.size(); i++) {
				Function<Kinds, Object> call = calls.get(i);
				assertDenied(() -> call.apply(target));
				assertThat(call.apply(kinds)).isNotNull();
				assertThat(this.asked).hasSize(i + 1);
			}
		});
	}

	@Test
	void annotationOnTypeLocksMethodsForOthers() {
		this.contextRunner.withBean(GuardedType.class).run((context) -> {
			GuardedType bean = context.getBean(GuardedType.class);
			GuardedType target = AopTestUtils.getUltimateTargetObject(bean);
			assertThat(ran).containsExactly("inject", "named", "open");
			assertDenied(target::refund);
			ran.add("then");
			bean.refund();
			assertThat(ran).endsWith("then", "refund", "cancel");
		});
		assertThat(ran).endsWith("close");
	}

	@Test
	void constructorIsResolvedAsWithoutALock() {
		this.contextRunner.withPropertyValues("limit=7")
			.withBean("one", String.class, () -> "first")
			.withBean("two", String.class, () -> "second")
			.withBean(Injected.class)
			.run((context) -> {
				assertThat(context.getBean(Injected.class).describe()).isEqualTo("second 7 null");
				assertThat(context.getBeanNamesForType(Injected.class)).hasSize(1);
			});
	}

	@Test
	void prototypesAndScopedBeansAreLocked() {
		this.contextRunner.withUserConfiguration(Prototype.class).run((context) -> {
			Direct first = context.getBean(Direct.class);
			Direct second = context.getBean(Direct.class);
			assertThat(AopTestUtils.<Object>getUltimateTargetObject(first).getClass())
				.isSameAs(AopTestUtils.<Object>getUltimateTargetObject(second).getClass());
			assertDenied(first::attempt);
			assertDenied(second::attempt);
			second.refund("o-1");
		});
		this.contextRunner.withUserConfiguration(Scoped.class).run((context) -> {
			Scoped scoped = context.getBean(Scoped.class);
			assertDenied(scoped::attempt);
			scoped.refund("o-2");
		});
		assertThat(ran).containsExactly("o-1", "o-2");
	}

	@Test
	void jdkProxiesAreLocked() {
		this.contextRunner.withPropertyValues("spring.aop.proxy-target-class=false")
			.withBean("service", ServiceImplementation.class)
			.run((context) -> {
				Service service = context.getBean(Service.class);
				assertThat(AopUtils.isJdkDynamicProxy(service)).isTrue();
				assertDenied(service::attempt);
				service.refund();
				assertThat(ran).containsExactly("refund");
			});
	}

	@Test
	void classOfTheUserIsNamed() {
		this.contextRunner.withBean(Direct.class).run((context) -> {
			Direct bean = context.getBean(Direct.class);
			assertThat(AopUtils.getTargetClass(bean)).isEqualTo(Direct.class);
			assertThat(AopProxyUtils.ultimateTargetClass(bean)).isEqualTo(Direct.class);
			assertThat(bean.getClass().getSuperclass()).isEqualTo(Direct.class);
			bean.refund("o-1");
			assertThat(this.asked).containsExactly("Direct.refund");
		});
	}

	/**
	 * AspectJ looks there for the annotation of {@code @target}.
	 */
	@Test
	void classOfTheTargetHasTheAnnotations() {
		this.contextRunner.withBean(Marked.class)
			.run((context) -> assertThat(
					AopTestUtils.<Object>getUltimateTargetObject(context.getBean(Marked.class)).getClass())
				.hasAnnotation(Mark.class));
	}

	/**
	 * Interceptors of libraries look for them in the class of the object, and those of
	 * Bean Validation must not find methods of the user there.
	 */
	@Test
	void lockedMethodsHaveTheAnnotationsOfTheMethodsThatRun() {
		this.contextRunner.withBean(MarkedMethods.class).run((context) -> {
			Class<?> type = AopTestUtils.<Object>getUltimateTargetObject(context.getBean(MarkedMethods.class))
				.getClass();
			assertThat(LockedClasses.isLocked(type)).isTrue();
			for (String name : List.of("refund", "cancel")) {
				Method method = type.getDeclaredMethod(name, String.class);
				assertThat(method.isSynthetic()).isTrue();
				assertThat(method.getAnnotation(Mark.class)).isNotNull();
				assertThat(method.getParameterAnnotations()[0]).hasSize(1);
				assertThat(method.getParameters()[0].getName()).isEqualTo("order");
			}
			assertThat(type.getDeclaredMethod("overridden", String.class).getAnnotation(Mark.class)).isNull();
		});
	}

	/**
	 * Otherwise, advice would apply to the locked method and to that of the user.
	 */
	@Test
	void aspectJDoesNotWeaveLockedMethods() {
		Map<String, String> attributes = new HashMap<>();
		new ClassReader(LockedClasses.generate(MarkedMethods.class, "Locked"))
			.accept(new ClassVisitor(SpringAsmInfo.ASM_VERSION) {

				@Override
				public MethodVisitor visitMethod(int access, String name, String descriptor, @Nullable String signature,
						String @Nullable [] exceptions) {
					return new MethodVisitor(SpringAsmInfo.ASM_VERSION) {

						@Override
						public void visitAttribute(Attribute attribute) {
							attributes.put(name, attribute.type);
						}

					};
				}

			}, 0);
		assertThat(attributes).containsOnlyKeys("refund", "cancel", "overridden")
			.containsValue("org.aspectj.weaver.AjSynthetic");
	}

	@Test
	void codeOfTheClassReadsItsTypeArguments() {
		this.contextRunner.withBean(OrderDesk.class).run((context) -> {
			assertThat(context).hasNotFailed();
			OrderDesk target = AopTestUtils.getUltimateTargetObject(context.getBean(OrderDesk.class));
			assertThat(LockedClasses.isLocked(target)).isTrue();
			assertThat(target.type).isEqualTo(String.class);
			assertThat(target.getClass().getGenericInterfaces()).isEqualTo(OrderDesk.class.getGenericInterfaces());
			assertDenied(() -> target.refund("o-1"));
		});
	}

	@Test
	void bypassedMethodsRun() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class))
			.withPropertyValues("airlock.gateway.approval.mode=bypass")
			.withBean(Direct.class)
			.run((context) -> {
				context.getBean(Direct.class).refund("o-1");
				assertThat(ran).containsExactly("o-1");
				assertDenied(context.getBean(Direct.class)::attempt);
			});
	}

	@ParameterizedTest
	@ValueSource(classes = { Sealed.class, PrivateConstructor.class, WithSuper.class, WithReferenceToSuper.class })
	void classesThatCannotBeLockedAndCallsWithSuperAreVerifiedAtStart(Class<?> type) {
		assertRefused(this.contextRunner.withBean(type), ".refund requires approval", "on the object itself (this)");
	}

	/**
	 * A class file that was generated ahead of time remains among the classes when the
	 * application is compiled again.
	 */
	@Test
	void generatedClassThatLocksOtherMethodsIsNotUsed() throws Exception {
		assertOutdated(Outdated.class, define(Outdated.class, new ByteBuddy().subclass(Outdated.class)));
	}

	@Test
	void generatedClassWithOtherConstructorsIsNotUsed() throws Exception {
		assertOutdated(OtherConstructor.class,
				define(OtherConstructor.class,
						new ByteBuddy().subclass(OtherConstructor.class, ConstructorStrategy.Default.NO_CONSTRUCTORS)
							.method(ElementMatchers.named("refund"))
							.intercept(FixedValue.originType())));
	}

	@Test
	void generatedClassToWhichAnAgentAddsMethodsIsUsed() throws Exception {
		Class<?> instrumented = define(Instrumented.class,
				new ByteBuddy().subclass(Instrumented.class)
					.method(ElementMatchers.named("refund"))
					.intercept(SuperMethodCall.INSTANCE)
					.defineMethod("getVirtualField", Object.class, Visibility.PUBLIC)
					.intercept(FixedValue.nullValue()));
		assertThat(LockedClasses.isLocked(instrumented)).isTrue();
	}

	private static Class<?> define(Class<?> type, DynamicType.Builder<?> subclass) throws Exception {
		String name = type.getName() + "$$AirlockLock$$0";
		return ReflectUtils.defineClass(name, subclass.name(name).make().getBytes(), type.getClassLoader(), null, type);
	}

	private void assertOutdated(Class<?> type, Class<?> stale) {
		assertThat(LockedClasses.isLocked(stale)).isFalse();
		this.contextRunner.withBean(type).run((context) -> {
			Object target = AopTestUtils.getUltimateTargetObject(context.getBean(type));
			assertThat(target).isNotInstanceOf(stale);
			assertThat(LockedClasses.isLocked(target)).isTrue();
		});
	}

	@Test
	void bridgeToASuperclassIsLocked() {
		this.contextRunner.withBean(Inherited.class).run((context) -> {
			Payouts bean = context.getBean(Inherited.class);
			Inherited target = AopTestUtils.getUltimateTargetObject(bean);
			Payouts byInterface = target;
			AnyPayouts<String> bySuperclass = target;
			assertDenied(() -> byInterface.payOut("o-1"));
			assertDenied(() -> bySuperclass.payOut("o-1"));
			bean.payOut("o-2");
			AnyPayouts<String> beanBySuperclass = context.getBean(Inherited.class);
			beanBySuperclass.payOut("o-3");
			assertThat(ran).containsExactly("o-2", "o-3");
		});
	}

	@Test
	void failedMethodReturnsItsPermit() {
		this.contextRunner.withBean(Failing.class).run((context) -> {
			Failing bean = context.getBean(Failing.class);
			Failing target = AopTestUtils.getUltimateTargetObject(bean);
			assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> bean.refund(1L, 2.0d, 3.0f, true));
			assertDenied(() -> target.refund(1L, 2.0d, 3.0f, true));
		});
	}

	@Test
	void wrapperAroundTheObjectIsRefusedAtStart() {
		assertRefused(
				this.contextRunner.withBean(Plain.class)
					.withBean("wrapping", BeanPostProcessor.class, ForeignPostProcessor::new),
				"wraps the object", Wrapper.class.getName());
	}

	@Test
	void pointcutThatMatchesExactlyTheClassIsRefused() {
		assertRefused(
				this.contextRunner.withBean(Plain.class)
					.withBean("exact", DefaultPointcutAdvisor.class, LockedClassesTests::exactAdvisor,
							(definition) -> definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE)),
				"Bean '", Plain.class.getName(), "subclass");
	}

	/**
	 * A pattern of names applies to the methods that the class inherits, too.
	 */
	@Test
	void pointcutThatLosesAnInheritedMethodIsRefused() {
		DefaultPointcutAdvisor audit = new DefaultPointcutAdvisor(new JdkRegexpMethodPointcut(),
				(MethodInterceptor) MethodInvocation::proceed);
		((JdkRegexpMethodPointcut) audit.getPointcut())
			.setPattern(Pattern.quote(AuditedByName.class.getName()) + "\\..*");
		assertRefused(
				this.contextRunner.withBean(AuditedByName.class)
					.withBean("audit", DefaultPointcutAdvisor.class, () -> audit,
							(definition) -> definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE)),
				"Bean '", AuditedByName.class.getName(), "subclass");
	}

	@Test
	void advisorsOfAClassAreMatchedOnce() {
		AtomicInteger matched = new AtomicInteger();
		DefaultPointcutAdvisor counting = new DefaultPointcutAdvisor(new ComposablePointcut((ClassFilter) (type) -> {
			matched.addAndGet((type == Prototype.class) ? 1 : 0);
			return false;
		}), (MethodInterceptor) MethodInvocation::proceed);
		this.contextRunner.withUserConfiguration(Prototype.class)
			.withBean("counting", DefaultPointcutAdvisor.class, () -> counting,
					(definition) -> definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE))
			.run((context) -> {
				context.getBean(Prototype.class);
				assertThat(matched.getAndSet(0)).isPositive();
				context.getBean(Prototype.class);
				assertThat(matched).hasValue(0);
			});
	}

	private static DefaultPointcutAdvisor exactAdvisor() {
		ClassFilter exact = (type) -> type == Plain.class;
		DefaultPointcutAdvisor advisor = new DefaultPointcutAdvisor(new ComposablePointcut(exact),
				(MethodInterceptor) (invocation) -> {
					ran.add("advised");
					return invocation.proceed();
				});
		advisor.setOrder(0);
		return advisor;
	}

	private static void assertDenied(Callable<?> call) {
		int before = ran.size();
		assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(call::call)
			.withMessageContaining("on the object itself");
		assertThat(ran).hasSize(before);
	}

	private static void assertDenied(Runnable call) {
		assertDenied(() -> {
			call.run();
			return null;
		});
	}

	static class Audited {

		@RequiresAirlockApproval
		public void pay() {
		}

	}

	static class AuditedByName extends Audited {

		public void list() {
		}

	}

	static class WithSuper extends Refunds {

		@Override
		public void attempt() {
			super.refund("super");
		}

	}

	static class WithReferenceToSuper extends Refunds {

		@Override
		public void attempt() {
			Function<String, String> reference = super::refund;
			reference.apply("super");
		}

	}

	interface Payouts {

		@RequiresAirlockApproval
		void payOut(String order);

	}

	static class AnyPayouts<T> {

		public void payOut(T order) {
			ran.add(String.valueOf(order));
		}

	}

	static class Inherited extends AnyPayouts<String> implements Payouts {

	}

	static class Failing {

		@RequiresAirlockApproval
		public double refund(long first, double second, float third, boolean fourth) {
			throw new IllegalStateException("failed");
		}

	}

	public static class OtherConstructor {

		@RequiresAirlockApproval
		public Object refund() {
			return this;
		}

	}

	public static class Instrumented {

		@RequiresAirlockApproval
		public void refund() {
		}

	}

	public static class Outdated {

		@RequiresAirlockApproval
		public void refund() {
		}

	}

	abstract static class GenericDesk<T> {

		final Type type;

		GenericDesk() {
			this.type = TypeArguments.first(getClass());
		}

	}

	/**
	 * Applications often have such a class.
	 */
	static final class TypeArguments {

		private TypeArguments() {
		}

		static Type first(Class<?> type) {
			return ((ParameterizedType) type.getGenericSuperclass()).getActualTypeArguments()[0];
		}

	}

	static class OrderDesk extends GenericDesk<String> implements Consumer<String> {

		@Override
		public void accept(String order) {
		}

		@RequiresAirlockApproval
		public void refund(String order) {
			ran.add(order);
		}

	}

	static class Plain {

		@RequiresAirlockApproval
		public void refund() {
			ran.add("refund");
		}

	}

	static class Wrapper {

		private final Plain plain;

		Wrapper(Plain plain) {
			this.plain = plain;
		}

		@RequiresAirlockApproval
		public void refund() {
			this.plain.refund();
		}

	}

	private static final class ForeignPostProcessor implements BeanPostProcessor {

		@Override
		public Object postProcessBeforeInitialization(Object bean, String beanName) {
			return (bean instanceof Plain plain) ? new Wrapper(plain) : bean;
		}

	}

	abstract static class Refunds {

		@RequiresAirlockApproval
		public String refund(String order) {
			ran.add(order);
			return order;
		}

		abstract void attempt();

	}

	static class Direct extends Refunds {

		@Override
		public void attempt() {
			refund("direct");
		}

	}

	static class StaticHelper extends Refunds {

		@Override
		public void attempt() {
			Helper.help(this);
		}

		private static final class Helper {

			static void help(StaticHelper refunds) {
				refunds.refund("helper");
			}

		}

	}

	static class StoredReference extends Refunds {

		private final Function<String, String> reference = this::refund;

		@Override
		public void attempt() {
			this.reference.apply("stored");
		}

	}

	static class ByReflection extends Refunds {

		@Override
		public void attempt() {
			try {
				Refunds.class.getMethod("refund", String.class).invoke(this, "reflection");
			}
			catch (ReflectiveOperationException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	static class BySuper extends Direct {

		@Override
		public void attempt() {
			super.attempt();
		}

	}

	static class InAnotherThread extends Refunds {

		@Override
		public void attempt() {
			CompletableFuture.runAsync(() -> refund("thread")).join();
		}

	}

	interface Retrying {

		String refund(String order);

		default void retry() {
			refund("interface");
		}

	}

	static class ByAnInterface extends Refunds implements Retrying {

		@Override
		public void attempt() {
			retry();
		}

	}

	static class EventBus {

		private static final List<Refunds> listeners = new ArrayList<>();

	}

	static class BehindAnotherObject extends Refunds {

		BehindAnotherObject() {
			EventBus.listeners.add(this);
		}

		@Override
		public void attempt() {
			EventBus.listeners.get(EventBus.listeners.size() - 1).refund("bus");
		}

	}

	static class AtConstruction {

		AtConstruction() {
			refund();
		}

		@RequiresAirlockApproval
		public void refund() {
			ran.add("refund");
		}

	}

	static class AfterConstruction {

		@PostConstruct
		void init() {
			refund();
		}

		@RequiresAirlockApproval
		public void refund() {
			ran.add("refund");
		}

	}

	static class Chain {

		@RequiresAirlockApproval
		public void refund(int rest) {
			ran.add("refund " + rest);
			if (rest > 0) {
				refund(rest - 1);
				help();
			}
		}

		private void help() {
			cancel();
		}

		@RequiresAirlockApproval
		public void cancel() {
			ran.add("cancel");
		}

		@RequiresAirlockApproval
		public Runnable later() {
			return this::cancel;
		}

		@RequiresAirlockApproval
		public CompletableFuture<Void> elsewhere() {
			return CompletableFuture.runAsync(this::cancel);
		}

		@RequiresAirlockApproval
		public void cancelOf(@AirlockOmitted Chain other) {
			other.cancel();
		}

	}

	interface Operation<T> {

		Object run(T name);

	}

	static class OfAType implements Operation<String> {

		@Override
		@RequiresAirlockApproval(condition = "#name == 'big'")
		public Object run(String name) {
			return ran.add(name);
		}

	}

	static class WithCovariantResult implements Operation<String> {

		@Override
		@RequiresAirlockApproval(condition = "#name == 'big'")
		public String run(String name) {
			ran.add(name);
			return name;
		}

	}

	interface NamedOperation {

		@RequiresAirlockApproval
		Object run(String name);

	}

	static class ProtectedOperation {

		protected Object run(String name) {
			return name;
		}

	}

	static class MorePublic extends ProtectedOperation implements NamedOperation {

		@Override
		public String run(String name) {
			ran.add(name);
			return name;
		}

	}

	static class AnyOperation {

		@RequiresAirlockApproval(condition = "#name == 'big'")
		public Object run(String name) {
			ran.add(name);
			if (name.equals("small")) {
				List.of("big").forEach(this::run);
			}
			return name;
		}

	}

	static class OfASuperclass extends AnyOperation implements Operation<String> {

	}

	static class AnyCovariantOperation {

		@RequiresAirlockApproval(condition = "#name == 'big'")
		public String run(String name) {
			ran.add(name);
			if (name.equals("small")) {
				List.of("big").forEach(this::run);
			}
			return name;
		}

	}

	static class OfASuperclassWithCovariantResult extends AnyCovariantOperation implements Operation<String> {

	}

	static class OfAnotherPackage extends Orders.Desk {

	}

	abstract static class GenericOperation<T> implements Operation<T> {

		@Override
		public abstract Object run(T name);

	}

	abstract static class AnyGenericOperation<T> extends GenericOperation<T> {

		@RequiresAirlockApproval(condition = "#name == 'big'")
		public Object run(String name) {
			ran.add(name);
			if (name.equals("small")) {
				List.of("big").forEach(this::run);
			}
			return name;
		}

	}

	static class OfAGenericSuperclass extends AnyGenericOperation<String> {

	}

	static class Bulk {

		@Lazy
		@Autowired
		private Bulk self;

		@RequiresAirlockApproval(condition = "#orders.size() > 1")
		public void refundAll(List<String> orders) {
			for (String order : orders) {
				refund(order);
			}
		}

		@RequiresAirlockApproval(condition = "#orders.size() > 1")
		public void refundEachOnTheBean(List<String> orders) {
			orders.forEach(this.self::refund);
		}

		@RequiresAirlockApproval
		public void refund(String order) {
			ran.add(order);
		}

		@RequiresAirlockApproval
		public void note(String text) {
			payOut(text);
		}

		@RequiresAirlockApproval(pairing = "finance")
		public void payOut(String order) {
			ran.add(order);
		}

	}

	static class Joining {

		private final ForkJoinTask<?> task = ForkJoinTask.adapt(() -> cancel());

		@RequiresAirlockApproval
		public void report() {
			// A worker that waits runs other tasks in its thread
			this.task.fork().join();
		}

		@RequiresAirlockApproval(pairing = "default")
		public void cancelDirectly() {
			cancel();
		}

		@RequiresAirlockApproval
		public void cancel() {
			ran.add("cancel");
		}

	}

	static class Calling {

		@Autowired
		private Called called;

		@RequiresAirlockApproval
		public void behindAnother() {
			this.called.run(this::cancel);
		}

		@RequiresAirlockApproval
		public void cancel() {
			ran.add("cancel");
		}

	}

	static class Called {

		@RequiresAirlockApproval
		public void run(@AirlockOmitted Runnable task) {
			task.run();
		}

	}

	enum Task {

		LAMBDA(Queue::lambda), METHOD_REFERENCE((queue) -> queue::cancel), REFERENCE_TO_A_HELPER(Queue::helper),
		NESTED_CLASS(Queue::nested);

		private final Function<Queue, Runnable> task;

		Task(Function<Queue, Runnable> task) {
			this.task = task;
		}

	}

	static class Queue {

		private final List<Runnable> tasks = new ArrayList<>();

		private final CompletableFuture<Void> ready = new CompletableFuture<>();

		private final Sinks.Many<Runnable> sink = Sinks.many().unicast().onBackpressureBuffer();

		public void add(Task task) {
			this.tasks.add(task.task.apply(this));
		}

		private Runnable lambda() {
			return () -> cancel();
		}

		private Runnable helper() {
			return this::help;
		}

		private Runnable nested() {
			return new Runnable() {

				@Override
				public void run() {
					help();
				}

			};
		}

		private void help() {
			cancel();
		}

		@RequiresAirlockApproval
		public void runAll() {
			for (Runnable task : this.tasks) {
				task.run();
			}
		}

		@RequiresAirlockApproval
		public void reflect() throws Exception {
			Method helper = Queue.class.getDeclaredMethod("help");
			helper.invoke(this);
		}

		public CompletableFuture<Void> cancelWhenReady() {
			return this.ready.thenRun(this::help);
		}

		@RequiresAirlockApproval
		public void setReady() {
			this.ready.complete(null);
		}

		@RequiresAirlockApproval
		public void drain() {
			this.sink.asFlux().subscribe(Runnable::run, (failure) -> {
			});
			this.sink.tryEmitNext(this::help);
		}

		@RequiresAirlockApproval
		public void cancel() {
			ran.add("cancel");
		}

	}

	static class OnItsBean extends Refunds {

		@Autowired
		@Lazy
		private OnItsBean self;

		@Override
		public void attempt() {
			this.self.refund("attempt");
		}

	}

	interface Typed<T> {

		@RequiresAirlockApproval
		Object ofInterface(T value);

		@RequiresAirlockApproval
		default Object byDefault(String value) {
			return value;
		}

	}

	abstract static class Parent<T> {

		@RequiresAirlockApproval
		public Object inherited() {
			return "inherited";
		}

		@RequiresAirlockApproval
		public Object generic(T value) {
			return "parent";
		}

		@RequiresAirlockApproval
		public Object covariant() {
			return "parent";
		}

	}

	static class Kinds extends Parent<String> implements Typed<Long> {

		@Override
		public Object ofInterface(Long value) {
			return value;
		}

		@Override
		public Object generic(String value) {
			return "child and " + super.generic(value);
		}

		@Override
		public String covariant() {
			return "child";
		}

		@RequiresAirlockApproval
		Object inThePackage() {
			return "package";
		}

		@RequiresAirlockApproval
		protected Object protectedOne() {
			return "protected";
		}

		@RequiresAirlockApproval
		public double wide(long first, double second, int third, String fourth) {
			return first + second + third + fourth.length();
		}

		@RequiresAirlockApproval
		public int variable(String... values) {
			return values.length;
		}

	}

	@RequiresAirlockApproval
	static class GuardedType implements AutoCloseable, BeanNameAware {

		@Autowired
		public void inject(BeanFactory beanFactory) {
			ran.add("inject");
		}

		@Override
		public void setBeanName(String name) {
			ran.add("named");
		}

		@PostConstruct
		public void open() {
			ran.add("open");
		}

		public void refund() {
			ran.add("refund");
			cancel();
		}

		public void cancel() {
			ran.add("cancel");
		}

		@PreDestroy
		public void release() {
			ran.add("release");
		}

		@Override
		public void close() {
			ran.add("close");
		}

	}

	static class Injected {

		private final String description;

		Injected(@Qualifier("two") String text, @Value("${limit}") int limit,
				@Autowired(required = false) Runnable none) {
			this.description = text + " " + limit + " " + none;
		}

		@RequiresAirlockApproval
		public String describe() {
			return this.description;
		}

	}

	@Scope(BeanDefinition.SCOPE_PROTOTYPE)
	static class Prototype extends Direct {

	}

	@Scope(scopeName = BeanDefinition.SCOPE_PROTOTYPE, proxyMode = ScopedProxyMode.TARGET_CLASS)
	static class Scoped extends Direct {

	}

	interface Service {

		void refund();

		void attempt();

	}

	static class ServiceImplementation implements Service {

		@Override
		@RequiresAirlockApproval
		public void refund() {
			ran.add("refund");
		}

		@Override
		public void attempt() {
			refund();
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@interface Mark {

	}

	@Mark
	static class Marked extends Direct {

	}

	static class InheritedMarks {

		@Mark
		@RequiresAirlockApproval
		public void cancel(@Mark String order) {
		}

		@Mark
		@RequiresAirlockApproval
		public void overridden(String order) {
		}

	}

	static class MarkedMethods extends InheritedMarks {

		@Mark
		@RequiresAirlockApproval
		public void refund(@Mark String order) {
		}

		@Override
		public void overridden(String order) {
		}

	}

	static sealed class Sealed {

		@RequiresAirlockApproval
		public void refund() {
			ran.add("refund");
		}

		public void attempt() {
			refund();
		}

		static final class Permitted extends Sealed {

		}

	}

	static class PrivateConstructor {

		private PrivateConstructor() {
		}

		@RequiresAirlockApproval
		public void refund() {
			ran.add("refund");
		}

		public void attempt() {
			refund();
		}

	}

	private record KeepingPostProcessor(List<Direct> kept) implements BeanPostProcessor, PriorityOrdered {

		@Override
		public Object postProcessBeforeInitialization(Object bean, String beanName) {
			if (bean instanceof Direct direct) {
				this.kept.add(direct);
			}
			return bean;
		}

		@Override
		public int getOrder() {
			return Ordered.HIGHEST_PRECEDENCE;
		}

	}

}

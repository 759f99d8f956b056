/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.ApprovalDenialHandler;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.snapshot.SnapshotWriter;
import io.airlockapp.gateway.exchange.ApprovalTaskExecutor;
import io.airlockapp.gateway.halt.Halt;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.TargetSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that interceptors around the guard cannot get past it, whatever they do with
 * their invocation.
 */
class OuterInvocationTests {

	@AutoClose
	private final ApprovalTaskExecutor threads = new ApprovalTaskExecutor(false, null);

	private final List<String> asked = new ArrayList<>();

	private final Vault target = new Vault();

	private boolean denying;

	private Runnable onPass = () -> {
	};

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void approvalWhenInterceptorProceedsTwiceIsRequestedTwice(boolean ofClass) {
		MethodInterceptor twice = (invocation) -> {
			invocation.proceed();
			return invocation.proceed();
		};
		Door door = guarded(ofClass, twice);
		assertThat(door.open("a")).isEqualTo("opened a");
		assertThat(door.openAll()).isEqualTo("opened all");
		assertThat(this.target.opened).containsExactly("a", "a", "all", "all");
		assertThat(this.asked).containsExactly("Vault.open", "Vault.open", "Vault.openAll", "Vault.openAll");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void secondProceedAfterADenialDoesNotRunTheMethod(boolean ofClass) {
		this.denying = true;
		Door door = guarded(ofClass, OuterInvocationTests::proceedStubbornly);
		assertThat(door.open("a")).isEqualTo("gave up");
		assertThat(door.openAll()).isEqualTo("gave up");
		assertThat(this.target.opened).isEmpty();
		assertThat(this.asked).hasSize(20);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void approvalWhenInterceptorProceedsWithOtherArgumentsIsRequestedEachTime(boolean ofClass) {
		MethodInterceptor retrying = (invocation) -> {
			for (int i = 0; i < 4; i++) {
				((ProxyMethodInvocation) invocation).setArguments("try " + i);
				invocation.proceed();
			}
			return "done";
		};
		guarded(ofClass, retrying).open("a");
		assertThat(this.target.opened).containsExactly("try 0", "try 1", "try 2", "try 3");
		assertThat(this.asked).hasSize(4);
	}

	@Test
	void argumentsSetWithinTheGuardDoNotReachThoseOutside() {
		MethodInterceptor twice = (invocation) -> {
			for (int i = 0; i < 2; i++) {
				assertThatExceptionOfType(ApprovalVerificationException.class).isThrownBy(invocation::proceed);
				assertThat(invocation.getArguments()).containsExactly("a");
			}
			return "denied";
		};
		ProxyFactory factory = factory(true, twice);
		factory.addAdvice((MethodInterceptor) (invocation) -> {
			invocation.getArguments()[0] = invocation.getArguments()[0] + "!";
			((ProxyMethodInvocation) invocation).setArguments(invocation.getArguments()[0] + "!");
			return invocation.proceed();
		});
		assertThat(((Door) factory.getProxy()).open("a")).isEqualTo("denied");
		assertThat(this.target.opened).isEmpty();
	}

	@Test
	void argumentsSetOutsideReachAllOutsideAsWithoutAGuard() {
		MethodInterceptor watching = (invocation) -> {
			Object result = invocation.proceed();
			assertThat(invocation.getArguments()).containsExactly("b");
			return result;
		};
		ProxyFactory factory = factory(true, watching);
		factory.addAdvice(2, (MethodInterceptor) (invocation) -> {
			((ProxyMethodInvocation) invocation).setArguments("b");
			((ProxyMethodInvocation) invocation).invocableClone("c").proceed();
			return invocation.proceed();
		});
		factory.addAdvice(3, (MethodInterceptor) (invocation) -> {
			if (invocation.getArguments()[0].equals("c")) {
				((ProxyMethodInvocation) invocation).setArguments("d");
			}
			return invocation.proceed();
		});
		assertThat(((Door) factory.getProxy()).open("a")).isEqualTo("opened b");
		assertThat(this.target.opened).containsExactly("d", "b");
		assertThat(this.asked).hasSize(2);
	}

	@Test
	void attributesSetOutsideReachAllInterceptors() {
		List<Object> seen = new ArrayList<>();
		ProxyFactory factory = factory(true, (invocation) -> {
			((ProxyMethodInvocation) invocation).setUserAttribute("first", 1);
			Object result = invocation.proceed();
			seen.add(((ProxyMethodInvocation) invocation).getUserAttribute("second"));
			return result;
		});
		factory.addAdvice(2, (MethodInterceptor) (invocation) -> {
			((ProxyMethodInvocation) invocation).setUserAttribute("second", 2);
			return invocation.proceed();
		});
		factory.addAdvice((MethodInterceptor) (invocation) -> {
			seen.add(((ProxyMethodInvocation) invocation).getUserAttribute("first"));
			seen.add(((ProxyMethodInvocation) invocation).getUserAttribute("second"));
			return invocation.proceed();
		});
		((Door) factory.getProxy()).open("a");
		assertThat(seen).containsExactly(1, 2, 2);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void targetWhenProceedingAgainIsThatOfCall(boolean ofClass) {
		List<Vault> targets = new ArrayList<>();
		ProxyFactory factory = factory(ofClass, (invocation) -> {
			invocation.proceed();
			return invocation.proceed();
		});
		factory.setTargetSource(new TargetSource() {

			@Override
			public Class<?> getTargetClass() {
				return Vault.class;
			}

			@Override
			public Object getTarget() {
				targets.add(new Vault());
				return targets.get(targets.size() - 1);
			}

		});
		Door door = (Door) factory.getProxy();
		door.open("a");
		door.open("b");
		assertThat(targets).extracting((vault) -> vault.opened).containsExactly(List.of("a", "a"), List.of("b", "b"));
	}

	@Test
	void approvalWhenInterceptorProceedsWithCopiesIsRequestedForEach() {
		MethodInterceptor retrying = (invocation) -> {
			((ProxyMethodInvocation) invocation).invocableClone().proceed();
			return ((ProxyMethodInvocation) invocation).invocableClone().proceed();
		};
		assertThat(guarded(true, retrying).open("a")).isEqualTo("opened a");
		assertThat(this.asked).hasSize(2);
	}

	@Test
	void approvalWhenEachSubscriptionProceedsIsRequestedForEach() {
		MethodInterceptor perSubscription = (invocation) -> Mono.defer(() -> {
			try {
				return (Mono<?>) invocation.proceed();
			}
			catch (Throwable ex) {
				return Mono.error(ex);
			}
		});
		Mono<String> result = guarded(true, perSubscription).openLazily("a");
		assertThat(result.block()).isEqualTo("opened a");
		assertThat(result.block()).isEqualTo("opened a");
		this.denying = true;
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(result::block);
		assertThat(this.target.opened).containsExactly("a", "a");
		assertThat(this.asked).hasSize(3);
	}

	@Test
	void argumentsThatAreExchangedAfterTheHandOverDoNotReachTheMethod() throws Exception {
		MethodInterceptor exchanging = (invocation) -> {
			Object[] before = invocation.getArguments();
			Object result = invocation.proceed();
			Arrays.fill(before, "exchanged");
			return result;
		};
		assertThat(guarded(true, exchanging).openLater("a").get(20, TimeUnit.SECONDS)).isEqualTo("opened a");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void interceptorInFrontOfTheOutermostOfTheGuardDoesNotReachTheMethod(boolean ofClass) {
		ProxyFactory factory = factory(ofClass, MethodInvocation::proceed);
		Door door = (Door) factory.getProxy();
		assertThat(door.open("a")).isEqualTo("opened a");
		factory.addAdvice(0, (MethodInterceptor) OuterInvocationTests::proceedStubbornly);
		for (ThrowingCallable call : List.<ThrowingCallable>of(() -> door.open("b"), door::openAll,
				() -> door.openLater("b"), () -> door.openLazily("b"))) {
			assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(call)
				.withMessageContainingAll("Vault do not run", "in front");
		}
		assertThat(door.lock()).isEqualTo("gave up");
		factory.removeAdvisor(0);
		assertThat(door.open("c")).isEqualTo("opened c");
		assertThat(this.target.opened).containsExactly("a", "c");
		assertThat(this.asked).hasSize(2);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void proxyWithoutTheOutermostOfTheGuardDoesNotReachTheMethod(boolean ofClass) {
		ProxyFactory factory = factory(ofClass, OuterInvocationTests::proceedStubbornly);
		factory.removeAdvisor(0);
		Door door = (Door) factory.getProxy();
		assertThat(door.open("a")).isEqualTo("gave up");
		assertThat(door.openAll()).isEqualTo("gave up");
		assertThat(this.target.opened).isEmpty();
		assertThat(this.asked).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void proxyWithTheGuardRemovedDoesNotReachTheMethod(boolean ofClass) {
		ProxyFactory factory = factory(ofClass, OuterInvocationTests::proceedStubbornly);
		factory.removeAdvisor(2);
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> ((Door) factory.getProxy()).open("a"));
		assertThat(this.target.opened).isEmpty();
	}

	private static Object proceedStubbornly(MethodInvocation invocation) {
		for (int i = 0; i < 10; i++) {
			try {
				invocation.proceed();
			}
			catch (Throwable ex) {
				continue;
			}
		}
		return "gave up";
	}

	@Test
	void callWhenCancelledDuringApprovalDoesNotRun() {
		CompletableFuture<CompletableFuture<String>> answer = new CompletableFuture<>();
		this.onPass = () -> answer.join().cancel(true);
		answer.complete(guarded(true, MethodInvocation::proceed).openLater("a"));
		assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> answer.join().join());
		this.threads.close();
		assertThat(this.asked).hasSize(1);
		assertThat(this.target.opened).isEmpty();
	}

	static Stream<Consumer<CompletableFuture<String>>> ends() {
		return Stream.of((result) -> result.cancel(true), (result) -> result.complete("from outside"),
				(result) -> result.completeExceptionally(new TimeoutException()));
	}

	@ParameterizedTest
	@MethodSource("ends")
	void callWhenFutureEndsInInterceptorInsideGuardDoesNotRun(Consumer<CompletableFuture<String>> end) {
		CompletableFuture<CompletableFuture<String>> answer = new CompletableFuture<>();
		ProxyFactory factory = factory(true, MethodInvocation::proceed);
		factory.addAdvice((MethodInterceptor) (invocation) -> {
			end.accept(answer.join());
			return invocation.proceed();
		});
		answer.complete(((Door) factory.getProxy()).openLater("a"));
		answer.join().handle((value, ex) -> value).join();
		this.threads.close();
		assertThat(this.asked).hasSize(1);
		assertThat(this.target.opened).isEmpty();
	}

	@Test
	void publisherOfAnInterceptorInsideTheGuardStartsTheMethodLater() {
		ProxyFactory factory = factory(true, MethodInvocation::proceed);
		factory.addAdvice((MethodInterceptor) (invocation) -> Mono.defer(() -> {
			try {
				return (Mono<?>) invocation.proceed();
			}
			catch (Throwable ex) {
				return Mono.error(ex);
			}
		}));
		assertThat(((Door) factory.getProxy()).openLazily("a").block()).isEqualTo("opened a");
		assertThat(this.target.opened).containsExactly("a");
	}

	private Door guarded(boolean ofClass, MethodInterceptor outer) {
		return (Door) factory(ofClass, outer).getProxy();
	}

	private ProxyFactory factory(boolean ofClass, MethodInterceptor outer) {
		ApprovalAdvisor guard = advisor();
		ProxyFactory factory = new ProxyFactory(this.target);
		factory.setProxyTargetClass(ofClass);
		factory.addAdvice(outer);
		factory.addAdvisor(guard);
		GuardedChainAdvisor.addFirst(factory, "desk", new GuardedNames(new DefaultListableBeanFactory()));
		return factory;
	}

	private ApprovalAdvisor advisor() {
		ApprovalGate gate = (call) -> {
			this.asked.add(call.toString());
			this.onPass.run();
			if (this.denying) {
				throw new ApprovalUnavailableException("No", null, null);
			}
		};
		return new ApprovalAdvisor(new DefaultListableBeanFactory(), new MockEnvironment(),
				() -> new SnapshotWriter(new JsonMapper()), () -> gate, ApprovalDenialHandler::throwing,
				() -> new DenialPublisher(ApprovalListener.of(List.of()), "command.review"), () -> this.threads,
				() -> null, () -> null, Halt::inMemory);
	}

	interface Door {

		String lock();

		String open(String name);

		String openAll();

		CompletableFuture<String> openLater(String name);

		Mono<String> openLazily(String name);

	}

	static class Vault implements Door {

		private final List<String> opened = new ArrayList<>();

		@Override
		public String lock() {
			return "locked";
		}

		@Override
		@RequiresAirlockApproval
		public String open(String name) {
			this.opened.add(name);
			return "opened " + name;
		}

		@Override
		@RequiresAirlockApproval
		public String openAll() {
			return open("all");
		}

		@Override
		@RequiresAirlockApproval
		public CompletableFuture<String> openLater(String name) {
			return CompletableFuture.completedFuture(open(name));
		}

		@Override
		@RequiresAirlockApproval
		public Mono<String> openLazily(String name) {
			return Mono.fromSupplier(() -> open(name));
		}

	}

}

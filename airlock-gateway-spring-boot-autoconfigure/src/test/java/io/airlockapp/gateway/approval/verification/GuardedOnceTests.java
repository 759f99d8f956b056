package io.airlockapp.gateway.approval.verification;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.ApprovalDenialHandler;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.argument.ArgumentWriter;
import io.airlockapp.gateway.approval.gate.DenialPublisher;
import io.airlockapp.gateway.approval.interceptor.ApprovalAdvisor;
import io.airlockapp.gateway.exchange.ApprovalTaskExecutor;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.aop.AopInvocationException;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that interceptors around the guard can't get past it, whatever they do with their
 * invocation.
 */
class GuardedOnceTests {

	private final ApprovalTaskExecutor threads = new ApprovalTaskExecutor(false, null);

	private final List<String> asked = new ArrayList<>();

	private final Vault target = new Vault();

	private boolean denying;

	private Runnable onPass = () -> {
	};

	@AfterEach
	void close() {
		this.threads.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void secondProceedOfAnInterceptorDoesNotRunTheMethod(boolean ofClass) {
		MethodInterceptor twice = (invocation) -> {
			invocation.proceed();
			return invocation.proceed();
		};
		Door door = guarded(ofClass, twice);
		assertThatExceptionOfType(AopInvocationException.class).isThrownBy(() -> door.open("a"));
		assertThatExceptionOfType(AopInvocationException.class).isThrownBy(door::openAll);
		assertThat(this.target.opened).containsExactly("a", "all");
		assertThat(this.asked).containsExactly("Vault.open", "Vault.openAll");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void secondProceedAfterADenialDoesNotRunTheMethod(boolean ofClass) {
		this.denying = true;
		MethodInterceptor stubborn = (invocation) -> {
			for (int i = 0; i < 3; i++) {
				try {
					invocation.proceed();
				}
				catch (ApprovalUnavailableException | AopInvocationException ex) {
					continue;
				}
			}
			return "gave up";
		};
		Door door = guarded(ofClass, stubborn);
		assertThat(door.open("a")).isEqualTo("gave up");
		assertThat(door.openAll()).isEqualTo("gave up");
		assertThat(this.target.opened).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void proceedingWithArgumentsThatFitAgainIsAskedAbout(boolean ofClass) {
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
	void interceptorWithinTheGuardCanNotMakeTheArgumentsFitAgain() {
		MethodInterceptor stubborn = (invocation) -> {
			List<Object> results = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				try {
					results.add(invocation.proceed());
					results.add(((ProxyMethodInvocation) invocation).invocableClone().proceed());
				}
				catch (AopInvocationException ex) {
					results.add("refused");
				}
			}
			return results.toString();
		};
		ProxyFactory factory = new ProxyFactory(this.target);
		factory.addAdvice(stubborn);
		factory.addAdvisor(advisor());
		factory.addAdvice((MethodInterceptor) (invocation) -> {
			((ProxyMethodInvocation) invocation)
				.setArguments(Arrays.copyOf(invocation.getArguments(), invocation.getMethod().getParameterCount()));
			return invocation.proceed();
		});
		assertThat(((Door) factory.getProxy()).open("a")).isEqualTo("[opened a, refused, refused, refused, refused]");
		assertThat(((Door) factory.getProxy()).openAll()).isEqualTo("[opened all, refused, refused, refused, refused]");
		assertThat(this.asked).hasSize(2);
	}

	@Test
	void copiesMadeBeforeTheGuardAreAskedAboutEach() {
		MethodInterceptor retrying = (invocation) -> {
			((ProxyMethodInvocation) invocation).invocableClone().proceed();
			return ((ProxyMethodInvocation) invocation).invocableClone().proceed();
		};
		assertThat(guarded(true, retrying).open("a")).isEqualTo("opened a");
		assertThat(this.asked).hasSize(2);
	}

	@Test
	void secondSubscriptionThatProceedsAgainDoesNotRunTheMethod() {
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
		assertThatExceptionOfType(AopInvocationException.class).isThrownBy(result::block);
		assertThatExceptionOfType(AopInvocationException.class).isThrownBy(result::block);
		assertThat(this.target.opened).containsExactly("a");
		assertThat(this.asked).hasSize(1);
	}

	@Test
	void argumentsThatAreExchangedAfterTheHandOverDoNotReachTheMethod() throws Exception {
		List<MethodInvocation> kept = new ArrayList<>();
		MethodInterceptor exchanging = (invocation) -> {
			Object[] before = invocation.getArguments();
			Object result = invocation.proceed();
			Arrays.fill(before, "exchanged");
			kept.add(invocation);
			return result;
		};
		assertThat(guarded(true, exchanging).openLater("a").get(20, TimeUnit.SECONDS)).isEqualTo("opened a");
		assertThat(List.of(kept.get(0).getArguments())).hasSize(2).last().hasToString("(guarded)");
	}

	@Test
	void callThatIsGivenUpWhileItIsApprovedDoesNotRun() {
		CompletableFuture<CompletableFuture<String>> answer = new CompletableFuture<>();
		this.onPass = () -> answer.join().cancel(true);
		answer.complete(guarded(true, MethodInvocation::proceed).openLater("a"));
		assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> answer.join().join());
		this.threads.close();
		assertThat(this.asked).hasSize(1);
		assertThat(this.target.opened).isEmpty();
	}

	private Door guarded(boolean ofClass, MethodInterceptor outer) {
		ProxyFactory factory = new ProxyFactory(this.target);
		factory.setProxyTargetClass(ofClass);
		factory.addAdvice(outer);
		factory.addAdvisor(advisor());
		return (Door) factory.getProxy();
	}

	private ApprovalAdvisor advisor() {
		ApprovalGate gate = (call) -> {
			this.asked.add(call.toString());
			this.onPass.run();
			if (this.denying) {
				throw new ApprovalUnavailableException("No", null, null);
			}
		};
		return new ApprovalAdvisor(new DefaultListableBeanFactory(), new MockEnvironment(), JsonMapper::new,
				() -> ArgumentWriter.DEFAULT_MAX_SIZE, () -> gate, ApprovalDenialHandler::throwing,
				() -> new DenialPublisher(ApprovalListener.of(List.of()), "command.review"), () -> this.threads,
				() -> null);
	}

	interface Door {

		String open(String name);

		String openAll();

		CompletableFuture<String> openLater(String name);

		Mono<String> openLazily(String name);

	}

	@RequiresAirlockApproval
	static class Vault implements Door {

		private final List<String> opened = new ArrayList<>();

		@Override
		public String open(String name) {
			this.opened.add(name);
			return "opened " + name;
		}

		@Override
		public String openAll() {
			return open("all");
		}

		@Override
		public CompletableFuture<String> openLater(String name) {
			return CompletableFuture.completedFuture(open(name));
		}

		@Override
		public Mono<String> openLazily(String name) {
			return Mono.fromSupplier(() -> open(name));
		}

	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.ApprovalDenialHandler;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.GuardedCall;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.snapshot.SnapshotWriter;
import io.airlockapp.gateway.exchange.Admission;
import io.airlockapp.gateway.exchange.ApprovalTaskExecutor;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.exchange.PendingLimits;
import io.airlockapp.gateway.halt.Halt;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests that the place of a call is given back, whatever fails on whichever path.
 */
class AdmissionReleaseTests {

	private static final int CAPACITY = 8;

	private static final DenialPublisher REPORTER = new DenialPublisher(ApprovalListener.of(List.of()), "test");

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5 })
	void placesAreReleasedAfterAnyFailure(long seed) {
		Random random = new Random(seed);
		PendingApprovals pending = new PendingApprovals(new PendingLimits(CAPACITY, CAPACITY, null, null),
				Duration.ZERO, Halt.inMemory());
		ApprovalTaskExecutor threads = new ApprovalTaskExecutor(false, (task) -> {
			fail(random, new RejectedExecutionException("no thread"), new IllegalStateException("decorator"));
			return task;
		});
		Vault vault = vault(random, pending, threads);
		int ran = 0;
		for (int i = 0; i < 400; i++) {
			ran += call(vault, random, i) ? 1 : 0;
		}
		assertThat(ran).isPositive();
		// Those that nobody waits for any more may still be ending
		Awaitility.await().untilAsserted(() -> assertThatNoException().isThrownBy(() -> takeAllPlaces(pending)));
		threads.close();
	}

	private static void takeAllPlaces(PendingApprovals pending) {
		List<Admission> taken = new ArrayList<>();
		try {
			for (int i = 0; i < CAPACITY; i++) {
				taken.add(pending.admit("Other.gate" + i, null, List.of("default")));
			}
		}
		finally {
			taken.forEach(Admission::close);
		}
	}

	private static boolean call(Vault vault, Random random, int number) {
		try {
			CompletableFuture<String> result = switch (number % 4) {
				case 0 -> CompletableFuture.completedFuture(vault.open(number));
				case 1 -> vault.openLater(number);
				case 2 -> vault.openLaterIfLarge(number);
				default -> vault.openLazily(number).toFuture();
			};
			synchronized (random) {
				if (random.nextInt(4) == 0) {
					result.cancel(true);
				}
			}
			return result.join() != null;
		}
		catch (Throwable ex) {
			return false;
		}
	}

	private static Vault vault(Random random, PendingApprovals pending, ApprovalTaskExecutor threads) {
		ApprovalGate person = (call) -> fail(random, new ApprovalUnavailableException("no", null, null),
				new IllegalStateException("gate"), new NoClassDefFoundError("gate"));
		ApprovalGate gate = new AdmittingApprovalGate(
				new DuplicateApprovalGate(person, 1, (name) -> null, ApproverGroups.none(), REPORTER), pending,
				ApproverGroups.none(), false, REPORTER);
		ApprovalGate failing = new ApprovalGate() {

			@Override
			public Admission admit(GuardedCall call) {
				fail(random, new ApprovalUnavailableException("full", null, null), new IllegalStateException("admit"));
				return gate.admit(call);
			}

			@Override
			public void authorize(GuardedCall call) {
				gate.authorize(call);
			}

		};
		ApprovalDenialHandler handler = (invocation, denial) -> {
			fail(random, new IllegalStateException("handler"));
			throw denial;
		};
		ProxyFactory factory = new ProxyFactory(new Vault());
		factory.setProxyTargetClass(true);
		ApprovalAdvisor guard = new ApprovalAdvisor(new DefaultListableBeanFactory(), new MockEnvironment(),
				() -> new SnapshotWriter(new JsonMapper()), () -> failing, () -> handler,
				() -> new DenialPublisher(ApprovalListener.of(List.of()), "command.review"), () -> threads,
				() -> () -> {
					fail(random, new IllegalStateException("requester"));
					return null;
				}, () -> null, Halt::inMemory);
		factory.addAdvisor(guard);
		GuardedChainAdvisor.addFirst(factory, "desk", new GuardedNames(new DefaultListableBeanFactory()));
		return (Vault) factory.getProxy();
	}

	private static void fail(Random random, Throwable... failures) {
		Throwable failure = null;
		synchronized (random) {
			if (random.nextInt(4) == 0) {
				failure = failures[random.nextInt(failures.length)];
			}
		}
		if (failure instanceof Error error) {
			throw error;
		}
		if (failure instanceof RuntimeException exception) {
			throw exception;
		}
	}

	static class Vault {

		@RequiresAirlockApproval
		public String open(int number) {
			return "opened " + number;
		}

		@RequiresAirlockApproval
		public CompletableFuture<String> openLater(int number) {
			return CompletableFuture.completedFuture(open(number));
		}

		@RequiresAirlockApproval(condition = "#number > 100")
		public CompletableFuture<String> openLaterIfLarge(int number) {
			return CompletableFuture.completedFuture(open(number));
		}

		@RequiresAirlockApproval
		public Mono<String> openLazily(int number) {
			return Mono.fromSupplier(() -> open(number));
		}

	}

}

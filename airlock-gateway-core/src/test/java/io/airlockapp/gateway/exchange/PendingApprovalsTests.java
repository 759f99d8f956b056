/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.airlockapp.gateway.ApprovalHaltedException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.PendingApproval;
import io.airlockapp.gateway.exchange.PendingApprovals.Waiter;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.support.WaitScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link PendingApprovals} and its {@link Admission}s.
 */
class PendingApprovalsTests {

	@Test
	void refusesMoreThanInAllAndNamesTheProperty() {
		PendingApprovals pending = pending(new PendingLimits(2, 2, null, null));
		Admission first = pending.admit("A.a", null, List.of("default"));
		pending.admit(null, null, List.of("default"));
		assertRefused(pending, "B.b", null, "default", "2 approvals are pending already",
				"'airlock.gateway.approval.max-pending'");
		first.close();
		pending.admit("B.b", null, List.of("default"));
	}

	@Test
	void oneGateCannotKeepTheOthersOut() {
		PendingApprovals pending = pending(PendingLimits.of(3));
		pending.admit("A.a", null, List.of("default"));
		pending.admit("A.a", null, List.of("default"));
		assertRefused(pending, "A.a", null, "default", "2 approvals of A.a",
				"'airlock.gateway.approval.limits.pending-per-gate'");
		pending.admit("B.b", null, List.of("default"));
	}

	@Test
	void groupsOfOneMethodOrRequesterCannotKeepTheOthersOut() {
		PendingApprovals pending = pending(PendingLimits.of(20));
		List<String> ten = IntStream.range(0, 10).mapToObj((i) -> "phone-" + i).toList();
		Admission first = pending.admit("A.a", "mallory", ten);
		assertThatExceptionOfType(ApprovalUnavailableException.class)
			.isThrownBy(() -> pending.admit("A.a", "alice", ten))
			.withMessageContainingAll("The approvals of A.a can ask 10 pairings at a time",
					"'airlock.gateway.approval.max-pending'");
		assertRefused(pending, "B.b", "mallory", "default", "The approvals of the same requester",
				"'airlock.gateway.approval.max-pending'");
		Admission ringing = first.take("phone-0");
		first.close();
		assertThatExceptionOfType(ApprovalUnavailableException.class)
			.isThrownBy(() -> pending.admit("A.a", "alice", ten));
		pending.admit("B.b", "alice", ten.subList(0, 9));
		ringing.close();
		pending.admit("A.a", "mallory", ten);
	}

	@Test
	void groupsOfCallersWithoutANameCannotKeepTheOthersOut() {
		PendingApprovals pending = pending(PendingLimits.of(20));
		List<String> ten = IntStream.range(0, 10).mapToObj((i) -> "phone-" + i).toList();
		pending.admit(null, null, ten);
		for (String gate : new String[] { null, "A.a" }) {
			Admission first = (gate != null) ? pending.admit(gate, null, List.of("default")) : Admission.none();
			assertThatExceptionOfType(ApprovalUnavailableException.class)
				.isThrownBy(() -> pending.admit(gate, null, ten.subList(0, 2)))
				.withMessageContainingAll("The approvals of callers without a requester can ask 10 pairings at a time",
						"'airlock.gateway.approval.max-pending'");
			first.close();
		}
		pending.admit(null, "alice", ten);
	}

	@Test
	void oneRequesterCannotKeepTheOthersOut() {
		PendingApprovals pending = pending(new PendingLimits(10, 10, 1, null));
		pending.admit("A.a", "mallory", List.of("default"));
		assertRefused(pending, "B.b", "mallory", "default", "same requester",
				"'airlock.gateway.approval.limits.pending-per-requester'");
		pending.admit("A.a", "alice", List.of("default"));
		pending.admit("A.a", null, List.of("default"));
		pending.admit("A.a", null, List.of("default"));
	}

	@Test
	void requesterWhoLogsInWithOtherLettersIsTheSameOne() {
		PendingApprovals pending = pending(new PendingLimits(10, 10, 1, null));
		Admission admission = pending.admit("A.a", "mallory", List.of("default"));
		for (String name : List.of("Mallory", "MALLORY", "mallory ", "\uff4dallory")) {
			assertRefused(pending, "B.b", name, "default", "same requester",
					"'airlock.gateway.approval.limits.pending-per-requester'");
		}
		admission.close();
		pending.admit("B.b", "Mallory", List.of("default")).close();
		assertThat(pending.places().taken()).isZero();
	}

	@Test
	void callersWithoutARequesterCannotKeepTheOthersOut() {
		PendingApprovals pending = pending(PendingLimits.of(4));
		pending.admit("A.a", null, List.of("default"));
		pending.admit("B.b", null, List.of("default"));
		for (String gate : new String[] { "A.a", "B.b", null }) {
			assertRefused(pending, gate, null, "default", "2 approvals of callers without a requester",
					"'airlock.gateway.approval.limits.pending-per-requester'");
		}
		pending.admit("A.a", "alice", List.of("default"));
		pending.admit("B.b", "bob", List.of("default"));
	}

	@Test
	void oneMethodCannotKeepTheOthersOutEvenIfNobodyHasAName() {
		PendingApprovals pending = pending(PendingLimits.of(4));
		pending.admit("A.a", null, List.of("default"));
		pending.admit("A.a", null, List.of("default"));
		pending.admit("B.b", null, List.of("default"));
		assertRefused(pending, "B.b", null, "default", "2 approvals of callers without a requester",
				"'airlock.gateway.approval.limits.pending-per-requester'");
		pending.admit("C.c", null, List.of("default"));
	}

	@Test
	void callersWithoutARequesterCanUseOneMethodUpToItsLimit() {
		PendingApprovals pending = pending(new PendingLimits(4, 3, 1, null));
		pending.admit("A.a", null, List.of("default"));
		pending.admit("A.a", null, List.of("default"));
		pending.admit("A.a", null, List.of("default"));
		assertRefused(pending, null, null, "default", "3 approvals of callers without a requester",
				"'airlock.gateway.approval.limits.pending-per-requester'");
		pending.admit("B.b", "alice", List.of("default"));
	}

	@Test
	void requesterIsNotRepeated() {
		PendingApprovals pending = pending(new PendingLimits(10, 10, 1, null));
		pending.admit("A.a", "mallory", List.of("default"));
		assertThatExceptionOfType(ApprovalUnavailableException.class)
			.isThrownBy(() -> pending.admit("A.a", "mallory", List.of("default")))
			.satisfies((ex) -> assertThat(ex).message().doesNotContain("mallory"));
	}

	@Test
	void admitWhenPairingHasTooManyIsRefused() {
		PendingApprovals pending = pending(new PendingLimits(10, 10, null, 1));
		pending.admit("A.a", null, List.of("finance"));
		assertRefused(pending, "B.b", null, "finance", "'finance'",
				"'airlock.gateway.approval.limits.pending-per-pairing'");
		pending.admit("A.a", null, List.of("default"));
	}

	@Test
	void approvalBySeveralPairingsCountsOncePerMethodAndRequester() {
		PendingApprovals pending = pending(new PendingLimits(6, 1, 1, null));
		Admission group = pending.admit("A.a", "alice", List.of("a", "b", "c"));
		assertRefused(pending, "A.a", "bob", "default", "1 approvals of A.a",
				"'airlock.gateway.approval.limits.pending-per-gate'");
		assertRefused(pending, "B.b", "alice", "default", "the same requester",
				"'airlock.gateway.approval.limits.pending-per-requester'");
		assertThatExceptionOfType(ApprovalUnavailableException.class)
			.isThrownBy(() -> pending.admit("B.b", "bob", List.of("a", "b", "c", "d")))
			.withMessageContainingAll("can ask 4 pairings, and too few of the 6 places are free",
					"'airlock.gateway.approval.max-pending'");
		Admission place = group.take("a");
		group.close();
		assertThat(pending.places().taken()).isOne();
		pending.admit("A.a", "alice", List.of("b", "c"));
		place.close();
		place.close();
		assertThat(pending.places().taken()).isEqualTo(2);
	}

	@Test
	void admitWithoutPairingsKnowsRequester() {
		try (Admission admission = pending(PendingLimits.of(3)).admit("A.a", "alice", List.of())) {
			assertThat(admission.origin().requester()).isEqualTo("alice");
		}
	}

	@Test
	void namesOfDifferentKindsAreCountedApart() {
		PendingApprovals pending = pending(new PendingLimits(10, 1, 1, 1));
		pending.admit("same", null, List.of("other"));
		pending.admit(null, "same", List.of("same"));
	}

	@ParameterizedTest
	@CsvSource({ "1,1", "2,1", "3,2", "100,50", "250,125", "2147483647,1073741824" })
	void oneGateAndOneRequesterGetHalf(int total, int half) {
		assertThat(PendingLimits.of(total)).isEqualTo(new PendingLimits(total, half, half, null));
	}

	@Test
	void enterAfterStopThrows() {
		PendingApprovals pending = pending(PendingLimits.of(3));
		pending.stop();
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> enter(pending, "req-1"));
		assertThat(pending.list()).isEmpty();
	}

	@Test
	void stopWaitsForTheWithdrawalsOfADecidedCall() {
		PendingApprovals pending = new PendingApprovals(PendingLimits.of(10), Duration.ofMinutes(1), Halt.inMemory());
		Admission decided = pending.admit("A.a", "alice", List.of("a", "b"));
		Admission ringing = decided.take("a");
		decided.close();
		Thread stop = new Thread(pending::stop);
		stop.start();
		await().until(() -> stop.getState() == Thread.State.TIMED_WAITING);
		ringing.close();
		await().until(() -> !stop.isAlive());
	}

	@Test
	void decisionThatWasAppliedCannotBeWithdrawn() {
		PendingApprovals pending = pending(PendingLimits.of(3));
		try (Waiter waiter = enter(pending, "req-1")) {
			waiter.decided(true);
			assertThat(pending.withdraw("req-1")).isFalse();
			assertThat(waiter.whyStopped()).isNull();
		}
		assertThat(pending.withdraw("req-1")).isFalse();
	}

	@Test
	void decisionOnAWithdrawnRequestIsNotApplied() {
		PendingApprovals pending = pending(PendingLimits.of(3));
		try (Waiter waiter = enter(pending, "req-1")) {
			assertThat(pending.withdraw("req-1")).isTrue();
			assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> waiter.decided(true))
				.withMessageContaining("an operator had withdrawn it");
		}
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void haltEndsAllWaitsAndRefusesFurtherOnes() {
		Halt halt = Halt.inMemory();
		PendingApprovals pending = new PendingApprovals(PendingLimits.of(3), Duration.ZERO, halt);
		pending.admit("A.a", null, List.of("default"));
		try (Waiter waiter = enter(pending, "req-1")) {
			halt.halt("fraud", null);
			assertThat(WaitScope.isInterrupted()).isTrue();
			assertThatExceptionOfType(ApprovalHaltedException.class).isThrownBy(() -> waiter.decided(true))
				.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo("fraud"));
			assertThat(waiter.findEnding("The request was withdrawn")).isInstanceOf(ApprovalHaltedException.class)
				.hasMessage("The request was withdrawn");
		}
		assertThatExceptionOfType(ApprovalHaltedException.class)
			.isThrownBy(() -> pending.admit("A.a", null, List.of("default")))
			.withMessageStartingWith("A.a ");
		assertThatExceptionOfType(ApprovalHaltedException.class).isThrownBy(() -> enter(pending, "req-2"));
		assertThat(pending.list()).isEmpty();
		assertThat(pending.places().taken()).isOne();
		halt.resume(null);
		pending.admit("A.a", null, List.of("default"));
	}

	@Test
	void decisionOnARequestThatWasHaltedIsNotAppliedAfterTheMethodsAreResumed() {
		Halt halt = Halt.inMemory();
		PendingApprovals pending = new PendingApprovals(PendingLimits.of(3), Duration.ZERO, halt);
		try (Waiter waiter = enter(pending, "req-1")) {
			pending.pairingRevoked("other");
			halt.halt("fraud", null);
			halt.resume(null);
			assertThatExceptionOfType(ApprovalHaltedException.class).isThrownBy(() -> waiter.decided(true));
		}
	}

	@Test
	void approvalWhosePairingIsRevokedBeforeItIsAppliedIsNotUsed() throws Exception {
		PendingApprovals pending = pending(PendingLimits.of(3));
		RequestedApproval approval = mock();
		given(approval.pending()).willReturn(new PendingApproval("req-1", "A", Instant.EPOCH, Instant.EPOCH));
		given(approval.pairingRevoked("default")).willReturn(true);
		try (Waiter waiter = pending.enter(approval)) {
			Thread operator = new Thread(() -> {
				pending.pairingRevoked("default");
				pending.stop();
			});
			operator.start();
			operator.join();
			assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> waiter.decided(true))
				.withMessageContaining("its pairing is revoked")
				.satisfies((ex) -> assertThat(ex.getRequestId()).isEqualTo("req-1"));
			assertThatNoException().isThrownBy(() -> waiter.decided(false));
		}
	}

	private static Waiter enter(PendingApprovals pending, String requestId) {
		RequestedApproval approval = mock();
		given(approval.pending()).willReturn(new PendingApproval(requestId, "A", Instant.EPOCH, Instant.EPOCH));
		return pending.enter(approval);
	}

	@Test
	void placeIsUsedOnceAndOnlyWhereItWasTaken() {
		PendingApprovals pending = pending(PendingLimits.of(3));
		PendingApprovals others = pending(PendingLimits.of(3));
		assertThat(Admission.none().use(pending)).isFalse();
		try (Admission admission = pending.admit("A.a", null, List.of("default"))) {
			assertThat(admission.use(others)).isFalse();
			assertThat(admission.use(pending)).isTrue();
			assertThat(admission.use(pending)).isFalse();
		}
		assertThat(pending.places().taken()).isZero();
	}

	@Test
	void placeThatWasGivenBackCannotBeUsed() {
		PendingApprovals pending = pending(PendingLimits.of(3));
		Admission admission = pending.admit("A.a", null, List.of("default"));
		admission.close();
		admission.close();
		assertThat(admission.use(pending)).isFalse();
		assertThat(pending.places().taken()).isZero();
	}

	@Test
	void errorLeavesNoPlaceTaken() {
		PendingApprovals pending = pending(new PendingLimits(1, 1, 1, 1));
		for (int i = 0; i < 10; i++) {
			AtomicInteger left = new AtomicInteger(i);
			List<String> pairings = mock((invocation) -> {
				if (left.getAndDecrement() == 0) {
					throw new OutOfMemoryError();
				}
				return invocation.getMethod().invoke(List.of("default"), invocation.getArguments());
			});
			try (Admission admission = pending.admit("A.a", "alice", pairings)) {
				assertThat(admission.use(pending)).isTrue();
			}
			catch (OutOfMemoryError ex) {
				// Which of the accesses fails does not matter
			}
			pending.admit("A.a", "alice", List.of("default")).close();
		}
	}

	@Test
	void countsReturnToZeroAfterRandomAdmissions() {
		PendingApprovals pending = pending(new PendingLimits(20, 8, 6, 12));
		Random random = new Random(11);
		List<Admission> open = new ArrayList<>();
		for (int i = 0; i < 20_000; i++) {
			if (random.nextBoolean()) {
				try {
					open.add(pending.admit(random.nextBoolean() ? "A.a" : null, random.nextBoolean() ? "alice" : null,
							List.of(random.nextBoolean() ? "default" : "finance")));
				}
				catch (ApprovalUnavailableException ex) {
					assertThat(open).hasSizeGreaterThanOrEqualTo(6);
				}
			}
			else if (!open.isEmpty()) {
				open.remove(random.nextInt(open.size())).close();
			}
			assertThat(pending.places().taken()).isEqualTo(open.size()).isLessThanOrEqualTo(20);
		}
		open.forEach(Admission::close);
		for (int i = 0; i < 6; i++) {
			pending.admit("A.a", "alice", List.of("default"));
		}
	}

	private static PendingApprovals pending(PendingLimits limits) {
		return new PendingApprovals(limits, Duration.ZERO, Halt.inMemory());
	}

	private static void assertRefused(PendingApprovals pending, String gate, String requester, String pairing,
			String reason, String property) {
		assertThatExceptionOfType(ApprovalUnavailableException.class)
			.isThrownBy(() -> pending.admit(gate, requester, List.of(pairing)))
			.withMessageContainingAll(reason, property);
	}

}

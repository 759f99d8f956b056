package io.airlockapp.samples.refundstatus;

import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.harp.DecisionEvidence;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.harp.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PendingRefund}.
 */
class PendingRefundTests {

	private static final RefundOrder ORDER = new RefundOrder(1, new BigDecimal("20.00"));

	private final CompletableFuture<ApprovalDecision> approval = new CompletableFuture<>();

	private final Queue<Runnable> tasks = new ArrayDeque<>();

	private final List<RefundOrder> made = new ArrayList<>();

	private final PendingRefund refund = new PendingRefund(ORDER, this.approval, this.made::add, this.tasks::add);

	@Test
	void refundWhenUndecidedIsPending() {
		assertThat(this.refund.status()).isEqualTo(new RefundStatus(RefundState.PENDING, 1, new BigDecimal("20.00")));
		assertThat(this.made).isEmpty();
	}

	@Test
	void refundWhenApprovedIsMade() {
		this.approval.complete(decision(Verdict.APPROVE));
		assertThat(this.refund.status().state()).isEqualTo(RefundState.APPROVED);
		assertThat(this.made).isEmpty();
		this.tasks.remove().run();
		assertThat(this.refund.status().state()).isEqualTo(RefundState.DONE);
		assertThat(this.made).containsExactly(ORDER);
	}

	@Test
	void refundWhenDeniedIsNotMade() {
		this.approval.complete(decision(Verdict.REJECT));
		this.tasks.remove().run();
		assertThat(this.refund.status().state()).isEqualTo(RefundState.DENIED);
		assertThat(this.made).isEmpty();
	}

	@Test
	void refundWhenCancelledIsNotMade() {
		assertThat(this.refund.cancel()).isTrue();
		this.approval.complete(decision(Verdict.APPROVE));
		assertThat(this.refund.status().state()).isEqualTo(RefundState.CANCELLED);
		assertThat(this.tasks).isEmpty();
		assertThat(this.made).isEmpty();
	}

	@Test
	void canBeCancelledTwice() {
		assertThat(this.refund.cancel()).isTrue();
		assertThat(this.refund.cancel()).isTrue();
	}

	@Test
	void refundWhenCancelledAfterApprovalIsMade() {
		this.approval.complete(decision(Verdict.APPROVE));
		assertThat(this.refund.cancel()).isFalse();
		this.tasks.remove().run();
		assertThat(this.refund.status().state()).isEqualTo(RefundState.DONE);
		assertThat(this.refund.cancel()).isFalse();
		assertThat(this.made).containsExactly(ORDER);
	}

	@Test
	void refundWhenUndecidedExpires() {
		this.approval.completeExceptionally(new ApprovalTimeoutException("Too late", null));
		assertThat(this.refund.status().state()).isEqualTo(RefundState.EXPIRED);
		assertThat(this.made).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("failures")
	void refundWhenApprovalFailsIsFailed(Exception failure) {
		this.approval.completeExceptionally(failure);
		assertThat(this.refund.status().state()).isEqualTo(RefundState.FAILED);
		assertThat(this.refund.cancel()).isFalse();
		assertThat(this.made).isEmpty();
	}

	private static List<Exception> failures() {
		return List.of(new ApprovalUnavailableException("No", null, null),
				new ApprovalVerificationException("No", null, null));
	}

	@Test
	void refundWhenMethodFailsIsFailed() {
		PendingRefund failing = new PendingRefund(ORDER, this.approval, (order) -> {
			throw new IllegalStateException("The bank is closed", new IllegalArgumentException());
		}, Runnable::run);
		this.approval.complete(decision(Verdict.APPROVE));
		assertThat(failing.status().state()).isEqualTo(RefundState.FAILED);
	}

	private static ApprovalDecision decision(Verdict verdict) {
		DecisionEvidence evidence = new DecisionEvidence("req-1", "hash", verdict.name(), SignatureForm.TEXT, "text",
				"signature", "key-1", "key");
		return new ApprovalDecision("req-1", verdict, null, "key-1", "fingerprint", evidence);
	}

}

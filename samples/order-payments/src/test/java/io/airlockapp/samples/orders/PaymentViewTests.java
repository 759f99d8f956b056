package io.airlockapp.samples.orders;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

import io.airlockapp.gateway.durable.DurableApproval;
import io.airlockapp.gateway.durable.DurableState;
import io.airlockapp.samples.orders.Order.State;
import io.airlockapp.samples.orders.PaymentView.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PaymentView}.
 */
class PaymentViewTests {

	private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");

	@ParameterizedTest
	@CsvSource({ "RECORDED, , WAITING, Waiting for approval, until",
			"SUBMITTED, , WAITING, Waiting for approval, until", "DECIDED, , WAITING, Approved, can start until",
			"CLAIMED, , RUNNING, Being paid, host-1", "CANCELLING, , RUNNING, Being cancelled, ''",
			"UNKNOWN, , UNKNOWN, Unknown, No transaction of it was committed", "DONE, , PAID, Paid, host-1",
			"FAILED, java.lang.Error, FAILED, Failed, java.lang.Error on host-1",
			"RESOLVED, RAN, PAID, Paid, found the transfer req-1",
			"RESOLVED, DID_NOT_RUN, ENDED, Not paid, did not find", "DENIED, , DENIED, Denied, the note",
			"CANCELLED, , ENDED, Cancelled, ''", "TIMED_OUT, , ENDED, Expired, the note",
			"REFUSED, PAIRING_REVOKED, ENDED, Refused, the note" })
	void showsTheStateOfTheApproval(DurableState state, String problem, Kind kind, String title, String detail) {
		PaymentView view = PaymentView.of(order(State.OPEN), approval(state, problem, null));
		assertThat(view.kind()).isEqualTo(kind);
		assertThat(view.title()).isEqualTo(title);
		assertThat(view.detail()).contains(detail);
	}

	@Test
	void showsThatAnUnknownPaymentWasCommitted() {
		assertThat(PaymentView.of(order(State.PAID), approval(DurableState.UNKNOWN, null, NOW)).detail())
			.contains("Its transaction was committed at");
	}

	@ParameterizedTest
	@CsvSource({ "PAID, PAID, Paid", "NOT_PAID, ENDED, Not paid", "FAILED, FAILED, Failed" })
	void showsTheStateOfTheOrderAfterTheApprovalWasDeleted(State state, Kind kind, String title) {
		PaymentView view = PaymentView.of(order(state), null);
		assertThat(view.kind()).isEqualTo(kind);
		assertThat(view.title()).isEqualTo(title);
	}

	@Test
	void detailNamesApproversWithOpenRequests() {
		assertThat(
				PaymentView.of(order(State.OPEN), approval(DurableState.SUBMITTED, 2, List.of("ann", "ben"))).detail())
			.startsWith("0 of 2 approvals, ann and ben are asked. The approvers can decide until");
		assertThat(PaymentView.of(order(State.OPEN), approval(DurableState.SUBMITTED, 2, List.of("ben"))).detail())
			.startsWith("0 of 2 approvals, ben is asked.");
	}

	private static Order order(State state) {
		return new Order(1, "Ann Baker", new BigDecimal("20.00"), OrderPage.IBAN, state, "the note", "req-1");
	}

	private static DurableApproval approval(DurableState state, String problem, Instant committedAt) {
		return new DurableApproval("req-1", "PaymentService.pay", "Payment", state, problem, NOW, NOW, NOW, NOW, NOW,
				NOW, committedAt, NOW, "host-1", 1, List.of("default"), List.of());
	}

	private static DurableApproval approval(DurableState state, int quorum, List<String> asked) {
		return new DurableApproval("call-1", "PaymentService.payLarge", "Payment", state, null, NOW, NOW, NOW, NOW,
				null, null, null, null, null, quorum, asked, List.of());
	}

}

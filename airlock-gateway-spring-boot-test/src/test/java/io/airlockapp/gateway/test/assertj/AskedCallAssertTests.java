/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test.assertj;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.simulator.HandledRequest;
import io.airlockapp.gateway.simulator.HandledRequest.Outcome;
import io.airlockapp.gateway.simulator.PendingRequest;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link AskedCallAssert}.
 */
class AskedCallAssertTests {

	private static final PendingRequest ANN = request("req-1", "ann", "call-1");

	private static final PendingRequest BEN = request("req-2", "ben", "call-1");

	private static final PendingRequest CAY = request("req-3", "cay", "call-1");

	private final AskedCallAssert call = new AskedCallAssert(List.of(ANN, BEN, CAY),
			List.of(handled(ANN, Outcome.APPROVED), handled(CAY, Outcome.WITHDRAWN)));

	@Test
	void comparesTheRule() {
		this.call.hasApprovers("refunds").hasQuorum(2);
		fails(() -> this.call.hasApprovers("payouts")).withMessageContainingAll("'ann'", "payouts", "refunds");
		fails(() -> this.call.hasQuorum(3)).withMessageContainingAll("quorum", "3", "2");
	}

	@Test
	void approversAndTheirOutcomesAreCompared() {
		this.call.wasSentTo("cay", "ben", "ann").wasApprovedBy("ann").wasRejectedBy().wasWithdrawnFrom("cay");
		fails(() -> this.call.wasSentTo("ann", "ben")).withMessageContaining("[ann, ben, cay]");
		fails(() -> this.call.wasApprovedBy("ann", "ben")).withMessage("""
				Expected the call to be approved by [ann, ben], but it is [ann]:
				  ann: Refund: refund 42 -> approved
				  ben: Refund: refund 42 -> waiting
				  cay: Refund: refund 42 -> withdrawn""");
		fails(() -> this.call.wasRejectedBy("ben")).withMessageContaining("to be rejected by [ben]");
		fails(this.call::wasWithdrawnFrom).withMessageContaining("[cay]");
	}

	@Test
	void requestOfOneApproverHasNoRule() {
		AskedCallAssert alone = new AskedCallAssert(List.of(request("req-4", "default", null)), List.of());
		fails(() -> alone.hasQuorum(1)).withMessageContaining("not there");
	}

	private static ThrowableAssertAlternative<AssertionError> fails(ThrowingCallable assertion) {
		return assertThatExceptionOfType(AssertionError.class).isThrownBy(assertion);
	}

	private static HandledRequest handled(PendingRequest request, Outcome outcome) {
		return new HandledRequest(request, outcome, null, Instant.EPOCH);
	}

	private static PendingRequest request(String id, String approver, String call) {
		String rule = (call != null)
				? ", \"call\": {\"id\": \"%s\", \"approvers\": \"refunds\", \"quorum\": 2, \"of\": 3, \"step\": 0}"
					.formatted(call)
				: "";
		return new PendingRequest(id, approver, "shop", "Refund", "command.review", null, null, Map.of(),
				HarpJson.mapper().readTree("{\"commandText\": \"refund 42\"%s}".formatted(rule)), null, Instant.EPOCH,
				Instant.EPOCH);
	}

}

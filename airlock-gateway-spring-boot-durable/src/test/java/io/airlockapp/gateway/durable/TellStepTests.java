/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link TellStep}.
 */
class TellStepTests {

	private final TestInstance instance = new TestInstance();

	private final List<String> told = new ArrayList<>();

	private final DurableApprovalHandler handler = (approval, decision) -> this.told
		.add(approval.state() + " " + ((decision != null) ? decision.verdict() : null));

	@AfterEach
	void close() {
		this.instance.close();
	}

	@Test
	void handlersAreCalledOnce() {
		DurableApproval call = denied();
		tell(call, this.handler, this.handler);
		tell(call, this.handler, this.handler);
		assertThat(this.told).containsExactly("DENIED REJECT", "DENIED REJECT");
	}

	@Test
	void handlersAreCalledWithoutADecisionIfThereIsNone() {
		DurableApproval call = this.instance.record();
		this.instance.now = call.expiresAt();
		this.instance.ask().perform(call.id());
		tell(call, this.handler);
		assertThat(this.told).containsExactly("TIMED_OUT null");
	}

	@Test
	void handlersAreNotCalledBeforeTheEnd() {
		DurableApproval call = this.instance.record();
		tell(call, this.handler);
		this.instance.steps.tell(List.of(this.handler), this.instance.transactions).perform("req-unknown");
		assertThat(this.told).isEmpty();
	}

	@Test
	void allHandlersAreCalledAgainIfOneFails() {
		DurableApproval call = denied();
		assertThatIllegalStateException().isThrownBy(() -> tell(call, this.handler, (approval, decision) -> {
			throw new IllegalStateException("not now");
		}));
		assertThat(this.told).hasSize(1);
		tell(call, this.handler);
		assertThat(this.told).hasSize(2);
	}

	private void tell(DurableApproval call, DurableApprovalHandler... handlers) {
		this.instance.steps.tell(List.of(handlers), this.instance.transactions).perform(call.id());
	}

	private DurableApproval denied() {
		DurableApproval call = this.instance.record();
		AskStep ask = this.instance.ask();
		ask.perform(call.id());
		assertThat(this.instance.gateway.decide(call.id(), "reject")).isTrue();
		ask.perform(call.id());
		assertThat(this.instance.state(call.id())).isEqualTo(DurableState.DENIED);
		return call;
	}

}

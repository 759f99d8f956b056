/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;

import io.airlockapp.gateway.durable.maintenance.EndedCallCleaner;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EndedCallCleaner}.
 */
@ExtendWith(OutputCaptureExtension.class)
class EndedCallCleanerTests {

	private static final Duration RETENTION = Duration.ofDays(30);

	@AutoClose
	private final TestInstance instance = new TestInstance();

	@Test
	void warnsOfCallsWhoseHandlersNeverSucceeded(CapturedOutput output) {
		String untold = ended();
		clean();
		assertThat(this.instance.store.find(untold)).isNull();
		assertThat(output.getAll().lines().filter((line) -> line.contains("handlers never succeeded"))).singleElement()
			.asString()
			.contains("WARN", "1 durable approvals")
			.doesNotContain(untold);
	}

	@Test
	void deletesOthersSilently(CapturedOutput output) {
		String told = ended();
		this.instance.notifyHandlers().perform(told);
		String open = this.instance.record().id();
		clean();
		assertThat(this.instance.store.find(told)).isNull();
		assertThat(this.instance.store.find(open)).isNotNull();
		assertThat(output).doesNotContain("handlers never succeeded");
	}

	private String ended() {
		DurableApproval call = this.instance.record();
		this.instance.callers.executeWithoutResult((status) -> this.instance.store.end(call.id(), DurableState.open(),
				DurableState.CANCELLED, null, this.instance.now));
		return call.id();
	}

	private void clean() {
		this.instance.pass(RETENTION.plusMillis(1));
		new EndedCallCleaner(this.instance.store, this.instance.transactions, RETENTION, this.instance.clock).clean();
	}

}

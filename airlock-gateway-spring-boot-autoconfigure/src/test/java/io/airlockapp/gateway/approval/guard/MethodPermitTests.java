/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link MethodPermit}.
 */
class MethodPermitTests {

	private final List<String> asked = new ArrayList<>();

	private final Batch batch = new Batch();

	@Test
	void coverageOfAMethodIsFoundOnce() throws Throwable {
		run((called) -> this.asked.add(called.getName()));
		assertThat(this.batch.ran).hasSize(3);
		assertThat(this.asked).containsExactly("one");
	}

	@Test
	void callThatIsNotCoveredIsDenied() {
		assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(() -> run((called) -> false))
			.withMessageContaining("Batch.one does not run");
		assertThat(this.batch.ran).isEmpty();
	}

	private void run(Predicate<Method> ownCalls) throws Throwable {
		MethodPermit.around(this.batch, Batch.class.getDeclaredMethod("all", int.class), ownCalls, () -> {
			this.batch.all(3);
			return null;
		});
	}

	static class Batch {

		private final List<Integer> ran = new ArrayList<>();

		void all(int count) {
			MethodPermit.enter(this, "all", "(I)V");
			for (int i = 0; i < count; i++) {
				one(i);
			}
		}

		void one(int index) {
			MethodPermit.enter(this, "one", "(I)V");
			this.ran.add(index);
		}

	}

}

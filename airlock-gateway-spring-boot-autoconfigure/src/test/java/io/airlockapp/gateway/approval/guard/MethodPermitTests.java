/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
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
		for (String covered : List.of("all", "none")) {
			assertThatExceptionOfType(InvalidApprovalUsageException.class)
				.isThrownBy(() -> run((called) -> called.getName().equals(covered)))
				.withMessageContaining("Batch.one does not run")
				.withMessageEndingWith("a task: move what both do to a private method");
		}
		assertThat(this.batch.ran).isEmpty();
	}

	@Test
	void callWithoutPermitIsDenied() throws Throwable {
		assertDenied(() -> this.batch.all(1));
		run((called) -> true);
		assertDenied(() -> this.batch.all(1));
		assertThat(this.batch.ran).hasSize(3);
	}

	@Test
	void permitThatWasNotTakenEndsWithTheCall() throws Throwable {
		assertThat(around(this.batch, () -> "result")).isEqualTo("result");
		assertDenied(() -> this.batch.all(1));
		assertThat(this.batch.ran).isEmpty();
	}

	@Test
	void permitIsForOneObjectAndOneMethod() throws Throwable {
		Batch other = new Batch();
		around(this.batch, () -> {
			assertDenied(() -> other.all(1));
			assertDenied(() -> this.batch.one(1));
			this.batch.all(0);
			return null;
		});
		assertThat(other.ran).isEmpty();
		assertThat(this.batch.ran).isEmpty();
	}

	@Test
	void permitIsTakenOnce() throws Throwable {
		around(this.batch, () -> {
			this.batch.all(0);
			assertDenied(() -> this.batch.all(0));
			return null;
		});
	}

	@Test
	void permitWhenNestedCallEndsIsRestored() throws Throwable {
		Batch other = new Batch();
		around(this.batch, () -> {
			assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> around(other, () -> {
				other.all(0);
				assertDenied(() -> this.batch.all(0));
				throw new IllegalStateException();
			}));
			this.batch.all(0);
			return null;
		});
	}

	@Test
	@SuppressWarnings({ "rawtypes", "unchecked" })
	void permitWhenBridgeIsCalledIsUsedByBridgedMethod() throws Throwable {
		Printer printer = new Printer();
		Method accept = Consumer.class.getMethod("accept", Object.class);
		MethodPermit.around(printer, accept, (called) -> false, () -> {
			assertDenied(() -> MethodPermit.enter(printer, "accept", "(Ljava/lang/Integer;)V"));
			MethodPermit.enter(printer, "accept", "(Ljava/lang/Object;)V");
			assertDenied(() -> MethodPermit.enter(printer, "accept", "(Ljava/lang/Object;)V"));
			assertDenied(() -> printer.accept("page"));
			assertDenied(() -> List.of("page").forEach(printer::accept));
			((Consumer) printer).accept("page");
			assertDenied(() -> ((Consumer) printer).accept("page"));
			return null;
		});
	}

	private static void assertDenied(ThrowingCallable call) {
		assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(call)
			.withMessageContaining("does not run, because it was called on the object itself");
	}

	private static @Nullable Object around(Batch target, MethodPermit.JoinPoint joinPoint) throws Throwable {
		return MethodPermit.around(target, Batch.class.getDeclaredMethod("all", int.class), (called) -> true,
				joinPoint);
	}

	private void run(Predicate<Method> ownCalls) throws Throwable {
		MethodPermit.around(this.batch, Batch.class.getDeclaredMethod("all", int.class), ownCalls, () -> {
			this.batch.all(3);
			return null;
		});
	}

	static class Printer implements Consumer<String> {

		@Override
		public void accept(String text) {
			MethodPermit.enter(this, "accept", "(Ljava/lang/String;)V");
		}

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

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

import io.airlockapp.gateway.simulator.SimulatedDecision;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link DecisionAnnotations}.
 */
class DecisionAnnotationsTests {

	@Test
	void methodComesBeforeClass() {
		assertThat(find(Rejecting.class, "approves")).isEqualTo(SimulatedDecision.approve());
	}

	@Test
	void classCountsForItsMethods() {
		assertThat(find(Rejecting.class, "saysNothing")).isEqualTo(SimulatedDecision.reject("Never"));
	}

	@Test
	void superclassCounts() {
		assertThat(find(Inheriting.class, "saysNothing")).isEqualTo(SimulatedDecision.reject("Never"));
	}

	@Test
	void enclosingClassOfAnInnerClassCounts() {
		assertThat(find(Rejecting.Inner.class, "run")).isEqualTo(SimulatedDecision.reject("Never"));
	}

	@Test
	void enclosingClassOfAStaticClassDoesNot() {
		assertThat(find(Rejecting.Unrelated.class, "run")).isNull();
	}

	@Test
	void innerClassComesBeforeEnclosingClass() {
		assertThat(find(Rejecting.Approving.class, "run")).isEqualTo(SimulatedDecision.approve());
	}

	@Test
	void annotationOfOnesOwnCounts() {
		assertThat(find(Composed.class, "run")).isEqualTo(SimulatedDecision.reject("Closed today"));
	}

	@Test
	void bothAtOnePlaceAreRefused() {
		assertThatIllegalStateException().isThrownBy(() -> find(Rejecting.class, "contradicts"))
			.withMessageContainingAll("@ApproveAll", "@RejectAll", "contradicts()");
	}

	private static @Nullable SimulatedDecision find(Class<?> type, String method) {
		return DecisionAnnotations.find(type, ReflectionUtils.findMethod(type, method));
	}

	@RejectAll("Closed today")
	@Retention(RetentionPolicy.RUNTIME)
	@interface ClosedToday {

	}

	@RejectAll("Never")
	static class Rejecting {

		@ApproveAll
		void approves() {
		}

		@ApproveAll
		@RejectAll
		void contradicts() {
		}

		void saysNothing() {
		}

		class Inner {

			void run() {
			}

		}

		@ApproveAll
		class Approving {

			void run() {
			}

		}

		static class Unrelated {

			void run() {
			}

		}

	}

	static class Inheriting extends Rejecting {

	}

	@ClosedToday
	static class Composed {

		void run() {
		}

	}

}

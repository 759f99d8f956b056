/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;

import io.airlockapp.gateway.simulator.SimulatedDecision;
import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * Finds the decision that the annotations of a test declare: those of the method first,
 * then those of its class, then those of the classes around it.
 */
final class DecisionAnnotations {

	private DecisionAnnotations() {
	}

	/**
	 * Find the decision.
	 * @return the decision, or {@code null} if there is no annotation
	 * @throws IllegalStateException if there are contradictory annotations on the same
	 * element
	 */
	static @Nullable SimulatedDecision find(Class<?> testClass, Method testMethod) {
		SimulatedDecision decision = at(testMethod);
		Class<?> current = testClass;
		while (decision == null && current != null) {
			decision = at(current);
			current = ClassUtils.isInnerClass(current) ? current.getEnclosingClass() : null;
		}
		return decision;
	}

	private static @Nullable SimulatedDecision at(AnnotatedElement element) {
		MergedAnnotations annotations = MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY);
		MergedAnnotation<RejectAll> rejectAll = annotations.get(RejectAll.class);
		boolean approves = annotations.isPresent(ApproveAll.class);
		Assert.state(!approves || !rejectAll.isPresent(),
				() -> "Both @ApproveAll and @RejectAll are on %s: remove one of them".formatted(element));
		if (approves) {
			return SimulatedDecision.approve();
		}
		return rejectAll.isPresent() ? SimulatedDecision.reject(rejectAll.getString(MergedAnnotation.VALUE)) : null;
	}

}

package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.approval.UnguardableMethodException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Tells how to mend an {@link UnguardableMethodException}.
 */
class UnguardableMethodFailureAnalyzer extends AbstractFailureAnalyzer<UnguardableMethodException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnguardableMethodException cause) {
		return new FailureAnalysis(String.valueOf(cause.getMessage()),
				"Put @RequiresAirlockApproval on a method that a proxy can override (not private, static or final, in a "
						+ "class that is not final) of a bean that is made like any other, and check the annotation's "
						+ "attributes and the method's types.",
				cause);
	}

}

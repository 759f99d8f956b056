package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.approval.UnguardableMethodException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Tells how to mend an {@link UnguardableMethodException}.
 */
class UnguardableMethodFailureAnalyzer extends AbstractFailureAnalyzer<UnguardableMethodException> {

	private static final String MEND_ATTRIBUTE = "Mend that attribute; placeholders in it are resolved from the "
			+ "application's properties.";

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnguardableMethodException cause) {
		return new FailureAnalysis(String.valueOf(cause.getMessage()), action(cause), cause);
	}

	private static String action(UnguardableMethodException cause) {
		if (cause.isAboutAttribute()) {
			return MEND_ATTRIBUTE;
		}
		String remedy = cause.getRemedy();
		return (remedy != null) ? remedy
				: "Put @RequiresAirlockApproval on a method that a proxy can override (not private, static or final, in a "
						+ "class that is not final) of a bean that is made like any other, and check the method's types.";
	}

}

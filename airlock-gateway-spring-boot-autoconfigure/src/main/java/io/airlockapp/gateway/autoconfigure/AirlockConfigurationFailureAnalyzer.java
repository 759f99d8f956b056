package io.airlockapp.gateway.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Tells how to mend an {@link AirlockConfigurationException}.
 */
class AirlockConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<AirlockConfigurationException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, AirlockConfigurationException cause) {
		return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.getAction(), cause);
	}

}

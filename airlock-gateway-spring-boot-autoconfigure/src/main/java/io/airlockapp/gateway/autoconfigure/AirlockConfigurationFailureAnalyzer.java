/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * {@link AbstractFailureAnalyzer} that describes an {@link AirlockConfigurationException}
 * and how to correct it.
 */
class AirlockConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<AirlockConfigurationException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, AirlockConfigurationException cause) {
		return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.getAction(), cause);
	}

}

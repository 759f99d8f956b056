/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes {@link DurableConfigurationException}s.
 */
final class DurableConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<DurableConfigurationException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, DurableConfigurationException cause) {
		return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.getAction(), cause);
	}

}

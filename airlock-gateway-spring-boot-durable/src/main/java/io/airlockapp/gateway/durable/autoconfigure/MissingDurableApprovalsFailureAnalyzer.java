/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.autoconfigure;

import java.util.stream.Stream;

import io.airlockapp.gateway.durable.DurableApprovals;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * {@link org.springframework.boot.diagnostics.FailureAnalyzer} that names the property
 * because of which there are no {@link DurableApprovals}.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class MissingDurableApprovalsFailureAnalyzer extends AbstractFailureAnalyzer<NoSuchBeanDefinitionException> {

	private final Environment environment;

	MissingDurableApprovalsFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause) {
		if (cause.getResolvableType() == null || cause.getResolvableType().resolve() != DurableApprovals.class) {
			return null;
		}
		return Stream.of("airlock.gateway.enabled", "airlock.gateway.durable.enabled")
			.filter((property) -> !this.environment.getProperty(property, "true").equalsIgnoreCase("true"))
			.findFirst()
			.map((property) -> new FailureAnalysis(
					"There are no DurableApprovals, because '%s' is not 'true'".formatted(property),
					"Remove the property, or inject an 'ObjectProvider<DurableApprovals>'.", cause))
			.orElse(null);
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.support.AirlockConfigurationException;
import io.airlockapp.gateway.support.Causes;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.util.StringUtils;

/**
 * {@link FailureAnalyzer} that describes a property that cannot be used, a method that
 * cannot be guarded or a database that is not supported, and how to correct it.
 */
class AirlockFailureAnalyzer implements FailureAnalyzer {

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		String bean = null;
		for (Throwable cause : Causes.of(failure)) {
			if (cause instanceof AirlockConfigurationException ex) {
				return new FailureAnalysis(String.valueOf(ex.getMessage()), ex.getAction(), ex);
			}
			if (cause instanceof UnguardableMethodException ex) {
				return new FailureAnalysis(describe(ex, bean), ex.getRemedy(), ex);
			}
			bean = (cause instanceof BeanCreationException creation) ? creation.getBeanName() : bean;
		}
		return null;
	}

	/**
	 * Describe a failure with the name of the bean. Attributes are read before that name
	 * is known, so it is taken from the surrounding exceptions.
	 */
	private static String describe(UnguardableMethodException failure, @Nullable String bean) {
		String message = String.valueOf(failure.getMessage());
		if (failure.getRemedy() != null) {
			message = withoutRemedy(message, failure.getRemedy());
		}
		return (failure.isAboutAttribute() && bean != null) ? "Bean '%s': %s".formatted(bean, message) : message;
	}

	private static String withoutRemedy(String message, String remedy) {
		String repeated = "; " + StringUtils.trimTrailingCharacter(StringUtils.uncapitalize(remedy), '.');
		return message.endsWith(repeated) ? message.substring(0, message.length() - repeated.length()) : message;
	}

}

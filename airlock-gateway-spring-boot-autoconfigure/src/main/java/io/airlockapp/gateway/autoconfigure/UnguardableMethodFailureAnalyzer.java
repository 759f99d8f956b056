/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.approval.UnguardableMethodException;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * {@link AbstractFailureAnalyzer} that describes an {@link UnguardableMethodException}
 * and how to correct it.
 */
class UnguardableMethodFailureAnalyzer extends AbstractFailureAnalyzer<UnguardableMethodException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnguardableMethodException cause) {
		return new FailureAnalysis(describe(rootFailure, cause), cause.getRemedy(), cause);
	}

	/**
	 * Describe a failure with the name of the bean. Attributes are read before that name
	 * is known, so it is taken from the surrounding exceptions.
	 */
	private static String describe(Throwable rootFailure, UnguardableMethodException cause) {
		String message = String.valueOf(cause.getMessage());
		String bean = null;
		for (Throwable failure = rootFailure; failure != null && failure != cause; failure = failure.getCause()) {
			bean = (failure instanceof BeanCreationException creation) ? creation.getBeanName() : bean;
		}
		return (cause.isAboutAttribute() && bean != null) ? "Bean '%s': %s".formatted(bean, message) : message;
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import java.text.Format;
import java.util.Formatter;

import com.tngtech.archunit.lang.ArchRule;
import tools.jackson.databind.util.StdDateFormat;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/**
 * Provides the rule that no text depends on the default locale.
 */
public final class LocaleRule {

	private LocaleRule() {
	}

	public static ArchRule textsDoNotDependOnTheDefaultLocale() {
		return noClasses().should()
			.callMethod(String.class, "toLowerCase")
			.orShould()
			.callMethod(String.class, "toUpperCase")
			.orShould()
			.callMethod(String.class, "format", String.class, Object[].class)
			.orShould()
			.dependOnClassesThat(
					assignableTo(Format.class).and(not(type(StdDateFormat.class))).or(assignableTo(Formatter.class)))
			.because("what one instance signs or stores, another one with another locale compares: use Locale.ROOT");
	}

}

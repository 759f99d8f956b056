/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.security.Key;
import java.security.Principal;
import java.security.cert.Certificate;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Identifies types of Java and of frameworks that contain credentials. Their values are
 * never shown.
 */
final class CredentialTypes {

	private static final Set<String> FRAMEWORKS = Set.of("jakarta.servlet.http.Cookie",
			"org.springframework.http.HttpHeaders", "org.springframework.http.HttpCookie");

	private static final String SPRING_SECURITY = "org.springframework.security.";

	/**
	 * Types of Spring Security without credentials, which types of applications extend.
	 */
	private static final Set<String> AUTHORITIES = Set.of("org.springframework.security.core.GrantedAuthority",
			"org.springframework.security.core.authority.SimpleGrantedAuthority");

	/**
	 * The result by class, because it is needed for each value of an argument.
	 */
	private static final ClassValue<Boolean> known = LibraryTypes
		.cache((type) -> Stream.of(char[].class, Key.class, Certificate.class, Principal.class)
			.anyMatch((credential) -> credential.isAssignableFrom(type))
				|| LibraryTypes.hierarchy(type).map(Class::getName).anyMatch(CredentialTypes::isOfFramework));

	private CredentialTypes() {
	}

	private static boolean isOfFramework(String type) {
		return FRAMEWORKS.contains(type) || (type.startsWith(SPRING_SECURITY) && !AUTHORITIES.contains(type));
	}

	static boolean contain(Class<?> type) {
		return known.get(type);
	}

}

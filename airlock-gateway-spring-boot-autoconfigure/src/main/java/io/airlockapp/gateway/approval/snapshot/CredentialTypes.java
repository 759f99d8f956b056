/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.net.HttpCookie;
import java.security.Key;
import java.security.KeyStore;
import java.security.Principal;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Stream;

import javax.security.auth.Subject;

/**
 * Identifies types of Java and of frameworks that contain credentials. Their values are
 * never shown, except for the name of a principal of a library.
 */
final class CredentialTypes {

	private static final Set<String> FRAMEWORKS = Set.of("jakarta.servlet.http.Cookie",
			"org.springframework.http.HttpHeaders", "org.springframework.http.HttpCookie",
			"org.springframework.security.core.context.SecurityContext",
			"org.springframework.security.core.userdetails.UserDetails",
			"org.springframework.security.oauth2.core.OAuth2Token");

	/**
	 * The result by class, because it is needed for each value of an argument.
	 */
	private static final ClassValue<Boolean> known = LibraryTypes.cache((type) -> Stream
		.of(char[].class, Key.class, KeyStore.class, Subject.class, HttpCookie.class, Principal.class)
		.anyMatch((credential) -> credential.isAssignableFrom(type))
			|| LibraryTypes.hierarchy(type).anyMatch((current) -> FRAMEWORKS.contains(current.getName())));

	private CredentialTypes() {
	}

	static boolean contain(Class<?> type) {
		return known.get(type);
	}

	/**
	 * Return the text of a credential of Java, which is bound and never shown.
	 * @param credential the credential
	 * @return the text
	 * @throws UnreadableValueException if the credential has none
	 */
	static String text(Object credential) {
		if (credential instanceof char[] characters) {
			return new String(characters);
		}
		if (credential instanceof Key key && key.getEncoded() != null) {
			return key.getAlgorithm() + ":" + HexFormat.of().formatHex(key.getEncoded());
		}
		throw new UnreadableValueException("a %s is not data".formatted(credential.getClass().getName()));
	}

}

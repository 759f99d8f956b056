package io.airlockapp.gateway.approval.snapshot;

import java.net.HttpCookie;
import java.security.Key;
import java.security.KeyStore;
import java.security.Principal;
import java.util.Set;

import javax.security.auth.Subject;

/**
 * Identifies types of Java and of frameworks that contain credentials. Their values are
 * never shown.
 */
public final class CredentialTypes {

	private static final Set<String> FRAMEWORKS = Set.of("jakarta.servlet.http.Cookie",
			"org.springframework.http.HttpHeaders", "org.springframework.http.HttpCookie",
			"org.springframework.security.core.context.SecurityContext",
			"org.springframework.security.core.userdetails.UserDetails",
			"org.springframework.security.oauth2.core.OAuth2Token");

	private CredentialTypes() {
	}

	public static boolean contain(Class<?> type) {
		return type == char[].class || Key.class.isAssignableFrom(type) || KeyStore.class.isAssignableFrom(type)
				|| Subject.class.isAssignableFrom(type) || HttpCookie.class.isAssignableFrom(type)
				|| isOfFramework(type);
	}

	/**
	 * Return whether a type represents a principal, whose name may be shown.
	 */
	public static boolean isPrincipal(Class<?> type) {
		return Principal.class.isAssignableFrom(type);
	}

	private static boolean isOfFramework(Class<?> type) {
		return LibraryTypes.hierarchy(type).anyMatch((current) -> FRAMEWORKS.contains(current.getName()));
	}

}

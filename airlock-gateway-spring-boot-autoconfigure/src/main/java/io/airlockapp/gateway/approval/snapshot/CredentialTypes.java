package io.airlockapp.gateway.approval.snapshot;

import java.net.HttpCookie;
import java.security.Key;
import java.security.KeyStore;
import java.security.Principal;
import java.util.HexFormat;
import java.util.Set;

import javax.security.auth.Subject;

import org.jspecify.annotations.Nullable;

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

	/**
	 * The result by class, because it is needed for each value of an argument.
	 */
	private static final ClassValue<Boolean> known = new ClassValue<>() {

		@Override
		protected Boolean computeValue(Class<?> type) {
			return isCredential(type);
		}

	};

	private CredentialTypes() {
	}

	public static boolean contain(Class<?> type) {
		return known.get(type);
	}

	private static boolean isCredential(Class<?> type) {
		return type == char[].class || Key.class.isAssignableFrom(type) || KeyStore.class.isAssignableFrom(type)
				|| Subject.class.isAssignableFrom(type) || HttpCookie.class.isAssignableFrom(type)
				|| LibraryTypes.hierarchy(type).anyMatch((current) -> FRAMEWORKS.contains(current.getName()));
	}

	/**
	 * Return whether a type represents a principal, whose name may be shown.
	 */
	public static boolean isPrincipal(Class<?> type) {
		return Principal.class.isAssignableFrom(type);
	}

	/**
	 * Return the text of a credential of Java, which is bound and never shown.
	 * @param credential the credential
	 * @return the text, or {@code null} if the credential has none
	 */
	static @Nullable String text(Object credential) {
		if (credential instanceof char[] characters) {
			return new String(characters);
		}
		if (credential instanceof Key key && key.getEncoded() != null) {
			return key.getAlgorithm() + ":" + HexFormat.of().formatHex(key.getEncoded());
		}
		return null;
	}

}

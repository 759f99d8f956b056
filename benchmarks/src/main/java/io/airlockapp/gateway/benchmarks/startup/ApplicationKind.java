/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks.startup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Enumeration of the applications whose starts are compared. They differ in their class
 * paths.
 */
enum ApplicationKind {

	/**
	 * The application without additional starters.
	 */
	PLAIN(Set.of()),

	/**
	 * With the Airlock starter.
	 */
	AIRLOCK(EnumSet.of(Part.AIRLOCK, Part.HTTP_CLIENT)),

	/**
	 * With the starters for Spring's HTTP client and AOP.
	 */
	CLIENT_AND_AOP(EnumSet.of(Part.HTTP_CLIENT, Part.ASPECTS)),

	/**
	 * With Spring Security's starter.
	 */
	SECURITY(EnumSet.of(Part.SECURITY));

	private final Set<Part> parts;

	ApplicationKind(Set<Part> parts) {
		this.parts = parts;
	}

	/**
	 * Return the jars of the application.
	 * @param usual whether a database and an HTTP client are included in any case
	 * @return the jars
	 */
	List<String> jars(boolean usual) {
		Set<Part> wanted = EnumSet.noneOf(Part.class);
		wanted.addAll(this.parts);
		if (usual) {
			wanted.add(Part.DATABASE);
			wanted.add(Part.HTTP_CLIENT);
		}
		try (Stream<Path> jars = Files.list(directory())) {
			return jars
				.filter((jar) -> Stream.of(Part.values())
					.allMatch((part) -> wanted.contains(part) || !part.has(jar.getFileName().toString())))
				.sorted()
				.map(Path::toString)
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The build copies the jars to 'target/lib', which is not there", ex);
		}
	}

	private static Path directory() {
		try {
			return Path.of(ApplicationKind.class.getProtectionDomain().getCodeSource().getLocation().toURI())
				.resolveSibling("lib");
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/**
	 * Enumeration of the parts of the class path that only some applications have.
	 */
	private enum Part {

		AIRLOCK("airlock-gateway-.*"),

		HTTP_CLIENT("spring-boot-(starter-)?(restclient|http-client)-.*"),

		ASPECTS("(spring-boot-starter-aspectj|aspectjweaver)-.*"),

		SECURITY("spring-(boot-(starter-)?)?security-.*"),

		DATABASE("spring-(boot-(starter-)?)?(jdbc|sql|persistence|transaction|tx)-.*|(HikariCP|h2)-.*"),

		BENCHMARKS("(jmh-core|jopt-simple|commons-math3)-.*");

		private final Pattern names;

		Part(String names) {
			this.names = Pattern.compile(names);
		}

		boolean has(String jar) {
			return this.names.matcher(jar).matches();
		}

	}

}

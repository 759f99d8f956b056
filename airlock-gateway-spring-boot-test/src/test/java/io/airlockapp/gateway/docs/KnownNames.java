/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The names that the documentation may use: those of our sources, and of the classes on
 * the class path.
 */
final class KnownNames {

	private static final Pattern TYPE = Pattern.compile("(?:class|interface|record|enum) ([A-Z]\\w+)");

	private static final List<String> NO_SOURCES = List.of("target", ".git");

	private static final Map<String, String> OURS = new HashMap<>();

	private static final StringBuilder SOURCES = new StringBuilder();

	private static final StringBuilder PRODUCTION = new StringBuilder();

	private static final Set<String> OTHERS = new HashSet<>();

	static {
		try {
			readSources();
			readClassPath();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private KnownNames() {
	}

	private static void readSources() throws IOException {
		try (Stream<Path> files = Files.walk(DocumentationPage.ROOT)) {
			files.filter((file) -> file.toString().matches(".*\\.(java|sql|properties)"))
				.filter((file) -> Stream.of(DocumentationPage.ROOT.relativize(file).toString().split("[/\\\\]"))
					.noneMatch(NO_SOURCES::contains))
				.forEach((file) -> {
					String source = DocumentationPage.read(file);
					TYPE.matcher(source).results().forEach((type) -> OURS.merge(type.group(1), source, String::concat));
					SOURCES.append(source);
					if (file.toString().matches(".*[/\\\\]src[/\\\\]main[/\\\\].*")) {
						PRODUCTION.append(source);
					}
				});
		}
	}

	private static void readClassPath() throws IOException {
		for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
			if (element.endsWith(".jar")) {
				try (JarFile jar = new JarFile(element)) {
					jar.stream().forEach((entry) -> addClass(entry.getName()));
				}
			}
		}
		try (Stream<Path> modules = Files.walk(FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules"))) {
			modules.forEach((file) -> addClass(file.toString()));
		}
	}

	private static void addClass(String path) {
		if (path.endsWith(".class")) {
			OTHERS.add(path.replaceAll("^.*[/$]|\\.class$", ""));
		}
	}

	/**
	 * Return the sources of a type of ours.
	 * @return the sources, or {@code null} if there is no such type
	 */
	static @Nullable String source(String simpleName) {
		return OURS.get(simpleName);
	}

	/**
	 * Return whether there is a class of somebody else's.
	 */
	static boolean isOnClassPath(String simpleName) {
		return OTHERS.contains(simpleName);
	}

	/**
	 * Return whether a text is in any source of ours, tests included.
	 */
	static boolean isInSources(String text) {
		return SOURCES.indexOf(text) >= 0;
	}

	/**
	 * Return whether a text is in a source that is shipped.
	 */
	static boolean isInProduction(String text) {
		return PRODUCTION.indexOf(text) >= 0;
	}

}

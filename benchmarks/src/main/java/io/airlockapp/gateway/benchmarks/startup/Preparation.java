/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks.startup;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Enumeration of what is done before the start of an application: processing ahead of
 * time by Spring, a cache of loaded classes, both, or neither.
 */
enum Preparation {

	/**
	 * Only a jar.
	 */
	NONE(false, false),

	/**
	 * Spring's processing ahead of time.
	 */
	AOT(true, false),

	/**
	 * A cache of classes from a previous start: a CDS archive, and on Java 25 and newer
	 * an AOT cache.
	 */
	CACHE(false, true),

	/**
	 * Both.
	 */
	AOT_AND_CACHE(true, true);

	private static final String PROCESSOR = "org.springframework.boot.SpringApplicationAotProcessor";

	/**
	 * First version of Java that creates an AOT cache in one step.
	 */
	private static final int AOT_CACHE = 25;

	private final boolean processed;

	private final boolean cached;

	Preparation(boolean processed, boolean cached) {
		this.processed = processed;
		this.cached = cached;
	}

	static Preparation of(String name) {
		return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
	}

	/**
	 * Prepare an application.
	 * @param classes the directory of its classes
	 * @param jars the jars of its dependencies
	 * @param arguments its arguments
	 * @param directory an empty directory for the results
	 * @return the command that starts it
	 */
	List<String> prepare(Path classes, List<String> jars, List<String> arguments, Path directory)
			throws IOException, InterruptedException {
		List<Path> contents = new ArrayList<>(List.of(classes));
		if (this.processed) {
			contents.addAll(process(classes, jars, directory));
		}
		// A class cache requires jars
		Path jar = jar(contents, directory.resolve("application.jar"));
		List<String> application = new ArrayList<>(List.of("-Dspring.aot.enabled=" + this.processed, "-cp",
				classPath(jar, jars), OrdinaryApplication.MAIN));
		application.addAll(arguments);
		if (!this.cached) {
			return java(List.of(), application);
		}
		Path cache = directory.resolve("application.cache");
		boolean aotCache = Runtime.version().feature() >= AOT_CACHE;
		run(java(List.of((aotCache ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + cache), application));
		return java(List.of((aotCache ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + cache), application);
	}

	/**
	 * Process an application ahead of time, as Spring Boot's plugin does.
	 */
	private static List<Path> process(Path classes, List<String> jars, Path directory)
			throws IOException, InterruptedException {
		Path sources = Files.createDirectory(directory.resolve("sources"));
		Path compiled = Files.createDirectory(directory.resolve("compiled"));
		Path resources = Files.createDirectory(directory.resolve("resources"));
		Path generated = Files.createDirectory(directory.resolve("generated"));
		String classPath = classPath(classes, jars);
		run(java(List.of(), List.of("-cp", classPath, PROCESSOR, OrdinaryApplication.MAIN, sources.toString(),
				resources.toString(), generated.toString(), "ordinary", "ordinary")));
		List<String> options = new ArrayList<>(List.of("-proc:none", "-nowarn", "-cp",
				generated + File.pathSeparator + classPath, "-d", compiled.toString()));
		try (Stream<Path> files = Files.walk(sources)) {
			files.map(Path::toString).filter((file) -> file.endsWith(".java")).forEach(options::add);
		}
		run("javac", options);
		return List.of(compiled, resources, generated);
	}

	private static Path jar(List<Path> contents, Path jar) {
		List<String> options = new ArrayList<>(List.of("--create", "--file", jar.toString()));
		contents.forEach((directory) -> options.addAll(List.of("-C", directory.toString(), ".")));
		run("jar", options);
		return jar;
	}

	private static String classPath(Path application, List<String> jars) {
		return application + File.pathSeparator + String.join(File.pathSeparator, jars);
	}

	private static List<String> java(List<String> options, List<String> application) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(options);
		command.addAll(application);
		return command;
	}

	private static void run(String tool, List<String> options) {
		if (ToolProvider.findFirst(tool)
			.orElseThrow()
			.run(System.out, System.err, options.toArray(String[]::new)) != 0) {
			throw new IllegalStateException("'%s' failed".formatted(tool));
		}
	}

	private static void run(List<String> command) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes());
		if (process.waitFor() != 0) {
			throw new IllegalStateException("The application cannot be prepared: " + output);
		}
	}

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}

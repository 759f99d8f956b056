/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.aot;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

import org.springframework.boot.SpringApplicationAotProcessor;
import org.springframework.context.aot.AbstractAotProcessor.Settings;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that was processed ahead of time, the way that {@code process-aot} of
 * Spring Boot's plugin does it, and runs in a process of its own.
 */
final class ProcessedApplication {

	private final Class<?> main;

	private final Path directory;

	private final List<String> options;

	private ProcessedApplication(Class<?> main, Path directory, List<String> options) {
		this.main = main;
		this.directory = directory;
		this.options = options;
	}

	/**
	 * Process an application.
	 * @param main the class with the main method
	 * @param directory where to put what is generated
	 * @param arguments the command line's arguments while it is processed
	 * @return the application
	 */
	static ProcessedApplication of(Class<?> main, Path directory, String... arguments) throws IOException {
		ProcessedApplication application = new ProcessedApplication(main, directory, List.of());
		Settings settings = Settings.builder()
			.sourceOutput(directory.resolve("sources"))
			.resourceOutput(directory.resolve("classes"))
			.classOutput(directory.resolve("classes"))
			.groupId("io.airlockapp")
			.artifactId("test")
			.build();
		new SpringApplicationAotProcessor(main, settings, arguments).process();
		application.compile();
		return application;
	}

	/**
	 * Return the application as it runs with options of the virtual machine.
	 */
	ProcessedApplication with(String... options) {
		return new ProcessedApplication(this.main, this.directory, List.of(options));
	}

	private void compile() throws IOException {
		List<String> command = new ArrayList<>(List.of("-nowarn", "-proc:none", "-parameters", "-cp",
				classes() + File.pathSeparator + System.getProperty("java.class.path"), "-d", classes().toString()));
		try (Stream<Path> sources = Files.walk(this.directory.resolve("sources"))) {
			sources.map(Path::toString).filter((name) -> name.endsWith(".java")).forEach(command::add);
		}
		int status = ToolProvider.getSystemJavaCompiler().run(null, null, null, command.toArray(String[]::new));
		assertThat(status).isZero();
	}

	Path classes() {
		return this.directory.resolve("classes");
	}

	/**
	 * Return a generated source.
	 */
	String source(String name) throws IOException {
		return Files.readString(this.directory.resolve("sources").resolve(name));
	}

	/**
	 * Run the application to its end.
	 * @param arguments the command line's arguments
	 * @return what it wrote
	 */
	String run(List<String> arguments) throws IOException, InterruptedException {
		Path output = Files.createTempFile(this.directory, "run", ".log");
		List<String> command = new ArrayList<>(
				List.of(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
						"-XX:TieredStopAtLevel=1", "-Dspring.aot.enabled=true"));
		command.addAll(this.options);
		command.addAll(List.of("-cp", classes() + File.pathSeparator + System.getProperty("java.class.path"),
				this.main.getName()));
		command.addAll(arguments);
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
		try {
			assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		return Files.readString(output);
	}

}

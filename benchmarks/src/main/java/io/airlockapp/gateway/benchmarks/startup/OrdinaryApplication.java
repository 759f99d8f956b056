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

import javax.tools.ToolProvider;

/**
 * Generates the classes of an application with many beans. None of them is guarded, and
 * some are transactional if the application has a database. After its start, the
 * application prints the time and memory that it took, and ends.
 */
final class OrdinaryApplication {

	static final String MAIN = "ordinary.Application";

	private OrdinaryApplication() {
	}

	/**
	 * Generate the application.
	 * @param beans the number of beans
	 * @param directory the directory of the sources
	 * @param classes the directory of the classes
	 * @param classPath the class path of the compiler
	 * @param database whether the application has a database
	 */
	static void generate(int beans, Path directory, Path classes, String classPath, boolean database)
			throws IOException {
		List<String> command = new ArrayList<>(
				List.of("-proc:none", "-parameters", "-cp", classPath, "-d", classes.toString()));
		command.add(write(directory, "Application", """
				package ordinary;

				@org.springframework.boot.autoconfigure.SpringBootApplication(proxyBeanMethods = false)
				public class Application {

					public static void main(String[] args) throws java.io.IOException {
						org.springframework.boot.SpringApplication.run(Application.class, args);
						long up = java.lang.management.ManagementFactory.getRuntimeMXBean().getUptime();
						long cpu = ((com.sun.management.OperatingSystemMXBean) java.lang.management.ManagementFactory
							.getOperatingSystemMXBean()).getProcessCpuTime() / 1_000_000;
						String peak = java.nio.file.Files.lines(java.nio.file.Path.of("/proc/self/status"))
							.filter((line) -> line.startsWith("VmHWM:"))
							.map((line) -> line.replaceAll("[^0-9]", ""))
							.findFirst()
							.orElse("0");
						System.out.printf("started %d %d %s%n", up, cpu, peak);
						Runtime.getRuntime().halt(0);
					}

				}
				"""));
		for (int i = 0; i < beans; i++) {
			command.add(write(directory, "Operations" + i, operations(i)));
			command.add(write(directory, "Service" + i, service(i, database)));
		}
		if (ToolProvider.getSystemJavaCompiler().run(null, null, null, command.toArray(String[]::new)) != 0) {
			throw new IllegalStateException("The application does not compile");
		}
	}

	private static String operations(int number) {
		return """
				package ordinary;

				public interface Operations%1$d {

					String find(long id);

					java.util.List<String> findAll(String name);

				}
				""".formatted(number);
	}

	private static String service(int number, boolean database) {
		String parameter = (number % 10 != 0) ? "Operations%d next".formatted(number - 1) : "";
		StringBuilder methods = new StringBuilder();
		for (int i = 0; i < 8; i++) {
			methods.append("\tpublic String act%d(String name, int count) { return name + count; }%n".formatted(i));
		}
		String kind = (number % 10 == 9) ? """
				@org.springframework.web.bind.annotation.RestController
				@org.springframework.web.bind.annotation.RequestMapping("/%d")""".formatted(number)
				: "@org.springframework.stereotype.Service";
		String transactional = (database && number % 3 == 0)
				? "@org.springframework.transaction.annotation.Transactional" : "";
		String mapping = (number % 10 == 9) ? "@org.springframework.web.bind.annotation.GetMapping(\"/{id}\")" : "";
		return """
				package ordinary;

				%1$s
				%6$s
				public class Service%2$d implements Operations%2$d {

					public Service%2$d(%3$s) {
					}

					%4$s
					@Override
					public String find(@org.springframework.web.bind.annotation.PathVariable long id) {
						return "" + id;
					}

					@Override
					public java.util.List<String> findAll(String name) {
						return java.util.List.of(name);
					}

				%5$s
				}
				""".formatted(kind, number, parameter, mapping, methods, transactional);
	}

	private static String write(Path directory, String name, String source) throws IOException {
		Path file = directory.resolve("ordinary" + File.separator + name + ".java");
		Files.createDirectories(file.getParent());
		return Files.writeString(file, source).toString();
	}

}

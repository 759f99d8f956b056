/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the Linux statistics of this process.
 */
final class LinuxProcess {

	private static final Path SELF = Path.of("/proc/self");

	private LinuxProcess() {
	}

	/**
	 * Return the resident memory in kilobytes.
	 */
	static long residentKilobytes() {
		return number(lines(SELF.resolve("status")), "VmRSS:");
	}

	/**
	 * Return the number of threads, including those of the Java platform, but not virtual
	 * threads.
	 */
	static long threads() {
		return number(lines(SELF.resolve("status")), "Threads:");
	}

	/**
	 * Return the threads by their ids.
	 */
	static Map<String, Task> tasks() {
		Map<String, Task> tasks = new HashMap<>();
		try (DirectoryStream<Path> directories = Files.newDirectoryStream(SELF.resolve("task"))) {
			for (Path directory : directories) {
				List<String> status = lines(directory.resolve("status"));
				if (!status.isEmpty()) {
					tasks.put(directory.getFileName().toString(),
							new Task(value(status, "Name:"), number(status, "voluntary_ctxt_switches:")));
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return tasks;
	}

	private static List<String> lines(Path file) {
		try {
			return Files.readAllLines(file);
		}
		catch (NoSuchFileException ex) {
			// The thread has ended
			return List.of();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static long number(List<String> status, String name) {
		return Long.parseLong(value(status, name).replace(" kB", ""));
	}

	private static String value(List<String> status, String name) {
		return status.stream()
			.filter((line) -> line.startsWith(name))
			.map((line) -> line.substring(name.length()).strip())
			.findFirst()
			.orElseThrow();
	}

	/**
	 * Holds the name of a thread, of which Linux keeps 15 characters, and the number of
	 * its waits.
	 *
	 * @param name the name
	 * @param waits the number of voluntary waits since its start
	 */
	record Task(String name, long waits) {

	}

}

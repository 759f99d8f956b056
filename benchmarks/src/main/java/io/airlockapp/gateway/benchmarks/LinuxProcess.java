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
 * Reads what Linux says of this process.
 */
final class LinuxProcess {

	private static final Path SELF = Path.of("/proc/self");

	private LinuxProcess() {
	}

	/**
	 * Return the memory that the process has, in kilobytes.
	 */
	static long residentKilobytes() {
		return number(lines(SELF.resolve("status")), "VmRSS:");
	}

	/**
	 * Return the number of threads, those of the Java platform included, but virtual
	 * threads not.
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
			// The thread ended
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
	 * Holds a thread's name, of which Linux keeps 15 characters, and how often it went to
	 * wait.
	 *
	 * @param name the name
	 * @param waits how often it went to wait, since it began
	 */
	record Task(String name, long waits) {

	}

}

package io.airlockapp.samples.startup;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.airlockapp.gateway.simulator.AirlockSimulator;

import org.springframework.util.FileSystemUtils;

/**
 * Measures what the starter adds to the start of a web application, from the start of the
 * Java process on: of one that has a database and calls other services, and of one that
 * does neither. The application is started alternately without the starter, and with it
 * and paired.
 */
public final class StartupBenchmark {

	private static final Pattern STARTED = Pattern.compile("started (\\d+) (\\d+)");

	private static final Pattern FOR_TESTS = Pattern
		.compile(".*(junit|mockito|assertj|byte-buddy|-test).*|payout-service");

	private static final Pattern STARTER = Pattern.compile("airlock-gateway.*");

	private static final Pattern HTTP_CLIENT = Pattern.compile("spring-boot-(starter-)?(restclient|http-client).*");

	private static final Pattern DATABASE = Pattern
		.compile("spring-(boot-(starter-)?)?(jdbc|sql|persistence|transaction|tx)-.*|(HikariCP|h2)-.*");

	private final String classes;

	private final boolean usual;

	private StartupBenchmark(Path classes, boolean usual) {
		this.classes = classes.toString();
		this.usual = usual;
	}

	/**
	 * Run the benchmark.
	 * @param args how many beans the application has, 300 unless given, and how often it
	 * is started with and without the starter, 20 times unless given
	 * @throws Exception if an application does not start
	 */
	public static void main(String[] args) throws Exception {
		int beans = (args.length > 0) ? Integer.parseInt(args[0]) : 300;
		int rounds = (args.length > 1) ? Integer.parseInt(args[1]) : 20;
		try (AirlockSimulator simulator = AirlockSimulator.start()) {
			List<String> paired = simulator.properties()
				.entrySet()
				.stream()
				.map((entry) -> "--" + entry.getKey() + "=" + entry.getValue())
				.toList();
			for (boolean usual : new boolean[] { true, false }) {
				measure(beans, rounds, usual, paired);
			}
		}
	}

	private static void measure(int beans, int rounds, boolean usual, List<String> paired) throws Exception {
		Path directory = Files.createTempDirectory("startup");
		try {
			Path classes = Files.createDirectory(directory.resolve("classes"));
			StartupBenchmark benchmark = new StartupBenchmark(classes, usual);
			OrdinaryApplication.generate(beans, directory, classes, benchmark.classPath(false), usual);
			benchmark.run(beans, rounds, paired);
		}
		finally {
			FileSystemUtils.deleteRecursively(directory);
		}
	}

	private void run(int beans, int rounds, List<String> paired) throws Exception {
		List<Start> without = new ArrayList<>();
		List<Start> with = new ArrayList<>();
		for (int i = -1; i < rounds; i++) {
			boolean starterFirst = i % 2 == 0;
			Start first = start(starterFirst, starterFirst ? paired : List.of());
			Start second = start(!starterFirst, starterFirst ? List.of() : paired);
			if (i >= 0) {
				with.add(starterFirst ? first : second);
				without.add(starterFirst ? second : first);
			}
		}
		System.out.printf("%s, %d beans, %d starts of each, medians in ms%n",
				this.usual ? "With a database and an HTTP client" : "With neither database nor HTTP client", beans,
				rounds);
		System.out.printf("%-14s %8s %8s %8s%n", "", "without", "with", "added");
		print("until started", without, with, Start::millis);
		print("CPU time", without, with, Start::cpuMillis);
	}

	private static void print(String name, List<Start> without, List<Start> with, ToLongFunction<Start> value) {
		long base = median(without.stream().mapToLong(value).toArray());
		long[] differences = new long[with.size()];
		for (int i = 0; i < differences.length; i++) {
			differences[i] = value.applyAsLong(with.get(i)) - value.applyAsLong(without.get(i));
		}
		System.out.printf("%-14s %8d %8d %8d (%.1f %%)%n", name, base, median(with.stream().mapToLong(value).toArray()),
				median(differences), 100.0 * median(differences) / base);
	}

	private static long median(long[] values) {
		Arrays.sort(values);
		return (values[(values.length - 1) / 2] + values[values.length / 2]) / 2;
	}

	private Start start(boolean withStarter, List<String> arguments) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(
				List.of(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java", "-cp",
						this.classes + File.pathSeparator + classPath(withStarter), OrdinaryApplication.MAIN,
						"--server.port=0"));
		command.addAll(arguments);
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes());
		Matcher matcher = STARTED.matcher(output);
		if (process.waitFor() != 0 || !matcher.find()) {
			throw new IllegalStateException("The application did not start: " + output);
		}
		return new Start(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
	}

	private String classPath(boolean withStarter) {
		return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !FOR_TESTS.matcher(name(entry)).matches())
			.filter((entry) -> withStarter || !STARTER.matcher(name(entry)).matches())
			.filter((entry) -> withStarter || this.usual || !HTTP_CLIENT.matcher(name(entry)).matches())
			.filter((entry) -> this.usual || !DATABASE.matcher(name(entry)).matches())
			.collect(Collectors.joining(File.pathSeparator));
	}

	/**
	 * Return the name of a jar, or of the module that a directory belongs to.
	 */
	private static String name(String entry) {
		Path path = Path.of(entry).toAbsolutePath();
		return (Files.isDirectory(path) ? path.getParent().getParent() : path).getFileName().toString();
	}

	private record Start(long millis, long cpuMillis) {

	}

}

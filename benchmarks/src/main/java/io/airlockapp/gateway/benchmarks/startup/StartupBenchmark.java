/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks.startup;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import io.airlockapp.gateway.benchmarks.wire.GatewayProcess;

import org.springframework.util.FileSystemUtils;

/**
 * Measures what the starter adds to the start of a web application, from the start of the
 * Java process. One application has a database and calls other services, another does
 * neither. Each is started in turn without the starter, with the starter and a pairing,
 * and with the alternatives in {@link ApplicationKind}.
 */
public final class StartupBenchmark {

	private static final Pattern STARTED = Pattern.compile("started (\\d+) (\\d+) (\\d+)");

	private static final double KIBIBYTES = 1024;

	private final Map<ApplicationKind, List<Start>> starts = new EnumMap<>(ApplicationKind.class);

	private final Map<ApplicationKind, List<String>> commands = new EnumMap<>(ApplicationKind.class);

	private final boolean usual;

	private final Preparation preparation;

	private StartupBenchmark(boolean usual, Preparation preparation) {
		this.usual = usual;
		this.preparation = preparation;
		for (ApplicationKind kind : ApplicationKind.values()) {
			this.starts.put(kind, new ArrayList<>());
		}
	}

	/**
	 * Run the benchmark.
	 * @param args the number of beans, by default 300, the number of starts of each
	 * application, by default 20, and what is done before, by default {@code none}:
	 * {@code aot}, {@code cache} or {@code aot-and-cache}
	 * @throws Exception if an application does not start
	 */
	public static void main(String[] args) throws Exception {
		int beans = (args.length > 0) ? Integer.parseInt(args[0]) : 300;
		int rounds = (args.length > 1) ? Integer.parseInt(args[1]) : 20;
		Preparation preparation = Preparation.of((args.length > 2) ? args[2] : "none");
		try (GatewayProcess gateway = GatewayProcess.start()) {
			List<String> paired = gateway.properties()
				.entrySet()
				.stream()
				.map((entry) -> "--" + entry.getKey() + "=" + entry.getValue())
				.toList();
			for (boolean usual : new boolean[] { true, false }) {
				measure(beans, rounds, usual, preparation, paired);
			}
		}
	}

	private static void measure(int beans, int rounds, boolean usual, Preparation preparation, List<String> paired)
			throws Exception {
		Path directory = Files.createTempDirectory("startup");
		try {
			Path classes = Files.createDirectory(directory.resolve("classes"));
			OrdinaryApplication.generate(beans, directory, classes,
					String.join(File.pathSeparator, ApplicationKind.PLAIN.jars(usual)), usual);
			StartupBenchmark benchmark = new StartupBenchmark(usual, preparation);
			benchmark.prepare(classes, directory, paired);
			benchmark.run(rounds);
			benchmark.print(beans);
		}
		finally {
			FileSystemUtils.deleteRecursively(directory);
		}
	}

	private void prepare(Path classes, Path directory, List<String> paired) throws Exception {
		for (ApplicationKind kind : ApplicationKind.values()) {
			List<String> arguments = new ArrayList<>(List.of("--server.port=0"));
			if (kind == ApplicationKind.AIRLOCK) {
				arguments.addAll(paired);
			}
			this.commands.put(kind, this.preparation.prepare(classes, kind.jars(this.usual), arguments,
					Files.createDirectory(directory.resolve(kind.toString()))));
		}
	}

	private void run(int rounds) throws Exception {
		ApplicationKind[] kinds = ApplicationKind.values();
		// The first round is a warm-up of the file system
		for (int round = -1; round < rounds; round++) {
			for (int i = 0; i < kinds.length; i++) {
				ApplicationKind kind = kinds[Math.floorMod(round + i, kinds.length)];
				Start start = start(kind);
				if (round >= 0) {
					this.starts.get(kind).add(start);
				}
			}
		}
	}

	private Start start(ApplicationKind kind) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(this.commands.get(kind)).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes());
		Matcher matcher = STARTED.matcher(output);
		if (process.waitFor() != 0 || !matcher.find()) {
			throw new IllegalStateException("The application did not start: " + output);
		}
		return new Start(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)),
				Long.parseLong(matcher.group(3)) / KIBIBYTES);
	}

	private void print(int beans) {
		for (Map.Entry<ApplicationKind, List<Start>> entry : this.starts.entrySet()) {
			List<Start> values = entry.getValue();
			System.out.printf(Locale.ROOT,
					"startup java=%d application=%s preparation=%s with=%s beans=%d starts=%d started=%.0f ms (x%.3f, %+.0f ms) "
							+ "cpu=%.0f ms (x%.3f, %+.0f ms) peak=%.1f MiB (x%.3f, %+.1f MiB)%n",
					Runtime.version().feature(), this.usual ? "database-and-http-client" : "web-only", this.preparation,
					entry.getKey(), beans, values.size(), median(values, Start::millis), ratio(values, Start::millis),
					added(values, Start::millis), median(values, Start::cpuMillis), ratio(values, Start::cpuMillis),
					added(values, Start::cpuMillis), median(values, Start::peak), ratio(values, Start::peak),
					added(values, Start::peak));
		}
	}

	private static double median(List<Start> starts, ToDoubleFunction<Start> value) {
		return median(starts.stream().mapToDouble(value).toArray());
	}

	/**
	 * Return the median of the ratios to the plain application of the same round.
	 */
	private double ratio(List<Start> starts, ToDoubleFunction<Start> value) {
		List<Start> plain = this.starts.get(ApplicationKind.PLAIN);
		return median(IntStream.range(0, starts.size())
			.mapToDouble((i) -> value.applyAsDouble(starts.get(i)) / value.applyAsDouble(plain.get(i)))
			.toArray());
	}

	/**
	 * Return the median of the differences from the plain application of the same round.
	 */
	private double added(List<Start> starts, ToDoubleFunction<Start> value) {
		List<Start> plain = this.starts.get(ApplicationKind.PLAIN);
		return median(IntStream.range(0, starts.size())
			.mapToDouble((i) -> value.applyAsDouble(starts.get(i)) - value.applyAsDouble(plain.get(i)))
			.toArray());
	}

	private static double median(double[] values) {
		Arrays.sort(values);
		return (values[(values.length - 1) / 2] + values[values.length / 2]) / 2;
	}

	/**
	 * Holds the measurements of one start.
	 *
	 * @param millis the time from the start of the process
	 * @param cpuMillis the CPU time
	 * @param peak the peak of the resident memory in MiB
	 */
	private record Start(double millis, double cpuMillis, double peak) {

	}

}

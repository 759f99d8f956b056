/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks.durable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import io.airlockapp.gateway.benchmarks.durable.AskSimulation.Result;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.RecordedCall;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.SimulatorCall;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Measures durable approvals: instances of an application in their own processes, a real
 * database, and the simulator as the gateway. Prints a table.
 */
public final class DurableBenchmark {

	private static final int PENDING = 1000;

	private static final int QUOTA = 60;

	private static final Duration CHECK_FROM = Duration.ofSeconds(20);

	private static final Duration CHECK_TO = Duration.ofSeconds(200);

	private static final int CHECKED = 20;

	private static final int RUN_THREADS = 4;

	private static final double MIB = 1024 * 1024;

	private final String url;

	private final JdbcTemplate jdbc;

	private final Random random = new Random(42);

	private final Set<String> created = ConcurrentHashMap.newKeySet();

	private DurableBenchmark(String url) {
		this.url = url;
		this.jdbc = new JdbcTemplate(new DriverManagerDataSource(url));
	}

	/**
	 * Run the measurements.
	 * @param args the URL of a PostgreSQL database, in which schemas are created, and the
	 * names of the measurements, by default all of them: {@code recording}, {@code start}
	 * and {@code guarded}, which run one by one, and {@code pending}, {@code takeover}
	 * and {@code decision}, which mostly wait, and run at the same time
	 * @throws Exception if an instance does not start
	 */
	public static void main(String[] args) throws Exception {
		LoggingSystem.get(DurableBenchmark.class.getClassLoader())
			.setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.WARN);
		DurableBenchmark benchmark = new DurableBenchmark(args[0]);
		Map<String, Measurement> ofTimes = new LinkedHashMap<>();
		ofTimes.put("recording", benchmark::measureRecording);
		ofTimes.put("start", benchmark::measureStart);
		ofTimes.put("guarded", benchmark::measureGuarded);
		Map<String, Measurement> waiting = new LinkedHashMap<>();
		waiting.put("pending", benchmark::measurePending);
		waiting.put("takeover", benchmark::measureTakeover);
		waiting.put("decision", benchmark::measureDecision);
		if (args.length > 1) {
			List<String> names = Arrays.asList(args).subList(1, args.length);
			ofTimes.keySet().retainAll(names);
			waiting.keySet().retainAll(names);
		}
		System.out.printf("Java %d%n%n| Measurement | Result | Goal |%n| --- | --- | --- |%n",
				Runtime.version().feature());
		for (Measurement measurement : ofTimes.values()) {
			measurement.run();
		}
		CompletableFuture
			.allOf(waiting.values().stream().map(DurableBenchmark::start).toArray(CompletableFuture[]::new))
			.join();
		System.exit(0);
	}

	private static CompletableFuture<?> start(Measurement measurement) {
		CompletableFuture<?> result = new CompletableFuture<>();
		new Thread(() -> {
			try {
				measurement.run();
				result.complete(null);
			}
			catch (Throwable ex) {
				result.completeExceptionally(ex);
			}
		}).start();
		return result;
	}

	private static void print(String name, String goal, String result, Object... values) {
		System.out.printf("| %s | %s | %s |%n", name, String.format(Locale.ROOT, result, values), goal);
	}

	private void measureRecording() throws Exception {
		try (AirlockSimulator gateway = AirlockSimulator.start();
				InstanceProcess instance = start("recording", gateway, Map.of("airlock.gateway.durable.worker", "false",
						"airlock.gateway.durable.max-pending", "100000"))) {
			this.jdbc.execute("CREATE TABLE recording.PLAIN_CALL (LIKE recording.AIRLOCK_DURABLE INCLUDING ALL)");
			this.jdbc.execute("CREATE TABLE recording.PLAIN_STEP (LIKE recording.AIRLOCK_DURABLE_ASK INCLUDING ALL)");
			instance.send("compare 20000");
			String[] medians = instance.send("compare 3000").split(" ");
			double recording = Double.parseDouble(medians[0]);
			double insertion = Double.parseDouble(medians[1]);
			print("recording a call in a transaction: median", "2 times an insertion of two such rows in a transaction",
					"%.0f µs, and %.0f µs for the insertion: %.1f times", recording, insertion, recording / insertion);
		}
	}

	private void measurePending() throws Exception {
		try (AirlockSimulator gateway = AirlockSimulator.builder().quota(QUOTA).start();
				InstanceProcess instance = start("pending", gateway, Map.of("count-statements", "true"))) {
			gateway.decideAutomatically((request) -> SimulatedDecision.approve());
			instance.send("pay 6");
			await(() -> count("pending", "STARTED") == 6);
			gateway.decideAutomatically(null);
			// The threads of a scheduler start for its first steps
			instance.send("heap");
			sleep(Duration.ofSeconds(20));
			long heap = Long.parseLong(instance.send("heap"));
			Map<String, Integer> threads = threads(instance);
			long statements = Long.parseLong(instance.send("statements"));
			sleep(Duration.ofSeconds(60));
			double perSecond = (Long.parseLong(instance.send("statements")) - statements) / 60.0;
			print("statements of an instance without pending calls, each second", "2", "%.1f", perSecond);
			instance.send("pay " + PENDING);
			sleep(Duration.ofSeconds(130));
			int refused = (int) gateway.requests()
				.stream()
				.filter((call) -> call.status() != null && call.status() == 429)
				.count();
			print("requests that a quota of %d in a minute refuses, with 1,000 pending calls".formatted(QUOTA), "0",
					"%d of %d", refused, gateway.requests().size());
			Map<String, Integer> threadsAfter = threads(instance);
			print("threads, with 1,000 pending calls", "the same as without: 4 and `ask-threads`, 4 and `run-threads`",
					"%d, and %d without: %s", sum(threadsAfter), sum(threads), threadsAfter);
			double with = Long.parseLong(instance.send("heap")) / MIB;
			this.jdbc.execute(
					"TRUNCATE pending.AIRLOCK_DURABLE, pending.AIRLOCK_DURABLE_BALLOT, pending.AIRLOCK_DURABLE_ASK");
			sleep(Duration.ofSeconds(20));
			double after = Long.parseLong(instance.send("heap")) / MIB;
			print("heap with 1,000 pending calls", "2 MiB more than without",
					"%.1f MiB; %.1f MiB before they were recorded, and %.1f MiB after they were deleted", with,
					heap / MIB, after);
		}
	}

	private static Map<String, Integer> threads(InstanceProcess instance) throws IOException {
		Map<String, Integer> threads = new TreeMap<>();
		Stream.of(instance.send("threads").split(","))
			.filter((name) -> name.matches("(airlock-ask|airlock-run|db-scheduler).*"))
			.forEach((name) -> threads.merge(name.replaceAll("-(pool-)?[0-9].*|-$", ""), 1, Integer::sum));
		return threads;
	}

	private static int sum(Map<String, Integer> threads) {
		return threads.values().stream().mapToInt(Integer::intValue).sum();
	}

	/**
	 * Measure the time from a stored approval to the start of its method. Instances send
	 * different tokens, so that the acknowledgement shows which of them has stored an
	 * approval.
	 */
	private void measureStart() throws Exception {
		Map<String, String> unlimited = Map.of("airlock.gateway.durable.calls-per-minute", "6000",
				"airlock.gateway.rate-limit.requests", "100000");
		try (AirlockSimulator gateway = AirlockSimulator.start();
				InstanceProcess instance = start("start", gateway,
						with(unlimited, "airlock.gateway.auth.bearer-token", "one"))) {
			gateway.decideAutomatically((request) -> SimulatedDecision.approve());
			runCalls(instance, 10);
			double[] same = startsAfter(gateway, "one");
			print("from a stored approval to the start of the method, in the same instance: median, maximum",
					"`polling-interval` (2 s) and 1 s", "%.2f s, %.2f s", same[same.length / 2], same[same.length - 1]);
			this.jdbc.execute("TRUNCATE start.STARTED");
			// From now on, this instance has no thread for methods
			instance.send("report " + RUN_THREADS);
			await(() -> count("start", "AIRLOCK_DURABLE WHERE STATE = 'CLAIMED'") == RUN_THREADS);
			try (InstanceProcess other = start("start", gateway,
					with(unlimited, "airlock.gateway.auth.bearer-token", "two"))) {
				runCalls(instance, 20);
				double[] starts = startsAfter(gateway, "one");
				print("the same, in another instance, %d calls".formatted(starts.length),
						"`polling-interval` (2 s) and 1 s", "%.2f s, %.2f s", starts[starts.length / 2],
						starts[starts.length - 1]);
				other.kill();
			}
			instance.kill();
		}
	}

	private void runCalls(InstanceProcess instance, int rounds) throws Exception {
		int before = count("start", "STARTED");
		for (int round = 1; round <= rounds; round++) {
			// Independently of the times at which instances search for due steps
			sleep(Duration.ofMillis(this.random.nextLong(2000)));
			instance.send("pay 4");
			int started = before + 4 * round;
			await(() -> count("start", "STARTED") == started);
		}
	}

	private double[] startsAfter(AirlockSimulator gateway, String token) throws Exception {
		// Acknowledgements follow the start
		sleep(Duration.ofSeconds(2));
		Set<String> stored = Set.copyOf(gateway.requests(SimulatorCall.ACKNOWLEDGE)
			.stream()
			.filter((call) -> ("Bearer " + token).equals(call.header("Authorization")))
			.map((call) -> call.json().path("requestId").asString())
			.toList());
		return this.jdbc
			.query("SELECT S.ID, S.AT - C.DECIDED_AT FROM start.STARTED S JOIN start.AIRLOCK_DURABLE C ON C.ID = S.ID",
					(row, number) -> Map.entry(row.getString(1), row.getLong(2) / 1000.0))
			.stream()
			.filter((start) -> stored.contains(start.getKey()))
			.mapToDouble(Map.Entry::getValue)
			.sorted()
			.toArray();
	}

	/**
	 * Measure how long calls are not asked about after the process that asked about them
	 * was killed.
	 */
	private void measureTakeover() throws Exception {
		try (AirlockSimulator gateway = AirlockSimulator.start();
				InstanceProcess first = start("takeover", gateway, Map.of());
				InstanceProcess second = start("takeover", gateway, Map.of())) {
			first.send("pay 4");
			await(() -> count("takeover", "AIRLOCK_DURABLE WHERE STATE = 'SUBMITTED'") == 4);
			await(() -> picked(first).size() + picked(second).size() == 4);
			InstanceProcess killed = (picked(first).size() >= picked(second).size()) ? first : second;
			List<String> ids = picked(killed);
			killed.kill();
			Instant end = Instant.now();
			List<Duration> times = new ArrayList<>();
			for (String id : ids) {
				await(() -> nextPoll(gateway, id, end) != null);
				times.add(Duration.between(end, nextPoll(gateway, id, end)));
			}
			print("from `kill -9` until another instance asks for the same decision: maximum of %d"
				.formatted(times.size()), "90 s", "%.0f s",
					times.stream().mapToLong(Duration::toMillis).max().orElseThrow() / 1000.0);
		}
	}

	private List<String> picked(InstanceProcess instance) {
		return this.jdbc.queryForList("""
				SELECT TASK_INSTANCE FROM takeover.AIRLOCK_DURABLE_ASK
				WHERE PICKED AND TASK_NAME LIKE 'airlock-ask%' AND PICKED_BY LIKE ?""", String.class,
				"%-" + instance.pid());
	}

	private static Instant nextPoll(AirlockSimulator gateway, String id, Instant after) {
		return gateway.requests(SimulatorCall.WAIT_FOR_DECISION)
			.stream()
			.filter((call) -> call.path().contains(id) && call.at().isAfter(after))
			.map(RecordedCall::at)
			.findFirst()
			.orElse(null);
	}

	/**
	 * Measure how long decisions take until they are stored, in a simulation, and in real
	 * time for few calls, which shows whether the simulation is right.
	 */
	private void measureDecision() throws Exception {
		AtomicReference<double[]> measured = new AtomicReference<>();
		CompletableFuture<?> real = start(() -> measured.set(decideInRealTime()));
		steady(20, Duration.ofMinutes(5), "10 s", "70 s");
		steady(300, Duration.ofMinutes(1), "28 s", "7 min");
		steady(1000, Duration.ofMinutes(1), "21 s, 100 s", "20 min, 50 min");
		steady(1000, Duration.ofMinutes(5), "21 s, 100 s", "20 min, 50 min");
		Result simulated = AskSimulation.atOnce(CHECKED, CHECK_FROM, CHECK_TO, 20);
		real.join();
		print("20 calls at once, decided within 20 to 200 s, in real time: median, maximum", "that of the simulation",
				"%s, %s; in the simulation %s, %s", time(quantile(measured.get(), 0.5)),
				time(quantile(measured.get(), 1)), time(quantile(simulated.young(), 0.5)),
				time(quantile(simulated.young(), 1)));
	}

	private static void steady(int pending, Duration interval, String goalForYoung, String goalForOthers)
			throws GeneralSecurityException {
		Result result = AskSimulation.steady(pending, interval, 150);
		String calls = "%,d pending calls, and a new one every %d min".formatted(pending, interval.toMinutes());
		print(calls + ": a decision on a young call is stored after: median, 95 %", goalForYoung, "%s, %s",
				time(quantile(result.young(), 0.5)), time(quantile(result.young(), 0.95)));
		print(calls + ": a decision on another call is stored after: median, 95 %", goalForOthers, "%s, %s",
				time(quantile(result.others(), 0.5)), time(quantile(result.others(), 0.95)));
		print(calls + ": requests in a minute: mean, maximum", "30", "%.1f, %d", result.meanRequests(),
				result.mostRequests());
	}

	private static double quantile(double[] sorted, double quantile) {
		return sorted[(int) Math.ceil(quantile * sorted.length) - 1];
	}

	private static String time(double seconds) {
		return (seconds < 120) ? String.format(Locale.ROOT, "%.0f s", seconds)
				: String.format(Locale.ROOT, "%.0f min", seconds / 60);
	}

	private double[] decideInRealTime() throws Exception {
		try (AirlockSimulator gateway = AirlockSimulator.start();
				InstanceProcess instance = start("decision", gateway, Map.of())) {
			long begin = System.nanoTime();
			instance.send("pay " + CHECKED);
			long[] times = this.random.longs(CHECKED, CHECK_FROM.toNanos(), CHECK_TO.toNanos()).sorted().toArray();
			Map<String, Long> decided = new HashMap<>();
			List<String> order = new ArrayList<>();
			for (long time : times) {
				sleep(Duration.ofNanos(begin + time - System.nanoTime()));
				List<String> undecided = gateway.pending()
					.stream()
					.map(PendingRequest::requestId)
					.filter((id) -> !order.contains(id))
					.toList();
				// The order of submission is that of the recording
				String id = undecided.get(this.random.nextInt(undecided.size()));
				order.add(id);
				decided.put(id, System.currentTimeMillis());
				gateway.approve(id);
			}
			await(() -> count("decision", "AIRLOCK_DURABLE WHERE DECIDED_AT IS NOT NULL") == CHECKED);
			return this.jdbc
				.query("SELECT ID, DECIDED_AT FROM decision.AIRLOCK_DURABLE",
						(row, number) -> (row.getLong(2) - decided.get(row.getString(1))) / 1000.0)
				.stream()
				.mapToDouble(Double::doubleValue)
				.sorted()
				.toArray();
		}
	}

	private void measureGuarded() throws Exception {
		double without = Double.NaN;
		double with = Double.NaN;
		long classes = 0;
		long classesWithout = 0;
		for (int round = 0; round < 2; round++) {
			Guarded other = guarded(InstanceProcess.classPathWithoutDurable());
			Guarded durable = guarded(System.getProperty("java.class.path"));
			without = Double.isNaN(without) ? other.nanos() : Math.min(without, other.nanos());
			with = Double.isNaN(with) ? durable.nanos() : Math.min(with, durable.nanos());
			classes = durable.classes();
			classesWithout = other.classes();
		}
		print("a guarded invocation whose condition is `false`, with the module on the class path: least of two",
				"the same as without", "%.0f ns, and %.0f ns without", with, without);
		print("loaded classes of the module and of db-scheduler", "0 without the module", "%d, and %d without", classes,
				classesWithout);
	}

	private Guarded guarded(String classPath) throws IOException, InterruptedException {
		Path log = Files.createTempFile("classes", ".log");
		try (AirlockSimulator gateway = AirlockSimulator.start()) {
			List<String> arguments = new ArrayList<>(
					List.of("--logging.level.root=error", "--spring.main.banner-mode=off"));
			gateway.properties().forEach((name, value) -> arguments.add("--" + name + "=" + value));
			Process process = InstanceProcess.launch(classPath, GuardedApplication.class,
					List.of("-Xlog:class+load:file=" + log), arguments);
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			if (process.waitFor() != 0) {
				throw new IllegalStateException(output);
			}
			double nanos = Double.parseDouble(
					output.substring(output.lastIndexOf(InstanceProcess.REPLY) + InstanceProcess.REPLY.length())
						.strip());
			try (Stream<String> lines = Files.lines(log)) {
				return new Guarded(nanos,
						lines
							.filter((line) -> line.contains(" io.airlockapp.gateway.durable.")
									|| line.contains(" com.github.kagkarlsson."))
							.count());
			}
		}
		finally {
			Files.delete(log);
		}
	}

	/**
	 * Start an instance with a schema, which is new for the first one.
	 */
	private InstanceProcess start(String schema, AirlockSimulator gateway, Map<String, String> properties)
			throws IOException {
		createSchema(schema);
		Map<String, String> all = new LinkedHashMap<>(gateway.properties());
		all.put("spring.datasource.url", this.url + (this.url.contains("?") ? "&" : "?") + "currentSchema=" + schema);
		all.put("spring.main.banner-mode", "off");
		all.put("spring.application.name", "payouts");
		all.put("logging.level.root", "error");
		all.put("airlock.gateway.jdbc.initialize-schema", "always");
		all.put("airlock.gateway.pairing.store.key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
		if (properties.containsKey("airlock.gateway.auth.bearer-token")) {
			all.remove("airlock.gateway.auth.pat");
		}
		all.putAll(properties);
		return InstanceProcess.start(all);
	}

	private void createSchema(String schema) {
		if (this.created.add(schema)) {
			this.jdbc.execute("DROP SCHEMA IF EXISTS " + schema + " CASCADE");
			this.jdbc.execute("CREATE SCHEMA " + schema);
			this.jdbc.execute("CREATE TABLE " + schema + ".STARTED (ID VARCHAR(100), AT BIGINT)");
		}
	}

	private static Map<String, String> with(Map<String, String> properties, String... more) {
		Map<String, String> all = new LinkedHashMap<>(properties);
		for (int i = 0; i < more.length; i += 2) {
			all.put(more[i], more[i + 1]);
		}
		return all;
	}

	private int count(String schema, String from) {
		Integer count = this.jdbc.queryForObject("SELECT COUNT(*) FROM " + schema + "." + from, Integer.class);
		return (count != null) ? count : 0;
	}

	private static void await(BooleanSupplier condition) throws InterruptedException {
		long deadline = System.nanoTime() + Duration.ofMinutes(5).toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() > deadline) {
				throw new IllegalStateException("A measurement takes too long");
			}
			Thread.sleep(20);
		}
	}

	private static void sleep(Duration time) throws InterruptedException {
		Thread.sleep(Math.max(0, time.toMillis()));
	}

	/**
	 * Strategy interface for a measurement.
	 */
	@FunctionalInterface
	private interface Measurement {

		void run() throws Exception;

	}

	/**
	 * Holds the measurements of an application with a guarded method.
	 *
	 * @param nanos the time of an invocation in nanoseconds
	 * @param classes the number of loaded classes of durable approvals
	 */
	private record Guarded(double nanos, long classes) {

	}

}

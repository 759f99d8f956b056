package io.airlockapp.samples.orders;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.airlockapp.gateway.durable.Resolution;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import io.airlockapp.samples.orders.FakeBank.Behavior;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests with two instances that share a database, and are killed while payments wait and
 * while payments are made. The database is the PostgreSQL that is given by
 * {@code -Dtest.postgres=jdbc:postgresql:...}, or else an H2 in the process of the test.
 */
@Tag("slow")
class KilledInstancesTests {

	private static final Pattern PORT = Pattern.compile("Tomcat started on port ([0-9]+)");

	private final AirlockSimulator simulator = AirlockSimulator.start();

	private final SimulatedApprover ann = this.simulator.addApprover("ann");

	private final SimulatedApprover ben = this.simulator.addApprover("ben");

	private final List<Process> processes = new ArrayList<>();

	private final Thread killer = new Thread(() -> this.processes.forEach(Process::destroyForcibly));

	private FakeBank bank;

	private Database database;

	@TempDir
	private Path logs;

	@BeforeEach
	void start() throws Exception {
		Runtime.getRuntime().addShutdownHook(this.killer);
		this.bank = FakeBank.start(0);
		String postgres = System.getProperty("test.postgres");
		this.database = (postgres != null) ? Database.postgres(postgres) : Database.h2();
	}

	@AfterEach
	void stop() throws Exception {
		for (Process process : this.processes) {
			kill(process);
		}
		Runtime.getRuntime().removeShutdownHook(this.killer);
		this.database.close();
		this.bank.close();
		this.simulator.close();
	}

	@Test
	void eachApprovedOrderIsPaidOnce() throws Exception {
		Instance first = startInstance();
		Instance second = startInstance();

		// Killed while payments wait
		long approved = first.page().place("Ann Baker", "10");
		String approvedId = awaitRequest(approved);
		long denied = first.page().place("Ann Baker", "20");
		String deniedId = awaitRequest(denied);
		kill(first.process());
		this.simulator.approve(approvedId);
		this.simulator.reject(deniedId, "Wrong account");
		awaitShown(second, approved, "Paid", second.name());
		awaitShown(second, denied, "Denied", "Wrong account");

		// Killed while payments wait, and while payments are made
		long waiting = second.page().place("Ann Baker", "30");
		String waitingId = awaitRequest(waiting);
		long found = second.page().place("Ann Baker", "40");
		String foundId = awaitRequest(found);
		long notFound = second.page().place("Ann Baker", "50");
		String notFoundId = awaitRequest(notFound);
		this.bank.setBehavior(Behavior.EXECUTE_WITHOUT_RESPONSE);
		this.simulator.approve(foundId);
		await().until(() -> this.bank.transfers().containsKey(foundId));
		this.bank.setBehavior(Behavior.HANG);
		this.simulator.approve(notFoundId);
		await().until(() -> this.bank.calls().contains(notFoundId));
		awaitShown(second, found, "Being paid", second.name());
		kill(second.process());
		this.bank.setBehavior(Behavior.EXECUTE);
		Instance third = startInstance();
		this.simulator.approve(waitingId);
		awaitShown(third, waiting, "Paid", third.name());

		// The outcome of what was in progress is for an operator to find out
		awaitShown(third, found, "Unknown", second.name(), "No transaction of it was committed");
		awaitShown(third, notFound, "Unknown", second.name(), "No transaction of it was committed");
		third.resolve(foundId, Resolution.RAN);
		third.resolve(notFoundId, Resolution.DID_NOT_RUN);
		awaitShown(third, found, "Paid", "An operator found");
		awaitShown(third, notFound, "Not paid");

		assertThat(this.bank.transfers()).containsOnlyKeys(approvedId, waitingId, foundId);
		assertThat(this.bank.calls()).containsExactlyInAnyOrder(approvedId, waitingId, foundId, notFoundId);
		assertThat(this.simulator.pending()).isEmpty();
		assertThat(this.simulator.asked()).hasSize(5);
	}

	@Test
	void largeOrderIsPaidOnceIfKilledBetweenTheApprovals() throws Exception {
		Instance first = startInstance();
		Instance second = startInstance();
		long order = first.page().place("Ann Baker", "2500");
		PendingRequest forAnn = this.ann.awaitRequest();
		PendingRequest forBen = this.ben.awaitRequest();
		this.ann.approve(forAnn);
		kill(first.process());
		kill(second.process());
		Instance third = startInstance();
		this.ben.approve(forBen);
		awaitShown(third, order, "Paid", third.name());
		assertThat(this.bank.calls()).hasSize(1);
		assertThat(this.bank.transfers()).hasSize(1);
		assertThat(this.simulator.asked()).hasSize(2);
	}

	private String awaitRequest(long order) {
		String description = " for order " + order;
		return await().until(() -> this.simulator.pending()
			.stream()
			.filter((request) -> request.description().endsWith(description))
			.map(PendingRequest::requestId)
			.findFirst()
			.orElse(null), (id) -> id != null);
	}

	private static void awaitShown(Instance instance, long order, String... texts) {
		await().untilAsserted(() -> assertThat(instance.page().order(order)).contains(texts));
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(60)).ignoreException(IOException.class);
	}

	private static void kill(Process process) throws InterruptedException {
		process.destroyForcibly();
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
	}

	private Instance startInstance() throws IOException {
		Path log = this.logs.resolve(this.processes.size() + ".log");
		List<String> command = new ArrayList<>(List.of(
				System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
				OrderPaymentsApplication.class.getName(), "--server.port=0",
				"--spring.datasource.url=" + this.database.url(), "--order-payments.bank.url=" + this.bank.url(),
				"--airlock.gateway.durable.heartbeat-interval=1s", "--airlock.gateway.durable.polling-interval=200ms",
				"--airlock.gateway.durable.calls-per-minute=6000"));
		this.simulator.properties().forEach((name, value) -> command.add("--" + name + "=" + value));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
		this.processes.add(process);
		Matcher port = PORT.matcher("");
		await().until(() -> port.reset(Files.readString(log)).find() || !process.isAlive());
		assertThat(process.isAlive()).as(() -> read(log)).isTrue();
		return new Instance(process, new OrderPage(Integer.parseInt(port.group(1))));
	}

	private static String read(Path log) {
		try {
			return Files.readString(log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A process of the application.
	 *
	 * @param process the process
	 * @param page its page
	 */
	private record Instance(Process process, OrderPage page) {

		/**
		 * Return the end of the name by which approvals refer to it.
		 */
		String name() {
			return "-" + this.process.pid();
		}

		void resolve(String requestId, Resolution resolution) throws Exception {
			assertThat(this.page.post("/resolve", Map.of("requestId", requestId, "resolution", resolution.name())))
				.isEqualTo(302);
		}

	}

	/**
	 * A database that the processes share.
	 *
	 * @param url its URL
	 * @param remove removes it
	 */
	private record Database(String url, Runnable remove) implements AutoCloseable {

		static Database postgres(String server) {
			JdbcTemplate jdbc = new JdbcTemplate(new DriverManagerDataSource(server));
			String schema = "orders_" + UUID.randomUUID().toString().replace('-', '_');
			jdbc.execute("CREATE SCHEMA " + schema);
			return new Database(server + (server.contains("?") ? "&" : "?") + "currentSchema=" + schema,
					() -> jdbc.execute("DROP SCHEMA " + schema + " CASCADE"));
		}

		static Database h2() throws SQLException {
			Server server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
			return new Database("jdbc:h2:tcp://127.0.0.1:%d/mem:orders;DB_CLOSE_DELAY=-1".formatted(server.getPort()),
					server::stop);
		}

		@Override
		public void close() {
			this.remove.run();
		}

	}

}

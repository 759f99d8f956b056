/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.HandledRequest;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Applications that are killed: an approval starts its method at most once, and nothing
 * runs by itself afterwards.
 */
@Tag("slow")
class CrashTests {

	private static final Duration START = Duration.ofSeconds(60);

	private final AirlockSimulator simulator = AirlockSimulator.start();

	private final List<Process> processes = new ArrayList<>();

	@TempDir
	File output;

	private Server database;

	private String url;

	private JdbcTemplate jdbc;

	@BeforeEach
	void startDatabase() throws Exception {
		this.database = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
		this.url = "jdbc:h2:tcp://127.0.0.1:%d/mem:%s;DB_CLOSE_DELAY=-1".formatted(this.database.getPort(),
				UUID.randomUUID());
		this.jdbc = new JdbcTemplate(new DriverManagerDataSource(this.url, "sa", ""));
		this.jdbc.execute("CREATE TABLE STARTED (NUMBER INT GENERATED ALWAYS AS IDENTITY, PROCESS BIGINT)");
	}

	@AfterEach
	void stop() {
		this.processes.forEach(Process::destroyForcibly);
		this.database.stop();
		this.simulator.close();
	}

	@Test
	void methodDoesNotRunWhenProcessIsKilledBeforeDecision() throws Exception {
		Process first = start();
		String requestId = awaitPending();
		kill(first);
		this.simulator.approve(requestId);
		Process second = start();
		await().atMost(START).until(() -> this.simulator.pending().size() == 1);
		assertThat(starts()).isZero();
		kill(second);
		assertThat(starts()).isZero();
	}

	@RepeatedTest(4)
	void methodRunsAtMostOnceWhenProcessIsKilledDuringDecision() throws Exception {
		Process first = start();
		this.simulator.approve(awaitPending());
		kill(first);
		int starts = starts();
		assertThat(starts).isLessThanOrEqualTo(1).isLessThanOrEqualTo(claims());
		start();
		await().atMost(START).until(() -> this.simulator.pending().size() == 1);
		assertThat(starts()).isEqualTo(starts);
	}

	@Test
	void methodDoesNotRunAgainWhenProcessIsKilledInsideIt() throws Exception {
		Process first = start();
		this.simulator.approve(awaitPending());
		await().atMost(START).until(() -> starts() == 1);
		kill(first);
		start();
		await().atMost(START).until(() -> this.simulator.pending().size() == 1);
		assertThat(starts()).isOne();
		assertThat(claims()).isOne();
	}

	@Test
	void twoInstancesOnOneDatabaseStartOncePerApproval() throws Exception {
		this.simulator.decideAutomatically((request) -> SimulatedDecision.approve());
		start();
		start();
		await().atMost(START).until(() -> starts() == 2);
		assertThat(claims()).isEqualTo(2);
		assertThat(this.simulator.history()).extracting(HandledRequest::outcome)
			.containsOnly(HandledRequest.Outcome.APPROVED)
			.hasSize(2);
	}

	private String awaitPending() {
		return this.simulator.awaitPending(START).requestId();
	}

	private int starts() {
		return count("SELECT COUNT(*) FROM STARTED");
	}

	private int claims() {
		return count("SELECT COUNT(*) FROM AIRLOCK_APPROVAL WHERE CLAIMED_AT IS NOT NULL");
	}

	private int count(String query) {
		Integer count = this.jdbc.queryForObject(query, Integer.class);
		return (count != null) ? count : 0;
	}

	private static void kill(Process process) throws InterruptedException {
		process.destroyForcibly();
		assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
	}

	private Process start() throws IOException {
		List<String> command = new ArrayList<>(List.of(
				System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
				"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Application.class.getName(),
				"--spring.datasource.url=" + this.url, "--spring.datasource.username=sa",
				"--airlock.gateway.approval.journal=jdbc", "--airlock.gateway.jdbc.initialize-schema=always"));
		this.simulator.properties().forEach((name, value) -> command.add("--" + name + "=" + value));
		Process process = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(new File(this.output, this.processes.size() + ".log"))
			.start();
		this.processes.add(process);
		return process;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		public static void main(String[] args) {
			new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
				.run(args)
				.getBean(Service.class)
				.act();
		}

		@Bean
		Service service(DataSource dataSource) {
			return new Service(new JdbcTemplate(dataSource));
		}

	}

	static class Service {

		private final JdbcTemplate jdbc;

		Service(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		@RequiresAirlockApproval("Act")
		public void act() {
			this.jdbc.update("INSERT INTO STARTED (PROCESS) VALUES (?)", ProcessHandle.current().pid());
		}

	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks.durable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import javax.sql.DataSource;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Instance of an application with durable methods. It obeys the lines of its standard
 * input, and ends with the process that writes them.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class PayoutApplication {

	private static final BigDecimal AMOUNT = new BigDecimal("2.50");

	private static final String PLAIN_CALL = """
			INSERT INTO PLAIN_CALL (ID, STATE, TARGET, GATE, LABEL, APPROVERS, ARTIFACT_TYPE, PLAINTEXT, ARGUMENTS,
			TRACE, RECORDED_AT, EXPIRES_AT, START_BY, OPEN_KEY)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

	private static final String PLAIN_STEP = """
			INSERT INTO PLAIN_STEP (TASK_NAME, TASK_INSTANCE, EXECUTION_TIME, PICKED, VERSION, PRIORITY)
			VALUES (?, ?, CURRENT_TIMESTAMP, FALSE, 1, 20)""";

	private static final double NANOS_PER_MICRO = 1000;

	/**
	 * Run the application.
	 * @param args the properties
	 * @throws Exception if a command fails
	 */
	public static void main(String[] args) throws Exception {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(PayoutApplication.class)
			.web(WebApplicationType.NONE)
			.run(args);
		reply("ready");
		try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in))) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				String[] words = line.split(" ");
				reply(obey(context, words[0], (words.length > 1) ? Integer.parseInt(words[1]) : 1));
			}
		}
		Runtime.getRuntime().halt(0);
	}

	private static void reply(String text) {
		System.out.println(InstanceProcess.REPLY + text);
	}

	private static String obey(ConfigurableApplicationContext context, String command, int number)
			throws IOException, InterruptedException {
		Payouts payouts = context.getBean(Payouts.class);
		return switch (command) {
			case "pay" -> {
				for (int i = 0; i < number; i++) {
					payouts.pay("account-" + i, AMOUNT);
				}
				yield "";
			}
			case "report" -> {
				for (int i = 0; i < number; i++) {
					payouts.report();
				}
				yield "";
			}
			case "compare" -> compare(context, payouts, number);
			case "heap" -> Long.toString(heap());
			case "threads" -> String.join(",", threads());
			case "statements" -> Long.toString(context.getBean(StatementCounter.class).count());
			default -> throw new IllegalArgumentException(command);
		};
	}

	/**
	 * Measure the recording of a call and the insertion of two rows of the same size, in
	 * turn, each in a transaction. Returns the medians in microseconds.
	 */
	private static String compare(ConfigurableApplicationContext context, Payouts payouts, int number) {
		TransactionTemplate transactions = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
		JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
		long[] recordings = new long[number];
		long[] insertions = new long[number];
		for (int i = 0; i < number; i++) {
			String id = "req-" + System.nanoTime();
			// A call that equals an undecided one is inserted a second time
			String account = "account-" + id;
			long begin = System.nanoTime();
			transactions.executeWithoutResult((status) -> payouts.pay(account, AMOUNT));
			long recorded = System.nanoTime();
			transactions.executeWithoutResult((status) -> {
				jdbc.update(PLAIN_CALL, id, "RECORDED", "payouts#pay(java.lang.String,java.math.BigDecimal)",
						"Payouts.pay", "Payout", "a".repeat(100), "command.review", "a".repeat(1000), "a".repeat(200),
						"{}", begin, begin, begin, id);
				jdbc.update(PLAIN_STEP, "airlock-ask-first", id);
			});
			recordings[i] = recorded - begin;
			insertions[i] = System.nanoTime() - recorded;
		}
		return median(recordings) + " " + median(insertions);
	}

	private static double median(long[] nanos) {
		Arrays.sort(nanos);
		return nanos[nanos.length / 2] / NANOS_PER_MICRO;
	}

	private static long heap() throws InterruptedException {
		MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
		long least = Long.MAX_VALUE;
		for (int i = 0; i < 3; i++) {
			memory.gc();
			Thread.sleep(500);
			least = Math.min(least, memory.getHeapMemoryUsage().getUsed());
		}
		return least;
	}

	private static List<String> threads() {
		List<String> names = new ArrayList<>();
		for (Thread thread : Thread.getAllStackTraces().keySet()) {
			names.add(thread.getName().replace(' ', '_'));
		}
		names.sort(String::compareTo);
		return names;
	}

	@Bean
	Payouts payouts(JdbcTemplate jdbc) {
		return new Payouts(jdbc);
	}

	@Bean
	static StatementCounter statementCounter(Environment environment) {
		return new StatementCounter(environment);
	}

	@Bean
	JdbcTemplate jdbcTemplate(DataSource dataSource) {
		return new JdbcTemplate(dataSource);
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;

import javax.sql.DataSource;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.durable.method.RestartUncommitted;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Application that {@link DurableCrashTests} starts as a process and kills. It obeys the
 * lines of its standard input, and ends with the process that writes them.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration(
		excludeName = "org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration")
class CrashTestApplication {

	/**
	 * The advisory lock on which the method waits if it is to.
	 */
	static final int LOCK = 4711;

	public static void main(String[] args) throws IOException {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(CrashTestApplication.class)
			.web(WebApplicationType.NONE)
			.run(args);
		Commands commands = new Commands(context);
		direct(context.getEnvironment()).update("INSERT INTO INSTANCE (PID) VALUES (?)", ProcessHandle.current().pid());
		BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
		for (String line = lines.readLine(); line != null; line = lines.readLine()) {
			commands.execute(line.split(" "));
		}
		Runtime.getRuntime().halt(0);
	}

	private static DataSource directDataSource(Environment environment) {
		return new DriverManagerDataSource(environment.getRequiredProperty("spring.datasource.url"));
	}

	private static JdbcTemplate direct(Environment environment) {
		return new JdbcTemplate(directDataSource(environment));
	}

	@Bean
	static BeanPostProcessor haltingDataSource(Environment environment) {
		return new BeanPostProcessor() {

			@Override
			public Object postProcessAfterInitialization(Object bean, String beanName) {
				return (bean instanceof DataSource dataSource)
						? new HaltingDataSource(dataSource, directDataSource(environment)) : bean;
			}

		};
	}

	@Bean
	Payouts payouts(DataSource dataSource, Environment environment, ObjectProvider<EntityManagerFactory> hibernate) {
		EntityManagerFactory factory = hibernate.getIfAvailable();
		EntityManager entities = (factory != null) ? SharedEntityManagerCreator.createSharedEntityManager(factory)
				: null;
		return new Payouts((HaltingDataSource) dataSource, direct(environment), entities);
	}

	@Bean
	DurableApprovalHandler handler(DataSource dataSource) {
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		return (approval, decision) -> jdbc.update("INSERT INTO HANDLED (ID, TEXT) VALUES (?, ?)", approval.id(),
				approval.state() + " " + ((decision != null) ? decision.verdict() : null));
	}

	private record Commands(ConfigurableApplicationContext context) {

		void execute(String[] words) {
			switch (words[0]) {
				case "record" -> record(words[1], words[2]);
				case "resolve" -> this.context.getBean(DurableApprovals.class).resolve(words[1], Resolution.RAN);
				case "cancel" -> this.context.getBean(DurableApprovals.class).cancel(words[1]);
				default -> throw new IllegalArgumentException(words[0]);
			}
		}

		private void record(String name, String kind) {
			Payouts payouts = this.context.getBean(Payouts.class);
			JdbcTemplate jdbc = new JdbcTemplate(this.context.getBean(DataSource.class));
			new TransactionTemplate(this.context.getBean(PlatformTransactionManager.class))
				.executeWithoutResult((status) -> {
					jdbc.update("INSERT INTO ORDERED (NAME) VALUES (?)", name);
					switch (kind) {
						case "briefly" -> payouts.payBriefly(name);
						case "restartably" -> payouts.payRestartably(name);
						case "jointly" -> payouts.payJointly(name);
						case "escalated" -> payouts.payEscalated(name);
						default -> payouts.pay(name);
					}
				});
		}

	}

	@Entity
	@Table(name = "PAID")
	static class Paid {

		@Id
		private String id;

		protected Paid() {
		}

		Paid(String id) {
			this.id = id;
		}

		String getId() {
			return this.id;
		}

	}

	static class Payouts {

		private final HaltingDataSource dataSource;

		private final JdbcTemplate direct;

		private final @Nullable EntityManager entities;

		Payouts(HaltingDataSource dataSource, JdbcTemplate direct, @Nullable EntityManager entities) {
			this.dataSource = dataSource;
			this.direct = direct;
			this.entities = entities;
		}

		@Transactional
		@RequiresAirlockApproval(value = "Payout", durable = true)
		public void pay(String name) {
			execute(name);
		}

		private void execute(String name) {
			String id = DurableApprovals.current().orElseThrow().id();
			this.direct.update("INSERT INTO STARTED (ID, PID) VALUES (?, ?)", id, ProcessHandle.current().pid());
			this.dataSource.haltAt(CrashPoint.INSIDE_METHOD);
			boolean first = this.direct.queryForObject("SELECT COUNT(*) FROM STARTED WHERE ID = ?", Integer.class,
					id) == 1;
			if (first && name.startsWith("failing")) {
				throw new IllegalStateException("Fails at the first start");
			}
			if (first && name.startsWith("waiting")) {
				awaitLock();
			}
			if (this.entities != null) {
				// Inserted when the transaction is committed
				this.entities.persist(new Paid(id));
			}
			else {
				new JdbcTemplate(this.dataSource).update("INSERT INTO PAID (ID) VALUES (?)", id);
			}
		}

		@Transactional
		@RequiresAirlockApproval(value = "Payout", timeout = "12s", durable = true)
		public void payBriefly(String name) {
			pay(name);
		}

		@Transactional
		@RestartUncommitted
		@RequiresAirlockApproval(value = "Payout", durable = true)
		public void payRestartably(String name) {
			pay(name);
		}

		@Transactional
		@RequiresAirlockApproval(value = "Payout", approvers = "board", durable = true)
		public void payJointly(String name) {
			execute(name);
		}

		@Transactional
		@RequiresAirlockApproval(value = "Payout", approvers = "shifts", durable = true)
		public void payEscalated(String name) {
			execute(name);
		}

		private void awaitLock() {
			try (Connection connection = Objects.requireNonNull(this.direct.getDataSource()).getConnection()) {
				connection.createStatement()
					.execute(connection.getMetaData().getURL().startsWith("jdbc:postgresql:")
							? "SELECT pg_advisory_lock(%s)".formatted(LOCK)
							: "SELECT GET_LOCK(CONCAT(DATABASE(), '%s'), 300)".formatted(LOCK));
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}

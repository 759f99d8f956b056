/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.airlockapp.gateway.MethodStartedException;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.durable.engine.ManualStepExecutor;
import io.airlockapp.gateway.durable.jdbc.RunTransactionListener;
import io.airlockapp.gateway.durable.method.RestartUncommitted;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.NameMatchMethodPointcut;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the interceptors inside the guard of a durable method: what they do before
 * the method is entered, and the transactions in which they enter it.
 */
@ExtendWith(OutputCaptureExtension.class)
class RunEntryFlowTests extends DurableApplicationTests {

	RunEntryFlowTests() {
		super(Application.class);
	}

	@BeforeEach
	void approveAll() {
		this.simulator.decideAutomatically((request) -> SimulatedDecision.approve());
	}

	@Test
	void commitOfAManagerThatIsCreatedLaterIsRecorded() {
		start(WITHOUT_WORKER, "spring.main.lazy-initialization=true");
		DurableApproval call = run(() -> payouts().refund("ann"));
		assertThat(call.state()).isEqualTo(DurableState.DONE);
		assertThat(call.committedAt()).isNotNull();
		assertThat(payments()).isOne();
	}

	@Test
	void managerThatIsCreatedAfterTheStartHasTheListener() {
		start(WITHOUT_WORKER);
		JdbcTransactionManager later = new JdbcTransactionManager(bean(DataSource.class));
		this.context.getAutowireCapableBeanFactory().initializeBean(later, "later");
		assertThat(later.getTransactionExecutionListeners()).hasAtLeastOneElementOfType(RunTransactionListener.class);
	}

	@Test
	void restartableMethodIsNotEnteredInATransactionOfADelegatingManager(CapturedOutput output) {
		start(WITHOUT_WORKER, "test.managers=delegating");
		assertNotRecorded(run(() -> payouts().refund("ann")));
		assertThat(output).contains("Payouts.refund", "ConfigurableTransactionManager",
				"or remove @RestartUncommitted");
	}

	@Test
	void restartableMethodIsNotEnteredInATransactionOfAnotherDataSource() {
		start(WITHOUT_WORKER);
		assertNotRecorded(run(() -> payouts().refundElsewhere("ann")));
	}

	/**
	 * The bound connection is that of the outer transaction.
	 */
	@Test
	void restartableMethodIsNotEnteredInAnotherTransactionInsideARecordedOne() {
		start(WITHOUT_WORKER, "test.interceptor=outer");
		assertNotRecorded(run(() -> payouts().refundElsewhere("ann")));
	}

	@Test
	void refusalThatAnInterceptorSwallowsIsTheEnd() {
		start(WITHOUT_WORKER, "test.managers=delegating", "test.interceptor=fallback");
		assertNotRecorded(run(() -> payouts().refund("ann")));
	}

	private void assertNotRecorded(DurableApproval call) {
		assertThat(call.state()).isEqualTo(DurableState.FAILED);
		assertThat(call.problem()).isEqualTo("TRANSACTION_NOT_RECORDED");
		assertThat(payments()).isZero();
	}

	@Test
	void methodThatFailsInATransactionThatIsNotRecordedIsNotStartedAgain() {
		start(WITHOUT_WORKER, "test.managers=delegating", "airlock.gateway.durable.attempts=3");
		assertThat(run(() -> payouts().payAndFailAfterwards("ann")).state()).isEqualTo(DurableState.FAILED);
		assertThat(payments()).isOne();
	}

	/**
	 * As one for Kafka, RabbitMQ or JMS, which is committed after a checked exception.
	 */
	@Test
	void methodThatFailsInATransactionWithoutSynchronizationIsNotStartedAgain() {
		start(WITHOUT_WORKER, "airlock.gateway.durable.attempts=3");
		DurableApproval call = run(() -> {
			try {
				payouts().payUnsynchronized("ann");
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		});
		assertThat(call.state()).isEqualTo(DurableState.FAILED);
		assertThat(payouts().starts()).isOne();
	}

	@Test
	void methodThatFailsInARecordedTransactionIsStartedAgain() {
		start(WITHOUT_WORKER, "airlock.gateway.durable.attempts=3");
		assertThat(run(() -> payouts().payAndFail("ann")).state()).isEqualTo(DurableState.FAILED);
		assertThat(payouts().starts()).isEqualTo(3);
		assertThat(payments()).isZero();
	}

	@Test
	void haltThatAnInterceptorSwallowsKeepsTheCall() {
		start(WITHOUT_WORKER, "test.interceptor=halting");
		DurableApproval call = run(() -> payouts().pay("ann"));
		assertThat(call.state()).isEqualTo(DurableState.DECIDED);
		assertThat(payments()).isZero();
		bean(Halt.class).resume(null);
		bean(ManualStepExecutor.class).execute();
		assertThat(state(call.id())).isEqualTo(DurableState.DONE);
		assertThat(payments()).isOne();
	}

	@Test
	void callWhoseMethodAnInterceptorReplacesIsNotDone(CapturedOutput output) {
		start(WITHOUT_WORKER, "test.interceptor=cache");
		DurableApproval call = run(() -> payouts().pay("ann"));
		assertThat(call.state()).isEqualTo(DurableState.DECIDED);
		assertThat(call.claimedAt()).isNull();
		assertThat(output).contains("an interceptor inside the guard returned in its place");
	}

	@Test
	void callWhoseArgumentAnInterceptorReplacesIsNotEntered(CapturedOutput output) {
		start(WITHOUT_WORKER, "test.interceptor=replacing");
		DurableApproval call = run(() -> payouts().pay("ann"));
		assertThat(call.state()).isEqualTo(DurableState.DECIDED);
		assertThat(call.claimedAt()).isNull();
		assertThat(payments()).isZero();
		assertThat(output).contains("an interceptor inside the guard replaced the argument");
	}

	@Test
	void methodThatAnInterceptorEntersTooLateIsNotStarted() throws InterruptedException {
		start(WITHOUT_WORKER, "test.interceptor=late");
		DurableApproval call = run(() -> payouts().pay("ann"));
		assertThat(call.state()).isEqualTo(DurableState.DECIDED);
		Application application = bean(Application.class);
		for (Thread late : application.late) {
			late.start();
			late.join();
		}
		assertThat(application.late).isNotEmpty();
		assertThat(payouts().starts()).isZero();
	}

	/**
	 * The other thread has neither the id of the call nor its contexts, its commits would
	 * not be recorded, and it could go on after the end of the run.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "thread", "thread-timeout" })
	void methodIsNotEnteredInAnotherThread(String interceptor, CapturedOutput output) {
		start(WITHOUT_WORKER, "airlock.gateway.durable.attempts=3", "test.interceptor=" + interceptor);
		DurableApproval call = run(() -> payouts().payWithoutTransaction("ann"));
		assertThat(call.state()).isEqualTo(DurableState.FAILED);
		assertThat(call.problem()).isEqualTo("OTHER_THREAD");
		assertThat(payouts().starts()).isZero();
		assertThat(output).contains("Payouts.payWithoutTransaction is not entered", "'airlock.gateway.approval.order'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "fallback", "retry-and-fallback" })
	void failureThatAnInterceptorSwallowsIsTheOutcome(String interceptor, CapturedOutput output) {
		start(WITHOUT_WORKER, "test.interceptor=" + interceptor);
		DurableApproval call = run(() -> payouts().payAndFail("ann"));
		assertThat(call.state()).isEqualTo(DurableState.FAILED);
		assertThat(call.problem()).isEqualTo(IllegalStateException.class.getName());
		assertThat(payouts().starts()).isOne();
		assertThat(output).contains("Payouts.payAndFail of approval " + call.id() + " failed");
	}

	/**
	 * As a constraint that JPA finds when it flushes. The method itself has not failed.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "fallback", "retry-and-fallback" })
	void failedCommitThatAnInterceptorSwallowsIsNotDone(String interceptor) {
		start(WITHOUT_WORKER, "airlock.gateway.durable.attempts=3", "test.interceptor=" + interceptor);
		DurableApproval call = run(() -> payouts().payAndFailAtCommit("ann"));
		assertThat(payments()).isZero();
		assertThat(payouts().starts()).isOne();
		assertThat(call.state()).isEqualTo(DurableState.UNKNOWN);
		assertThat(call.problem()).isEqualTo(MethodStartedException.class.getName());
	}

	@Test
	void hiddenOutcomeThatAnInterceptorSwallowsIsHidden() {
		start(WITHOUT_WORKER, "airlock.gateway.durable.attempts=3", "test.interceptor=fallback");
		assertHidden(run(() -> payouts().payAndHide("ann")));
	}

	/**
	 * The transaction that is left open hides the outer one, which is committed.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void commitInsideOfWhichATransactionIsLeftOpenIsRecorded(boolean failing) throws SQLException {
		start(WITHOUT_WORKER, "airlock.gateway.durable.attempts=3");
		DurableApproval call = run(() -> {
			try {
				payouts().payAndBegin("ann", failing);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		});
		assertThat(call.state()).isEqualTo(DurableState.FAILED);
		assertThat(call.committedAt()).isNotNull();
		assertThat(payments()).isOne();
		HikariDataSource pool = bean(DataSource.class).unwrap(HikariDataSource.class);
		assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
	}

	/**
	 * As one for Kafka, RabbitMQ or JMS. Spring neither commits nor rolls back the outer
	 * one, which its connection then commits.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void methodThatLeavesATransactionWithoutSynchronizationOpenIsNotStartedAgain(boolean failing) {
		start(WITHOUT_WORKER, "airlock.gateway.durable.attempts=3");
		assertHidden(run(() -> payouts().payAndBeginElsewhere("ann", failing)));
		assertThat(payments()).isOne();
	}

	/**
	 * As a listener of an event before the commit, whose own transaction is rolled back.
	 * Spring then reports this one as rolled back, and its connection would commit it.
	 */
	@Test
	void transactionThatIsOnlyReportedAsRolledBackIsRolledBack() {
		start(WITHOUT_WORKER, "airlock.gateway.durable.attempts=3");
		DurableApproval call = run(() -> payouts().payAndFailBeforeCommit("ann"));
		assertThat(call.state()).isEqualTo(DurableState.FAILED);
		assertThat(payouts().starts()).isEqualTo(3);
		assertThat(payments()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "retry", "retry-and-replacement" })
	void methodThatAnInterceptorStartsAgainIsNotStartedAgain(String interceptor) {
		start(WITHOUT_WORKER, "airlock.gateway.durable.attempts=3", "test.interceptor=" + interceptor);
		assertHidden(run(() -> payouts().payWithoutTransaction("ann")));
	}

	private void assertHidden(DurableApproval call) {
		assertThat(call.state()).isEqualTo(DurableState.UNKNOWN);
		assertThat(call.problem()).isEqualTo(MethodStartedException.class.getName());
		assertThat(payouts().starts()).isOne();
	}

	/**
	 * The first statement can determine the snapshot of the transaction, or its level of
	 * isolation.
	 */
	@Test
	void firstStatementOfTheTransactionIsTheOneOfTheMethod() {
		start(WITHOUT_WORKER);
		assertThat(run(() -> payouts().payFirst("ann")).state()).isEqualTo(DurableState.DONE);
		assertThat(payments()).isOne();
	}

	private DurableApproval run(Runnable call) {
		String id = record(call).id();
		bean(ManualStepExecutor.class).execute();
		return find(id);
	}

	private Payouts payouts() {
		return bean(Payouts.class);
	}

	private int payments() {
		return Objects.requireNonNull(new JdbcTemplate(new DriverManagerDataSource(this.database, "sa", ""))
			.queryForObject("SELECT COUNT(*) FROM PAYMENT", Integer.class));
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		final List<Thread> late = new CopyOnWriteArrayList<>();

		@Bean
		static BeanPostProcessor statements() {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String beanName) {
					return (bean instanceof DataSource dataSource) ? new StatementDataSource(dataSource) : bean;
				}

			};
		}

		@Bean
		Payouts payouts(DataSource dataSource, PlatformTransactionManager manager) {
			JdbcTemplate jdbc = new JdbcTemplate(dataSource);
			jdbc.execute("CREATE TABLE IF NOT EXISTS PAYMENT(ID VARCHAR(100))");
			return new Payouts(jdbc, manager);
		}

		@Bean
		@Primary
		PlatformTransactionManager manager(DataSource dataSource, Environment environment) {
			PlatformTransactionManager manager = new JdbcTransactionManager(dataSource);
			return environment.containsProperty("test.managers") ? new DelegatingManager(manager) : manager;
		}

		@Bean
		PlatformTransactionManager elsewhere(Environment environment) {
			return new JdbcTransactionManager(
					new DriverManagerDataSource(environment.getRequiredProperty("spring.datasource.url"), "sa", ""));
		}

		@Bean
		PlatformTransactionManager unsynchronized() {
			DataSourceTransactionManager manager = new DataSourceTransactionManager(
					new DriverManagerDataSource("jdbc:h2:mem:"));
			manager.setTransactionSynchronization(AbstractPlatformTransactionManager.SYNCHRONIZATION_NEVER);
			return manager;
		}

		@Bean
		DefaultPointcutAdvisor inside(Environment environment, ObjectProvider<Halt> halt,
				ObjectProvider<PlatformTransactionManager> manager) {
			NameMatchMethodPointcut pointcut = new NameMatchMethodPointcut();
			pointcut.setMappedNames("pay*", "refund*");
			MethodInterceptor interceptor = switch (environment.getProperty("test.interceptor", "none")) {
				case "outer" -> (invocation) -> new TransactionTemplate(manager.getObject()).execute((status) -> {
					try {
						return invocation.proceed();
					}
					catch (RuntimeException ex) {
						throw ex;
					}
					catch (Throwable ex) {
						throw new IllegalStateException(ex);
					}
				});
				case "fallback", "halting" -> (invocation) -> {
					if (environment.getProperty("test.interceptor", "").equals("halting")
							&& halt.getObject().find() == null && this.late.isEmpty()) {
						this.late.add(Thread.currentThread());
						halt.getObject().halt("fraud", null);
					}
					try {
						return invocation.proceed();
					}
					catch (RuntimeException ex) {
						return null;
					}
				};
				case "retry" -> (invocation) -> {
					((ProxyMethodInvocation) invocation).invocableClone().proceed();
					return invocation.proceed();
				};
				case "retry-and-replacement" -> (invocation) -> {
					((ProxyMethodInvocation) invocation).invocableClone().proceed();
					try {
						return invocation.proceed();
					}
					catch (MethodStartedException ex) {
						throw new IllegalStateException("the circuit is open");
					}
				};
				case "retry-and-fallback" -> (invocation) -> {
					try {
						((ProxyMethodInvocation) invocation).invocableClone().proceed();
					}
					catch (IllegalStateException failure) {
						try {
							invocation.proceed();
						}
						catch (MethodStartedException ex) {
							return null;
						}
					}
					return null;
				};
				case "thread", "thread-timeout" -> (invocation) -> {
					MethodInvocation clone = ((ProxyMethodInvocation) invocation).invocableClone();
					Thread thread = new Thread(() -> {
						try {
							clone.proceed();
						}
						catch (Throwable ex) {
							// The test finds the starts
						}
					});
					thread.start();
					thread.join();
					if (environment.getProperty("test.interceptor", "").equals("thread")) {
						return null;
					}
					throw new IllegalStateException("timeout");
				};
				case "cache" -> (invocation) -> null;
				case "replacing" -> (invocation) -> {
					((ProxyMethodInvocation) invocation).setArguments("bob");
					return invocation.proceed();
				};
				case "late" -> (invocation) -> {
					MethodInvocation clone = ((ProxyMethodInvocation) invocation).invocableClone();
					this.late.add(new Thread(() -> {
						try {
							clone.proceed();
						}
						catch (Throwable ex) {
							// Expected
						}
					}));
					throw new IllegalStateException("timeout");
				};
				default -> (invocation) -> invocation.proceed();
			};
			DefaultPointcutAdvisor advisor = new DefaultPointcutAdvisor(pointcut, interceptor);
			advisor.setOrder(1000);
			return advisor;
		}

	}

	/**
	 * Transaction manager without listeners.
	 *
	 * @param delegate the manager that begins the transactions
	 */
	private record DelegatingManager(PlatformTransactionManager delegate) implements PlatformTransactionManager {

		@Override
		public TransactionStatus getTransaction(TransactionDefinition definition) {
			return this.delegate.getTransaction(definition);
		}

		@Override
		public void commit(TransactionStatus status) {
			this.delegate.commit(status);
		}

		@Override
		public void rollback(TransactionStatus status) {
			this.delegate.rollback(status);
		}

	}

	/**
	 * Data source that notes the statements since the beginning of the transaction in the
	 * current thread.
	 */
	private static final class StatementDataSource extends DelegatingDataSource {

		static final ThreadLocal<List<Object>> statements = ThreadLocal.withInitial(ArrayList::new);

		StatementDataSource(DataSource delegate) {
			super(delegate);
		}

		@Override
		public Connection getConnection() throws SQLException {
			Connection connection = super.getConnection();
			return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Connection.class },
					(proxy, method, arguments) -> {
						if (method.getName().equals("setAutoCommit")) {
							statements.get().clear();
						}
						if (Statement.class.isAssignableFrom(method.getReturnType())) {
							statements.get().add(arguments);
						}
						try {
							return method.invoke(connection, arguments);
						}
						catch (InvocationTargetException ex) {
							throw ex.getCause();
						}
					});
		}

	}

	static class Payouts {

		private final JdbcTemplate jdbc;

		private final PlatformTransactionManager manager;

		private int starts;

		Payouts(JdbcTemplate jdbc, PlatformTransactionManager manager) {
			this.jdbc = jdbc;
			this.manager = manager;
		}

		int starts() {
			return this.starts;
		}

		@Transactional
		@RequiresAirlockApproval(durable = true)
		public void pay(String account) {
			this.starts++;
			this.jdbc.update("INSERT INTO PAYMENT VALUES (?)", account);
		}

		@RequiresAirlockApproval(durable = true)
		public void payWithoutTransaction(String account) {
			this.starts++;
		}

		@Transactional
		@RequiresAirlockApproval(durable = true)
		public void payAndBegin(String account, boolean failing) throws IOException {
			pay(account);
			this.manager
				.getTransaction(new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_REQUIRES_NEW));
			if (failing) {
				throw new IOException("no");
			}
		}

		@Transactional
		@RequiresAirlockApproval(durable = true)
		public void payAndBeginElsewhere(String account, boolean failing) {
			pay(account);
			DataSourceTransactionManager elsewhere = new DataSourceTransactionManager(
					new DriverManagerDataSource("jdbc:h2:mem:"));
			elsewhere.setTransactionSynchronization(AbstractPlatformTransactionManager.SYNCHRONIZATION_NEVER);
			elsewhere.getTransaction(new DefaultTransactionDefinition());
			if (failing) {
				throw new IllegalStateException("no");
			}
		}

		@Transactional
		@RequiresAirlockApproval(durable = true)
		public void payAndFailBeforeCommit(String account) {
			pay(account);
			failBeforeCommit(new UnexpectedRollbackException("no"));
		}

		private static void failBeforeCommit(RuntimeException failure) {
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void beforeCommit(boolean readOnly) {
					throw failure;
				}

			});
		}

		@Transactional
		@RequiresAirlockApproval(durable = true)
		public void payFirst(String account) {
			assertThat(StatementDataSource.statements.get()).isEmpty();
			pay(account);
			assertThat(StatementDataSource.statements.get()).hasSize(1);
		}

		@Transactional
		@RequiresAirlockApproval(durable = true)
		public void payAndFail(String account) {
			pay(account);
			throw new IllegalStateException("no");
		}

		@RequiresAirlockApproval(durable = true)
		public void payAndHide(String account) {
			this.starts++;
			throw new MethodStartedException("no");
		}

		@Transactional
		@RequiresAirlockApproval(durable = true)
		public void payAndFailAtCommit(String account) {
			pay(account);
			failBeforeCommit(new IllegalStateException("no"));
		}

		@Transactional
		@RequiresAirlockApproval(durable = true)
		public void payAndFailAfterwards(String account) {
			pay(account);
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					throw new IllegalStateException("no");
				}

			});
		}

		@Transactional("unsynchronized")
		@RequiresAirlockApproval(durable = true)
		public void payUnsynchronized(String account) throws IOException {
			this.starts++;
			throw new IOException("no");
		}

		@Transactional
		@RestartUncommitted
		@RequiresAirlockApproval(durable = true)
		public void refund(String account) {
			pay(account);
		}

		@Transactional("elsewhere")
		@RestartUncommitted
		@RequiresAirlockApproval(durable = true)
		public void refundElsewhere(String account) {
			pay(account);
		}

	}

}

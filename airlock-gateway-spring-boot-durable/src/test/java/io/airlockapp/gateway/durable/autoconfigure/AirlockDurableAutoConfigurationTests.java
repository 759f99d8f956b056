/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.autoconfigure;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.DurableCalls;
import io.airlockapp.gateway.auth.AccessTokenSource;
import io.airlockapp.gateway.autoconfigure.AirlockActuatorAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockDataSource;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockPairingAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockPresenceAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockStoreAutoConfiguration;
import io.airlockapp.gateway.durable.DurableApproval;
import io.airlockapp.gateway.durable.DurableApprovals;
import io.airlockapp.gateway.durable.DurableContext;
import io.airlockapp.gateway.durable.DurableSettings;
import io.airlockapp.gateway.durable.DurableState;
import io.airlockapp.gateway.durable.RunningCall;
import io.airlockapp.gateway.durable.actuator.DurableHealthIndicator;
import io.airlockapp.gateway.durable.actuator.DurableMetrics;
import io.airlockapp.gateway.durable.engine.DurableEngine;
import io.airlockapp.gateway.durable.engine.ManualStepExecutor;
import io.airlockapp.gateway.durable.jdbc.RunTransactionListener;
import io.airlockapp.gateway.durable.jdbc.StoredCalls;
import io.airlockapp.gateway.durable.maintenance.DurableMonitor;
import io.airlockapp.gateway.durable.method.RestartUncommitted;
import io.airlockapp.gateway.endpoint.AirlockEndpoint;
import io.airlockapp.gateway.endpoint.DurableOperations;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.jdbc.OnMariaDb;
import io.airlockapp.gateway.jdbc.Tables;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatorCall;
import io.airlockapp.gateway.support.AirlockConfigurationException;
import io.airlockapp.gateway.support.FactoryOfUnknownType;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.NameMatchMethodPointcut;
import org.springframework.aot.AotDetector;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanFactory;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceInitializationAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.core.SpringProperties;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.interceptor.MatchAlwaysTransactionAttributeSource;
import org.springframework.transaction.interceptor.TransactionInterceptor;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link AirlockDurableAutoConfiguration} and
 * {@link AirlockDurableActuatorAutoConfiguration}.
 */
class AirlockDurableAutoConfigurationTests {

	private static final String DATABASE = "spring.datasource.url";

	@AutoClose
	private final AirlockSimulator simulator = AirlockSimulator.start();

	@Test
	void configuresRecordingAndWorkers() {
		configured().run((context) -> assertThat(context).hasNotFailed()
			.hasSingleBean(DurableApprovals.class)
			.hasSingleBean(DurableCalls.class)
			.hasSingleBean(DurableEngine.class)
			.hasSingleBean(DurableOperations.class)
			.hasSingleBean(DurableHealthIndicator.class)
			.doesNotHaveBean(com.github.kagkarlsson.scheduler.Scheduler.class)
			.doesNotHaveBean(DurableMetrics.class));
	}

	@Test
	void callIsDeniedIfTheGatewayIsDisabled() {
		runner().withBean(Payouts.class).withPropertyValues("airlock.gateway.enabled=false").run((context) -> {
			assertThat(context).hasNotFailed()
				.doesNotHaveBean(DurableApprovals.class)
				.doesNotHaveBean(DurableHealthIndicator.class);
			assertThatExceptionOfType(ApprovalUnavailableException.class)
				.isThrownBy(() -> context.getBean(Payouts.class).pay(BigDecimal.ONE))
				.withMessageContaining("airlock.gateway.enabled");
		});
	}

	@Test
	void worksWithoutActuatorAndMicrometer() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class,
					AirlockApprovalAutoConfiguration.class, AirlockPairingAutoConfiguration.class,
					AirlockStoreAutoConfiguration.class, DataSourceAutoConfiguration.class,
					AirlockDurableMethodAutoConfiguration.class, AirlockDurableAutoConfiguration.class,
					AirlockDurableRequirementsAutoConfiguration.class, AirlockDurableActuatorAutoConfiguration.class))
			.withPropertyValues(properties())
			.withPropertyValues(DATABASE + "=jdbc:h2:mem:plain")
			.withClassLoader(new FilteredClassLoader(Endpoint.class, HealthIndicator.class, MeterRegistry.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(DurableEngine.class)
				.doesNotHaveBean("airlockDurableOperations")
				.doesNotHaveBean("airlockDurableHealthContributor"));
	}

	@Test
	void haltIsStoredBesideTheCalls() {
		configured().run((context) -> assertThat(context.getBean(Halt.class).isShared()).isTrue());
		configured().withPropertyValues("airlock.gateway.halt.store=memory")
			.run((context) -> assertThat(context.getBean(Halt.class).isShared()).isFalse());
	}

	@Test
	void metersAreConfiguredWithARegistry() {
		configured().withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.run((context) -> assertThat(context).hasSingleBean(DurableMetrics.class));
	}

	@Test
	void healthCanBeDisabled() {
		configured().withPropertyValues("management.health.airlock-durable.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(DurableHealthIndicator.class));
	}

	@Test
	void instanceThatIsNoWorkerOnlyRecords() {
		configured().withBean(Payouts.class)
			.withPropertyValues("airlock.gateway.durable.worker=false", "airlock.gateway.durable.run-threads=0")
			.run((context) -> {
				assertThat(context).hasNotFailed()
					.doesNotHaveBean(DurableEngine.class)
					.hasSingleBean(ManualStepExecutor.class);
				DurableApproval recorded = record(context);
				assertThat(recorded.state()).isEqualTo(DurableState.RECORDED);
				assertThat(context.getBean(JdbcTemplate.class)
					.queryForList("SELECT TASK_INSTANCE FROM AIRLOCK_DURABLE_ASK WHERE PICKED = FALSE", String.class))
					.containsExactly(recorded.id());
				assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).isEmpty();
				assertThat(context.getBean(Payouts.class).paid()).isEmpty();
			});
	}

	/**
	 * When Spring looks for a bean by its type, it creates each factory whose type is
	 * unknown, and that may be before all post-processors exist. A post-processor of the
	 * application may need the bean, too.
	 */
	@ParameterizedTest
	@ValueSource(classes = { PayoutsFactory.class, PayoutsPostProcessor.class })
	void callOfABeanThatIsNeededEarlyIsRecorded(Class<?> early) {
		recording().withBean(early).run((context) -> {
			assertThat(record(context).state()).isEqualTo(DurableState.RECORDED);
			assertThat(context.getBean(Payouts.class).paid()).isEmpty();
		});
	}

	@Test
	void beanThatIsNeededEarlyIsRefusedIfItCannotBeDurable() {
		configured().withBean(PayoutsWithoutTransaction.class)
			.withBean(PayoutsWithoutTransactionPostProcessor.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContaining("is not in a transaction of its own"));
	}

	@Test
	void transactionManagerHasTheListenerOnceAlsoIfItIsNeededEarly() {
		for (ApplicationContextRunner runner : List.of(configured(),
				configured().withBean(TransactionPostProcessor.class))) {
			runner.run((context) -> assertThat(
					context.getBean(ConfigurableTransactionManager.class).getTransactionExecutionListeners())
				.containsExactly(context.getBean(RunTransactionListener.class)));
		}
	}

	@Test
	void factoryOfUnknownTypeIsCreatedAfterAllPostProcessors() {
		configured().withBean(ProcessorsFactory.class)
			.run((context) -> assertThat(context.getBean(ProcessorsFactory.class).processors)
				.isEqualTo(processors(context.getBeanFactory())));
	}

	private static List<BeanPostProcessor> processors(ConfigurableListableBeanFactory beanFactory) {
		return List.copyOf(((AbstractBeanFactory) beanFactory).getBeanPostProcessors());
	}

	@ParameterizedTest
	@ValueSource(classes = { Payouts.class, Orders.class })
	void durableMethodOrInjectionOfTheOperationsRequiresADataSource(Class<?> bean) {
		withoutDatabase().withBean(bean)
			.run(failing("there is no DataSource, or several of which none is primary",
					"airlock.gateway.durable.enabled=false"));
	}

	@Test
	void durableMethodThatWasNotProcessedAheadOfTimeNamesThePropertyOfBuildTime() {
		SpringProperties.setFlag(AotDetector.AOT_ENABLED);
		try {
			withoutDatabase().withBean(Payouts.class)
				.run(failing("when this application was processed ahead of time",
						"'airlock.gateway.pairing.store.key' to any value"));
		}
		finally {
			SpringProperties.setProperty(AotDetector.AOT_ENABLED, null);
		}
	}

	@Test
	void nothingIsRequiredWithoutDurableMethods() {
		withoutDatabase().run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean(DurableEngine.class)
			.doesNotHaveBean(DurableHealthIndicator.class)
			.doesNotHaveBean(DurableOperations.class));
	}

	@Test
	void nothingIsRequiredIfDisabled() {
		withoutDatabase().withPropertyValues("airlock.gateway.durable.enabled=false")
			.withBean(Payouts.class)
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean(DurableApprovals.class);
				Payouts payouts = context.getBean(Payouts.class);
				assertThatExceptionOfType(ApprovalUnavailableException.class)
					.isThrownBy(() -> payouts.pay(BigDecimal.ONE))
					.withMessageContaining("'airlock.gateway.durable.enabled' is 'false'");
				assertThat(payouts.paid()).isEmpty();
			});
		configured().withPropertyValues("airlock.gateway.durable.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(DurableEngine.class));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void callInASliceIsRefusedWithTheRemedy(boolean withSimulator) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class,
					AirlockPairingAutoConfiguration.class))
			.withConfiguration(withSimulator ? AutoConfigurations.of(AirlockGatewayAutoConfiguration.class)
					: AutoConfigurations.of())
			.withPropertyValues(properties())
			.withBean(Payouts.class)
			.run((context) -> assertThatExceptionOfType(ApprovalUnavailableException.class)
				.isThrownBy(() -> context.getBean(Payouts.class).pay(BigDecimal.ONE))
				.withMessageContaining("in a test of a slice, replace the bean by a mock, or use @SpringBootTest")
				.withMessageNotContaining("AutoConfigureAirlockSimulator"));
	}

	@Test
	void severalDataSourcesRequireAPrimaryOne() {
		Supplier<DataSource> second = () -> new DriverManagerDataSource("jdbc:h2:mem:second");
		withoutDatabase().withBean("first", DataSource.class, () -> new DriverManagerDataSource("jdbc:h2:mem:first"))
			.withBean("second", DataSource.class, second)
			.withBean(Payouts.class)
			.run(failing("several of which none is primary", "primary"));
		withoutDatabase()
			.withBean("first", DataSource.class,
					() -> new DriverManagerDataSource("jdbc:h2:mem:first;DB_CLOSE_DELAY=-1"),
					(definition) -> definition.setPrimary(true))
			.withBean("second", DataSource.class, second)
			.withPropertyValues("airlock.gateway.jdbc.initialize-schema=always")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void dataSourceIsChosenByItsQualifier() {
		withoutDatabase()
			.withPropertyValues("airlock.gateway.jdbc.initialize-schema=always",
					"airlock.gateway.pairing.store.type=jdbc", "airlock.gateway.approval.journal=jdbc",
					"airlock.gateway.rate-limit.store=jdbc")
			.withUserConfiguration(SeveralDataSources.class)
			.withBean(Payouts.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(tables(context.getBean("own", DataSource.class))).contains("AIRLOCK_DURABLE",
						"AIRLOCK_APPROVAL", "AIRLOCK_PAIRING");
				assertThat(tables(context.getBean("primary", DataSource.class))).isEmpty();
			});
	}

	@Test
	void onlyDataSourceThatIsNoDefaultCandidateIsUsed() {
		withoutDatabase().withPropertyValues("airlock.gateway.jdbc.initialize-schema=always")
			.withUserConfiguration(OwnDataSource.class)
			.withBean(Payouts.class)
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(DurableApprovals.class));
	}

	@Test
	void dataSourceThatChoosesADatabaseIsUsedIfItIsQualified() {
		withoutDatabase().withBean(DataSource.class, () -> new LazyConnectionDataSourceProxy(routing()))
			.withBean(Payouts.class)
			.run(failing("chooses a database", "@AirlockDataSource"));
		withoutDatabase().withPropertyValues("airlock.gateway.jdbc.initialize-schema=always")
			.withUserConfiguration(RoutingDataSource.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	private static DataSource routing() {
		AbstractRoutingDataSource routing = new AbstractRoutingDataSource() {

			@Override
			protected Object determineCurrentLookupKey() {
				return "only";
			}

		};
		routing
			.setTargetDataSources(Map.of("only", new DriverManagerDataSource("jdbc:h2:mem:routing;DB_CLOSE_DELAY=-1")));
		routing.afterPropertiesSet();
		return routing;
	}

	private static List<String> tables(DataSource dataSource) {
		return new JdbcTemplate(dataSource).queryForList(
				"SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'PUBLIC'", String.class);
	}

	@ParameterizedTest
	@CsvSource({ "MySQL, embedded", "Oracle, never", "Nothing known, always" })
	void unsupportedDatabaseFailsTheStart(String product, String mode) throws SQLException {
		DataSource dataSource = mock();
		Connection connection = mock();
		DatabaseMetaData metaData = mock();
		given(dataSource.getConnection()).willReturn(connection);
		given(connection.getMetaData()).willReturn(metaData);
		given(metaData.getDatabaseProductName()).willReturn(product);
		withoutDatabase().withPropertyValues("airlock.gateway.jdbc.initialize-schema=" + mode)
			.withBean(DataSource.class, () -> dataSource)
			.run(failing("database is %s".formatted(product), "MariaDB from 10.6"));
	}

	@Test
	void galeraClusterFailsTheStart() {
		JdbcTemplate jdbc = mock();
		given(jdbc.queryForList("SHOW GLOBAL VARIABLES LIKE 'wsrep_on'")).willReturn(List.of(Map.of("Value", "OFF")))
			.willReturn(List.of(Map.of("Value", "ON")));
		DurableDatabase.requireSharedLocks(jdbc);
		assertThatExceptionOfType(AirlockConfigurationException.class)
			.isThrownBy(() -> DurableDatabase.requireSharedLocks(jdbc))
			.withMessageContaining("Galera cluster");
	}

	@Test
	@OnMariaDb
	void startsWithMariaDb() {
		withMariaDb(true, (context) -> assertThat(context).hasNotFailed());
	}

	/**
	 * A caller's transaction is REPEATABLE READ by default.
	 */
	@Test
	@OnMariaDb
	void cancelsInMariaDbWhatWasChangedAfterTheSnapshotOfTheCaller() {
		withMariaDb(false, (context) -> {
			DurableApprovals approvals = context.getBean(DurableApprovals.class);
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			TransactionTemplate caller = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
			TransactionTemplate other = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
			other.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
			String id = record(context).id();
			List<Boolean> cancelled = new ArrayList<>();
			for (String change : List.of("STATE = 'SUBMITTED', SUBMITTED_AT = 1", "STATE = 'CANCELLED', ENDED_AT = 1",
					"STATE = 'DONE'")) {
				caller.executeWithoutResult((status) -> {
					assertThat(approvals.find(id)).isPresent();
					other.executeWithoutResult((inner) -> {
						jdbc.update("UPDATE AIRLOCK_DURABLE SET " + change);
						jdbc.update("UPDATE AIRLOCK_DURABLE_ASK SET PRIORITY = 5");
					});
					cancelled.add(approvals.cancel(id));
					assertThat(jdbc.queryForObject("SELECT @@innodb_snapshot_isolation", Integer.class)).isOne();
				});
			}
			assertThat(cancelled).containsExactly(true, true, false);
		});
	}

	private void withMariaDb(boolean worker, ContextConsumer<AssertableApplicationContext> consumer) {
		String url = Tables.createMariaDb();
		try {
			configured().withPropertyValues(DATABASE + "=" + url, "airlock.gateway.durable.worker=" + worker)
				.withBean(Payouts.class)
				.run(consumer);
		}
		finally {
			Tables.drop(url);
		}
	}

	@Test
	void documentedScriptsCreateTheTables() {
		configured().withConfiguration(AutoConfigurations.of(DataSourceInitializationAutoConfiguration.class))
			.withPropertyValues("airlock.gateway.jdbc.initialize-schema=never", "spring.sql.init.mode=always",
					"spring.sql.init.schema-locations=classpath*:io/airlockapp/gateway/jdbc/postgresql/*.sql")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void databaseThatWritesCommitsLaterFailsTheStart(@TempDir Path directory) {
		String url = DATABASE + "=jdbc:h2:file:" + directory.resolve("orders");
		configured().withPropertyValues(url)
			.run(failing("H2 writes commits to its file later", "Add ';WRITE_DELAY=0' to the URL"));
		configured().withPropertyValues(url + ";WRITE_DELAY=0").run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@CsvSource({ "mem:empty, never", "file:./target/empty;WRITE_DELAY=0, embedded" })
	void missingTablesFailTheStart(String database, String mode) {
		configured()
			.withPropertyValues(DATABASE + "=jdbc:h2:" + database, "airlock.gateway.jdbc.initialize-schema=" + mode)
			.run(failing("AIRLOCK_DURABLE, AIRLOCK_DURABLE_BALLOT, AIRLOCK_DURABLE_CLAIM, ",
					"Set 'airlock.gateway.jdbc.initialize-schema=always'"));
	}

	@Test
	void contextsOfOneNameFailTheStart() {
		DurableContext tenant = mock();
		given(tenant.getName()).willReturn("tenant");
		configured().withBean("one", DurableContext.class, () -> tenant)
			.withBean("other", DurableContext.class, () -> tenant)
			.run(failing("Several beans of type DurableContext have the name 'tenant'",
					"Return another name from the method 'getName' of one of them."));
	}

	@Test
	void misspeltPrefixIsRefusedWithTheKnownOnes() {
		withoutDatabase().withPropertyValues("airlock.gateway.durabel.timeout=5m")
			.run(failing("'airlock.gateway.durabel.timeout' cannot be used: there is no such property", "'durable'"));
	}

	@Test
	void misspeltPropertyFailsTheStart() {
		withoutDatabase().withPropertyValues("airlock.gateway.durable.run-thread=8")
			.run(failing("'airlock.gateway.durable.run-thread' cannot be used: there is no such property",
					"'run-threads'"));
	}

	@Test
	void unreachableDatabaseIsNotCalledUnsupported() throws SQLException {
		DataSource dataSource = mock();
		given(dataSource.getConnection()).willThrow(new SQLException("Connection refused"));
		withoutDatabase().withBean(DataSource.class, () -> dataSource).run((context) -> {
			failing("it cannot be reached: Connection refused", "Start the database").accept(context);
			assertThat(context).getFailure().hasStackTraceContaining("Connection refused");
		});
	}

	@ParameterizedTest
	@CsvSource({ "timeout, 8d", "run-threads, 0", "polling-interval, 1ms", "shutdown-timeout, -1s" })
	void propertyOutOfRangeFailsTheStart(String name, String value) {
		configured().withPropertyValues("airlock.gateway.durable." + name + "=" + value)
			.run(failing("Property 'airlock.gateway.durable." + name + "' cannot be used: it is out of range",
					"Set it to a"));
	}

	@ParameterizedTest
	@CsvSource({ "timeout, 8d, 'duration with a unit, from 1s to 7d'", "timeout, 0s, duration",
			"grace, 29s, 'duration with a unit, from 30s to 1d'", "grace, 2d, duration",
			"max-poll-interval, 1s, duration", "retention, 1m, duration", "max-pending, 0, number",
			"ask-threads, 0, number", "ask-threads, 101, number", "calls-per-minute, 0, number",
			"heartbeat-interval, 11m, duration", "attempts, 0, number", "attempts, 11, number" })
	void settingOutOfRangeIsRefused(String name, String value, String range) {
		AirlockDurableProperties properties = new Binder(new MapConfigurationPropertySource(Map.of(name, value)))
			.bind("", AirlockDurableProperties.class)
			.get();
		assertThatExceptionOfType(AirlockConfigurationException.class)
			.isThrownBy(() -> new AirlockDurableAutoConfiguration().airlockDurableSettings(properties, mock(), mock()))
			.withMessage("Property 'airlock.gateway.durable." + name + "' cannot be used: it is out of range")
			.satisfies((ex) -> assertThat(ex.getAction()).startsWith("Set it to a " + range));
	}

	@ParameterizedTest
	@CsvSource({ "airlock.gateway.pairing.store.key, airlock.gateway.pairing.store.key",
			"airlock.gateway.pairing.store.previous-keys, airlock.gateway.pairing.store.previous-keys[0]" })
	void invalidKeyFailsTheStartWithoutBeingShown(String name, String property) {
		configured().withPropertyValues(property + "=c2VjcmV0").run((context) -> {
			failing("Property '" + name + "' cannot be used", "32 random bytes").accept(context);
			assertThat(context.getStartupFailure()).hasStackTraceContaining(name);
			assertThat(context.getStartupFailure().toString()).doesNotContain("c2VjcmV0");
		});
	}

	@Test
	void missingKeyFailsTheStart() {
		runner().withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
			.withPropertyValues(Arrays.stream(properties())
				.filter((property) -> !property.equals(StoredCalls.KEY_PROPERTY))
				.toArray(String[]::new))
			.withPropertyValues(DATABASE + "=jdbc:h2:mem:unencrypted")
			.withBean(Payouts.class)
			.run(failing("Property 'airlock.gateway.pairing.store.key' is missing", "openssl rand -base64 32"));
	}

	@Test
	void tokensPerUserDoNotAllowDurableMethods() {
		perUser().withBean(Payouts.class).run(failing("access tokens are per user", "airlock.gateway.auth.pat"));
	}

	@Test
	void tokensPerUserDoNotMatterWithoutDurableMethods() {
		perUser().run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void tokensPerUserDoNotMatterWithAPersonalAccessToken() {
		configured().withBean(AccessTokenSource.class, PerUserTokens::new)
			.withBean(Payouts.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void tokensOfTheApplicationAllowDurableMethods() {
		configured().withPropertyValues("airlock.gateway.auth.pat=")
			.withBean(AccessTokenSource.class, () -> AccessTokenSource.of("token"))
			.withBean(Payouts.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void endpointShowsAndCancelsApprovals() {
		configured().withBean(Payouts.class).run((context) -> {
			AirlockEndpoint endpoint = context.getBean(AirlockEndpoint.class);
			DurableApproval recorded = record(context);
			assertThat(endpoint.state().durable()).satisfies((state) -> {
				assertThat(state.problem()).isNull();
				assertThat(state.counts().values()).containsExactly(1);
				assertThat(state.newest()).singleElement().satisfies((approval) -> {
					assertThat(approval.requestId()).isEqualTo(recorded.id());
					assertThat(approval.gate()).isEqualTo(recorded.gate());
					assertThat(approval.label()).isEqualTo("Payout");
					assertThat(approval.ageSeconds()).isBetween(0L, 60L);
					assertThat(approval.toString()).doesNotContain("4711.25");
				});
			});
			assertThat(endpoint.operate("resolve", null, null, null, recorded.id(), "ran", null, null).getStatus())
				.isEqualTo(409);
			assertThat(endpoint.operate("cancel", null, null, null, recorded.id(), null, null, null).getStatus())
				.isEqualTo(200);
			await().atMost(Duration.ofSeconds(30))
				.until(() -> context.getBean(DurableApprovals.class)
					.find(recorded.id())
					.orElseThrow()
					.state() == DurableState.CANCELLED);
			assertThat(endpoint.operate("cancel", null, null, null, "req-none", null, null, null).getStatus())
				.isEqualTo(404);
			assertThat(endpoint.state().durable().newest()).isEmpty();
		});
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void engineStartsWithoutWarnings(CapturedOutput output) {
		configured().withBean(Payouts.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(output).doesNotContain("jdbc-overrides", "alwaysPersistTimestampInUTC");
		});
		recording().run((context) -> {
			record(context);
			assertThat(output).doesNotContain("jdbc-overrides", "alwaysPersistTimestampInUTC");
		});
	}

	@Test
	void restartableMethodStartsWithItsTransaction() {
		transactional().withBean(RestartablePayouts.class)
			.withPropertyValues("airlock.gateway.durable.worker=false")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				RestartablePayouts payouts = context.getBean(RestartablePayouts.class);
				String id = context.getBean(DurableApprovals.class)
					.recording(() -> payouts.pay(BigDecimal.ONE))
					.orElseThrow()
					.id();
				context.getBean(ManualStepExecutor.class).execute();
				this.simulator.approve(id);
				context.getBean(ManualStepExecutor.class).execute();
				assertThat(payouts.runs()).singleElement().asString().startsWith("restartable-");
			});
	}

	@Test
	void restartableMethodHasToBeDurable() {
		transactional().withBean(PayoutsThatWait.class)
			.run(unguardable("PayoutsThatWait.pay cannot have @RestartUncommitted: it is not durable",
					"Add @RequiresAirlockApproval(durable = true), or remove @RestartUncommitted."));
		transactional().withBean(UnguardedPayouts.class)
			.run(unguardable("UnguardedPayouts.pay cannot have @RestartUncommitted: it is not durable",
					"Add @RequiresAirlockApproval(durable = true), or remove @RestartUncommitted."));
	}

	@Test
	void restartableMethodHasToBeTransactional() {
		String remedy = "Add @Transactional to the method, or remove @RestartUncommitted.";
		transactional().withBean(PayoutsWithoutTransaction.class)
			.run(unguardable("is not in a transaction of its own", remedy));
		transactional().withBean(PayoutsInOtherTransaction.class)
			.run(unguardable("is not in a transaction of its own", remedy));
		// Without the management of transactions, the annotation has no effect
		configured().withBean(RestartablePayouts.class).run(unguardable("is not in a transaction of its own", remedy));
	}

	/**
	 * It would run without the transaction, whose statements would be committed one by
	 * one, and would take place again with each attempt.
	 */
	@Test
	void transactionOfDurableMethodHasToBeginInsideTheGuard() {
		for (Class<?> payouts : List.of(TransactionalPayouts.class, RestartablePayouts.class)) {
			configured().withUserConfiguration(TransactionsOutsideTheGuard.class)
				.withBean(payouts)
				.run(unguardable("its transaction begins outside of the guard, so that it would run without one",
						"Give @EnableTransactionManagement an order above 'airlock.gateway.approval.order', or lower that."));
		}
		configured().withUserConfiguration(TransactionsOutsideTheGuard.class)
			.withBean(PayoutsWithoutAnyTransaction.class)
			.run((context) -> assertThat(context).hasNotFailed());
		configured().withUserConfiguration(TransactionsOfOtherMethods.class)
			.withBean(Payouts.class)
			.run((context) -> assertThat(context).hasNotFailed());
		transactional().withBean(TransactionalPayouts.class).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void durableMethodCannotRequireTheTransactionOfItsCaller() {
		transactional().withBean(PayoutsOfCaller.class)
			.run(unguardable("it requires the transaction of a caller, but runs later without one",
					"Use another propagation than MANDATORY."));
	}

	private ApplicationContextRunner transactional() {
		return configured().withConfiguration(AutoConfigurations.of(TransactionAutoConfiguration.class));
	}

	private static ContextConsumer<AssertableApplicationContext> unguardable(String message, String remedy) {
		return (context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOfSatisfying(UnguardableMethodException.class, (failure) -> {
					assertThat(failure).hasMessageContaining(message);
					assertThat(failure.getRemedy()).isEqualTo(remedy);
				});
		};
	}

	@Test
	void escalationOfADurableMethodHasTheTimeOfDurableCalls() {
		String escalation = "airlock.gateway.approvers.board.escalation[0].after=";
		escalated().withPropertyValues(escalation + "2h").run((context) -> assertThat(context).hasNotFailed());
		escalated().withPropertyValues(escalation + "20h").run(tooLate("of the 86400 s"));
		escalated().withPropertyValues(escalation + "2h", "airlock.gateway.durable.timeout=2h")
			.run(tooLate("of the 7200 s"));
		escalated().withPropertyValues(escalation + "20h", "airlock.gateway.approvers.board.timeout=2d")
			.run((context) -> assertThat(context).hasNotFailed());
		escalated().withPropertyValues(escalation + "2h")
			.withBean(ShortPayouts.class)
			.run(tooLate("ShortPayouts.pay cannot be used: less than"));
	}

	@Test
	void unknownGroupOfADurableMethodFailsTheStart() {
		configured().withBean(BoardPayouts.class).run(tooLate("'board' are not configured"));
	}

	/**
	 * The time of a group is that of its methods, which may be of lazy beans.
	 */
	@Test
	void escalationWithoutAMethodIsNotVerified() {
		group().withBean(BoardPayouts.class, BoardPayouts::new, (bean) -> bean.setLazyInit(true))
			.withPropertyValues("airlock.gateway.approvers.board.escalation[0].after=2h")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	private ApplicationContextRunner escalated() {
		return group().withBean(BoardPayouts.class);
	}

	private ApplicationContextRunner group() {
		List.of("ann", "bob").forEach(this.simulator::addApprover);
		return configured().withPropertyValues("airlock.gateway.approvers.board.pairings=ann",
				"airlock.gateway.approvers.board.quorum=1",
				"airlock.gateway.approvers.board.escalation[0].pairings=bob");
	}

	private static ContextConsumer<AssertableApplicationContext> tooLate(String reason) {
		return (context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll("The attribute 'approvers'", reason);
		};
	}

	@Test
	void endpointResolvesACallWhoseOutcomeIsNotKnown() {
		recording().run((context) -> {
			String id = record(context).id();
			context.getBean(JdbcTemplate.class)
				.update("UPDATE AIRLOCK_DURABLE SET STATE = 'UNKNOWN', INSTANCE = 'one', CLAIMED_AT = 1");
			AirlockEndpoint endpoint = context.getBean(AirlockEndpoint.class);
			assertThat(endpoint.state().durable().newest()).singleElement().satisfies((approval) -> {
				assertThat(approval.instance()).isEqualTo("one");
				assertThat(approval.claimedAt()).isEqualTo(Instant.ofEpochMilli(1));
				assertThat(approval.committedAt()).isNull();
			});
			assertThat(endpoint.operate("resolve", null, null, null, id, "did-not-run", null, null).getStatus())
				.isEqualTo(200);
			assertThat(context.getBean(DurableApprovals.class).find(id).orElseThrow()).satisfies((approval) -> {
				assertThat(approval.state()).isEqualTo(DurableState.RESOLVED);
				assertThat(approval.problem()).isEqualTo("DID_NOT_RUN");
			});
		});
	}

	@Test
	void monitorIsFedWithDecisionsThatDoNotVerify() {
		configured().withBean(Payouts.class).run((context) -> {
			String id = record(context).id();
			this.simulator.awaitPending();
			this.simulator.tamperDecisions((envelope) -> {
				((ObjectNode) envelope.get("body")).put("decision", "approve");
				return envelope;
			});
			this.simulator.reject(id);
			await().atMost(Duration.ofSeconds(30))
				.until(() -> context.getBean(DurableMonitor.class).getUnverified() > 0);
			assertThat(context.getBean(Payouts.class).paid()).isEmpty();
		});
	}

	@Test
	void recordingReturnsTheCallThatWasRecorded() {
		recording().run((context) -> {
			Payouts payouts = context.getBean(Payouts.class);
			DurableApprovals approvals = context.getBean(DurableApprovals.class);
			assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(() -> approvals.recording(() -> {
				payouts.pay(BigDecimal.ONE);
				payouts.payAboveTen(BigDecimal.TEN);
			}));
			assertThat(payouts.paid()).isEmpty();
			assertThat(approvals.recording(() -> payouts.payAboveTen(BigDecimal.ONE))).isEmpty();
			assertThat(approvals.recording("order-1", () -> payouts.payAboveTen(BigDecimal.TEN))).isEmpty();
			assertThat(payouts.paid()).containsExactly(BigDecimal.ONE, BigDecimal.TEN);
			assertThat(approvals.recording(() -> payouts.payAboveTen(new BigDecimal("11")))).isPresent();
			int open = approvals.find(DurableState.open(), null, 10).size();
			DurableApproval first = approvals.recording("order-1", () -> payouts.pay(BigDecimal.ONE)).orElseThrow();
			assertThat(approvals.recording("order-1", () -> payouts.pay(BigDecimal.ONE))).contains(first);
			assertThat(approvals.find(DurableState.open(), null, 10)).hasSize(open + 1).contains(first);
			assertThat(payouts.paid()).hasSize(2);
		});
	}

	@Test
	void recordingIsEmptyWithoutTheGuard() {
		configured().withPropertyValues("airlock.gateway.approval.mode=bypass")
			.withBean(Payouts.class)
			.run((context) -> {
				Payouts payouts = context.getBean(Payouts.class);
				DurableApprovals approvals = context.getBean(DurableApprovals.class);
				assertThat(approvals.recording(() -> payouts.pay(BigDecimal.ONE))).isEmpty();
				assertThat(payouts.paid()).containsExactly(BigDecimal.ONE);
				assertThat(approvals.find(DurableState.open(), null, 10)).isEmpty();
			});
	}

	@ParameterizedTest
	@CsvSource({ "refuse, 1", "allow-one, 2", "allow, 0", ", 1" })
	void equalCallsAreLimited(String duplicates, int allowed) {
		ApplicationContextRunner runner = configured();
		((duplicates != null) ? runner.withPropertyValues("airlock.gateway.approval.limits.duplicates=" + duplicates)
				: runner)
			.run((context) -> assertThat(context.getBean(DurableSettings.class).equalCalls()).isEqualTo(allowed));
	}

	/**
	 * Return a runner of an application that only records the calls of payouts.
	 */
	private ApplicationContextRunner recording() {
		return configured().withBean(Payouts.class).withPropertyValues("airlock.gateway.durable.worker=false");
	}

	private static DurableApproval record(AssertableApplicationContext context) {
		return context.getBean(DurableApprovals.class)
			.recording(() -> context.getBean(Payouts.class).pay(new BigDecimal("4711.25")))
			.orElseThrow();
	}

	private static ContextConsumer<AssertableApplicationContext> failing(String description, String action) {
		return (context) -> {
			Throwable failure = context.getStartupFailure();
			while (failure != null && !(failure instanceof AirlockConfigurationException)) {
				failure = failure.getCause();
			}
			assertThat(failure).isInstanceOfSatisfying(AirlockConfigurationException.class, (ex) -> {
				assertThat(ex).hasMessageContaining(description);
				assertThat(ex.getAction()).contains(action);
			});
		};
	}

	private ApplicationContextRunner perUser() {
		return configured().withPropertyValues("airlock.gateway.auth.pat=")
			.withBean(AccessTokenSource.class, PerUserTokens::new);
	}

	private ApplicationContextRunner configured() {
		return withoutDatabase()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class))
			.withPropertyValues(DATABASE + "=jdbc:h2:mem:" + System.identityHashCode(this) + ";DB_CLOSE_DELAY=-1",
					"airlock.gateway.jdbc.initialize-schema=always", "airlock.gateway.approval.poll-timeout=2s",
					"airlock.gateway.durable.polling-interval=100ms");
	}

	private ApplicationContextRunner withoutDatabase() {
		return runner().withPropertyValues(properties());
	}

	private String[] properties() {
		return Stream
			.concat(Stream.of(StoredCalls.KEY_PROPERTY),
					this.simulator.properties()
						.entrySet()
						.stream()
						.map((property) -> property.getKey() + "=" + property.getValue()))
			.toArray(String[]::new);
	}

	private static ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class,
					AirlockApprovalAutoConfiguration.class, AirlockPairingAutoConfiguration.class,
					AirlockStoreAutoConfiguration.class, AirlockPresenceAutoConfiguration.class,
					AirlockActuatorAutoConfiguration.class, EndpointAutoConfiguration.class,
					AirlockDurableMethodAutoConfiguration.class, AirlockDurableAutoConfiguration.class,
					AirlockDurableRequirementsAutoConfiguration.class, AirlockDurableActuatorAutoConfiguration.class))
			.withPropertyValues("management.endpoints.web.exposure.include=*");
	}

	static class SeveralDataSources {

		@Bean
		@Primary
		DataSource primary() {
			return new DriverManagerDataSource("jdbc:h2:mem:primary;DB_CLOSE_DELAY=-1");
		}

		@Bean
		DataSource other() {
			return new DriverManagerDataSource("jdbc:h2:mem:other;DB_CLOSE_DELAY=-1");
		}

		@Bean(defaultCandidate = false)
		@AirlockDataSource
		DataSource own() {
			return new DriverManagerDataSource("jdbc:h2:mem:own;DB_CLOSE_DELAY=-1");
		}

	}

	static class OwnDataSource {

		@Bean(defaultCandidate = false)
		@AirlockDataSource
		DataSource own() {
			return new DriverManagerDataSource("jdbc:h2:mem:sole;DB_CLOSE_DELAY=-1");
		}

	}

	static class RoutingDataSource {

		@Bean
		@AirlockDataSource
		DataSource routed() {
			return routing();
		}

	}

	static class Orders {

		Orders(DurableApprovals approvals) {
		}

	}

	static class Payouts {

		private final List<BigDecimal> paid = new CopyOnWriteArrayList<>();

		List<BigDecimal> paid() {
			return this.paid;
		}

		@RequiresAirlockApproval(value = "Payout", durable = true)
		public void pay(BigDecimal amount) {
			this.paid.add(amount);
		}

		@RequiresAirlockApproval(condition = "#amount > 10", durable = true)
		public void payAboveTen(BigDecimal amount) {
			this.paid.add(amount);
		}

	}

	static class BoardPayouts {

		@RequiresAirlockApproval(approvers = "board", durable = true)
		public void pay(BigDecimal amount) {
		}

	}

	static class ShortPayouts {

		@RequiresAirlockApproval(approvers = "board", timeout = "2h", durable = true)
		public void pay(BigDecimal amount) {
		}

	}

	@EnableTransactionManagement(order = 0)
	static class TransactionsOutsideTheGuard {

	}

	static class RestartablePayouts {

		private final List<String> runs = new CopyOnWriteArrayList<>();

		List<String> runs() {
			return this.runs;
		}

		@Transactional
		@RestartUncommitted
		@RequiresAirlockApproval(value = "Payout", durable = true)
		public void pay(BigDecimal amount) {
			this.runs.add(RunningCall.currentRunId());
		}

	}

	static class TransactionalPayouts {

		@Transactional
		@RequiresAirlockApproval(value = "Payout", durable = true)
		public void pay(BigDecimal amount) {
		}

	}

	@Transactional
	static class PayoutsWithoutAnyTransaction {

		@Transactional(propagation = Propagation.NOT_SUPPORTED)
		@RequiresAirlockApproval(value = "Payout", durable = true)
		public void pay(BigDecimal amount) {
		}

	}

	static class TransactionsOfOtherMethods {

		@Bean
		static DefaultPointcutAdvisor transactions() {
			NameMatchMethodPointcut pointcut = new NameMatchMethodPointcut();
			pointcut.setClassFilter(Payouts.class::isAssignableFrom);
			pointcut.setMappedName("paid");
			TransactionInterceptor interceptor = new TransactionInterceptor();
			interceptor.setTransactionAttributeSource(new MatchAlwaysTransactionAttributeSource());
			DefaultPointcutAdvisor advisor = new DefaultPointcutAdvisor(pointcut, interceptor);
			advisor.setOrder(0);
			return advisor;
		}

	}

	static class PayoutsOfCaller {

		@Transactional(propagation = Propagation.MANDATORY)
		@RequiresAirlockApproval(value = "Payout", durable = true)
		public void pay(BigDecimal amount) {
		}

	}

	static class PayoutsFactory extends FactoryOfUnknownType {

		PayoutsFactory(Payouts payouts) {
			assertThat(payouts).isNotNull();
		}

	}

	static class ProcessorsFactory extends FactoryOfUnknownType {

		private final List<BeanPostProcessor> processors;

		ProcessorsFactory(ConfigurableListableBeanFactory beanFactory) {
			this.processors = AirlockDurableAutoConfigurationTests.processors(beanFactory);
		}

	}

	static class PayoutsPostProcessor implements BeanPostProcessor {

		PayoutsPostProcessor(Payouts payouts) {
			assertThat(payouts).isNotNull();
		}

	}

	static class TransactionPostProcessor implements BeanPostProcessor {

		TransactionPostProcessor(PlatformTransactionManager manager) {
			assertThat(manager).isNotNull();
		}

	}

	static class PayoutsWithoutTransactionPostProcessor implements BeanPostProcessor {

		PayoutsWithoutTransactionPostProcessor(PayoutsWithoutTransaction payouts) {
			assertThat(payouts).isNotNull();
		}

	}

	static class PayoutsThatWait {

		@Transactional
		@RestartUncommitted
		@RequiresAirlockApproval("Payout")
		public void pay(BigDecimal amount) {
		}

	}

	static class UnguardedPayouts {

		@Transactional
		@RestartUncommitted
		public void pay(BigDecimal amount) {
		}

	}

	static class PayoutsWithoutTransaction {

		@RestartUncommitted
		@RequiresAirlockApproval(value = "Payout", durable = true)
		public void pay(BigDecimal amount) {
		}

	}

	static class PayoutsInOtherTransaction {

		@Transactional(propagation = Propagation.SUPPORTS)
		@RestartUncommitted
		@RequiresAirlockApproval(value = "Payout", durable = true)
		public void pay(BigDecimal amount) {
		}

	}

	static class PerUserTokens implements AccessTokenSource {

		@Override
		public String getAccessToken() {
			return "token";
		}

		@Override
		public boolean isPerUser() {
			return true;
		}

	}

}

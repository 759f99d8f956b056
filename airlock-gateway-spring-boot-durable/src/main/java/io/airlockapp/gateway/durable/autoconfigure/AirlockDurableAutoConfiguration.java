/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.autoconfigure;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

import javax.sql.DataSource;

import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.approval.guard.DuplicateApprovalGate;
import io.airlockapp.gateway.approval.guard.DurableCalls;
import io.airlockapp.gateway.approval.verification.ExistingBeans;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.auth.AccessTokenSource;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockDataSource;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayConnectionDetails;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.ratelimit.RequestBudget;
import io.airlockapp.gateway.durable.AskStep;
import io.airlockapp.gateway.durable.CallObserver;
import io.airlockapp.gateway.durable.CallRecorder;
import io.airlockapp.gateway.durable.DefaultDurableApprovals;
import io.airlockapp.gateway.durable.DurableApprovalHandler;
import io.airlockapp.gateway.durable.DurableApprovals;
import io.airlockapp.gateway.durable.DurableCall;
import io.airlockapp.gateway.durable.DurableCallStore;
import io.airlockapp.gateway.durable.DurableContext;
import io.airlockapp.gateway.durable.DurableDependencies;
import io.airlockapp.gateway.durable.DurableSettings;
import io.airlockapp.gateway.durable.EscalateStep;
import io.airlockapp.gateway.durable.GuardedCallRecorder;
import io.airlockapp.gateway.durable.PendingCounts;
import io.airlockapp.gateway.durable.RunStep;
import io.airlockapp.gateway.durable.NotifyStep;
import io.airlockapp.gateway.durable.TransitionPublisher;
import io.airlockapp.gateway.durable.WaitingCalls;
import io.airlockapp.gateway.durable.ai.RecordedToolHandler;
import io.airlockapp.gateway.durable.engine.DbStepScheduler;
import io.airlockapp.gateway.durable.engine.DurableEngine;
import io.airlockapp.gateway.durable.engine.EngineSettings;
import io.airlockapp.gateway.durable.engine.ManualStepExecutor;
import io.airlockapp.gateway.durable.engine.StepTasks;
import io.airlockapp.gateway.durable.exchange.ApprovalSteps;
import io.airlockapp.gateway.durable.jdbc.BoundJdbcTemplate;
import io.airlockapp.gateway.durable.jdbc.HandlerTransactions;
import io.airlockapp.gateway.durable.jdbc.JdbcDurableCallStore;
import io.airlockapp.gateway.durable.jdbc.JdbcDurableStatistics;
import io.airlockapp.gateway.durable.jdbc.RecordingTransactions;
import io.airlockapp.gateway.durable.jdbc.RunTransactionListener;
import io.airlockapp.gateway.durable.jdbc.TransactionEndingCalls;
import io.airlockapp.gateway.durable.jdbc.WorkerTransactions;
import io.airlockapp.gateway.durable.maintenance.DurableMonitor;
import io.airlockapp.gateway.durable.maintenance.EndedCallCleaner;
import io.airlockapp.gateway.durable.maintenance.MissingStepScheduler;
import io.airlockapp.gateway.durable.method.ApprovedCalls;
import io.airlockapp.gateway.durable.method.DurableTargets;
import io.airlockapp.gateway.durable.method.RecordedCallHandler;
import io.airlockapp.gateway.durable.method.VerifyingApprovedCalls;
import io.airlockapp.gateway.exchange.ApprovalDependencies;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.halt.HaltStore;
import io.airlockapp.gateway.jdbc.JdbcHaltStore;
import io.airlockapp.gateway.jdbc.JdbcRequestBudget;
import io.airlockapp.gateway.jdbc.TableInitializer;
import io.airlockapp.gateway.policy.DndRule;
import io.airlockapp.gateway.policy.DndSubject;
import io.airlockapp.gateway.policy.DoNotDisturb;
import io.airlockapp.gateway.support.AirlockConfigurationException;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.util.Assert;

/**
 * Auto-configuration for durable approvals.
 */
@AutoConfiguration(
		after = { AirlockGatewayAutoConfiguration.class, AirlockApprovalAutoConfiguration.class,
				AirlockDurableMethodAutoConfiguration.class },
		afterName = { "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
				"org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration" })
@ConditionalOnBooleanProperty(name = "airlock.gateway.enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty(name = "airlock.gateway.durable.enabled", matchIfMissing = true)
@ConditionalOnProperty("airlock.gateway.pairing.store.key")
@ConditionalOnBean({ AirlockGatewayApi.class, DurableTargets.class })
@Conditional(AirlockDurableAutoConfiguration.OnDataSource.class)
@EnableConfigurationProperties(AirlockDurableProperties.class)
public final class AirlockDurableAutoConfiguration {

	/**
	 * The time for which the gateway may hold a request of the thread that executes steps
	 * manually.
	 */
	private static final Duration MANUAL_HOLD = Duration.ofSeconds(1);

	/**
	 * The longest time in which ended calls are deleted.
	 */
	private static final Duration CLEANING = Duration.ofMinutes(10);

	@Bean
	DurableDatabase airlockDurableDatabase(ObjectProvider<DataSource> dataSources,
			@AirlockDataSource ObjectProvider<DataSource> own) {
		DataSource dataSource = own.getIfAvailable();
		return (dataSource != null) ? new DurableDatabase(dataSource)
				: new DurableDatabase(dataSources.getObject()).requireFixed();
	}

	@Bean
	DurableStoreKeys airlockDurableStoreKeys(Environment environment) {
		return DurableStoreKeys.of(environment);
	}

	@Bean
	@DependsOnDatabaseInitialization
	DurableCallStore airlockDurableCallStore(DurableDatabase database, TableInitializer tables,
			AirlockDurableProperties properties, DurableStoreKeys keys, ObjectProvider<ApproverGroups> approvers) {
		database.initialize(tables);
		return new JdbcDurableCallStore(database.dataSource(), keys.key(), keys.previous(), properties.keepPlaintext(),
				approvers.getIfAvailable(ApproverGroups::none).persons());
	}

	@Bean
	@ConditionalOnProperty(name = "airlock.gateway.halt.store", havingValue = "jdbc", matchIfMissing = true)
	@ConditionalOnMissingBean
	HaltStore airlockDurableHaltStore(DurableDatabase database, DurableCallStore store) {
		// After the store, which creates the tables
		return new JdbcHaltStore(database.dataSource());
	}

	@Bean
	DurableSettings airlockDurableSettings(AirlockDurableProperties properties,
			@Qualifier("airlockApprovalDependencies") ApprovalDependencies dependencies,
			DuplicateApprovalGate.Limit equalCalls) {
		requireInRange("timeout", properties.timeout(), Duration.ofSeconds(1), Duration.ofDays(7));
		requireInRange("grace", properties.grace(), Duration.ofSeconds(30), Duration.ofDays(1));
		requireInRange("max-poll-interval", properties.maxPollInterval(), Duration.ofSeconds(5), Duration.ofHours(1));
		requireInRange("retention", properties.retention(), Duration.ofHours(1), Duration.ofDays(3650));
		requireInRange("max-pending", properties.maxPending(), 1, 100_000);
		requireInRange("ask-threads", properties.askThreads(), 1, 100);
		requireInRange("calls-per-minute", properties.callsPerMinute(), 1, 10_000);
		requireInRange("attempts", properties.attempts(), 1, 10);
		requireInRange("heartbeat-interval", properties.heartbeatInterval(), Duration.ofSeconds(1),
				Duration.ofMinutes(10));
		return new DurableSettings(instance(), dependencies.settings().artifactType(), properties.timeout(),
				properties.grace(), properties.maxPending(), equalCalls.recorded(), properties.askThreads(),
				properties.worker() ? properties.runThreads() : 1, properties.callsPerMinute(),
				properties.worker() ? dependencies.settings().pollTimeout() : MANUAL_HOLD, properties.maxPollInterval(),
				properties.attempts(), DurableEngine.claimValidity(properties.heartbeatInterval()),
				dependencies.approvers());
	}

	private static void requireInRange(String name, Duration value, Duration least, Duration most) {
		AirlockConfigurationException.requireInRange("airlock.gateway.durable." + name, value, least, most);
	}

	private static void requireInRange(String name, int value, int least, int most) {
		AirlockConfigurationException.throwIf(value < least || value > most, "airlock.gateway.durable." + name,
				"it is out of range", "Set it to a number from %s to %s.".formatted(least, most));
	}

	private static String instance() {
		String process = Long.toString(ProcessHandle.current().pid());
		try {
			return InetAddress.getLocalHost().getHostName() + "-" + process;
		}
		catch (UnknownHostException ex) {
			return "unknown-" + process;
		}
	}

	@Bean(defaultCandidate = false)
	RunTransactionListener airlockRunTransactionListener(DurableDatabase database) {
		return new RunTransactionListener(database.dataSource(), InstantSource.system());
	}

	@Bean
	static BeanPostProcessor airlockRunTransactionListenerRegistrar(
			@Qualifier("airlockRunTransactionListener") ObjectProvider<RunTransactionListener> listener) {
		return new ListenerRegistrar(listener);
	}

	@Bean(defaultCandidate = false)
	RecordingTransactions airlockRecordingTransactions(DurableDatabase database,
			@Qualifier("airlockRunTransactionListener") RunTransactionListener listener) {
		return new RecordingTransactions(database.dataSource(), listener);
	}

	@Bean
	DbStepScheduler airlockDurableStepScheduler(DurableDatabase database, DurableCallStore store) {
		// After the store, which creates the tables
		return new DbStepScheduler(new BoundJdbcTemplate(database.dataSource()), InstantSource.system());
	}

	@Bean
	TransitionPublisher airlockDurableTransitionPublisher(ApplicationEventPublisher publisher,
			@Qualifier("airlockApprovalDependencies") ApprovalDependencies dependencies) {
		return new TransitionPublisher(publisher, dependencies.listener());
	}

	@Bean
	DurableDependencies airlockDurableDependencies(DurableCallStore store, DbStepScheduler scheduler,
			DurableDatabase database, TransitionPublisher publisher, DurableSettings settings) {
		SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("airlock-count-");
		executor.setDaemon(true);
		return new DurableDependencies(store, scheduler, new WorkerTransactions(database.dataSource()), publisher,
				new PendingCounts(store, executor, InstantSource.system()), settings, InstantSource.system());
	}

	@Bean
	ApprovalSteps airlockApprovalSteps(AirlockGatewayApi api,
			@Qualifier("airlockApprovalDependencies") ApprovalDependencies dependencies, DurableDatabase database,
			DurableSettings settings, DurableMonitor monitor) {
		RequestBudget budget = new JdbcRequestBudget(database.dataSource(), "durable", settings.requestsPerMinute(),
				Duration.ofMinutes(1));
		return new ApprovalSteps(api, dependencies.withRequestExecutor(
				dependencies.requestExecutor().withBudget(monitor.count(budget), dependencies.ticker())));
	}

	@Bean
	@ConditionalOnMissingBean
	CallRecorder airlockCallRecorder(DurableDependencies dependencies, ApprovalSteps exchangeSteps,
			@Qualifier("airlockRecordingTransactions") RecordingTransactions transactions,
			ObjectProvider<DurableContext> contexts, ObjectProvider<CallObserver> observer, DurableStoreKeys keys) {
		return new CallRecorder(dependencies, transactions, exchangeSteps, observer.getIfAvailable(CallObserver::none),
				contexts.orderedStream().toList(), keys.key());
	}

	@Bean
	@ConditionalOnMissingBean
	DurableCalls airlockDurableCalls(DurableTargets targets, CallRecorder recorder,
			ObjectProvider<RecordedCallHandler> handler) {
		return new GuardedCallRecorder(targets, recorder, handler.getIfAvailable());
	}

	@Bean
	@ConditionalOnMissingBean
	DurableApprovals airlockDurableApprovals(DurableDependencies dependencies, CallRecorder recorder,
			@Qualifier("airlockRecordingTransactions") RecordingTransactions transactions) {
		return new DefaultDurableApprovals(dependencies, recorder, transactions.changing(), transactions.reading());
	}

	@Bean
	@ConditionalOnMissingBean
	ApprovedCalls airlockApprovedCalls(DurableTargets targets, Enforcer enforcer, ApprovalSteps exchangeSteps,
			DurableSettings settings, Halt halt) {
		return new VerifyingApprovedCalls(targets, enforcer, exchangeSteps, settings.approvers().persons(), halt,
				InstantSource.system(), new WarnOnceLog(LogFactory.getLog(VerifyingApprovedCalls.class)));
	}

	@Bean
	WaitingCalls airlockCallsOfOtherPairings(DurableCallStore store) {
		return WaitingCalls.forPairings(store);
	}

	@Bean
	DurableIdentityVerifier airlockDurableIdentityVerifier(DurableTargets targets,
			ObjectProvider<AccessTokenSource> tokens,
			ObjectProvider<AirlockGatewayConnectionDetails> connectionDetails) {
		return new DurableIdentityVerifier(targets, tokens, connectionDetails);
	}

	@Bean
	SmartInitializingSingleton airlockDurableApproversVerifier(DurableTargets targets, DurableSettings settings) {
		return () -> targets.requireApprovers(settings.approvers(), settings.timeout());
	}

	@Bean
	DurableMonitor airlockDurableMonitor(DurableCallStore store, DurableDatabase database) {
		return new DurableMonitor(new JdbcDurableStatistics(store, database.dataSource()), InstantSource.system());
	}

	@Bean
	WaitingCalls airlockCallsOfMissingTargets(DurableCallStore store) {
		return WaitingCalls.forTargets(store);
	}

	@Bean
	StepTasks airlockDurableStepTasks(DurableDatabase database, DurableDependencies dependencies,
			ApprovalSteps exchangeSteps, DbStepScheduler scheduler, ApprovedCalls approvedCalls,
			ObjectProvider<DurableContext> contexts, ObjectProvider<DurableApprovalHandler> handlers,
			ObjectProvider<DoNotDisturb> doNotDisturb, ObjectProvider<PlatformTransactionManager> managers,
			@Qualifier("airlockCallsOfMissingTargets") WaitingCalls missingTargets,
			@Qualifier("airlockCallsOfOtherPairings") WaitingCalls otherPairings, DurableMonitor monitor,
			ObjectProvider<CallObserver> observer, Halt halt) {
		PlatformTransactionManager manager = managers.getIfUnique();
		RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
		AskStep ask = new AskStep(dependencies, exchangeSteps, deniedBy(doNotDisturb.getIfAvailable()), otherPairings,
				monitor::countUnverified, halt::isHalted, random);
		RunStep run = new RunStep(dependencies,
				observer.getIfAvailable(CallObserver::none).observe(new TransactionEndingCalls(approvedCalls)),
				contexts.orderedStream().toList(), missingTargets, otherPairings, Ticker.system(), random);
		TransactionOperations workers = dependencies.transactions();
		NotifyStep notify = new NotifyStep(dependencies, handlers.orderedStream().toList(),
				(manager != null) ? new HandlerTransactions(database.dataSource(), manager, workers) : workers);
		return new StepTasks(scheduler, workers, ask, new EscalateStep(dependencies, halt::isHalted), run, notify,
				InstantSource.system(), random);
	}

	@Bean
	@ConditionalOnBooleanProperty(name = "airlock.gateway.durable.worker", matchIfMissing = true)
	DurableEngine airlockDurableEngine(DurableDatabase database, DurableDependencies dependencies, StepTasks tasks,
			DbStepScheduler scheduler, AirlockDurableProperties properties) {
		requireInRange("run-threads", properties.runThreads(), 1, 1000);
		requireInRange("polling-interval", properties.pollingInterval(), Duration.ofMillis(100), Duration.ofMinutes(5));
		requireInRange("shutdown-timeout", properties.shutdownTimeout(), Duration.ZERO, Duration.ofHours(1));
		InstantSource clock = InstantSource.system();
		return new DurableEngine(database.dataSource(), scheduler, tasks,
				new MissingStepScheduler(dependencies.store(), scheduler, dependencies.transactions(), clock),
				new EndedCallCleaner(dependencies.store(), new WorkerTransactions(database.dataSource(), CLEANING),
						properties.retention(), clock),
				new EngineSettings(dependencies.settings().instance(), properties.askThreads(), properties.runThreads(),
						properties.pollingInterval(), properties.heartbeatInterval(), properties.shutdownTimeout()),
				clock);
	}

	@Bean
	@Lazy
	@ConditionalOnBooleanProperty(name = "airlock.gateway.durable.worker", havingValue = false)
	ManualStepExecutor airlockDurableStepExecutor(DurableDatabase database, DurableCallStore store, StepTasks tasks) {
		return new ManualStepExecutor(database.dataSource(), store, tasks, InstantSource.system());
	}

	private static Predicate<DurableCall> deniedBy(@Nullable DoNotDisturb doNotDisturb) {
		return (call) -> {
			if (doNotDisturb == null || call.plaintext() == null) {
				return false;
			}
			DndRule decision = doNotDisturb.getRules()
				.decide(DndSubject.ofText(call.artifactType(), call.commandText()));
			return decision != null && decision.isDenied();
		};
	}

	/**
	 * Adds the listener to all managers: also to those that are created after the start,
	 * and to those that another post-processor needed before.
	 */
	private static final class ListenerRegistrar
			implements BeanPostProcessor, BeanFactoryAware, SmartInitializingSingleton {

		private final ObjectProvider<RunTransactionListener> listener;

		private @Nullable ConfigurableListableBeanFactory beanFactory;

		ListenerRegistrar(ObjectProvider<RunTransactionListener> listener) {
			this.listener = listener;
		}

		@Override
		public void setBeanFactory(BeanFactory beanFactory) {
			this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
		}

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			if (bean instanceof ConfigurableTransactionManager manager) {
				RunTransactionListener added = this.listener.getObject();
				if (!manager.getTransactionExecutionListeners().contains(added)) {
					manager.addListener(added);
				}
			}
			return bean;
		}

		@Override
		public void afterSingletonsInstantiated() {
			Assert.state(this.beanFactory != null, "The bean factory was not set");
			ExistingBeans.forEach(this.beanFactory, this::postProcessAfterInitialization);
		}

	}

	/**
	 * Condition that matches if it is clear which {@link DataSource} to use.
	 */
	static final class OnDataSource extends AnyNestedCondition {

		OnDataSource() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@ConditionalOnSingleCandidate(DataSource.class)
		static class Unique {

		}

		@Conditional(OnAnnotatedDataSource.class)
		static class Own {

		}

	}

	/**
	 * Condition that also finds a {@link DataSource} that is no default candidate, which
	 * {@link ConditionalOnBean} ignores.
	 */
	static final class OnAnnotatedDataSource extends SpringBootCondition implements ConfigurationCondition {

		@Override
		public ConfigurationPhase getConfigurationPhase() {
			return ConfigurationPhase.REGISTER_BEAN;
		}

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			ListableBeanFactory beanFactory = context.getBeanFactory();
			boolean found = beanFactory != null && Arrays
				.stream(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beanFactory, DataSource.class, true, false))
				.anyMatch((name) -> beanFactory.findAnnotationOnBean(name, AirlockDataSource.class, false) != null);
			return new ConditionOutcome(found, "DataSource with @AirlockDataSource");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = "org.springframework.ai.tool.annotation.Tool")
	static class ToolConfiguration {

		@Bean
		@ConditionalOnMissingBean(RecordedCallHandler.class)
		RecordedToolHandler airlockRecordedToolHandler() {
			return new RecordedToolHandler();
		}

	}

}

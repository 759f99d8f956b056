/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalOutcome;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalSettings;
import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.GatewayRequestExecutor;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.approvers.EscalationStep;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.durable.engine.DbStepScheduler;
import io.airlockapp.gateway.durable.exchange.ApprovalSteps;
import io.airlockapp.gateway.durable.jdbc.BoundJdbcTemplate;
import io.airlockapp.gateway.durable.jdbc.JdbcDurableCallStore;
import io.airlockapp.gateway.durable.jdbc.RecordingTransactions;
import io.airlockapp.gateway.durable.jdbc.RunTransactionListener;
import io.airlockapp.gateway.durable.jdbc.StoredCalls;
import io.airlockapp.gateway.durable.jdbc.WorkerTransactions;
import io.airlockapp.gateway.durable.maintenance.MissingStepScheduler;
import io.airlockapp.gateway.durable.method.ApprovedCalls;
import io.airlockapp.gateway.durable.method.WrittenCall;
import io.airlockapp.gateway.durable.step.StepScheduler;
import io.airlockapp.gateway.exchange.ApprovalDependencies;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.exchange.PendingLimits;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.harp.DecisionVerifier;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.InMemoryReplayJournal;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.support.Ticker;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The parts of an instance with a database of its own, a scripted gateway, and a clock
 * that the test moves. The steps are performed by the test.
 */
final class TestInstance implements AutoCloseable {

	static final Instant START = Instant.parse("2026-11-26T10:00:00Z");

	static final EncryptionKey STORE_KEY = EncryptionKey.of(new byte[32]);

	static final Duration TIMEOUT = Duration.ofMinutes(30);

	/**
	 * Four pairings of three persons, of whom two have to approve.
	 */
	static final ApproverGroups GROUPS = new ApproverGroups(
			List.of(new ApproverGroup("board", List.of("ann", "bob", "cleo", "cleo-2"), 2, null, false, false,
					List.of()), group("shifts", List.of("ann", "bob"), false, true, List.of("cleo", "cleo-2")),
					group("patient", List.of("ann", "bob"), false, false, List.of("cleo")),
					group("twins", List.of("cleo", "ann"), false, true, List.of("cleo-2", "bob")),
					new ApproverGroup("four-eyes", List.of("ann", "bob", "cleo"), 2, Duration.ofMinutes(10), true,
							false, List.of()),
					new ApproverGroup("anybody", List.of("ann", "bob", "cleo"), 2, null, true, true, List.of()),
					group("deputies", List.of("ann"), true, false, List.of("bob", "cleo"))),
			new Persons(Map.of("ann", List.of("Ann"), "bob", List.of("Bob"), "cleo", List.of("Cleo"), "cleo-2",
					List.of("cleo"))));

	private static ApproverGroup group(String name, List<String> pairings, boolean excludeRequester,
			boolean onUnavailable, List<String> later) {
		return new ApproverGroup(name, pairings, 2, null, excludeRequester, false,
				List.of(new EscalationStep(Duration.ofMinutes(2), later, onUnavailable)));
	}

	Instant now = START;

	final InstantSource clock = () -> this.now;

	final ScriptedGateway gateway = new ScriptedGateway(this.clock);

	final List<DurableApproval> events = new CopyOnWriteArrayList<>();

	/**
	 * The states that were published where what a listener writes joins a transaction.
	 */
	final Set<DurableState> publishedInTransaction = ConcurrentHashMap.newKeySet();

	/**
	 * The votes on calls of groups, and the steps of their escalations.
	 */
	final List<String> progress = new CopyOnWriteArrayList<>();

	final JdbcConnectionPool dataSource = JdbcConnectionPool
		.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000", "sa", "");

	final JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);

	final DurableCallStore store = new JdbcDurableCallStore(this.dataSource, STORE_KEY, List.of(), false,
			GROUPS.persons());

	final DbStepScheduler scheduler = new DbStepScheduler(new BoundJdbcTemplate(this.dataSource), this.clock);

	final FailingTransactions transactions = new FailingTransactions(new WorkerTransactions(this.dataSource));

	int unverified;

	boolean halted;

	boolean pairingsFail;

	RuntimeException failureOfPairings = new IllegalStateException("The store of pairings is not available");

	@Nullable Pairing pairing = this.gateway.pairing();

	/**
	 * The pairings of the group by their names.
	 */
	final Map<String, Pairing> phones = new TreeMap<>();

	final DurableSettings settings = settings(Duration.ofMinutes(5), 0);

	static final Duration CLAIM_VALIDITY = Duration.ofSeconds(40);

	/**
	 * Has the mean as its only number, so that there is no jitter.
	 */
	static final RandomGenerator MEAN = () -> Long.MIN_VALUE;

	final WaitingCalls missingTargets = WaitingCalls.forTargets(this.store);

	final DurableDependencies dependencies = new DurableDependencies(this.store, this.scheduler, this.transactions,
			new TransitionPublisher((event) -> published(((DurableApprovalEvent) event).approval()),
					new ProgressListener()),
			new PendingCounts(this.store, Runnable::run, this.clock), this.settings, this.clock);

	final ApprovalSteps exchange = new ApprovalSteps(this.gateway.api, approvalDependencies(GROUPS));

	final RecordingTransactions callers = new RecordingTransactions(this.dataSource,
			new RunTransactionListener(this.dataSource, this.clock));

	private void published(DurableApproval approval) {
		this.events.add(approval);
		if (TransactionSynchronizationManager.isActualTransactionActive()) {
			this.publishedInTransaction.add(approval.state());
		}
	}

	TestInstance() {
		StoredCalls.createTables(this.dataSource);
	}

	final WaitingCalls otherPairings = WaitingCalls.forPairings(this.store);

	private ApprovalDependencies approvalDependencies(ApproverGroups groups) {
		Ticker ticker = new StandingTicker();
		return new ApprovalDependencies(new Enforcer("shop", "Shop", "shop", "default", "", "shop"),
				new ApprovalSettings(Duration.ofMinutes(5), Duration.ofSeconds(25), "command.review"), (name) -> {
					if (this.pairingsFail) {
						throw this.failureOfPairings;
					}
					return GROUPS.require("board").members().contains(name) ? this.phones.get(name) : this.pairing;
				}, new DecisionVerifier(EnumSet.allOf(SignatureForm.class), new InMemoryReplayJournal(), this.clock),
				new PendingApprovals(PendingLimits.of(10), Duration.ofSeconds(1), Halt.inMemory()),
				new GatewayRequestExecutor(new GatewayRateLimiter(1_000_000, Duration.ofSeconds(1), ticker)),
				ApprovalJournal.none(), ApprovalListener.of(List.of()), new SimpleAsyncTaskExecutor("test-"),
				(task) -> task, () -> null, this.clock, ticker, MEAN, groups);
	}

	DurableApproval record(DurableContext... contexts) {
		return record(recorder(contexts), call());
	}

	DurableApproval record(WrittenCall call) {
		return record(recorder(), call);
	}

	static DurableApproval record(CallRecorder recorder, WrittenCall call) {
		return recorder.recording(null, () -> recorder.record(call)).orElseThrow();
	}

	static WrittenCall call() {
		return call(null);
	}

	static WrittenCall call(@Nullable String approvers) {
		return call(approvers, null);
	}

	static WrittenCall call(@Nullable String approvers, @Nullable String requester) {
		ApprovalRequest.Builder request = ApprovalRequest.builder("Pay", "Payouts.pay(\"ann\")").gate("Payouts.pay");
		return new WrittenCall("payouts#pay(java.lang.String)",
				((approvers != null) ? request.approvers(approvers) : request).build(), "{}", "{}", requester);
	}

	MissingStepScheduler missingSteps() {
		return new MissingStepScheduler(this.store, this.scheduler, this.transactions, this.clock);
	}

	CallRecorder recorder(DurableContext... contexts) {
		return recorder(this.callers, this.settings, contexts);
	}

	CallRecorder recorder(DurableSettings other, DurableContext... contexts) {
		return recorder(this.callers, other, contexts);
	}

	CallRecorder recorder(TransactionOperations transactions, DurableContext... contexts) {
		return recorder(transactions, this.settings, contexts);
	}

	private CallRecorder recorder(TransactionOperations transactions, DurableSettings other,
			DurableContext... contexts) {
		return recorder(transactions, this.exchange, other, contexts);
	}

	private CallRecorder recorder(TransactionOperations transactions, ApprovalSteps exchange, DurableSettings other,
			DurableContext... contexts) {
		return new CallRecorder(dependencies(other), transactions, exchange, CallObserver.none(), List.of(contexts),
				STORE_KEY);
	}

	/**
	 * Return a recorder of calls that a group decides on which no other recorder knows.
	 */
	CallRecorder recorder(ApproverGroup group) {
		ApproverGroups groups = new ApproverGroups(List.of(group), GROUPS.persons());
		return recorder(this.callers, new ApprovalSteps(this.gateway.api, approvalDependencies(groups)),
				settings(this.settings.grace(), this.settings.equalCalls(), 1, groups));
	}

	static DurableSettings settings(Duration grace, int equalCalls) {
		return settings(grace, equalCalls, 1, GROUPS);
	}

	private static DurableSettings settings(Duration grace, int equalCalls, int attempts, ApproverGroups groups) {
		return settings(grace, equalCalls, attempts, CLAIM_VALIDITY, groups);
	}

	DurableSettings settings(Duration claimValidity) {
		return settings(this.settings.grace(), this.settings.equalCalls(), 1, claimValidity, GROUPS);
	}

	private static DurableSettings settings(Duration grace, int equalCalls, int attempts, Duration claimValidity,
			ApproverGroups groups) {
		return new DurableSettings("one", "command.review", TIMEOUT, grace, 1000, equalCalls, 4, 4, 30,
				Duration.ofSeconds(25), Duration.ofMinutes(2), attempts, claimValidity, groups);
	}

	DurableApprovals approvals() {
		return new DefaultDurableApprovals(this.dependencies, recorder(), this.callers, this.callers.reading());
	}

	AskStep ask() {
		return ask((call) -> false);
	}

	AskStep ask(Predicate<DurableCall> deniedByPolicy) {
		return new AskStep(this.dependencies, this.exchange, deniedByPolicy, this.otherPairings,
				() -> this.unverified++, () -> this.halted, MEAN);
	}

	RunStep run(ApprovedCalls calls, Ticker ticker, DurableContext... contexts) {
		return new RunStep(this.dependencies, calls, List.of(contexts), this.missingTargets, this.otherPairings, ticker,
				MEAN);
	}

	RunStep run(ApprovedCalls calls) {
		return run(calls, new StandingTicker());
	}

	RunStep run(int attempts, ApprovedCalls calls) {
		return run(attempts, calls, new StandingTicker());
	}

	RunStep run(int attempts, ApprovedCalls calls, Ticker ticker) {
		return new RunStep(dependencies(settings(attempts)), calls, List.of(), this.missingTargets, this.otherPairings,
				ticker, MEAN);
	}

	NotifyStep notifyHandlers(DurableApprovalHandler... handlers) {
		return new NotifyStep(this.dependencies, List.of(handlers), this.transactions);
	}

	EscalateStep escalate() {
		return new EscalateStep(this.dependencies, () -> this.halted);
	}

	DurableDependencies dependencies(DurableSettings other) {
		return new DurableDependencies(this.store, this.scheduler, this.transactions, this.dependencies.publisher(),
				this.dependencies.counts(), other, this.clock);
	}

	DurableSettings settings(int attempts) {
		return settings(this.settings.grace(), this.settings.equalCalls(), attempts, GROUPS);
	}

	/**
	 * Record that a transaction of a run was committed.
	 */
	void committed(String id) {
		this.jdbc.update(
				"INSERT INTO AIRLOCK_DURABLE_COMMIT (ID, TRANSACTION_ID, COMMITTED_AT) VALUES (?, 'transaction-1', 1)",
				id);
	}

	DurableState state(String id) {
		return Objects.requireNonNull(this.store.find(id)).state();
	}

	void pass(Duration time) {
		this.now = this.now.plus(time);
	}

	int scheduled(String table, String id) {
		return this.jdbc.queryForObject("SELECT COUNT(*) FROM " + table + " WHERE TASK_INSTANCE = ?", Integer.class,
				id);
	}

	int scheduled(String table, StepScheduler.Step step, String id) {
		return this.jdbc.queryForObject("SELECT COUNT(*) FROM " + table + " WHERE TASK_NAME = ? AND TASK_INSTANCE = ?",
				Integer.class, step.taskName(), id);
	}

	@Override
	public void close() {
		this.jdbc.execute("SHUTDOWN");
		this.dataSource.dispose();
	}

	/**
	 * Listener that keeps the progress of calls.
	 */
	private final class ProgressListener implements ApprovalListener {

		@Override
		public Attempt begin(ApprovalRequest request, String artifactType) {
			return (outcome) -> TestInstance.this.progress.add(outcome.result().name());
		}

		@Override
		public Attempt resume(ApprovalRequest request, String artifactType, String requestId) {
			return new Attempt() {

				@Override
				public void voted(ApprovalVote vote) {
					TestInstance.this.progress
						.add("%s %s%s".formatted(vote.pairing(), vote.verdict(), vote.counted() ? "" : " uncounted"));
				}

				@Override
				public void escalated(int step, List<String> pairings, boolean unavailable) {
					TestInstance.this.progress
						.add("step %s %s%s".formatted(step, pairings, unavailable ? " unavailable" : ""));
				}

				@Override
				public void ended(ApprovalOutcome outcome) {
					throw new AssertionError("reported elsewhere");
				}

			};
		}

	}

	/**
	 * Transactions of which one fails before or after its commit.
	 */
	static final class FailingTransactions implements TransactionOperations {

		private final TransactionOperations delegate;

		private int beforeFailure = Integer.MAX_VALUE;

		private int failures;

		private boolean committed;

		FailingTransactions(TransactionOperations delegate) {
			this.delegate = delegate;
		}

		/**
		 * Let transactions fail.
		 * @param succeeding the number of transactions that succeed before
		 * @param times the number of those that fail
		 * @param afterCommit whether they are committed nevertheless
		 */
		void fail(int succeeding, int times, boolean afterCommit) {
			this.beforeFailure = succeeding;
			this.failures = times;
			this.committed = afterCommit;
		}

		void heal() {
			fail(Integer.MAX_VALUE, 0, false);
		}

		@Override
		public <T> T execute(TransactionCallback<T> action) {
			if (this.failures > 0 && this.beforeFailure-- <= 0) {
				this.failures--;
				if (this.committed) {
					this.delegate.execute(action);
				}
				else {
					this.delegate.execute((status) -> {
						action.doInTransaction(status);
						status.setRollbackOnly();
						return null;
					});
				}
				throw new ProcessDied();
			}
			return this.delegate.execute(action);
		}

	}

	/**
	 * Thrown where the process or its database stops.
	 */
	@SuppressWarnings("serial")
	static final class ProcessDied extends RuntimeException {

	}

	/**
	 * Ticker whose time does not pass.
	 */
	static class StandingTicker implements Ticker {

		@Override
		public long nanoTime() {
			return 0;
		}

		@Override
		public void sleep(Duration duration) throws InterruptedException {
		}

	}

	/**
	 * Ticker whose pauses are interrupted.
	 */
	static final class InterruptedTicker extends StandingTicker {

		@Override
		public void sleep(Duration duration) throws InterruptedException {
			throw new InterruptedException();
		}

	}

	/**
	 * Context with the values that a test sets.
	 */
	record TestContext(String name, Map<String, String> values, Runnable onRestore,
			Runnable onClose) implements DurableContext {

		@Override
		public String getName() {
			return this.name;
		}

		@Override
		public Map<String, String> capture() {
			return this.values;
		}

		@Override
		public Scope restore(Map<String, String> restored) {
			this.onRestore.run();
			return this.onClose::run;
		}

	}

	/**
	 * Context whose values the approver does not see.
	 */
	record HiddenContext(String name, Map<String, String> values,
			Map<String, String> restored) implements DurableContext {

		@Override
		public String getName() {
			return this.name;
		}

		@Override
		public boolean isHidden() {
			return true;
		}

		@Override
		public Map<String, String> capture() {
			return this.values;
		}

		@Override
		public Scope restore(Map<String, String> values) {
			this.restored.putAll(values);
			return () -> {
			};
		}

	}

}

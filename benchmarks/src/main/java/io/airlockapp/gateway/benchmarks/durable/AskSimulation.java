/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks.durable;

import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalSettings;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.GatewayRequestExecutor;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.client.ratelimit.RequestBudget;
import io.airlockapp.gateway.durable.AskStep;
import io.airlockapp.gateway.durable.CallObserver;
import io.airlockapp.gateway.durable.CallRecorder;
import io.airlockapp.gateway.durable.DurableCallStore;
import io.airlockapp.gateway.durable.DurableDependencies;
import io.airlockapp.gateway.durable.DurableSettings;
import io.airlockapp.gateway.durable.PendingCounts;
import io.airlockapp.gateway.durable.TransitionPublisher;
import io.airlockapp.gateway.durable.WaitingCalls;
import io.airlockapp.gateway.durable.exchange.ApprovalSteps;
import io.airlockapp.gateway.durable.jdbc.JdbcDurableCallStore;
import io.airlockapp.gateway.durable.jdbc.WorkerTransactions;
import io.airlockapp.gateway.durable.method.WrittenCall;
import io.airlockapp.gateway.exchange.ApprovalDependencies;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.exchange.PendingLimits;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.harp.DecisionVerifier;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.InMemoryReplayJournal;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.jdbc.JdbcRequestBudget;
import io.airlockapp.gateway.jdbc.TableInitializer;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Simulates in virtual time how long the decisions of many pending calls take until they
 * are stored. The steps, their schedule, the budget and the tables are those of an
 * application with the default settings. The gateway and the engine are simulated.
 */
final class AskSimulation {

	private static final EncryptionKey STORE_KEY = EncryptionKey.of(new byte[32]);

	private static final int THREADS = 4;

	private static final int REQUESTS_PER_MINUTE = 30;

	/**
	 * The time until the calls of the beginning are submitted, are no longer young, and
	 * were asked about once more.
	 */
	private static final Duration WARM_UP = Duration.ofMinutes(100);

	private static final Duration YOUNG = Duration.ofMinutes(10);

	/**
	 * The gateway holds no request for longer.
	 */
	private static final Duration NOTICE = Duration.ofSeconds(30);

	private final Random random = new Random(42);

	private final VirtualTime time = new VirtualTime();

	private final InstantSource clock = this.time.clock();

	private final VirtualGateway gateway;

	private final DurableCallStore store;

	private final CallRecorder recorder;

	private final List<Decision> decisions = new ArrayList<>();

	private boolean ended;

	private AskSimulation() throws GeneralSecurityException {
		this.gateway = new VirtualGateway(this.time);
		HikariDataSource database = new HikariDataSource();
		database.setJdbcUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
		new TableInitializer((any) -> true).initialize(database, "AIRLOCK_DURABLE", "AIRLOCK_DURABLE_BALLOT",
				"AIRLOCK_DURABLE_CLAIM", "AIRLOCK_DURABLE_COMMIT", "AIRLOCK_NONCE", "AIRLOCK_REQUEST_BUDGET");
		this.store = new JdbcDurableCallStore(database, STORE_KEY, List.of(), false, Persons.unknown());
		VirtualEngine engine = new VirtualEngine(this.time, THREADS);
		TransactionOperations transactions = new WorkerTransactions(database);
		DurableSettings settings = new DurableSettings("simulation", "command.review", Duration.ofDays(7),
				Duration.ofMinutes(5), 100_000, 0, THREADS, THREADS, REQUESTS_PER_MINUTE, Duration.ofSeconds(25),
				Duration.ofMinutes(2), 1, Duration.ofSeconds(40), ApproverGroups.none());
		DurableDependencies dependencies = new DurableDependencies(this.store, engine, transactions,
				new TransitionPublisher((event) -> {
				}, ApprovalListener.of(List.of())), new PendingCounts(this.store, Runnable::run, this.clock), settings,
				this.clock);
		ApprovalSteps exchange = new ApprovalSteps(this.gateway.endpoints(),
				dependencies(new JdbcRequestBudget(new VirtualTimeDataSource(database, this.clock), "durable",
						REQUESTS_PER_MINUTE, Duration.ofMinutes(1))));
		this.recorder = new CallRecorder(dependencies, transactions, exchange, CallObserver.none(), List.of(),
				STORE_KEY);
		AskStep ask = new AskStep(dependencies, exchange, (call) -> false, WaitingCalls.forPairings(this.store), () -> {
		}, () -> false, this.random);
		engine.start(ask, () -> this.ended);
	}

	private ApprovalDependencies dependencies(RequestBudget budget) {
		Pairing pairing = this.gateway.pairing();
		GatewayRateLimiter unlimited = new GatewayRateLimiter(1_000_000, Duration.ofSeconds(1), this.time);
		return new ApprovalDependencies(
				new Enforcer("simulation", "Simulation", "simulation", "default", "", "simulation"),
				new ApprovalSettings(Duration.ofMinutes(5), Duration.ofSeconds(25), "command.review"),
				(name) -> pairing,
				new DecisionVerifier(EnumSet.allOf(SignatureForm.class), new InMemoryReplayJournal(), this.clock),
				new PendingApprovals(PendingLimits.of(10), Duration.ofSeconds(1), Halt.inMemory()),
				new GatewayRequestExecutor(unlimited).withBudget(budget, this.time), ApprovalJournal.none(),
				ApprovalListener.of(List.of()), new SimpleAsyncTaskExecutor("simulation-"), (task) -> task, () -> null,
				this.clock, this.time, this.random::nextLong, ApproverGroups.none());
	}

	/**
	 * Simulate a number of pending calls that stays the same. Calls are recorded at an
	 * interval. Every other one is decided while it is young, half of these within two
	 * minutes. The others wait, and each time another call that is no longer young is
	 * decided.
	 * @param pending the number of pending calls that are not decided while they are
	 * young
	 * @param interval the interval at which calls are recorded
	 * @param samples the number of decisions on calls of each kind
	 * @return the result
	 */
	static Result steady(int pending, Duration interval, int samples) throws GeneralSecurityException {
		AskSimulation simulation = new AskSimulation();
		return simulation.run(() -> {
			List<String> waiting = new ArrayList<>();
			for (int i = 0; i < pending; i++) {
				waiting.add(simulation.record());
			}
			simulation.time.sleep(WARM_UP);
			for (int i = 0; i < samples; i++) {
				simulation.decideYoung(simulation.record());
				simulation.time.sleep(interval);
				simulation.decideOther(waiting);
				waiting.add(simulation.record());
				simulation.time.sleep(interval);
			}
		});
	}

	/**
	 * Simulate calls that are recorded at the same time, and decided at random times.
	 * @param number the number of calls
	 * @param from the earliest time of a decision after the recording
	 * @param to the latest time
	 * @param rounds the number of repetitions
	 * @return the result
	 */
	static Result atOnce(int number, Duration from, Duration to, int rounds) throws GeneralSecurityException {
		AskSimulation simulation = new AskSimulation();
		return simulation.run(() -> {
			for (int round = 0; round < rounds; round++) {
				for (int i = 0; i < number; i++) {
					long millis = simulation.random.nextLong(from.toMillis(), to.toMillis());
					simulation.decide(simulation.record(), Duration.ofMillis(millis), true);
				}
				simulation.time.sleep(to.plusHours(1));
			}
		});
	}

	private Result run(Runnable callers) {
		this.time.add(() -> {
			callers.run();
			this.time.sleep(WARM_UP);
			this.ended = true;
		});
		this.time.run();
		double mean = this.gateway.requests().size() * 60.0 / this.time.elapsed().toSeconds();
		return new Result(latencies(true), latencies(false), mean, mostRequests());
	}

	private String record() {
		return this.recorder.record(new WrittenCall("payouts#pay(java.lang.String)",
				ApprovalRequest.builder("Payout", "Payouts.pay(\"ann\")").gate("Payouts.pay").build(), "{}", "{}",
				null));
	}

	private void decideYoung(String id) {
		double minutes;
		do {
			minutes = -2 * Math.log(this.random.nextDouble()) / Math.log(2);
		}
		while (minutes > YOUNG.toMinutes());
		decide(id, Duration.ofMillis((long) (minutes * 60_000)), true);
	}

	private void decideOther(List<String> waiting) {
		List<String> others = waiting.stream()
			.filter((id) -> Objects.requireNonNull(this.store.find(id))
				.recordedAt()
				.isBefore(this.clock.instant().minus(YOUNG)))
			.toList();
		String id = others.get(this.random.nextInt(others.size()));
		waiting.remove(id);
		decide(id, NOTICE, false);
	}

	private void decide(String id, Duration delay, boolean young) {
		Instant at = this.clock.instant().plus(delay);
		this.gateway.decide(id, at);
		this.decisions.add(new Decision(id, at, young));
	}

	private double[] latencies(boolean young) {
		return this.decisions.stream()
			.filter((decision) -> decision.young() == young)
			.mapToDouble((decision) -> Duration.between(decision.at(),
					Objects.requireNonNull(Objects.requireNonNull(this.store.find(decision.id())).decidedAt(),
							"A decision was not found"))
				.toMillis() / 1000.0)
			.sorted()
			.toArray();
	}

	/**
	 * Return the largest number of requests to the gateway within a minute.
	 */
	private int mostRequests() {
		List<Duration> times = this.gateway.requests();
		int most = 0;
		int first = 0;
		for (int last = 0; last < times.size(); last++) {
			while (times.get(last).minus(times.get(first)).compareTo(Duration.ofMinutes(1)) >= 0) {
				first++;
			}
			most = Math.max(most, last - first + 1);
		}
		return most;
	}

	/**
	 * Holds a decision.
	 *
	 * @param id the id of the call
	 * @param at the time at which the gateway has it
	 * @param young whether the call is young
	 */
	private record Decision(String id, Instant at, boolean young) {

	}

	/**
	 * Holds the results.
	 *
	 * @param young the times from the decision until it is stored, of young calls, in
	 * seconds, sorted
	 * @param others the times of other calls
	 * @param meanRequests the mean number of requests in a minute
	 * @param mostRequests the largest number of requests within a minute
	 */
	record Result(double[] young, double[] others, double meanRequests, int mostRequests) {

	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.airlockapp.gateway.durable.ScriptedGateway.Fault;
import io.airlockapp.gateway.durable.jdbc.RunTransactionListener;
import io.airlockapp.gateway.durable.method.ApprovedCall;
import io.airlockapp.gateway.durable.method.ApprovedCalls;
import io.airlockapp.gateway.harp.StrictUtf8;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for random sequences of steps, crashes, repeated deliveries, faults of the
 * gateway, moves of the clock and operations of callers: a call starts at most once, or
 * again after its method failed, a yes that was given in time starts it, and a call is
 * never left without a step. A restartable call takes effect at most once, and its
 * outcome is not unknown before its transaction was committed.
 */
class DurableModelTests {

	/**
	 * Not a refusal, which ends a call.
	 */
	static final List<Fault> FAULTS = List.of(Fault.UNAVAILABLE, Fault.QUOTA, Fault.UNKNOWN, Fault.LOST_ANSWER,
			Fault.GARBAGE);

	static final List<Duration> MOVES = List.of(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(30),
			Duration.ofMinutes(2), Duration.ofMinutes(9), Duration.ofMinutes(26), Duration.ofMinutes(-10));

	private static final int ATTEMPTS = 3;

	private static final Map<DurableState, Set<DurableState>> ARROWS = arrows();

	private static Map<DurableState, Set<DurableState>> arrows() {
		Map<DurableState, Set<DurableState>> arrows = new EnumMap<>(DurableState.class);
		Set<DurableState> undecided = EnumSet.of(DurableState.DECIDED, DurableState.DENIED, DurableState.CANCELLING,
				DurableState.TIMED_OUT, DurableState.REFUSED);
		arrows.put(DurableState.RECORDED, EnumSet.of(DurableState.SUBMITTED));
		arrows.get(DurableState.RECORDED).addAll(undecided);
		arrows.put(DurableState.SUBMITTED, undecided);
		arrows.put(DurableState.CANCELLING, EnumSet.of(DurableState.CANCELLED));
		arrows.put(DurableState.DECIDED, EnumSet.of(DurableState.CLAIMED, DurableState.CANCELLED,
				DurableState.TIMED_OUT, DurableState.REFUSED, DurableState.FAILED));
		arrows.put(DurableState.CLAIMED, EnumSet.of(DurableState.DONE, DurableState.FAILED, DurableState.UNKNOWN));
		// If the method throws an exception, or its process stops and it is restartable
		arrows.get(DurableState.CLAIMED).add(DurableState.DECIDED);
		arrows.put(DurableState.UNKNOWN, EnumSet.of(DurableState.DONE, DurableState.FAILED, DurableState.RESOLVED));
		return arrows;
	}

	@Property(tries = 15)
	void callsStartAtMostOnceAndNoYesIsLost(@ForAll("actions") List<Action> actions) {
		perform(new Model(false), actions);
	}

	@Property(tries = 15)
	void restartableCallsTakeEffectAtMostOnceAndNoYesIsLost(@ForAll("actions") List<Action> actions) {
		perform(new Model(true), actions);
	}

	@Tag("slow")
	@Property(tries = 400)
	void manyCallsStartAtMostOnceAndNoYesIsLost(@ForAll("actions") List<Action> actions) {
		perform(new Model(false), actions);
	}

	@Tag("slow")
	@Property(tries = 400)
	void manyRestartableCallsTakeEffectAtMostOnceAndNoYesIsLost(@ForAll("actions") List<Action> actions) {
		perform(new Model(true), actions);
	}

	private static void perform(Model created, List<Action> actions) {
		try (Model model = created) {
			model.record();
			if (model.restartable) {
				model.approve();
			}
			for (Action action : actions) {
				model.perform(action);
				model.verify();
			}
			model.settle();
		}
	}

	@Provide
	Arbitrary<List<Action>> actions() {
		Arbitrary<Kind> kinds = Arbitraries.frequency(Tuple.of(12, Kind.STEP), Tuple.of(4, Kind.BEGIN),
				Tuple.of(4, Kind.COMPLETE), Tuple.of(3, Kind.DEAD), Tuple.of(5, Kind.CLOCK), Tuple.of(4, Kind.APPROVE),
				Tuple.of(1, Kind.REJECT), Tuple.of(3, Kind.FAULT), Tuple.of(3, Kind.CRASH), Tuple.of(1, Kind.CANCEL),
				Tuple.of(1, Kind.RESOLVE), Tuple.of(1, Kind.RECORD), Tuple.of(1, Kind.PAIRINGS),
				Tuple.of(1, Kind.FORGET), Tuple.of(1, Kind.VANISH), Tuple.of(1, Kind.SWEEP), Tuple.of(2, Kind.THROW),
				Tuple.of(4, Kind.STOP));
		return Combinators.combine(kinds, Arbitraries.integers().between(0, 999))
			.as(Action::new)
			.list()
			.ofMinSize(5)
			.ofMaxSize(60);
	}

	enum Kind {

		STEP, BEGIN, COMPLETE, DEAD, CLOCK, APPROVE, REJECT, FAULT, CRASH, CANCEL, RESOLVE, RECORD, PAIRINGS, FORGET,
		VANISH, SWEEP, THROW, STOP

	}

	/**
	 * Points at which a process stops.
	 */
	enum Stop {

		NONE, BEFORE_COMMIT, AFTER_COMMIT, PAUSE, PAUSE_AND_RUN_ELSEWHERE

	}

	/**
	 * Action of the model.
	 *
	 * @param kind the kind of action
	 * @param value the choice among several
	 */
	record Action(Kind kind, int value) {
	}

	/**
	 * An instance whose executions the test interleaves.
	 */
	private static final class Model implements AutoCloseable {

		private final TestInstance instance = new TestInstance();

		private final Map<String, Integer> starts = new HashMap<>();

		private final Map<String, DurableState> states = new HashMap<>();

		private final Set<String> approved = new HashSet<>();

		private final Set<String> cancelled = new HashSet<>();

		private final Set<String> thrown = new HashSet<>();

		/**
		 * Calls that must not start, or not start again.
		 */
		private final Set<String> settled = new HashSet<>();

		private final Set<String> repeated = new HashSet<>();

		private final List<String> ids = new ArrayList<>();

		private final TestEngine engine = new TestEngine(this.instance, ATTEMPTS, new Calls());

		private Instant latest = TestInstance.START;

		private int failingStarts;

		private final boolean restartable;

		private final TransactionTemplate application;

		private Stop stop = Stop.NONE;

		Model(boolean restartable) {
			this.restartable = restartable;
			JdbcTransactionManager manager = new JdbcTransactionManager(this.instance.dataSource);
			manager.setTransactionExecutionListeners(
					List.of(new RunTransactionListener(this.instance.dataSource, this.instance.clock)));
			this.application = new TransactionTemplate(manager);
			this.instance.jdbc.execute("CREATE TABLE EFFECT (ID VARCHAR(100))");
		}

		/**
		 * Method that verifies the approval like the guard does.
		 */
		private final class Calls implements ApprovedCalls {

			@Override
			public Result run(ApprovedCall call, Claim claim) throws InvocationTargetException {
				if (!call.votes().get(0).evidence().covers(StrictUtf8.encode(call.votes().get(0).plaintext()))
						|| !call.votes().get(0).evidence().isSignedBy(Model.this.instance.gateway.signerKey())
						|| !call.votes().get(0).evidence().decision().equals("approve")) {
					return Result.NOT_VERIFIED;
				}
				if (Model.this.instance.pairingsFail) {
					return Result.UNAVAILABLE;
				}
				claim.prepare(Model.this.restartable);
				if (!claim.getAsBoolean()) {
					return Result.NOT_STARTED;
				}
				return Model.this.restartable ? restart(call.id()) : start(call.id());
			}

		}

		/**
		 * Record a start. What is thrown here would be that of the method.
		 */
		private void started(String id) {
			this.starts.merge(id, 1, Integer::sum);
			if (this.settled.contains(id)) {
				this.repeated.add(id);
			}
		}

		private ApprovedCalls.Result start(String id) throws InvocationTargetException {
			started(id);
			this.thrown.remove(id);
			if (this.failingStarts-- > 0) {
				this.thrown.add(id);
				if (this.failingStarts == 1) {
					// After a transaction of the method
					this.settled.add(id);
					this.instance.committed(id);
				}
				throw new InvocationTargetException(new IllegalStateException());
			}
			this.settled.add(id);
			return ApprovedCalls.Result.DONE;
		}

		/**
		 * Run a method whose only effect is in its transaction.
		 */
		private ApprovedCalls.Result restart(String id) throws InvocationTargetException {
			started(id);
			this.thrown.remove(id);
			Stop now = this.stop;
			this.stop = Stop.NONE;
			if (now == Stop.BEFORE_COMMIT) {
				return stop();
			}
			try {
				this.application.executeWithoutResult((status) -> {
					this.instance.jdbc.update("INSERT INTO EFFECT (ID) VALUES (?)", id);
					if (now == Stop.PAUSE || now == Stop.PAUSE_AND_RUN_ELSEWHERE) {
						this.engine.replace(now == Stop.PAUSE_AND_RUN_ELSEWHERE);
					}
					if (this.failingStarts-- > 0) {
						this.thrown.add(id);
						throw new IllegalArgumentException();
					}
				});
			}
			catch (IllegalStateException | IllegalArgumentException ex) {
				throw new InvocationTargetException(ex);
			}
			this.settled.add(id);
			return (now == Stop.AFTER_COMMIT) ? stop() : ApprovedCalls.Result.DONE;
		}

		/**
		 * Let the process stop before it stores the outcome.
		 */
		private ApprovedCalls.Result stop() {
			this.instance.transactions.fail(0, 1, false);
			return ApprovedCalls.Result.DONE;
		}

		private int effects(String id) {
			return this.instance.jdbc.queryForObject("SELECT COUNT(*) FROM EFFECT WHERE ID = ?", Integer.class, id);
		}

		void record() {
			if (this.ids.size() < 3) {
				this.ids.add(this.instance.record().id());
			}
		}

		void perform(Action action) {
			int value = action.value();
			String id = this.ids.get(value % this.ids.size());
			switch (action.kind()) {
				case RECORD -> record();
				case STEP -> this.engine.step(value);
				case BEGIN -> this.engine.begin(value);
				case COMPLETE -> this.engine.complete(value);
				case DEAD -> this.engine.dead(value);
				case CLOCK -> {
					this.instance.pass(MOVES.get(value % MOVES.size()));
					this.latest = this.instance.now.isAfter(this.latest) ? this.instance.now : this.latest;
				}
				case APPROVE -> {
					if (this.instance.gateway.decide(id, "approve")) {
						this.approved.add(id);
					}
				}
				case REJECT -> this.instance.gateway.decide(id, "reject");
				case FAULT -> this.instance.gateway.fail(FAULTS.get(value % FAULTS.size()), 1 + value / 100);
				case CRASH -> this.engine.crash(value);
				case CANCEL -> cancel(id);
				case RESOLVE -> this.instance.approvals().resolve(id, Resolution.RAN);
				case PAIRINGS -> this.instance.pairingsFail = value % 3 == 0;
				case FORGET -> {
					// Not if decided: then only the gateway has the decision
					if (!this.approved.contains(id)) {
						this.instance.gateway.exchanges.remove(id);
					}
				}
				case VANISH -> this.engine.vanish(value);
				case THROW -> this.failingStarts = value % 4;
				case STOP -> this.stop = Stop.values()[value % Stop.values().length];
				case SWEEP -> assertThat(this.instance.missingSteps().schedule()).as("missing steps").isZero();
			}
		}

		/**
		 * Let the first call be approved.
		 */
		void approve() {
			perform(new Action(Kind.STEP, 0));
			perform(new Action(Kind.APPROVE, 0));
			this.instance.pass(Duration.ofSeconds(1));
			perform(new Action(Kind.STEP, 0));
			assertThat(this.instance.state(this.ids.get(0))).isEqualTo(DurableState.DECIDED);
		}

		private void cancel(String id) {
			if (this.instance.approvals().cancel(id)) {
				this.cancelled.add(id);
			}
		}

		void verify() {
			assertThat(this.repeated).as("calls that must not start again").isEmpty();
			for (String id : this.ids) {
				DurableState state = this.instance.state(id);
				DurableState before = this.states.getOrDefault(id, DurableState.RECORDED);
				assertThat(reachable(before)).as("state after " + before).contains(state);
				this.states.put(id, state);
				assertThat(this.starts.getOrDefault(id, 0)).isLessThanOrEqualTo(this.restartable ? 5 : ATTEMPTS);
				if (this.restartable) {
					verifyEffect(id, state, before);
				}
				if (state == DurableState.UNKNOWN || state.isEnded()) {
					this.settled.add(id);
				}
				int asks = this.instance.scheduled("AIRLOCK_DURABLE_ASK", id);
				int runs = this.instance.scheduled("AIRLOCK_DURABLE_RUN", id);
				switch (state) {
					case RECORDED, SUBMITTED, CANCELLING -> assertThat(asks).as("steps of " + state).isPositive();
					case DECIDED, CLAIMED -> assertThat(runs).as("steps of " + state).isPositive();
					case UNKNOWN -> {
					}
					default -> assertThat(runs + (isTold(id) ? 1 : 0)).as("steps of " + state).isPositive();
				}
				Set<String> ciphertexts = this.instance.gateway.ciphertexts.get(id);
				assertThat((ciphertexts != null) ? ciphertexts.size() : 0).isLessThanOrEqualTo(1);
			}
		}

		private void verifyEffect(String id, DurableState state, DurableState before) {
			assertThat(effects(id)).as("effects of " + state).isLessThanOrEqualTo(1);
			if (state == DurableState.DONE) {
				assertThat(effects(id)).as("effects of " + state).isOne();
			}
			if (state == DurableState.UNKNOWN && before != DurableState.UNKNOWN) {
				assertThat(effects(id) == 1 || this.starts.get(id) == 5
						|| !this.instance.now.isBefore(this.instance.store.find(id).startBy()))
					.as("unknown")
					.isTrue();
			}
		}

		private boolean isTold(String id) {
			return this.instance.jdbc.queryForObject("SELECT TOLD_AT FROM AIRLOCK_DURABLE WHERE ID = ?", Long.class,
					id) != null;
		}

		private static Set<DurableState> reachable(DurableState from) {
			Set<DurableState> reachable = EnumSet.of(from);
			int known = 0;
			while (reachable.size() > known) {
				known = reachable.size();
				List.copyOf(reachable).forEach((state) -> reachable.addAll(ARROWS.getOrDefault(state, Set.of())));
			}
			return reachable;
		}

		/**
		 * Mend everything other than pairings that cannot be read, and let time pass
		 * until all calls have ended.
		 */
		void settle() {
			this.instance.gateway.fail(Fault.UNAVAILABLE, 0);
			this.instance.transactions.heal();
			this.failingStarts = 0;
			Instant healed = this.latest;
			this.engine.settle(Duration.ofSeconds(20), this::verify, () -> {
			});
			for (String id : this.ids) {
				DurableState state = this.instance.state(id);
				assertThat(state.isEnded() || state == DurableState.UNKNOWN).as("at the end: " + state).isTrue();
				DurableApproval approval = this.instance.store.find(id);
				if (this.approved.contains(id) && !this.cancelled.contains(id) && !this.instance.pairingsFail
						&& healed.plusSeconds(120).isBefore(approval.startBy())) {
					assertThat(state).as("after a yes in time: " + approval)
						.isIn(DurableState.DONE, DurableState.UNKNOWN, DurableState.RESOLVED,
								this.thrown.contains(id) ? DurableState.FAILED : DurableState.DONE);
				}
			}
		}

		@Override
		public void close() {
			this.instance.close();
		}

	}

}

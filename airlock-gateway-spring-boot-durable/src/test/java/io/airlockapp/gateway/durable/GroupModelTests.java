/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.EscalationStep;
import io.airlockapp.gateway.client.ExchangeState;
import io.airlockapp.gateway.durable.ScriptedGateway.Exchange;
import io.airlockapp.gateway.durable.ScriptedGateway.Fault;
import io.airlockapp.gateway.durable.method.ApprovedCall;
import io.airlockapp.gateway.durable.method.ApprovedCalls;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.harp.Verdict;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import org.assertj.core.api.SoftAssertions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for random votes on calls of random groups, with the faults of
 * {@link DurableModelTests} and those of single approvers: a call starts only after as
 * many persons as the quorum have approved, and not after a denial that was received or a
 * cancellation. A quorum that was given in time, or that willing approvers give, starts
 * it. Each call ends, and what it tells agrees with what happened.
 */
class GroupModelTests {

	private static final List<String> PHONES = GroupStepTests.PHONES;

	/**
	 * The time between two rounds of steps at the end.
	 */
	private static final Duration PACE = Duration.ofMinutes(2);

	@Property(tries = 25)
	void onlyAQuorumStartsACallAndNoneIsLost(@ForAll("plans") Plan plan) {
		perform(plan);
	}

	@Tag("slow")
	@Property(tries = 600)
	void onlyAQuorumStartsManyCallsAndNoneIsLost(@ForAll("plans") Plan plan) {
		perform(plan);
	}

	private static void perform(Plan plan) {
		try (Model model = new Model(plan)) {
			for (Action action : plan.actions()) {
				model.perform(action);
				model.verify();
			}
			model.settle();
		}
	}

	@Provide
	Arbitrary<Plan> plans() {
		Arbitrary<Kind> kinds = Arbitraries.frequency(Tuple.of(20, Kind.STEP), Tuple.of(4, Kind.BEGIN),
				Tuple.of(4, Kind.COMPLETE), Tuple.of(3, Kind.DEAD), Tuple.of(2, Kind.CLOCK), Tuple.of(8, Kind.APPROVE),
				Tuple.of(1, Kind.FORGET), Tuple.of(1, Kind.SWEEP), Tuple.of(1, Kind.STOP), Tuple.of(2, Kind.RESTORE),
				Tuple.of(20, Kind.TROUBLE));
		Arbitrary<List<Action>> actions = Combinators.combine(kinds, Arbitraries.integers().between(0, 999))
			.as(Action::new)
			.list()
			.ofMinSize(5)
			.ofMaxSize(50);
		return Combinators
			.combine(groups(), Arbitraries.of("Ann", "Cleo", "Dave"), Arbitraries.integers().between(0, 9),
					Arbitraries.of(Kind.class)
						.filter((kind) -> kind.compareTo(Kind.TROUBLE) > 0)
						.list()
						.uniqueElements()
						.ofMaxSize(4),
					Arbitraries.of(Kind.STEP, Kind.APPROVE, Kind.CANCEL), Arbitraries.of(true, false), actions)
			.as(Plan::new);
	}

	/**
	 * Groups that can reach their quorum without any one person if they exclude the
	 * requester, as the application requires at start.
	 */
	private static Arbitrary<ApproverGroup> groups() {
		return Combinators
			.combine(Arbitraries.shuffle(PHONES), Arbitraries.integers().between(1, 4),
					Arbitraries.integers().between(1, 4), Arbitraries.integers().between(1, 3),
					Arbitraries.of(true, false), Arbitraries.of(true, false))
			.as((phones, size, first, quorum, exclude, atOnce) -> {
				List<String> members = phones.subList(0, size);
				int persons = (int) members.stream().map(GroupModelTests::person).distinct().count();
				boolean excludes = exclude && persons > 1;
				List<EscalationStep> steps = new ArrayList<>();
				for (String later : members.subList(Math.min(first, size), size)) {
					steps.add(new EscalationStep(Duration.ofMinutes(2 + 2 * steps.size()), List.of(later), atOnce));
				}
				return new ApproverGroup("random", members.subList(0, Math.min(first, size)),
						Math.min(quorum, excludes ? persons - 1 : persons), null, excludes, false, steps);
			});
	}

	private static String person(String pairing) {
		return pairing.replace("-2", "");
	}

	/**
	 * Return the largest number of votes by different persons with different keys.
	 */
	private static int persons(List<Vote> votes) {
		if (votes.isEmpty()) {
			return 0;
		}
		Vote first = votes.get(0);
		List<Vote> others = votes.subList(1, votes.size());
		return Math.max(persons(others),
				1 + persons(others.stream()
					.filter((other) -> !person(other.pairing()).equals(person(first.pairing()))
							&& !other.key().equals(first.key()))
					.toList()));
	}

	enum Kind {

		STEP, BEGIN, COMPLETE, DEAD, CLOCK, APPROVE, FORGET, SWEEP, STOP, RESTORE,

		/**
		 * One of the following kinds, of which each plan has few.
		 */
		TROUBLE, DENY, CANCEL, FORGE, LATE, WITHDRAW, WITHHOLD, REMOVE, REPLACE, UNREADABLE, HALT, FAULT, CRASH, VANISH

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
	 * What happens to a call.
	 *
	 * @param group the approvers
	 * @param requester the requester
	 * @param phones 0 if two persons share a key, or the number of a phone that is not
	 * paired at first
	 * @param troubles the kinds of troubles
	 * @param end whether all who are asked approve in the end, the call is cancelled, or
	 * nothing happens
	 * @param restartable whether the method restarts if its process stops
	 * @param actions the actions
	 */
	record Plan(ApproverGroup group, String requester, int phones, List<Kind> troubles, Kind end, boolean restartable,
			List<Action> actions) {
	}

	/**
	 * Vote that a phone has signed.
	 */
	record Vote(String ballot, String pairing, String key, boolean approval) {
	}

	/**
	 * A call, and what is known of it without looking at what is stored.
	 */
	private static final class Model implements AutoCloseable, ApprovedCalls {

		private final TestInstance instance = new TestInstance();

		private final TestEngine engine;

		private final Plan plan;

		private final String id;

		private final Map<String, Pairing> paired = new HashMap<>();

		/**
		 * The names of phones by their keys.
		 */
		private final Map<String, String> phones = new HashMap<>();

		/**
		 * The approvals that phones could give, by their ballots.
		 */
		private final Map<String, Vote> asked = new LinkedHashMap<>();

		private final List<Vote> votes = new ArrayList<>();

		/**
		 * The persons who may not be able to decide.
		 */
		private final Set<String> impaired = new HashSet<>();

		/**
		 * The assertions of a run, in which an exception would be that of the method.
		 */
		private final SoftAssertions inRun = new SoftAssertions();

		private Instant latest = TestInstance.START;

		private DurableState state = DurableState.RECORDED;

		private boolean decided;

		private boolean cancelled;

		private int starts;

		private boolean mayStart = true;

		private boolean returned;

		private boolean stopping;

		Model(Plan plan) {
			this.plan = plan;
			this.engine = new TestEngine(this.instance, 1, this);
			PHONES.forEach((name) -> this.paired.put(name, pair(name)));
			if (plan.phones() == 0) {
				this.paired.put("bob", this.paired.get("ann"));
			}
			this.instance.phones.putAll(this.paired);
			this.id = TestInstance
				.record(this.instance.recorder(plan.group()), TestInstance.call(plan.group().name(), plan.requester()))
				.id();
			if (plan.phones() > 0 && plan.phones() <= PHONES.size()) {
				this.instance.phones.remove(PHONES.get(plan.phones() - 1));
			}
		}

		private Pairing pair(String name) {
			String phone = name + this.phones.size();
			Pairing pairing = this.instance.gateway.pair(phone);
			this.phones.put(key(pairing.signerKeys()), phone);
			return pairing;
		}

		private static String key(List<SignerKey> keys) {
			return keys.get(0).encode();
		}

		private String key(String pairing) {
			return key(this.paired.get(pairing).signerKeys());
		}

		/**
		 * Run the method as the guard does, which verifies the votes itself.
		 */
		@Override
		public Result run(ApprovedCall call, Claim claim) {
			List<Vote> approvals = call.votes()
				.stream()
				.map((vote) -> new Vote(vote.evidence().requestId(), vote.pairing(), vote.evidence().publicKey(),
						vote.evidence().decision().equals("approve")))
				.toList();
			this.inRun.assertThat(this.votes).as("given votes").containsAll(approvals);
			if (this.instance.halted || this.instance.pairingsFail) {
				return Result.UNAVAILABLE;
			}
			if (!isQuorum(approvals.stream().filter(this::isInForce))) {
				boolean revoked = approvals.stream()
					.anyMatch((vote) -> !this.instance.phones.containsKey(vote.pairing()) || isOfRequester(vote.key()));
				return revoked ? Result.PAIRING_REVOKED : Result.OTHER_PAIRING;
			}
			claim.prepare(this.plan.restartable());
			return claim.getAsBoolean() ? start() : Result.NOT_STARTED;
		}

		private boolean isInForce(Vote vote) {
			Pairing pairing = this.instance.phones.get(vote.pairing());
			return pairing != null && pairing.rawKeys().contains(vote.key()) && !isOfRequester(vote.key());
		}

		private boolean isOfRequester(String key) {
			return Stream.of(this.paired, this.instance.phones)
				.flatMap((pairings) -> pairings.entrySet().stream())
				.anyMatch((pairing) -> isExcluded(pairing.getKey()) && pairing.getValue().rawKeys().contains(key));
		}

		private boolean isExcluded(String pairing) {
			return this.plan.group().excludeRequester() && person(pairing).equalsIgnoreCase(this.plan.requester());
		}

		private Result start() {
			this.starts++;
			this.inRun.assertThat(this.mayStart).as("may start").isTrue();
			this.inRun.assertThat(this.cancelled).as("cancelled before the start").isFalse();
			this.inRun.assertThat(this.votes)
				.as("votes before the start")
				.noneMatch((vote) -> !vote.approval() && this.instance.gateway.acknowledged.contains(vote.ballot()));
			this.mayStart = this.stopping && this.plan.restartable();
			if (this.stopping) {
				this.stopping = false;
				this.instance.transactions.fail(0, 1, false);
			}
			else {
				this.returned = true;
				this.instance.committed(this.id);
			}
			return Result.DONE;
		}

		void perform(Action action) {
			Kind kind = action.kind();
			int value = action.value();
			if (kind == Kind.TROUBLE) {
				List<Kind> troubles = this.plan.troubles();
				kind = troubles.isEmpty() ? Kind.STEP : troubles.get(value * troubles.size() / 1000);
			}
			String pairing = PHONES.get(value % PHONES.size());
			List<Vote> pending = one(ExchangeState.PENDING_APPROVAL, value);
			switch (kind) {
				case STEP, TROUBLE -> {
					this.instance.pass(Duration.ofSeconds(1));
					this.engine.step(value);
				}
				case BEGIN -> this.engine.begin(value);
				case COMPLETE -> this.engine.complete(value);
				case DEAD -> this.engine.dead(value);
				case CRASH -> this.engine.crash(value);
				case VANISH -> this.engine.vanish(value);
				case CLOCK -> {
					List<Duration> moves = DurableModelTests.MOVES;
					this.instance.pass(moves.get(value % moves.size()));
				}
				case SWEEP -> assertThat(this.instance.missingSteps().schedule()).as("missing steps").isZero();
				case APPROVE -> pending.forEach((ballot) -> vote(ballot, true));
				case DENY -> pending.forEach((ballot) -> vote(ballot, false));
				case FORGE -> pending.forEach((ballot) -> forge(ballot, value));
				// As if the gateway had held the decision back
				case LATE -> one(ExchangeState.WITHDRAWN, value).forEach((ballot) -> {
					exchange(ballot).withdrawn = false;
					vote(ballot, value % 3 != 0);
					this.impaired.add(person(ballot.pairing()));
				});
				case WITHDRAW -> pending.forEach((ballot) -> {
					exchange(ballot).withdrawn = true;
					this.impaired.add(person(ballot.pairing()));
				});
				case FORGET -> pending.forEach((ballot) -> this.instance.gateway.exchanges.remove(ballot.ballot()));
				case WITHHOLD -> this.instance.gateway.withholding = value % 3 == 0;
				case REMOVE -> {
					this.instance.phones.remove(pairing);
					this.impaired.add(person(pairing));
				}
				case REPLACE -> {
					Pairing added = pair(pairing);
					Pairing before = this.paired.get(pairing);
					this.instance.phones.put(pairing,
							new Pairing(added.routingToken(), added.encryptionKey(), added.signerKeys(),
									(value % 3 == 0) ? Map.of(before.id(), before.signerKeys()) : Map.of()));
				}
				case RESTORE -> this.instance.phones.put(pairing, this.paired.get(pairing));
				case UNREADABLE -> this.instance.pairingsFail = value % 3 == 0;
				case HALT -> this.instance.halted = value % 3 == 0;
				case FAULT -> this.instance.gateway
					.fail(DurableModelTests.FAULTS.get(value % DurableModelTests.FAULTS.size()), 1 + value / 100);
				case CANCEL -> this.cancelled |= this.instance.approvals().cancel(this.id);
				case STOP -> this.stopping = true;
			}
			this.latest = Collections.max(List.of(this.latest, this.instance.now));
		}

		private Exchange exchange(Vote ballot) {
			return this.instance.gateway.exchanges.get(ballot.ballot());
		}

		/**
		 * Return one of the ballots whose requests have a state, if there is one.
		 */
		private List<Vote> one(ExchangeState state, int value) {
			List<Vote> all = all(state);
			return all.isEmpty() ? all : List.of(all.get(value % all.size()));
		}

		private List<Vote> all(ExchangeState state) {
			return this.asked.values()
				.stream()
				.filter((ballot) -> exchange(ballot) != null && exchange(ballot).state() == state)
				.toList();
		}

		/**
		 * Let the phone decide for which a request was encrypted.
		 */
		private void vote(Vote ballot, boolean approval) {
			if (this.instance.gateway.decide(ballot.ballot(), approval ? "approve" : "reject",
					this.phones.get(ballot.key()))) {
				this.votes.add(new Vote(ballot.ballot(), ballot.pairing(), ballot.key(), approval));
			}
		}

		private void forge(Vote ballot, int value) {
			this.impaired.add(person(ballot.pairing()));
			if (value % 3 == 0 && !this.votes.isEmpty()) {
				exchange(ballot).decision = this.instance.gateway.exchanges.get(this.votes.get(0).ballot()).decision;
				return;
			}
			Pairing stranger = pair("stranger");
			this.instance.gateway.decide(ballot.ballot(), (value % 3 == 1) ? "approve" : "reject",
					this.phones.get(key(stranger.signerKeys())));
		}

		void verify() {
			this.inRun.assertAll();
			DurableCall call = this.instance.store.findCall(this.id);
			call.ballots()
				.stream()
				.filter((ballot) -> ballot.artifact() != null)
				.forEach((ballot) -> this.asked.put(ballot.id(),
						new Vote(ballot.id(), ballot.pairing(), key(ballot.artifact().signerKeys()), true)));
			assertThat(call.ballots()).as("asked")
				.allMatch((ballot) -> this.plan.group().members().contains(ballot.pairing())
						&& !isExcluded(ballot.pairing()));
			if (this.state.isEnded()) {
				assertThat(call.state()).as("state after the end").isEqualTo(this.state);
			}
			this.state = call.state();
			if (this.cancelled) {
				assertThat(this.state).as("state after the cancellation")
					.isIn(DurableState.CANCELLING, DurableState.CANCELLED, DurableState.FAILED);
			}
			boolean approved = Set.of(DurableState.DECIDED, DurableState.CLAIMED, DurableState.DONE)
				.contains(this.state);
			if (approved && !this.decided) {
				this.decided = true;
				assertThat(isQuorum(this.votes.stream().filter(this::isInForce))).as("decided by a quorum").isTrue();
			}
			if (!this.state.isEnded() && this.state != DurableState.UNKNOWN) {
				String table = "AIRLOCK_DURABLE_" + (approved ? "RUN" : "ASK");
				assertThat(this.instance.jdbc.queryForObject("SELECT COUNT(*) FROM " + table, Integer.class))
					.as("steps of " + this.state)
					.isPositive();
			}
		}

		/**
		 * Mend everything other than pairings that cannot be read, and let time pass
		 * until the call has ended.
		 */
		void settle() {
			this.instance.gateway.fail(Fault.UNAVAILABLE, 0);
			this.instance.gateway.withholding = false;
			this.instance.transactions.heal();
			this.instance.halted = false;
			this.instance.phones.putAll(this.paired);
			if (this.plan.end() == Kind.CANCEL) {
				perform(new Action(Kind.CANCEL, 0));
			}
			this.engine.settle(PACE, this::verify, () -> {
				if (this.plan.end() == Kind.APPROVE) {
					all(ExchangeState.PENDING_APPROVAL).forEach((ballot) -> vote(ballot, true));
				}
			});
			verify();
			DurableApproval approval = this.instance.approvals().find(this.id).orElseThrow();
			assertThat(this.state.isEnded() || this.state == DurableState.UNKNOWN).as("end: " + approval).isTrue();
			if (Collections.disjoint(this.plan.troubles(), Set.of(Kind.FAULT, Kind.REMOVE, Kind.VANISH))) {
				assertThat(all(ExchangeState.PENDING_APPROVAL)).as("requests after the end").isEmpty();
			}
			boolean unstarted = this.starts == 0;
			boolean agrees = switch (this.state) {
				case DONE -> this.returned;
				case DENIED -> unstarted && isDenied();
				case CANCELLED -> unstarted && this.cancelled;
				case TIMED_OUT -> unstarted && !approval.endedAt().isBefore(approval.expiresAt());
				case REFUSED -> unstarted && !Set.of("NOT_VERIFIED", "GATEWAY_REFUSED").contains(approval.problem());
				case FAILED -> this.plan.restartable() && !this.returned;
				default -> true;
			};
			assertThat(agrees).as("what happened agrees with " + approval).isTrue();
			verifyReports(approval);
			if (mustStart(approval)) {
				assertThat(this.state).as("after a quorum in time: " + approval)
					.isIn(DurableState.DONE, DurableState.FAILED, DurableState.UNKNOWN);
			}
		}

		private boolean isDenied() {
			return this.votes.stream().anyMatch((vote) -> !vote.approval());
		}

		/**
		 * Verify what callers, handlers and listeners get to know.
		 */
		private void verifyReports(DurableApproval approval) {
			List<ApprovalVote> stored = approval.votes();
			assertThat(this.votes).as("given votes")
				.extracting((vote) -> vote.ballot() + vote.approval())
				.containsAll(
						stored.stream().map((vote) -> vote.requestId() + (vote.verdict() == Verdict.APPROVE)).toList());
			assertThat(stored).as("stored votes")
				.extracting(ApprovalVote::requestId)
				.doesNotHaveDuplicates()
				.containsAll(this.instance.gateway.acknowledged);
			boolean done = this.state == DurableState.DONE;
			assertThat(approval.approvals()).as("approvals").isGreaterThanOrEqualTo(done ? approval.quorum() : 0);
			if (done || this.state == DurableState.DENIED) {
				assertThat(this.instance.approvals().decision(this.id).orElseThrow().isApproved()).isEqualTo(done);
			}
			if (!this.plan.troubles().contains(Kind.CRASH)) {
				// A process that stops after a commit does not report it
				List<String> reported = new ArrayList<>(this.decided ? List.of("APPROVED") : List.of());
				switch (this.state) {
					case DENIED -> reported.add("DENIED");
					case TIMED_OUT -> reported.add("TIMEOUT");
					case REFUSED -> reported.add("UNAVAILABLE");
					default -> {
					}
				}
				stored.forEach((vote) -> reported.add(vote.pairing() + " " + vote.verdict()));
				assertThat(this.instance.progress).as("reported")
					.filteredOn((line) -> !line.startsWith("step "))
					.extracting((line) -> line.replace(" uncounted", ""))
					.containsExactlyInAnyOrderElementsOf(reported);
				assertThat(this.instance.events.get(this.instance.events.size() - 1).state()).isEqualTo(this.state);
			}
		}

		/**
		 * Return whether enough persons have approved in time whose keys are in force, or
		 * would have if asked.
		 */
		private boolean mustStart(DurableApproval approval) {
			// After a vote that decided was struck, the others are not asked any more
			boolean struck = this.decided && "PAIRING_REVOKED".equals(approval.problem());
			if (this.cancelled || isDenied() || struck || this.instance.pairingsFail) {
				return false;
			}
			boolean given = isQuorum(this.votes.stream().filter(this::isCounted))
					&& this.latest.plus(PACE.multipliedBy(4)).isBefore(approval.startBy());
			boolean willing = this.plan.end() == Kind.APPROVE && isQuorum(this.plan.group()
				.members()
				.stream()
				.filter((name) -> this.asked.values()
					.stream()
					.filter((ballot) -> person(ballot.pairing()).equals(person(name)))
					.allMatch((ballot) -> ballot.key().equals(key(ballot.pairing()))))
				.map((name) -> new Vote("", name, key(name), true))
				.filter(this::isCounted));
			return given || (willing && this.latest.plus(Duration.ofMinutes(14)).isBefore(approval.expiresAt()));
		}

		private boolean isCounted(Vote vote) {
			return !this.impaired.contains(person(vote.pairing())) && isInForce(vote);
		}

		private boolean isQuorum(Stream<Vote> votes) {
			return persons(votes.filter(Vote::approval).toList()) >= this.plan.group().quorum();
		}

		@Override
		public void close() {
			this.instance.close();
		}

	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.durable.CrashPoint.Answer;
import io.airlockapp.gateway.durable.CrashPoint.Halt;
import io.airlockapp.gateway.durable.jdbc.StoredCalls;
import io.airlockapp.gateway.jdbc.OnPostgres;
import io.airlockapp.gateway.jdbc.Tables;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.HandledRequest;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.RecordedCall;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.SimulatedFault;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Processes that are killed at each point in the life of a durable approval: an approval
 * starts its method at most once, is asked about under one id and with one ciphertext,
 * and is lost at no point. A restartable method takes effect exactly once, wherever its
 * process is killed. The processes share a PostgreSQL that is given by
 * {@code -Dtest.postgres=jdbc:postgresql:...}.
 * <p>
 * All cases of a kind of application use the same processes, of which each case kills
 * one. A selection of cases runs by default, all of them with {@code -Dtest.crashes=all}.
 */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@OnPostgres
class DurableCrashTests {

	private static final boolean ALL = "all".equals(System.getProperty("test.crashes"));

	private static final Set<CrashPoint> PAUSES = EnumSet.of(CrashPoint.BEFORE_DECISION_IS_STORED, CrashPoint.CLAIMED,
			CrashPoint.METHOD_COMMITTED, CrashPoint.BEFORE_HANDLERS_COMMIT);

	/**
	 * One for each row of the table of what is durable after a crash.
	 */
	private static final Set<CrashPoint> JPA_POINTS = EnumSet.of(CrashPoint.BEFORE_RECORDING_COMMITS,
			CrashPoint.RECORDED, CrashPoint.SUBMISSION_HANDLED, CrashPoint.WHILE_POLLING,
			CrashPoint.BEFORE_DECISION_IS_STORED, CrashPoint.DECISION_STORED, CrashPoint.BEFORE_CLAIM_COMMITS,
			CrashPoint.INSIDE_METHOD, CrashPoint.METHOD_COMMITTED, CrashPoint.OUTCOME_STORED);

	private static final Set<CrashPoint> RUN_POINTS = EnumSet.of(CrashPoint.BEFORE_CLAIM_COMMITS, CrashPoint.CLAIMED,
			CrashPoint.INSIDE_METHOD, CrashPoint.BEFORE_METHOD_COMMITS, CrashPoint.METHOD_COMMITTED,
			CrashPoint.BEFORE_OUTCOME_IS_STORED, CrashPoint.OUTCOME_STORED);

	private static final String WITHOUT_HIBERNATE = "--spring.autoconfigure.exclude="
			+ "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration";

	private static final String SHORT_HEARTBEAT = "--airlock.gateway.durable.heartbeat-interval=1s";

	private static final List<String> WITH_JDBC = List.of(WITHOUT_HIBERNATE, SHORT_HEARTBEAT);

	private static final List<String> WITH_JPA = List.of("--spring.datasource.hikari.auto-commit=false",
			"--spring.jpa.properties.hibernate.connection.provider_disables_autocommit=true",
			"--spring.jpa.hibernate.naming.physical-strategy=org.hibernate.boot.model.naming.PhysicalNamingStrategyStandardImpl",
			SHORT_HEARTBEAT);

	private static final String APPLICATION = "crash-" + UUID.randomUUID();

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	/**
	 * MariaDB's view of its locks is not refreshed while it is read every 100
	 * milliseconds or more often.
	 */
	private static final Duration POLL_INTERVAL = Duration.ofMillis(120);

	private final AirlockSimulator simulator = AirlockSimulator.start();

	private final List<Process> processes = new ArrayList<>();

	/**
	 * Static, so that the logs of processes that serve several cases are kept.
	 */
	@TempDir
	static File output;

	private String url;

	private JdbcTemplate jdbc;

	private JdbcTemplate lock;

	private List<String> options = List.of();

	private int logs;

	private int calls;

	private boolean succeeded;

	@BeforeAll
	void createDatabase() {
		List.of("ann", "bob", "cleo").forEach(this.simulator::addApprover);
		this.url = newDatabase();
		this.jdbc = new JdbcTemplate(new DriverManagerDataSource(this.url));
		this.lock = new JdbcTemplate(new SingleConnectionDataSource(this.url, true));
		this.jdbc.execute("CREATE TABLE CRASH (POINT TEXT, PAUSE BOOLEAN)");
		this.jdbc.execute("CREATE TABLE INSTANCE (PID BIGINT)");
		this.jdbc.execute("CREATE TABLE ORDERED (NAME TEXT)");
		this.jdbc.execute("CREATE TABLE STARTED (ID TEXT, PID BIGINT)");
		this.jdbc.execute("CREATE TABLE PAID (ID TEXT)");
		this.jdbc.execute("CREATE TABLE HANDLED (ID TEXT, TEXT TEXT)");
	}

	@AfterAll
	void stop() throws Exception {
		killAll();
		this.simulator.close();
		((SingleConnectionDataSource) this.lock.getDataSource()).destroy();
		Tables.drop(this.url);
	}

	String newDatabase() {
		return Tables.createPostgres() + "&ApplicationName=" + APPLICATION;
	}

	/**
	 * Return whether a process waits for a row that another one has locked.
	 */
	boolean isWaitingForRow(JdbcTemplate jdbc) {
		return jdbc.queryForObject(
				"SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = ? "
						+ "AND query LIKE '%AIRLOCK_DURABLE %'",
				Integer.class, APPLICATION) > 0;
	}

	void lock(JdbcTemplate jdbc) {
		jdbc.execute("SELECT pg_advisory_lock(" + CrashTestApplication.LOCK + ")");
	}

	void unlock(JdbcTemplate jdbc) {
		jdbc.execute("SELECT pg_advisory_unlock_all()");
	}

	@AfterEach
	void startAnewAfterFailure() throws Exception {
		release();
		this.simulator.tamperDecisions((envelope) -> envelope);
		this.simulator.decideAutomatically(null);
		if (!this.succeeded) {
			killAll();
			this.simulator.reset();
			this.jdbc.update("DELETE FROM CRASH");
			this.jdbc.update("DELETE FROM AIRLOCK_DURABLE_ASK");
			this.jdbc.update("DELETE FROM AIRLOCK_DURABLE_RUN");
			this.jdbc.update("DELETE FROM AIRLOCK_DURABLE_CLAIM");
		}
		this.succeeded = false;
	}

	static Stream<Case> cases() {
		List<Case> cases = new ArrayList<>();
		for (CrashPoint point : CrashPoint.values()) {
			for (Answer answer : point.answers()) {
				cases.add(new Case(point, answer, false));
				cases.add(new Case(point, answer, true));
			}
		}
		// One process first, then two, since each case leaves as many as it found
		Stream<Case> selected = cases.stream()
			.filter((each) -> ALL || each.isSelected())
			.sorted(Comparator.comparing(Case::otherAlive));
		return Stream.concat(selected,
				JPA_POINTS.stream().map((point) -> new Case(point, point.answers().get(0), false, true)));
	}

	@ParameterizedTest
	@MethodSource("cases")
	void callIsNotLostWhenProcessIsKilled(Case each) throws Exception {
		useInstances(each.otherAlive() ? 2 : 1, each.withJpa() ? WITH_JPA : WITH_JDBC);
		Crash crash = new Crash(each);
		crash.perform();
		if (each.point() == CrashPoint.BEFORE_RECORDING_COMMITS) {
			assertThat(count("ORDERED WHERE NAME = ?", crash.name)).isZero();
			crash = new Crash(new Case(null, Answer.APPROVE, each.otherAlive(), each.withJpa()));
			startInstances(1);
			crash.record();
			crash.decide();
		}
		startInstances(1);
		if (each.otherAlive()) {
			// For the next case
			this.processes.add(start());
		}
		verifyEnd(crash);
	}

	/**
	 * A restartable method: its outcome is unknown only if it was committed and not
	 * stored.
	 */
	@ParameterizedTest
	@MethodSource("restarts")
	void killedInRestartableMethod(Case each) throws Exception {
		useInstances(each.otherAlive() ? 2 : 1, each.withJpa() ? WITH_JPA : WITH_JDBC);
		Crash crash = new Crash(each);
		crash.perform();
		startInstances(1);
		verifyEnd(crash);
	}

	static Stream<Case> restarts() {
		return Stream.of(false, true)
			.flatMap((withJpa) -> RUN_POINTS.stream()
				.map((point) -> new Case(point, Answer.APPROVE, withJpa == (point.ordinal() % 2 == 0), withJpa, true)))
			.sorted(Comparator.comparing(Case::withJpa).thenComparing(Case::otherAlive));
	}

	/**
	 * A process that is paused inside a restartable method while another one runs it
	 * again: it cannot commit any more.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void pausedInsideRestartableMethodAndContinued(boolean withJpa) throws Exception {
		useInstances(2, withJpa ? WITH_JPA : WITH_JDBC);
		Crash crash = new Crash(new Case(null, Answer.APPROVE, true, withJpa, true));
		Process runner = crash.runWaiting();
		signal("STOP", runner);
		await().until(() -> count("STARTED WHERE ID = ?", crash.id) == 2);
		crash.awaitEnd();
		release();
		signal("CONT", runner);
		await().until(() -> logged().contains("The outcome FAILED of approval " + crash.id + " is not stored"));
		assertThat(crash.state()).isEqualTo(DurableState.DONE);
		assertThat(crash.handled()).containsExactly("DONE APPROVE");
		assertThat(count("STARTED WHERE ID = ?", crash.id)).isEqualTo(2);
		assertThat(count("PAID WHERE ID = ?", crash.id)).isOne();
		assertThat(count("AIRLOCK_DURABLE_COMMIT WHERE ID = ?", crash.id)).isOne();
		assertThat(count("AIRLOCK_DURABLE_CLAIM WHERE ID = ?", crash.id)).isZero();
		this.succeeded = true;
	}

	/**
	 * A process that is paused for so long that another takes over, and goes on then:
	 * what it does is without effect, except that it may report the outcome of a method.
	 */
	@ParameterizedTest
	@MethodSource("pauses")
	void callIsNotLostWhenProcessIsPaused(CrashPoint point) throws Exception {
		useInstances(2);
		Crash crash = new Crash(new Case(null, Answer.APPROVE, true));
		this.jdbc.update("INSERT INTO CRASH (POINT, PAUSE) VALUES (?, TRUE)", point.name());
		crash.record();
		if (point.followsDecision()) {
			crash.decide();
		}
		Process paused = awaitPaused();
		if (!point.followsDecision()) {
			crash.decide();
		}
		await().until(() -> crash.isTakenOver(paused));
		signal("CONT", paused);
		verifyEnd(crash);
	}

	static Stream<CrashPoint> pauses() {
		return Stream.of(CrashPoint.values())
			.filter((point) -> point.halt() == Halt.BEFORE || point.halt() == Halt.AFTER)
			.filter((point) -> point.answers().contains(Answer.APPROVE))
			.filter((point) -> ALL || PAUSES.contains(point));
	}

	private Process awaitPaused() {
		await().until(() -> alive().stream().anyMatch(DurableCrashTests::isPaused));
		return alive().stream().filter(DurableCrashTests::isPaused).findFirst().orElseThrow();
	}

	private static boolean isPaused(Process process) {
		try {
			String status = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
			return status.substring(status.lastIndexOf(')')).startsWith(") T");
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * A process that is thought dead and still claims the call. It or the one that took
	 * over is killed inside the method: the other one remains responsible, although it
	 * cannot claim.
	 */
	@Test
	void pausedBeforeClaimAndKilledInsideMethod() throws Exception {
		killAll();
		useInstances(2);
		Crash crash = new Crash(new Case(CrashPoint.INSIDE_METHOD, Answer.APPROVE, true));
		this.jdbc.update("INSERT INTO CRASH (POINT, PAUSE) VALUES (?, TRUE)", CrashPoint.BEFORE_CLAIM_COMMITS.name());
		crash.record();
		crash.decide();
		Process paused = awaitPaused();
		await().until(() -> isWaitingForRow(this.jdbc));
		this.jdbc.update("INSERT INTO CRASH (POINT, PAUSE) VALUES (?, FALSE)", CrashPoint.INSIDE_METHOD.name());
		signal("CONT", paused);
		// The claim is too old for the method, so that the other one may be the next to
		// claim
		await().until(() -> alive().size() == 1);
		verifyEnd(crash);
	}

	@ParameterizedTest
	@EnumSource(names = { "CANCELLATION_STORED", "BEFORE_WITHDRAWAL_IS_STORED" })
	void killedWhileCancelling(CrashPoint point) throws Exception {
		useInstances(1);
		Crash crash = new Crash(new Case(null, Answer.APPROVE, false));
		crash.record();
		crash.awaitPoller();
		this.jdbc.update("INSERT INTO CRASH (POINT, PAUSE) VALUES (?, FALSE)", point.name());
		send(ready(), "cancel " + crash.id);
		await().until(() -> alive().isEmpty());
		assertThat(crash.state()).isEqualTo(DurableState.CANCELLING);
		startInstances(1);
		await().until(() -> crash.handled().size() == 1);
		crash.awaitNoSteps();
		assertThat(crash.state()).isEqualTo(DurableState.CANCELLED);
		assertThat(crash.handled()).containsExactly("CANCELLED null");
		assertThat(this.simulator.pending()).isEmpty();
		assertThat(count("STARTED WHERE ID = ?", crash.id)).isZero();
		this.succeeded = true;
	}

	/**
	 * A method that fails at its first start: it starts again only if that was stored.
	 */
	@ParameterizedTest
	@EnumSource(names = { "BEFORE_CLAIM_IS_TAKEN_BACK", "CLAIM_TAKEN_BACK" })
	void killedBetweenTwoStarts(CrashPoint point) throws Exception {
		useInstances(1);
		Crash crash = new Crash(new Case(point, Answer.APPROVE, false));
		this.jdbc.update("INSERT INTO CRASH (POINT, PAUSE) VALUES (?, FALSE)", point.name());
		crash.name = "failing-" + crash.name;
		crash.record();
		crash.decide();
		await().until(() -> alive().isEmpty());
		assertThat(crash.state()).isEqualTo(point.left());
		startInstances(1);
		verifyEnd(crash);
	}

	/**
	 * A killed process whose steps are deleted: each is scheduled again by the process
	 * that starts, but a call that was started is not started again.
	 */
	@ParameterizedTest
	@EnumSource(names = { "SUBMISSION_STORED", "DECISION_STORED", "INSIDE_METHOD", "OUTCOME_STORED" })
	void killedAndStepsDeleted(CrashPoint point) throws Exception {
		useInstances(1);
		Crash crash = new Crash(new Case(point, Answer.APPROVE, false));
		this.jdbc.update("INSERT INTO CRASH (POINT, PAUSE) VALUES (?, FALSE)", point.name());
		crash.record();
		if (point.followsDecision()) {
			crash.decide();
		}
		await().until(() -> alive().isEmpty());
		crash.findId();
		this.jdbc.update("DELETE FROM AIRLOCK_DURABLE_ASK");
		this.jdbc.update("DELETE FROM AIRLOCK_DURABLE_RUN");
		startInstances(1);
		if (!point.followsDecision()) {
			crash.decide();
		}
		verifyEnd(crash);
	}

	/**
	 * A process that is killed between the two votes of a group, before and after the
	 * second one is stored with what follows from it, and between a step of an escalation
	 * and its submission.
	 */
	@ParameterizedTest
	@EnumSource(names = { "WHILE_POLLING", "BEFORE_DECISION_IS_STORED", "DECISION_STORED", "ARTIFACT_STORED" })
	void killedWhileAGroupDecides(CrashPoint point) throws Exception {
		useInstances(1);
		Crash crash = new Crash(new Case(point, Answer.APPROVE, false));
		boolean escalated = point == CrashPoint.ARTIFACT_STORED;
		send(ready(), "record %s %s".formatted(crash.name, escalated ? "escalated" : "jointly"));
		crash.findId();
		PendingRequest first = awaitRequest("ann");
		PendingRequest second = awaitRequest("bob");
		if (escalated) {
			this.jdbc.update("INSERT INTO CRASH (POINT, PAUSE) VALUES (?, FALSE)", point.name());
		}
		this.simulator.approver("ann").approve(first);
		String votes = "AIRLOCK_DURABLE_BALLOT WHERE DECISION IS NOT NULL AND CALL_ID = ?";
		await().until(() -> count(votes, crash.id) == 1);
		if (point == CrashPoint.WHILE_POLLING) {
			kill(alive().get(0));
		}
		else if (!escalated) {
			this.jdbc.update("INSERT INTO CRASH (POINT, PAUSE) VALUES (?, FALSE)", point.name());
			this.simulator.approver("bob").approve(second);
		}
		await().until(() -> alive().isEmpty());
		assertThat(count(votes, crash.id)).isEqualTo((point == CrashPoint.DECISION_STORED) ? 2 : 1);
		// A vote that arrived meanwhile is counted by the next execution
		assertThat(crash.stateOfCall()).isIn(DurableState.SUBMITTED,
				(point == CrashPoint.DECISION_STORED) ? DurableState.DECIDED : DurableState.SUBMITTED);
		assertThat(count("AIRLOCK_DURABLE_BALLOT WHERE SUBMITTED_AT IS NULL AND CALL_ID = ?", crash.id))
			.isEqualTo(escalated ? 1 : 0);
		startInstances(1);
		if (escalated) {
			this.simulator.approver("cleo").approve(awaitRequest("cleo"));
		}
		else if (point == CrashPoint.WHILE_POLLING) {
			this.simulator.approver("bob").approve(second);
		}
		await().untilAsserted(() -> assertThat(crash.stateOfCall()).as(this::logged).isEqualTo(DurableState.DONE));
		await().until(() -> crash.handled().size() == 1);
		assertThat(crash.handled()).containsExactly("DONE APPROVE");
		assertThat(count(votes, crash.id)).isEqualTo(2);
		assertThat(count("AIRLOCK_NONCE WHERE REQUEST_ID IN (SELECT ID FROM AIRLOCK_DURABLE_BALLOT WHERE CALL_ID = ?)",
				crash.id))
			.isEqualTo(2);
		assertThat(count("STARTED WHERE ID = ?", crash.id)).isOne();
		assertThat(count("PAID WHERE ID = ?", crash.id)).isOne();
		assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)
			.stream()
			.map((call) -> call.json().path("body").path("ciphertext"))
			.distinct()).hasSize(escalated ? 3 : 2);
		// The next case begins anew, since the simulator knows more requests than one
	}

	private PendingRequest awaitRequest(String approver) {
		await().until(() -> !this.simulator.approver(approver).pending().isEmpty());
		return this.simulator.approver(approver).pending().get(0);
	}

	/**
	 * A gateway that delivers a decision once, to the process that is killed.
	 */
	@Test
	void decisionThatIsNotDeliveredAgain() throws Exception {
		useInstances(1);
		Crash crash = new Crash(new Case(CrashPoint.BEFORE_DECISION_IS_STORED, Answer.SILENCE, false));
		this.jdbc.update("INSERT INTO CRASH (POINT, PAUSE) VALUES (?, FALSE)", crash.point.name());
		crash.record();
		this.simulator.approve(this.simulator.awaitPending(PATIENCE).requestId());
		await().until(() -> alive().isEmpty());
		crash.findId();
		this.simulator.tamperDecisions((envelope) -> null);
		startInstances(1);
		await().untilAsserted(() -> assertThat(crash.state()).as(this::logged).isEqualTo(DurableState.TIMED_OUT));
		assertThat(crash.row().get("PROBLEM")).isEqualTo("DECISION_LOST");
		await().until(() -> crash.handled().size() == 1);
		crash.awaitNoSteps();
		assertThat(crash.handled()).containsExactly("TIMED_OUT null");
		assertThat(count("STARTED WHERE ID = ?", crash.id)).isZero();
		assertThat(count("AIRLOCK_NONCE WHERE REQUEST_ID = ?", crash.id)).isZero();
		long waits = crash.simulatorCalls(SimulatorCall.WAIT_FOR_DECISION)
			.stream()
			.filter((call) -> call.path().contains(crash.id))
			.count();
		assertThat(waits).isLessThan(50);
		this.succeeded = true;
	}

	@Test
	void stoppedWhilePolling() throws Exception {
		useInstances(2);
		Crash crash = new Crash(new Case(null, Answer.APPROVE, true));
		crash.record();
		Process poller = crash.awaitPoller();
		signal("TERM", poller);
		assertThat(poller.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(this.simulator.pending()).hasSize(1);
		crash.decide();
		verifyEnd(crash);
	}

	@Test
	void stoppedInsideMethod() throws Exception {
		useInstances(2);
		Crash crash = new Crash(new Case(null, Answer.APPROVE, true));
		Process runner = crash.runWaiting();
		signal("TERM", runner);
		release();
		assertThat(runner.waitFor(60, TimeUnit.SECONDS)).isTrue();
		verifyEnd(crash);
	}

	@Test
	void pausedInsideMethodAndContinued() throws Exception {
		killAll();
		useInstances(2);
		Crash crash = new Crash(new Case(null, Answer.APPROVE, true));
		Process runner = crash.runWaiting();
		signal("STOP", runner);
		await().until(() -> crash.state() == DurableState.UNKNOWN);
		assertThat(crash.handled()).isEmpty();
		release();
		signal("CONT", runner);
		verifyEnd(crash);
	}

	@Test
	void pausedInsideMethodAndResolvedMeanwhile() throws Exception {
		killAll();
		useInstances(2);
		Crash crash = new Crash(new Case(null, Answer.APPROVE, true));
		Process runner = crash.runWaiting();
		signal("STOP", runner);
		await().until(() -> crash.state() == DurableState.UNKNOWN);
		Process other = alive().stream().filter((process) -> process != runner).findFirst().orElseThrow();
		send(other, "resolve " + crash.id);
		await().until(() -> crash.handled().size() == 1);
		release();
		signal("CONT", runner);
		await().until(() -> logged().contains("The outcome FAILED of approval " + crash.id + " is not stored"));
		assertThat(crash.state()).isEqualTo(DurableState.RESOLVED);
		assertThat(crash.isCommitted()).isFalse();
		assertThat(count("STARTED WHERE ID = ?", crash.id)).isOne();
		assertThat(count("PAID WHERE ID = ?", crash.id)).isZero();
		assertThat(crash.handled()).containsExactly("RESOLVED APPROVE");
		this.succeeded = true;
	}

	/**
	 * A process that is paused for longer than heartbeats may be missed by default, with
	 * two methods inside.
	 */
	@Test
	void pausedInsideMethodsWithTheDefaultHeartbeat() throws Exception {
		useInstances(1, List.of(WITHOUT_HIBERNATE));
		Crash continued = new Crash(new Case(null, Answer.APPROVE, true));
		Process runner = continued.runWaiting();
		Crash resolved = new Crash(new Case(null, Answer.APPROVE, true));
		assertThat(resolved.runWaiting()).isSameAs(runner);
		startInstances(2);
		signal("STOP", runner);
		await().atMost(Duration.ofMinutes(2))
			.until(() -> continued.state() == DurableState.UNKNOWN && resolved.state() == DurableState.UNKNOWN);
		Process other = alive().stream().filter((process) -> process != runner).findFirst().orElseThrow();
		send(other, "resolve " + resolved.id);
		await().until(() -> resolved.handled().size() == 1);
		assertThat(continued.handled()).isEmpty();
		release();
		signal("CONT", runner);
		await().until(() -> logged().contains("The outcome FAILED of approval " + resolved.id + " is not stored"));
		await().until(() -> continued.handled().size() == 1);
		for (Crash each : List.of(continued, resolved)) {
			each.awaitNoSteps();
			assertThat(count("STARTED WHERE ID = ?", each.id)).isOne();
		}
		assertThat(continued.handled()).containsExactly("DONE APPROVE");
		assertThat(resolved.handled()).containsExactly("RESOLVED APPROVE");
		assertThat(count("PAID WHERE ID = ?", continued.id)).isOne();
		assertThat(count("PAID WHERE ID = ?", resolved.id)).isZero();
		assertThat(continued.isCommitted()).isTrue();
		assertThat(resolved.isCommitted()).isFalse();
		this.succeeded = true;
	}

	private void verifyEnd(Crash crash) throws Exception {
		crash.awaitEnd();
		crash.verify();
		this.succeeded = true;
	}

	/**
	 * Let waiting methods go on.
	 */
	private void release() {
		unlock(this.lock);
	}

	private static void signal(String signal, Process process) throws Exception {
		assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor()).isZero();
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(PATIENCE).pollInterval(POLL_INTERVAL);
	}

	private int count(String from, Object... parameters) {
		return this.jdbc.queryForObject("SELECT COUNT(*) FROM " + from, Integer.class, parameters);
	}

	private List<Process> alive() {
		return this.processes.stream().filter(Process::isAlive).toList();
	}

	/**
	 * Return a process that obeys commands.
	 */
	private Process ready() {
		return alive().stream()
			.filter((process) -> count("INSTANCE WHERE PID = ?", process.pid()) == 1)
			.findFirst()
			.orElseThrow();
	}

	private void startInstances(int atLeast) throws Exception {
		for (int i = alive().size(); i < atLeast; i++) {
			this.processes.add(start());
		}
		for (Process process : alive()) {
			try {
				await().until(() -> !process.isAlive() || count("INSTANCE WHERE PID = ?", process.pid()) == 1);
			}
			catch (ConditionTimeoutException ex) {
				signal("QUIT", process);
				await().until(() -> logged().contains("Full thread dump"));
				throw new AssertionError("The process does not start: " + logged(), ex);
			}
			assertThat(process.isAlive()).as(this::logged).isTrue();
		}
	}

	private void useInstances(int number) throws Exception {
		useInstances(number, WITH_JDBC);
	}

	/**
	 * Let a number of processes be alive, and none with other options.
	 */
	private void useInstances(int number, List<String> options) throws Exception {
		if (!options.equals(this.options)) {
			killAll();
			this.options = options;
		}
		startInstances(number);
		for (Process process : alive().subList(number, alive().size())) {
			kill(process);
		}
	}

	private static void kill(Process process) throws InterruptedException {
		process.destroyForcibly();
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
	}

	private void killAll() throws Exception {
		for (Process process : this.processes) {
			kill(process);
		}
	}

	/**
	 * The system may give the id of a process that has ended to one that starts, and does
	 * so after some 30,000 threads and processes.
	 */
	private void deleteEndedInstances() {
		Set<Long> alive = alive().stream().map(Process::pid).collect(Collectors.toSet());
		this.jdbc.queryForList("SELECT DISTINCT PID FROM INSTANCE", Long.class)
			.stream()
			.filter((pid) -> !alive.contains(pid))
			.forEach((pid) -> this.jdbc.update("DELETE FROM INSTANCE WHERE PID = ?", pid));
	}

	private static void send(Process process, String command) throws IOException {
		process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
		process.getOutputStream().flush();
	}

	private String logged() {
		StringBuilder text = new StringBuilder();
		for (int number = 0; number < this.logs; number++) {
			try {
				text.append(Files.readString(log(number).toPath()));
			}
			catch (IOException ex) {
				text.append(ex);
			}
		}
		return text.toString();
	}

	private File log(int number) {
		return new File(output, number + ".log");
	}

	private Process start() throws IOException {
		deleteEndedInstances();
		List<String> command = new ArrayList<>(List.of(
				System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
				CrashTestApplication.class.getName(), "--spring.datasource.url=" + this.url,
				"--" + StoredCalls.KEY_PROPERTY, "--spring.main.banner-mode=off",
				"--airlock.gateway.jdbc.initialize-schema=always", "--airlock.gateway.durable.polling-interval=200ms",
				"--airlock.gateway.durable.grace=30s", "--airlock.gateway.durable.attempts=2",
				"--airlock.gateway.durable.calls-per-minute=10000",
				"--airlock.gateway.approvers.board.pairings=ann,bob", "--airlock.gateway.approvers.board.quorum=2",
				"--airlock.gateway.approvers.shifts.pairings=ann,bob", "--airlock.gateway.approvers.shifts.quorum=2",
				"--airlock.gateway.approvers.shifts.escalation[0].after=10s",
				"--airlock.gateway.approvers.shifts.escalation[0].pairings=cleo",
				"--airlock.gateway.approval.poll-timeout=2s", "--airlock.gateway.rate-limit.requests=10000"));
		command.addAll(this.options);
		this.simulator.properties().forEach((name, value) -> command.add("--" + name + "=" + value));
		return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log(this.logs++)).start();
	}

	/**
	 * One case.
	 *
	 * @param point the point of the crash, or {@code null} if there is none
	 * @param answer the person's answer
	 * @param otherAlive whether another process is alive from the beginning
	 * @param withJpa whether the application uses JPA and a pool without auto commit
	 * @param restartable whether the method is restartable
	 */
	record Case(@Nullable CrashPoint point, Answer answer, boolean otherAlive, boolean withJpa, boolean restartable) {

		private static final Set<CrashPoint> SILENT = EnumSet.of(CrashPoint.BEFORE_ARTIFACT_IS_STORED,
				CrashPoint.SUBMISSION_HANDLED, CrashPoint.WHILE_POLLING);

		Case(@Nullable CrashPoint point, Answer answer, boolean otherAlive) {
			this(point, answer, otherAlive, false);
		}

		Case(@Nullable CrashPoint point, Answer answer, boolean otherAlive, boolean withJpa) {
			this(point, answer, otherAlive, withJpa, false);
		}

		/**
		 * Return whether the case belongs to the selection: each point with approval and
		 * one number of processes, with rejection and the other, and some with silence.
		 * Points of the same kind are neighbours, so that both numbers occur with each.
		 */
		boolean isSelected() {
			boolean other = this.point.ordinal() % 2 != 0;
			return switch (this.answer) {
				case APPROVE -> other == this.otherAlive || this.point == CrashPoint.BEFORE_CLAIM_COMMITS;
				case REJECT -> other != this.otherAlive && this.point.followsDecision();
				case SILENCE -> this.point == CrashPoint.BEFORE_RECORDING_COMMITS
						|| (SILENT.contains(this.point) && other != this.otherAlive);
			};
		}

		@Override
		public String toString() {
			return "%s, %s, %s%s".formatted(this.point, this.answer, this.otherAlive ? "another is alive" : "restarted",
					this.withJpa ? ", with JPA" : "");
		}

	}

	/**
	 * One call and its crash.
	 */
	private final class Crash {

		private final Case given;

		private final @Nullable CrashPoint point;

		private final int withdrawn = simulatorCalls(SimulatorCall.WITHDRAW).size();

		private final List<String> known = DurableCrashTests.this.jdbc.queryForList("SELECT ID FROM AIRLOCK_DURABLE",
				String.class);

		private String name = "call" + DurableCrashTests.this.calls++;

		private @Nullable String id;

		Crash(Case given) {
			this.given = given;
			this.point = given.point();
		}

		void perform() throws Exception {
			List<Process> before = alive();
			AtomicReference<Throwable> failure = new AtomicReference<>();
			if (this.point.halt() != Halt.FROM_OUTSIDE) {
				DurableCrashTests.this.jdbc.update("INSERT INTO CRASH (POINT, PAUSE) VALUES (?, FALSE)",
						this.point.name());
			}
			AtomicReference<Process> submitter = new AtomicReference<>();
			if (this.point == CrashPoint.SUBMISSION_HANDLED) {
				DurableCrashTests.this.simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT,
						SimulatedFault.dropAfterHandling().withDelay(Duration.ofSeconds(1)));
				DurableCrashTests.this.simulator.decideAutomatically((request) -> {
					submitter.get().destroyForcibly();
					return null;
				});
			}
			if (this.point == CrashPoint.DECISION_DELIVERED) {
				AtomicReference<String> killed = new AtomicReference<>();
				DurableCrashTests.this.simulator.tamperDecisions((envelope) -> {
					String requestId = envelope.path("requestId").asString();
					if (killed.compareAndSet(null, requestId)) {
						killPicker(requestId, failure);
					}
					return envelope;
				});
			}
			record();
			if (this.point == CrashPoint.SUBMISSION_HANDLED) {
				findId();
				await().until(() -> !submissions().isEmpty());
				submitter.set(findPicker(this.id));
			}
			if (this.point == CrashPoint.WHILE_POLLING) {
				awaitPoller().destroyForcibly();
			}
			if (this.point.followsDecision()) {
				decide();
			}
			await().until(() -> before.stream().anyMatch((process) -> !process.isAlive()));
			assertThat(failure.get()).isNull();
			assertThat(count("CRASH")).isZero();
			DurableCrashTests.this.simulator.decideAutomatically(null);
			if (this.point != CrashPoint.BEFORE_RECORDING_COMMITS) {
				findId();
			}
			if (!this.given.otherAlive()) {
				verifyLeft();
			}
			if (!this.point.followsDecision() && this.point != CrashPoint.BEFORE_RECORDING_COMMITS) {
				startInstances(1);
				decide();
			}
		}

		private void verifyLeft() {
			if (this.point == CrashPoint.BEFORE_RECORDING_COMMITS) {
				assertThat(count("AIRLOCK_DURABLE_CLAIM")).isZero();
				assertThat(count("AIRLOCK_DURABLE")).isEqualTo(this.known.size());
				return;
			}
			DurableState left = this.point.left();
			if (this.given.answer() == Answer.REJECT && (left == DurableState.DECIDED || left == DurableState.DONE)) {
				left = DurableState.DENIED;
			}
			if (this.given.answer() == Answer.SILENCE && left == DurableState.DONE) {
				left = DurableState.TIMED_OUT;
			}
			assertThat(state()).isEqualTo(left);
			boolean decided = this.point.compareTo(CrashPoint.DECISION_STORED) >= 0
					&& this.given.answer() != Answer.SILENCE;
			assertThat(count("AIRLOCK_NONCE WHERE REQUEST_ID = ?", this.id)).isEqualTo(decided ? 1 : 0);
			assertThat(row().get("DECISION") != null).isEqualTo(decided);
			if (this.point.compareTo(CrashPoint.DECISION_STORED) <= 0) {
				assertThat(acknowledgements()).isZero();
			}
			if (this.point.compareTo(CrashPoint.ARTIFACT_STORED) <= 0) {
				assertThat(submissions()).isEmpty();
			}
			boolean sealed = this.point.compareTo(CrashPoint.ARTIFACT_STORED) >= 0 && !left.isEnded();
			assertThat(row().get("ARTIFACT") != null).isEqualTo(sealed);
			if (!left.isEnded()) {
				assertThat(row().get("ARGUMENTS")).isNotNull();
				assertThat(row().toString()).doesNotContain(this.name);
			}
		}

		void record() throws Exception {
			String kind = this.given.restartable() ? "restartably"
					: (this.given.answer() == Answer.SILENCE) ? "briefly" : "normally";
			send(ready(), "record %s %s".formatted(this.name, kind));
		}

		void findId() {
			await().until(() -> {
				this.id = DurableCrashTests.this.jdbc.queryForList("SELECT ID FROM AIRLOCK_DURABLE", String.class)
					.stream()
					.filter((each) -> !this.known.contains(each))
					.findFirst()
					.orElse(null);
				return this.id != null;
			});
		}

		/**
		 * Give the person's answer.
		 */
		void decide() {
			findId();
			if (this.given.answer() == Answer.SILENCE) {
				return;
			}
			PendingRequest request = DurableCrashTests.this.simulator.awaitPending(PATIENCE);
			assertThat(request.requestId()).isEqualTo(this.id);
			DurableCrashTests.this.simulator.decide(this.id,
					(this.given.answer() == Answer.APPROVE) ? SimulatedDecision.approve() : SimulatedDecision.reject());
		}

		/**
		 * Wait until a process polls for the decision.
		 */
		Process awaitPoller() {
			findId();
			await().until(() -> simulatorCalls(SimulatorCall.WAIT_FOR_DECISION).stream()
				.anyMatch((call) -> call.path().contains(this.id)));
			AtomicReference<Process> poller = new AtomicReference<>();
			await().until(() -> {
				poller.set(findPicker(this.id));
				return poller.get() != null;
			});
			return poller.get();
		}

		private @Nullable Process findPicker(String requestId) {
			List<String> pickers = DurableCrashTests.this.jdbc.queryForList(
					"SELECT PICKED_BY FROM AIRLOCK_DURABLE_ASK WHERE TASK_INSTANCE = ? AND PICKED", String.class,
					requestId);
			return alive().stream()
				.filter((process) -> pickers.stream().anyMatch((picker) -> picker.endsWith("-" + process.pid())))
				.findFirst()
				.orElse(null);
		}

		/**
		 * Kill the process that asks, in a thread of the simulator.
		 */
		private void killPicker(String requestId, AtomicReference<Throwable> failure) {
			try {
				kill(findPicker(requestId));
			}
			catch (InterruptedException | RuntimeException | AssertionError ex) {
				failure.set(ex);
			}
		}

		/**
		 * Record a call whose method waits, and approve it.
		 * @return the process that runs the method
		 */
		Process runWaiting() throws Exception {
			lock(DurableCrashTests.this.lock);
			this.name = "waiting-" + this.name;
			record();
			decide();
			await().until(() -> count("STARTED WHERE ID = ?", this.id) == 1);
			Long pid = DurableCrashTests.this.jdbc.queryForObject("SELECT PID FROM STARTED WHERE ID = ?", Long.class,
					this.id);
			return alive().stream().filter((process) -> process.pid() == pid).findFirst().orElseThrow();
		}

		void awaitEnd() throws Exception {
			DurableState expected = expected();
			await().untilAsserted(() -> assertThat(state()).as(DurableCrashTests.this::logged).isEqualTo(expected));
			if (expected == DurableState.UNKNOWN) {
				awaitNoSteps();
				assertThat(handled()).isEmpty();
				assertThat(isCommitted()).isEqualTo(this.point.isCommitted());
				send(ready(), "resolve " + this.id);
			}
			await().untilAsserted(() -> assertThat(handled()).as(DurableCrashTests.this::logged).hasSize(1));
			awaitNoSteps();
		}

		/**
		 * Return whether another process has taken over the step of a paused one, or
		 * waits for a row that the paused one has locked.
		 */
		boolean isTakenOver(Process paused) {
			findId();
			List<String> pickers = new ArrayList<>();
			for (String table : List.of("AIRLOCK_DURABLE_ASK", "AIRLOCK_DURABLE_RUN")) {
				pickers.addAll(DurableCrashTests.this.jdbc.queryForList(
						"SELECT PICKED_BY FROM %s WHERE TASK_INSTANCE = ? AND PICKED".formatted(table), String.class,
						this.id));
			}
			return pickers.stream().noneMatch((picker) -> picker.endsWith("-" + paused.pid()))
					|| isWaitingForRow(DurableCrashTests.this.jdbc);
		}

		private void awaitNoSteps() {
			await().untilAsserted(() -> {
				assertThat(count("AIRLOCK_DURABLE_ASK WHERE TASK_INSTANCE = ?", this.id)).isZero();
				assertThat(count("AIRLOCK_DURABLE_RUN WHERE TASK_INSTANCE = ?", this.id)).isZero();
			});
		}

		private DurableState expected() {
			return switch (this.given.answer()) {
				case APPROVE -> isUnknown() ? DurableState.UNKNOWN : DurableState.DONE;
				case REJECT -> DurableState.DENIED;
				case SILENCE -> DurableState.TIMED_OUT;
			};
		}

		private boolean isUnknown() {
			return this.point != null && this.point.isUnknown()
					&& !(this.given.restartable() && !this.point.isCommitted());
		}

		/**
		 * Return the number of times that the method was entered.
		 */
		private int starts() {
			if (this.given.answer() != Answer.APPROVE) {
				return 0;
			}
			if (this.point == CrashPoint.CLAIMED) {
				return this.given.restartable() ? 1 : 0;
			}
			boolean again = this.given.restartable()
					&& (this.point == CrashPoint.INSIDE_METHOD || this.point == CrashPoint.BEFORE_METHOD_COMMITS);
			return (again || this.point == CrashPoint.CLAIM_TAKEN_BACK) ? 2 : 1;
		}

		void verify() {
			DurableState expected = expected();
			boolean unknown = expected == DurableState.UNKNOWN;
			assertThat(state()).isEqualTo(unknown ? DurableState.RESOLVED : expected);
			String verdict = (this.given.answer() != Answer.SILENCE) ? this.given.answer().name() : "null";
			assertThat(handled()).containsExactly(state() + " " + verdict);
			assertThat(count("STARTED WHERE ID = ?", this.id)).isEqualTo(starts());
			boolean paid = expected == DurableState.DONE || (unknown && this.point.isCommitted());
			assertThat(count("PAID WHERE ID = ?", this.id)).isEqualTo(paid ? 1 : 0);
			assertThat(isCommitted()).isEqualTo(paid);
			assertThat(count("ORDERED WHERE NAME = ?", this.name)).isOne();
			assertThat(count("AIRLOCK_DURABLE_CLAIM")).isZero();
			assertThat(count("AIRLOCK_DURABLE")).isEqualTo(this.known.size() + 1);
			assertThat(count("AIRLOCK_NONCE WHERE REQUEST_ID = ?", this.id))
				.isEqualTo((this.given.answer() != Answer.SILENCE) ? 1 : 0);
			assertThat(submissions()).hasSizeGreaterThanOrEqualTo(asked() ? 1 : 0);
			assertThat(submissions().stream().map((call) -> call.json().path("body").path("ciphertext")).distinct())
				.hasSizeLessThanOrEqualTo(1);
			assertThat(DurableCrashTests.this.simulator.asked()
				.stream()
				.map(PendingRequest::requestId)
				.filter((each) -> !this.known.contains(each))).isSubsetOf(this.id);
			assertThat(simulatorCalls(SimulatorCall.WITHDRAW)).hasSize(this.withdrawn);
			assertThat(DurableCrashTests.this.simulator.history())
				.filteredOn((handled) -> handled.request().requestId().equals(this.id))
				.extracting(HandledRequest::outcome)
				.doesNotContain(HandledRequest.Outcome.WITHDRAWN);
		}

		/**
		 * Return whether the person was asked for certain: a call without an answer may
		 * expire before.
		 */
		private boolean asked() {
			return this.given.answer() != Answer.SILENCE;
		}

		private List<RecordedCall> submissions() {
			return simulatorCalls(SimulatorCall.SUBMIT_ARTIFACT).stream()
				.filter((call) -> call.json().path("requestId").asString().equals(this.id))
				.toList();
		}

		private long acknowledgements() {
			return simulatorCalls(SimulatorCall.ACKNOWLEDGE).stream()
				.filter((call) -> call.body().contains(this.id))
				.count();
		}

		private List<RecordedCall> simulatorCalls(SimulatorCall call) {
			return DurableCrashTests.this.simulator.requests(call);
		}

		Map<String, Object> row() {
			return DurableCrashTests.this.jdbc.queryForMap("SELECT D.*, B.ARTIFACT, B.DECISION FROM AIRLOCK_DURABLE D "
					+ "LEFT JOIN AIRLOCK_DURABLE_BALLOT B ON B.CALL_ID = D.ID WHERE D.ID = ?", this.id);
		}

		boolean isCommitted() {
			return count("AIRLOCK_DURABLE_COMMIT WHERE ID = ?", this.id) > 0;
		}

		DurableState stateOfCall() {
			return DurableState.valueOf(DurableCrashTests.this.jdbc
				.queryForObject("SELECT STATE FROM AIRLOCK_DURABLE WHERE ID = ?", String.class, this.id));
		}

		DurableState state() {
			return DurableState.valueOf(row().get("STATE").toString());
		}

		List<String> handled() {
			return DurableCrashTests.this.jdbc.queryForList("SELECT TEXT FROM HANDLED WHERE ID = ?", String.class,
					this.id);
		}

	}

}

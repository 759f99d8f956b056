/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.durable.exchange.SealedArtifact;
import io.airlockapp.gateway.durable.exchange.StoredBallot;
import io.airlockapp.gateway.durable.exchange.StoredDecision;
import io.airlockapp.gateway.durable.jdbc.StoredCalls;
import io.airlockapp.gateway.harp.CanonicalJson;
import io.airlockapp.gateway.harp.Ciphertext;
import io.airlockapp.gateway.harp.DecisionEvidence;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for attacks on durable approvals by someone who can write to the database, and
 * for targets that are found in unusual ways.
 */
@Tag("slow")
class DurableAttackTests extends DurableApplicationTests {

	DurableAttackTests() {
		super(Application.class);
	}

	@BeforeEach
	void clear() {
		Starts.all.clear();
	}

	@Test
	void methodsThatAreFoundInUnusualWaysRun() {
		start();
		Accounts second = accounts("second");
		Customers customers = bean(Customers.class);
		assertRuns(() -> bean(BankPayments.class).pay("ann"), "BankPayments ann");
		assertRuns(() -> bean(TextHandler.class).handle("mail"), "TextHandler mail");
		assertRuns(() -> second.close(7L), "second long 7");
		assertRuns(() -> second.close("7"), "second text 7");
		assertRuns(() -> accounts("first").close("8"), "first text 8");
		assertRuns(() -> customers.apply(new Suspending.Change("ann")), "suspended ann");
		assertRuns(() -> customers.apply(new Deleting.Change("eve")), "deleted eve");
		// Their listener has committed a transaction of its own
		await(() -> jdbc().queryForList("SELECT ID FROM ENDED").size() == 7);
	}

	private void assertRuns(Runnable call, String start) {
		assertThat(approve(call)).isEqualTo(DurableState.DONE);
		assertThat(Starts.all).containsExactly(start);
		Starts.all.clear();
	}

	@Test
	void methodOfInterfaceRunsThroughProxyOfJdk() {
		start("spring.aop.proxy-target-class=false");
		assertRuns(() -> bean(Mails.class).send("hello"), "mail hello in transaction");
	}

	@Test
	void callRunsWithAPoolWithoutAutoCommit() {
		start(WITH_JPA, "spring.datasource.hikari.auto-commit=false");
		assertRuns(() -> bean(TextHandler.class).handle("mail"), "TextHandler mail");
		await(() -> jdbc().queryForObject("SELECT COUNT(*) FROM AIRLOCK_DURABLE_RUN", Integer.class) == 0);
		assertThat(Starts.all).isEmpty();
	}

	@Test
	void lazyBeanIsFoundByTheNameOfABeanWithHash() {
		start();
		DurableApproval recorded = record(() -> accounts("accounts#lazy").close("9"));
		this.simulator.awaitPending();
		restart();
		this.simulator.approve(recorded.id());
		awaitState(recorded.id(), DurableState.DONE);
		assertThat(Starts.all).containsExactly("lazy text 9");
	}

	@Test
	void copyOfAnApprovedCallDoesNotRunAgain() {
		start();
		DurableApproval recorded = record(() -> accounts("first").close("1"));
		this.simulator.awaitPending();
		jdbc().execute("CREATE TABLE STOLEN AS SELECT * FROM AIRLOCK_DURABLE");
		jdbc().execute("CREATE TABLE STOLEN_BALLOT AS SELECT * FROM AIRLOCK_DURABLE_BALLOT");
		this.simulator.approve(recorded.id());
		awaitState(recorded.id(), DurableState.DONE);
		jdbc().update("UPDATE STOLEN_BALLOT SET DECISION = (SELECT DECISION FROM AIRLOCK_DURABLE_BALLOT)");
		jdbc().update("UPDATE STOLEN SET STATE = 'DECIDED', ID = 'req-copy'");
		jdbc().update("UPDATE STOLEN_BALLOT SET ID = 'req-copy', CALL_ID = 'req-copy'");
		jdbc().update("INSERT INTO AIRLOCK_DURABLE SELECT * FROM STOLEN");
		jdbc().update("INSERT INTO AIRLOCK_DURABLE_BALLOT SELECT * FROM STOLEN_BALLOT");
		scheduleRun("req-copy");
		await(() -> state("req-copy").isEnded());
		assertThat(find("req-copy").problem()).isEqualTo("NOT_VERIFIED");
		assertThat(Starts.all).containsExactly("first text 1");
	}

	@Test
	void decisionsOfTwoCallsCannotBeExchanged() {
		start(WITHOUT_WORKER);
		DurableApproval one = record(() -> accounts("first").close("1"));
		DurableApproval other = record(() -> accounts("first").close("2"));
		jdbc().execute("CREATE TABLE STOLEN AS SELECT * FROM AIRLOCK_DURABLE");
		for (String column : List.of("PLAINTEXT", "ARGUMENTS")) {
			jdbc().update("""
					UPDATE AIRLOCK_DURABLE D SET %1$s = (SELECT %1$s FROM STOLEN S WHERE S.ID <> D.ID)"""
				.formatted(column));
		}
		restart();
		awaitState(one.id(), DurableState.REFUSED);
		awaitState(other.id(), DurableState.REFUSED);
		assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).isEmpty();
		assertThat(Starts.all).isEmpty();
	}

	@Test
	void callThatShowsSomethingElseDoesNotRun() {
		start();
		assertDoesNotRun((plaintext) -> plaintext.put("commandText", "Accounts[first].close(2)"));
		assertDoesNotRun((plaintext) -> plaintext.put("description", "Close the account 2"));
		assertDoesNotRun((plaintext) -> plaintext.put("actionType", "other"));
		assertDoesNotRun((plaintext) -> ((ObjectNode) plaintext.at("/extensions/org.harp.requestedActions/actions/0"))
			.put("caption", "Reject"));
		// Otherwise, these could be refused for another reason
		awaitState(approveChanged((plaintext) -> plaintext.put("createdAt", "2026-01-01T00:00:00Z")).id(),
				DurableState.DONE);
	}

	private void assertDoesNotRun(Consumer<ObjectNode> change) {
		assertPostponed(approveChanged(change));
	}

	/**
	 * An instance of another release may be the one that shows the call in this way.
	 */
	private void assertPostponed(DurableApproval call) {
		await(() -> isPostponed() || state(call.id()).isEnded());
		assertThat(state(call.id())).isEqualTo(DurableState.DECIDED);
		assertThat(Starts.all).isEmpty();
		jdbc().update("DELETE FROM AIRLOCK_DURABLE_RUN WHERE TASK_INSTANCE = ?", call.id());
	}

	private DurableApproval approveChanged(Consumer<ObjectNode> change) {
		DurableApproval recorded = recordChanged((call) -> withPlaintext(call, change));
		this.simulator.awaitPending();
		this.simulator.approve(recorded.id());
		return recorded;
	}

	/**
	 * Record a call that is changed before its first step.
	 */
	private DurableApproval recordChanged(UnaryOperator<DurableCall> change) {
		return recordAnd((recorded) -> StoredCalls.change(jdbc(), recorded.id(), change));
	}

	private DurableApproval recordAnd(Consumer<DurableApproval> action) {
		return Objects.requireNonNull(bean(TransactionTemplate.class).execute((status) -> {
			DurableApproval recorded = record(() -> accounts("first").close("1"));
			action.accept(recorded);
			return recorded;
		}));
	}

	@Test
	void argumentOfAnotherClassOfTheSameNameDoesNotRun() {
		start();
		DurableApproval recorded = record(() -> bean(Customers.class).apply(new Suspending.Change("ann")));
		this.simulator.awaitPending();
		StoredCalls.change(jdbc(), recorded.id(),
				(call) -> with(call, call.target(), call.plaintext(), call.arguments().replace("suspend", "delete")));
		this.simulator.approve(recorded.id());
		assertNotVerified(recorded);
	}

	@Test
	void nothingIsReadFromArgumentsThatWereNotApproved() {
		start();
		DurableApproval recorded = record(() -> bean(Customers.class).configure(new PlainConfiguration("a")));
		this.simulator.awaitPending();
		StoredCalls.change(jdbc(), recorded.id(), (call) -> with(call, call.target(), call.plaintext(),
				call.arguments().replace(PlainConfiguration.class.getName(), ActingConfiguration.class.getName())));
		this.simulator.approve(recorded.id());
		assertNotVerified(recorded);
	}

	@Test
	void noBeanIsCreatedForACallThatWasNotApproved() {
		start(WITHOUT_WORKER);
		DurableApproval forged = record(() -> accounts("first").close("2"));
		StoredCalls.change(jdbc(), forged.id(), (call) -> {
			DurableCall changed = withPlaintext(call,
					(plaintext) -> plaintext.put("target", call.target().replace("first#", "accounts#lazy#")));
			String hash = StoredBallot.ofFirst(call.id(), call.id(), "default", changed.plaintext()).hash();
			DecisionEvidence evidence = new DecisionEvidence(call.id(), hash, "approve", SignatureForm.TEXT,
					hash + "|approve|n", "c2ln", "key-1", this.simulator.signerKey().encode());
			return new DurableCall(changed.approval(), call.target().replace("first#", "accounts#lazy#"),
					changed.approvers(), changed.artifactType(), changed.plaintext(), changed.arguments(),
					changed.trace(), 0, changed.keys(),
					List.of(new StoredBallot(call.id(), call.id(), "default", 0, null,
							new SealedArtifact(new Ciphertext("AES-256-GCM", "ZA", "bg", "dA"), "pairing-1",
									List.of(this.simulator.signerKey())),
							new StoredDecision(
									new ApprovalDecision(call.id(), Verdict.APPROVE, null, "key-1", "f", evidence),
									null),
							null, null, null)));
		});
		setDecided(forged.id());
		restart();
		awaitState(forged.id(), DurableState.REFUSED);
		assertThat(this.context.getBeanFactory().containsSingleton("accounts#lazy")).isFalse();
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void callThatWasChangedBeforeItWasSubmittedIsRefused(CapturedOutput output) {
		start();
		DurableApproval recorded = recordAnd((call) -> {
			DurableCall stored = StoredCalls.find(jdbc(), call.id());
			DurableCall changed = withPlaintext(stored, (plaintext) -> plaintext.put("description", "Close 2"));
			jdbc().update("UPDATE AIRLOCK_DURABLE SET PLAINTEXT = ?, ARGUMENTS = ?", changed.plaintext(),
					stored.arguments());
		});
		assertNotVerified(recorded);
		assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).isEmpty();
		await(() -> output.getAll().contains("NOT_VERIFIED"));
		assertThat(output).contains("WARN", recorded.id());
	}

	@Test
	void callOfAnotherBeanOfTheSameClassDoesNotRun() {
		start();
		DurableApproval recorded = recordChanged((call) -> {
			String target = call.target().replace("first#", "second#");
			DurableCall changed = withPlaintext(call, (plaintext) -> plaintext.put("target", target));
			return with(changed, target, changed.plaintext(), changed.arguments());
		});
		assertThat(this.simulator.awaitPending().commandText())
			.isEqualTo("Accounts[first].close[java.lang.String](number=1)");
		this.simulator.approve(recorded.id());
		assertPostponed(recorded);
	}

	@Test
	void argumentsThatCannotBeReadForAMomentAreReadAgain() {
		start();
		DurableApproval recorded = record(() -> bean(Customers.class).rename(new Name("ann")));
		this.simulator.awaitPending();
		Name.failures.set(1);
		this.simulator.approve(recorded.id());
		await(() -> isPostponed() || state(recorded.id()).isEnded());
		assertThat(state(recorded.id())).isEqualTo(DurableState.DECIDED);
		jdbc().update("UPDATE AIRLOCK_DURABLE_RUN SET EXECUTION_TIME = ? WHERE TASK_NAME = 'airlock-run'",
				OffsetDateTime.now());
		awaitState(recorded.id(), DurableState.DONE);
		assertThat(Starts.all).containsExactly("renamed to ann");
	}

	private static DurableCall withPlaintext(DurableCall call, Consumer<ObjectNode> change) {
		ObjectNode plaintext = (ObjectNode) HarpJson.mapper().readTree(call.plaintext());
		change.accept(plaintext);
		return with(call, call.target(), CanonicalJson.toText(plaintext), call.arguments());
	}

	private static DurableCall with(DurableCall call, String target, String plaintext, String arguments) {
		return new DurableCall(call.approval(), target, call.approvers(), call.artifactType(), plaintext, arguments,
				call.trace(), call.starts(), call.keys(), call.ballots());
	}

	@Test
	void stateSetByHandDoesNotRunAnything() {
		start();
		DurableApproval recorded = recordAnd((call) -> setDecided(call.id()));
		awaitState(recorded.id(), DurableState.REFUSED);
		assertThat(Starts.all).isEmpty();
	}

	@Test
	void callOfAnotherApplicationOfTheSameApproverDoesNotRun() {
		start();
		DurableApproval recorded = record(() -> accounts("first").close("1"));
		this.simulator.awaitPending();
		restart("airlock.gateway.workspace.name=production");
		this.simulator.approve(recorded.id());
		awaitState(recorded.id(), DurableState.DECIDED);
		await(() -> isPostponed() || state(recorded.id()).isEnded());
		assertThat(Starts.all).isEmpty();
		assertThat(state(recorded.id())).isEqualTo(DurableState.DECIDED);
	}

	private boolean isPostponed() {
		Instant next = jdbc().queryForObject("SELECT MAX(EXECUTION_TIME) FROM AIRLOCK_DURABLE_RUN", Instant.class);
		return next != null && next.isAfter(Instant.now().plusSeconds(20));
	}

	@Test
	void textFormsContainNoSecrets() {
		start();
		DurableApproval recorded = record(() -> accounts("first").close("secret-4711"));
		this.simulator.awaitPending();
		DurableCall call = bean(DurableCallStore.class).findCall(recorded.id());
		assertThat(call.toString() + call.approval() + call.ballots() + call.ballot(call.id()).artifact())
			.doesNotContain("secret-4711");
		List<Map<String, Object>> rows = jdbc().queryForList("SELECT * FROM AIRLOCK_DURABLE");
		assertThat(rows.toString()).doesNotContain(this.simulator.routingToken());
	}

	private void setDecided(String id) {
		jdbc().update("UPDATE AIRLOCK_DURABLE SET STATE = 'DECIDED' WHERE ID = ?", id);
		jdbc().update("DELETE FROM AIRLOCK_DURABLE_ASK");
		scheduleRun(id);
	}

	private void scheduleRun(String id) {
		jdbc().update("""
				INSERT INTO AIRLOCK_DURABLE_RUN (TASK_NAME, TASK_INSTANCE, EXECUTION_TIME, PICKED, VERSION, PRIORITY)
				VALUES ('airlock-run', ?, CURRENT_TIMESTAMP, FALSE, 1, 20)""", id);
	}

	private void assertNotVerified(DurableApproval call) {
		assertThat(awaitState(call.id(), DurableState.REFUSED).problem()).isEqualTo("NOT_VERIFIED");
		assertThat(Starts.all).isEmpty();
	}

	private DurableState approve(Runnable call) {
		DurableApproval recorded = recordAndApprove(call);
		await(() -> state(recorded.id()).isEnded());
		return state(recorded.id());
	}

	private Accounts accounts(String name) {
		return this.context.getBean(name, Accounts.class);
	}

	/**
	 * The starts of methods in this JVM.
	 */
	static final class Starts {

		static final List<String> all = new CopyOnWriteArrayList<>();

		private Starts() {
		}

	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		BankPayments bankPayments() {
			return new BankPayments();
		}

		@Bean
		TextHandler textHandler() {
			return new TextHandler();
		}

		@Bean
		Accounts first() {
			return new Accounts("first");
		}

		@Bean
		Accounts second() {
			return new Accounts("second");
		}

		@Lazy
		@Bean("accounts#lazy")
		Accounts lazy() {
			return new Accounts("lazy");
		}

		@Bean
		Customers customers() {
			return new Customers();
		}

		@Bean
		Mails mails() {
			return new DefaultMails();
		}

		@Bean
		EndListener endListener(DataSource dataSource, PlatformTransactionManager manager) {
			JdbcTemplate jdbc = new JdbcTemplate(dataSource);
			jdbc.execute("CREATE TABLE IF NOT EXISTS ENDED(ID VARCHAR(100))");
			return new EndListener(jdbc, new TransactionTemplate(manager));
		}

	}

	static class EndListener {

		private final JdbcTemplate jdbc;

		private final TransactionTemplate transactions;

		EndListener(JdbcTemplate jdbc, TransactionTemplate transactions) {
			this.jdbc = jdbc;
			this.transactions = transactions;
		}

		@EventListener
		void ended(DurableApprovalEvent event) {
			if (event.approval().state() == DurableState.DONE) {
				this.transactions.executeWithoutResult(
						(status) -> this.jdbc.update("INSERT INTO ENDED VALUES (?)", event.approval().id()));
			}
		}

	}

	static class Payments {

		@RequiresAirlockApproval(durable = true)
		public void pay(String account) {
			Starts.all.add("Payments " + account);
		}

	}

	static class BankPayments extends Payments {

		@Override
		public void pay(String iban) {
			Starts.all.add("BankPayments " + iban);
		}

	}

	abstract static class Handler<T> {

		@RequiresAirlockApproval(durable = true)
		public abstract void handle(T event);

	}

	static class TextHandler extends Handler<String> {

		@Override
		public void handle(String text) {
			Starts.all.add("TextHandler " + text);
		}

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
	@JsonSubTypes({ @JsonSubTypes.Type(name = "suspend", value = Suspending.Change.class),
			@JsonSubTypes.Type(name = "delete", value = Deleting.Change.class) })
	interface Command {

		String effect();

	}

	static class Suspending {

		record Change(String customer) implements Command {

			@Override
			public String effect() {
				return "suspended " + this.customer;
			}

		}

	}

	static class Deleting {

		record Change(String customer) implements Command {

			@Override
			public String effect() {
				return "deleted " + this.customer;
			}

		}

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
	interface Configuration {

		String value();

	}

	record PlainConfiguration(String value) implements Configuration {
	}

	record ActingConfiguration(String value) implements Configuration {

		ActingConfiguration {
			Starts.all.add("created");
		}

	}

	record Name(String text) {

		static final AtomicInteger failures = new AtomicInteger();

		Name {
			if (failures.getAndUpdate((count) -> Math.max(0, count - 1)) > 0) {
				throw new IllegalStateException("The database does not respond");
			}
		}

	}

	static class Customers {

		@RequiresAirlockApproval(durable = true)
		public void configure(Configuration configuration) {
			Starts.all.add("configured");
		}

		@RequiresAirlockApproval(durable = true)
		public void rename(Name name) {
			Starts.all.add("renamed to " + name.text());
		}

		@RequiresAirlockApproval(durable = true)
		public void apply(Command change) {
			Starts.all.add(change.effect());
		}

	}

	@Durable
	static class Accounts {

		private final String name;

		Accounts(String name) {
			this.name = name;
		}

		public void close(long number) {
			Starts.all.add(this.name + " long " + number);
		}

		public void close(String number) {
			Starts.all.add(this.name + " text " + number);
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@RequiresAirlockApproval(durable = true)
	@interface Durable {

	}

	interface Mails {

		@RequiresAirlockApproval(durable = true)
		void send(String text);

	}

	static class DefaultMails implements Mails {

		@Transactional
		@Override
		public void send(String body) {
			boolean active = TransactionSynchronizationManager.isActualTransactionActive();
			Starts.all.add("mail %s %s transaction".formatted(body, active ? "in" : "without"));
		}

	}

}

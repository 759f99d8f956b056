/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

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
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
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
class DurableAttackTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final AirlockSimulator simulator = AirlockSimulator.start();

	private final String database = "jdbc:h2:mem:" + System.identityHashCode(this) + ";DB_CLOSE_DELAY=-1";

	private ConfigurableApplicationContext context = startInstance();

	private ConfigurableApplicationContext startInstance(String... properties) {
		Starts.all.clear();
		SpringApplicationBuilder application = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE);
		application
			.properties(Map.of("spring.datasource.url", this.database, "airlock.gateway.durable.polling-interval",
					"100ms", "airlock.gateway.approval.poll-timeout", "2s", "spring.main.banner-mode", "off",
					"airlock.gateway.jdbc.initialize-schema", "always", "spring.jpa.open-in-view", "false"));
		this.simulator.properties().forEach((name, value) -> application.properties(name + "=" + value));
		application.properties(StoredCalls.KEY_PROPERTY);
		application.properties(properties);
		return application.run();
	}

	@AfterEach
	void stop() {
		this.context.close();
		this.simulator.close();
	}

	@Test
	void overridingMethodMayNameItsParametersDifferently() {
		assertThat(approve(() -> this.context.getBean(BankPayments.class).pay("ann"))).isEqualTo(DurableState.DONE);
		assertThat(Starts.all).containsExactly("BankPayments ann");
	}

	@Test
	void implementationOfGenericMethodRuns() {
		assertThat(approve(() -> this.context.getBean(TextHandler.class).handle("mail"))).isEqualTo(DurableState.DONE);
		assertThat(Starts.all).containsExactly("TextHandler mail");
	}

	@Test
	void overloadsAndBeansOfTheSameClassAreDistinguished() {
		Accounts second = this.context.getBean("second", Accounts.class);
		assertThat(approve(() -> second.close(7L))).isEqualTo(DurableState.DONE);
		assertThat(approve(() -> second.close("7"))).isEqualTo(DurableState.DONE);
		assertThat(approve(() -> this.context.getBean("first", Accounts.class).close("8")))
			.isEqualTo(DurableState.DONE);
		assertThat(Starts.all).containsExactly("second long 7", "second text 7", "first text 8");
	}

	@Test
	void methodOfInterfaceRunsThroughProxyOfJdk() {
		this.context.close();
		this.context = startInstance("spring.aop.proxy-target-class=false");
		assertThat(approve(() -> this.context.getBean(Mails.class).send("hello"))).isEqualTo(DurableState.DONE);
		assertThat(Starts.all).containsExactly("mail hello in transaction");
	}

	@Test
	void callRunsWithAPoolWithoutAutoCommit() {
		this.context.close();
		this.context = startInstance("spring.datasource.hikari.auto-commit=false");
		assertThat(approve(() -> this.context.getBean(TextHandler.class).handle("mail"))).isEqualTo(DurableState.DONE);
		await(() -> jdbc().queryForObject("SELECT COUNT(*) FROM AIRLOCK_DURABLE_RUN", Integer.class) == 0);
		assertThat(Starts.all).containsExactly("TextHandler mail");
	}

	@Test
	void lazyBeanIsFoundByTheNameOfABeanWithHash() {
		DurableApproval recorded = record(() -> this.context.getBean("accounts#lazy", Accounts.class).close("9"));
		this.simulator.awaitPending();
		this.context.close();
		this.context = startInstance();
		this.simulator.approve(recorded.id());
		awaitState(recorded.id(), DurableState.DONE);
		assertThat(Starts.all).containsExactly("lazy text 9");
	}

	@Test
	void copyOfAnApprovedCallDoesNotRunAgain() {
		DurableApproval recorded = record(() -> this.context.getBean("first", Accounts.class).close("1"));
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
		jdbc().update("""
				INSERT INTO AIRLOCK_DURABLE_RUN (TASK_NAME, TASK_INSTANCE, EXECUTION_TIME, PICKED, VERSION, PRIORITY)
				VALUES ('airlock-run', 'req-copy', CURRENT_TIMESTAMP, FALSE, 1, 20)""");
		await(() -> state("req-copy").isEnded());
		assertThat(approvals().find("req-copy").orElseThrow().problem()).isEqualTo("NOT_VERIFIED");
		assertThat(Starts.all).containsExactly("first text 1");
	}

	@Test
	void decisionsOfTwoCallsCanNotBeExchanged() {
		this.context.close();
		this.context = startInstance("airlock.gateway.durable.worker=false");
		DurableApproval one = record(() -> this.context.getBean("first", Accounts.class).close("1"));
		DurableApproval other = record(() -> this.context.getBean("first", Accounts.class).close("2"));
		jdbc().execute("CREATE TABLE STOLEN AS SELECT * FROM AIRLOCK_DURABLE");
		for (String column : List.of("PLAINTEXT", "ARGUMENTS")) {
			jdbc().update("""
					UPDATE AIRLOCK_DURABLE D SET %1$s = (SELECT %1$s FROM STOLEN S WHERE S.ID <> D.ID)"""
				.formatted(column));
		}
		this.context.close();
		this.context = startInstance();
		awaitState(one.id(), DurableState.REFUSED);
		awaitState(other.id(), DurableState.REFUSED);
		assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).isEmpty();
		assertThat(Starts.all).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "commandText, Accounts[first].close(2)", "description, Close the account 2", "actionType, other" })
	void callThatShowsSomethingElseDoesNotRun(String member, String shown) {
		assertThat(approveChanged((plaintext) -> plaintext.put(member, shown))).isEqualTo(DurableState.REFUSED);
		assertThat(Starts.all).isEmpty();
	}

	@Test
	void callWithOtherCaptionsDoesNotRun() {
		assertThat(approveChanged(
				(plaintext) -> ((ObjectNode) plaintext.at("/extensions/org.harp.requestedActions/actions/0"))
					.put("caption", "Reject")))
			.isEqualTo(DurableState.REFUSED);
		assertThat(Starts.all).isEmpty();
	}

	@Test
	void changedCallThatShowsTheSameRuns() {
		// Otherwise, the tests above could pass for another reason
		assertThat(approveChanged((plaintext) -> plaintext.put("createdAt", "2026-01-01T00:00:00Z")))
			.isEqualTo(DurableState.DONE);
	}

	private DurableState approveChanged(Consumer<ObjectNode> change) {
		this.context.close();
		this.context = startInstance("airlock.gateway.durable.worker=false");
		DurableApproval recorded = record(() -> this.context.getBean("first", Accounts.class).close("1"));
		StoredCalls.change(jdbc(), recorded.id(), (call) -> withPlaintext(call, change));
		this.context.close();
		this.context = startInstance();
		this.simulator.awaitPending();
		this.simulator.approve(recorded.id());
		await(() -> state(recorded.id()).isEnded());
		return state(recorded.id());
	}

	@Test
	void argumentOfAnotherClassOfTheSameNameDoesNotRun() {
		DurableApproval recorded = record(
				() -> this.context.getBean(Customers.class).apply(new Suspending.Change("ann")));
		this.simulator.awaitPending();
		StoredCalls.change(jdbc(), recorded.id(),
				(call) -> with(call, call.target(), call.plaintext(), call.arguments().replace("suspend", "delete")));
		this.simulator.approve(recorded.id());
		awaitState(recorded.id(), DurableState.REFUSED);
		assertThat(approvals().find(recorded.id()).orElseThrow().problem()).isEqualTo("NOT_VERIFIED");
		assertThat(Starts.all).isEmpty();
	}

	@Test
	void nothingIsReadFromArgumentsThatWereNotApproved() {
		DurableApproval recorded = record(
				() -> this.context.getBean(Customers.class).configure(new PlainConfiguration("a")));
		this.simulator.awaitPending();
		StoredCalls.change(jdbc(), recorded.id(), (call) -> with(call, call.target(), call.plaintext(),
				call.arguments().replace(PlainConfiguration.class.getName(), ActingConfiguration.class.getName())));
		this.simulator.approve(recorded.id());
		awaitState(recorded.id(), DurableState.REFUSED);
		assertThat(approvals().find(recorded.id()).orElseThrow().problem()).isEqualTo("NOT_VERIFIED");
		assertThat(Starts.all).isEmpty();
	}

	@Test
	void noBeanIsCreatedForACallThatWasNotApproved() {
		this.context.close();
		this.context = startInstance("airlock.gateway.durable.worker=false");
		DurableApproval forged = record(() -> this.context.getBean("first", Accounts.class).close("2"));
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
							new SealedArtifact(new Ciphertext("AES-256-GCM", "ZA", "bg", "dA"),
									List.of(this.simulator.signerKey())),
							new StoredDecision(
									new ApprovalDecision(call.id(), Verdict.APPROVE, null, "key-1", "f", evidence),
									null),
							null, null, null)));
		});
		jdbc().update("UPDATE AIRLOCK_DURABLE SET STATE = 'DECIDED' WHERE ID = ?", forged.id());
		jdbc().update("DELETE FROM AIRLOCK_DURABLE_ASK");
		jdbc().update("""
				INSERT INTO AIRLOCK_DURABLE_RUN (TASK_NAME, TASK_INSTANCE, EXECUTION_TIME, PICKED, VERSION, PRIORITY)
				VALUES ('airlock-run', ?, CURRENT_TIMESTAMP, FALSE, 1, 20)""", forged.id());
		this.context.close();
		this.context = startInstance();
		awaitState(forged.id(), DurableState.REFUSED);
		assertThat(this.context.getBeanFactory().containsSingleton("accounts#lazy")).isFalse();
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void callThatWasChangedBeforeItWasSubmittedIsRefused(CapturedOutput output) {
		this.context.close();
		this.context = startInstance("airlock.gateway.durable.worker=false");
		DurableApproval recorded = record(() -> this.context.getBean("first", Accounts.class).close("1"));
		DurableCall call = StoredCalls.find(jdbc(), recorded.id());
		DurableCall changed = withPlaintext(call, (plaintext) -> plaintext.put("description", "Close 2"));
		jdbc().update("UPDATE AIRLOCK_DURABLE SET PLAINTEXT = ?, ARGUMENTS = ?", changed.plaintext(), call.arguments());
		this.context.close();
		this.context = startInstance();
		awaitState(recorded.id(), DurableState.REFUSED);
		assertThat(approvals().find(recorded.id()).orElseThrow().problem()).isEqualTo("NOT_VERIFIED");
		assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).isEmpty();
		await(() -> output.getAll().contains("NOT_VERIFIED"));
		assertThat(output).contains("WARN").contains(recorded.id());
	}

	@Test
	void beansOfOneClassAreDistinguishedByWhatIsShown() {
		record(() -> this.context.getBean("first", Accounts.class).close("1"));
		assertThat(this.simulator.awaitPending().commandText()).isEqualTo("Accounts[first].close(number=1)");
	}

	@Test
	void callOfAnotherBeanOfTheSameClassDoesNotRun() {
		this.context.close();
		this.context = startInstance("airlock.gateway.durable.worker=false");
		DurableApproval recorded = record(() -> this.context.getBean("first", Accounts.class).close("1"));
		StoredCalls.change(jdbc(), recorded.id(), (call) -> {
			String target = call.target().replace("first#", "second#");
			DurableCall changed = withPlaintext(call, (plaintext) -> plaintext.put("target", target));
			return with(changed, target, changed.plaintext(), changed.arguments());
		});
		this.context.close();
		this.context = startInstance();
		assertThat(this.simulator.awaitPending().commandText()).isEqualTo("Accounts[first].close(number=1)");
		this.simulator.approve(recorded.id());
		awaitState(recorded.id(), DurableState.REFUSED);
		assertThat(Starts.all).isEmpty();
	}

	@Test
	void argumentsThatCanNotBeReadForAMomentAreReadAgain() {
		DurableApproval recorded = record(() -> this.context.getBean(Customers.class).rename(new Name("ann")));
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
	void argumentsOfClassesOfTheSameNameAreDistinguished() {
		Customers customers = this.context.getBean(Customers.class);
		assertThat(approve(() -> customers.apply(new Suspending.Change("ann")))).isEqualTo(DurableState.DONE);
		assertThat(approve(() -> customers.apply(new Deleting.Change("eve")))).isEqualTo(DurableState.DONE);
		assertThat(Starts.all).containsExactly("suspended ann", "deleted eve");
	}

	@Test
	void stateSetByHandDoesNotRunAnything() {
		this.context.close();
		this.context = startInstance("airlock.gateway.durable.worker=false");
		DurableApproval recorded = record(() -> this.context.getBean("first", Accounts.class).close("1"));
		jdbc().update("UPDATE AIRLOCK_DURABLE SET STATE = 'DECIDED'");
		jdbc().update("DELETE FROM AIRLOCK_DURABLE_ASK");
		jdbc().update("""
				INSERT INTO AIRLOCK_DURABLE_RUN (TASK_NAME, TASK_INSTANCE, EXECUTION_TIME, PICKED, VERSION, PRIORITY)
				SELECT 'airlock-run', ID, CURRENT_TIMESTAMP, FALSE, 1, 20 FROM AIRLOCK_DURABLE""");
		this.context.close();
		this.context = startInstance();
		awaitState(recorded.id(), DurableState.REFUSED);
		assertThat(Starts.all).isEmpty();
	}

	@Test
	void callOfAnotherApplicationOfTheSameApproverDoesNotRun() {
		DurableApproval recorded = record(() -> this.context.getBean("first", Accounts.class).close("1"));
		this.simulator.awaitPending();
		this.context.close();
		this.context = startInstance("airlock.gateway.workspace.name=production");
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
	void listenerOfTheEndCanCommitATransaction() {
		assertThat(approve(() -> this.context.getBean("first", Accounts.class).close("1")))
			.isEqualTo(DurableState.DONE);
		await(() -> !jdbc().queryForList("SELECT ID FROM ENDED").isEmpty());
	}

	@Test
	void nothingSecretIsInTheTextsOfTypes() {
		DurableApproval recorded = record(() -> this.context.getBean("first", Accounts.class).close("secret-4711"));
		this.simulator.awaitPending();
		DurableCall call = this.context.getBean(DurableCallStore.class).findCall(recorded.id());
		assertThat(call.toString() + call.approval() + call.ballots() + call.ballot(call.id()).artifact())
			.doesNotContain("secret-4711");
		List<Map<String, Object>> rows = jdbc().queryForList("SELECT * FROM AIRLOCK_DURABLE");
		assertThat(rows.toString()).doesNotContain(this.simulator.routingToken());
	}

	private DurableState approve(Runnable call) {
		DurableApproval recorded = record(call);
		this.simulator.awaitPending();
		this.simulator.approve(recorded.id());
		await(() -> state(recorded.id()).isEnded());
		return state(recorded.id());
	}

	private DurableApproval record(Runnable call) {
		return approvals().recording(call).orElseThrow();
	}

	private void awaitState(String id, DurableState state) {
		await(() -> state(id) == state);
	}

	private DurableState state(String id) {
		return approvals().find(id).orElseThrow().state();
	}

	private static void await(BooleanSupplier condition) {
		Awaitility.await().atMost(PATIENCE).until(condition::getAsBoolean);
	}

	private DurableApprovals approvals() {
		return this.context.getBean(DurableApprovals.class);
	}

	private JdbcTemplate jdbc() {
		return this.context.getBean(JdbcTemplate.class);
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

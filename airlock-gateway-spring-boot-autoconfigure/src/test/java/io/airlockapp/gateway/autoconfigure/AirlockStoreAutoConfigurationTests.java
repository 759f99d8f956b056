/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.CapturedOutput;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.client.ratelimit.RequestBudget;
import io.airlockapp.gateway.client.ratelimit.RequestOrigin;
import io.airlockapp.gateway.client.ratelimit.RequestPriority;
import io.airlockapp.gateway.halt.ApprovalHaltEvent;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.halt.HaltState;
import io.airlockapp.gateway.halt.HaltStore;
import io.airlockapp.gateway.harp.DecisionVerifier;
import io.airlockapp.gateway.harp.ReplayJournal;
import io.airlockapp.gateway.jdbc.JdbcApprovalJournal;
import io.airlockapp.gateway.jdbc.JdbcHaltStore;
import io.airlockapp.gateway.store.PairingStore;
import io.airlockapp.gateway.store.PairingStore.Entry;
import io.airlockapp.gateway.store.PairingStoreException;
import io.airlockapp.gateway.store.ReadOnlyPairingStore;
import io.airlockapp.gateway.support.AirlockConfigurationException;
import io.airlockapp.gateway.support.Ticker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.Answers;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceInitializationAutoConfiguration;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link AirlockStoreAutoConfiguration}.
 */
@ExtendWith(CapturedOutput.Extension.class)
class AirlockStoreAutoConfigurationTests {

	private static final String STORE = "airlock.gateway.pairing.store.";

	private static final String RATE_LIMIT = "airlock.gateway.rate-limit.";

	private static final String INITIALIZE = "airlock.gateway.jdbc.initialize-schema=";

	private static final String KEY = PairedProperties.ENCRYPTION_KEY;

	private static final String TEXT = "{\"routingToken\":\"rt_7c1f\"}";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockStoreAutoConfiguration.class, DataSourceAutoConfiguration.class,
				DataSourceInitializationAutoConfiguration.class));

	private final ApplicationContextRunner jdbc = this.runner.withPropertyValues(STORE + "type=jdbc");

	private final ApplicationContextRunner rateLimit = this.runner
		.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class))
		.withPropertyValues(RATE_LIMIT + "store=jdbc", RATE_LIMIT + "requests=6", RATE_LIMIT + "period=60s");

	@TempDir
	private Path parent;

	private ApplicationContextRunner file() {
		return this.runner.withPropertyValues(STORE + "type=file", STORE + "path=" + directory());
	}

	private Path directory() {
		return this.parent.resolve("pairing");
	}

	@Test
	void storeIsReadOnlyByDefault() {
		this.runner.run((context) -> {
			assertThat(context).getBean(PairingStore.class).isInstanceOf(ReadOnlyPairingStore.class);
			assertThat(context.getBean(PairingStore.class).read("pairing")).isNull();
		});
	}

	@Test
	void fileKeepsEntriesAcrossApplications() {
		file().run((context) -> write(context, TEXT));
		file().run((context) -> assertThat(read(context).text()).isEqualTo(TEXT));
		assertThat(directory().resolve("pairing.entry")).content().contains(TEXT);
	}

	@Test
	void fileIsEncryptedWithAKey() {
		file().withPropertyValues(STORE + "key=" + KEY).run((context) -> write(context, TEXT));
		file().withPropertyValues(STORE + "key= " + KEY + "=\n")
			.run((context) -> assertThat(read(context).text()).isEqualTo(TEXT));
		assertThat(directory().resolve("pairing.entry")).content()
			.contains("airlock-encrypted:1:")
			.doesNotContain("rt_7c1f");
	}

	@Test
	void entriesOfPreviousKeysAreRead() {
		file().withPropertyValues(STORE + "key=" + KEY).run((context) -> write(context, TEXT));
		String database = "spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
		this.jdbc.withPropertyValues(database, STORE + "key=" + KEY).run((context) -> write(context, TEXT));
		String newKey = STORE + "key=" + Base64.getEncoder().encodeToString(new byte[32]);
		for (ApplicationContextRunner store : List.of(file(), this.jdbc.withPropertyValues(database))) {
			store.withPropertyValues(newKey, STORE + "previous-keys=" + KEY)
				.run((context) -> assertThat(read(context).text()).isEqualTo(TEXT));
		}
	}

	@Test
	void jdbcKeepsEntriesInAnEmbeddedDatabase() {
		this.jdbc.run((context) -> {
			write(context, TEXT);
			assertThat(content(context)).isEqualTo(TEXT);
		});
	}

	@Test
	void jdbcIsEncryptedWithAKey() {
		this.jdbc.withPropertyValues(STORE + "key=" + KEY).run((context) -> {
			write(context, TEXT);
			assertThat(read(context).text()).isEqualTo(TEXT);
			assertThat(content(context)).startsWith("airlock-encrypted:1:");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "type=file", "type=jdbc" })
	void encryptedEntriesAreNotReadWithoutTheKey(String type) {
		DataSource database = new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
		ApplicationContextRunner application = file().withPropertyValues(STORE + type, INITIALIZE + "always")
			.withBean(DataSource.class, () -> database);
		application.withPropertyValues(STORE + "key=" + KEY).run((context) -> write(context, TEXT));
		application
			.run((context) -> assertThatExceptionOfType(PairingStoreException.class).isThrownBy(() -> read(context))
				.withMessageContaining("'airlock.gateway.pairing.store.key' is not set"));
	}

	@ParameterizedTest
	@CsvSource({ STORE + "type,AIRLOCK_PAIRING", RATE_LIMIT + "store,AIRLOCK_REQUEST_BUDGET",
			"airlock.gateway.approval.journal,AIRLOCK_APPROVAL" })
	void missingTableFailsStart(String property, String table) {
		ApplicationContextRunner application = this.runner
			.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class))
			.withPropertyValues(property + "=jdbc");
		assertUnusable(application.withPropertyValues(INITIALIZE + "never"), table);
		application.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void journalIsStored() {
		this.runner.withPropertyValues("airlock.gateway.approval.journal=jdbc")
			.run((context) -> assertThat(context).hasSingleBean(JdbcApprovalJournal.class));
	}

	@Test
	void journalInADatabaseBesideAReplayJournalOfTheApplicationIsRefused() {
		assertFails(
				this.runner.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class))
					.withPropertyValues("airlock.gateway.approval.journal=jdbc")
					.withBean(ReplayJournal.class, () -> mock(ReplayJournal.class)),
				"airlock.gateway.approval.", "journal", "Define an ApprovalJournal bean as well");
	}

	@Test
	void severalReplayJournalsWithJournalInMemoryAreAccepted() {
		this.runner.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class))
			.withBean("one", ReplayJournal.class, () -> mock(ReplayJournal.class))
			.withBean("two", ReplayJournal.class, () -> mock(ReplayJournal.class))
			.withBean(DecisionVerifier.class, () -> mock(DecisionVerifier.class))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void databaseIsInitializedFirst() {
		this.rateLimit.withPropertyValues(STORE + "type=jdbc")
			.run((context) -> assertThat(List.of("airlockJdbcPairingStore", "airlockRequestBudget"))
				.allSatisfy((name) -> assertThat(context.getBeanFactory().getBeanDefinition(name).getDependsOn())
					.contains(context.getBeanNamesForType(DataSourceScriptDatabaseInitializer.class))));
	}

	@ParameterizedTest
	@ValueSource(classes = { JdbcTemplate.class, DataSourceScriptDatabaseInitializer.class })
	void jdbcStoreWithoutJdbcFailsStart(Class<?> missing) {
		FilteredClassLoader classLoader = new FilteredClassLoader(missing);
		assertFails(this.runner.withPropertyValues(STORE + "type=jdbc").withClassLoader(classLoader), "type",
				"Add 'spring-boot-starter-jdbc'");
		assertFails(this.rateLimit.withClassLoader(classLoader), RATE_LIMIT, "store", "Add 'spring-boot-starter-jdbc'");
	}

	@Test
	void jdbcStoreWithTwoDataSourcesFailsStart() {
		UnaryOperator<ApplicationContextRunner> two = (application) -> application
			.withBean("one", DataSource.class, DriverManagerDataSource::new)
			.withBean("two", DataSource.class, DriverManagerDataSource::new);
		assertFails(two.apply(this.jdbc), "type", "of several, make one primary");
		assertFails(two.apply(this.rateLimit), RATE_LIMIT, "store", "of several, make one primary");
	}

	@ParameterizedTest
	@ValueSource(strings = { STORE + "type", RATE_LIMIT + "store", "airlock.gateway.approval.journal" })
	void unsupportedDatabaseIsNamed(String property) {
		assertUnusable(this.runner.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class))
			.withPropertyValues(property + "=jdbc")
			.withBean(DataSource.class, AirlockStoreAutoConfigurationTests::oracle), "Oracle 23.4");
	}

	private static DataSource oracle() {
		DataSource dataSource = mock(DataSource.class, Answers.RETURNS_DEEP_STUBS);
		try {
			DatabaseMetaData metaData = dataSource.getConnection().getMetaData();
			given(metaData.getDatabaseProductName()).willReturn("Oracle");
			given(metaData.getDatabaseMajorVersion()).willReturn(23);
			given(metaData.getDatabaseMinorVersion()).willReturn(4);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		return dataSource;
	}

	private static void assertUnusable(ApplicationContextRunner application, String found) {
		application.run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = new AirlockFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis).isNotNull();
			assertThat(analysis.getDescription()).contains(found);
			assertThat(analysis.getAction()).isNotBlank();
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "type=properties", "type=file", "type=jdbc" })
	void storeBacksOffForAnother(String type) {
		PairingStore own = mock(PairingStore.class);
		this.jdbc.withPropertyValues(STORE + type)
			.withBean("own", PairingStore.class, () -> own)
			.run((context) -> assertThat(context).getBean(PairingStore.class).isSameAs(own));
	}

	@ParameterizedTest
	@ValueSource(strings = { "type=properties", "type=file", "type=jdbc" })
	void thereIsNoStoreWhenDisabled(String type) {
		this.runner.withPropertyValues(STORE + type, STORE + "key=none", "airlock.gateway.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(PairingStore.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "type=properties", "type=file" })
	void otherTypesNeedNoJdbc(String type) {
		file().withPropertyValues(STORE + type)
			.withClassLoader(new FilteredClassLoader("org.springframework.jdbc", "org.springframework.boot.jdbc"))
			.run((context) -> assertThat(context).hasSingleBean(PairingStore.class));
	}

	@Test
	void rateLimitIsLocalByDefault() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(RequestBudget.class));
	}

	@Test
	void rateLimitSharesARowOfAnEmbeddedDatabase() {
		this.rateLimit.run((context) -> {
			RequestBudget budget = context.getBean(RequestBudget.class);
			assertThat(budget.takeTurn(Duration.ofMinutes(5))).isZero();
			assertThat(new JdbcTemplate(context.getBean(DataSource.class))
				.queryForList("SELECT NAME FROM AIRLOCK_REQUEST_BUDGET", String.class)).containsExactly("gateway");
			// Six requests in 61.2 seconds, without a burst
			assertThat(budget.takeTurn(Duration.ofMinutes(5))).isBetween(Duration.ofSeconds(5),
					Duration.ofMillis(10_200));
		});
	}

	@Test
	void acquireWhenTurnIsTakenTimesOut() {
		this.rateLimit.run((context) -> {
			context.getBean(RequestBudget.class).takeTurn(Duration.ofMinutes(5));
			assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> context.getBean(GatewayRateLimiter.class)
				.acquire(RequestPriority.SHORT, Duration.ZERO, RequestOrigin.APPLICATION));
		});
	}

	@Test
	void rateLimitBacksOffForAnotherBudget() {
		RequestBudget own = mock(RequestBudget.class);
		given(own.takeTurn(any())).willReturn(Duration.ZERO);
		this.rateLimit.withBean(RequestBudget.class, () -> own).run((context) -> {
			assertThat(context).getBean(RequestBudget.class).isSameAs(own);
			context.getBean(GatewayRateLimiter.class)
				.acquire(RequestPriority.SHORT, Duration.ofSeconds(10), RequestOrigin.APPLICATION);
			then(own).should().takeTurn(any());
		});
	}

	@Test
	void rateLimitBacksOffForAnotherLimiter() {
		this.rateLimit
			.withBean("own", GatewayRateLimiter.class,
					() -> new GatewayRateLimiter(60, Duration.ofSeconds(60), Ticker.system()))
			.run((context) -> assertThat(context).hasSingleBean(GatewayRateLimiter.class)
				.doesNotHaveBean(RequestBudget.class));
	}

	@Test
	void haltIsStoredBesideTheJournal() {
		ApplicationContextRunner journal = this.runner
			.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class))
			.withPropertyValues("airlock.gateway.approval.journal=jdbc");
		journal.run((context) -> {
			assertThat(context).getBean(HaltStore.class).isInstanceOf(JdbcHaltStore.class);
			assertThat(context.getBean(Halt.class).isShared()).isTrue();
			assertThat(context.getBean(Halt.class).isHalted()).isFalse();
		});
		journal.withPropertyValues("airlock.gateway.halt.store=memory").run((context) -> {
			assertThat(context).doesNotHaveBean(HaltStore.class);
			assertThat(context.getBean(Halt.class).isShared()).isFalse();
		});
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(HaltStore.class));
		this.runner.withPropertyValues("airlock.gateway.halt.store=jdbc")
			.run((context) -> assertThat(context).hasSingleBean(HaltStore.class));
	}

	@Test
	void haltBacksOffForAnotherStore() {
		HaltStore own = mock();
		this.runner.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class))
			.withPropertyValues("airlock.gateway.halt.store=jdbc")
			.withBean(HaltStore.class, () -> own)
			.run((context) -> {
				assertThat(context).hasSingleBean(HaltStore.class);
				assertThat(context.getBean(Halt.class).isShared()).isTrue();
			});
	}

	@Test
	void listenerOfAHaltThatDoesNotReturnDelaysNoReading() {
		AtomicReference<HaltState> state = new AtomicReference<>();
		HaltStore shared = mock();
		given(shared.read()).willAnswer((invocation) -> state.get());
		CountDownLatch end = new CountDownLatch(1);
		this.runner.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class))
			.withBean(HaltStore.class, () -> shared)
			.withInitializer((context) -> context
				.addApplicationListener(ApplicationListener.forPayload((Object payload) -> awaitAfter(payload, end))))
			.run((context) -> {
				Halt halt = context.getBean(Halt.class);
				state.set(new HaltState("drill", null, Instant.EPOCH));
				await().until(halt::isHalted);
				state.set(null);
				try {
					await().ignoreException(ApprovalUnavailableException.class).until(() -> !halt.isHalted());
				}
				finally {
					end.countDown();
				}
			});
	}

	private static void awaitAfter(Object event, CountDownLatch end) {
		if (event instanceof ApprovalHaltEvent) {
			try {
				end.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@Test
	void jdbcHaltWithoutJdbcFailsStart() {
		assertFails(
				this.rateLimit.withPropertyValues(RATE_LIMIT + "store=local", "airlock.gateway.halt.store=jdbc")
					.withClassLoader(new FilteredClassLoader(JdbcTemplate.class)),
				"airlock.gateway.halt.", "store", "Add 'spring-boot-starter-jdbc'");
	}

	@ParameterizedTest
	@CsvSource({ "requests,4,Set it to the calls", "period,0s,Set it to a duration" })
	void rateLimitOutOfRangeFailsStart(String property, String value, String action) {
		assertFails(this.rateLimit.withPropertyValues(RATE_LIMIT + property + "=" + value), RATE_LIMIT, property,
				action);
	}

	@ParameterizedTest
	@ValueSource(strings = { "path=", "path= " })
	void fileWithoutPathFailsStart(String path) {
		assertFails(file().withPropertyValues(STORE + path), "path", "Set it to a directory");
		assertFails(this.runner.withPropertyValues(STORE + "type=file"), "path", "Set it to a directory");
	}

	@Test
	void fileWithInvalidPathFailsStart() {
		assertFails(file().withPropertyValues(STORE + "path=a\0b"), "path", "a\0b");
	}

	@Test
	@DisabledOnOs(value = OS.WINDOWS, disabledReason = "SKIPPED: permissions are those of POSIX")
	void fileInDirectoryReadableByOthersFailsStart() throws Exception {
		Files.createDirectory(directory());
		Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwxr-xr-x"));
		assertFails(file(), "path", "Run 'chmod 700 " + directory().toRealPath() + "'.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "*secret*", "c2VjcmV0", KEY + "AAAA", KEY + KEY })
	void invalidKeyFailsStart(String key) {
		assertFails(file().withPropertyValues(STORE + "key=" + key), "key", "openssl rand -base64 32");
		assertFails(this.jdbc.withPropertyValues(STORE + "key=" + key), "key", "openssl rand -base64 32");
		assertFails(file().withPropertyValues(STORE + "key=" + KEY, STORE + "previous-keys[0]=" + key), "previous-keys",
				"openssl rand -base64 32");
		assertThat(directory()).doesNotExist();
	}

	private static void assertFails(ApplicationContextRunner application, String property, String action) {
		assertFails(application, STORE, property, action);
	}

	private static void assertFails(ApplicationContextRunner application, String prefix, String property,
			String action) {
		application.run((context) -> {
			Throwable failure = context.getStartupFailure();
			assertThat(failure).isNotNull();
			while (!(failure instanceof AirlockConfigurationException configuration)) {
				failure = failure.getCause();
				assertThat(failure).isNotNull();
			}
			assertThat(configuration)
				.hasMessageStartingWith("Property '%s%s' cannot be used".formatted(prefix, property));
			assertThat(configuration.getAction()).contains(action);
			assertThat(configuration).message().doesNotContain(KEY, "*secret*", "c2VjcmV0");
		});
	}

	private static void write(AssertableApplicationContext context, String text) {
		assertThat(context.getBean(PairingStore.class).write("pairing", null, text)).isTrue();
	}

	private static Entry read(AssertableApplicationContext context) {
		Entry entry = context.getBean(PairingStore.class).read("pairing");
		assertThat(entry).isNotNull();
		return entry;
	}

	private static String content(AssertableApplicationContext context) {
		return new JdbcTemplate(context.getBean(DataSource.class)).queryForObject("SELECT CONTENT FROM AIRLOCK_PAIRING",
				String.class);
	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalSettings;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.GatewayRequestExecutor;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayAutoConfiguration;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.AirlockGatewayApiFactory;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.exchange.ApprovalDependencies;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.flows.VirtualGateway.Answering;
import io.airlockapp.gateway.flows.VirtualGateway.Exchange;
import io.airlockapp.gateway.harp.DecisionVerifier;
import io.airlockapp.gateway.harp.InMemoryReplayJournal;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.support.WaitScope;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.support.TaskExecutorAdapter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ten thousand approvals, eight at a time, in virtual time, of which a tenth of all calls
 * to the gateway goes wrong: each approval that was given runs its method once, and
 * nothing else runs. A tenth of the callers cancel. The same seed makes the same run;
 * {@code -Dtest.seed} chooses another one, and {@code -Dtest.approvals} another number.
 */
@Tag("slow")
class TenThousandApprovalsTests {

	private static final int AT_A_TIME = 8;

	/**
	 * Who decides so long before the deadline is heard, whatever goes wrong: a poll may
	 * hang for as long as it may be held and read, and more may go wrong after that.
	 */
	private static final Duration ROOM = Duration.ofSeconds(35);

	/**
	 * How long it takes at most to withdraw, to ask for the status, and to wait for the
	 * decision that it doesn't have.
	 */
	private static final Duration EXCHANGE_OF_CALLS = Duration.ofMillis(500);

	/**
	 * How long leaving may take.
	 */
	private static final Duration LEAVING = Duration.ofSeconds(10);

	private final int approvals = Integer.getInteger("test.approvals", 10_000);

	private final long seed = Long.getLong("test.seed", 20261126L);

	private final VirtualTime time = new VirtualTime();

	private final VirtualGateway gateway = new VirtualGateway(this.time, new Random(this.seed));

	private final Random random = new Random(this.seed + 1);

	private final Logger logger = (Logger) LoggerFactory.getLogger("io.airlockapp.gateway");

	private int next;

	@BeforeEach
	void quiet() {
		this.logger.setLevel(Level.OFF);
	}

	@AfterEach
	void loud() {
		this.logger.setLevel(null);
	}

	@Test
	void eachApprovalRunsItsMethodOnceAndNothingElseRuns() {
		Map<String, String> properties;
		try (AirlockSimulator simulator = AirlockSimulator.start()) {
			properties = simulator.properties();
		}
		properties.keySet().removeIf((name) -> name.contains(".signer-keys."));
		properties.put("airlock.gateway.pairing.signer-keys.key-1", this.gateway.key().signerKey().encode());
		properties.put("airlock.gateway.presence.enabled", "false");
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class,
					AirlockApprovalAutoConfiguration.class, JacksonAutoConfiguration.class))
			.withPropertyValues(properties.entrySet()
				.stream()
				.map((entry) -> entry.getKey() + "=" + entry.getValue())
				.toArray(String[]::new))
			.withBean(VirtualTime.class, () -> this.time)
			.withBean(VirtualGateway.class, () -> this.gateway)
			.withUserConfiguration(Application.class)
			.run((context) -> {
				Service service = context.getBean(Service.class);
				Outcome[] outcomes = new Outcome[this.approvals];
				for (int i = 0; i < AT_A_TIME; i++) {
					this.time.start(() -> call(service, outcomes));
				}
				this.time.run();
				assertThat(context.getBean(PendingApprovals.class).list()).isEmpty();
				check(service, outcomes);
			});
	}

	private void call(Service service, Outcome[] outcomes) {
		while (this.next < this.approvals) {
			int number = this.next++;
			VirtualGateway.Caller.set(number);
			Instant start = this.time.clock().instant();
			WaitScope scope = new WaitScope();
			long cancelledAt = (this.random.nextInt(10) == 0) ? this.random.nextLong(Service.timeout(number).toMillis())
					: Long.MAX_VALUE;
			if (cancelledAt != Long.MAX_VALUE) {
				this.time.startAfter(Duration.ofMillis(cancelledAt), scope::cancel);
			}
			Throwable failure = null;
			try (scope) {
				scope.enter();
				act(service, number);
			}
			catch (Throwable ex) {
				failure = ex;
			}
			outcomes[number] = new Outcome(failure, start, this.time.clock().instant(),
					scope.isCancelled() ? start.plusMillis(cancelledAt) : Instant.MAX);
		}
	}

	private void act(Service service, int number) throws InterruptedException {
		this.time.sleep(Duration.ofMillis(this.random.nextInt(2_000)));
		switch (number % 3) {
			case 0 -> service.actSoon(number);
			case 1 -> service.act(number);
			default -> service.actLater(number);
		}
	}

	private void check(Service service, Outcome[] outcomes) {
		Map<Integer, Exchange> exchanges = new HashMap<>();
		this.gateway.exchanges().forEach((exchange) -> exchanges.put(exchange.caller(), exchange));
		List<String> wrong = new ArrayList<>();
		int ran = 0;
		int heardOfNoMore = 0;
		int notWithdrawn = 0;
		int cancelled = 0;
		for (int number = 0; number < this.approvals; number++) {
			Outcome outcome = outcomes[number];
			Exchange exchange = exchanges.get(number);
			int runs = service.runs().getOrDefault(number, 0);
			boolean decided = exchange != null && exchange.isDecided(Instant.MAX);
			boolean approved = decided && exchange.answering() == Answering.APPROVE;
			boolean inTime = decided && exchange.decidedAt().plus(ROOM).isBefore(outcome.end(number))
					|| (decided && !outcome.isCancelled() && hasRoom(exchange));
			boolean mustBeHeard = decided && (exchange.isHandedOver() || inTime);
			String problem = null;
			if (runs > 1 || (runs == 1 && (!approved || outcome.failure() != null))) {
				problem = "ran %d times, approved: %s".formatted(runs, approved);
			}
			else if (approved && mustBeHeard && runs == 0) {
				problem = "was approved and lost";
			}
			else if (decided && !approved && mustBeHeard && !(outcome.failure() instanceof ApprovalDeniedException)) {
				problem = "was denied and lost";
			}
			else if (outcome.failure() != null && !isExpected(outcome.failure())) {
				problem = "failed otherwise";
			}
			else if (exchange != null && exchange.isOpen(outcome.end())) {
				// Its withdrawal got lost again and again
				boolean early = outcome.end().isBefore(exchange.expiresAt().minusMillis(1_000));
				notWithdrawn += (early && outcome.isCancelled()) ? 1 : 0;
				problem = (early && !outcome.isCancelled()) ? "is still pending" : null;
			}
			if (outcome.end().isAfter(outcome.start().plus(Service.timeout(number)).plus(LEAVING))) {
				problem = "took too long";
			}
			if (problem != null) {
				wrong.add("%d %s: %s, %s".formatted(number, problem, describe(exchange), outcome));
			}
			ran += runs;
			cancelled += outcome.isCancelled() ? 1 : 0;
			heardOfNoMore += (decided && !mustBeHeard && !(outcome.failure() instanceof ApprovalDeniedException)
					&& runs == 0) ? 1 : 0;
		}
		String summary = "seed %d: %d of %d approvals ran, %d decisions were too late to be had, %d were cancelled, of which %d could not be withdrawn; %d calls, faults %s, %s of virtual time"
			.formatted(this.seed, ran, this.approvals, heardOfNoMore, cancelled, notWithdrawn, this.gateway.calls(),
					this.gateway.faults(), Duration.ofNanos(this.time.nanoTime()));
		System.out.println(summary);
		assertThat(wrong).as(summary).isEmpty();
		assertThat(ran).as(summary).isBetween(this.approvals / 2, this.approvals * 2 / 3);
		assertThat(heardOfNoMore).as(summary).isLessThan(this.approvals / 20);
		assertThat(cancelled).as(summary).isGreaterThan(this.approvals / 30);
		assertThat(notWithdrawn).as(summary).isLessThan(this.approvals / 200);
	}

	/**
	 * Return whether there was room for one exchange of calls, of which none went wrong.
	 */
	private boolean hasRoom(Exchange exchange) {
		Instant last = exchange.expiresAt().minus(EXCHANGE_OF_CALLS);
		return exchange.decidedAt().isBefore(last) && exchange.isHealthyAfterDecision()
				&& !this.gateway.hasPausedBetween(exchange.decidedAt().minus(LEAVING), exchange.expiresAt());
	}

	private static boolean isExpected(Throwable failure) {
		return failure instanceof InterruptedException || failure instanceof ApprovalDeniedException
				|| failure instanceof ApprovalTimeoutException || failure instanceof ApprovalUnavailableException;
	}

	private static String describe(@Nullable Exchange exchange) {
		return (exchange != null) ? "%s at %s, expires at %s, handed over: %s".formatted(exchange.answering(),
				exchange.decidedAt(), exchange.expiresAt(), exchange.isHandedOver()) : "never arrived";
	}

	/**
	 * What became of a call.
	 */
	private record Outcome(@Nullable Throwable failure, Instant start, Instant end, Instant cancelledAt) {

		private boolean isCancelled() {
			return this.cancelledAt.isBefore(Instant.MAX);
		}

		/**
		 * Return when the wait ended at the latest.
		 */
		private Instant end(int number) {
			Instant deadline = this.start.plus(Service.timeout(number));
			return this.cancelledAt.isBefore(deadline) ? this.cancelledAt : deadline;
		}

	}

	/**
	 * An application in virtual time, whose way to the gateway is the one of production
	 * but for the sockets.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		Service service() {
			return new Service();
		}

		@Bean
		AirlockGatewayApi api(VirtualTime time, VirtualGateway gateway) {
			return AirlockGatewayApiFactory.create(URI.create("http://127.0.0.1"), gateway, (client) -> {
			}, (own) -> {
			});
		}

		@Bean
		ApprovalDependencies airlockApprovalDependencies(VirtualTime time, Enforcer enforcer, PairingSource pairings,
				PendingApprovals pending) {
			return new ApprovalDependencies(enforcer,
					new ApprovalSettings(Duration.ofMinutes(5), Duration.ofSeconds(25), "command.review"), pairings,
					new DecisionVerifier(EnumSet.allOf(SignatureForm.class), new InMemoryReplayJournal(), time.clock()),
					pending, new GatewayRequestExecutor(new GatewayRateLimiter(1_000_000, Duration.ofSeconds(1), time)),
					ApprovalJournal.none(), ApprovalListener.of(List.of()), new TaskExecutorAdapter(time::start),
					(task) -> task, () -> null, time.clock(), time, new Random(1), ApproverGroups.none());
		}

	}

	/**
	 * Methods whose approvals last for different times.
	 */
	static class Service {

		private final Map<Integer, Integer> runs = new HashMap<>();

		Map<Integer, Integer> runs() {
			return this.runs;
		}

		static Duration timeout(int number) {
			return switch (number % 3) {
				case 0 -> Duration.ofSeconds(20);
				case 1 -> Duration.ofSeconds(60);
				default -> Duration.ofMinutes(3);
			};
		}

		@RequiresAirlockApproval(value = "Act soon", timeout = "20s")
		public void actSoon(int number) {
			this.runs.merge(number, 1, Integer::sum);
		}

		@RequiresAirlockApproval(value = "Act", timeout = "60s")
		public void act(int number) {
			this.runs.merge(number, 1, Integer::sum);
		}

		@RequiresAirlockApproval(value = "Act later", timeout = "3m")
		public void actLater(int number) {
			this.runs.merge(number, 1, Integer::sum);
		}

	}

}

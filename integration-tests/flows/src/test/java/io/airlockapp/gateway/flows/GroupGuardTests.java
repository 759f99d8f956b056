/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalPendingException;
import io.airlockapp.gateway.ApprovalSettings;
import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.GatewayRequestExecutor;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.ApprovalDecidedEvent;
import io.airlockapp.gateway.approval.RequesterSource;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayAutoConfiguration;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.client.ratelimit.RetryBudget;
import io.airlockapp.gateway.exchange.ApprovalEnvironment;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.flows.VirtualPhones.Exchange;
import io.airlockapp.gateway.harp.DecisionVerifier;
import io.airlockapp.gateway.harp.InMemoryReplayJournal;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.task.support.TaskExecutorAdapter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Guarded methods that need the approval of a group, in virtual time.
 */
class GroupGuardTests {

	private final VirtualTime time = new VirtualTime();

	private final VirtualPhones phones = new VirtualPhones(this.time);

	private final List<Throwable> failures = new ArrayList<>();

	@BeforeEach
	void pair() {
		this.phones.phone("shift-1");
		this.phones.phone("shift-2");
		this.phones.phone("shift-3");
	}

	@Test
	void methodRunsOnceWhenTheQuorumApproves() {
		approve("shift-1", "shift-3");
		run((application) -> {
			call(() -> application.service.refund(42));
			this.time.run();
			assertThat(application.service.runs()).containsExactly("refund 42");
			assertThat(application.journal).hasSize(2).allMatch((line) -> line.startsWith("call-"));
			assertThat(application.journal.get(0)).isEqualTo(application.journal.get(1));
			assertThat(application.decided).singleElement()
				.satisfies((event) -> assertThat(event.outcome().votes()).extracting(ApprovalVote::pairing)
					.containsExactly("shift-1", "shift-3"));
		});
	}

	@Test
	void methodDoesNotRunWhenOneApproverDenies() {
		approve("shift-1");
		this.phones.phone("shift-2").rejectsAfter(Duration.ofSeconds(2));
		run((application) -> {
			call(() -> application.service.refund(42));
			this.time.run();
			assertThat(application.service.runs()).isEmpty();
			assertThat(this.failures).singleElement()
				.isInstanceOfSatisfying(ApprovalDeniedException.class,
						(ex) -> assertThat(ex.getRequestId()).startsWith("call-"));
		});
	}

	@Test
	void argumentsThatChangeBetweenTheVotesAreNotRun() {
		approve("shift-1", "shift-3");
		run((application) -> {
			int[] amounts = { 42 };
			call(() -> application.service.refundAll(amounts));
			call(() -> {
				sleep(Duration.ofMillis(1500));
				amounts[0] = 4200;
			});
			this.time.run();
			assertThat(application.service.runs()).isEmpty();
			assertThat(this.failures).hasSize(1);
		});
	}

	@Test
	void equalCallIsRefusedWhileOneIsPending() {
		approve("shift-1", "shift-3");
		run((application) -> {
			call(() -> application.service.refund(42));
			call(() -> {
				sleep(Duration.ofMillis(1500));
				application.service.refund(42);
			});
			this.time.run();
			assertThat(application.service.runs()).hasSize(1);
			assertThat(this.failures).singleElement().isInstanceOf(ApprovalPendingException.class);
		}, "airlock.gateway.approval.limits.duplicates=refuse");
	}

	@Test
	void requesterIsNotAskedAndShownToTheOthers() {
		approve("shift-1", "shift-2", "shift-3");
		run((application) -> {
			call(() -> {
				application.requester.set("ann");
				application.service.refundWithFourEyes(42);
				application.requester.remove();
			});
			this.time.run();
			assertThat(application.service.runs()).hasSize(1);
			assertThat(this.phones.exchanges()).extracting(Exchange::pairing).containsExactly("shift-2", "shift-3");
			assertThat(this.phones.exchanges().get(0).plaintext().at("/call/requestedBy").stringValue())
				.isEqualTo("ann");
		});
	}

	@Test
	void unknownRequesterIsRefusedBeforeAnythingElse() {
		run((application) -> {
			call(() -> application.service.refundWithFourEyes(42));
			this.time.run();
			assertThat(application.service.runs()).isEmpty();
			assertThat(this.failures).singleElement().isInstanceOf(InvalidApprovalUsageException.class);
			assertThat(this.phones.exchanges()).isEmpty();
			assertThat(application.pending.list()).isEmpty();
		});
	}

	private void approve(String... pairings) {
		int seconds = 1;
		for (String pairing : pairings) {
			this.phones.phone(pairing).approvesAfter(Duration.ofSeconds(seconds++));
		}
	}

	private void sleep(Duration duration) {
		try {
			this.time.sleep(duration);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void call(Runnable call) {
		this.time.start(() -> {
			try {
				call.run();
			}
			catch (AirlockGatewayException ex) {
				this.failures.add(ex);
			}
		});
	}

	private static String[] pairing() {
		try (AirlockSimulator simulator = AirlockSimulator.start()) {
			return simulator.properties()
				.entrySet()
				.stream()
				.map((entry) -> entry.getKey() + "=" + entry.getValue())
				.toArray(String[]::new);
		}
	}

	private void run(Consumer<Application> test, String... properties) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class,
					AirlockApprovalAutoConfiguration.class, JacksonAutoConfiguration.class))
			.withPropertyValues(pairing())
			.withPropertyValues("airlock.gateway.presence.enabled=false")
			.withPropertyValues(properties)
			.withBean(VirtualTime.class, () -> this.time)
			.withBean(VirtualPhones.class, () -> this.phones)
			.withUserConfiguration(Application.class)
			.run((context) -> test.accept(context.getBean(Application.class)
				.with(context.getBean(Service.class), context.getBean(PendingApprovals.class))));
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		private final List<String> journal = new ArrayList<>();

		private final List<ApprovalDecidedEvent> decided = new ArrayList<>();

		private final ThreadLocal<String> requester = new ThreadLocal<>();

		private Service service;

		private PendingApprovals pending;

		private Application with(Service service, PendingApprovals pending) {
			this.service = service;
			this.pending = pending;
			return this;
		}

		@Bean
		Service service() {
			return new Service();
		}

		@Bean
		AirlockGatewayApi api(VirtualPhones phones) {
			return phones.api;
		}

		@Bean
		RequesterSource requesterSource() {
			return this.requester::get;
		}

		@Bean
		ApprovalJournal journal() {
			return new ApprovalJournal() {

				@Override
				public void open(String requestId, Instant expiresAt) {
					Application.this.journal.add(requestId);
				}

				@Override
				public boolean claim(String requestId) {
					return Application.this.journal.add(requestId);
				}

			};
		}

		@EventListener
		void onDecided(ApprovalDecidedEvent event) {
			this.decided.add(event);
		}

		@Bean
		ApprovalEnvironment airlockApprovalEnvironment(VirtualTime time, VirtualPhones phones, PendingApprovals pending,
				ApprovalJournal journal, ObjectProvider<ApprovalListener> listeners) {
			ApproverGroup refunds = new ApproverGroup("refunds", List.of("shift-1", "shift-2", "shift-3"), 2, null,
					false, false, List.of());
			ApproverGroup foureyes = new ApproverGroup("four-eyes", refunds.pairings(), 2, null, true, false,
					List.of());
			return new ApprovalEnvironment(new Enforcer("shop", "Shop", "shop", "default", "", "shop"),
					new ApprovalSettings(Duration.ofMinutes(5), Duration.ofSeconds(25), "command.review"), phones,
					new DecisionVerifier(EnumSet.allOf(SignatureForm.class), new InMemoryReplayJournal(), time.clock()),
					pending, new GatewayRequestExecutor(new GatewayRateLimiter(1_000_000, Duration.ofSeconds(1), time)),
					new RetryBudget(100, Duration.ofSeconds(1), time), journal,
					ApprovalListener.of(listeners.orderedStream().toList()), new TaskExecutorAdapter(time::start),
					(task) -> task, () -> null, time.clock(), time, new Random(1),
					new ApproverGroups(List.of(refunds, foureyes),
							new Persons(Map.of("shift-1", List.of("Ann"), "shift-2", List.of("bob")))));
		}

	}

	static class Service {

		private final List<String> runs = new ArrayList<>();

		List<String> runs() {
			return this.runs;
		}

		@RequiresAirlockApproval(approvers = "refunds")
		public void refund(int amount) {
			this.runs.add("refund " + amount);
		}

		@RequiresAirlockApproval(approvers = "refunds")
		public void refundAll(int[] amounts) {
			this.runs.add("refund " + amounts[0]);
		}

		@RequiresAirlockApproval(approvers = "four-eyes")
		public void refundWithFourEyes(int amount) {
			this.runs.add("refund " + amount);
		}

	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.util.List;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.ReactiveRequesterSource;
import io.airlockapp.gateway.approval.RequesterSource;
import io.airlockapp.gateway.exchange.Admission;
import io.airlockapp.gateway.exchange.PendingApprovals;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.AbstractApplicationContextRunner;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.security.core.Authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the limits of pending approvals, and for what else keeps one caller from
 * stopping the others.
 */
@ExtendWith(OutputCaptureExtension.class)
class PendingLimitsTests {

	private static final AutoConfigurations AUTO_CONFIGURATIONS = AutoConfigurations
		.of(AirlockGatewayAutoConfiguration.class, AirlockApprovalAutoConfiguration.class);

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AUTO_CONFIGURATIONS);

	private final WebApplicationContextRunner webRunner = new WebApplicationContextRunner()
		.withConfiguration(AUTO_CONFIGURATIONS);

	@Test
	void limitWithoutServletWebServerIsHigher(CapturedOutput output) {
		assertRoom(this.contextRunner, 250);
		assertRoom(new ReactiveWebApplicationContextRunner().withConfiguration(AUTO_CONFIGURATIONS), 250);
		assertRoom(this.contextRunner.withPropertyValues("airlock.gateway.approval.max-pending=300"), 300);
		assertThat(output).doesNotContain("max-pending");
	}

	@Test
	void limitLeavesHalfOfWebServerThreadsFree(CapturedOutput output) {
		assertRoom(this.webRunner, 100);
		assertThat(output).doesNotContain("max-pending");
	}

	@ParameterizedTest
	@CsvSource({ "tomcat,20,10", "jetty,50,25", "tomcat,1,1", "tomcat,1000,250" })
	void limitFollowsConfiguredThreads(String server, int threads, int room) {
		assertRoom(this.webRunner.withPropertyValues("server.%s.threads.max=%d".formatted(server, threads)), room);
	}

	@ParameterizedTest
	@CsvSource({ "200,true", "250,true", "199,false", "50,false" })
	void warnsIfAllThreadsOfTheWebServerMayWait(int maxPending, boolean warned, CapturedOutput output) {
		assertRoom(this.webRunner.withPropertyValues("airlock.gateway.approval.max-pending=" + maxPending), maxPending);
		assertThat(output.toString().contains("'airlock.gateway.approval.max-pending' is " + maxPending))
			.isEqualTo(warned);
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void limitWithVirtualThreadsIsNotReduced(CapturedOutput output) {
		WebApplicationContextRunner virtual = this.webRunner.withPropertyValues("spring.threads.virtual.enabled=true");
		assertRoom(virtual, 250);
		assertRoom(virtual.withPropertyValues("airlock.gateway.approval.max-pending=300"), 300);
		assertThat(output).doesNotContain("max-pending");
	}

	@Test
	void oneRequesterOfSeveralMethodsLeavesRoomForOthers() {
		this.contextRunner.withPropertyValues("airlock.gateway.approval.max-pending=6").run((context) -> {
			PendingApprovals pending = context.getBean(PendingApprovals.class);
			admit(pending, 2, "A.a", "mallory", "default");
			admit(pending, 1, "B.b", "mallory", "default");
			assertFull(pending, "C.c", "mallory", "default", "pending-per-requester");
			admit(pending, 1, "A.a", "alice", "default");
			admit(pending, 2, "C.c", null, "default");
		});
	}

	@Test
	void callersWithoutARequesterLeaveRoomForOthers() {
		this.contextRunner.withPropertyValues("airlock.gateway.approval.max-pending=20").run((context) -> {
			PendingApprovals pending = context.getBean(PendingApprovals.class);
			admit(pending, 9, "A.a", null, "default");
			admit(pending, 1, "B.b", null, "default");
			assertFull(pending, "B.b", null, "default", "pending-per-requester");
			admit(pending, 10, "C.c", "alice", "default");
		});
	}

	@Test
	void limitsAreConfigured() {
		this.contextRunner
			.withPropertyValues("airlock.gateway.approval.max-pending=10",
					"airlock.gateway.approval.limits.pending-per-gate=3",
					"airlock.gateway.approval.limits.pending-per-requester=2",
					"airlock.gateway.approval.limits.pending-per-pairing=4")
			.run((context) -> {
				PendingApprovals pending = context.getBean(PendingApprovals.class);
				admit(pending, 2, "A.a", "alice", "default");
				assertFull(pending, "B.b", "alice", "default", "pending-per-requester");
				admit(pending, 1, "A.a", "bob", "default");
				assertFull(pending, "A.a", "bob", "default", "pending-per-gate");
				admit(pending, 1, null, null, "default");
				assertFull(pending, null, null, "default", "pending-per-pairing");
				admit(pending, 2, null, null, "finance");
				assertFull(pending, null, null, "finance", "pending-per-requester");
				admit(pending, 2, null, "carol", "finance");
				admit(pending, 2, null, "dave", "other");
				assertFull(pending, null, "eve", "third", "max-pending");
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "after=0", "within=0s", "for=-1s" })
	void invalidPauseFailsStart(String property) {
		this.contextRunner
			.withPropertyValues("airlock.gateway.approval.pause.after=5", "airlock.gateway.approval.pause." + property)
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("airlock.gateway.approval.pause." + property.split("=")[0]));
	}

	@ParameterizedTest
	@ValueSource(strings = { "approval.mode=bypass", "enabled=false" })
	void admitWhenDisabledOrBypassedReturnsNone(String property) {
		this.contextRunner.withPropertyValues("airlock.gateway." + property)
			.run((context) -> assertThat(context.getBean(ApprovalGate.class).admit(null)).isSameAs(Admission.none()));
	}

	@Test
	void requesterSourceUsesSpringSecurityByDefault() {
		ApplicationContextRunner runner = this.contextRunner
			.withConfiguration(AutoConfigurations.of(AirlockSecurityAutoConfiguration.class));
		runner.run((context) -> assertThat(context).hasSingleBean(ReactiveRequesterSource.class));
		runner.withClassLoader(new FilteredClassLoader("reactor"))
			.run((context) -> assertThat(context).hasSingleBean(RequesterSource.class)
				.doesNotHaveBean(ReactiveRequesterSource.class));
		runner.withClassLoader(new FilteredClassLoader(Authentication.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RequesterSource.class));
		RequesterSource own = () -> "me";
		runner.withBean(RequesterSource.class, () -> own)
			.run((context) -> assertThat(context.getBean(RequesterSource.class)).isSameAs(own));
	}

	private static void assertRoom(AbstractApplicationContextRunner<?, ? extends ApplicationContext, ?> contextRunner,
			int room) {
		contextRunner.run((context) -> {
			PendingApprovals pending = context.getBean(PendingApprovals.class);
			admit(pending, (room + 1) / 2, "A.a", null, "default");
			assertFull(pending, "A.a", null, "default", (room > 1) ? "pending-per-gate" : "max-pending");
			admit(pending, room / 2, "B.b", "alice", "default");
			assertFull(pending, null, "bob", "default", "max-pending");
		});
	}

	private static void admit(PendingApprovals pending, int times, String gate, String requester, String pairing) {
		for (int i = 0; i < times; i++) {
			pending.admit(gate, requester, List.of(pairing));
		}
	}

	private static void assertFull(PendingApprovals pending, String gate, String requester, String pairing,
			String property) {
		assertThatExceptionOfType(ApprovalUnavailableException.class)
			.isThrownBy(() -> pending.admit(gate, requester, List.of(pairing)))
			.withMessageContaining(property);
	}

}

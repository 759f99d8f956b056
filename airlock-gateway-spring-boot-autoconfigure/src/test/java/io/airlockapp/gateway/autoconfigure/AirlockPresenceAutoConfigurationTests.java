/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.client.Heartbeat;
import io.airlockapp.gateway.presence.PresenceHeartbeat;
import io.airlockapp.gateway.presence.PresenceScheduling;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.scheduling.ScheduledTasksEndpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.FixedDelayTask;
import org.springframework.scheduling.config.ScheduledTaskHolder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.atLeast;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockingDetails;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;

/**
 * Tests for {@link AirlockPresenceAutoConfiguration}.
 */
@ExtendWith(OutputCaptureExtension.class)
class AirlockPresenceAutoConfigurationTests {

	private final AirlockGatewayOperations gateway = mock();

	private final Pairing pairing = PairedProperties.pairing();

	private final ApplicationContextRunner real = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(AirlockGatewayAutoConfiguration.class, AirlockPresenceAutoConfiguration.class));

	private final ApplicationContextRunner unpaired = this.real
		.withConfiguration(AutoConfigurations.of(TaskSchedulingAutoConfiguration.class))
		.withPropertyValues("airlock.gateway.presence.interval=1s")
		.withBean(AirlockGatewayOperations.class, () -> this.gateway);

	private final ApplicationContextRunner contextRunner = this.unpaired.withBean(PairingSource.class,
			() -> (name) -> this.pairing);

	@Test
	void beatIsScheduledOnceInADaemonThreadOfItsOwn() {
		AtomicReference<Thread> thread = new AtomicReference<>();
		willAnswer((invocation) -> {
			thread.set(Thread.currentThread());
			return null;
		}).given(this.gateway).sendHeartbeat(any());
		this.contextRunner.withUserConfiguration(Scheduling.class).withBean(CountingTask.class).run((context) -> {
			awaitBeats(2);
			assertThat(context.getBean(PresenceScheduling.class).getScheduledTasks()).hasSize(1);
			assertThat(heartbeatTasks(context)).hasSize(1);
			assertThat(context.getBeansOfType(ScheduledTaskHolder.class)).hasSize(2);
			assertThat(thread.get().getName()).startsWith("airlock-presence-");
			assertThat(thread.get().isDaemon()).isTrue();
		});
	}

	@Test
	void beatsWithoutEnabledSchedulingAndNeverWakesDormantTasks() {
		SchedulingConfigurer configurer = mock();
		this.contextRunner.withBean(CountingTask.class)
			.withBean(SchedulingConfigurer.class, () -> configurer)
			.run((context) -> {
				awaitBeats(1);
				assertThat(context.getBean(CountingTask.class).runs).hasValue(0);
				verifyNoInteractions(configurer);
			});
	}

	@Test
	void schedulingOfApplicationIsNotChanged() {
		SchedulingConfigurer configurer = mock();
		this.contextRunner.withUserConfiguration(Scheduling.class)
			.withBean(CountingTask.class)
			.withBean(SchedulingConfigurer.class, () -> configurer)
			.run((context) -> {
				CountingTask task = context.getBean(CountingTask.class);
				await().until(() -> task.runs.get() > 2);
				assertThat(task.thread.get().getName()).startsWith("scheduling-");
				verify(configurer, times(1)).configureTasks(any());
			});
	}

	@Test
	void beatsWhileTheApplicationsOnlySchedulerThreadIsBlocked() {
		BlockingTask task = new BlockingTask();
		this.contextRunner.withUserConfiguration(Scheduling.class)
			.withPropertyValues("spring.task.scheduling.pool.size=1")
			.withBean(BlockingTask.class, () -> task)
			.run((context) -> {
				assertThat(task.started.await(10, TimeUnit.SECONDS)).isTrue();
				int before = beats();
				awaitBeats(before + 1);
				task.release.countDown();
			});
	}

	@Test
	void hangingBeatDoesNotBlockTheApplicationsScheduler() {
		CountDownLatch hanging = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		willAnswer((invocation) -> {
			hanging.countDown();
			return awaitLikeTheClient(release);
		}).given(this.gateway).sendHeartbeat(any());
		this.contextRunner.withUserConfiguration(Scheduling.class)
			.withPropertyValues("spring.task.scheduling.pool.size=1")
			.withBean(CountingTask.class)
			.run((context) -> {
				assertThat(hanging.await(10, TimeUnit.SECONDS)).isTrue();
				AtomicInteger runs = context.getBean(CountingTask.class).runs;
				int before = runs.get();
				await().until(() -> runs.get() > before + 2);
				release.countDown();
			});
	}

	@Test
	void beginsWhenPaired() {
		AtomicInteger asked = new AtomicInteger();
		AtomicInteger askedBefore = new AtomicInteger();
		PairingSource source = mock();
		given(source.isPaired()).will((invocation) -> asked.incrementAndGet() > 1);
		willAnswer((invocation) -> {
			askedBefore.compareAndSet(0, asked.get());
			return null;
		}).given(this.gateway).sendHeartbeat(any());
		this.unpaired.withBean(PairingSource.class, () -> source).run((context) -> awaitBeats(1));
		assertThat(askedBefore).hasValueGreaterThan(1);
	}

	@Test
	void intervalIsThirtySecondsByDefault() {
		this.real.run((context) -> assertThat(interval(context)).isEqualTo(Duration.ofSeconds(30)));
	}

	@Test
	void intervalIsOfTheProperty() {
		this.contextRunner.withPropertyValues("airlock.gateway.presence.interval=45s")
			.run((context) -> assertThat(interval(context)).isEqualTo(Duration.ofSeconds(45)));
	}

	@Test
	void intervalIsOfTheEnvironmentVariable() {
		StandardEnvironment environment = new StandardEnvironment();
		String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
		environment.getPropertySources()
			.replace(name,
					new SystemEnvironmentPropertySource(name, Map.of("AIRLOCK_GATEWAY_PRESENCE_INTERVAL", "PT47S")));
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.environment(environment)
			.run()) {
			assertThat(interval(context)).isEqualTo(Duration.ofSeconds(47));
		}
	}

	@Test
	void scheduledTasksEndpointShowsBeat() {
		this.contextRunner.run((context) -> {
			ScheduledTasksEndpoint endpoint = new ScheduledTasksEndpoint(
					context.getBeansOfType(ScheduledTaskHolder.class).values());
			assertThat(endpoint.scheduledTasks().getFixedDelay()).singleElement()
				.satisfies((task) -> assertThat(task.getRunnable().getTarget())
					.isEqualTo(PresenceHeartbeat.class.getName() + ".beat"));
		});
	}

	@Test
	void disabledCreatesNothing() {
		this.contextRunner.withPropertyValues("airlock.gateway.presence.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(PresenceHeartbeat.class)
				.doesNotHaveBean(PresenceScheduling.class));
	}

	@Test
	void disabledGatewayCreatesNothing() {
		this.real.withPropertyValues("airlock.gateway.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(PresenceHeartbeat.class)
				.doesNotHaveBean(PresenceScheduling.class));
	}

	@Test
	void heartbeatOfTheUserWinsAndIsScheduled() {
		AirlockGatewayOperations other = mock();
		PresenceHeartbeat own = new PresenceHeartbeat(other, new Enforcer("own", "own", "own", "own", "", "own"),
				() -> true, InstantSource.system());
		this.contextRunner.withBean("own", PresenceHeartbeat.class, () -> own).run((context) -> {
			assertThat(context).hasSingleBean(PresenceHeartbeat.class);
			await().untilAsserted(() -> verify(other, atLeastOnce()).sendHeartbeat(new Heartbeat("own", "own", "own")));
			verify(this.gateway, never()).sendHeartbeat(any());
		});
	}

	@Test
	void stopsWithTheContext(CapturedOutput output) {
		Set<Thread> before = airlockThreads();
		this.real.withPropertyValues(PairedProperties.all())
			.run((context) -> await().until(() -> context.getBean(PresenceHeartbeat.class).getLastFailure() != null));
		await().untilAsserted(() -> {
			Set<Thread> left = airlockThreads();
			left.removeAll(before);
			assertThat(left).isEmpty();
		});
		assertThat(output).doesNotContain("Unexpected error occurred in scheduled task");
	}

	@Test
	void beatThatHangsEndsWithTheContext(CapturedOutput output) throws InterruptedException {
		Set<Thread> before = airlockThreads();
		CountDownLatch hanging = new CountDownLatch(1);
		CountDownLatch ended = new CountDownLatch(1);
		willAnswer((invocation) -> {
			hanging.countDown();
			try {
				return awaitLikeTheClient(new CountDownLatch(1));
			}
			finally {
				ended.countDown();
			}
		}).given(this.gateway).sendHeartbeat(any());
		this.contextRunner.run((context) -> assertThat(hanging.await(10, TimeUnit.SECONDS)).isTrue());
		assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
		await().until(() -> airlockThreads().stream()
			.noneMatch((thread) -> thread.getName().startsWith("airlock-presence-") && !before.contains(thread)));
		assertThat(output).doesNotContain("no heartbeat", "Unexpected error");
	}

	/**
	 * Waits as the client does: an interrupt ends it with an exception of the gateway's
	 * and is kept.
	 */
	private static @Nullable Object awaitLikeTheClient(CountDownLatch latch) {
		try {
			latch.await();
			return null;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AirlockGatewayException("The gateway cannot be reached: InterruptedIOException", null, ex);
		}
	}

	@Test
	void heartbeatIsSentToGateway() {
		WireMockServer server = new WireMockServer(WireMockConfiguration.options().dynamicPort());
		server.start();
		try {
			server.stubFor(WireMock.post("/v1/presence/heartbeat").willReturn(WireMock.ok()));
			this.real.withPropertyValues(PairedProperties.all())
				.withPropertyValues("airlock.gateway.base-url=" + server.baseUrl() + "/",
						"spring.application.name=refund-desk")
				.run((context) -> {
					await().until(() -> context.getBean(PresenceHeartbeat.class).getLastSuccess() != null);
					server.verify(1,
							WireMock.postRequestedFor(WireMock.urlEqualTo("/v1/presence/heartbeat"))
								.withHeader("X-PAT", WireMock.equalTo(PairedProperties.PAT))
								.withRequestBody(WireMock.equalToJson("""
										{ "enforcerId": "refund-desk", "workspaceName": "default",
										  "enforcerLabel": "refund-desk" }""")));
				});
		}
		finally {
			server.stop();
		}
	}

	private void awaitBeats(int count) {
		await().untilAsserted(() -> verify(this.gateway, atLeast(count)).sendHeartbeat(any()));
	}

	private int beats() {
		return (int) mockingDetails(this.gateway).getInvocations()
			.stream()
			.filter((invocation) -> invocation.getMethod().getName().equals("sendHeartbeat"))
			.count();
	}

	private static List<String> heartbeatTasks(ApplicationContext context) {
		return context.getBeansOfType(ScheduledTaskHolder.class)
			.values()
			.stream()
			.flatMap((holder) -> holder.getScheduledTasks().stream())
			.map(Object::toString)
			.filter((task) -> task.contains(PresenceHeartbeat.class.getName()))
			.toList();
	}

	private static Duration interval(ApplicationContext context) {
		return context.getBean(PresenceScheduling.class)
			.getScheduledTasks()
			.stream()
			.map((task) -> ((FixedDelayTask) task.getTask()).getIntervalDuration())
			.findFirst()
			.orElseThrow();
	}

	private static Set<Thread> airlockThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("airlock-"))
			.collect(Collectors.toSet());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Scheduling {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ AirlockGatewayAutoConfiguration.class, AirlockPresenceAutoConfiguration.class })
	static class Application {

	}

	static class CountingTask {

		private final AtomicInteger runs = new AtomicInteger();

		private final AtomicReference<Thread> thread = new AtomicReference<>();

		@Scheduled(fixedDelay = 10)
		void run() {
			this.thread.set(Thread.currentThread());
			this.runs.incrementAndGet();
		}

	}

	static class BlockingTask {

		private final CountDownLatch started = new CountDownLatch(1);

		private final CountDownLatch release = new CountDownLatch(1);

		@Scheduled(fixedDelay = 10)
		void run() throws InterruptedException {
			this.started.countDown();
			this.release.await();
		}

	}

}

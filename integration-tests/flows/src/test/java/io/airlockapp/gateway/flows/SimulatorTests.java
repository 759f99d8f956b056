/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import org.junit.jupiter.api.AfterEach;

import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.security.core.context.SecurityContextHolder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Base of tests with the simulator, and with applications that are guarded and paired
 * with it.
 */
abstract class SimulatorTests {

	static final Duration MAX_WAIT = Duration.ofSeconds(20);

	final AirlockSimulator simulator = startSimulator();

	AirlockSimulator startSimulator() {
		return AirlockSimulator.start();
	}

	@AfterEach
	void stopSimulator() {
		SecurityContextHolder.clearContext();
		this.simulator.close();
	}

	/**
	 * Return a runner of an application that is guarded and paired.
	 * @param application the classes of beans and configurations
	 */
	final ApplicationContextRunner runner(Class<?>... application) {
		return SimulatedApplications.runner(this.simulator, application);
	}

	/**
	 * Test a bean of an application.
	 */
	static <T> void run(ApplicationContextRunner runner, Class<T> type, BeanTest<T> test) {
		run(runner, type, (bean, context) -> test.accept(bean));
	}

	static <T> void run(ApplicationContextRunner runner, Class<T> type, BeanTestInContext<T> test) {
		runner.run((context) -> {
			assertThat(context).hasNotFailed();
			test.accept(context.getBean(type), context);
		});
	}

	final void approveAll() {
		this.simulator.decideAutomatically((request) -> SimulatedDecision.approve());
	}

	final void rejectAll() {
		this.simulator.decideAutomatically((request) -> SimulatedDecision.reject("no"));
	}

	final void approveNext() {
		this.simulator.approve(this.simulator.awaitPending().requestId());
	}

	final void rejectNext() {
		this.simulator.reject(this.simulator.awaitPending().requestId());
	}

	/**
	 * Assert that so many requests have been handled.
	 */
	final void assertAsked(int times) {
		assertThat(this.simulator.history()).hasSize(times);
	}

	static void assertFails(CompletableFuture<?> future, Class<? extends Throwable> cause) {
		assertThat(future).failsWithin(MAX_WAIT).withThrowableThat().withCauseInstanceOf(cause);
	}

	@FunctionalInterface
	interface BeanTest<T> {

		void accept(T bean) throws Exception;

	}

	@FunctionalInterface
	interface BeanTestInContext<T> {

		void accept(T bean, AssertableApplicationContext context) throws Exception;

	}

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.parallel.ResourceLock;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * Annotation that pairs the application of a Spring Boot test, or the slice that the test
 * loads, with an {@link io.airlockapp.gateway.simulator.AirlockSimulator}, independent of
 * its properties. The simulator and its
 * {@link io.airlockapp.gateway.simulator.SimulatedApprover} can be injected into the
 * test. Each further pairing in the properties has an approver of its own.
 * <p>
 * The simulator is reset before each test. Tests that share an application context share
 * the simulator; with JUnit, tests of classes with this annotation therefore never run
 * concurrently. If the application has an {@code AirlockSimulator} bean, it is used
 * instead of another one. The simulator replaces connection details of the application,
 * which must not be primary. State that the application itself caches, such as
 * do-not-disturb policies for 15 seconds, is kept between tests.
 * <p>
 * The approver decides by {@link ApproveAll @ApproveAll} or {@link RejectAll @RejectAll},
 * or as the test specifies. A request that is not decided within the {@link #patience()}
 * is rejected with a reason that states this, and the test fails.
 * <p>
 * The client's own rate limit (<code>airlock.gateway.rate-limit.*</code>) is disabled,
 * unless the application has its own
 * {@link io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
@ResourceLock(AutoConfigureAirlockSimulator.RESOURCE)
public @interface AutoConfigureAirlockSimulator {

	/**
	 * Name of the JUnit resource that tests with a shared simulator lock.
	 */
	String RESOURCE = "io.airlockapp.gateway.simulator";

	/**
	 * Default of the maximum time for which a request can be pending in a test.
	 */
	String DEFAULT_PATIENCE = "5s";

	/**
	 * The maximum time for which a request can be pending in a test, such as {@code
	 * "5s"}. It does not apply to requests that the application itself withdraws earlier.
	 * @return the duration
	 */
	String patience() default DEFAULT_PATIENCE;

}

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
 * Annotation that pairs the application of a Spring Boot test, or the slice of it that
 * the test loads, with an {@link io.airlockapp.gateway.simulator.AirlockSimulator},
 * whatever its properties are. The simulator and its
 * {@link io.airlockapp.gateway.simulator.SimulatedApprover} can be injected into the
 * test.
 * <p>
 * Each test finds the simulator as if it had just been started. Tests that share an
 * application context share the simulator; with JUnit, tests of classes with this
 * annotation therefore never run at the same time. An {@code AirlockSimulator} bean of
 * the application's own is used instead of another one. State that the application itself
 * caches, such as do-not-disturb policies for 15 seconds, outlives a test.
 * <p>
 * The approver decides by {@link ApproveAll @ApproveAll} or {@link RejectAll @RejectAll},
 * or as the test specifies. A request that is not decided within the {@link #patience()}
 * is rejected with a reason that says so, and the test fails.
 * <p>
 * The client's own rate limit (<code>airlock.gateway.rate-limit.*</code>) is lifted,
 * unless the application has a
 * {@link io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter} of its own.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
@ResourceLock(AutoConfigureAirlockSimulator.RESOURCE)
public @interface AutoConfigureAirlockSimulator {

	/**
	 * The name by which JUnit knows that tests use a shared simulator.
	 */
	String RESOURCE = "io.airlockapp.gateway.simulator";

	/**
	 * How long a request may wait in a test, unless something else is said.
	 */
	String DEFAULT_PATIENCE = "5s";

	/**
	 * How long a request may wait for the test to decide, such as {@code "5s"}. Does not
	 * count for what the application itself gives up before.
	 * @return the duration
	 */
	String patience() default DEFAULT_PATIENCE;

}

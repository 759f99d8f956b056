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

import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Annotation for a test, or for all tests of a class, in which all simulated approvers
 * approve every request. On a method it takes precedence over the class, and on an inner
 * class over the enclosing one.
 * <p>
 * It is supported by {@link AutoConfigureAirlockSimulator @AutoConfigureAirlockSimulator}
 * and by {@link AirlockSimulatorExtension}; a test without either fails. The test can
 * change it at any time, for example by
 * {@link io.airlockapp.gateway.simulator.SimulatedApprover#decideByHand()}.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(RequiredSimulatorExtension.class)
public @interface ApproveAll {

}

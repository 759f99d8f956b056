package io.airlockapp.gateway.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * In this test, or in all tests of this class, the simulated approver approves whatever
 * is asked. On a method it takes precedence over the class, and on an inner class over
 * the enclosing one.
 * <p>
 * It is seen by {@link AutoConfigureAirlockSimulator @AutoConfigureAirlockSimulator} and
 * by {@link AirlockSimulatorExtension}. What an approver is told during the test, such as
 * {@link io.airlockapp.gateway.simulator.SimulatedApprover#decideByHand()}, counts from
 * then on.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
public @interface ApproveAll {

}

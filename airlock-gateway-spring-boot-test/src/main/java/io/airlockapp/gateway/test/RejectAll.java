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
 * reject every request. Otherwise like {@link ApproveAll @ApproveAll}.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(RequiredSimulatorExtension.class)
public @interface RejectAll {

	/**
	 * The approver's reason.
	 * @return the reason
	 */
	String value() default "Rejected by the test";

}

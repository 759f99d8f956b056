/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.method;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

/**
 * Indicates that all effects of a {@linkplain RequiresAirlockApproval#durable() durable}
 * method are in the database in which its calls are recorded, and in transactions of the
 * thread in which it runs. If the process stops while the method runs, and none of its
 * transactions was committed, the method starts again for the same approval.
 * <p>
 * The method has to be transactional itself. Statements outside of a transaction, changes
 * in other threads and databases, files and messages take place once more for each start.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface RestartUncommitted {

}

/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure.unretained;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

/**
 * Annotation that is on the return type of a method, and not on the method.
 */
@RequiresAirlockApproval
@Target(ElementType.TYPE_USE)
@Retention(RetentionPolicy.RUNTIME)
public @interface RefundApproval {

}

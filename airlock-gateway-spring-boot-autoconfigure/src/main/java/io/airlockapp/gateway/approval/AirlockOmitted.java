/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Excludes the annotated parameter or field from what is approved: its value is neither
 * shown nor bound, and may change before the method runs. The approver sees that
 * something is left out.
 * <p>
 * Use this annotation for values that cannot be written or must not be loaded, and that
 * do not matter to the approver: a back reference, a cache, a framework handle. To hide a
 * value that matters, use {@link AirlockSensitive}, which prevails if both are present.
 * <p>
 * A {@linkplain RequiresAirlockApproval#durable() durable} method cannot have such a
 * parameter. An annotated field is not recorded: a call is refused unless the field has
 * the value with which the object is created, such as {@code null}.
 */
@Target({ ElementType.PARAMETER, ElementType.FIELD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface AirlockOmitted {

}

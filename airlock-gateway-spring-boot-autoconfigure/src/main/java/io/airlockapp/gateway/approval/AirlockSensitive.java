package io.airlockapp.gateway.approval;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value of the annotated parameter or property is not shown to the approver. The
 * approval is still for this value only: a keyed digest of it is part of what is
 * approved, from which the value can't be guessed.
 */
@Target({ ElementType.PARAMETER, ElementType.FIELD, ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface AirlockSensitive {

}

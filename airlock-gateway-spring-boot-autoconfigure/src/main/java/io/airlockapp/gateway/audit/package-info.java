/**
 * Approvals as audit events of Spring Boot's actuator.
 */
@NullMarked
package io.airlockapp.gateway.audit;

import org.jspecify.annotations.NullMarked;

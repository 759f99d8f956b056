/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Audit events of approvals for Spring Boot's actuator.
 */
@NullMarked
package io.airlockapp.gateway.audit;

import org.jspecify.annotations.NullMarked;
